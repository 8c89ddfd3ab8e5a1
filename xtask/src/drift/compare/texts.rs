//! Headings and paragraphs against those of the last reading, by their hashes: a list against a list, whatever their names.

mod pairs;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use serde_json::Value;

use super::super::finding::{Class, Finding};
use crate::{
    diff::Breaks,
    page::{self, Entry, Form, Reading, SECTIONS},
};

/// How many words a link has at most that a description lost.
const LINK: usize = 6;
/// The two lists, and which text of one is which of the other.
///
/// One form of the page has descriptions with a link, and the words of links, at its end. So where one of the readings is of
/// that form and the other is not, a text may stand anywhere, with or without its links.
pub(super) struct TextChanges<'a> {
    before: Vec<Entry>,
    now: Vec<Entry>,
    /// For each text of `before` its place in `now`.
    partners: Vec<Option<usize>>,
    /// Which of the two has its links at its end, where the other has not.
    flat: Option<Flat>,
    last: &'a Value,
    page: &'a Reading,
    /// Hashes of what rows said that are gone.
    gone: HashSet<String>,
    /// Places in the two lists that turned out to be descriptions.
    taken: [HashSet<usize>; 2],
    /// Pointers to rows whose description may be a text below its table.
    floating: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flat {
    Before,
    Now,
}

impl<'a> TextChanges<'a> {
    pub(super) fn new(last: &'a Value, page: &'a Reading) -> Self {
        let flat = match (last["form"] == Form::Text.name(), page.form == Form::Text) {
            (true, false) => Some(Flat::Before),
            (false, true) => Some(Flat::Now),
            _ => None,
        };
        let before = last["page"]["texts"].as_object().into_iter().flatten();
        let before = before.map(|(name, value)| Entry { name: name.clone(), line: 0, value: value.clone() });
        let (before, now) = (before.collect(), page.texts.clone());
        Self {
            before,
            now,
            partners: vec![],
            flat,
            last,
            page,
            gone: HashSet::new(),
            taken: Default::default(),
            floating: HashSet::new(),
        }
    }

    /// Tells whether a row says the same in other words only because of its form; what may be a text of its own is compared as
    /// one then.
    pub(super) fn is_same(&mut self, pointer: &str, line: usize, before: &Value, now: &Value) -> bool {
        let (old, new) = (before["text"].as_str(), now["text"].as_str());
        let lost = |list: &Value| list.as_array().is_some_and(|list| list.iter().any(|lost| lost == pointer));
        let (was, is) = (lost(&self.last["page"]["lost"]), self.page.lost.iter().any(|lost| lost == pointer));
        let words = self.page.prose.get(pointer).map_or("", String::as_str);
        let linked = self.page.linked.iter().find(|entry| entry.name == pointer).map(|entry| &entry.value);
        let linked_before = &self.last["page"]["linked"][pointer];
        match (old, new) {
            (Some(old), Some(_)) if was && !is => {
                linked.is_some_and(|linked| hashes(linked).any(|hash| hash == old)) || without_link(words).contains(old)
            }
            (Some(old), Some(new)) if is && !was => {
                hashes(linked_before).any(|hash| hash == new) || with_link(words, &self.page.link_words(), old)
            }
            (None, Some(new)) => {
                let found = self.last["form"] == Form::Text.name();
                let shorter = if found { without_link(words) } else { HashSet::new() };
                let fits = |entry: &Entry| {
                    hashes(&entry.value).any(|hash| {
                        let rest = linked.is_some_and(|linked| hashes(linked).any(|rest| rest == hash));
                        hash == new || rest || shorter.contains(hash)
                    })
                };
                let found =
                    (0..self.before.len()).find(|at| found && !self.taken[0].contains(at) && fits(&self.before[*at]));
                match found {
                    Some(at) => self.taken[0].insert(at),
                    None if self.flat == Some(Flat::Before) => {
                        self.now.push(Entry { name: pointer.to_owned(), line, value: new.into() });
                        true
                    }
                    None => self.may_be_text(pointer, new),
                }
            }
            (Some(old), None) if self.page.form == Form::Text => {
                let fits = |entry: &Entry| {
                    let words = self.page.prose.get(&entry.name).map_or("", String::as_str);
                    hashes(&entry.value).any(|hash| hash == old || hashes(linked_before).any(|known| known == hash))
                        || with_link(words, &self.page.link_words(), old)
                };
                let found = (0..self.now.len()).find(|at| !self.taken[1].contains(at) && fits(&self.now[*at]));
                match found {
                    Some(at) => drop(self.taken[1].insert(at)),
                    None => self.before.push(Entry { name: pointer.to_owned(), line, value: old.into() }),
                }
                true
            }
            _ => false,
        }
    }

    /// In the window's text nothing tells the description of a table's last row from the text below the table.
    fn may_be_text(&mut self, pointer: &str, hash: &str) -> bool {
        if !matches!(self.page.form, Form::Text | Form::Window) {
            return false;
        }
        let mut sections = self.page.sides.iter().flat_map(|(side, content)| {
            ["headers", "fields"].map(|section| (format!("/{side}/{section}/"), content.section(section).last()))
        });
        let row =
            sections.find_map(|(start, row)| row.filter(|row| pointer.strip_prefix(start.as_str()) == Some(&row.name)));
        let Some(row) = row else { return false };
        let at = self.now.partition_point(|entry| entry.line <= row.line);
        self.floating.insert(pointer.to_owned());
        self.now.insert(at, Entry { name: pointer.to_owned(), line: row.line, value: hash.into() });
        self.taken[1] = self.taken[1].iter().map(|taken| taken + usize::from(*taken >= at)).collect();
        true
    }

