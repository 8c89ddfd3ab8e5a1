//! The words around a number that say what kind of limit it is, in English and in Indonesian.

use super::{
    Kind,
    before::{IS, LENGTH},
    token::Token,
};

/// What words before a number say, the longest first. Each may have words of a length and of being around it.
const BEFORE: [(&[&str], Kind); 69] = [
    (&["should", "not", "be", "longer", "than"], Kind::Max),
    (&["must", "not", "be", "longer", "than"], Kind::Max),
    (&["may", "not", "be", "longer", "than"], Kind::Max),
    (&["must", "not", "have", "more", "than"], Kind::Max),
    (&["must", "not", "contain", "more", "than"], Kind::Max),
    (&["cannot", "be", "longer", "than"], Kind::Max),
    (&["cannot", "be", "more", "than"], Kind::Max),
    (&["tidak", "boleh", "lebih", "dari"], Kind::Max),
    (&["tidak", "kurang", "dari"], Kind::Min),
    (&["tidak", "lebih", "dari"], Kind::Max),
    (&["tidak", "boleh", "melebihi"], Kind::Max),
    (&["tidak", "melebihi"], Kind::Max),
    (&["should", "not", "exceed"], Kind::Max),
    (&["must", "not", "exceed"], Kind::Max),
    (&["may", "not", "exceed"], Kind::Max),
    (&["can", "not", "exceed"], Kind::Max),
    (&["does", "not", "exceed"], Kind::Max),
    (&["do", "not", "exceed"], Kind::Max),
    (&["not", "to", "exceed"], Kind::Max),
    (&["cannot", "exceed"], Kind::Max),
    (&["not", "exceeding"], Kind::Max),
    (&["not", "exceed"], Kind::Max),
    (&["not", "more", "than"], Kind::Max),
    (&["no", "more", "than"], Kind::Max),
    (&["not", "longer", "than"], Kind::Max),
    (&["no", "longer", "than"], Kind::Max),
    (&["not", "less", "than"], Kind::Min),
    (&["no", "less", "than"], Kind::Min),
    (&["not", "fewer", "than"], Kind::Min),
    (&["no", "fewer", "than"], Kind::Min),
    (&["not", "shorter", "than"], Kind::Min),
    (&["no", "shorter", "than"], Kind::Min),
    (&["less", "than"], Kind::Below),
    (&["fewer", "than"], Kind::Below),
    (&["shorter", "than"], Kind::Below),
    (&["kurang", "dari"], Kind::Below),
    (&["more", "than"], Kind::Above),
    (&["longer", "than"], Kind::Above),
    (&["lebih", "dari"], Kind::Above),
    (&["sampai", "dengan"], Kind::Max),
    (&["limited", "to"], Kind::Max),
    (&["restricted", "to"], Kind::Max),
    (&["limit", "of"], Kind::Max),
    (&["paling", "banyak"], Kind::Max),
    (&["paling", "panjang"], Kind::Max),
    (&["paling", "sedikit"], Kind::Min),
    (&["up", "to"], Kind::Max),
    (&["at", "the", "most"], Kind::Max),
    (&["at", "the", "least"], Kind::Min),
    (&["at", "most"], Kind::Max),
    (&["at", "least"], Kind::Min),
    (&["character", "limit"], Kind::Max),
    (&["characters", "limit"], Kind::Max),
    (&["sebanyak", "-", "banyaknya"], Kind::Max),
    (&["below"], Kind::Below),
    (&["under"], Kind::Below),
    (&["di", "bawah"], Kind::Below),
    (&["sampai"], Kind::Max),
    (&["batas"], Kind::Max),
    (&["hingga"], Kind::Max),
    (&["limit"], Kind::Max),
    (&["setidaknya"], Kind::Min),
    (&["minimal"], Kind::Min),
    (&["exactly"], Kind::Exact),
    (&["fixed"], Kind::Exact),
    (&["tepat"], Kind::Exact),
    (&["persis"], Kind::Exact),
    (&["<="], Kind::Max),
    (&[">="], Kind::Min),
];
/// What a word before or behind a number says by its beginning.
const STEMS: [(&str, Kind); 4] = [("max", Kind::Max), ("maks", Kind::Max), ("minim", Kind::Min), ("min", Kind::Min)];
/// What words behind a number and its unit say.
const BEHIND: [(&[&str], Kind); 12] = [
    (&["or", "less"], Kind::Max),
    (&["or", "fewer"], Kind::Max),
    (&["or", "shorter"], Kind::Max),
    (&["at", "most"], Kind::Max),
    (&["at", "the", "most"], Kind::Max),
    (&["at", "the", "least"], Kind::Min),
    (&["atau", "kurang"], Kind::Max),
    (&["limit"], Kind::Max),
    (&["or", "more"], Kind::Min),
    (&["or", "longer"], Kind::Min),
    (&["at", "least"], Kind::Min),
    (&["atau", "lebih"], Kind::Min),
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
pub(super) fn phrase(tokens: &[Token], end: usize, from: usize) -> Option<(Kind, usize)> {
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
        "<" => Some((Kind::Below, end - 1)),
        ">" => Some((Kind::Above, end - 1)),
        "." if end - 1 > from => stem(word(end - 2)).map(|kind| (kind, end - 2)),
        last => stem(last).map(|kind| (kind, end - 1)),
    }
}

pub(super) fn stem(word: &str) -> Option<Kind> {
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
pub(super) fn behind(tokens: &[Token], from: usize) -> Option<(Kind, usize)> {
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
