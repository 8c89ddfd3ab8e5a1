//! The text of the window. A cell is a line, several lines, or a part of a line between tabs; nothing marks where a table ends.

mod line;
mod row;
mod rows;
mod start;
mod together;

use super::{Block, Content, Fault};
use line::Line;

/// Returns the parts of the page.
///
/// # Errors
///
/// Where the page ends inside a row or a sample.
pub(super) fn blocks(page: &str) -> Result<Vec<Block>, Fault> {
    let lines = line::lines(page);
    let starts = start::starts(&lines);
    let links = links(&lines, starts.last().map_or(0, |start| start.at));
    let (mut blocks, mut at, mut next) = (Vec::<Block>::new(), 0, 0);
    while at < lines.len() {
        let line = &lines[at];
        if let Some(start) = starts.get(next).filter(|start| start.at == at) {
            let end = starts.get(next + 1).map_or(lines.len(), |start| start.at);
            next += 1;
            if start.columns.is_none() {
                // The columns have names that nobody knows; they stand above the first row.
                rows::without_columns(&lines, at, end, &mut blocks);
            }
            at = rows::read(&lines, start, end, &mut blocks)?;
        } else if line.is_json() {
            let length = line::json(&lines[at..])
                .ok_or_else(|| Fault::new(line.number, "the sample has no end; save the whole page"))?;
            blocks.push(Block { line: line.number, content: Content::Code(line::join(&lines[at..at + length], "\n")) });
            at += length;
        } else if line.is_header() {
            let length = lines[at..].iter().take_while(|line| line.continues_headers()).count();
            blocks.push(Block { line: line.number, content: Content::Code(line::join(&lines[at..at + length], "\n")) });
            at += length;
        } else if (links.0..links.1).contains(&at) {
            blocks.push(Block { line: line.number, content: Content::Link(line.text.trim().into()) });
            at += 1;
        } else {
            // A paragraph may go over lines; only a long line is broken, and not behind a sentence.
            let goes_on = |next: &usize| {
                let (above, line) = (&lines[*next - 1], lines.get(*next));
                line.is_some_and(|line| !line.apart && line.text.trim().starts_with(char::is_lowercase))
                    && above.text.trim().chars().count() >= 60
                    && !above.text.trim_end().ends_with(['.', ':', '!', '?'])
                    && starts.get(next_start(&starts, at)).is_none_or(|start| start.at != *next)
            };
            let end = (at + 1..).find(|next| !goes_on(next)).unwrap_or(at + 1);
            blocks.push(Block {
                line: line.number,
                content: Content::Text(super::clean(&line::join(&lines[at..end], " "))),
            });
            at = end;
        }
    }
    Ok(blocks)
}

/// Returns the lines of the file at which a row of fields begins, as the window's text has it.
pub(super) fn rows(page: &str) -> impl Iterator<Item = usize> {
    let lines = line::lines(page);
    let found: Vec<_> = (0..lines.len())
        .filter(|at| row::row(&lines, *at, &row::FIELDS).is_some() && super::table::is_type(lines[at + 1].text))
        .map(|at| lines[at].number)
        .collect();
    found.into_iter()
}

fn next_start(starts: &[start::Start], at: usize) -> usize {
    starts.partition_point(|start| start.at < at)
}

/// Returns where the words of links begin, which stand at the end, one below the other.
fn links(lines: &[Line<'_>], last_table: usize) -> (usize, usize) {
    let none = (lines.len(), lines.len());
    let is_link = |line: &Line<'_>| {
        let text = line.text.trim();
        let path = super::table::is_path(text) && text.contains(['.', '_']);
        let sentence = text.split_whitespace().count() > 6 || text.ends_with(['.', ':', '!', '?']);
        !(path || sentence || line.cells)
    };
    let mut end = lines.len();
    while let Some(count) = (1..=2).find(|count| {
        let tail: Vec<_> =
            lines[end.saturating_sub(*count)..end].iter().map(|line| line.text.trim().to_owned()).collect();
        tail.len() == *count && super::frame::count(&tail) == *count
    }) {
        end -= count;
    }
    let mut from = end;
    while from > last_table + 1 && is_link(&lines[from - 1]) {
        from -= 1;
        // The first of them stands apart.
        if lines[from].apart {
            let lower = |line: &Line<'_>| line.text.trim().starts_with(char::is_lowercase);
            return if lines[from..end].iter().any(lower) { (from, end) } else { none };
        }
    }
    none
}
