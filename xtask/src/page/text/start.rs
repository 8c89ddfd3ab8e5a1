//! Where tables of the window's text begin: with the names of columns, or with a row.

use super::{
    super::table::{Role, is_header, is_path, is_type, marked, role_of},
    line::{self, Line},
    row::{self, FIELDS, LONG, row},
    together,
};

/// Where a table begins.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) at: usize,
    /// How many lines name its columns; nothing where its columns have names that nobody knows.
    pub(super) columns: Option<usize>,
    pub(super) names: Vec<String>,
    pub(super) order: Vec<Role>,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pairs,
    Headers,
    Fields,
}

const NAMES: [&str; 4] = ["Parameter", "Type", "Mandatory", "Description"];
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
            let closing = [Role::Name, Role::Kind, Role::Presence].iter().all(|role| roles.contains(role))
                && role.is_none()
                && is_name(line.text)
                && row(lines, at + count + 1, &FIELDS).is_some();
            let unknown = unknown || closing;
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
    let order = by_row(lines, at + count, order);
    let has = |role| order.contains(&role);
    let next = at + count;
    if names.len() < 2 || order.iter().filter(|role| **role != Role::Other).count() < 2 || next >= lines.len() {
        return None;
    }
    let near = |test: &dyn Fn(usize) -> bool| (next..(next + LONG).min(lines.len())).any(test);
    let kind = if has(Role::Name) && has(Role::Kind) && has(Role::Presence) {
        Kind::Fields
    } else if has(Role::Name)
        && has(Role::Description)
        && order.len() == 2
        && near(&|at| is_header(marked(lines[at].text).0) || together::is_header_row(lines[at].text))
    {
        Kind::Headers
    } else if order.len() == 2 && has(Role::Value) && near(&|at| row::is_pair(lines, at)) {
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

/// Gives a column whose name nobody knows what stands in its cells: the type, or the description.
fn by_row(lines: &[Line<'_>], at: usize, order: Vec<Role>) -> Vec<Role> {
    let mut others = order.iter().enumerate().filter(|(_, role)| **role == Role::Other).map(|(at, _)| at);
    let (Some(other), None) = (others.next(), others.next()) else { return order };
    let missing = [Role::Kind, Role::Description].into_iter().filter(|role| !order.contains(role));
    let with = |role| {
        let mut with = order.clone();
        with[other] = role;
        with
    };
    let kinds = |order: &Vec<Role>| {
        let kind = order.iter().position(|role| *role == Role::Kind);
        order.contains(&Role::Name)
            && kind.is_some_and(|kind| lines.get(at + kind).is_some_and(|line| is_type(line.text)))
            && row(lines, at, order).is_some()
    };
    missing.map(with).find(kinds).unwrap_or(order)
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
