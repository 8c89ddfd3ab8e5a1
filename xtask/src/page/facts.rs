//! What a description says that a program can compare: limits, characters, values, pattern, format.

mod characters;
mod limit;
mod listing;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

use super::{clean, words::hash};

pub(crate) use limit::{numbers, stands as number_stands};

struct FactPatterns {
    labelled: Regex,
    anchored: Regex,
    backslashes: Regex,
    spaces: Regex,
    /// Each with words of which one must stand in a text that has it.
    formats: [(&'static [&'static str], Regex); 8],
    doubt: Regex,
    /// An amount whose currency is written with it: `Rp10.000`, `Rp. 10.000`.
    currency: Regex,
    /// A code as a value of an enum may be one.
    code: Regex,
    rule: Regex,
    status: Regex,
}

static PATTERNS: LazyLock<FactPatterns> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns are constant and tested");
    FactPatterns {
        labelled: regex(
            r"(?i)(?:only supports?|pattern|regex(?:p|ular expression)?)\s*:\s*([/#~]?\^.*\$(?:[/#~][gimsux]{0,6}\b|[/#~])?)",
        ),
        anchored: regex(r"(?:^|\s)([/#~]?\^.*\$(?:[/#~][gimsux]{0,6}\b|[/#~])?)"),
        backslashes: regex(r"\\+"),
        spaces: regex(r"\s+"),
        formats: [
            (&["8601"], regex(r"(?i)\b(?:in\s+)?iso[ -]?8601\b(?:\s+utc[+-]\d{1,2}(?::\d\d)?\b)?(?:\s+format\b)?")),
            (
                &["yyyy"],
                regex(
                    r"(?i)(?:\bin\s+)?\byyyy[-/. ]?mm[-/. ]?dd(?:['t :]*hh[:.]?mm(?:[:.]?ss)?(?:\.s+)?(?:'?z'?|[+-]hh:?mm)?)?(?:\s+format\b)?",
                ),
            ),
            (
                &["dd", "yymm", "hh"],
                regex(
                    r"(?i)\b(?:dd|mmm?|yy(?:yy)?)[-/. ]?(?:mmm?|dd)[-/. ]?(?:yyyy|yy|dd)(?:['t :,]*hh[:.]?mm(?:[:.]?ss)?(?:\.s+)?(?:'?z'?|[+-]hh:?mm)?)?\b(?:\s+format\b)?",
                ),
            ),
            (
                &["rfc", "epoch", "unix"],
                regex(
                    r"(?i)\b(?:in\s+)?(?:rfc[ -]?(?:3339|2822|1123|822)\b|unix\s+(?:epoch\s+)?(?:time(?:stamp)?|epoch)\b|unix\s+timestamp\b|epoch(?:\s+time(?:stamp)?)?\b)(?:\s+(?:in\s+)?(milliseconds?|seconds?|ms)\b)?(?:\s+format\b)?",
                ),
            ),
            (&["{"], regex(r"[+0-9]*\{[A-Za-z_ ]+\}(?:[-+/ ]?\{[A-Za-z_ ]+\})*")),
            (
                &["in ", "dalam ", "unit", "satuan", "format", "("],
                regex(
                    r"(?i)\b(?:format(?:ted)?\s+|unit\s*:?\s*|expressed\s+|measured\s+|given\s+)?(?:in|dalam)\s+(milliseconds?|ms|seconds?|minutes?|hours?|days?|weeks?|months?|detik|menit|jam|hari|minggu|bulan)\b|\b(?:unit|satuan|format)\s*:\s*(milliseconds?|ms|seconds?|minutes?|hours?|days?|weeks?|months?|detik|menit|jam|hari|minggu|bulan)\b|\(\s*(milliseconds?|ms|seconds?|minutes?|hours?|days?|weeks?|months?|detik|menit|jam|hari|minggu|bulan)\s*\)",
                ),
            ),
            (&["format"], regex(r"(?i)\bin\s+(?:the\s+)?(utc|gmt|wib|wita|wit|local time)([+-]\d{1,2})?\s+format\b")),
            (&["in "], regex(r"(?i)\bin\s+(idr|usd|sgd|myr|eur|rupiah|dollars?|cents?|sen)\b(?:\s+currency\b)?")),
        ],
        currency: regex(r"(?i)\b(rp|idr)\.?\s*(\d)"),
        code: regex(r"\b[A-Z][A-Z0-9_-]{2,}\b"),
        rule: regex(
            r"(?i)\b(?:mandatory|required|requires?|optional|conditional|wajib|harus|opsional|must|only|hanya|cannot|not\s+allowed|forbidden|tidak\s+(?:boleh|wajib|lagi)|dilarang|empty|blank|null|kosong|deprecated|obsolete|discontinued|no\s+longer|ignored|diabaikan|unique|unik|case[ -]sensitive|default|base64|encoded|encrypted|https|decimals?|desimal|positive|greater\s+than|less\s+than|multiples?\s+of|kelipatan|utc(?:[+-]\d+)?|gmt|wib|wita|local\s+time|etc|dll|effective|starting|mulai|berlaku|not|never|tidak|bukan|jangan|except|excluding|unless|kecuali|iso[ -]?\d{4}(?:-\d)?|alpha-[23]|\d+\s*(?:seconds?|minutes?|hours?|days?|weeks?|months?|detik|menit|jam|hari|minggu|bulan))\b|[*†‡¹²³]",
        ),
        status: regex(r"(?i)\bstatus(?:es)?\b.*\b[1-5]\d\d\b|\b[1-5]\d\d\b.*\bstatus\b"),
        doubt: regex(
            r"(?i)\d\s*-?\s*(?:char(?:acter)?s?|letters?|digits?|bytes?|karakter|huruf|angka|digit)\b|(?:<=|>=|≤|≥|[<>])\s*\d|\b(?:max|min|maks)[a-z.]*\s+(?:\S+\s+){0,3}\d|\b(?:exceed|longer|shorter|fewer|melebihi)\b(?:\s+\S+){0,3}?\s+\d",
        ),
    }
});

