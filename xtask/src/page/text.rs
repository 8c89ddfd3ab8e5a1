//! The flattened text of the page: cells, paragraphs and samples one below the other.

use super::{Block, Content, Fault, Row, Table, row};

/// Lines that begin something else and so end a table.
const STARTERS: [&str; 10] = [
    "api request",
    "api response",
    "request header",
    "request body",
    "response header",
    "response body",
    "here is",
    "after hitting",
    "additional features",
    "was this helpful",
];
const TYPES: [&str; 17] = [
    "string",
    "number",
    "integer",
    "int",
    "long",
    "decimal",
    "float",
    "double",
    "enum",
    "json",
    "object",
    "array",
    "boolean",
    "bool",
    "date",
    "datetime",
    "timestamp",
];

struct Line<'a> {
    number: usize,
    text: &'a str,
    /// A blank line stands before it.
    apart: bool,
}

/// Returns the parts of the page.
///
/// # Errors
///
/// Where the page ends inside a row or a sample.
pub(super) fn blocks(page: &str) -> Result<Vec<Block>, Fault> {
    let lines = lines(page);
    let (mut blocks, mut at) = (Vec::new(), 0);
    while let Some(line) = lines.get(at) {
        let mut push = |content| blocks.push(Block { line: line.number, content });
        if let Some(kind) = columns(&lines[at..]) {
            let columns: Vec<_> = lines[at..at + kind].iter().map(|line| line.text.trim().to_owned()).collect();
            at += kind;
            at += match kind {
                2 if columns[0].eq_ignore_ascii_case("type") => pairs(&lines[at..], columns, line.number, &mut blocks),
                2 => headers(&lines[at..], columns, line.number, &mut blocks),
                _ => fields(&lines[at..], columns, line.number, &mut blocks)?,
            };
        } else if is_json(line.text) {
            let length = json(&lines[at..])
                .ok_or_else(|| Fault::new(line.number, "the sample has no end; save the whole page"))?;
            push(Content::Code(join(&lines[at..at + length], "\n")));
            at += length;
        } else if is_header(line.text) {
            let length = lines[at..].iter().take_while(|line| is_header(line.text)).count();
            push(Content::Code(join(&lines[at..at + length], "\n")));
            at += length;
        } else {
            let cells = [1, 2].map(|next| lines.get(at + next).map_or("", |line| line.text));
            let text = line.text.trim();
            if mandatory(cells[1]) && kind_of_value(cells[0]) && row::is_path(text) {
                push(Content::Unread(format!("a row outside of a table: {text}")));
            } else {
                // A paragraph may go over lines; only a long line is broken.
                let goes_on = |next: usize| {
                    lines.get(next).is_some_and(|line| !line.apart)
                        && !is_end(&lines[next..])
                        && is_long(lines[next - 1].text)
                };
                let end = (at + 1..).find(|next| !goes_on(*next)).unwrap_or(at + 1);
                push(Content::Text(super::clean(&join(&lines[at..end], " "))));
                at = end - 1;
            }
            at += 1;
        }
    }
    Ok(blocks)
}

/// Returns the lines that are not blank, without the words of the button at a sample; a line with tabs between cells counts as
/// one line for each cell.
fn lines(page: &str) -> Vec<Line<'_>> {
    let (mut lines, mut apart) = (Vec::new(), true);
    for (at, text) in page.lines().enumerate() {
        if text.trim().is_empty() || text.trim() == "Copy" {
            apart = true;
            continue;
        }
        let cells = text.trim_start().contains('\t');
        // A line of cells is a row, and begins apart.
        apart |= cells;
        for text in text.split(|letter| cells && letter == '\t').filter(|text| !text.trim().is_empty()) {
            lines.push(Line { number: at + 1, text, apart: std::mem::take(&mut apart) });
        }
    }
    lines
}

