//! `fields.md` and `fields.html`: each field of each body with its constraints, where they come from, what enforces them
//! and which vectors prove it.

mod html;
mod markdown;
mod proof;

use serde_json::Value;

use crate::{
    codegen::{Generated, MONEY, REQUEST},
    export::ROOTS,
    fields::{Field, advisory, characters, fields, kind, limits, values},
};
pub(crate) use proof::{Vectors, unproven};

/// What stands above the tables, in both forms.
const INTRODUCTION: &str = "Made by `cargo xtask export` from `spec/openapi.yaml`. A path names the field; `[]` stands for each \
    element of an array. Mandatory means mandatory where the object around it is sent.";

/// What the words in the column on enforcement mean.
const ENFORCEMENT: [(&str, &str); 3] = [
    ("type", "the generated Rust type cannot hold another value, and the JSON Schema refuses it"),
    ("schema", "the JSON Schema refuses it before sending"),
    ("rule", "a keyword of this contract, which JSON Schema does not have: exact decimals, sums, advisories"),
];

/// The tables of a contract.
pub(crate) struct Tables {
    request: FieldsTable<Sent>,
    /// Answers and notifications, with the name of each.
    received: Vec<FieldsTable<Received>>,
}

/// The rows of one body.
struct FieldsTable<Row> {
    component: &'static str,
    rows: Vec<Row>,
}

/// A field that is sent.
struct Sent {
    path: String,
    presence: String,
    kind: String,
    limits: String,
    characters: String,
    values: String,
    notes: String,
    source: String,
    deviations: String,
    enforced: String,
    /// Whether each constraint has a vector at its edge and one just over it; otherwise those that are missing.
    proof: String,
}

/// A field that is received.
struct Received {
    path: String,
    presence: String,
    kind: String,
    constraints: String,
    source: String,
    deviations: String,
}

impl Tables {
    /// Reads the tables from what a contract became.
    ///
    /// # Errors
    ///
    /// Where the schemas are not JSON.
    pub(crate) fn new(generated: &Generated, vectors: &Vectors) -> Result<Self, String> {
        let bundle: Value =
            serde_json::from_str(&generated.schemas).map_err(|error| format!("the schemas are no JSON: {error}"))?;
        let definitions = &bundle["$defs"];
        let received = ROOTS.into_iter().filter(|root| *root != REQUEST).map(|component| {
            let rows = all(definitions, component).iter().map(received).collect();
            FieldsTable { component, rows }
        });
        let sent = |field: &Field<'_>| sent(field, vectors);
        Ok(Self {
            request: FieldsTable { component: REQUEST, rows: all(definitions, REQUEST).iter().map(sent).collect() },
            received: received.collect(),
        })
    }

    /// Returns the tables as Markdown.
    pub(crate) fn markdown(&self) -> String {
        markdown::write(self)
    }

    /// Returns the tables as a page that needs nothing else.
    pub(crate) fn html(&self) -> String {
        html::write(self)
    }
}

/// Returns a body and its fields.
fn all<'s>(definitions: &'s Value, root: &'static str) -> Vec<Field<'s>> {
    let body =
        Field { path: "(body)".to_owned(), presence: "mandatory", component: Some(root), schema: &definitions[root] };
    [body].into_iter().chain(fields(definitions, root)).collect()
}

fn sent(field: &Field<'_>, vectors: &Vectors) -> Sent {
    let schema = field.schema;
    let mut notes = Vec::new();
    if schema["additionalProperties"] == false {
        notes.push("no other fields".to_owned());
    }
    if schema["x-sensitive"] == true {
        notes.push("personal".to_owned());
    }
    notes.extend(advisory(schema));
    Sent {
        path: field.path.clone(),
        presence: field.presence.to_owned(),
        kind: kind(schema),
        limits: limits(schema).join(", "),
        characters: characters(schema).unwrap_or_default(),
        values: values(schema).unwrap_or_default(),
        notes: notes.join("; "),
        source: word(schema, "x-source"),
        deviations: deviations(schema),
        enforced: enforced(field),
        proof: proof::verdict(field, vectors),
    }
}

fn received(field: &Field<'_>) -> Received {
    let schema = field.schema;
    let mut constraints = limits(schema);
    constraints.extend(characters(schema));
    constraints.extend(values(schema));
    for branch in ["anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten() {
        let rules: Vec<_> = limits(branch).into_iter().chain(characters(branch)).collect();
        if let (Some(kind), false) = (branch["type"].as_str(), rules.is_empty()) {
            constraints.push(format!("as {kind} {}", rules.join(", ")));
        }
    }
    if let Some(known) = schema["x-extensible-enum"].as_array() {
        let known: Vec<_> = known.iter().filter_map(Value::as_str).collect();
        constraints.push(format!("{} or another", known.join(" | ")));
    }
    if is_nullable(schema) {
        constraints.push("may be null".to_owned());
    }
    Received {
        path: field.path.clone(),
        presence: field.presence.to_owned(),
        kind: kind(schema),
        constraints: constraints.join("; "),
        source: word(schema, "x-source"),
        deviations: deviations(schema),
    }
}