/// The facts of a description, and what is left of it.
pub(super) struct Facts {
    /// By name: `min` and `max` are numbers of characters or digits, or `digits.decimals`; `least` and `most` are of an
    /// amount or a count; `characters`, `enum` and `format` are lists; `hint` is a hash
    /// of what is said of values, and `text` one of the rest.
    pub(super) facts: Map<String, Value>,
    /// Something in the rest looks like a limit, or like a value more.
    pub(super) doubt: bool,
    /// Words of the rest with which people write a rule.
    pub(super) rules: Vec<String>,
}

/// Returns the facts of a description.
pub(super) fn facts(description: &str) -> Facts {
    of_type(description, "")
}

/// Returns the facts of the description of a field: `between 1 and 32` is a length where the field is a text.
pub(super) fn of_type(description: &str, kind: &str) -> Facts {
    let space = |letter: char| if letter.is_whitespace() && letter != '\n' { ' ' } else { letter };
    let shown = description.chars().filter(|letter| !super::words::UNSEEN.contains(letter));
    let mut rest = shown.map(space).collect::<String>().replace('：', ":");
    if rest.contains(['p', 'P', 'r', 'R']) {
        rest = PATTERNS.currency.replace_all(&rest, "$1 $2").into_owned();
    }
    let mut facts = Map::new();
    // The pattern goes first: it may hold anything that the others look for.
    if let Some(pattern) = pattern(&mut rest) {
        facts.insert("pattern".into(), pattern.into());
    }
    // A pattern of a time or a number has a format's letters, so the characters and values are cut before the formats.
    if let Some(characters) = characters::characters(&mut rest) {
        facts.insert("characters".into(), characters.into());
    }
    let mut said = String::new();
    if let Some((values, hint)) = listing::values(&mut rest) {
        facts.insert("enum".into(), values.into());
        if let Some(hint) = hash(&hint) {
            facts.insert("hint".into(), hint.into());
        }
        said = hint;
    }
    let limits = limit::limits(&mut rest, self::kind(kind) == "string");
    for (name, limit) in [("min", limits.min), ("max", limits.max), ("least", limits.least), ("most", limits.most)] {
        if let Some(limit) = limit {
            facts.insert(name.into(), limit.into());
        }
    }
    let mut formats = Vec::<String>::new();
    let lower = rest.to_lowercase();
    for (_, pattern) in PATTERNS.formats.iter().filter(|(marks, _)| marks.iter().any(|mark| lower.contains(mark))) {
        while let Some(format) = take(&mut rest, pattern, |found| format(&found[0])) {
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
    }
    if !formats.is_empty() {
        facts.insert("format".into(), formats.into());
    }
    if let Some(hash) = hash(&rest) {
        facts.insert("text".into(), hash.into());
    }
    let digits = rest.contains(|letter: char| letter.is_ascii_digit());
    // A code beside a list of codes may be one more.
    let codes = facts
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().filter_map(Value::as_str).all(|value| PATTERNS.code.is_match(value)));
    let code = codes && has_code(&format!("{rest} {said}"));
    let more = facts.contains_key("enum") && listing::says_more(&rest, &said, &facts["enum"]);
    let doubt = code || more || limits.doubt || digits && PATTERNS.doubt.is_match(&rest);
    Facts { facts, doubt, rules: rules(&rest) }
}

fn has_code(text: &str) -> bool {
    PATTERNS.code.find_iter(text).any(|found| !listing::NAMES.contains(&found.as_str()))
}

