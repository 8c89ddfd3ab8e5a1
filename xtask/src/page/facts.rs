//! What a description says that a program can compare: limits, characters, values, pattern, format.

use std::sync::LazyLock;

use regex_lite::{Captures, Regex};
use serde_json::{Map, Value};

use super::clean;

struct Patterns {
    labelled: Regex,
    anchored: Regex,
    backslashes: Regex,
    least: Regex,
    length: Regex,
    count: Regex,
    characters: Regex,
    character: Regex,
    between: Regex,
    values: Regex,
    value: Regex,
    /// What a value may look like, the narrowest first.
    shapes: [Regex; 3],
    format: Regex,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns are constant and tested");
    Patterns {
        labelled: regex(r"(?i)(?:only supports?|pattern|regex(?:p|ular expression)?)\s*:\s*(\^.*\$[/#~]?)"),
        anchored: regex(r"(?:^|\s)([/#~]?\^.*\$[/#~]?)"),
        backslashes: regex(r"\\+"),
        least: regex(
            r"(?i)\bmin(?:imum)?\.?\s*(?:length|len)?\s*(?:is|of)?\s*[:=]?\s*(\d+)(?:\s*(?:char(?:acter)?s?|digits?)\b)?",
        ),
        length: regex(
            r"(?i)\b(?:max(?:imum)?\.?\s*)?(?:length|len)\s*(?:is|of)?\s*[:=]?\s*(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:\s*(?:char(?:acter)?s?|digits?)\b)?",
        ),
        count: regex(r"(?i)\bmax(?:imum)?\.?\s*(?:of|is)?\s*[:=]?\s*(\d+(?:\.\d+)?)\s*(?:char(?:acter)?s?|digits?)\b"),
        characters: regex(r"(?i)\ballowed\s+char(?:acter)?s?\s*:\s*"),
        character: regex(r"(?i)^(?:special\s+char(?:acter)?s?|[a-z]+(?:-[a-z]+)*)"),
        between: regex(r"(?i)^\s*(?:,\s*(?:and\s+)?|&\s*|/\s*|\sand\s+)"),
        values: regex(
            r"(?i)\b(?:list\s+of\s+enums?|(?:possible|allowed|valid|accepted|supported)\s+values?|enums?|one\s+of|values?)\s*(?:is|are)?\s*:\s*",
        ),
        value: regex(r#"^([\s,;|/•·*"'`“”‘’()-]*)(?:\d+[.)]\s+)?([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)"#),
        shapes: [
            regex(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"),
            regex(r"^[A-Z0-9]+(?:[-_][A-Z0-9]+)*$"),
            regex(r"^[A-Za-z0-9_-]+$"),
        ],
        format: regex(
            r"(?i)\biso\s?8601\b|\byyyy[-/ ]?mm[-/ ]?dd(?:['t :]*hh[:]?mm(?:[:]?ss)?(?:'?z'?)?)?|(?:\{[a-z_ ]+\})+|\bin minutes?\b",
        ),
    }
});

/// Returns the facts of a description by name, and a hash of the rest as `text`.
///
/// `min` is a number of characters or digits; `max` is a number of characters or digits, or `digits.decimals`; `characters`, `enum` and `format` are lists.
pub(super) fn facts(description: &str) -> Map<String, Value> {
    let mut rest = description.replace(['\u{a0}', '\u{200b}', '\u{2003}'], " ");
    let mut facts = Map::new();
    // The pattern goes first: it may hold anything that the others look for.
    if let Some(pattern) = pattern(&mut rest) {
        facts.insert("pattern".into(), pattern.into());
    }
    if let Some(min) = take(&mut rest, &PATTERNS.least, |found| found[1].to_owned()) {
        facts.insert("min".into(), min.into());
    }
    let max = [&PATTERNS.length, &PATTERNS.count];
    if let Some(max) = max.iter().find_map(|pattern| take(&mut rest, pattern, |found| found[1].replace(',', ""))) {
        facts.insert("max".into(), max.into());
    }
    if let Some(characters) = characters(&mut rest) {
        facts.insert("characters".into(), characters.into());
    }
    if let Some(values) = values(&mut rest) {
        facts.insert("enum".into(), values.into());
    }
    let mut formats = Vec::new();
    while let Some(format) = take(&mut rest, &PATTERNS.format, |found| clean(&found[0])) {
        formats.push(format);
    }
    if !formats.is_empty() {
        facts.insert("format".into(), formats.into());
    }
    if let Some(hash) = hash(&rest) {
        facts.insert("text".into(), hash.into());
    }
    facts
}

/// Returns 16 hexadecimal digits for the letters and digits of a text, whatever stands between them; FNV-1a.
pub(super) fn hash(text: &str) -> Option<String> {
    let telling = |letter: &char| letter.is_alphanumeric() || "%≤≥".contains(*letter);
    let letters: String = text.to_lowercase().chars().filter(telling).collect();
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (!letters.is_empty()).then(|| format!("{:016x}", letters.bytes().fold(0xcbf2_9ce4_8422_2325, step)))
}

fn take<T>(rest: &mut String, pattern: &Regex, read: impl Fn(&Captures<'_>) -> T) -> Option<T> {
    let found = pattern.captures(rest)?;
    let (range, value) = (found.get(0)?.range(), read(&found));
    rest.replace_range(range, " ");
    Some(value)
}

/// Returns the pattern behind a label or with an anchor, to its last `$` and the delimiter after that.
fn pattern(rest: &mut String) -> Option<String> {
    let found = [&PATTERNS.labelled, &PATTERNS.anchored]
        .into_iter()
        .find_map(|pattern| take(rest, pattern, |found| found[1].trim().to_owned()))?;
    // How many backslashes stand there depends on the form in which the page was saved.
    Some(PATTERNS.backslashes.replace_all(&found, r"\").into_owned())
}

fn characters(rest: &mut String) -> Option<Vec<String>> {
    let Patterns { characters, character, between, .. } = &*PATTERNS;
    let start = characters.find(rest)?.range();
    let (mut at, mut items) = (start.end, Vec::new());
    while let Some(found) = character.find(&rest[at..]) {
        let name = found.as_str().to_lowercase();
        items.push(if name.starts_with("special") { "special chars".into() } else { name });
        at += found.end();
        match between.find(&rest[at..]) {
            Some(found) => at += found.end(),
            None => break,
        }
    }
    rest.replace_range(start.start..at, " ");
    (!items.is_empty()).then_some(items)
}

/// Returns the values behind a label, each once, in their order.
///
/// A list without commas ends at the first word of another shape than the first value.
fn values(rest: &mut String) -> Option<Vec<String>> {
    let Patterns { values: label, value: token, shapes, .. } = &*PATTERNS;
    let start = label.find(rest)?.range();
    let (mut at, mut values, mut shape, mut comma) = (start.end, Vec::<String>::new(), None, None);
    while let Some(found) = token.captures(&rest[at..]) {
        let (between, word) = (&found[1], &found[2]);
        let separated = between.contains([',', ';', '|', '/', '•', '·', '*']);
        let fits = match shape {
            None => {
                shape = shapes.iter().find(|shape| shape.is_match(word));
                shape.is_some()
            }
            Some(_) if *comma.get_or_insert(separated) && !separated => matches!(word, "and" | "or"),
            Some(shape) => shape.is_match(word) || matches!(word, "and" | "or"),
        };
        if !fits {
            break;
        }
        if !matches!(word, "and" | "or") && !values.iter().any(|value| value == word) {
            values.push(word.to_owned());
        }
        if matches!(word, "and" | "or") {
            comma = Some(false);
        }
        at += found[0].len();
        if rest[at..].starts_with('.') {
            break;
        }
    }
    rest.replace_range(start.start..at, " ");
    (!values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(description: &str, expect: &Value) {
        let mut facts = facts(description);
        facts.remove("text");
        assert_eq!(Value::Object(facts), *expect, "{description}");
    }

    #[test]
    fn facts_are_read_from_descriptions() {
        let ans = json!(["alphabetic", "numeric", "special chars"]);
        check(
            "A note Allowed chars: alphabetic, numeric, special chars Max length: 64",
            &json!({ "max": "64", "characters": ans }),
        );
        check("A cost. Allowed chars: numeric Max Length: 16.2", &json!({ "max": "16.2", "characters": ["numeric"] }));
        check("A key (max 128 characters) made by you", &json!({ "max": "128" }));
        check("Maximum length is 5", &json!({ "max": "5" }));
        check("A name Max Length: 1,024", &json!({ "max": "1024" }));
        check("A name Min length: 3 Max length: 64", &json!({ "min": "3", "max": "64" }));
        check("Takes at most a max of 5 minutes", &json!({}));
        check("State Possible value: OPEN, SHUT", &json!({ "enum": ["OPEN", "SHUT"] }));
        check("State Possible values: OPEN, SHUT and TORN. Other words", &json!({ "enum": ["OPEN", "SHUT", "TORN"] }));
        check(
            "See the list of enum : red sky-blue red sea-green If none fits, use red",
            &json!({ "enum": ["red", "sky-blue", "sea-green"] }),
        );
        check("List of enum:\n1. red\n2. blue", &json!({ "enum": ["red", "blue"] }));
        check(
            r"A URL Allowed chars: numeric Only support: ^[a-z()\\-=\\\\.:&_ %]$#",
            &json!({ "pattern": r"^[a-z()\-=\.:&_ %]$#", "characters": ["numeric"] }),
        );
        check(
            "Call. Format: {country}{number}. Example: 62 Allowed chars: numeric",
            &json!({ "format": ["{country}{number}"], "characters": ["numeric"] }),
        );
        check("When, with the format of yyyyMMddHHmmss.", &json!({ "format": ["yyyyMMddHHmmss"] }));
        check("How long Format in minute", &json!({ "format": ["in minute"] }));
    }

    #[test]
    fn the_hash_is_of_the_words_alone() {
        let text = |description: &str| facts(description).get("text").cloned();
        assert_eq!(text("A  note.\nMax length: 64"), text("a note"));
        assert_ne!(text("A note"), text("A vote"));
        assert_eq!(text(" Max Length: 5 "), None);
    }
}
