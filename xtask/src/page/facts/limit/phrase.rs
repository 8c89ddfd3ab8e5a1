//! The words around a number that say what kind of limit it is, in English and in Indonesian.

use super::{
    LimitKind,
    before::{IS, LENGTH},
    token::Token,
};

/// What words before a number say, the longest first. Each may have words of a length and of being around it.
const BEFORE: [(&[&str], LimitKind); 69] = [
    (&["should", "not", "be", "longer", "than"], LimitKind::Max),
    (&["must", "not", "be", "longer", "than"], LimitKind::Max),
    (&["may", "not", "be", "longer", "than"], LimitKind::Max),
    (&["must", "not", "have", "more", "than"], LimitKind::Max),
    (&["must", "not", "contain", "more", "than"], LimitKind::Max),
    (&["cannot", "be", "longer", "than"], LimitKind::Max),
    (&["cannot", "be", "more", "than"], LimitKind::Max),
    (&["tidak", "boleh", "lebih", "dari"], LimitKind::Max),
    (&["tidak", "kurang", "dari"], LimitKind::Min),
    (&["tidak", "lebih", "dari"], LimitKind::Max),
    (&["tidak", "boleh", "melebihi"], LimitKind::Max),
    (&["tidak", "melebihi"], LimitKind::Max),
    (&["should", "not", "exceed"], LimitKind::Max),
    (&["must", "not", "exceed"], LimitKind::Max),
    (&["may", "not", "exceed"], LimitKind::Max),
    (&["can", "not", "exceed"], LimitKind::Max),
    (&["does", "not", "exceed"], LimitKind::Max),
    (&["do", "not", "exceed"], LimitKind::Max),
    (&["not", "to", "exceed"], LimitKind::Max),
    (&["cannot", "exceed"], LimitKind::Max),
    (&["not", "exceeding"], LimitKind::Max),
    (&["not", "exceed"], LimitKind::Max),
    (&["not", "more", "than"], LimitKind::Max),
    (&["no", "more", "than"], LimitKind::Max),
    (&["not", "longer", "than"], LimitKind::Max),
    (&["no", "longer", "than"], LimitKind::Max),
    (&["not", "less", "than"], LimitKind::Min),
    (&["no", "less", "than"], LimitKind::Min),
    (&["not", "fewer", "than"], LimitKind::Min),
    (&["no", "fewer", "than"], LimitKind::Min),
    (&["not", "shorter", "than"], LimitKind::Min),
    (&["no", "shorter", "than"], LimitKind::Min),
    (&["less", "than"], LimitKind::Below),
    (&["fewer", "than"], LimitKind::Below),
    (&["shorter", "than"], LimitKind::Below),
    (&["kurang", "dari"], LimitKind::Below),
    (&["more", "than"], LimitKind::Above),
    (&["longer", "than"], LimitKind::Above),
    (&["lebih", "dari"], LimitKind::Above),
    (&["sampai", "dengan"], LimitKind::Max),
    (&["limited", "to"], LimitKind::Max),
    (&["restricted", "to"], LimitKind::Max),
    (&["limit", "of"], LimitKind::Max),
    (&["paling", "banyak"], LimitKind::Max),
    (&["paling", "panjang"], LimitKind::Max),
    (&["paling", "sedikit"], LimitKind::Min),
    (&["up", "to"], LimitKind::Max),
    (&["at", "the", "most"], LimitKind::Max),
    (&["at", "the", "least"], LimitKind::Min),
    (&["at", "most"], LimitKind::Max),
    (&["at", "least"], LimitKind::Min),
    (&["character", "limit"], LimitKind::Max),
    (&["characters", "limit"], LimitKind::Max),
    (&["sebanyak", "-", "banyaknya"], LimitKind::Max),
    (&["below"], LimitKind::Below),
    (&["under"], LimitKind::Below),
    (&["di", "bawah"], LimitKind::Below),
    (&["sampai"], LimitKind::Max),
    (&["batas"], LimitKind::Max),
    (&["hingga"], LimitKind::Max),
    (&["limit"], LimitKind::Max),
    (&["setidaknya"], LimitKind::Min),
    (&["minimal"], LimitKind::Min),
    (&["exactly"], LimitKind::Exact),
    (&["fixed"], LimitKind::Exact),
    (&["tepat"], LimitKind::Exact),
    (&["persis"], LimitKind::Exact),
    (&["<="], LimitKind::Max),
    (&[">="], LimitKind::Min),
];
/// What a word before or behind a number says by its beginning.
const STEMS: [(&str, LimitKind); 4] =
    [("max", LimitKind::Max), ("maks", LimitKind::Max), ("minim", LimitKind::Min), ("min", LimitKind::Min)];
