//! The rules that the contract and the examples keep beyond OpenAPI.

use std::{collections::BTreeSet, fs};

use serde_json::{Map, Value};

use crate::{codegen::CONTRACT, export::reachable};

/// The vectors of the rules, relative to the package.
pub(crate) const VECTORS: &str = "spec/vectors/violations.json";

const LEDGER: &str = "spec/deviations.toml";
const EXAMPLES: &str = "spec/examples";

/// Components about a person, each with the properties that tell nobody apart.
const PEOPLE: [(&str, &[&str]); 2] = [("Customer", &[]), ("Address", &["country_code"])];

/// Operations, and what an example of each may be.
const KINDS: [(&str, &[&str]); 3] = [
    ("generate_order", &["request", "response", "error"]),
    ("payment_notification", &["notification"]),
    ("check_status", &["status", "error"]),
];

/// Checks the contract, and the names of the examples.
///
/// # Errors
///
/// Where a file cannot be read, or a rule is broken: each place with its rule.
pub(crate) fn run() -> Result<(), String> {
    let contract: Value = serde_saphyr::from_str(&read(CONTRACT)?).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let ledger = read(LEDGER)?;
    let ids: BTreeSet<_> = ledger.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect();
    let mut findings = findings(&contract, &ids);
    let mut count = 0;
    for entry in fs::read_dir(EXAMPLES).map_err(|error| format!("cannot read {EXAMPLES}: {error}"))? {
        let name = entry.map_err(|error| format!("cannot read {EXAMPLES}: {error}"))?.file_name();
        let name = name.to_string_lossy();
        findings.extend(misnomer(&name).map(|problem| format!("{EXAMPLES}/{name} {problem}")));
        count += 1;
    }
    if findings.is_empty() {
        let components = schemas(&contract).count();
        println!("{CONTRACT} keeps the rules: {components} components, {} deviations, {count} examples", ids.len());
        return Ok(());
    }
    Err(format!("{} rules are broken:\n  {}", findings.len(), findings.join("\n  ")))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

/// Returns a line for each place where the contract breaks a rule.
fn findings(contract: &Value, ledger: &BTreeSet<&str>) -> Vec<String> {
    let mut findings = Vec::new();
    documentation(contract, &mut findings);
    directions(contract, &mut findings);
    refusals(contract, &mut findings);
    deviations(contract, "", ledger, &mut findings);
    people(contract, &mut findings);
    findings
}

/// Every component and every property of its own says what it is and where DOKU says so.
fn documentation(contract: &Value, findings: &mut Vec<String>) {
    for (name, schema) in schemas(contract) {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let properties = properties.filter(|(_, property)| property.get("$ref").is_none());
        let places = properties.map(|(property, schema)| (format!("{name}.{property}"), schema));
        for (place, schema) in places.chain([(name.clone(), schema)]) {
            for keyword in ["description", "x-source"] {
                if schema[keyword].as_str().is_none_or(|text| text.trim().is_empty()) {
                    findings.push(format!("{place} has no {keyword}"));
                }
            }
        }
    }
}

/// Requests are closed and have no defaults; answers and notifications are open; no number is a 64-bit one.
fn directions(contract: &Value, findings: &mut Vec<String>) {
    let mut sent = BTreeSet::new();
    for (_, operation) in operations(contract) {
        sent.extend(reachable(contract, &operation["requestBody"]));
        sent.extend(reachable(contract, &operation["parameters"]));
    }
    for (name, component) in schemas(contract) {
        let is_sent = sent.contains(&format!("#/components/schemas/{name}"));
        for schema in inline(component) {
            let closed = schema["additionalProperties"] == false;
            let object = schema["type"] == "object" || schema.get("properties").is_some();
            if is_sent && object && !closed {
                findings.push(format!("{name} is sent, so it needs additionalProperties: false"));
            }
            if !is_sent && closed {
                findings.push(format!("{name} is received, so it must not have additionalProperties: false"));
            }
            if is_sent && schema.get("default").is_some() {
                findings.push(format!("{name} is sent, so it must not have a default: it would always be sent"));
            }
            if schema["format"] == "int64" {
                findings.push(format!("{name} must not have format: int64, which some languages make no number"));
            }
        }
    }
}

/// Every operation says what a refusal and a failure look like, and all say the same.
fn refusals(contract: &Value, findings: &mut Vec<String>) {
    let mut shapes = BTreeSet::new();
    for (name, operation) in operations(contract) {
        for status in ["4XX", "5XX"] {
            let answer = resolve(contract, &operation["responses"][status]);
            match answer["content"]["application/json"]["schema"]["$ref"].as_str() {
                Some(shape) => {
                    shapes.insert(shape);
                }
                None => findings.push(format!("{name} has no schema for {status}")),
            }
        }
    }
    if shapes.len() > 1 {
        findings.push(format!("refusals need one schema, not {shapes:?}"));
    }
}

/// Every number of a deviation is one of the ledger.
fn deviations(value: &Value, pointer: &str, ledger: &BTreeSet<&str>, findings: &mut Vec<String>) {
    let advisory = value.get("x-advisory").map(|advisory| &advisory["deviation"]);
    if value.get("x-deviation").into_iter().chain(advisory).any(|id| id.as_str().is_none_or(|id| !ledger.contains(id)))
    {
        findings.push(format!("{pointer} names a deviation that {LEDGER} does not have"));
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                deviations(member, &format!("{pointer}/{name}"), ledger, findings);
            }
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                deviations(element, &format!("{pointer}/{at}"), ledger, findings);
            }
        }
        _ => {}
    }
}

