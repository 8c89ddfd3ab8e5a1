//! That each part of a contract says what it is, where DOKU says so, and whether it is personal.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{LEDGER, contract::schemas};
use crate::codegen::text::resolve;

/// Components about a person, each with the properties that tell nobody apart.
const PEOPLE: [(&str, &[&str]); 2] = [("Customer", &[]), ("Address", &["country_code"])];

/// Names of properties that are about a person, wherever they stand.
const PERSONAL: [&str; 8] =
    ["address", "birth_date", "city", "email", "first_name", "last_name", "phone", "postal_code"];

/// Tells whether a property of a component has to be marked as personal.
pub(crate) fn is_personal(component: &str, property: &str) -> bool {
    let person = PEOPLE.iter().find(|(known, _)| *known == component);
    person.map_or_else(|| PERSONAL.contains(&property), |(_, open)| !open.contains(&property))
}

/// Every component and every property of its own says what it is and where DOKU says so.
pub(super) fn documentation(contract: &Value, findings: &mut Vec<String>) {
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

/// Operations and what is inside of them say what they are, and operations and parameters where DOKU says so.
pub(super) fn operations(contract: &Value, findings: &mut Vec<String>) {
    described(contract, &contract["paths"], "paths", findings);
    described(contract, &contract["components"]["responses"], "components/responses", findings);
    for section in ["securitySchemes", "parameters", "headers", "responses"] {
        for (name, value) in contract["components"][section].as_object().into_iter().flatten() {
            text(value, &format!("components/{section}/{name}"), "description", findings);
            if section == "parameters" {
                text(value, &format!("components/{section}/{name}"), "x-source", findings);
            }
        }
    }
}

fn described(contract: &Value, value: &Value, place: &str, findings: &mut Vec<String>) {
    if value.get("operationId").is_some() {
        let name = value["operationId"].as_str().unwrap_or(place);
        for keyword in ["summary", "description", "x-source"] {
            text(value, name, keyword, findings);
        }
        let parameters = value["parameters"].as_array().into_iter().flatten();
        let body = value.get("requestBody");
        let answers = value["responses"].as_object().into_iter().flatten().map(|(_, answer)| answer);
        for part in parameters.chain(body).chain(answers) {
            text(resolve(contract, part), name, "description", findings);
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        described(contract, member, &format!("{place}/{name}"), findings);
    }
}

fn text(value: &Value, place: &str, keyword: &str, findings: &mut Vec<String>) {
    if value[keyword].as_str().is_none_or(|text| text.trim().is_empty()) {
        findings.push(format!("{place} has no {keyword}"));
    }
}

/// Every number of a deviation is one of the ledger.
pub(super) fn deviations(value: &Value, pointer: &str, ledger: &BTreeSet<&str>, findings: &mut Vec<String>) {
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
pub(super) fn people(contract: &Value, findings: &mut Vec<String>) {
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
    for (component, schema) in schemas(contract).filter(|(name, _)| PEOPLE.iter().all(|(known, _)| known != name)) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if PERSONAL.contains(&name.as_str()) && resolve(contract, property)["x-sensitive"] != true {
                findings.push(format!("{component}.{name} is personal, so it needs x-sensitive: true"));
            }
        }
    }
}
