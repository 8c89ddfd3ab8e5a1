//! Headings and paragraphs outside of tables, as hashes.

use std::collections::HashMap;

use serde_json::json;

use super::{Entry, clean, link::Linked, table::hashes, words::hash};

/// The texts of a page, and its links.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) texts: Vec<Entry>,
    pub(super) links: Vec<String>,
    pub(super) linked: Vec<Entry>,
    /// What each text says; never stored.
    pub(super) prose: HashMap<String, String>,
    names: HashMap<String, usize>,
    heading: String,
}

impl Texts {
    /// Takes a heading or a paragraph; returns its name, unless it has no words.
    pub(super) fn text(&mut self, line: usize, text: &Linked, heading: bool) -> Option<String> {
        let whole = clean(&text.whole);
        let struck = text.struck.iter().filter_map(|struck| hash(struck));
        let mut value = hashes(without_number(&whole), without_number(&text.rest))?;
        // What is struck through is not said any more, and was said.
        let struck: Vec<_> = struck.collect();
        if !struck.is_empty() {
            let first = value.as_array().map_or(&value, |list| &list[0]).as_str().unwrap_or_default();
            value = format!("{first}-{}", struck.join("-")).into();
        }
        if heading || is_heading(&whole) {
            self.heading.clone_from(&whole);
        }
        let mut name = if self.heading.is_empty() { "text".to_owned() } else { self.heading.clone() };
        let count = self.names.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            name = format!("{name} ({count})");
        }
        self.prose.insert(name.clone(), whole);
        self.texts.push(Entry { name: name.clone(), line, value });
        self.links.extend(text.links.iter().filter_map(|link| hash(link)));
        Some(name)
    }

    /// Takes the links of a row: of the entry `pointer`, with this description.
    pub(super) fn row(&mut self, line: usize, pointer: String, description: &Linked, kind: &str) {
        if description.links.is_empty() {
            return;
        }
        self.links.extend(description.links.iter().filter_map(|link| hash(link)));
        let [whole, rest] = [&description.whole, &description.rest].map(|text| super::text_of(text, kind));
        let value = match (whole, rest) {
            (Some(whole), Some(rest)) if whole != rest => json!([whole, rest]),
            (Some(whole), _) => whole.into(),
            (None, _) => return,
        };
        self.linked.push(Entry { name: pointer, line, value });
    }
}

/// Whether a list has its numbers in the text depends on the form.
pub(super) fn without_number(text: &str) -> &str {
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || "•·–-*".contains(letter));
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    match rest.strip_prefix(['.', ')']) {
        Some(after) if after.starts_with(' ') && rest.len() < text.len() => after.trim_start(),
        _ => text,
    }
}

/// The window's text does not mark its headings.
fn is_heading(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit());
    first && text.split_whitespace().count() <= 8 && !text.ends_with(['.', ':', ',', ';', '?', '!'])
}
