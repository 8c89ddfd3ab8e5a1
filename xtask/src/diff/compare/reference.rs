//! What a contract refers to: two references are judged by what they lead to, and alternatives by what they hold.

use serde_json::Value;

use super::{
    super::{
        change::{
            Breaks, Change,
            Effect::{All, Changed, Harmless, Looser, Narrower, Text},
            Flow, Level,
        },
        grammar::GrammarTable,
    },
    Comparison, Pair, reference, resolve,
};

impl Comparison<'_> {
    /// Compares two values of which one or both are references.
    ///
    /// The same name is compared once, as a component. Another name, or none, is one change, judged by all that differs behind it.
    pub(super) fn references(
        &mut self,
        table: &'static GrammarTable,
        place: &str,
        old: &Value,
        new: &Value,
        flow: Flow,
    ) {
        if old.get("$ref") == new.get("$ref") {
            return;
        }
        let (before, after) = (resolve(self.before, old), resolve(self.after, new));
        let names = [old, new].map(|value| reference(value).unwrap_or_default().to_owned());
        let pair = (Some(old), Some(new));
        if before.get("$ref").is_some() || after.get("$ref").is_some() {
            return self.push(place, Some("$ref"), pair, Changed, flow);
        }
        if self.is_renamed(old, new) {
            if self.replaced.insert(names.clone()) {
                let [was, is] = names.map(Value::from);
                self.object(table, is.as_str().unwrap_or_default(), before, after, flow);
                let effect = All(may_break(flow));
                self.push(is.as_str().unwrap_or_default(), Some("name"), (Some(&was), Some(&is)), effect, flow);
            }
            return;
        }
        if !self.replaced.insert(names.clone()) && names.iter().all(|name| !name.is_empty()) {
            // Inside of itself, or in a second place: the first says what differs.
            return self.push(place, Some("$ref"), pair, All(may_break(flow)), flow);
        }
        let known = self.changes.len();
        self.object(table, place, before, after, flow);
        let inner: Vec<Change> = self.changes.drain(known..).collect();
        // The types of the libraries have the name of the component, so another name is never nothing.
        let breaks = inner.iter().map(Change::breaks).fold(may_break(flow), Breaks::and);
        self.push(place, Some("$ref"), pair, All(breaks), flow);
    }

    /// Tells whether a component only has another name: the old one is gone, and the new one was not there.
    fn is_renamed(&self, old: &Value, new: &Value) -> bool {
        let stands = |contract: &Value, value: &Value| {
            value["$ref"].as_str().is_some_and(|at| contract.pointer(at.trim_start_matches('#')).is_some())
        };
        stands(self.before, old) && stands(self.after, new) && !stands(self.after, old) && !stands(self.before, new)
    }

    /// Compares alternatives: equal ones are none, those of one type are compared, the others come or go.
    pub(super) fn choices(
        &mut self,
        table: &'static GrammarTable,
        name: &'static str,
        place: &str,
        pair: Pair<'_>,
        flow: Flow,
    ) {
        let [mut old, mut new] = [pair.0, pair.1].map(|list| -> Vec<(usize, &Value)> {
            list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter().enumerate().collect()
        });
        let known = self.changes.len();
        for alike in [(|one, other| one == other) as fn(&Value, &Value) -> bool, same_kind] {
            old.retain(|(_, before)| {
                let Some(at) = new.iter().position(|(_, after)| alike(before, after)) else { return true };
                let (number, after) = new.remove(at);
                self.object(table, &format!("{place}.{name}[{number}]"), before, after, flow);
                false
            });
        }
        for (number, after) in new {
            self.push(&format!("{place}.{name}[{number}]"), None, (None, Some(after)), Looser, flow);
        }
        for (number, before) in old {
            self.push(&format!("{place}.{name}[{number}]"), None, (Some(before), None), Narrower, flow);
        }
        if self.changes.len() == known && pair.0 != pair.1 {
            let effect = if pair.0.is_some() && pair.1.is_some() { Text } else { Harmless };
            self.push(place, Some(name), pair, effect, flow);
        }
    }
}

fn same_kind(one: &Value, other: &Value) -> bool {
    match (one.get("$ref"), other.get("$ref")) {
        (None, None) => one.get("type") == other.get("type"),
        (one, other) => one == other,
    }
}

fn may_break(flow: Flow) -> Breaks {
    let level = |concerned: bool| if concerned { Level::MayBreak } else { Level::Says };
    Breaks { senders: level(flow.sent), readers: level(flow.received) }
}
