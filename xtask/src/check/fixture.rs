//! That examples and vectors are what they say they are, by the contract as it is now.
//!
//! Judged by JSON Schema alone: what it does not have, exact decimals and sums, is left to the tests.

use serde_json::{Value, json};

use super::{EXAMPLES, VECTORS};
use crate::codegen::REQUEST;

/// What an example may be, with its component.
const KINDS: [(&str, &str); 5] = [
    ("request", REQUEST),
    ("response", "GenerateOrderResponse"),
    ("notification", "PaymentNotification"),
    ("status", "OrderStatus"),
    ("error", "ErrorBody"),
];

/// Judges bodies by the components of a contract.
pub(super) struct Judge(Vec<(&'static str, jsonschema::Validator)>);

impl Judge {
    /// Reads the schemas, a document of JSON Schema 2020-12 with `$defs`.
    ///
    /// # Errors
    ///
    /// Where one of them is no schema.
    pub(super) fn new(bundle: &Value) -> Result<Self, String> {
        let validator = |(kind, root): (&'static str, &str)| {
            let document = json!({
                "$schema": bundle["$schema"], "$ref": format!("#/$defs/{root}"), "$defs": bundle["$defs"],
            });
            let validator = jsonschema::validator_for(&document).map_err(|error| format!("{root}: {error}"))?;
            Ok((kind, validator))
        };
        KINDS.into_iter().map(validator).collect::<Result<_, String>>().map(Self)
    }

    /// Returns where a body breaks its schema first, or nothing.
    fn fault(&self, kind: &str, body: &Value) -> Option<String> {
        let (_, validator) = self.0.iter().find(|(known, _)| *known == kind)?;
        let error = validator.iter_errors(body).next()?;
        let place = error.instance_path().to_string();
        // The error's own text quotes the value.
        let rule = error.schema_path().to_string();
        let rule = rule.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        Some(format!("{} breaks {rule}", if place.is_empty() { "the body" } else { &place }))
    }

    /// Checks an example against its name; where it is meant to be invalid by a sum or a decimal, nothing is said.
    pub(super) fn example(&self, name: &str, text: &str, findings: &mut Vec<String>) {
        let Some(kind) = name.split('.').nth(1) else { return };
        let Ok(body) = serde_json::from_str(text) else { return };
        let fault = self.fault(kind, &body);
        let invalid = name.contains(".invalid.");
        let exact = ["decimals", "sum-", "fraction"].iter().any(|word| name.contains(word));
        match fault {
            Some(fault) if !invalid => findings.push(format!("{EXAMPLES}/{name} is to be valid, but {fault}")),
            None if invalid && !exact => {
                findings.push(format!(
                    "{EXAMPLES}/{name} is to be invalid, but it keeps the contract; break a rule in it that \
                     there is, or delete it"
                ));
            }
            _ => {}
        }
    }

    /// Checks whether each vector is valid or invalid as it says.
    pub(super) fn vectors(&self, vectors: &Value, base: &Value, findings: &mut Vec<String>) {
        for vector in vectors["vectors"].as_array().into_iter().flatten() {
            let id = vector["id"].as_str().unwrap_or_default();
            let has =
                |flag: &str| vector["flags"].as_array().is_some_and(|flags| flags.iter().any(|known| known == flag));
            let broken = vector["violations"].as_array().into_iter().flatten();
            let by_schema =
                broken.filter(|finding| !finding["rule"].as_str().unwrap_or_default().starts_with("x-")).count();
            // Numbers that a double does not hold are judged by the tests.
            let Some(body) = payload(vector, base).filter(|_| !has("number")) else { continue };
            match self.fault("request", &body) {
                Some(fault) if by_schema == 0 => {
                    findings.push(format!("{VECTORS}: {id} lists no rule of a schema, but {fault}"));
                }
                None if by_schema > 0 => {
                    findings.push(format!("{VECTORS}: {id} lists {by_schema} rules, but it keeps the contract"));
                }
                _ => {}
            }
        }
    }
}

/// Returns the body of a vector; nothing where a change finds no place.
pub(crate) fn payload(vector: &Value, base: &Value) -> Option<Value> {
    if let Some(text) = vector["utf8"].as_str() {
        return serde_json::from_str(text).ok();
    }
    let mut body = base.clone();
    for change in vector["changes"].as_array().into_iter().flatten() {
        let value = match change["raw"].as_str() {
            Some(raw) => serde_json::from_str(raw).ok()?,
            None => change["value"].clone(),
        };
        let (parent, last) = change["path"].as_str()?.rsplit_once('/')?;
        let last = last.replace("~1", "/").replace("~0", "~");
        match body.pointer_mut(parent)? {
            Value::Object(members) if change["op"] == "remove" => drop(members.shift_remove(&last)?),
            Value::Object(members) => drop(members.insert(last, value)),
            Value::Array(elements) if change["op"] == "remove" => drop(elements.remove(last.parse().ok()?)),
            Value::Array(elements) if change["op"] == "replace" => {
                *elements.get_mut(last.parse::<usize>().ok()?)? = value;
            }
            Value::Array(elements) => {
                let at = if last == "-" { elements.len() } else { last.parse().ok()? };
                elements.insert(at, value);
            }
            _ => return None,
        }
    }
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge() -> Judge {
        let text = json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 3 } } });
        let defs: serde_json::Map<_, _> = KINDS.iter().map(|(_, root)| ((*root).to_owned(), text.clone())).collect();
        Judge::new(&json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs })).unwrap()
    }

    #[test]
    fn an_example_is_what_its_name_says() {
        let mut findings = Vec::new();
        for (name, text) in [
            ("generate_order.request.a.json", r#"{ "a": "123" }"#),
            ("generate_order.request.b.json", r#"{ "a": "1234" }"#),
            ("generate_order.request.c.invalid.json", r#"{ "a": "1234" }"#),
            ("generate_order.request.d.invalid.json", r#"{ "a": "123" }"#),
            ("generate_order.request.sum-mismatch.invalid.json", r#"{ "a": "123" }"#),
        ] {
            judge().example(name, text, &mut findings);
        }
        let expect = [
            "spec/examples/generate_order.request.b.json is to be valid, but /a breaks maxLength",
            "spec/examples/generate_order.request.d.invalid.json is to be invalid, but it keeps the contract; break a rule in \
             it that there is, or delete it",
        ];
        assert_eq!(findings, expect);
    }

    #[test]
    fn a_vector_is_what_it_lists() {
        let vector = |id: &str, value: &str, rules: &[&str]| {
            let violations: Vec<_> = rules.iter().map(|rule| json!({ "rule": rule })).collect();
            json!({
                "id": id, "changes": [{ "op": "add", "path": "/a", "value": value }], "violations": violations, "flags": [],
            })
        };
        let vectors = json!({ "vectors": [
            vector("A.maxLength.edge", "123", &[]),
            vector("A.maxLength.over", "123", &["maxLength"]),
            vector("B.maxLength.edge", "1234", &["x-sum"]),
        ]});
        let mut findings = Vec::new();
        judge().vectors(&vectors, &json!({}), &mut findings);
        let expect = [
            "spec/vectors/violations.json: A.maxLength.over lists 1 rules, but it keeps the contract",
            "spec/vectors/violations.json: B.maxLength.edge lists no rule of a schema, but /a breaks maxLength",
        ];
        assert_eq!(findings, expect);
    }
}
