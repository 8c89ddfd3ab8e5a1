//! The page against its last reading.

mod texts;

use std::collections::BTreeSet;

use serde_json::Value;

use self::texts::Texts;
use super::finding::{Class, Finding};
use crate::page::{Entry, Reading, SECTIONS};

/// Returns what changed since the last reading, in the order of the page; what is gone comes last in each section.
pub(super) fn changes(last: &Value, page: &Reading) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut texts = Texts::new(last, page);
    for (side, content) in &page.sides {
        for section in SECTIONS {
            let before = &last[*side][section];
            let mut report = Report { side, section, findings: &mut findings };
            for entry in content.section(section) {
                match before.get(&entry.name) {
                    None => report.added(entry),
                    Some(before) if before.is_object() => {
                        let elsewhere =
                            texts.has_elsewhere(&format!("/{side}/{section}/{}", entry.name), before, &entry.value);
                        report.row(entry, before, elsewhere);
                    }
                    Some(before) if *before != entry.value => {
                        report.add(report.class(), entry, "", before.clone(), entry.value.clone())
                    }
                    Some(_) => {}
                }
            }
            for (name, before) in before.as_object().into_iter().flatten() {
                // A row that was not understood is not gone.
                let stands = content.section(section).iter().any(|entry| entry.name == *name)
                    || page.unread.iter().any(|unread| unread.is_about(name));
                if !stands {
                    texts.without(before);
                    report.removed(name, before);
                }
            }
        }
    }
    findings.extend(texts.changes());
    findings
}

struct Report<'a> {
    side: &'static str,
    section: &'static str,
    findings: &'a mut Vec<Finding>,
}

impl Report<'_> {
    /// Returns the class of a change in a section without rows of facts.
    fn class(&self) -> Class {
        match self.section {
            "endpoint" => Class::EndpointChanged,
            "headers" => Class::HeaderChanged,
            _ => Class::SampleChanged,
        }
    }

    fn add(&mut self, class: Class, entry: &Entry, fact: &str, before: Value, now: Value) {
        let added = before.is_null() || class == Class::HeaderChanged && !fact.is_empty();
        let mandatory = match class {
            Class::FieldAdded => entry.value["mandatory"] != "optional",
            _ => before == "mandatory",
        };
        self.findings.push(Finding {
            class,
            breaks: class.breaks(self.side, added, mandatory),
            side: self.side,
            section: self.section,
            name: entry.name.clone(),
            fact: fact.into(),
            before,
            now,
            page: (entry.line > 0).then_some(entry.line),
            contract: None,
            deviations: Vec::new(),
        });
    }

    fn added(&mut self, entry: &Entry) {
        let class = if self.section == "fields" { Class::FieldAdded } else { self.class() };
        self.add(class, entry, "", Value::Null, entry.value.clone());
    }

    fn removed(&mut self, name: &str, before: &Value) {
        let class = if self.section == "fields" { Class::FieldRemoved } else { self.class() };
        let gone = Entry { name: name.into(), line: 0, value: Value::Null };
        self.add(class, &gone, "", before.clone(), Value::Null);
    }

    fn row(&mut self, entry: &Entry, before: &Value, text_is_elsewhere: bool) {
        let facts: BTreeSet<_> =
            [before, &entry.value].into_iter().filter_map(Value::as_object).flatten().map(|(fact, _)| fact).collect();
        for fact in facts {
            let (before, now) = (before[fact].clone(), entry.value[fact].clone());
            if fact == "enum" && before.is_array() && now.is_array() {
                for value in missing(&now, &before) {
                    self.add(self.of_row(Class::EnumValueAdded), entry, fact, Value::Null, value.clone());
                }
                for value in missing(&before, &now) {
                    self.add(self.of_row(Class::EnumValueRemoved), entry, fact, value.clone(), Value::Null);
                }
            } else if !(same(fact, &before, &now) || fact == "text" && text_is_elsewhere) {
                self.add(self.of_row(class(fact, &before, &now)), entry, fact, before, now);
            }
        }
    }

    fn of_row(&self, class: Class) -> Class {
        if self.section == "headers" && class != Class::TextOnly { Class::HeaderChanged } else { class }
    }
}

/// Returns the elements of one list that another has not.
fn missing<'a>(of: &'a Value, from: &'a Value) -> impl Iterator<Item = &'a Value> {
    let from = from.as_array().map_or(&[][..], Vec::as_slice);
    of.as_array().into_iter().flatten().filter(move |value| !from.contains(value))
}

/// Tells whether two facts are the same, whatever form the page had.
pub(super) fn same(fact: &str, one: &Value, other: &Value) -> bool {
    match (fact, one.as_str(), other.as_str()) {
        // Backslashes and spaces of a pattern depend on how the page was saved.
        ("pattern", Some(one), Some(other)) => {
            let bare = |text: &str| text.replace(['\\', ' '], "");
            bare(one) == bare(other)
        }
        ("characters", None, None) => {
            one.is_array() == other.is_array() && missing(one, other).chain(missing(other, one)).next().is_none()
        }
        _ => one == other,
    }
}

fn class(fact: &str, before: &Value, now: &Value) -> Class {
    match fact {
        "mandatory" => match now.as_str() {
            Some("mandatory") => Class::MadeMandatory,
            Some("conditional") => Class::MadeConditional,
            _ => Class::MadeOptional,
        },
        "text" => Class::TextOnly,
        "type" => Class::Retyped,
        "format" if before.is_array() && now.is_array() => Class::Retyped,
        _ if now.is_null() => Class::Loosened,
        _ if before.is_null() => Class::Tightened,
        "max" if is_less(now, before) => Class::Tightened,
        "characters" if missing(before, now).next().is_some() => Class::Tightened,
        "min" if is_less(before, now) => Class::Tightened,
        "min" | "max" | "characters" => Class::Loosened,
        // Nobody can tell by rule what another pattern refuses.
        _ => Class::Tightened,
    }
}

/// Tells whether a limit refuses something that another takes: digits in all, or decimals.
fn is_less(now: &Value, before: &Value) -> bool {
    let parts = |limit: &Value| {
        let (digits, decimals) = limit
            .as_str()
            .unwrap_or_default()
            .split_once('.')
            .map_or((limit.as_str().unwrap_or_default(), "0"), |parts| parts);
        [digits, decimals].map(|part| part.parse::<u64>().unwrap_or(0))
    };
    let ([digits, decimals], [more, places]) = (parts(now), parts(before));
    digits < more || decimals < places
}