/// What tells a person apart is marked, so that it is never printed.
fn people(contract: &Value, findings: &mut Vec<String>) {
    for (component, open) in PEOPLE {
        let Some(properties) = contract["components"]["schemas"][component]["properties"].as_object() else {
            findings.push(format!("there is no {component} with properties; name its successor in xtask/src/check.rs"));
            continue;
        };
        for (name, schema) in properties.iter().filter(|(name, _)| !open.contains(&name.as_str())) {
            if resolve(contract, schema)["x-sensitive"] != true {
                findings.push(format!("{component}.{name} is personal, so it needs x-sensitive: true"));
            }
        }
    }
}

/// Returns what is wrong with the name of an example, if anything is.
fn misnomer(name: &str) -> Option<String> {
    let parts: Vec<_> = name.split('.').collect();
    let (operation, kind, note) = match parts[..] {
        [operation, kind, "json"] | [operation, kind, "invalid", "json"] => (operation, kind, None),
        [operation, kind, note, "json"] | [operation, kind, note, "invalid", "json"] => (operation, kind, Some(note)),
        _ => return Some("is not <operation>.<kind>[.note][.invalid].json".into()),
    };
    let Some((_, kinds)) = KINDS.iter().find(|(known, _)| *known == operation) else {
        return Some(format!("names no operation: {operation}"));
    };
    if !kinds.contains(&kind) {
        return Some(format!("is about {kind}, but {operation} has {}", kinds.join(", ")));
    }
    let plain = |note: &str| note.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    note.filter(|note| note.is_empty() || !plain(note)).map(|note| format!("has a note not in kebab-case: {note}"))
}

/// Returns the components by name.
fn schemas(contract: &Value) -> impl Iterator<Item = (&String, &Value)> {
    contract["components"]["schemas"].as_object().into_iter().flatten()
}

/// Returns the operations that we call, by name; callbacks are none of these.
fn operations(contract: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = contract["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    operations.filter_map(|operation| Some((operation["operationId"].as_str()?, operation)))
}

/// Returns a schema and all that stand inside it, without following references.
fn inline(schema: &Value) -> Vec<&Value> {
    let members = schema["properties"].as_object().into_iter().flat_map(Map::values);
    let single = ["items", "not"].into_iter().filter_map(|keyword| schema.get(keyword));
    let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let inner = members.chain(single).chain(branches).flat_map(inline);
    [schema].into_iter().chain(inner).collect()
}

fn resolve<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value["$ref"].as_str();
    reference.and_then(|reference| contract.pointer(reference.trim_start_matches('#'))).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contract() -> Value {
        serde_saphyr::from_str(include_str!("../../spec/openapi.yaml")).unwrap()
    }

    /// Checks that one change of the contract has exactly one finding.
    #[track_caller]
    fn check(pointer: &str, keyword: &str, value: Value, expect: &str) {
        let mut contract = contract();
        let mut ledger = BTreeSet::new();
        let before = findings(&contract, &ledger);
        let ids: Vec<_> = (1..100).map(|number| format!("D-{number:02}")).collect();
        assert!(before.iter().all(|line| line.contains("names a deviation")), "{before:?}");
        ledger.extend(ids.iter().map(String::as_str));
        assert_eq!(findings(&contract, &ledger), [""; 0]);
        contract.pointer_mut(pointer).unwrap()[keyword] = value;
        assert_eq!(findings(&contract, &ledger), [expect]);
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        let at = |name: &str| format!("/components/schemas/{name}");
        check(&at("Order"), "description", json!(" "), "Order has no description");
        check(&at("Channel/properties/id"), "x-source", Value::Null, "Channel.id has no x-source");
        check(
            &at("Order"),
            "additionalProperties",
            json!(true),
            "Order is sent, so it needs additionalProperties: false",
        );
        check(
            &at("Transaction"),
            "additionalProperties",
            json!(false),
            "Transaction is received, so it must not have additionalProperties: false",
        );
        check(
            &at("ExpiredTime"),
            "default",
            json!(60),
            "ExpiredTime is sent, so it must not have a default: it would always be sent",
        );
        check(
            &at("ReceivedAmount/anyOf/0"),
            "format",
            json!("int64"),
            "ReceivedAmount must not have format: int64, which some languages make no number",
        );
        check(
            "/paths/~1orders~1v1~1status~1{id}/get/responses",
            "5XX",
            json!({ "description": "" }),
            "check_status has no schema for 5XX",
        );
        check(
            "/components/responses/Failed/content/application~1json/schema",
            "$ref",
            json!("#/components/schemas/Order"),
            "refusals need one schema, not {\"#/components/schemas/ErrorBody\", \"#/components/schemas/Order\"}",
        );
        check(
            &at("CustomerEmail/x-advisory"),
            "deviation",
            json!("D-100"),
            "/components/schemas/CustomerEmail names a deviation that spec/deviations.toml does not have",
        );
        check(&at("City"), "x-sensitive", json!(false), "Address.city is personal, so it needs x-sensitive: true");
    }

    #[test]
    fn names_of_examples_are_read() {
        assert_eq!(misnomer("check_status.error.json"), None);
        assert_eq!(misnomer("generate_order.request.too-long.invalid.json"), None);
        for (name, expect) in [
            ("order.json", "is not <operation>.<kind>[.note][.invalid].json"),
            ("refund.request.json", "names no operation: refund"),
            ("check_status.request.json", "is about request, but check_status has status, error"),
            ("check_status.status.Two.json", "has a note not in kebab-case: Two"),
        ] {
            assert_eq!(misnomer(name).as_deref(), Some(expect));
        }
    }
}
