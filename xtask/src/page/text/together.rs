//! Rows whose cells run together in one line of the window's text, with nothing between them: `order.totalnumberMandatoryThe sum`.

use super::super::table::{TYPES, is_header, is_path};

/// What the third cell begins with.
const PRESENCE: [&str; 4] = ["Mandatory", "Optional", "Conditional", "Required"];

/// Returns the field that such a row names.
pub(super) fn field(line: &str) -> Option<&str> {
    let line = line.trim();
    let presence = PRESENCE.iter().filter_map(|word| line.find(word)).min()?;
    let head = line[..presence].trim_end();
    let kinds = TYPES.iter().filter_map(|kind| {
        let start = head.len().checked_sub(kind.len())?;
        head.get(start..)?.eq_ignore_ascii_case(kind).then(|| head[..start].trim_end())
    });
    // The shortest name has the longest type: `datetime` and not `time`.
    kinds.filter(|name| is_path(name) && !name.ends_with('.')).min_by_key(|name| name.len())
}

/// Tells whether a line is such a row of a header: a hyphen, and a capital inside of what stands behind it.
pub(super) fn is_header_row(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let last = word.rsplit_once('-').map_or("", |(_, last)| last);
    let capital = last.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    capital && is_header(word) && line.trim() != word
}

/// Tells whether a line is such a row of a header without a hyphen that is known: `SignatureA proof`.
pub(super) fn is_known_glued(line: &str) -> bool {
    let known = ["Signature", "Digest", "Authorization"];
    known.iter().any(|name| {
        line.trim().strip_prefix(name).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
    })
}

/// Tells whether a line begins with two words that run together, and goes on: `ChannelWhich one`.
pub(super) fn is_glued_word(line: &str) -> bool {
    let line = line.trim();
    let word = line.split_whitespace().next().unwrap_or_default();
    let inner = word.as_bytes().windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    let letters = word.bytes().all(|letter| letter.is_ascii_alphabetic());
    inner && letters && word.starts_with(|first: char| first.is_ascii_uppercase()) && word.len() < line.len()
}
