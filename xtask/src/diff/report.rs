//! The differences for people and for programs, with the version and the lines of the changelog.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    change::{Breaks, Change, Effect, Level},
    version::{Need, next},
    words::{shown, told},
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
        let (old, new) = (DiffPlaces::of(before), DiffPlaces::of(after));
        let places =
            |change: &Change| [&new, &old].into_iter().map(|it| it.paths(&change.place)).find(|it| !it.is_empty());
        let paths = changes.iter().map(|change| places(change).unwrap_or_default()).collect();
        let proposed = next(&version(before), need)?;
        Ok(Self { changes, paths, before: version(before), after: version(after), proposed })
    }

    /// Tells whether nothing differs.
    pub(crate) const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns whom all differences together break.
    pub(crate) fn breaks(&self) -> Breaks {
        self.changes.iter().map(Change::breaks).fold(Breaks::default(), Breaks::and)
    }

    /// Returns the version that the differences ask for.
    pub(crate) fn version(&self) -> &str {
        &self.proposed
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
            text.push_str(&format!("  {}\n\n", change.told()));
        }
        let count = |level| self.changes.iter().filter(|change| change.breaks().level() == level).count();
        let (breaking, doubtful) = (count(Level::Breaks), count(Level::MayBreak));
        let all = self.changes.len();
        let differences = if all == 1 { "1 difference".to_owned() } else { format!("{all} differences") };
        text.push_str(&format!("{differences}: {breaking} break somebody, {doubtful} may break somebody\n"));
        text.push_str(&format!("version: {} -> {}{}\n\n", self.before, self.proposed, self.remark()));
        text.push_str(&self.changelog());
        text
    }

    /// Returns the report for programs, with a line feed at its end.
    pub(super) fn json(&self) -> String {
        let differences = self.changes.iter().zip(&self.paths).map(|(change, paths)| {
            let breaks = change.breaks();
            let of = |level| {
                let of = [("senders", breaks.senders), ("readers", breaks.readers)];
                of.into_iter().filter(|(_, is)| *is == level).map(|(name, _)| name).collect::<Vec<_>>()
            };
            json!({
                "place": change.place,
                "keyword": change.keyword,
                "fields": paths,
                "before": change.before,
                "after": change.after,
                "sent": change.flow.sent,
                "received": change.flow.received,
                "breaks": of(Level::Breaks),
                "may_break": of(Level::MayBreak),
                "leak": change.effect == Effect::Leak,
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

    /// Returns a draft of the changelog, with the version as its heading.
    fn changelog(&self) -> String {
        format!("## {}\n{}", self.proposed, self.entries())
    }

    /// Returns the lines of the changelog below the version's heading: a line for each change.
    pub(crate) fn entries(&self) -> String {
        let mut text = String::new();
        type Choice = fn(&Change) -> bool;
        let sections: [(&str, Choice); 5] = [
            ("Personal data that was redacted is printed:", |change| change.effect == Effect::Leak),
            ("Breaks those who send:", |change| change.breaks().senders == Level::Breaks),
            ("Breaks those who read:", |change| {
                change.breaks().readers == Level::Breaks && change.breaks().senders != Level::Breaks
            }),
            ("May break:", |change| change.breaks().level() == Level::MayBreak),
            ("Breaks nobody:", |change| {
                change.breaks().level() == Level::Says && !matches!(change.effect, Effect::Text | Effect::Leak)
            }),
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
            text.push_str(&format!("\nOther words in descriptions, examples or sources: {}.\n", words.join(", ")));
        }
        text
    }
}

fn need(change: &Change) -> Need {
    match change.effect {
        Effect::Leak => Need::Breaking,
        _ if change.breaks().level() != Level::Says => Need::Breaking,
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
    let told = told(change);
    let is_sentence = ["can ", "has ", "is ", "may ", "no longer ", "takes "].iter().any(|verb| told.starts_with(verb));
    format!("- {named}{} {}.", if is_sentence { "" } else { ":" }, told.trim_end_matches('.'))
}

/// The fields that each component describes.
struct DiffPlaces(BTreeMap<String, Vec<String>>);

impl DiffPlaces {
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
    const CHANGES: [(&str, &str, &str); 10] = [
        ("/components/schemas/CustomerFirstName", "maxLength", "32"),
        ("/components/schemas/CustomerFirstName", "description", "\"First name.\""),
        ("/components/schemas/City", "maxLength", "64"),
        ("/components/schemas/SettlementType", "enum", "[\"PERCENTAGE\", \"FIX\", \"REST\"]"),
        ("/components/schemas/LineItem/properties", "sku", "{ \"$ref\": \"#/components/schemas/LineItemId\" }"),
        ("/components/schemas/Payment", "required", "[\"status\", \"url\"]"),
        ("/components/schemas/PaymentStatus", "x-extensible-enum", "[\"PENDING\", \"FAILED\", \"EXPIRED\"]"),
        ("/paths/~1orders~1v1~1status~1{id}/get/responses", "202", "{ \"description\": \"Not yet.\" }"),
        ("/components/schemas/CustomerEmail", "x-sensitive", "false"),
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