/// Returns the words with which people write a rule that no fact has: of presence, of a form, of a zone.
fn rules(text: &str) -> Vec<String> {
    let mut words: Vec<_> = PATTERNS
        .rule
        .find_iter(text)
        .map(|found| clean(found.as_str()).to_lowercase())
        // `decimals` says what `decimal` says.
        .map(|word| word.strip_suffix('s').filter(|word| word.len() > 4).map(str::to_owned).unwrap_or(word))
        .collect();
    words.sort();
    words
}

/// Returns those words of a paragraph, its limits, its codes and the statuses that it names.
pub(super) fn rules_of_paragraph(text: &str) -> Vec<String> {
    let mut words = rules(text);
    let codes = PATTERNS.code.find_iter(text).map(|found| found.as_str());
    words.extend(codes.filter(|code| !listing::NAMES.contains(code)).map(str::to_owned));
    let found = [&PATTERNS.doubt, &PATTERNS.status].into_iter().flat_map(|pattern| pattern.find_iter(text));
    words.extend(found.map(|found| clean(found.as_str()).to_lowercase()));
    words.sort();
    words
}

/// Returns a format in one spelling, whatever words of equal meaning the page has.
pub(crate) fn format(found: &str) -> String {
    let found = clean(found);
    let lower = found.to_lowercase();
    if lower.contains("8601") {
        let zone = lower.split_whitespace().find(|word| word.starts_with("utc"));
        return zone.map_or("ISO8601".into(), |zone| format!("ISO8601 {}", zone.to_uppercase()));
    }
    if lower.contains("rfc") {
        let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
        return format!("RFC{digits}");
    }
    if lower.contains("epoch") || lower.contains("unix") {
        let unit = if lower.contains("ms") || lower.contains("milli") { "milliseconds" } else { "seconds" };
        return format!("epoch in {unit}");
    }
    let word = lower.split_whitespace().map(|word| word.trim_matches([':', '(', ')'])).find_map(|word| {
        Some(match word {
            "millisecond" | "milliseconds" | "ms" => "in millisecond",
            "second" | "seconds" | "detik" => "in second",
            "minute" | "minutes" | "menit" => "in minute",
            "hour" | "hours" | "jam" => "in hour",
            "day" | "days" | "hari" => "in day",
            "week" | "weeks" | "minggu" => "in week",
            "month" | "months" | "bulan" => "in month",
            "idr" | "rupiah" => "IDR",
            "dollar" | "dollars" | "usd" => "USD",
            "cent" | "cents" | "sen" => "in cent",
            "sgd" => "SGD",
            "myr" => "MYR",
            "eur" => "EUR",
            _ => return None,
        })
    });
    if let Some(word) = word {
        return word.into();
    }
    if ["yyyy", "yymm", "dd"].iter().any(|part| lower.contains(part)) && !lower.contains('{') {
        let from = if lower.starts_with("in ") { 3 } else { 0 };
        let to = found.len() - if lower.ends_with(" format") { 7 } else { 0 };
        return found[from..to].to_owned();
    }
    if let Some(zone) = lower.strip_suffix(" format") {
        return zone.trim_start_matches("in ").trim_start_matches("the ").to_uppercase();
    }
    found
}

fn take<T>(rest: &mut String, pattern: &Regex, read: impl Fn(&Captures<'_>) -> T) -> Option<T> {
    let found = pattern.captures(rest)?;
    let (range, value) = (found.get(0)?.range(), read(&found));
    rest.replace_range(range, " ");
    Some(value)
}

/// Returns the pattern behind a label or with an anchor, to its last `$` and the delimiter after that.
fn pattern(rest: &mut String) -> Option<String> {
    if !rest.contains('^') || !rest.contains('$') {
        return None;
    }
    let found = [&PATTERNS.labelled, &PATTERNS.anchored]
        .into_iter()
        .find_map(|pattern| take(rest, pattern, |found| found[1].trim().to_owned()))?;
    Some(one_spelling(&found))
}

/// Returns a pattern in one spelling. How many backslashes stand in a run, and how wide a space is, depends on the form in
/// which the page was saved; whether there is one does not.
pub(crate) fn one_spelling(pattern: &str) -> String {
    let pattern = PATTERNS.backslashes.replace_all(pattern, r"\");
    PATTERNS.spaces.replace_all(&pattern, " ").into_owned()
}

/// Returns one word for a type, whatever words of equal meaning the page has.
pub(crate) fn kind(kind: &str) -> String {
    let lower = clean(kind).to_lowercase();
    match lower.as_str() {
        "json" | "json object" | "object" | "map" => "object".into(),
        "int" | "integer" => "integer".into(),
        "bool" | "boolean" => "boolean".into(),
        "str" | "string" | "text" => "string".into(),
        "list" | "array" => "array".into(),
        "enum (string)" | "string (enum)" | "string enum" | "enum string" => "enum".into(),
        "number (integer)" => "integer".into(),
        _ => lower,
    }
}