/// What words behind a number and its unit say.
const BEHIND: [(&[&str], LimitKind); 12] = [
    (&["or", "less"], LimitKind::Max),
    (&["or", "fewer"], LimitKind::Max),
    (&["or", "shorter"], LimitKind::Max),
    (&["at", "most"], LimitKind::Max),
    (&["at", "the", "most"], LimitKind::Max),
    (&["at", "the", "least"], LimitKind::Min),
    (&["atau", "kurang"], LimitKind::Max),
    (&["limit"], LimitKind::Max),
    (&["or", "more"], LimitKind::Min),
    (&["or", "longer"], LimitKind::Min),
    (&["at", "least"], LimitKind::Min),
    (&["atau", "lebih"], LimitKind::Min),
];
/// Words before a limit that say nothing more.
const LEAD: [&str; 17] = [
    "with", "of", "a", "is", "be", "must", "should", "may", "can", "has", "have", "contain", "harus", "dengan",
    "berisi", "and", "dan",
];
const TAIL: [&[&str]; 8] = [
    &["long"],
    &["in", "length"],
    &["in", "total"],
    &["of", "length"],
    &["only"],
    &["panjangnya"],
    &["are", "allowed"],
    &["allowed"],
];
/// Reads a phrase that ends before a token.
pub(super) fn phrase(tokens: &[Token], end: usize, from: usize) -> Option<(LimitKind, usize)> {
    let word = |at: usize| tokens[at].word.as_str();
    let known = BEFORE.iter().find(|(phrase, _)| {
        end >= from + phrase.len()
            && phrase.iter().enumerate().all(|(at, expected)| word(end - phrase.len() + at) == *expected)
    });
    if let Some((phrase, kind)) = known {
        return Some((*kind, end - phrase.len()));
    }
    let last = (end > from).then(|| word(end - 1))?;
    match last {
        "<" => Some((LimitKind::Below, end - 1)),
        ">" => Some((LimitKind::Above, end - 1)),
        "." if end - 1 > from => stem(word(end - 2)).map(|kind| (kind, end - 2)),
        last => stem(last).map(|kind| (kind, end - 1)),
    }
}

pub(super) fn stem(word: &str) -> Option<LimitKind> {
    let whole = [
        "max",
        "maximum",
        "maximal",
        "maks",
        "maksimal",
        "maksimum",
        "min",
        "minimum",
        "minimal",
        "maxlength",
        "minlength",
        "max_length",
        "min_length",
        "maxlen",
        "minlen",
    ];
    let known = whole.contains(&word).then(|| STEMS.iter().find(|(stem, _)| word.starts_with(stem)));
    known.flatten().map(|(_, kind)| *kind)
}

/// Reads what stands behind a number and its unit.
pub(super) fn behind(tokens: &[Token], from: usize) -> Option<(LimitKind, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let open = matches!(word(from), "," | "(");
    let at = from + usize::from(open);
    let close = |end: usize| end + usize::from(word(from) == "(" && word(end) == ")");
    if let Some(kind) = stem(word(at)) {
        // `3 characters, max 64`: the word belongs to the next number.
        let next = (at + 1..at + 5)
            .map_while(|at| tokens.get(at))
            .find(|token| !IS.contains(&token.word.as_str()) && !LENGTH.contains(&token.word.as_str()));
        let length = usize::from(matches!(word(at + 1), "length" | "len" | "panjang"));
        return next.is_none_or(|next| next.number.is_none()).then(|| (kind, close(at + 1 + length)));
    }
    let (phrase, kind) = BEHIND
        .iter()
        .find(|(phrase, _)| phrase.iter().enumerate().all(|(next, expected)| word(at + next) == *expected))?;
    let end = at + phrase.len();
    tokens.get(end).is_none_or(|next| next.number.is_none()).then(|| (*kind, close(end)))
}

/// Goes back over words that only lead to a limit.
pub(super) fn lead(tokens: &[Token], start: usize, from: usize) -> usize {
    let mut at = start;
    while at > from && start - at < 3 && LEAD.contains(&tokens[at - 1].word.as_str()) {
        at -= 1;
    }
    // What is limited goes with its verb: `it must not exceed`, `the name is at most`.
    let verb =
        ["must", "should", "may", "can", "cannot", "is", "has", "does", "do"].contains(&tokens[at].word.as_str());
    if verb && at > from {
        let word = |at: usize| tokens[at].word.as_str();
        // `the number of it must …` speaks of something else.
        let object = at - 1 > from && matches!(word(at - 2), "of" | "to" | "in" | "for" | "with" | "by" | "about");
        if matches!(word(at - 1), "it" | "this" | "which" | "that" | "value") && !object {
            return at - 1;
        }
        if at - 1 > from && matches!(word(at - 2), "the" | "its") {
            return at - 2;
        }
    }
    at
}

/// Goes on over words that only say that it is a length.
pub(super) fn tail(tokens: &[Token], end: usize) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let known = TAIL.iter().find(|words| words.iter().enumerate().all(|(at, expected)| word(end + at) == *expected));
    end + known.map_or(0, |words| words.len())
}
