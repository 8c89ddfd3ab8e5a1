//! The differences for people and for programs, with the version and the lines of the changelog.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    change::{Change, Effect},
    version::{Need, next},
};
use crate::{export::ROOTS, fields::fields};

/// What `cargo xtask diff` prints.
pub(crate) struct Report {
    changes: Vec<Change>,
    /// For each change, the fields it is about: `customer.first_name`, with the body where it is no request.
    paths: Vec<Vec<String>>,
    before: String,
    /// `info.version` of the newer contract.
    after: String,
    proposed: String,
}

impl Report {
    /// Puts the version and the fields to the differences.
    ///
    /// # Errors
    ///
    /// Where the base has no version of three numbers.
    pub(super) fn new(changes: Vec<Change>, before: &Value, after: &Value) -> Result<Self, String> {
        let version = |contract: &Value| contract["info"]["version"].as_str().unwrap_or_default().to_owned();
        let need = changes.iter().map(need).fold(Need::Patch, |most, need| if need > most { need } else { most });
        let (old, new) = (Places::of(before), Places::of(after));
        let places =
            |change: &Change| [&new, &old].into_iter().map(|it| it.paths(&change.place)).find(|it| !it.is_empty());
        let paths = changes.iter().map(|change| places(change).unwrap_or_default()).collect();
        let proposed = next(&version(before), need)?;
        Ok(Self { changes, paths, before: version(before), after: version(after), proposed })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the report for people, with a line feed at its end.
    pub(super) fn text(&self) -> String {
        if self.is_empty() {
            return "no difference\n".to_owned();
        }
        let mut text = String::new();
        for (change, paths) in self.changes.iter().zip(&self.paths) {
            text.push_str(&format!("{}\n", heading(change)));
            if !paths.is_empty() {
                text.push_str(&format!("  fields: {}\n", paths.join(", ")));
            }
            for (name, value) in [("before", &change.before), ("after", &change.after)] {
                text.push_str(&format!("  {name}: {}\n", shown(value.as_ref())));
            }
            text.push_str(&format!("  breaks: {}\n\n", change.breaks().text()));
        }
        let breaking = self.changes.iter().filter(|change| change.breaks().any()).count();
        text.push_str(&format!("{} differences, {breaking} of them break somebody\n", self.changes.len()));
        text.push_str(&format!("version: {} -> {}{}\n\n", self.before, self.proposed, self.remark()));
        text.push_str(&self.changelog());
        text
    }

    /// Returns the report for programs, with a line feed at its end.
    pub(super) fn json(&self) -> String {
        let differences = self.changes.iter().zip(&self.paths).map(|(change, paths)| {
            let breaks = change.breaks();
            let broken = [("senders", breaks.senders), ("readers", breaks.readers)];
            json!({
                "place": change.place,
                "keyword": change.keyword,
                "fields": paths,
                "before": change.before,
                "after": change.after,
                "sent": change.flow.sent,
                "received": change.flow.received,
                "breaks": broken.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect::<Vec<_>>(),
            })
        });
        let differences: Vec<_> = differences.collect();
        let (proposed, changelog) = match self.is_empty() {
            true => (Value::Null, Value::Null),
            false => (self.proposed.clone().into(), self.changelog().into()),
        };
        let report = json!({
            "differences": differences,
            "version": { "before": self.before, "after": self.after, "proposed": proposed },
            "changelog": changelog,
        });
        format!("{report:#}\n")
    }

    fn remark(&self) -> String {
        if self.after == self.proposed {
            return ", as the contract says".to_owned();
        }
        format!("; info.version of the contract is {}", self.after)
    }

    /// Returns a draft of the changelog.
    fn changelog(&self) -> String {
        let mut text = format!("## {}\n", self.proposed);
        type Choice = fn(&Change) -> bool;
        let sections: [(&str, Choice); 3] = [
            ("Breaks those who send:", |change| change.breaks().senders),
            ("Breaks those who read:", |change| change.breaks().readers && !change.breaks().senders),
            ("Breaks nobody:", |change| !change.breaks().any() && change.effect != Effect::Text),
        ];
        for (title, chosen) in sections {
            let chosen = self.changes.iter().zip(&self.paths).filter(|(change, _)| chosen(change));
            let lines: Vec<_> = chosen.map(|(change, paths)| line(change, paths)).collect();
            if !lines.is_empty() {
                text.push_str(&format!("\n{title}\n\n{}\n", lines.join("\n")));
            }
        }
        let words = self.changes.iter().filter(|it| it.effect == Effect::Text && it.place != "info");
        let mut words: Vec<_> = words.map(|change| format!("`{}`", change.place)).collect();
        words.dedup();
        if !words.is_empty() {
            text.push_str(&format!("\nDescriptions, examples and sources of {}.\n", words.join(", ")));
        }
        text
    }
}

fn need(change: &Change) -> Need {
    match change.effect {
        _ if change.breaks().any() => Need::Breaking,
        Effect::Text => Need::Patch,
        _ => Need::Addition,
    }
}

fn heading(change: &Change) -> String {
    match (change.keyword, &change.before) {
        (Some(keyword), _) if keyword == change.place => change.place.clone(),
        (Some(keyword), _) => format!("{} {keyword}", change.place),
        (None, None) => format!("{} added", change.place),
        (None, Some(_)) => format!("{} removed", change.place),
    }
}

/// Returns a line of the changelog.
fn line(change: &Change, paths: &[String]) -> String {
    let named = if paths.is_empty() { std::slice::from_ref(&change.place) } else { paths };
    let named = named.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let text = match (change.keyword, before, after) {
        (None, None, _) => format!("new, {}", shown(after)),
        (None, ..) => format!("removed; it was {}", shown(before)),
        (Some("required"), _, Some(after)) => format!("now {}", shown(Some(after))),
        (Some("enum" | "x-extensible-enum"), None, Some(value)) if value.is_string() => {
            format!("new value `{}`", shown(after))
        }
        (Some("enum" | "x-extensible-enum"), Some(value), None) if value.is_string() => {
            format!("value `{}` removed", shown(before))
        }
        (Some(keyword), None, _) => format!("`{keyword}` {} added", shown(after)),
        (Some(keyword), _, None) => format!("`{keyword}` {} removed", shown(before)),
        (Some(keyword), ..) => format!("`{keyword}` {} -> {}", shown(before), shown(after)),
    };
    format!("- {named}: {text}.")
}

/// Returns a value in a few words.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => "none".to_owned(),
        Some(Value::String(text)) => text.trim().replace('\n', " "),
        Some(Value::Array(elements)) if elements.len() > 5 => format!("a list of {}", elements.len()),
        Some(Value::Object(members)) => object(members),
        Some(value) => value.to_string(),
    }
}