fn is_nullable(schema: &Value) -> bool {
    let null = |kind: &Value| kind.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
    let branches = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    null(&schema["type"]) || branches.into_iter().any(|branch| branch["type"] == "null")
}

/// Returns what enforces the constraints of a field, in the order of [`ENFORCEMENT`].
fn enforced(field: &Field<'_>) -> String {
    let schema = field.schema;
    let is_money = MONEY.iter().any(|(component, _)| Some(*component) == field.component);
    let limited = |keywords: &[&str]| keywords.iter().any(|keyword| schema.get(keyword).is_some());
    let by_type = match schema["type"].as_str() {
        Some("object") => schema["additionalProperties"] == false || limited(&["required"]),
        Some("integer" | "string") => !is_money,
        _ => false,
    };
    let by_schema = is_money || limited(&["minItems", "maxItems"]);
    let by_rule = limited(&["x-decimal-places", "x-sum", "x-advisory"]);
    let found = [by_type, by_schema, by_rule].into_iter().zip(ENFORCEMENT).filter(|(is, _)| *is);
    found.map(|(_, (word, _))| word).collect::<Vec<_>>().join(", ")
}

/// Returns the deviations of a field and of its advisory, each once.
fn deviations(schema: &Value) -> String {
    let advisory = word(&schema["x-advisory"], "deviation");
    let mut found = vec![word(schema, "x-deviation"), advisory];
    found.dedup();
    found.retain(|deviation| !deviation.is_empty());
    found.join(", ")
}

fn word(schema: &Value, keyword: &str) -> String {
    schema[keyword].as_str().unwrap_or_default().to_owned()
}

/// Returns the title of a body's table.
fn title(component: &str) -> String {
    let mut title = String::new();
    for character in component.chars() {
        if character.is_uppercase() && !title.is_empty() {
            title.push(' ');
            title.extend(character.to_lowercase());
        } else {
            title.push(character);
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_keyword_that_limits_a_value_is_shown() {
        let generated = crate::codegen::generate(include_str!("../../spec/openapi.yaml")).unwrap();
        let vectors = Vectors::parse(include_str!("../../spec/vectors/violations.json")).unwrap();
        let tables = Tables::new(&generated, &vectors).unwrap();
        let row = |path: &str| {
            let row = tables.request.rows.iter().find(|row| row.path == path).unwrap();
            let Sent { presence, kind, limits, characters, values, notes, deviations, enforced, proof, .. } = row;
            [presence, kind, limits, characters, values, notes, deviations, enforced, proof]
                .map(String::as_str)
                .join(" | ")
        };
        for (path, expect) in [
            ("(body)", "mandatory | object |  |  |  | no other fields | D-45 | type | yes"),
            (
                "order",
                "mandatory | object | amount = sum of price × quantity |  |  | no other fields | D-54 | type, rule | yes",
            ),
            (
                "order.amount",
                "mandatory | integer | 1 to 9999999999999999 |  |  | advised: digits alone (D-08) | D-08 | schema, rule | yes",
            ),
            ("order.line_items", "mandatory | array | not empty |  |  |  | D-52 | schema | yes"),
            ("order.line_items[]", "each | object |  |  |  | no other fields | D-11 | type | yes"),
            (
                "order.line_items[].price",
                "mandatory | number | at least 0, below 100000000000000, at most 2 decimals |  |  |  | D-07 | schema, rule | yes",
            ),
            (
                "customer.phone",
                "mandatory | string | 1 to 16 characters | ^[0-9]+$ |  | personal; advised: ^62 (D-06) | D-06 | type, rule | yes",
            ),
        ] {
            assert_eq!(row(path), expect, "{path}");
        }
        // The page adds and takes categories.
        let category = row("order.line_items[].category");
        assert!(category.starts_with("mandatory | string |  |  | one of "), "{category}");
        assert!(category.ends_with(" values |  | D-03 | type | yes"), "{category}");
    }

    #[test]
    fn titles_are_words() {
        assert_eq!(title("GenerateOrderRequest"), "Generate order request");
    }

    #[test]
    fn the_page_is_self_contained() {
        let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/generated/fields.html")).unwrap();
        for outside in ["src=", "<link", "@import", "url(", "<script"] {
            assert!(!page.contains(outside), "the page has {outside}");
        }
        assert_eq!(page.matches("<tr").count(), page.matches("</tr>").count());
        assert!(page.contains(&format!("from <code>{}</code>", crate::codegen::CONTRACT)));
    }
}