    /// Takes a row that is gone.
    pub(super) fn without(&mut self, row: &Value) {
        self.gone.extend(row["text"].as_str().map(str::to_owned));
    }

    /// Returns what changed: other words, a text more, a text less.
    pub(super) fn changes(mut self) -> Vec<Finding> {
        self.partners = vec![None; self.before.len()];
        let mut free: Vec<_> = (0..self.now.len()).map(|at| !self.taken[1].contains(&at)).collect();
        self.pair_in_order(&mut free);
        self.pair_anywhere(&mut free, |value| hashes(value).take(1).collect());
        if self.flat.is_some() {
            self.pair_anywhere(&mut free, |value| hashes(value).collect());
        }
        let stored = self.last["page"]["links"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let links: BTreeSet<_> = self.page.links.iter().map(String::as_str).chain(stored).collect();
        let is_link =
            |entry: &Entry, side| self.flat == Some(side) && hashes(&entry.value).any(|hash| links.contains(hash));
        let gone = (0..self.before.len()).filter(|at| self.partners[*at].is_none() && !self.taken[0].contains(at));
        let gone: Vec<_> = gone.filter(|at| !is_link(&self.before[*at], Flat::Before)).collect();
        let new = (0..self.now.len()).filter(|at| free[*at] && !is_link(&self.now[*at], Flat::Now));
        let of_gone_row = |entry: &Entry| hashes(&entry.value).any(|hash| self.gone.contains(hash));
        let new: Vec<_> = new.filter(|at| !of_gone_row(&self.now[*at])).collect();
        // What stands behind the same text is that text with other words.
        let mut waiting = HashMap::<Option<usize>, VecDeque<usize>>::new();
        let above = self.above();
        for at in &gone {
            waiting.entry(above[*at]).or_default().push_back(*at);
        }
        let above_now = self.above_now();
        let (mut findings, mut used) = (Vec::new(), HashSet::<usize>::new());
        let rows = gone.iter().any(|at| self.before[*at].name.starts_with('/'));
        for at in new {
            let now = &self.now[at];
            let of_row = |entry: &Entry| entry.name.starts_with('/') && !self.floating.contains(&entry.name);
            let near = waiting.get_mut(&above_now[at]).and_then(|queue| {
                let free =
                    queue.iter().position(|old| !used.contains(old) && (of_row(now) || !of_row(&self.before[*old])))?;
                queue.remove(free)
            });
            // A description may stand anywhere.
            let fits = |old: &&usize| !used.contains(*old) && (of_row(now) || of_row(&self.before[**old]));
            let far = || if of_row(now) || rows { gone.iter().rfind(fits).copied() } else { None };
            let old = near.or_else(far);
            used.extend(old);
            let old = old.map(|old| &self.before[old]);
            let is_row = |entry: &&Entry| of_row(entry) || self.floating.contains(&now.name);
            let named = old.filter(is_row).map_or(&now.name, |old| &old.name);
            let before = old.map_or(Value::Null, |old| old.value.clone());
            findings.push(finding(named, now.line, before, now.value.clone()));
        }
        let less = gone.iter().filter(|at| !used.contains(*at)).map(|at| &self.before[*at]);
        findings.extend(less.map(|old| finding(&old.name, old.line, old.value.clone(), Value::Null)));
        findings
    }
}

/// Returns the hashes of words without one link, wherever that stood.
fn without_link(words: &str) -> HashSet<String> {
    let words: Vec<_> = words.split_whitespace().take(400).collect();
    let sizes = 1..=LINK.min(words.len());
    let places = sizes.flat_map(|size| (0..=words.len() - size).map(move |at| (size, at)));
    places.filter_map(|(size, at)| page::hash(&[&words[..at], &words[at + size..]].concat().join(" "))).collect()
}

/// Tells whether words with one link are those of a hash.
fn with_link(words: &str, links: &[String], hash: &str) -> bool {
    let words: Vec<_> = words.split_whitespace().take(400).collect();
    links.iter().take(50).any(|link| {
        (0..=words.len()).any(|at| {
            let whole = [&words[..at], &[link.as_str()], &words[at..]].concat().join(" ");
            page::hash(&whole).as_deref() == Some(hash)
        })
    })
}

/// Returns the hash of all words, and that of those outside of links.
fn hashes(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

/// Returns what is said of a text, or of the row whose description it is.
fn finding(name: &str, line: usize, before: Value, now: Value) -> Finding {
    let mut parts = name.splitn(4, '/').skip(1);
    let row = name.starts_with('/').then(|| (parts.next(), parts.next(), parts.next()));
    let (side, section, name) = match row {
        Some((Some(side), Some(section), Some(name))) => {
            let side = if side == "request" { "request" } else { "response" };
            (side, SECTIONS.iter().find(|known| **known == section).map_or("fields", |known| *known), name)
        }
        _ => ("page", "texts", name),
    };
    Finding {
        class: Class::TextOnly,
        breaks: Breaks::default(),
        side,
        section,
        name: name.into(),
        fact: "text".into(),
        before,
        now,
        page: (line > 0).then_some(line),
        contract: None,
        deviations: Vec::new(),
    }
}
