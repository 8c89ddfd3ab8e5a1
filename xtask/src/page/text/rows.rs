//! The rows of a table of the window's text, which ends with its last row.

use super::{
    super::{
        Block, Content, Fault, facts,
        table::{Role, Row, Table, is_header, is_path, is_type, marked, presence},
        texts::without_number,
    },
    line::{self, Line},
    row::{FIELDS, is_pair, row},
    start::{Kind, Start},
    together::{self, is_known_glued},
};

/// Takes back texts that were the names of columns.
pub(super) fn without_columns(lines: &[Line<'_>], at: usize, end: usize, blocks: &mut Vec<Block>) {
    let described =
        row(lines, at, &FIELDS).is_some_and(|found| found.end < end && row(lines, found.end, &FIELDS).is_none());
    let count = 3 + usize::from(described);
    let from = blocks.len().saturating_sub(count);
    let short = |block: &Block| matches!(&block.content, Content::Text(text) if text.split_whitespace().count() <= 2);
    if blocks.len() >= count && blocks[from..].iter().all(short) {
        blocks.truncate(from);
    }
}

/// Reads the rows of a table and returns where it ends; `end` is where the next one begins.
pub(super) fn read(lines: &[Line<'_>], start: &Start, end: usize, blocks: &mut Vec<Block>) -> Result<usize, Fault> {
    let from = start.at + start.columns.unwrap_or(0);
    let mut table = Table { columns: start.names.clone(), ..Table::default() };
    let mut reader = RowsReader { lines, end, from, blocks, table: &mut table };
    let mut at = match start.kind {
        Kind::Pairs => reader.pairs(),
        Kind::Headers => reader.headers(),
        Kind::Fields => reader.fields(&start.order)?,
    };
    if start.order.len() > 4 && start.order.last() == Some(&Role::Other) {
        // Nothing tells the last cell from the description before it, nor that of the last row from a text.
        at += usize::from(at < end && !reader.begins(at));
        table.glued = Some(lines[start.at].number);
    }
    if start.kind != Kind::Pairs {
        table.roles = Some(start.order.clone());
    }
    blocks.push(Block { line: lines[start.at].number, content: Content::Table(table) });
    Ok(at)
}

struct RowsReader<'a> {
    lines: &'a [Line<'a>],
    from: usize,
    /// Where the next table begins.
    end: usize,
    blocks: &'a mut Vec<Block>,
    table: &'a mut Table,
}

