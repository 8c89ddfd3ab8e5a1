//! Limits in the ways in which people write them, in English and in Indonesian: a number, what is counted, and words around it.

mod token;

use std::ops::Range;

use token::{Token, tokens};
pub(crate) use token::{numbers, stands};

/// How many characters or digits, and how much or how many.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) least: Option<String>,
    pub(super) most: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Max,
    Min,
    Exact,
    /// One more than the most, or one less than the least.
    Below,
    Above,
    /// A length, with no word of what kind it is: the most.
    Length,
}

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
const LENGTH: [&str; 8] = ["length", "len", "panjang", "panjangnya", "size", "lengths", "long", "allowed"];
/// Words between a limit's words and its number.
const IS: [&str; 15] =
    [":", "=", "-", "(", ")", "is", "are", "of", "adalah", "to", "be", "chars", "char", "characters", "karakter"];
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
const AMOUNT: [&str; 8] = ["amount", "value", "price", "total", "nilai", "jumlah", "harga", "nominal"];

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    Characters,
    Money,
    Thing(&'static str),
    /// None, or one that is not known.
    None,
    /// Something that is no limit of a length.
    Other,
}

/// A limit, and where it stands.
struct Found {
    kind: Kind,
    range: Range<usize>,
    one: String,
    /// The other end of a range.
    other: Option<String>,
    unit: Unit,
}

/// Takes the limits out of a description.
pub(super) fn limits(rest: &mut String) -> Limits {
    let mut limits = Limits::default();
    if !rest.contains(|letter: char| letter.is_ascii_digit()) {
        return limits;
    }
    let mut cut = Vec::new();
    {
        let tokens = tokens(rest);
        let mut after = 0;
        for at in 0..tokens.len() {
            if at < after || tokens[at].number.is_none() {
                continue;
            }
            let Some((found, end)) = find(&tokens, at, after) else { continue };
            if limits.take(&found) {
                cut.push(found.range);
                after = end;
            }
        }
    }
    for range in cut.into_iter().rev() {
        rest.replace_range(range, " ");
    }
    limits
}

impl Limits {
    /// Takes a limit, unless there is one of the kind.
    fn take(&mut self, found: &Found) -> bool {
        let Found { kind, one, other, unit, .. } = found;
        let step = |by: i64| one.parse::<i64>().map_or_else(|_| one.clone(), |one| (one + by).to_string());
        let put = |place: &mut Option<String>, value: String| {
            let free = place.is_none();
            if free {
                *place = Some(value);
            }
            free
        };
        match (unit, kind, other) {
            (Unit::Other, ..) => false,
            (Unit::Money, Kind::Min, _) => put(&mut self.least, one.clone()),
            (Unit::Money, Kind::Max, _) => put(&mut self.most, one.clone()),
            (Unit::Thing(thing), Kind::Min, _) => put(&mut self.least, format!("{one} {thing}")),
            (Unit::Thing(thing), Kind::Max, _) => put(&mut self.most, format!("{one} {thing}")),
            (Unit::Money | Unit::Thing(_), ..) => false,
            (_, _, Some(other)) if self.min.is_none() && self.max.is_none() => {
                (self.min, self.max) = (Some(one.clone()), Some(other.clone()));
                true
            }
            (_, _, Some(_)) => false,
            (_, Kind::Exact, _) => {
                self.min.is_none() && put(&mut self.max, one.clone()) && put(&mut self.min, one.clone())
            }
            (_, Kind::Max | Kind::Length, _) => put(&mut self.max, one.clone()),
            (_, Kind::Min, _) => put(&mut self.min, one.clone()),
            (_, Kind::Below, _) => put(&mut self.max, step(-1)),
            (_, Kind::Above, _) => put(&mut self.min, step(1)),
        }
    }
}

