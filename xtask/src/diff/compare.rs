//! The differences between two contracts, in the order of the newer one.

mod limit;
mod reference;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use self::limit::limit;
use super::{
    change::{
        Change,
        Effect::{self, Changed, Harmless, Leak, Looser, Rewritten, Text, Tighter, Wider},
        Flow,
    },
    direction::{Directions, Operation, operations},
    grammar::{COMPONENTS, CONTRACT, GrammarTable, OPERATION, PARAMETER, RESPONSE, Rule, SCHEMA},
};
use crate::codegen::text::{reference, resolve};

/// Returns the differences between two contracts that [`mod@super::verify`] has passed.
pub(super) fn compare(before: &Value, after: &Value) -> Vec<Change> {
    compare_along(before, after, &[Directions::of(before), Directions::of(after)])
}

/// Compares two contracts whose directions are known.
fn compare_along(before: &Value, after: &Value, directions: &[Directions; 2]) -> Vec<Change> {
    let mut comparison = Comparison { before, after, changes: Vec::new(), replaced: BTreeSet::new() };
    for (name, rule) in CONTRACT.members {
        match *name {
            "paths" => comparison.operations(),
            "components" => comparison.components(directions),
            _ => comparison.member(name, *rule, name, before.get(name), after.get(name), Flow::SENT),
        }
    }
    comparison.changes
}

struct Comparison<'a> {
    before: &'a Value,
    after: &'a Value,
    changes: Vec<Change>,
    /// Pairs of components, of which one stands in the place of the other and which have been compared.
    replaced: BTreeSet<[String; 2]>,
}

/// A value before and after.
type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

