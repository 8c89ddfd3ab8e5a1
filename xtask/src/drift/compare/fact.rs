//! Facts: which are the same, what kind of change it is otherwise, and whether one still stands in the words.

use serde_json::Value;

use super::super::finding::Class;
use crate::page;

/// Returns the elements of one list that another has not.
pub(super) fn missing<'a>(of: &'a Value, from: &'a Value) -> impl Iterator<Item = &'a Value> {
    let from = from.as_array().map_or(&[][..], Vec::as_slice);
    of.as_array().into_iter().flatten().filter(move |value| !from.contains(value))
}

/// Tells whether two facts are the same, whatever form the page had and whichever words of equal meaning.
pub(in super::super) fn same(fact: &str, one: &Value, other: &Value) -> bool {
    match (fact, one.as_str(), other.as_str()) {
        ("pattern", Some(one), Some(other)) => page::one_spelling(one) == page::one_spelling(other),
        ("type", Some(one), Some(other)) => page::same_kind(one) == page::same_kind(other),
        ("characters" | "enum", None, None) => {
            let same = |one: &Value, other: &Value| missing(one, other).next().is_none();
            one.is_array() == other.is_array()
                && same(one, other)
                && same(other, one)
                && (fact == "enum" || one.is_array() || one == other)
        }
        ("format", None, None) => formats(one) == formats(other),
        _ => one == other,
    }
}

fn formats(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(page::same_format).collect()
}

/// Returns what kind of change it is.
pub(super) fn class(fact: &str, before: &Value, now: &Value) -> Class {
    let words = ["except", "excluding", "without", "but not", "other than", "kecuali"];
    let except = |value: &Value| value.as_str().is_some_and(|value| words.iter().any(|word| value.starts_with(word)));
    match fact {
        "mandatory" => match now.as_str() {
            Some("mandatory") => Class::MadeMandatory,
            Some("conditional") => Class::MadeConditional,
            _ => Class::MadeOptional,
        },
        "text" => Class::TextOnly,
        "type" => Class::Retyped,
        "format" if before.is_array() && now.is_array() => Class::Retyped,
        "least" | "most" if unit(before) != unit(now) && before.is_string() && now.is_string() => Class::Retyped,
        "enum" if before.is_array() && now.is_array() && missing(before, now).next().is_none() => Class::EnumValueAdded,
        "enum" if before.is_array() && now.is_array() => Class::EnumValueRemoved,
        _ if now.is_null() => Class::Loosened,
        _ if before.is_null() => Class::Tightened,
        "max" | "most" if is_less(now, before) => Class::Tightened,
        "characters" if missing(before, now).any(|value| !except(value)) || missing(now, before).any(except) => {
            Class::Tightened
        }
        "min" | "least" if is_less(before, now) => Class::Tightened,
        "min" | "max" | "least" | "most" | "characters" => Class::Loosened,
        // Nobody can tell by rule what another pattern refuses.
        _ => Class::Tightened,
    }
}

fn unit(limit: &Value) -> &str {
    limit.as_str().and_then(|limit| limit.split_once(' ')).map_or("", |(_, unit)| unit)
}

/// Tells whether a limit refuses something that another takes: digits in all, or decimals.
fn is_less(now: &Value, before: &Value) -> bool {
    let parts = |limit: &Value| {
        let limit = limit.as_str().unwrap_or_default().split(' ').next().unwrap_or_default();
        let (digits, decimals) = limit.split_once('.').unwrap_or((limit, "0"));
        [digits, decimals].map(|part| part.parse::<u64>().unwrap_or(0))
    };
    // The decimals are among the digits.
    let ([digits, decimals], [more, places]) = (parts(now), parts(before));
    digits < more || decimals < places || digits.saturating_sub(decimals) < more.saturating_sub(places)
}

/// Tells whether a fact that was not read any more still stands in the words of its row.
pub(super) fn still_stands(fact: &str, before: &Value, words: &str) -> bool {
    let is_word = |word: &str| {
        let part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '-';
        words
            .match_indices(word)
            .any(|(at, found)| !words[..at].ends_with(part) && !words[at + found.len()..].starts_with(part))
    };
    let list = || before.as_array().into_iter().flatten().filter_map(Value::as_str);
    match fact {
        "min" | "max" | "least" | "most" => {
            let lower = words.to_lowercase();
            // Also a number in words, or a limit of another kind, is one that nobody has read.
            let said = [
                "at most",
                "at least",
                "maxim",
                "maksim",
                "minim",
                "up to",
                "more than",
                "longer than",
                "exceed",
                "limit",
                "paling",
            ];
            let labels = ["max", "min", "maks", "length", "panjang", "unlimited"];
            said.iter().any(|word| lower.contains(word))
                || lower.split(|letter: char| !letter.is_alphabetic()).any(|word| labels.contains(&word))
                || before.as_str().is_some_and(|limit| page::number_stands(limit, words))
        }
        "enum" => list().any(is_word),
        "format" if list().any(|format| UNITS.contains(&format)) => {
            let lower = words.to_lowercase();
            let one =
                |word: &str| page::same_format(&format!("in {}", word.trim_matches(|end: char| !end.is_alphabetic())));
            lower.split_whitespace().any(|word| UNITS.contains(&one(word).as_str()))
        }
        "format" => list().any(|format| is_word(format) || is_word(format.trim_start_matches("in "))),
        "characters" => {
            let lower = words.to_lowercase();
            let said = ["char", "karakter", "alphabetic", "alphanumeric", "letters", "digits", "a-z"];
            said.iter().any(|word| lower.contains(word))
        }
        "pattern" => words.contains(['^', '$']) && words.contains('['),
        _ => false,
    }
}

/// Units of time, as a reading has them.
const UNITS: [&str; 7] = ["in millisecond", "in second", "in minute", "in hour", "in day", "in week", "in month"];

/// Tells whether a number in the words of a row may be the limit that is not read any more: one that is none of its other
/// facts.
pub(super) fn may_stand(fact: &str, words: &str, row: &Value) -> bool {
    const LIMITS: [&str; 4] = ["min", "max", "least", "most"];
    let known = || LIMITS.iter().filter_map(|fact| row[fact].as_str()?.split(' ').next());
    LIMITS.contains(&fact) && page::numbers(words).any(|number| known().all(|known| known != number))
}
