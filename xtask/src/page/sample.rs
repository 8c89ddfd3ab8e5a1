//! Samples: JSON as flat values, headers as pairs.

use serde_json::Value;

use super::Entry;

/// What a sample is.
pub(super) enum Sample {
    /// Values by their paths, with places in lists.
    Body(Vec<Entry>),
    Headers(Vec<Entry>),
    /// It has no end.
    Cut,
    /// What it is not, and the line of that.
    Unread(usize, String),
}

/// Reads a sample that begins in `line`.
pub(super) fn read(text: &str, line: usize) -> Sample {
    let pairs = text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.trim().split_once(':'));
    let pairs = pairs.map(|pair| pair.filter(|(name, _)| super::table::is_header(name)));
    let headers: Option<Vec<_>> = pairs.collect();
    if text.trim_start().starts_with(['{', '[']) {
        return match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let mut entries = Vec::new();
                flatten(&value, String::new(), &mut Lines { text, line, at: 0, counted: 0 }, &mut entries);
                Sample::Body(entries)
            }
            Err(error) if error.is_eof() => Sample::Cut,
            Err(error) => Sample::Unread(line + error.line() - 1, "a sample that is not JSON from here on".into()),
        };
    }
    match headers.filter(|headers| !headers.is_empty()) {
        Some(headers) => {
            let entry = |(at, (name, value)): (usize, (&str, &str))| Entry {
                name: name.trim().into(),
                line: line + at,
                value: value.trim().into(),
            };
            Sample::Headers(headers.into_iter().enumerate().map(entry).collect())
        }
        None => Sample::Unread(line, "a sample that is neither JSON nor headers".into()),
    }
}

/// Where the names of a sample stand, found in their order.
struct Lines<'a> {
    text: &'a str,
    /// Line of what was counted.
    line: usize,
    at: usize,
    counted: usize,
}

impl Lines<'_> {
    fn find(&mut self, key: &str) {
        if let Some(found) = self.text[self.at..].find(&format!("\"{key}\"")) {
            self.at += found + key.len() + 2;
        }
    }

    fn line(&mut self) -> usize {
        self.line += self.text[self.counted..self.at].matches('\n').count();
        self.counted = self.at;
        self.line
    }
}

fn flatten(value: &Value, path: String, lines: &mut Lines<'_>, entries: &mut Vec<Entry>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                lines.find(key);
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(member, path, lines, entries);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                flatten(element, format!("{path}[{at}]"), lines, entries);
            }
        }
        _ => entries.push(Entry { name: path, line: lines.line(), value: value.clone() }),
    }
}
