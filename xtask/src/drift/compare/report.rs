//! What changed in a section.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{
    super::{
        cover::is_like,
        finding::{Class, Finding, plain},
        report::show,
    },
    Changes, Renamed,
    fact::{self, missing, same},
    rename::Renames,
    texts::TextChanges,
};
use crate::{
    diff::{Breaks, Level},
    page::{Entry, Reading, Scope, Unread},
};

pub(super) struct DriftReport<'a, 'b> {
    pub(super) side: &'static str,
    pub(super) section: &'static str,
    pub(super) page: &'a Reading,
    pub(super) changes: &'b mut Changes,
    pub(super) texts: &'b mut TextChanges<'a>,
    pub(super) renamed: &'b mut Renamed,
}

impl DriftReport<'_, '_> {
    pub(super) fn section(mut self, before: &Value, now: &[Entry]) {
        let known = before.as_object();
        let scope = |scope: &Scope| *scope == Scope::Section(self.side, self.section);
        if self.page.unread.iter().any(|unread| scope(&unread.scope)) {
            return;
        }
        let stands: HashSet<_> = now.iter().map(|entry| entry.name.as_str()).collect();
        let unread: HashSet<_> = self
            .page
            .unread
            .iter()
            .filter_map(|unread| match &unread.scope {
                Scope::Row(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let gone: Vec<_> = known
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .filter(|name| !stands.contains(name) && !unread.contains(plain(name).as_str()))
            .filter(|name| !unread.iter().any(|unread| is_like(unread, name)))
            .collect();
        let renames = Renames::new(self.section, known, now, &gone);
        for entry in now {
            match (known.and_then(|known| known.get(&entry.name)), renames.old(&entry.name)) {
                (Some(before), _) => self.entry(entry, before),
                (None, Some(old)) => {
                    let before = &before[old];
                    self.rename(old, entry, before);
                    if before.is_object() {
                        self.row(old, entry, before);
                    }
                }
                (None, None) => self.added(entry),
            }
        }
        for name in gone.into_iter().filter(|name| !renames.is_old(name)) {
            self.texts.without(&before[name]);
            self.removed(name, &before[name]);
        }
        self.join_renames();
    }

    fn entry(&mut self, entry: &Entry, before: &Value) {
        if before.is_object() {
            self.row(&entry.name, entry, before);
        } else if *before != entry.value {
            self.add(self.class(), &entry.name, entry.line, "", before.clone(), entry.value.clone());
        }
    }

    /// Returns the class of a change in a section without rows of facts.
    fn class(&self) -> Class {
        match self.section {
            "endpoint" => Class::EndpointChanged,
            "headers" => Class::HeaderChanged,
            _ => Class::SampleChanged,
        }
    }

    fn add(&mut self, class: Class, name: &str, line: usize, fact: &str, before: Value, now: Value) {
        let added = before.is_null();
        let mandatory = match class {
            Class::FieldAdded => now["mandatory"] == "mandatory",
            Class::HeaderChanged => now["mandatory"] != "optional" && before["mandatory"] != "optional",
            _ => before == "mandatory",
        };
        let breaks = match class {
            Class::EndpointChanged if added => Breaks::default(),
            Class::Struck if now.is_null() => Breaks::default(),
            // Nobody can tell by rule what another pattern refuses.
            Class::Tightened if fact == "pattern" && !added => {
                let may = |is: bool| if is { Level::MayBreak } else { Level::Says };
                Breaks { senders: may(self.side == "request"), readers: may(self.side == "response") }
            }
            Class::HeaderChanged if fact.is_empty() && self.side == "request" && !mandatory => Breaks::default(),
            Class::HeaderChanged if !fact.is_empty() => {
                fact::class(fact, &before, &now).breaks(self.side, added, mandatory)
            }
            class => class.breaks(self.side, added, mandatory),
        };
        self.changes.findings.push(Finding {
            class,
            breaks,
            side: self.side,
            section: self.section,
            name: name.to_owned(),
            fact: fact.into(),
            before,
            now,
            page: (line > 0).then_some(line),
            contract: None,
            deviations: Vec::new(),
        });
    }

    fn added(&mut self, entry: &Entry) {
        let class = if self.section == "fields" { Class::FieldAdded } else { self.class() };
        self.add(class, &entry.name, entry.line, "", Value::Null, entry.value.clone());
    }

    fn removed(&mut self, name: &str, before: &Value) {
        let class = if self.section == "fields" { Class::FieldRemoved } else { self.class() };
        self.add(class, name, 0, "", before.clone(), Value::Null);
    }

    fn rename(&mut self, old: &str, entry: &Entry, before: &Value) {
        let class = match self.section {
            "fields" => Class::FieldRenamed,
            "headers" => Class::HeaderChanged,
            "endpoint" => Class::TextOnly,
            _ if self.renamed.explains(self.side, old, &entry.name) => {
                if *before != entry.value {
                    self.add(Class::SampleChanged, &entry.name, entry.line, "", before.clone(), entry.value.clone());
                }
                return;
            }
            _ => Class::SampleChanged,
        };
        if matches!(self.section, "fields" | "headers") {
            self.renamed.0.entry(self.side).or_default().push((old.to_owned(), entry.name.clone()));
        }
        self.add(class, old, entry.line, "name", old.into(), entry.name.clone().into());
        // A header is the same in capitals.
        let same = old.eq_ignore_ascii_case(&entry.name);
        if let Some(finding) = self.changes.findings.last_mut().filter(|_| class == Class::HeaderChanged) {
            finding.breaks = if same { Breaks::default() } else { Class::FieldRenamed.breaks(self.side, false, true) };
        }
    }

    /// Makes one change of those of an object that has another name.
    fn join_renames(&mut self) {
        let mut objects: Vec<(String, String, Vec<usize>)> = Vec::new();
        for (at, finding) in self.changes.findings.iter().enumerate() {
            let ours = finding.side == self.side && finding.section == "fields" && self.section == "fields";
            if !ours || finding.class != Class::FieldRenamed {
                continue;
            }
            let (mut old, mut new) = (finding.name.as_str(), finding.now.as_str().unwrap_or_default());
            while let (Some((above, name)), Some((over, other))) = (old.rsplit_once('.'), new.rsplit_once('.')) {
                if name != other {
                    break;
                }
                (old, new) = (above, over);
            }
            match objects.iter_mut().find(|(before, now, _)| before == old && now == new) {
                Some((.., places)) => places.push(at),
                None => objects.push((old.to_owned(), new.to_owned(), vec![at])),
            }
        }
        let mut drop = Vec::new();
        for (old, new, places) in objects {
            let [first, rest @ ..] = &places[..] else { continue };
            if rest.is_empty() {
                continue;
            }
            let finding = &mut self.changes.findings[*first];
            (finding.name, finding.before, finding.now) = (old.clone(), old.into(), new.into());
            drop.extend_from_slice(rest);
        }
        drop.sort_unstable();
        for at in drop.into_iter().rev() {
            self.changes.findings.remove(at);
        }
    }

    fn row(&mut self, name: &str, entry: &Entry, before: &Value) {
        let Entry { line, value, .. } = entry;
        let facts: BTreeSet<_> =
            [before, value].into_iter().filter_map(Value::as_object).flatten().map(|(fact, _)| fact.as_str()).collect();
        let pointer = format!("/{}/{}/{}", self.side, self.section, entry.name);
        let words = self.page.prose.get(&pointer).map_or("", String::as_str);
        let (from, doubtful) = (self.changes.findings.len(), self.changes.unread.len());
        for fact in facts.iter().copied().filter(|fact| !matches!(*fact, "text" | "struck" | "hint")) {
            let (before, now) = (before[fact].clone(), value[fact].clone());
            if same(fact, &before, &now) {
                continue;
            }
            if now.is_null() && (fact::still_stands(fact, &before, words) || fact::may_stand(fact, words, value)) {
                let reason =
                    format!("{name}: {fact} {} is not read any more, and still stands in: {words}", show(&before));
                self.changes.unread.push(Unread { line: *line, reason, scope: Scope::Row(name.to_owned()) });
            } else if fact == "enum" && before.is_array() && now.is_array() {
                for value in missing(&now, &before) {
                    self.add(self.of_row(Class::EnumValueAdded), name, *line, fact, Value::Null, value.clone());
                }
                for value in missing(&before, &now) {
                    self.add(self.of_row(Class::EnumValueRemoved), name, *line, fact, value.clone(), Value::Null);
                }
            } else {
                self.add(self.of_row(fact::class(fact, &before, &now)), name, *line, fact, before, now);
            }
        }
        let unread = self.changes.unread.len() > doubtful;
        let (struck, standing) = (&before["struck"], &value["struck"]);
        if struck != standing && self.changes.findings.len() == from {
            self.add(Class::Struck, name, *line, "struck", struck.clone(), standing.clone());
        }
        let explained = unread || struck != standing;
        // What is said of values belongs to them.
        let listed = self.changes.findings[from..].iter().any(|finding| finding.fact == "enum");
        let hint = before["hint"] != value["hint"] && !listed;
        let (old, now) = (&before["text"], &value["text"]);
        let compared = !self.page.unread.iter().any(|unread| unread.scope == Scope::Texts(self.side, self.section));
        if explained || !compared || !hint && (old == now || self.texts.is_same(&pointer, *line, before, value)) {
            return;
        }
        if self.page.doubts.contains(&pointer) {
            let reason = format!("{name}: something that looks like a limit or a value and was not read, in: {words}");
            self.changes.unread.push(Unread { line: *line, reason, scope: Scope::Row(name.to_owned()) });
        } else {
            self.add(Class::TextOnly, name, *line, "text", old.clone(), now.clone());
        }
    }

    fn of_row(&self, class: Class) -> Class {
        if self.section == "headers" && class != Class::TextOnly { Class::HeaderChanged } else { class }
    }
}
