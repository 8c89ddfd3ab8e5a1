//! What a schema has and nothing else: lists of values, and properties.

use serde_json::Value;

use super::{
    super::{
        change::{
            Effect::{Changed, Harmless, Looser, Text, Tighter, Wider},
            Flow,
        },
        grammar::{Rule, SCHEMA},
    },
    Comparison, named, presence, reference,
};

impl Comparison<'_> {
    /// Compares lists of values, each value on its own.
    pub(super) fn values(&mut self, name: &'static str, rule: Rule, place: &str, old: &Value, new: &Value, flow: Flow) {
        let elements = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (before, after) = (elements(old), elements(new));
        let added: Vec<_> = after.iter().filter(|value| !before.contains(value)).collect();
        let removed: Vec<_> = before.iter().filter(|value| !after.contains(value)).collect();
        let closed = matches!(rule, Rule::Values);
        for value in &removed {
            self.push(place, Some(name), (Some(*value), None), if closed { Tighter } else { Changed }, flow);
        }
        for value in &added {
            // A value of an open list was read before it was known; whoever acted on all others alike meets it by name now.
            self.push(place, Some(name), (None, Some(*value)), if closed { Looser } else { Wider }, flow);
        }
        if added.is_empty() && removed.is_empty() {
            self.push(place, Some(name), (Some(old), Some(new)), Text, flow);
        }
    }

    /// Compares which properties are mandatory, of those that are in both.
    pub(super) fn mandatory(&mut self, place: &str, old: &Value, new: &Value, flow: Flow) {
        let names = named(&old["required"], &new["required"]);
        if old.get("required") != new.get("required")
            && names.iter().all(|name| is_mandatory(old, name) == is_mandatory(new, name))
        {
            self.push(place, Some("required"), (old.get("required"), new.get("required")), Text, flow);
        }
        for name in names {
            let (was, is) = (is_mandatory(old, &name), is_mandatory(new, &name));
            let undescribed = |schema: &Value| schema["properties"].get(&name).is_none();
            if was == is || undescribed(old) != undescribed(new) {
                continue;
            }
            // The type of an optional field is another one: those who read it have to change.
            let effect = if is { Changed } else { Looser };
            let word = |mandatory: bool| Value::from(if mandatory { "mandatory" } else { "optional" });
            self.push(&format!("{place}.{name}"), Some("required"), (Some(&word(was)), Some(&word(is))), effect, flow);
        }
    }

    pub(super) fn properties(&mut self, place: &str, old: &Value, new: &Value, flow: Flow) {
        for name in named(&old["properties"], &new["properties"]) {
            let place = format!("{place}.{name}");
            match (old["properties"].get(&name), new["properties"].get(&name)) {
                (Some(old), Some(new)) => self.object(&SCHEMA, &place, old, new, flow),
                (before, after) => {
                    let added = if is_mandatory(new, &name) { Tighter } else { Harmless };
                    let describe = |property: Option<&Value>, owner| property.map(|it| described(it, owner, &name));
                    let (was, is) = (describe(before, old), describe(after, new));
                    self.push(
                        &place,
                        None,
                        (was.as_ref(), is.as_ref()),
                        presence((before, after), added, Changed),
                        flow,
                    );
                }
            }
        }
    }
}

fn is_mandatory(object: &Value, property: &str) -> bool {
    object["required"].as_array().is_some_and(|names| names.iter().any(|name| name == property))
}

/// Returns a property for the report: whether it is mandatory, and what it is.
fn described(property: &Value, object: &Value, name: &str) -> Value {
    let word = if is_mandatory(object, name) { "mandatory" } else { "optional" };
    format!("{word} {}", reference(property).or(property["type"].as_str()).unwrap_or("value")).into()
}
