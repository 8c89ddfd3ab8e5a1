//! The deviations of `spec/deviations.toml`, made true of the contract and of the page as they are now.
//!
//! Only what is edited changes in the text; the words of an entry are restated where all of it speaks of one number.

use std::ops::Range;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::renamed::{of_property, of_row};
use crate::amend::restated;

/// The contract and the reading, before and now.
pub(super) struct ChangedFacts<'a> {
    pub(super) contract: &'a Value,
    pub(super) page: &'a Value,
    /// Addresses that were renamed: before and now.
    pub(super) renamed: &'a [(String, String)],
    /// Fields that have another name now: side, before and now.
    pub(super) fields: &'a [(&'static str, String, String)],
    /// Pointers into the reading at which the page says now what the contract has said before.
    pub(super) resolved: &'a [String],
}

/// What became of the deviations.
pub(super) struct FollowedDeviations {
    pub(super) text: String,
    /// Entries that explain nothing any more.
    pub(super) idle: Vec<String>,
    /// What somebody has to read.
    pub(super) left: Vec<String>,
}

/// A fact of an entry, and where it stands in the text.
struct Fact {
    pointer: String,
    value: Option<Value>,
    /// `contains` or `lacks`, where the fact is about a list.
    of_list: Option<&'static str>,
    is_read: bool,
    bytes: Range<usize>,
}

struct DeviationEntry {
    id: String,
    facts: Vec<Fact>,
    /// Where its title and its words on page and contract stand.
    words: Vec<Range<usize>>,
    line: usize,
}

/// Makes the deviations true: `holds` of the contract, `reads` of the page.
///
/// # Errors
///
/// Where the text is no TOML.
pub(super) fn follow(text: &str, facts: &ChangedFacts<'_>) -> Result<FollowedDeviations, String> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let (mut idle, mut left) = (Vec::new(), Vec::new());
    for DeviationEntry { id, facts: known, words, line } in entries(text)? {
        let mut numbers = Vec::new();
        let mut kept = Vec::new();
        let (mut reads, mut gone) = (0, 0);
        for Fact { pointer, value, of_list, is_read, bytes } in known {
            reads += usize::from(is_read);
            if is_read && facts.resolved.contains(&pointer) {
                gone += 1;
                edits.push((whole_element(text, bytes), String::new()));
                continue;
            }
            let renamed = facts
                .renamed
                .iter()
                .fold(pointer.clone(), |pointer, (was, is)| pointer.replace(&escaped(was), &escaped(is)));
            let renamed = if is_read {
                of_row(&renamed, facts.fields)
            } else {
                of_property(&renamed, facts.fields, facts.contract)
            };
            if let (Some(word), Some(value)) = (of_list, &value) {
                if renamed != pointer {
                    edits.push((bytes, format!("{{ pointer = \"{renamed}\", {word} = {} }}", toml_value(value))));
                }
                continue;
            }
            let found = if is_read { facts.page } else { facts.contract }.pointer(&renamed);
            if found != value.as_ref() || renamed != pointer {
                edits.push((bytes, written(&renamed, found)));
                let number = |value: Option<&Value>| value.map(plain).filter(|text| is_number(text));
                numbers.extend(number(value.as_ref()).zip(number(found)));
            }
            kept.extend(found.map(plain));
        }
        if gone > 0 && gone == reads {
            idle.push(id.clone());
        }
        numbers.dedup();
        for (was, is) in numbers {
            let stands = words.iter().any(|bytes| restated(&text[bytes.clone()], &was, &is).is_some());
            // Where another fact has the number still, the words may be about that one.
            if stands && kept.contains(&was) {
                left.push(format!("spec/deviations.toml:{line}: {id} speaks of {was}; one of its facts is {is} now"));
            } else {
                let restated =
                    words.iter().filter_map(|bytes| Some((bytes, restated(&text[bytes.clone()], &was, &is)?)));
                edits.extend(restated.map(|(bytes, text)| (bytes.clone(), text)));
            }
        }
    }
    edits.sort_by_key(|(bytes, _)| bytes.start);
    let mut out = text.to_owned();
    for (bytes, with) in edits.into_iter().rev() {
        out.replace_range(bytes, &with);
    }
    out.parse::<toml::Table>().map_err(|error| format!("the edited deviations are no TOML: {error}"))?;
    Ok(FollowedDeviations { text: out, idle, left })
}

/// Returns the text without an entry.
pub(super) fn without(text: &str, id: &str) -> String {
    let head = format!("[[deviation]]\nid = \"{id}\"\n");
    let Some(start) = text.find(&head) else { return text.to_owned() };
    let end = text[start + 1..].find("[[deviation]]").map_or(text.len(), |at| start + 1 + at);
    format!("{}{}", &text[..start], &text[end..])
}

fn entries(text: &str) -> Result<Vec<DeviationEntry>, String> {
    let document = DeTable::parse(text).map_err(|error| error.to_string())?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let tree = serde_json::to_value(table).map_err(|error| error.to_string())?;
    let list = document.get_ref().get("deviation").and_then(|list| list.get_ref().as_array());
    let list = list.ok_or("there is no deviation")?;
    let mut entries = Vec::new();
    for (number, entry) in list.iter().enumerate() {
        let DeValue::Table(members) = entry.get_ref() else { continue };
        let plain = &tree["deviation"][number];
        let mut facts = Vec::new();
        for (key, is_read) in [("holds", false), ("reads", true)] {
            let spans = members.get(key).and_then(|list| list.get_ref().as_array());
            for (at, fact) in spans.iter().flat_map(|list| list.iter()).enumerate() {
                let value = &plain[key][at];
                // A fact about a list says what is in it, wherever; only its pointer follows.
                let of_list = ["contains", "lacks"].into_iter().find(|word| value.get(word).is_some());
                facts.push(Fact {
                    pointer: value["pointer"].as_str().unwrap_or_default().to_owned(),
                    value: value.get(of_list.unwrap_or("value")).cloned(),
                    of_list,
                    is_read,
                    bytes: fact.span(),
                });
            }
        }
        let words =
            ["title", "page", "contract"].into_iter().filter_map(|key| members.get(key)).map(toml::Spanned::span);
        let id = plain["id"].as_str().unwrap_or_default().to_owned();
        let line = text[..entry.span().start].lines().count() + 2;
        entries.push(DeviationEntry { id, facts, words: words.collect(), line });
    }
    Ok(entries)
}

/// Returns the place of an element of a list with what separates it from the others.
fn whole_element(text: &str, bytes: Range<usize>) -> Range<usize> {
    let line = text[..bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[bytes.end..];
    let end = bytes.end + rest.find(|letter: char| letter != ',' && letter != ' ').unwrap_or(rest.len());
    if text[line..bytes.start].trim().is_empty() && text[end..].starts_with('\n') {
        return line..end + 1;
    }
    bytes.start..end
}

fn written(pointer: &str, value: Option<&Value>) -> String {
    match value {
        None => format!("{{ pointer = \"{pointer}\", absent = true }}"),
        Some(value) => format!("{{ pointer = \"{pointer}\", value = {} }}", toml_value(value)),
    }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(['\\', '"']) && !text.contains('\'') => format!("'{text}'"),
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(toml_value).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("\"{key}\" = {}", toml_value(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        // JSON's other values, and texts without control characters, are TOML's too.
        other => other.to_string(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_number(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn escaped(path: &str) -> String {
    path.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
