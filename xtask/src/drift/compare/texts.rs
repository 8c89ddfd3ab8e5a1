//! Headings and paragraphs against those of the last reading, by their hashes: a list against a list, whatever their names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::finding::{Breaks, Class, Finding};
use crate::page::Entry;

/// The two lists, and which text of one is which of the other.
struct Texts<'a> {
    before: &'a [Entry],
    now: &'a [Entry],
    /// For each text of `before` its place in `now`.
    partners: Vec<Option<usize>>,
}

/// Returns what changed: other words, a text more, a text less.
///
/// `lost` holds, for each list, what the form of the other list may have elsewhere or not at all.
pub(super) fn changes(before: &[Entry], now: &[Entry], lost: [&BTreeSet<&str>; 2], across: bool) -> Vec<Finding> {
    let mut texts = Texts { before, now, partners: vec![None; before.len()] };
    texts.pair_in_order(if across { some } else { whole });
    texts.pair_anywhere(if across { some } else { whole });
    let is_lost = |entry: &Entry, lost: &BTreeSet<&str>| hashes(&entry.value).any(|hash| lost.contains(hash));
    let mut gone: Vec<_> = (0..before.len()).filter(|at| texts.partners[*at].is_none()).collect();
    gone.retain(|at| !is_lost(&before[*at], lost[0]));
    let mut findings = Vec::new();
    for at in (0..now.len()).filter(|at| !texts.partners.contains(&Some(*at)) && !is_lost(&now[*at], lost[1])) {
        // What stands behind the same text is that text with other words.
        let old = gone.iter().position(|old| texts.above(*old) == texts.above_now(at));
        let old = old.map_or(Value::Null, |old| before[gone.remove(old)].value.clone());
        findings.push(finding(&now[at], old, now[at].value.clone()));
    }
    findings.extend(gone.iter().map(|at| finding(&before[*at], before[*at].value.clone(), Value::Null)));
    findings
}

impl Texts<'_> {
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

fn finding(entry: &Entry, before: Value, now: Value) -> Finding {
    Finding {
        class: Class::TextOnly,
        breaks: Breaks::None,
        side: "page",
        section: "texts",
        name: entry.name.clone(),
        fact: "text".into(),
        before,
        now,
        page: (entry.line > 0).then_some(entry.line),
        contract: None,
        deviations: Vec::new(),
    }
}
