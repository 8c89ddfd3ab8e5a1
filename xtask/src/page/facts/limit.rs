//! Limits in the ways in which people write them, in English and in Indonesian: a number, what is counted, and words around it.

mod before;
mod phrase;
mod spelled;
mod token;

use std::ops::Range;

use before::{Before, before, length_before};
use phrase::{behind, lead, tail};
use token::{Token, tokens};
pub(crate) use token::{numbers, stands};

/// How many characters or digits, and how much or how many.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    pub(super) least: Option<String>,
    pub(super) most: Option<String>,
    /// Another number stands directly behind a limit: `64 (50 for some)`.
    pub(super) doubt: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LimitKind {
    Max,
    Min,
    Exact,
    /// One more than the most, or one less than the least.
    Below,
    Above,
    /// A length, with no word of what kind it is: the most.
    Length,
}

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
    kind: LimitKind,
    range: Range<usize>,
    one: String,
    /// The other end of a range.
    other: Option<String>,
    unit: Unit,
}

/// Takes the limits out of a description; `is_text` says that numbers without a unit are characters.
pub(super) fn limits(rest: &mut String, is_text: bool) -> Limits {
    let mut limits = Limits::default();
    let mut cut = Vec::<Range<usize>>::new();
    {
        let tokens = tokens(rest);
        let mut ends = Vec::new();
        let mut after = 0;
        for at in 0..tokens.len() {
            if at < after || tokens[at].number.is_none() {
                continue;
            }
            let Some((found, end)) = find(&tokens, at, after, is_text) else { continue };
            if limits.take(&found) {
                cut.push(found.range);
                ends.push(end);
                after = end;
            }
        }
        limits.doubt = ends.iter().any(|end| {
            beside(&tokens, *end).is_some_and(|at| !cut.iter().any(|range| range.contains(&tokens[at].range.start)))
        });
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
            (Unit::Money, _, Some(other)) => put(&mut self.least, one.clone()) && put(&mut self.most, other.clone()),
            (Unit::Money, LimitKind::Min, _) => put(&mut self.least, one.clone()),
            (Unit::Money, LimitKind::Max, _) => put(&mut self.most, one.clone()),
            (Unit::Thing(thing), LimitKind::Min, _) => put(&mut self.least, format!("{one} {thing}")),
            (Unit::Thing(thing), LimitKind::Max, _) => put(&mut self.most, format!("{one} {thing}")),
            (Unit::Money | Unit::Thing(_), ..) => false,
            (_, _, Some(other)) if self.min.is_none() && self.max.is_none() => {
                (self.min, self.max) = (Some(one.clone()), Some(other.clone()));
                true
            }
            (_, _, Some(_)) => false,
            (_, LimitKind::Exact, _) => {
                self.min.is_none() && put(&mut self.max, one.clone()) && put(&mut self.min, one.clone())
            }
            (_, LimitKind::Max | LimitKind::Length, _) => put(&mut self.max, one.clone()),
            (_, LimitKind::Min, _) => put(&mut self.min, one.clone()),
            (_, LimitKind::Below, _) => put(&mut self.max, step(-1)),
            (_, LimitKind::Above, _) => put(&mut self.min, step(1)),
        }
    }
}

/// Returns a number that stands directly behind a limit, and may be one for some: in brackets, or behind a comma.
fn beside(tokens: &[Token], end: usize) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let is_number = |at: &usize| tokens.get(*at).is_some_and(|token| token.number.is_some());
    if word(end) != "(" {
        let joined = matches!(word(end), "," | "/" | "or" | "atau" | ";");
        return joined.then_some(end + 1).filter(is_number);
    }
    let close = (end..tokens.len()).find(|at| word(*at) == ")")?;
    let past = ["previously", "formerly", "was", "before", "sebelumnya", "dulu", "semula", "until", "from"];
    let is_past = (end..close).any(|at| past.contains(&word(at)));
    (end..close).find(is_number).filter(|_| !is_past)
}

/// Reads the decimals of a number: `16 digits and 2 decimal places`.
fn decimals(tokens: &[Token], end: usize) -> Option<(String, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let at = end + usize::from(matches!(word(end), "," | "and" | "with" | "dan" | "dengan" | "plus" | "("));
    let places = tokens.get(at)?.number.clone().filter(|places| places.len() == 1)?;
    let at = at + 1;
    if !matches!(word(at), "decimal" | "decimals" | "desimal") {
        return None;
    }
    let more = usize::from(matches!(word(at + 1), "place" | "places" | "digit" | "digits" | "point" | "points"));
    Some((places, at + 1 + more))
}

