//! Tables: what each column holds, what a row says, what a table is about.

mod cell;
mod field;

use serde_json::Value;

use super::{clean, link::Linked, words::hash};
use cell::is_length;
pub(super) use cell::{TYPES, is_header, is_path, is_type, marked, presence, role_of};
pub(super) use field::Field;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Name,
    Kind,
    Presence,
    Length,
    Value,
    Description,
    /// Nothing that is known.
    Other,
}

/// What a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Endpoint,
    Headers,
    Fields,
}

/// A part of the page with rows and columns.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The columns' names.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Line of the first cell that spans several rows or columns.
    pub(super) merged: Option<usize>,
    /// Cells that span several rows or columns.
    pub(super) spans: Vec<Span>,
    /// The site's way to show links: its cells are texts.
    pub(super) cards: bool,
    /// Columns that are not shown.
    pub(super) hidden: Vec<usize>,
    /// What was not understood inside of cells: the row, and what to say.
    pub(super) nested: Vec<(usize, String)>,
    /// Where its cells run together, so that none of its rows is known.
    pub(super) glued: Option<usize>,
    /// What the columns hold, where the reader had to find it.
    pub(super) roles: Option<Vec<Role>>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// A cell that spans several rows or columns.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) line: usize,
    pub(super) row: usize,
    pub(super) cell: usize,
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Table {
    /// Writes a cell that spans rows out for each of them. A note over all columns stays one cell; any other merged cell is said
    /// of the table.
    pub(super) fn write_out_spans(&mut self) {
        let count = self.rows.first().map_or(0, |row| row.cells.len());
        for Span { line, row, cell, columns, rows } in std::mem::take(&mut self.spans) {
            let alone = self.rows.get(row).is_some_and(|row| row.cells.len() == 1);
            let is_note = columns > 1 && columns >= count && alone && row > 0;
            if columns > 1 && !is_note || cell == 0 && rows > 1 || rows > self.rows.len() {
                self.merged = self.merged.or(Some(line));
            }
            if columns > 1 || self.merged.is_some() {
                continue;
            }
            let Some(text) = self.rows.get(row).and_then(|row| row.cells.get(cell)).cloned() else { continue };
            for below in self.rows.iter_mut().skip(row + 1).take(rows - 1) {
                below.cells.insert(cell.min(below.cells.len()), text.clone());
            }
        }
    }

    /// Finds what each column holds: by what stands in it, and by its name where that does not tell.
    pub(super) fn roles(&self) -> Vec<Role> {
        if let Some(roles) = &self.roles {
            return roles.clone();
        }
        let count = self.columns.len();
        let named: Vec<_> = self.columns.iter().map(|name| role_of(name)).collect();
        let mut roles: Vec<Option<Role>> = vec![None; count];
        let share = |at: usize, test: &dyn Fn(&str) -> bool| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| Linked::new(cell));
            let cells: Vec<_> = cells
                .map(|cell| if cell.whole.trim().is_empty() { cell.struck.join(" ") } else { cell.whole })
                .filter(|cell| !cell.trim().is_empty())
                .collect();
            let good = cells.iter().filter(|cell| test(cell)).count();
            (!cells.is_empty() && good * 5 >= cells.len() * 3).then(|| (good * 1000) / cells.len())
        };
        let assign = |roles: &mut Vec<Option<Role>>, role: Role, test: &dyn Fn(&str) -> bool| {
            let free = (0..count).filter(|at| roles[*at].is_none());
            let best = free.filter_map(|at| Some((share(at, test)? + usize::from(named[at] == Some(role)) * 10, at)));
            if let Some((_, at)) = best.max_by_key(|(share, at)| (*share, count - at)) {
                roles[at] = Some(role);
            }
        };
        assign(&mut roles, Role::Presence, &|cell| presence(cell).is_some());
        assign(&mut roles, Role::Kind, &is_type);
        assign(&mut roles, Role::Name, &|cell| {
            is_path(cell) && !is_type(cell) || is_header(cell) || cell.contains('.') && is_path(cell)
        });
        if !roles.contains(&Some(Role::Name)) {
            assign(&mut roles, Role::Name, &is_path);
        }
        for at in 0..count {
            let numbers = share(at, &is_length).is_some();
            let empty = self.rows.iter().all(|row| row.cells.get(at).is_none_or(|cell| cell.trim().is_empty()));
            if roles[at].is_none() && named[at] == Some(Role::Length) && (numbers || empty) {
                roles[at] = Some(Role::Length);
            }
        }
        for at in 0..count {
            if roles[at].is_none() && named[at].is_some_and(|role| !roles.contains(&Some(role))) {
                roles[at] = named[at];
            }
        }
        // What is left with the longest texts is the description.
        if !roles.contains(&Some(Role::Description)) && !roles.contains(&Some(Role::Value)) {
            let width =
                |at: usize| self.rows.iter().filter_map(|row| row.cells.get(at)).map(String::len).sum::<usize>();
            if let Some(at) = (0..count).filter(|at| roles[*at].is_none()).max_by_key(|at| (width(*at), count - at)) {
                roles[at] = Some(Role::Description);
            }
        }
        roles.into_iter().map(|role| role.unwrap_or(Role::Other)).collect()
    }

    /// Tells what a table with these columns is about; nothing where it is none of the known.
    pub(super) fn subject(&self, roles: &[Role]) -> Option<Subject> {
        let has = |role| roles.contains(&role);
        let at = roles.iter().position(|role| *role == Role::Name);
        let names = |test: fn(&str) -> bool| {
            let cells: Vec<_> = self.rows.iter().filter_map(|row| row.cells.get(at?)).collect();
            (!cells.is_empty()).then(|| cells.iter().filter(|cell| test(&bare(cell))).count() * 2 > cells.len())
        };
        if names(is_header) == Some(true) && (has(Role::Description) || has(Role::Value)) {
            return Some(Subject::Headers);
        }
        if at.is_some() && has(Role::Kind) && has(Role::Presence) {
            return Some(Subject::Fields);
        }
        let endpoint = |row: &Row| {
            row.cells.iter().any(|cell| {
                let cell = bare(cell);
                cell.starts_with("http://")
                    || cell.starts_with("https://")
                    || ["GET", "POST", "PUT", "DELETE", "PATCH"].contains(&cell.as_str())
            }) || row.cells.first().is_some_and(|cell| bare(cell).to_lowercase().contains("http status"))
        };
        (roles.len() == 2 && self.rows.iter().any(endpoint)).then_some(Subject::Endpoint)
    }
}

/// Returns a cell without its marks.
fn bare(cell: &str) -> String {
    let linked = Linked::new(cell);
    clean(if linked.whole.trim().is_empty() { linked.struck.first().map_or("", String::as_str) } else { &linked.whole })
}

/// Returns the hashes of a text with links: of all words and, where it is another, of those outside of links.
pub(super) fn hashes(whole: &str, rest: &str) -> Option<Value> {
    let whole = hash(whole)?;
    Some(match hash(rest) {
        Some(rest) if rest != whole => serde_json::json!([whole, rest]),
        _ => whole.into(),
    })
}