fn join(lines: &[Line<'_>], between: &str) -> String {
    lines.iter().map(|line| line.text).collect::<Vec<_>>().join(between)
}

/// Returns how many columns are named by the next lines, if they name a table's.
fn columns(lines: &[Line<'_>]) -> Option<usize> {
    let count = lines.iter().take_while(|line| row::column(line.text).is_some()).count();
    let first = row::column(lines.first()?.text)?;
    (count >= 2 && matches!(first, "name" | "type")).then_some(count)
}

fn is_long(text: &str) -> bool {
    text.trim().chars().count() >= 60
}

fn is_json(text: &str) -> bool {
    let text = text.trim();
    text == "{" || text == "[" || text.starts_with("{\"") || text.starts_with("[{")
}

/// Returns how many lines a JSON text has.
fn json(lines: &[Line<'_>]) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, line) in lines.iter().enumerate() {
        // No text of a sample has a line end, so a quote that is missing spoils one line.
        let (mut quoted, mut escaped) = (false, false);
        for letter in line.text.chars() {
            match letter {
                _ if std::mem::take(&mut escaped) => {}
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '{' | '[' if !quoted => depth += 1,
                '}' | ']' if !quoted => depth -= 1,
                _ => {}
            }
        }
        if depth <= 0 {
            return Some(at + 1);
        }
    }
    None
}

fn is_header(text: &str) -> bool {
    text.trim().split_once(": ").is_some_and(|(name, value)| header_name(name) && !value.contains(' '))
}

fn header_name(text: &str) -> bool {
    let part = |part: &str| {
        part.chars().next().is_some_and(|first| first.is_ascii_uppercase())
            && part.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    let single = ["Signature", "Digest", "Authorization", "Accept", "Host"];
    text.split('-').all(part) && (text.contains('-') || single.contains(&text))
}

fn mandatory(text: &str) -> bool {
    row::mandatory(text).is_some()
}

fn kind_of_value(text: &str) -> bool {
    let text = text.trim();
    text.split_whitespace().count() <= 3 && text.chars().next().is_some_and(char::is_alphabetic) && !mandatory(text)
}

fn known_type(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    TYPES.contains(&word.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default())
        && word.split_whitespace().count() <= 3
}

fn is_end(lines: &[Line<'_>]) -> bool {
    let Some(line) = lines.first() else { return true };
    let text = line.text.trim();
    let lower = text.to_lowercase();
    let numbered = text.split_once(". ").is_some_and(|(number, title)| {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && title.starts_with(|first: char| first.is_uppercase()) && title.split_whitespace().count() > 2
    });
    numbered
        || STARTERS.iter().any(|starter| lower.starts_with(starter))
        || is_json(text)
        || columns(lines).is_some()
        || is_header(text)
}

fn pairs(lines: &[Line<'_>], columns: Vec<String>, line: usize, blocks: &mut Vec<Block>) -> usize {
    let (mut at, mut rows) = (0, Vec::new());
    // A paragraph below the table is none of its rows.
    let is_label =
        |text: &str| text.split_whitespace().count() <= 6 && !text.trim_end().ends_with(['.', ':', ',', ';']);
    while !is_end(&lines[at..]) && is_label(lines[at].text) && !is_end(&lines[at + 1..]) {
        rows.push(Row { line: lines[at].number, cells: vec![lines[at].text.into(), lines[at + 1].text.into()] });
        at += 2;
    }
    blocks.push(Block { line, content: Content::Table(Table { columns, rows, merged: None }) });
    at
}

fn headers(lines: &[Line<'_>], columns: Vec<String>, line: usize, blocks: &mut Vec<Block>) -> usize {
    let (mut at, mut rows) = (0, Vec::<Row>::new());
    while !is_end(&lines[at..]) {
        let Line { number, text, apart } = lines[at];
        if header_name(text.trim()) && (apart || rows.is_empty()) {
            rows.push(Row { line: number, cells: vec![text.into(), String::new()] });
            at += 1;
            continue;
        }
        match rows.last_mut() {
            Some(row) => row.cells[1] = format!("{} {text}", row.cells[1]),
            None => {
                blocks.push(Block { line: number, content: Content::Unread(format!("a row of headers: {text}")) });
            }
        }
        at += 1;
    }
    blocks.push(Block { line, content: Content::Table(Table { columns, rows, merged: None }) });
    at
}

/// Reads rows of path, type, mandatory and description; the last may be missing, or go over several lines.
fn fields(lines: &[Line<'_>], columns: Vec<String>, line: usize, blocks: &mut Vec<Block>) -> Result<usize, Fault> {
    let cell = |at: usize| lines.get(at).map_or("", |line| line.text.trim());
    let is_path = |at: usize| row::is_path(cell(at));
    let is_row =
        |at: usize| mandatory(cell(at + 2)) && (is_path(at) && kind_of_value(cell(at + 1)) || known_type(cell(at + 1)));
    let looks_like_row = |at: usize| {
        lines[at].apart
            && is_path(at)
            && (cell(at).contains(['.', '_']) || known_type(cell(at + 1)) || mandatory(cell(at + 1)))
    };
    let last = (0..lines.len()).take_while(|at| !is_end(&lines[*at..])).filter(|at| is_row(*at)).last();
    let (mut at, mut rows) = (0, Vec::<Row>::new());
    while !is_end(&lines[at..]) {
        if is_row(at) {
            let cells = [at, at + 1, at + 2].map(|at| lines[at].text.to_owned()).to_vec();
            rows.push(Row { line: lines[at].number, cells: [cells, vec![String::new()]].concat() });
            at += 3;
            continue;
        }
        let Line { number, text, apart } = lines[at];
        if looks_like_row(at) {
            let rest = [at + 1, at + 2].map(|at| lines.get(at).is_some());
            if rest != [true, true] {
                return Err(Fault::new(number, "the page ends inside this row; save the whole page"));
            }
            let reason = format!("a row without type and mandatory: {}", text.trim());
            blocks.push(Block { line: number, content: Content::Unread(reason) });
            at += 1 + usize::from(known_type(cell(at + 1)) || mandatory(cell(at + 1)));
            // Its description must not go to the row before it.
            while !is_end(&lines[at..]) && !is_row(at) && !looks_like_row(at) {
                at += 1;
            }
            continue;
        }
        match rows.last_mut() {
            // Below the last row a paragraph of its own is not its description.
            Some(row) if last.is_some_and(|last| at > last + 3) && apart && !row.cells[3].is_empty() => break,
            Some(row) => row.cells[3] = format!("{} {text}", row.cells[3]),
            None => {
                let content = Content::Unread(format!("a row that begins with no field: {}", text.trim()));
                blocks.push(Block { line: number, content });
            }
        }
        at += 1;
    }
    blocks.push(Block { line, content: Content::Table(Table { columns, rows, merged: None }) });
    Ok(at)
}
