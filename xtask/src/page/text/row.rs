//! A row of fields in the window's text: its lines, cell by cell.

use std::ops::Range;

use super::{
    super::table::{Role, is_header, is_path, is_type, presence},
    line::Line,
};

pub(super) const FIELDS: [Role; 4] = [Role::Name, Role::Kind, Role::Presence, Role::Description];
/// How many lines a description between two other cells may have.
pub(super) const LONG: usize = 12;
/// The lines of a row.
pub(super) struct FoundRow {
    /// For each column its lines.
    pub(super) cells: Vec<Range<usize>>,
    /// Where the description begins, if it goes on to the next row.
    pub(super) open: bool,
    pub(super) end: usize,
}

/// Reads a row that begins in a line.
pub(super) fn row(lines: &[Line<'_>], at: usize, order: &[Role]) -> Option<FoundRow> {
    let described = order.iter().position(|role| *role == Role::Description).unwrap_or(order.len());
    let (mut cells, end) = fixed(lines, at, &order[..described], true)?;
    if described == order.len() {
        return Some(FoundRow { cells, open: false, end });
    }
    let suffix = &order[described + 1..];
    if suffix.iter().all(|role| *role == Role::Other) {
        cells.push(end..end);
        cells.extend(suffix.iter().map(|_| end..end));
        return Some(FoundRow { cells, open: true, end });
    }
    for next in end..(end + LONG).min(lines.len()) {
        if let Some((rest, last)) = fixed(lines, next, suffix, false) {
            cells.push(end..next);
            cells.extend(rest);
            return Some(FoundRow { cells, open: false, end: last });
        }
    }
    None
}

/// Reads cells of one line each.
fn fixed(lines: &[Line<'_>], at: usize, roles: &[Role], named: bool) -> Option<(Vec<Range<usize>>, usize)> {
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

/// Tells whether two lines are a label and a value.
pub(super) fn is_pair(lines: &[Line<'_>], at: usize) -> bool {
    let (Some(label), Some(value)) = (lines.get(at), lines.get(at + 1)) else { return false };
    let (label, value) = (label.text.trim(), value.text.trim());
    let ends = |text: &str| text.ends_with(['.', ':', ',', ';']);
    label.split_whitespace().count() <= 6
        && !ends(label)
        && !label.contains("://")
        && value.split_whitespace().count() <= 4
        && !ends(value)
}
