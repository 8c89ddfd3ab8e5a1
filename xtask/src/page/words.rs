//! Headings and paragraphs outside of tables, as hashes.

use serde_json::{Value, json};

use super::{Entry, assemble::CHANNEL, clean, facts::hash, link::Linked};

/// How the site's own lines around the page begin.
const SITE: [&str; 4] = ["last updated", "was this helpful", "powered by gitbook", FOR_PROGRAMS];

/// How the site's own section begins that its Markdown ends with.
const FOR_PROGRAMS: &str = "agent instructions";

/// The texts of a page, and its links.
#[derive(Default)]
pub(super) struct Words {
    pub(super) texts: Vec<Entry>,
    pub(super) links: Vec<String>,
    pub(super) linked: Vec<Entry>,
    heading: String,
    /// The texts that follow are the site's.
    ended: bool,
    /// All that follows is the site's, samples too.
    pub(super) over: bool,
}

impl Words {
    /// Takes a heading or a paragraph; `answered` tells that the last table is above it.
    pub(super) fn text(&mut self, line: usize, text: &Linked, heading: bool, answered: bool) {
        let whole = clean(&text.whole);
        let lower = whole.to_lowercase();
        let title = lower == CHANNEL && !answered;
        if title {
            // Above its title is the site's list of pages.
            self.texts.clear();
            self.links.clear();
            self.heading.clear();
        }
        let site = site(&lower);
        self.ended |= site && answered;
        self.over |= answered && lower.starts_with(FOR_PROGRAMS);
        if site || title || self.ended {
            return;
        }
        let Some(value) = value(&without_number(&whole), &without_number(&text.rest)) else { return };
        if heading || is_heading(&whole) {
            self.heading.clone_from(&whole);
        }
        let name = if self.heading.is_empty() { "text".to_owned() } else { self.heading.clone() };
        let mut unique = name.clone();
        let mut count = 1;
        while self.texts.iter().any(|entry| entry.name == unique) {
            count += 1;
            unique = format!("{name} ({count})");
        }
        self.texts.push(Entry { name: unique, line, value });
        self.links.extend(text.links.iter().filter_map(|link| hash(link)));
    }

    /// Takes the links of a row: of the entry `pointer`, with this description.
    pub(super) fn row(&mut self, line: usize, pointer: String, description: &Linked) {
        if description.links.is_empty() {
            return;
        }
        self.links.extend(description.links.iter().filter_map(|link| hash(link)));
        if let Some(value) = value(&description.whole, &description.rest) {
            self.linked.push(Entry { name: pointer, line, value });
        }
    }
}

/// Returns the hash of the whole text, or both where that without its links is another.
fn value(whole: &str, rest: &str) -> Option<Value> {
    let whole = hash(whole)?;
    Some(match hash(rest) {
        Some(rest) if rest != whole => json!([whole, rest]),
        _ => whole.into(),
    })
}

fn site(lower: &str) -> bool {
    let pager = lower == "next" || lower == "previous" || lower.starts_with("previous") && lower.contains("next");
    pager || SITE.iter().any(|start| lower.starts_with(start))
}

/// Whether a list has its numbers in the text depends on the form.
fn without_number(text: &str) -> String {
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || "•·–-*".contains(letter));
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    match rest.strip_prefix(['.', ')']) {
        Some(rest) if rest.starts_with(' ') => rest.trim_start().to_owned(),
        _ => text.to_owned(),
    }
}

/// The window's text does not mark its headings.
fn is_heading(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|first| first.is_uppercase() || first.is_ascii_digit());
    first && text.split_whitespace().count() <= 8 && !text.ends_with(['.', ':', ',', ';', '?', '!'])
}
