//! The page against its last reading.

mod fact;
mod rename;
mod report;
mod texts;

use std::collections::HashMap;

use serde_json::Value;

pub(super) use self::fact::same;
use self::{report::DriftReport, texts::TextChanges};
use super::finding::{Class, Finding};
use crate::{
    diff::Breaks,
    page::{Reading, SECTIONS, Unread},
};

/// What changed, and what of it was not understood.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) findings: Vec<Finding>,
    pub(super) unread: Vec<Unread>,
}

/// Returns what changed since the last reading, in the order of the page; what is gone comes last in each section.
pub(super) fn changes(last: &Value, page: &Reading) -> Changes {
    let mut changes = Changes::default();
    let mut texts = TextChanges::new(last, page);
    let mut renamed = Renamed::default();
    title(last, page, &mut changes.findings);
    for (side, content) in &page.sides {
        // Rows come before samples, so that a value of a field that was renamed is known.
        for section in ["endpoint", "headers", "header_sample", "fields", "sample"] {
            let empty = Value::Null;
            let before = last.get(*side).and_then(|side| side.get(section)).unwrap_or(&empty);
            DriftReport { side, section, page, changes: &mut changes, texts: &mut texts, renamed: &mut renamed }
                .section(before, content.section(section));
        }
    }
    changes.findings.extend(texts.changes());
    changes
}

fn title(last: &Value, page: &Reading, findings: &mut Vec<Finding>) {
    let before = &last["page"]["title"];
    if let Some(title) = page.title.as_ref().filter(|title| before.is_string() && title.value != *before) {
        findings.push(Finding {
            class: Class::TextOnly,
            breaks: Breaks::default(),
            side: "page",
            section: "texts",
            name: title.name.clone(),
            fact: "text".into(),
            before: before.clone(),
            now: title.value.clone(),
            page: Some(title.line),
            contract: None,
            deviations: Vec::new(),
        });
    }
}

/// Fields and headers that were renamed, by side: old names and new ones.
#[derive(Default)]
struct Renamed(HashMap<&'static str, Vec<(String, String)>>);

impl Renamed {
    /// Tells whether a value of a sample follows from a row that was renamed.
    fn explains(&self, side: &str, before: &str, now: &str) -> bool {
        let (before, now) = (super::finding::plain(before), super::finding::plain(now));
        let follows = |(old, new): &(String, String)| {
            let rest = before.strip_prefix(old.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('.'));
            rest.is_some_and(|rest| now.strip_prefix(new.as_str()) == Some(rest))
        };
        self.0.get(side).is_some_and(|names| names.iter().any(follows))
    }
}

const _: () = assert!(SECTIONS.len() == 5);
