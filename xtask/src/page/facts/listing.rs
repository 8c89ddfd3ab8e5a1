//! Values of an enum.

use std::sync::LazyLock;

use regex_lite::Regex;

struct Patterns {
    label: Regex,
    weak_label: Regex,
    capitals: Regex,
    token: Regex,
    hint: Regex,
    explanation: Regex,
    several: Regex,
    /// What a value may look like, the narrowest first.
    shapes: [Regex; 3],
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns are constant and tested");
    Patterns {
        label: regex(
            r"(?i)\b(?:list\s+of\s+(?:enums?|values?|status(?:es)?)|(?:the\s+)?(?:possible|allowed|valid|accepted|supported|available)\s+(?:values?|status(?:es)?|options?)|enums?|one\s+of(?:\s+(?:these|the\s+following))?|values?|options?|status(?:es)?|pilihan|nilai(?:\s+yang\s+(?:mungkin|valid|diizinkan))?)\s*(?:is|are|can\s+be|adalah)?\s*(?:as\s+follows|(?:either\s+)?one\s+of(?:\s+(?:these|the\s+following))?|these|the\s+following|sebagai\s+berikut)?\s*:\s*",
        ),
        weak_label: regex(
            r"(?i)\b(?:(?:the\s+)?(?:possible|allowed|valid|accepted|supported|available)\s+(?:values?|status(?:es)?|options?)\s+(?:(?:is|are|can\s+be|may\s+be|will\s+be|must\s+be|adalah)\s+)?(?:(?:either|one\s+of)\s+)?|(?:(?:it|this|which|the\s+\w+)\s+)?(?:one\s+of|either|can\s+be|may\s+be|is|are|will\s+be|must\s+be|values?)\s+)",
        ),
        capitals: regex(
            r#"["'`“‘]?\b[A-Z][A-Z0-9]{2,}(?:[_-][A-Z0-9]+)*\b["'`”’]?(?:\s*\([^)]*\))?(?:\s*(?:,|;|/|\||\bor\b|\band\b|\batau\b|\bdan\b)\s*(?:or\s+|and\s+|atau\s+|dan\s+)?["'`“‘]?\b[A-Z][A-Z0-9]{2,}(?:[_-][A-Z0-9]+)*\b["'`”’]?(?:\s*\([^)]*\))?)+"#,
        ),
        token: regex(r#"^([\s,;|/•·*"'`“”‘’-]*)(?:\d+[.)]\s+)?([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*)(["'`”’]*)"#),
        hint: regex(r"^\s*(\([^)\n]*\))"),
        several: regex(r"^[A-Z][A-Z0-9]+(?: [A-Z][A-Z0-9]+){1,3}"),
        explanation: regex(r"^(\s*[=:→]\s*|\s+[-–—]\s+)([^,;|\n]*)"),
        shapes: [
            regex(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$"),
            regex(r"^[A-Z0-9]+(?:[-_][A-Z0-9]+)*$"),
            regex(r"^[A-Za-z0-9_-]+$"),
        ],
    }
});

/// Words that begin or go on with a sentence; no value of an enum is one of them.
const SENTENCE: [&str; 51] = [
    "if",
    "when",
    "where",
    "in",
    "for",
    "otherwise",
    "note",
    "please",
    "use",
    "default",
    "max",
    "maximum",
    "min",
    "minimum",
    "allowed",
    "example",
    "ex",
    "you",
    "can",
    "the",
    "any",
    "see",
    "must",
    "should",
    "refer",
    "only",
    "format",
    "this",
    "these",
    "those",
    "it",
    "a",
    "an",
    "jika",
    "apabila",
    "bila",
    "contoh",
    "catatan",
    "gunakan",
    "untuk",
    "is",
    "are",
    "cannot",
    "unless",
    "except",
    "we",
    "yang",
    "etc",
    "dll",
    "dst",
    "dsb",
];
/// Abbreviations that are no values.
pub(super) const NAMES: [&str; 20] = [
    "UTC", "URL", "URI", "IDR", "USD", "DOKU", "API", "HTTP", "HTTPS", "SKU", "ISO", "WIB", "JSON", "GMT", "POST",
    "GET", "PUT", "RFC", "SNAP", "UUID",
];

/// Tells whether words beside a list may say a value more or less: `New since June: zz-new`.
pub(super) fn says_more(rest: &str, said: &str, values: &serde_json::Value) -> bool {
    let values: Vec<_> = values.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect();
    let joined = |word: &&str| {
        word.contains(['-', '_']) && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    let words = || {
        rest.split_whitespace()
            .chain(said.split_whitespace())
            .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
    };
    let is_joined = values.iter().any(joined);
    let new = is_joined && words().filter(|word| joined(word)).any(|word| !values.contains(&word));
    let more =
        ["new", "added", "also", "additionally", "removed", "discontinued", "baru", "ditambahkan", "dihapus", "juga"];
    new || words().any(|word| more.contains(&word.to_lowercase().as_str()))
}

/// Takes the values of an enum out of a description: behind a label, or a list of codes in a sentence. Each value once, in
/// their order, and what is said of them.
pub(super) fn values(rest: &mut String) -> Option<(Vec<String>, String)> {
    let Patterns { label, weak_label, capitals, .. } = &*PATTERNS;
    let mut from = 0;
    while let Some(found) = rest[from..].contains(':').then(|| label.find_at(rest, from)).flatten() {
        from = found.end();
        let before = rest[..found.start()].trim_end().to_lowercase();
        if ["example", "sample", "default", "contoh"].iter().any(|word| before.ends_with(word)) {
            continue;
        }
        let (end, values, said) = list(rest, found.end());
        if !values.is_empty() {
            rest.replace_range(found.start()..end, " ");
            return Some((values, said));
        }
    }
    let is_code = |word: &&str| word.chars().filter(char::is_ascii_uppercase).count() > 2;
    if rest.split_whitespace().filter(is_code).count() < 2 {
        return None;
    }
    let found = capitals.find_iter(rest).find(|found| !NAMES.iter().any(|name| found.as_str().starts_with(name)))?;
    let (_, values, said) = list(rest, found.start());
    if values.len() < 2 || values.iter().any(|value| NAMES.contains(&value.as_str())) {
        return None;
    }
    let end = found.end();
    // What only leads to the list goes with it.
    let lead = weak_label.find_iter(&rest[..found.start()]).last().filter(|lead| lead.end() == found.start());
    let start = lead.map_or(found.start(), |lead| lead.start());
    rest.replace_range(start..end, " ");
    Some((values, said))
}

/// Tells whether a word and the one behind it begin a sentence: `Others can …`.
fn begins_sentence(word: &str, rest: &str) -> bool {
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase) && letters.all(|letter| letter.is_ascii_lowercase());
    let next = rest.split_whitespace().next().unwrap_or_default();
    capital && SENTENCE.contains(&next.trim_end_matches([',', '.']))
}

/// Returns the words of a value that has several, as far as a comma: `IN PROGRESS,`.
fn words_of(text: &str) -> Option<&str> {
    let found = PATTERNS.several.find(text)?;
    let rest = &text[found.end()..];
    let ends = rest.trim_start();
    let ended = ends.is_empty() || ends.starts_with([',', ';', '|', '/', '.', '(']);
    ended.then_some(found.as_str())
}

/// Returns where a sentence of its own begins: `All else If unsure, …`.
fn sentence_in(text: &str) -> Option<usize> {
    let starts = text.char_indices().filter(|(at, letter)| letter.is_uppercase() && text[..*at].ends_with(' '));
    let word = |at: usize| text[at..].split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let mut starts = starts.map(|(at, _)| at);
    starts.find(|at| SENTENCE.contains(&word(*at).to_lowercase().as_str()) || text[..*at].trim_end().ends_with('.'))
}

/// Reads a list from a place on: where it ends, its values, and what is said of them.
fn list(text: &str, start: usize) -> (usize, Vec<String>, String) {
    let Patterns { token, hint, explanation, shapes, .. } = &*PATTERNS;
    let (mut at, mut values, mut said) = (start, Vec::<String>::new(), Vec::<String>::new());
    let (mut shape, mut comma) = (None, None);
    let mut bulleted = false;
    while let Some(found) = token.captures(&text[at..]) {
        let (between, word) = (&found[1], &found[2]);
        // Codes of two words are one where commas stand between them.
        let two = (values.is_empty() || comma == Some(true)).then(|| words_of(&text[at + found[1].len()..])).flatten();
        let word = two.unwrap_or(word);
        let joins = matches!(word, "and" | "or" | "atau" | "dan");
        bulleted |= values.is_empty() && between.trim() == "-";
        let separated =
            between.contains([',', ';', '|', '/', '•', '·', '*', '\n']) || bulleted && between.trim() == "-";
        // Behind a list of codes a sentence goes on in small letters.
        let goes_on = values.len() > 1
            && !separated
            && !joins
            && values.iter().all(|value| value.split(' ').all(|value| shapes[1].is_match(value)))
            && !shapes[1].is_match(word);
        let sentence = !joins && SENTENCE.contains(&word.to_lowercase().as_str());
        let fits = match shape {
            None => {
                shape = shapes.iter().find(|shape| shape.is_match(word.split(' ').next().unwrap_or(word)));
                if two.is_some() {
                    comma = Some(true);
                }
                shape.is_some() && !sentence
            }
            Some(_) if *comma.get_or_insert(separated) && !separated => joins,
            // In another case it is another value; a sentence begins with a capital and has its own words.
            Some(_) if separated && comma == Some(true) => true,
            Some(_) => !sentence && !goes_on && !begins_sentence(word, &text[at + found[0].len()..]),
        };
        if !fits {
            break;
        }
        if joins {
            comma = Some(false);
        } else if !values.iter().any(|value| value == word) {
            values.push(word.to_owned());
        }
        at += two.map_or(found[0].len(), |two| found[1].len() + two.len());
        if let Some(found) = hint.captures(&text[at..]) {
            said.push(found[1].to_owned());
            at += found[0].len();
        } else if let Some(found) = explanation.captures(&text[at..]).filter(|_| !joins && !bulleted) {
            let (lead, words) = (&found[1], &found[2]);
            let end = sentence_in(words).unwrap_or(words.len());
            said.push(words[..end].trim().to_owned());
            at += lead.len() + end;
            comma = Some(true);
            if end < words.len() {
                break;
            }
        }
        if text[at..].starts_with('.') {
            break;
        }
    }
    (at, values, said.join(" "))
}
