//! Headings and paragraphs against those of the last reading, by their hashes: a list against a list, whatever their names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::finding::{Breaks, Class, Finding};
use crate::page::{Entry, Form, Reading, SECTIONS};

/// The two lists, and which text of one is which of the other.
///
/// The window's text has descriptions with a link, and the words of links, at its end. So where one of the readings is of that
/// form and the other is not, a text may stand anywhere, with or without its links.
pub(super) struct Texts<'a> {
    before: Vec<Entry>,
    now: Vec<Entry>,
    /// For each text of `before` its place in `now`.
    partners: Vec<Option<usize>>,
    /// Which of the two is the window's text, where the other is not.
    flat: Option<Flat>,
    last: &'a Value,
    page: &'a Reading,
    /// How many rows are gone whose description is a text of `before`.
    gone_rows: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Flat {
    Before,
    Now,
}

impl<'a> Texts<'a> {
    pub(super) fn new(last: &'a Value, page: &'a Reading) -> Self {
        let flat = match (last["form"] == Form::Text.name(), page.form == Form::Text) {
            (true, false) => Some(Flat::Before),
            (false, true) => Some(Flat::Now),
            _ => None,
        };
        let before = last["page"]["texts"].as_object().into_iter().flatten();
        let before = before.map(|(name, value)| Entry { name: name.clone(), line: 0, value: value.clone() });
        let (before, now) = (before.collect(), page.texts.clone());
        Self { before, now, partners: vec![], flat, last, page, gone_rows: 0 }
    }

    /// Tells whether a description is one that the window's text has at its end, and compares it as a text then.
    pub(super) fn has_elsewhere(&mut self, pointer: &str, before: &Value, now: &Value) -> bool {
        match self.flat {
            Some(Flat::Before) if before["text"].is_null() => {
                let linked = self.page.linked.iter().find(|entry| entry.name == pointer);
                self.now.extend(linked.cloned());
                linked.is_some()
            }
            Some(Flat::Now) if now["text"].is_null() => {
                let linked = self.last["page"]["linked"].get(pointer);
                self.before.extend(linked.map(|value| Entry { name: pointer.into(), line: 0, value: value.clone() }));
                linked.is_some()
            }
            _ => false,
        }
    }

    /// Takes a row that is gone.
    pub(super) fn without(&mut self, row: &Value) {
        self.gone_rows += usize::from(self.flat == Some(Flat::Before) && row.is_object() && row["text"].is_null());
    }

    /// Returns what changed: other words, a text more, a text less.
    pub(super) fn changes(mut self) -> Vec<Finding> {
        self.partners = vec![None; self.before.len()];
        let same = if self.flat.is_some() { some } else { whole };
        self.pair_in_order(same);
        self.pair_anywhere(same);
        let links: BTreeSet<_> = match self.flat {
            Some(Flat::Before) => self.page.links.iter().map(String::as_str).collect(),
            Some(Flat::Now) => {
                self.last["page"]["links"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
            }
            None => BTreeSet::new(),
        };
        let is_link =
            |entry: &Entry, side| self.flat == Some(side) && hashes(&entry.value).any(|hash| links.contains(hash));
        let gone = (0..self.before.len()).filter(|at| self.partners[*at].is_none());
        let mut gone: Vec<_> = gone.filter(|at| !is_link(&self.before[*at], Flat::Before)).collect();
        let new = (0..self.now.len()).filter(|at| !self.partners.contains(&Some(*at)));
        let new: Vec<_> = new.filter(|at| !is_link(&self.now[*at], Flat::Now)).collect();
        let mut findings = Vec::new();
        for at in new {
            let of_row = |entry: &Entry| entry.name.starts_with('/');
            // What stands behind the same text is that text with other words. A row's may stand anywhere.
            let old = gone
                .iter()
                .position(|old| self.above(*old) == self.above_now(at))
                .or_else(|| gone.iter().rposition(|old| of_row(&self.now[at]) || of_row(&self.before[*old])));
            let old = old.map(|old| &self.before[gone.remove(old)]);
            let entry = old
                .filter(|old| of_row(old))
                .map_or_else(|| self.now[at].clone(), |old| Entry { line: self.now[at].line, ..old.clone() });
            findings.push(finding(
                &entry,
                old.map_or(Value::Null, |old| old.value.clone()),
                self.now[at].value.clone(),
            ));
        }
        for _ in 0..self.gone_rows {
            gone.pop();
        }
        findings.extend(gone.iter().map(|at| finding(&self.before[*at], self.before[*at].value.clone(), Value::Null)));
        findings
    }

    /// Pairs the longest common sequence.
    fn pair_in_order(&mut self, same: fn(&Entry, &Entry) -> bool) {
        let (rows, columns) = (self.before.len(), self.now.len());
        let mut lengths = vec![vec![0_usize; columns + 1]; rows + 1];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                lengths[row][column] = if same(&self.before[row], &self.now[column]) {
                    lengths[row + 1][column + 1] + 1
                } else {
                    lengths[row + 1][column].max(lengths[row][column + 1])
                };
            }
        }
        let (mut row, mut column) = (0, 0);
        while row < rows && column < columns {
            if same(&self.before[row], &self.now[column]) {
                self.partners[row] = Some(column);
                (row, column) = (row + 1, column + 1);
            } else if lengths[row + 1][column] >= lengths[row][column + 1] {
                row += 1;
            } else {
                column += 1;
            }
        }
    }

    /// Pairs what is left: the window's text has a paragraph with a link at its end.
    fn pair_anywhere(&mut self, same: fn(&Entry, &Entry) -> bool) {
        for (at, old) in self.before.iter().enumerate() {
            if self.partners[at].is_none() {
                let free = |new: &usize| !self.partners.contains(&Some(*new)) && same(old, &self.now[*new]);
                self.partners[at] = (0..self.now.len()).find(free);
            }
        }
    }

    /// Returns the place in `now` of the nearest paired text above one of `before`.
    fn above(&self, at: usize) -> Option<usize> {
        self.partners[..at].iter().rev().find_map(|partner| *partner)
    }

    fn above_now(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|above| self.partners.contains(&Some(*above)))
    }
}

/// Returns the hash of all words, and that of those outside of links.
fn hashes(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str)
}

fn whole(one: &Entry, other: &Entry) -> bool {
    hashes(&one.value).next() == hashes(&other.value).next()
}

fn some(one: &Entry, other: &Entry) -> bool {
    hashes(&one.value).any(|hash| hashes(&other.value).any(|other| other == hash))
}

/// Returns what is said of a text, or of the row whose description it is.
fn finding(entry: &Entry, before: Value, now: Value) -> Finding {
    let mut parts = entry.name.splitn(4, '/').skip(1);
    let row = entry.name.starts_with('/').then(|| (parts.next(), parts.next(), parts.next()));
    let (side, section, name) = match row {
        Some((Some(side), Some(section), Some(name))) => {
            let side = if side == "request" { "request" } else { "response" };
            (side, SECTIONS.iter().find(|known| **known == section).map_or("fields", |known| *known), name)
        }
        _ => ("page", "texts", entry.name.as_str()),
    };
    Finding {
        class: Class::TextOnly,
        breaks: Breaks::None,
        side,
        section,
        name: name.into(),
        fact: "text".into(),
        before,
        now,
        page: (entry.line > 0).then_some(entry.line),
        contract: None,
        deviations: Vec::new(),
    }
}
