//! What stands before a number.

use super::{
    LimitKind,
    phrase::{phrase, stem},
    token::Token,
};

pub(super) const LENGTH: [&str; 8] = ["length", "len", "panjang", "panjangnya", "size", "lengths", "long", "allowed"];
/// Words between a limit's words and its number.
pub(super) const IS: [&str; 15] =
    [":", "=", "-", "(", ")", "is", "are", "of", "adalah", "to", "be", "chars", "char", "characters", "karakter"];
const AMOUNT: [&str; 8] = ["amount", "value", "price", "total", "nilai", "jumlah", "harga", "nominal"];

pub(super) struct Before {
    pub(super) kind: LimitKind,
    /// The first token of it.
    pub(super) start: usize,
    /// It says that it is a length, or an amount.
    pub(super) length: bool,
    pub(super) amount: bool,
    /// A colon or an equals sign stands before the number.
    pub(super) assigned: bool,
    /// It is a word that means a limit, and no phrase that may mean anything.
    pub(super) strong: bool,
}

/// Reads the words before a number.
pub(super) fn before(tokens: &[Token], number: usize, from: usize) -> Option<Before> {
    let word = |at: usize| tokens[at].word.as_str();
    let (mut at, mut assigned, mut length, mut amount) = (number, false, false, false);
    while at > from
        && (IS.contains(&word(at - 1))
            || LENGTH.contains(&word(at - 1))
            || AMOUNT.contains(&word(at - 1))
            || word(at - 1) == ".")
    {
        let said = word(at - 1);
        if matches!(said, "to" | "of") && phrase(tokens, at, from).is_some() {
            break;
        }
        // A point belongs to an abbreviation alone.
        if said == "." && !(at - 1 > from && stem(word(at - 2)).is_some()) {
            break;
        }
        assigned |= matches!(said, ":" | "=");
        length |= LENGTH.contains(&said) && !matches!(said, "long" | "allowed");
        amount |= AMOUNT.contains(&said);
        at -= 1;
    }
    if let Some((kind, start)) = phrase(tokens, at, from) {
        let other = length_before(tokens, start, from);
        let strong = stem(word(at - 1)).is_some();
        // `Max length: at most 64` says it twice, and `max length: at least 3` says nothing that is known.
        let start = other.unwrap_or(start);
        let outer = outer(tokens, start, from);
        if outer.is_some_and(|(kind_before, _)| !agrees(kind_before, kind)) {
            return None;
        }
        let other = outer.map(|(_, start)| start).or(other);
        let counts = ["character", "characters", "longer", "shorter", "panjang"];
        length |= (start..at).any(|at| counts.contains(&word(at)) || word(at).contains("len"));
        return Some(Before {
            kind,
            start: other.unwrap_or(start),
            length: length || other.is_some(),
            amount,
            assigned,
            strong,
        });
    }
    // `Length: 64`, with nothing before it.
    let first = (at..number).find(|at| LENGTH.contains(&word(*at)) && !matches!(word(*at), "long" | "allowed"));
    first.filter(|_| length && !amount).map(|start| Before {
        kind: LimitKind::Length,
        start,
        length,
        amount,
        assigned,
        strong: false,
    })
}

/// Returns the limit's word before another one, and where it begins.
fn outer(tokens: &[Token], start: usize, from: usize) -> Option<(LimitKind, usize)> {
    let word = |at: usize| tokens[at].word.as_str();
    let mut at = start;
    while at > from
        && (IS.contains(&word(at - 1)) || LENGTH.contains(&word(at - 1)) || matches!(word(at - 1), "must" | "should"))
    {
        at -= 1;
    }
    let kind = (at > from).then(|| stem(word(at - 1))).flatten()?;
    Some((kind, at - 1))
}

fn agrees(one: LimitKind, other: LimitKind) -> bool {
    let most = |kind| matches!(kind, LimitKind::Max | LimitKind::Below | LimitKind::Exact);
    let least = |kind| matches!(kind, LimitKind::Min | LimitKind::Above | LimitKind::Exact);
    most(one) && most(other) || least(one) && least(other)
}

/// Returns where words of a length begin that end before a token.
pub(super) fn length_before(tokens: &[Token], end: usize, from: usize) -> Option<usize> {
    let (mut at, mut found) = (end, None);
    while at > from && end - at < 3 {
        let word = tokens[at - 1].word.as_str();
        if LENGTH.contains(&word) && !matches!(word, "long" | "allowed") {
            found = Some(at - 1);
        } else if !matches!(word, ":" | "=" | "is" | "of" | "must" | "should" | "be" | "adalah") {
            break;
        }
        at -= 1;
    }
    found
}