fn object(members: &serde_json::Map<String, Value>) -> String {
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let kind = members.get("type").and_then(Value::as_str);
    let words = members.get("description").and_then(Value::as_str);
    match (kind, members.get("properties").and_then(Value::as_object)) {
        (None, None) if words.is_some() => words.unwrap_or_default().trim().replace('\n', " "),
        (_, Some(properties)) => format!("object of {}", properties.keys().cloned().collect::<Vec<_>>().join(", ")),
        (Some(kind), None) => kind.to_owned(),
        (None, None) => Value::Object(members.clone()).to_string(),
    }
}

/// The fields that each component describes.
struct Places(BTreeMap<String, Vec<String>>);

impl Places {
    fn of(contract: &Value) -> Self {
        let mut places = BTreeMap::<String, Vec<String>>::new();
        let definitions = &contract["components"]["schemas"];
        for (at, root) in ROOTS.into_iter().enumerate() {
            let prefix = if at == 0 { String::new() } else { format!("{root}: ") };
            for field in fields(definitions, root) {
                if let Some(component) = field.component {
                    places.entry(component.to_owned()).or_default().push(format!("{prefix}{}", field.path));
                }
            }
        }
        Self(places)
    }

    /// Returns the fields of a place: `Component`, `Component.property`.
    fn paths(&self, place: &str) -> Vec<String> {
        let end = place.find(['.', '[']).unwrap_or(place.len());
        let (component, rest) = place.split_at(end);
        self.0.get(component).into_iter().flatten().map(|path| format!("{path}{rest}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::compare::compare, *};

    /// Changes of each kind, one after the other.
    const CHANGES: [(&str, &str, &str); 9] = [
        ("/components/schemas/CustomerFirstName", "maxLength", "32"),
        ("/components/schemas/CustomerFirstName", "description", "\"First name.\""),
        ("/components/schemas/City", "maxLength", "64"),
        ("/components/schemas/SettlementType", "enum", "[\"PERCENTAGE\", \"FIX\", \"REST\"]"),
        ("/components/schemas/LineItem/properties", "sku", "{ \"$ref\": \"#/components/schemas/LineItemId\" }"),
        ("/components/schemas/Payment", "required", "[\"status\", \"url\"]"),
        ("/components/schemas/PaymentStatus", "x-extensible-enum", "[\"PENDING\", \"FAILED\", \"EXPIRED\"]"),
        ("/paths/~1orders~1v1~1status~1{id}/get/responses", "202", "{ \"description\": \"Not yet.\" }"),
        ("/servers/0", "url", "\"https://sandbox.example\""),
    ];

    fn report() -> Report {
        let before: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
        let mut after = before.clone();
        for (pointer, member, value) in CHANGES {
            after.pointer_mut(pointer).unwrap()[member] = serde_json::from_str(value).unwrap();
        }
        Report::new(compare(&before, &after), &before, &after).unwrap()
    }

    #[test]
    fn text_names_each_difference_and_drafts_the_changelog() {
        insta::assert_snapshot!(report().text());
    }

    #[test]
    fn json_has_the_same() {
        insta::assert_snapshot!(report().json());
    }

    #[test]
    fn equal_contracts_have_no_difference() {
        let contract: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
        let report = Report::new(compare(&contract, &contract), &contract, &contract).unwrap();
        assert_eq!(report.text(), "no difference\n");
        let json: Value = serde_json::from_str(&report.json()).unwrap();
        assert_eq!(json["differences"], json!([]));
        assert_eq!(json["version"]["proposed"], Value::Null);
    }
}
