//! Rows that are there under another name: told by their place, what they say, and their type.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::fact::same;
use crate::page::Entry;

/// New names, and the old ones.
pub(super) struct Renames {
    olds: HashMap<String, String>,
    taken: HashSet<String>,
}

/// A row that came or went, and its neighbours that did neither.
struct RenamedRow<'a> {
    name: &'a str,
    value: &'a Value,
    above: Option<&'a str>,
    below: Option<&'a str>,
    /// Its place among those that came, or went, between the same neighbours.
    place: usize,
}

impl Renames {
    pub(super) fn new(section: &str, before: Option<&Map<String, Value>>, now: &[Entry], gone: &[&str]) -> Self {
        let mut renames = Self { olds: HashMap::new(), taken: HashSet::new() };
        let Some(before) = before.filter(|_| !gone.is_empty()) else { return renames };
        let gone: HashSet<_> = gone.iter().copied().collect();
        let new = |entry: &Entry| !before.contains_key(&entry.name);
        if !now.iter().any(new) {
            return renames;
        }
        let stays: HashSet<_> =
            now.iter().map(|entry| entry.name.as_str()).filter(|name| before.contains_key(*name)).collect();
        let olds = rows(before.iter().map(|(name, value)| (name.as_str(), value)), &stays);
        let news = rows(now.iter().map(|entry| (entry.name.as_str(), &entry.value)), &stays);
        let olds: Vec<_> = olds.into_iter().filter(|row| gone.contains(row.name)).collect();
        let mut texts = HashMap::<&str, usize>::new();
        for text in before.values().filter_map(|value| value["text"].as_str()) {
            *texts.entry(text).or_default() += 1;
        }
        // Many rows that came or went are no renames, and need not be compared each with each.
        if olds.len() * news.len() > 1_000_000 {
            return renames;
        }
        let is_one = if section == "fields" || section == "headers" { same_row } else { same_value };
        for strict in [true, false] {
            for new in &news {
                if renames.olds.contains_key(new.name) {
                    continue;
                }
                let old = olds.iter().find(|old| !renames.taken.contains(old.name) && is_one(old, new, strict, &texts));
                if let Some(old) = old {
                    renames.taken.insert(old.name.to_owned());
                    renames.olds.insert(new.name.to_owned(), old.name.to_owned());
                }
            }
        }
        renames
    }

    /// Returns the name that an entry had.
    pub(super) fn old(&self, name: &str) -> Option<&str> {
        self.olds.get(name).map(String::as_str)
    }

    /// Tells whether an entry is there under another name.
    pub(super) fn is_old(&self, name: &str) -> bool {
        self.taken.contains(name)
    }
}

/// Returns the rows that do not stay.
fn rows<'a>(all: impl Iterator<Item = (&'a str, &'a Value)>, stays: &HashSet<&str>) -> Vec<RenamedRow<'a>> {
    let (mut rows, mut above, mut place, mut open) = (Vec::<RenamedRow<'a>>::new(), None, 0, 0);
    for (name, value) in all {
        if stays.contains(name) {
            rows[open..].iter_mut().for_each(|row| row.below = Some(name));
            (above, place, open) = (Some(name), 0, rows.len());
        } else {
            rows.push(RenamedRow { name, value, above, below: None, place });
            place += 1;
        }
    }
    rows
}

fn parts(name: &str) -> impl Iterator<Item = &str> {
    name.split(['.', '_', '-', ' ', '[', ']'])
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn same_row(old: &RenamedRow<'_>, new: &RenamedRow<'_>, strict: bool, texts: &HashMap<&str, usize>) -> bool {
    let fact = |fact: &str| same(fact, &old.value[fact], &new.value[fact]);
    let text = old.value["text"].as_str();
    let same_text = text.is_some() && fact("text");
    let same_place = old.above == new.above && old.below == new.below && old.place == new.place;
    let same_name = last(old.name) == last(new.name);
    let alone = text.is_some_and(|text| texts.get(text) == Some(&1));
    let rest = ["mandatory", "min", "max", "enum", "pattern", "format", "characters"].into_iter().all(fact);
    if strict {
        return same_text && same_place && fact("type");
    }
    let similar =
        parts(last(old.name)).any(|part| parts(last(new.name)).any(|other| part == other && !part.is_empty()));
    same_text && fact("type") && (same_name || alone)
        || same_text && same_place
        || same_place && fact("type") && rest && similar
        || same_name && fact("type") && rest && text.is_none() && new.value["text"].is_null()
}

/// Entries that have a value alone.
fn same_value(old: &RenamedRow<'_>, new: &RenamedRow<'_>, strict: bool, _: &HashMap<&str, usize>) -> bool {
    let same_place = old.above == new.above && old.below == new.below && old.place == new.place;
    old.value == new.value && (same_place || !strict && last(old.name) == last(new.name) && !old.name.contains('['))
}