impl Comparison<'_> {
    fn push(&mut self, place: &str, keyword: Option<&'static str>, pair: Pair<'_>, effect: Effect, flow: Flow) {
        let (before, after) = (pair.0.cloned(), pair.1.cloned());
        self.changes.push(Change { place: place.to_owned(), keyword, before, after, effect, flow });
    }

    fn operations(&mut self) {
        let (before, after) = (operations(self.before), operations(self.after));
        for id in names(before.keys(), after.keys()) {
            match (before.get(id), after.get(id)) {
                (Some(old), Some(new)) => {
                    let (was, is) = (Value::from(old.target.clone()), Value::from(new.target.clone()));
                    if was != is {
                        self.push(id, Some("target"), (Some(&was), Some(&is)), Changed, new.flow);
                    }
                    self.object(&OPERATION, id, old.value, new.value, new.flow);
                }
                (old, new) => {
                    let target = |operation: Option<&Operation<'_>>| operation.map(|it| Value::from(it.target.clone()));
                    let flow = old.or(new).map_or(Flow::SENT, |operation| operation.flow);
                    let effect = if new.is_some() { Harmless } else { Changed };
                    self.push(id, None, (target(old).as_ref(), target(new).as_ref()), effect, flow);
                }
            }
        }
    }

    fn components(&mut self, directions: &[Directions; 2]) {
        for (section, rule) in COMPONENTS.members {
            let Rule::Named(table, added, removed) = rule else { continue };
            let (old, new) = (&self.before["components"][section], &self.after["components"][section]);
            for name in named(old, new) {
                let reference = format!("#/components/{section}/{name}");
                let place = if *section == "schemas" { name.clone() } else { format!("{section}.{name}") };
                let [old_flow, new_flow] = directions.each_ref().map(|known| known.flow(&reference));
                let both =
                    Flow { sent: old_flow.sent || new_flow.sent, received: old_flow.received || new_flow.received };
                let flow = if *section == "securitySchemes" { Flow::SENT } else { both };
                match (old.get(&name), new.get(&name)) {
                    (Some(old), Some(new)) => self.object(table, &place, old, new, flow),
                    // What refers to it says it.
                    (Some(_), None) if old_flow.any() => {}
                    (None, Some(_)) if new_flow.any() => {}
                    pair => self.push(&place, None, pair, presence(pair, *added, *removed), flow),
                }
            }
        }
    }

    /// Compares all members of two objects.
    fn object(&mut self, table: &'static GrammarTable, place: &str, old: &Value, new: &Value, flow: Flow) {
        if table.rule("$ref").is_some() && (old.get("$ref").is_some() || new.get("$ref").is_some()) {
            return self.references(table, place, old, new, flow);
        }
        // Another type brings rules of its own; they are no changes beside it.
        let retyped = table.name == SCHEMA.name && old.get("type") != new.get("type");
        for (name, rule) in table.members {
            let flow = if table.name == "operation" && *name == "responses" { flow.flipped() } else { flow };
            let (before, after) = (old.get(name), new.get(name));
            match rule {
                Rule::Limit { .. } | Rule::Exclusive { .. } | Rule::Condition if retyped => {}
                Rule::One(table) if retyped && table.name == "advisory" => {}
                Rule::Exclusive { most } if old.get(limited(*most)) != new.get(limited(*most)) => {}
                Rule::Limit { most } | Rule::Exclusive { most } if before != after => {
                    self.push(place, Some(name), (before, after), limit(name, *most, old, new), flow);
                }
                Rule::Mandatory => self.mandatory(place, old, new, flow),
                Rule::Properties => self.properties(place, old, new, flow),
                _ => self.member(name, *rule, place, before, after, flow),
            }
        }
    }

    /// Compares one member of two objects, or a member of the document.
    fn member(
        &mut self,
        name: &'static str,
        rule: Rule,
        place: &str,
        before: Option<&Value>,
        after: Option<&Value>,
        flow: Flow,
    ) {
        let pair = (before, after);
        let inner = match (place, name) {
            (place, name) if place == name => place.to_owned(),
            (place, "items") => format!("{place}[]"),
            (place, "schema") => place.to_owned(),
            _ => format!("{place}.{name}"),
        };
        let both = before.zip(after);
        match rule {
            Rule::Parameters => self.parameters(&inner, pair, flow),
            Rule::Named(table, added, removed) => self.named(table, &inner, pair, [added, removed], flow),
            Rule::List(table) => self.list(table, name, place, pair, flow),
            Rule::Choices(table) => self.choices(table, name, place, pair, flow),
            Rule::Statuses => self.statuses(&inner, pair, flow),
            _ if before == after => {}
            Rule::Always(effect) => self.push(place, Some(name), pair, effect, flow),
            Rule::Flag(set) => {
                let is_set = |value: Option<&Value>| value.is_some_and(|value| value == true);
                let unset = if set == Tighter { Looser } else { Tighter };
                let effect = match (is_set(before), is_set(after)) {
                    (false, true) => set,
                    (true, false) => unset,
                    _ => Text,
                };
                self.push(place, Some(name), pair, effect, flow);
            }
            Rule::Sensitive => {
                let was = before.is_some_and(|value| value == true);
                self.push(place, Some(name), pair, if was { Leak } else { Harmless }, flow);
            }
            Rule::Condition => {
                let effect = both.map_or_else(|| presence(pair, Tighter, Wider), |_| Rewritten);
                self.push(place, Some(name), pair, effect, flow);
            }
            Rule::Open => {
                let closed = after.is_some_and(|value| value == false);
                let was_closed = before.is_some_and(|value| value == false);
                let effect = match (was_closed, closed) {
                    // Whoever reads through a closed type refuses what it read before.
                    (false, true) => Changed,
                    (true, false) => Harmless,
                    _ => Text,
                };
                self.push(place, Some(name), pair, effect, flow);
            }
            Rule::Values | Rule::KnownValues => match both {
                Some((old, new)) => self.values(name, rule, place, old, new, flow),
                None => self.push(place, Some(name), pair, Changed, flow),
            },
            Rule::One(table) => match both {
                Some((old, new)) => self.object(table, &inner, old, new, flow),
                None if table.name == "advisory" => self.push(place, Some(name), pair, Harmless, flow),
                None => self.push(place, Some(name), pair, Changed, flow),
            },
            // Compared with what stands beside them.
            Rule::Limit { .. } | Rule::Exclusive { .. } | Rule::Mandatory | Rule::Properties => {}
            // Operations are compared by their names, wherever they stand.
            Rule::Paths | Rule::Callbacks => {}
        }
    }

    fn named(&mut self, table: &'static GrammarTable, place: &str, pair: Pair<'_>, effects: [Effect; 2], flow: Flow) {
        let [old, new] = [pair.0, pair.1].map(|value| value.unwrap_or(&Value::Null));
        for name in named(old, new) {
            let place = format!("{place}.{name}");
            match (old.get(&name), new.get(&name)) {
                (Some(old), Some(new)) => self.object(table, &place, old, new, flow),
                pair => self.push(&place, None, pair, presence(pair, effects[0], effects[1]), flow),
            }
        }
    }

    /// Compares answers by status. One beside its range, `404` beside `4XX`, was read through the range before.
    fn statuses(&mut self, place: &str, pair: Pair<'_>, flow: Flow) {
        let [old, new] = [pair.0, pair.1].map(|value| value.unwrap_or(&Value::Null));
        for status in named(old, new) {
            let has_range = |answers: &Value| {
                let range = status.chars().next().map(|first| format!("{first}XX"));
                range.is_some_and(|range| range != status && answers.get(&range).is_some())
            };
            let place = format!("{place}.{status}");
            match (old.get(&status), new.get(&status)) {
                (Some(old), Some(new)) => self.object(&RESPONSE, &place, old, new, flow),
                pair if has_range(if pair.1.is_some() { old } else { new }) => {
                    self.push(&place, None, pair, Harmless, flow);
                }
                pair => self.push(&place, None, pair, presence(pair, Looser, Changed), flow),
            }
        }
    }

    fn list(&mut self, table: &'static GrammarTable, name: &str, place: &str, pair: Pair<'_>, flow: Flow) {
        let place = if place == name { place.to_owned() } else { format!("{place}.{name}") };
        let [old, new] = [pair.0, pair.1].map(|value| value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice));
        for at in 0..old.len().max(new.len()) {
            let place = format!("{place}[{at}]");
            match (old.get(at), new.get(at)) {
                (Some(old), Some(new)) => self.object(table, &place, old, new, flow),
                pair => {
                    let effect = if table.name == "tag" { Text } else { Changed };
                    self.push(&place, None, pair, effect, flow);
                }
            }
        }
    }

    /// Compares parameters by the name of their component or their own, wherever they stand in the list.
    fn parameters(&mut self, place: &str, pair: Pair<'_>, flow: Flow) {
        let by_name = |list: Option<&Value>| -> Map<String, Value> {
            let elements = list.and_then(Value::as_array).into_iter().flatten();
            let name = |element: &Value| reference(element).or(element["name"].as_str()).unwrap_or_default().to_owned();
            elements.map(|element| (name(element), element.clone())).collect()
        };
        let [old, new] = [pair.0, pair.1].map(|list| Value::Object(by_name(list)));
        if old == new && pair.0 != pair.1 {
            self.push(place, None, pair, Text, flow);
        }
        for name in named(&old, &new) {
            let place = format!("{place}.{name}");
            match (old.get(&name), new.get(&name)) {
                (Some(old), Some(new)) => self.object(&PARAMETER, &place, old, new, flow),
                pair => {
                    let needed = pair.1.is_some_and(|it| resolve(self.after, it)["required"] == true);
                    let effect = presence(pair, if needed { Tighter } else { Harmless }, Changed);
                    self.push(&place, None, pair, effect, flow);
                }
            }
        }
    }
}

/// Returns the keyword that an exclusive limit goes with.
const fn limited(most: bool) -> &'static str {
    if most { "maximum" } else { "minimum" }
}

fn presence(pair: Pair<'_>, added: Effect, removed: Effect) -> Effect {
    if pair.1.is_some() { added } else { removed }
}

/// Returns the names in two objects, or in two lists of names: those of the newer in its order, then the others.
fn named(old: &Value, new: &Value) -> Vec<String> {
    let members = |value: &Value| -> Vec<String> {
        match value {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(elements) => elements.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let mut found = members(new);
    let gone: Vec<_> = members(old).into_iter().filter(|name| !found.contains(name)).collect();
    found.extend(gone);
    found
}

fn names<'a>(old: impl Iterator<Item = &'a &'a str>, new: impl Iterator<Item = &'a &'a str>) -> BTreeSet<&'a str> {
    old.chain(new).copied().collect()
}
