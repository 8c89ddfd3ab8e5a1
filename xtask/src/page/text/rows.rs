//! Tables of the window's text: they begin with the names of columns or with a row, and end with their last row.

use super::{
    super::{
        Block, Content, Fault, facts,
        table::{Role, Row, Table, is_header, is_path, is_type, presence, role_of},
        texts::without_number,
    },
    line::{self, Line},
};

/// Where a table begins.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) at: usize,
    /// How many lines name its columns; nothing where its columns have names that nobody knows.
    pub(super) columns: Option<usize>,
    names: Vec<String>,
    order: Vec<Role>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pairs,
    Headers,
    Fields,
}

const FIELDS: [Role; 4] = [Role::Name, Role::Kind, Role::Presence, Role::Description];
const NAMES: [&str; 4] = ["Parameter", "Type", "Mandatory", "Description"];
/// How many lines a description between two other cells may have.
const LONG: usize = 12;

/// Finds where tables begin.
pub(super) fn starts(lines: &[Line<'_>]) -> Vec<Start> {
    let (mut starts, mut at, mut open) = (Vec::new(), 0, false);
    while at < lines.len() {
        if let Some(start) = columns(lines, at) {
            open = start.kind == Kind::Fields;
            at += start.columns.unwrap_or(0).max(1);
            starts.push(start);
        } else if lines[at].is_json() {
            open = false;
            at += line::json(&lines[at..]).unwrap_or(1);
        } else if !open && row(lines, at, &FIELDS).is_some() && row_follows(lines, at) {
            open = true;
            let names = NAMES.map(str::to_owned).to_vec();
            starts.push(Start { at, columns: None, names, order: FIELDS.to_vec(), kind: Kind::Fields });
            at += 1;
        } else {
            at += 1;
        }
    }
    starts
}

/// Tells whether a row is not alone.
fn row_follows(lines: &[Line<'_>], at: usize) -> bool {
    (at + 3..(at + 3 + LONG).min(lines.len())).any(|next| row(lines, next, &FIELDS).is_some())
}

/// Reads the names of columns.
fn columns(lines: &[Line<'_>], at: usize) -> Option<Start> {
    let line = &lines[at];
    let names: Vec<String> = if line.cells {
        let row = lines[at..].iter().take_while(|next| next.number == line.number);
        let row: Vec<_> = row.map(|cell| cell.text.trim().to_owned()).collect();
        // A row of fields has a path or a type, and its description may have words of a column's name.
        let is_row = row.iter().any(|cell| is_type(cell) || is_path(cell) && cell.contains(['.', '_']));
        if line.first && !is_row { row } else { return None }
    } else if let Some(glued) = glued(line.text.trim()) {
        glued
    } else {
        let mut names = Vec::new();
        let mut roles = Vec::new();
        for (count, line) in lines[at..].iter().take(7).enumerate() {
            let role = role_of(line.text);
            let known = |line: Option<&Line<'_>>| {
                line.and_then(|line| role_of(line.text)).is_some_and(|role| !roles.contains(&role))
            };
            // One column may have a name that nobody knows.
            let unknown = count > 0
                && role.is_none()
                && is_name(line.text)
                && known(lines.get(at + count + 1))
                && !is_path(line.text);
            match role {
                Some(role) if !roles.contains(&role) => roles.push(role),
                _ if unknown && !roles.contains(&Role::Other) => roles.push(Role::Other),
                _ => break,
            }
            names.push(line.text.trim().to_owned());
        }
        names
    };
    let count = if names.len() > 1 && glued(line.text.trim()).is_some() && !line.cells { 1 } else { names.len() };
    let order: Vec<_> = names.iter().map(|name| role_of(name).unwrap_or(Role::Other)).collect();
    let has = |role| order.contains(&role);
    let next = at + count;
    if names.len() < 2 || order.iter().filter(|role| **role != Role::Other).count() < 2 || next >= lines.len() {
        return None;
    }
    let near = |test: &dyn Fn(usize) -> bool| (next..(next + LONG).min(lines.len())).any(test);
    let kind = if has(Role::Name) && has(Role::Kind) && has(Role::Presence) {
        Kind::Fields
    } else if has(Role::Name) && has(Role::Description) && order.len() == 2 && near(&|at| is_header(lines[at].text)) {
        Kind::Headers
    } else if order.len() == 2 && has(Role::Value) && near(&|at| is_pair(lines, at)) {
        Kind::Pairs
    } else if has(Role::Name)
        && (has(Role::Kind) || has(Role::Presence))
        && near(&|at| row(lines, at, &order).is_some())
    {
        Kind::Fields
    } else {
        return None;
    };
    Some(Start { at, columns: Some(count), names, order, kind })
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    text.split_whitespace().count() <= 3
        && text.starts_with(|first: char| first.is_uppercase())
        && !text.ends_with(['.', ':', ','])
}

/// Takes apart names of columns that run together, as `ParameterTypeMandatoryDescription`.
fn glued(text: &str) -> Option<Vec<String>> {
    if text.contains(char::is_whitespace)
        || !text.starts_with(|first: char| first.is_ascii_uppercase())
        || !text.is_ascii()
    {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for letter in text.chars() {
        match names.last_mut() {
            Some(name) if !letter.is_ascii_uppercase() => name.push(letter),
            _ => names.push(letter.to_string()),
        }
    }
    (names.len() > 1 && names.iter().all(|name| role_of(name).is_some())).then_some(names)
}

/// The lines of a row.
struct Found {
    /// For each column its lines.
    cells: Vec<std::ops::Range<usize>>,
    /// Where the description begins, if it goes on to the next row.
    open: bool,
    end: usize,
}

/// Reads a row that begins in a line.
fn row(lines: &[Line<'_>], at: usize, order: &[Role]) -> Option<Found> {
    let described = order.iter().position(|role| *role == Role::Description).unwrap_or(order.len());
    let (mut cells, end) = fixed(lines, at, &order[..described], true)?;
    if described == order.len() {
        return Some(Found { cells, open: false, end });
    }
    let suffix = &order[described + 1..];
    if suffix.iter().all(|role| *role == Role::Other) {
        cells.push(end..end);
        cells.extend(suffix.iter().map(|_| end..end));
        return Some(Found { cells, open: true, end });
    }
    for next in end..(end + LONG).min(lines.len()) {
        if let Some((rest, last)) = fixed(lines, next, suffix, false) {
            cells.push(end..next);
            cells.extend(rest);
            return Some(Found { cells, open: false, end: last });
        }
    }
    None
}

/// Reads cells of one line each.
fn fixed(lines: &[Line<'_>], at: usize, roles: &[Role], named: bool) -> Option<(Vec<std::ops::Range<usize>>, usize)> {
    let (mut cells, mut next) = (Vec::new(), at);
    let known_type = {
        let place = roles
            .iter()
            .filter(|role| !matches!(role, Role::Length | Role::Other))
            .position(|role| *role == Role::Kind);
        place.is_some_and(|place| lines.get(at + place).is_some_and(|line| is_type(line.text)))
    };
    for role in roles {
        let text = lines.get(next).map(|line| line.text.trim());
        let fits = text.is_some_and(|text| match role {
            Role::Name => {
                is_path(text)
                    || is_header(text)
                    || known_type && named && text.split_whitespace().count() <= 6 && presence(text).is_none()
            }
            Role::Kind => is_type(text) || kind_like(text),
            Role::Presence => presence(text).is_some(),
            Role::Length => text.chars().all(|letter| letter.is_ascii_digit() || ".,-–".contains(letter)),
            _ => false,
        });
        match role {
            _ if fits => {
                cells.push(next..next + 1);
                next += 1;
            }
            // A cell without text has no line.
            Role::Length | Role::Other | Role::Value => cells.push(next..next),
            _ => return None,
        }
    }
    (next > at).then_some((cells, next))
}

fn kind_like(text: &str) -> bool {
    text.split_whitespace().count() <= 3
        && text.starts_with(char::is_alphabetic)
        && presence(text).is_none()
        && !text.ends_with(['.', ':'])
}

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
    let mut reader = Reader { lines, end, from, blocks, table: &mut table };
    let at = match start.kind {
        Kind::Pairs => reader.pairs(),
        Kind::Headers => reader.headers(),
        Kind::Fields => reader.fields(&start.order)?,
    };
    if start.kind != Kind::Pairs {
        table.roles = Some(start.order.clone());
    }
    blocks.push(Block { line: lines[start.at].number, content: Content::Table(table) });
    Ok(at)
}

struct Reader<'a> {
    lines: &'a [Line<'a>],
    from: usize,
    /// Where the next table begins.
    end: usize,
    blocks: &'a mut Vec<Block>,
    table: &'a mut Table,
}

impl Reader<'_> {
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
            line.cells && line.first || (is_header(text) || word) && (line.apart || !spaced || at == from)
        };
        let sample =
            (self.from..self.end).find(|at| lines[*at].is_json() || lines[*at].is_header()).unwrap_or(self.end);
        let last = (self.from..sample).rfind(|at| names(*at)).unwrap_or(self.from);
        let mut at = self.from;
        while at <= last {
            let line = &lines[at];
            if names(at) {
                self.table.rows.push(Row { line: line.number, cells: vec![line.text.into(), String::new()] });
            } else if let Some(row) = self.table.rows.last_mut() {
                add(&mut row.cells[1], line.text);
            } else {
                self.table.glued = self.table.glued.or(Some(line.number));
            }
            at += 1;
        }
        self.last_description(at, 1)
    }

    /// Reads rows of fields; the description may be missing, or go over several lines.
    fn fields(&mut self, order: &[Role]) -> Result<usize, Fault> {
        let described = order.iter().position(|role| *role == Role::Description);
        let sample = (self.from..self.end).find(|at| self.lines[*at].is_json());
        let last = (self.from..sample.unwrap_or(self.end)).rfind(|at| row(self.lines, *at, order).is_some());
        let (mut at, mut open) = (self.from, false);
        loop {
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
                // Its description must not go to the row before it.
                while at < self.end
                    && !self.begins(at)
                    && row(self.lines, at, order).is_none()
                    && !self.looks_like_row(at, last)
                {
                    at += 1;
                }
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

/// Tells whether two lines are a label and a value.
fn is_pair(lines: &[Line<'_>], at: usize) -> bool {
    let (Some(label), Some(value)) = (lines.get(at), lines.get(at + 1)) else { return false };
    let (label, value) = (label.text.trim(), value.text.trim());
    let ends = |text: &str| text.ends_with(['.', ':', ',', ';']);
    label.split_whitespace().count() <= 6
        && !ends(label)
        && !label.contains("://")
        && value.split_whitespace().count() <= 4
        && !ends(value)
}
