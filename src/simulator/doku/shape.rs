//! The shape of what DOKU writes, as the contract has it: a new field of the contract is in the next answer.

use std::sync::LazyLock;

use doku_indodana::{
    check::{Kind, openapi_30},
    json::{Document, Value},
};

/// What is at a place of a body.
pub(crate) enum Place {
    /// This JSON.
    Is(String),
    /// Nothing: the field is left out.
    Absent,
    /// Whatever the contract says, field by field.
    Unknown,
}

/// Returns a body of this kind as JSON without white space: every field that the contract has, in its order.
///
/// `known` is asked for each by its JSON pointer. What it does not know is the contract's example, or else a value of
/// the field's type that says its name. An object of which nothing is left is left out.
pub(crate) fn body(kind: Kind, known: &dyn Fn(&str) -> Place) -> String {
    let schema = component(kind.component());
    object(schema, "", known).unwrap_or_else(|| "{}".to_owned())
}

static CONTRACT: LazyLock<Document<'static>> =
    LazyLock::new(|| Document::parse(openapi_30().as_bytes()).expect("the contract is json"));

/// Returns a component of the contract.
fn component(name: &str) -> Value<'static> {
    let components = CONTRACT.root().get("components").and_then(|components| components.get("schemas"));
    components.and_then(|schemas| schemas.get(name)).expect("each component that is named is there")
}

/// Returns the schema that a reference leads to.
fn resolved(schema: Value<'static>) -> Value<'static> {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => component(reference.rsplit('/').next().unwrap_or_default()),
        None => schema,
    }
}

fn object(schema: Value<'static>, pointer: &str, known: &dyn Fn(&str) -> Place) -> Option<String> {
    let fields = schema.get("properties")?.members().filter_map(|(name, schema)| {
        let name = name.as_str()?;
        let pointer = format!("{pointer}/{name}");
        let value = match known(&pointer) {
            Place::Is(json) => json,
            Place::Absent => return None,
            Place::Unknown => sample(resolved(schema), &name, &pointer, known)?,
        };
        Some(format!("{}:{value}", text(&name)))
    });
    let fields: Vec<_> = fields.collect();
    (!fields.is_empty()).then(|| format!("{{{}}}", fields.join(",")))
}

/// Returns a value of a schema that nobody else has one for; `None` for an object without fields.
fn sample(schema: Value<'static>, name: &str, pointer: &str, known: &dyn Fn(&str) -> Place) -> Option<String> {
    if schema.get("properties").is_some() {
        return object(schema, pointer, known);
    }
    let first = |list: &str| schema.get(list)?.elements().next();
    if let Some(value) = schema.get("example").or_else(|| first("enum")).or_else(|| first("x-extensible-enum")) {
        return Some(written(value));
    }
    let kind = schema.get("type").and_then(Value::as_str);
    Some(match kind.as_deref() {
        Some("string") => text(name),
        Some("integer" | "number") => schema.get("minimum").map_or_else(|| "1".to_owned(), written),
        Some("boolean") => "true".to_owned(),
        Some("array") => {
            let item = schema.get("items").and_then(|items| sample(resolved(items), name, pointer, known));
            item.map_or_else(|| "[]".to_owned(), |item| format!("[{item}]"))
        }
        Some("object") => "{}".to_owned(),
        // Any of several types, or any at all.
        _ => first("anyOf").and_then(|one| sample(resolved(one), name, pointer, known)).unwrap_or_else(|| text(name)),
    })
}

/// Returns a value of the contract as JSON without white space.
fn written(value: Value<'_>) -> String {
    let text = &CONTRACT.source()[value.span()];
    serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| "null".to_owned(), |value| value.to_string())
}

/// Returns a text as JSON.
pub(crate) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nobody knows is there all the same, and keeps the contract: so a new field of the contract is there too.
    #[test]
    fn every_field_of_the_contract_is_written_and_valid() {
        for kind in [Kind::Response, Kind::Notification, Kind::Status] {
            let all = body(kind, &|pointer| match pointer {
                "/order/invoice_number" => Place::Is(text("INV-1")),
                _ => Place::Unknown,
            });
            let report = doku_indodana::check::check(kind, all.as_bytes()).unwrap();
            assert!(report.is_valid(), "{all}: {:?}", report.violations());
            let read: serde_json::Value = serde_json::from_str(&all).unwrap();
            let schema = component(kind.component());
            for (name, _) in schema.get("properties").unwrap().members() {
                assert!(!read[&*name.as_str().unwrap()].is_null(), "{name:?}: {all}");
            }
            assert!(all.contains("\"merchant_unique_reference\":\"merchant_unique_reference\""), "{all}");
        }
    }

    #[test]
    fn what_is_known_is_written_and_what_is_absent_is_not() {
        let written = body(Kind::Notification, &|pointer| match pointer {
            "/order/amount" => Place::Is("100000.00".to_owned()),
            "/order/invoice_number" => Place::Is(text("a\"b")),
            "/order" => Place::Unknown,
            _ => Place::Absent,
        });
        assert_eq!(written, r#"{"order":{"invoice_number":"a\"b","amount":100000.00}}"#);
    }
}