/// Reads a limit around a number; `from` is the first token that is free.
fn find(tokens: &[Token], at: usize, from: usize) -> Option<(Found, usize)> {
    let number = tokens[at].number.clone()?;
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let (unit, mut end) = unit(tokens, at + 1);
    // Money is said before its number.
    let money = at > from && matches!(word(at - 1), "rp" | "idr");
    // A range: `3-64 characters`, `between 3 and 64`.
    let second = {
        let (start, joins) = (end, ["-", "to", "and", "dan", "sampai", "hingga", "until", "s/d", "sd", "s.d", ".."]);
        let start = start + usize::from(joins.contains(&word(start)));
        let start = start + usize::from(word(start) == "dengan" || word(start) == "." && word(start - 1) == "s.d");
        (start > end).then(|| tokens.get(start)?.number.clone().map(|number| (start, number))).flatten()
    };
    let before = before(tokens, at - usize::from(money), from);
    if let Some((second_at, other)) = second.filter(|_| matches!(unit, Unit::None | Unit::Characters)) {
        let (after, last) = self::unit(tokens, second_at + 1);
        let opened =
            (at > from).then(|| word(at - 1)).filter(|word| matches!(*word, "between" | "antara" | "from" | "dari"));
        let start = at - usize::from(opened.is_some());
        let length = length_before(tokens, start, from);
        if after == Unit::Characters || length.is_some() && after == Unit::None {
            let start = lead(tokens, length.unwrap_or(start), from);
            let last = tail(tokens, last);
            let found = Found {
                kind: Kind::Exact,
                range: tokens[start].range.start..tokens[last - 1].range.end,
                one: number,
                other: Some(other),
                unit: Unit::Characters,
            };
            return Some((found, last));
        }
    }
    let behind = (unit == Unit::Characters).then(|| behind(tokens, end)).flatten();
    if let (Some((kind, last)), None) = (behind, before.as_ref().filter(|before| before.kind != Kind::Length)) {
        let start = lead(tokens, before.map_or(at, |before| before.start), from);
        let last = tail(tokens, last);
        return Some((
            Found {
                kind,
                range: tokens[start].range.start..tokens[last - 1].range.end,
                one: number,
                other: None,
                unit,
            },
            last,
        ));
    }
    let Before { kind, start, length, assigned, amount, strong } = before?;
    let unit = match unit {
        Unit::None if money || amount => Unit::Money,
        Unit::None if matches!(kind, Kind::Min | Kind::Max) && is_continued(tokens, at) => Unit::Characters,
        unit => unit,
    };
    // `max 64` says what it limits with a unit, a colon, the word length, or as the end of a sentence.
    let ends = tokens
        .get(at + 1)
        .is_none_or(|next| matches!(next.word.as_str(), "." | "," | ";" | ")" | "and" | "dan" | "max" | "maksimal"));
    let clear = unit != Unit::None || length || assigned && strong || strong && ends && kind != Kind::Exact;
    if !clear || kind == Kind::Length && !matches!(unit, Unit::None | Unit::Characters) {
        return None;
    }
    end = tail(tokens, end);
    let start = lead(tokens, start, from);
    Some((
        Found { kind, range: tokens[start].range.start..tokens[end - 1].range.end, one: number, other: None, unit },
        end,
    ))
}

/// Tells whether another limit follows at once, and says what is counted: `at least 1 and at most 64 characters`.
fn is_continued(tokens: &[Token], at: usize) -> bool {
    let Some(next) = (at + 1..(at + 7).min(tokens.len())).find(|at| tokens[*at].number.is_some()) else { return false };
    let joins = |at: &usize| matches!(tokens[*at].word.as_str(), "and" | "dan" | "," | "&" | "to");
    let start = (at + 1..next).find(|at| !joins(at)).unwrap_or(next);
    unit(tokens, next + 1).0 == Unit::Characters
        && before(tokens, next, at + 1).is_some_and(|before| before.start == start)
}

/// Reads what is counted, and returns where it ends.
fn unit(tokens: &[Token], from: usize) -> (Unit, usize) {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let mut at = from + usize::from(word(from) == "-");
    at += usize::from(matches!(word(at), "alphanumeric" | "numeric" | "ascii" | "alphabetic" | "unicode"));
    let unit = match word(at) {
        "char" | "chars" | "character" | "characters" | "symbol" | "symbols" | "letter" | "letters" | "digit"
        | "digits" | "karakter" | "huruf" | "angka" => Unit::Characters,
        "item" | "items" | "barang" => Unit::Thing("item"),
        "element" | "elements" => Unit::Thing("element"),
        "entry" | "entries" => Unit::Thing("entry"),
        "product" | "products" | "produk" => Unit::Thing("product"),
        "time" | "times" | "kali" => Unit::Thing("time"),
        "second" | "seconds" | "detik" => Unit::Thing("second"),
        "minute" | "minutes" | "menit" => Unit::Thing("minute"),
        "hour" | "hours" | "jam" => Unit::Thing("hour"),
        "day" | "days" | "hari" => Unit::Thing("day"),
        "rupiah" | "idr" => Unit::Money,
        "%" | "percent" | "persen" | "kb" | "mb" | "/" => Unit::Other,
        _ => return (Unit::None, from),
    };
    (unit, at + 1)
}

struct Before {
    kind: Kind,
    /// The first token of it.
    start: usize,
    /// It says that it is a length, or an amount.
    length: bool,
    amount: bool,
    /// A colon or an equals sign stands before the number.
    assigned: bool,
    /// It is a word that means a limit, and no phrase that may mean anything.
    strong: bool,
}

/// Reads the words before a number.
fn before(tokens: &[Token], number: usize, from: usize) -> Option<Before> {
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
        kind: Kind::Length,
        start,
        length,
        amount,
        assigned,
        strong: false,
    })
}

/// Returns where words of a length begin that end before a token.
fn length_before(tokens: &[Token], end: usize, from: usize) -> Option<usize> {
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

/// Reads a phrase that ends before a token.
fn phrase(tokens: &[Token], end: usize, from: usize) -> Option<(Kind, usize)> {
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

fn stem(word: &str) -> Option<Kind> {
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
fn behind(tokens: &[Token], from: usize) -> Option<(Kind, usize)> {
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
fn lead(tokens: &[Token], start: usize, from: usize) -> usize {
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
fn tail(tokens: &[Token], end: usize) -> usize {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let known = TAIL.iter().find(|words| words.iter().enumerate().all(|(at, expected)| word(end + at) == *expected));
    end + known.map_or(0, |words| words.len())
}