impl RowsReader<'_> {
    fn text(&self, at: usize) -> &str {
        self.lines.get(at).map_or("", |line| line.text.trim())
    }

    fn unread(&mut self, at: usize, name: &str, reason: String) {
        self.blocks.push(Block { line: self.lines[at].number, content: Content::Unread(name.to_owned(), reason) });
    }

    fn pairs(&mut self) -> usize {
        let mut at = self.from;
        while at + 1 < self.end && is_pair(self.lines, at) && !self.starts(at) && !self.starts(at + 1) {
            let cells = [at, at + 1].map(|at| self.lines[at].text.to_owned()).to_vec();
            self.table.rows.push(Row { line: self.lines[at].number, cells });
            at += 2;
        }
        at
    }

    fn headers(&mut self) -> usize {
        let (lines, from) = (self.lines, self.from);
        let spaced = lines[self.from..self.end].iter().any(|line| line.apart);
        let names = |at: usize| {
            let (text, line) = (lines[at].text.trim(), &lines[at]);
            // A word alone with a capital is a name where the row above has its description.
            let word = text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.chars().all(|letter| letter.is_ascii_alphanumeric())
                && at > from + 1
                && lines
                    .get(at + 1)
                    .is_some_and(|next| next.apart == line.apart && !next.is_json() && !next.is_header())
                && !is_header(lines[at - 1].text);
            let named = is_header(marked(text).0);
            line.cells && line.first || (named || word) && (line.apart || !spaced || at == from)
        };
        // A name without a hyphen to which its description is glued stands where the row above has its own.
        let glued = |at: usize, table: &Table| {
            let line: &Line<'_> = &lines[at];
            let complete = table.rows.last().is_some_and(|row| !row.cells[1].is_empty());
            line.apart && !line.cells && complete && together::is_glued_word(line.text)
        };
        let sample =
            (self.from..self.end).find(|at| lines[*at].is_json() || lines[*at].is_header()).unwrap_or(self.end);
        let ends =
            |at: &usize| names(*at) || together::is_header_row(lines[*at].text) || is_known_glued(lines[*at].text);
        let last = (self.from..sample).rfind(ends);
        let last = last.unwrap_or(self.from);
        let mut at = self.from;
        while at <= last {
            let line = &lines[at];
            if together::is_header_row(line.text) || is_known_glued(line.text) || glued(at, self.table) {
                self.table.glued = self.table.glued.or(Some(line.number));
            } else if names(at) {
                self.table.rows.push(Row { line: line.number, cells: vec![line.text.into(), String::new()] });
            } else if let Some(row) = self.table.rows.last_mut() {
                add(&mut row.cells[1], line.text);
            } else {
                self.table.glued = self.table.glued.or(Some(line.number));
            }
            at += 1;
        }
        // Where its cells run together, the last row has its description already.
        if together::is_header_row(lines[last].text) || is_known_glued(lines[last].text) {
            at
        } else {
            self.last_description(at, 1)
        }
    }

    /// Reads rows of fields; the description may be missing, or go over several lines.
    fn fields(&mut self, order: &[Role]) -> Result<usize, Fault> {
        let described = order.iter().position(|role| *role == Role::Description);
        let sample = (self.from..self.end).find(|at| self.lines[*at].is_json());
        let region = self.from..sample.unwrap_or(self.end);
        let together: Vec<_> = region.clone().filter(|at| together::field(self.text(*at)).is_some()).collect();
        if together.len() > 1 {
            self.table.glued = Some(self.lines[together[0]].number);
        }
        let last = region.clone().rfind(|at| row(self.lines, *at, order).is_some()).max(together.last().copied());
        let (mut at, mut open) = (self.from, false);
        loop {
            if let Some(name) = together::field(self.text(at)).filter(|_| last.is_some_and(|last| at <= last)) {
                let name = name.to_owned();
                if self.table.glued.is_none() {
                    self.unread(at, &name, format!("cells that run together, of {name}"));
                }
                at = self.next_row(at + 1, order, last);
                open = false;
                continue;
            }
            if let Some(found) = row(self.lines, at, order).filter(|_| last.is_some_and(|last| at <= last)) {
                let cells = found.cells.iter().zip(order).map(|(cell, role)| match role {
                    Role::Other => "…".to_owned(),
                    _ => line::join(&self.lines[cell.clone()], "\n"),
                });
                self.table.rows.push(Row { line: self.lines[at].number, cells: cells.collect() });
                (at, open) = (found.end, found.open);
                continue;
            }
            if self.looks_like_row(at, last) {
                let name = self.text(at).to_owned();
                if at + 2 >= self.lines.len() {
                    return Err(Fault::new(
                        self.lines[at].number,
                        "the page ends inside this row; save the whole page",
                    ));
                }
                self.unread(at, &name, format!("a row without type and mandatory: {name}"));
                let cell = self.text(at + 1);
                at += 1 + usize::from(is_type(cell) || presence(cell).is_some());
                at = self.next_row(at, order, last);
                open = false;
                continue;
            }
            if last.is_none_or(|last| at > last) {
                match described.filter(|_| open) {
                    Some(described) => at = self.last_description(at, described),
                    None => break,
                }
                open = false;
                continue;
            }
            if self.is_note(at) {
                let name = self.text(at).to_owned();
                self.unread(at, &name, format!("a row whose name is no field: {name}"));
                at = self.next_row(at + 1, order, last);
                open = false;
                continue;
            }
            match (self.table.rows.last_mut(), described) {
                (Some(row), Some(described)) if open => add(&mut row.cells[described], self.lines[at].text),
                (Some(_), _) => {}
                (None, _) => {
                    let reason = format!("a row that begins with no field: {}", self.text(at));
                    self.unread(at, "", reason);
                }
            }
            at += 1;
        }
        Ok(at)
    }

    /// Tells whether a line inside of the table is a row of its own that says something of others.
    fn is_note(&self, at: usize) -> bool {
        let Some(line) = self.lines.get(at).filter(|line| line.apart) else { return false };
        let first = line.text.split_whitespace().next().unwrap_or_default().to_lowercase();
        // The last line of a description has another cell behind it.
        let alone = self.lines.get(at + 1).is_none_or(|next| next.number != line.number);
        line.cells && line.first && alone || matches!(first.as_str(), "note:" | "notes:" | "catatan:" | "nb:" | "n.b.")
    }

    /// Goes over a description that must not go to the row before it; returns where the next row, or something else, begins.
    fn next_row(&self, from: usize, order: &[Role], last: Option<usize>) -> usize {
        let ends = |at: usize| {
            self.begins(at)
                || row(self.lines, at, order).is_some()
                || together::field(self.text(at)).is_some()
                || self.looks_like_row(at, last)
        };
        (from..self.end).find(|at| ends(*at)).unwrap_or(self.end.max(from))
    }

    /// Tells whether a line names a field, and its row has a part only.
    fn looks_like_row(&self, at: usize, last: Option<usize>) -> bool {
        let Some(line) = self.lines.get(at).filter(|_| at < self.end) else { return false };
        let (text, next) = (line.text.trim(), self.text(at + 1));
        let path = is_path(text) && text.contains(['.', '_']) && !text.ends_with('.');
        let cells = is_type(next) || presence(next).is_some() || at + 2 >= self.lines.len();
        // Inside of the table a line of its own that is a path is a row; behind it only with one of the cells.
        line.apart
            && (path && (cells || last.is_some_and(|last| at <= last))
                || is_path(text) && cells && presence(text).is_none() && !is_type(text))
            && !(is_type(text) || presence(text).is_some())
    }

    /// Takes the description of the last row, which nothing ends but what it says; returns where it ends.
    fn last_description(&mut self, from: usize, cell: usize) -> usize {
        let mut at = from;
        while at < self.end && !self.begins(at) {
            let line = &self.lines[at];
            let first = at == from;
            let goes_on = if line.apart && !first { is_fact(line.text) } else { true };
            let Some(row) = self.table.rows.last_mut().filter(|row| goes_on && row.cells.len() > cell) else { break };
            // A row whose cells stand in one line has its description there, or none.
            if first && line.first && line.cells {
                break;
            }
            add(&mut row.cells[cell], line.text);
            at += 1;
        }
        at
    }

    /// Tells whether something else begins in a line, or what stands directly above a table or a sample and belongs to it.
    fn begins(&self, at: usize) -> bool {
        let Some(line) = self.lines.get(at) else { return true };
        let text = line.text.trim();
        let structure = |at: usize| {
            at == self.end && at < self.lines.len()
                || self.lines.get(at).is_some_and(|line| line.is_json() || line.is_header())
        };
        let above = || text.split_whitespace().count() <= 6 && line.apart && at > self.from && !is_fact(text);
        self.starts(at) || structure(at + 1) && (text.ends_with(':') || above())
    }

    /// Tells whether a line is a sample, leads to one or to a table, or is a numbered heading.
    fn starts(&self, at: usize) -> bool {
        let Some(line) = self.lines.get(at) else { return true };
        let text = line.text.trim();
        let (lower, count) = (text.to_lowercase(), text.split_whitespace().count());
        let numbered = without_number(text).len() < text.len()
            && text.starts_with(|first: char| first.is_ascii_digit())
            && without_number(text).starts_with(char::is_uppercase)
            && count > 3;
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let leads = has(&["request", "response", "answer"])
            && (count <= 5
                && !text.ends_with('.')
                && has(&["api", "header", "body", "sample", "explanation", "parameter"])
                || text.ends_with(':') && has(&["sample", "example", "header", "body"]));
        line.is_json() || line.is_header() || numbered || leads
    }
}

fn add(cell: &mut String, text: &str) {
    if !cell.is_empty() {
        cell.push('\n');
    }
    cell.push_str(text.trim());
}

/// Tells whether a line says a rule, so that it belongs to a description.
fn is_fact(text: &str) -> bool {
    let list = text.trim().starts_with(['•', '-', '*', '·']);
    list || facts::facts(text).facts.keys().any(|fact| fact != "text")
}