/// Reads a limit around a number; `from` is the first token that is free.
fn find(tokens: &[Token], at: usize, from: usize, is_text: bool) -> Option<(Found, usize)> {
    let mut number = tokens[at].number.clone()?;
    let word = |at: usize| tokens.get(at).map_or("", |token| token.word.as_str());
    let (mut unit, mut end) = unit(tokens, at + 1);
    if let Some((places, last)) =
        decimals(tokens, end).filter(|_| matches!(unit, Unit::None | Unit::Characters) && !number.contains('.'))
    {
        (number, unit, end) = (format!("{number}.{places}"), Unit::Characters, last);
    }
    // Two numbers that nothing joins are none that is known.
    if tokens.get(end).is_some_and(|next| next.number.is_some()) && unit == Unit::None {
        return None;
    }
    // Money is said before its number.
    let money = at > from && matches!(word(at - 1), "rp" | "idr");
    // A range: `3-64 characters`, `between 3 and 64`.
    let second = {
        let (start, joins) = (end, ["-", "to", "and", "dan", "sampai", "hingga", "until", "s/d", "sd", "s.d", ".."]);
        let start = start + usize::from(joins.contains(&word(start)));
        let start = start + usize::from(word(start) == "dengan" || word(start) == "." && word(start - 1) == "s.d");
        let start = start + usize::from(money && matches!(word(start), "rp" | "idr"));
        (start > end).then(|| tokens.get(start)?.number.clone().map(|number| (start, number))).flatten()
    };
    let before = before(tokens, at - usize::from(money), from);
    let amounts = at - usize::from(money);
    if let (true, true, Some((second_at, other))) = (
        money || unit == Unit::Money,
        amounts > from && matches!(word(amounts.wrapping_sub(1)), "between" | "antara" | "from" | "dari"),
        &second,
    ) {
        let (start, last) = (lead(tokens, amounts - 1, from), self::unit(tokens, second_at + 1));
        let last = if last.0 == Unit::Money { last.1 } else { second_at + 1 };
        let range = tokens[start].range.start..tokens[last - 1].range.end;
        let other = Some(other.clone());
        return Some((Found { kind: LimitKind::Exact, range, one: number, other, unit: Unit::Money }, last));
    }
    if let Some((second_at, other)) = second.filter(|_| matches!(unit, Unit::None | Unit::Characters)) {
        let (after, last) = self::unit(tokens, second_at + 1);
        let opened =
            (at > from).then(|| word(at - 1)).filter(|word| matches!(*word, "between" | "antara" | "from" | "dari"));
        let start = at - usize::from(opened.is_some());
        let length = length_before(tokens, start, from);
        let ends = tokens.get(last).is_none_or(|next| matches!(next.word.as_str(), "." | "," | ";" | ")"));
        let bare = is_text && ends && opened.is_some_and(|word| matches!(word, "between" | "antara"));
        if after == Unit::Characters || (length.is_some() || bare) && after == Unit::None {
            let start = lead(tokens, length.unwrap_or(start), from);
            let last = tail(tokens, last);
            let found = Found {
                kind: LimitKind::Exact,
                range: tokens[start].range.start..tokens[last - 1].range.end,
                one: number,
                other: Some(other),
                unit: Unit::Characters,
            };
            return Some((found, last));
        }
    }
    let behind = (unit == Unit::Characters).then(|| behind(tokens, end)).flatten();
    if let (Some((kind, last)), None) = (behind, before.as_ref().filter(|before| before.kind != LimitKind::Length)) {
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
        // What is counted behind a length is the beginning of other words.
        Unit::Thing(_) if length => {
            end = at + 1;
            Unit::None
        }
        Unit::None if money || amount => Unit::Money,
        Unit::None if matches!(kind, LimitKind::Min | LimitKind::Max) && is_continued(tokens, at) => Unit::Characters,
        unit => unit,
    };
    // `max 64` says what it limits with a unit, a colon, the word length, or as the end of a sentence.
    let ends = tokens
        .get(at + 1)
        .is_none_or(|next| matches!(next.word.as_str(), "." | "," | ";" | ")" | "and" | "dan" | "max" | "maksimal"));
    let clear = unit != Unit::None || length || assigned && strong || strong && ends && kind != LimitKind::Exact;
    if !clear || kind == LimitKind::Length && !matches!(unit, Unit::None | Unit::Characters) {
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
        "%" | "percent" | "persen" | "kb" | "mb" | "byte" | "bytes" | "octet" | "octets" | "/" => Unit::Other,
        _ => return (Unit::None, from),
    };
    (unit, at + 1)
}
