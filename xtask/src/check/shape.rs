//! What the parts of a contract look like, so that every generator makes something good of them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::contract::{inline, operations, schemas};
use crate::{
    codegen::{MONEY, text::resolve},
    export::reachable,
};

/// Formats that generators make something else of, and what.
const FORMATS: [(&str, &str); 2] =
    [("int64", "which some languages make no number"), ("uri", "which some languages rewrite, and lose the limits of")];

/// Keywords that make a value one of its own, which needs a name.
const LIMITS: [&str; 12] = [
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "x-decimal-places",
    "x-extensible-enum",
];

/// Every object, every list of values and every limited value is a component, because generators name it after that.
pub(super) fn names(contract: &Value, findings: &mut Vec<String>) {
    for (name, component) in schemas(contract) {
        // Money has a type of its own, whatever it is made of.
        let is_money = MONEY.iter().any(|(money, _)| money == name);
        for schema in inline(component).into_iter().skip(1) {
            unnamed(name, schema, is_money, findings);
        }
    }
    for section in ["parameters", "headers"] {
        for (name, value) in contract["components"][section].as_object().into_iter().flatten() {
            inline(&value["schema"]).into_iter().for_each(|schema| unnamed(name, schema, false, findings));
        }
    }
    bodies(&contract["paths"], "paths", findings);
    bodies(&contract["components"]["responses"], "components/responses", findings);
}

fn unnamed(place: &str, schema: &Value, is_money: bool, findings: &mut Vec<String>) {
    let limit = LIMITS.into_iter().find(|keyword| schema.get(keyword).is_some() && !is_money);
    let reason = match limit {
        Some(keyword) => keyword,
        None if schema.get("properties").is_some() || schema["type"] == "object" => "properties",
        None => return,
    };
    findings.push(format!("{place} has {reason} in a schema without a name; make it a component"));
}

/// Bodies and parameters refer to components.
fn bodies(value: &Value, place: &str, findings: &mut Vec<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
        if name == "schema" && member.get("$ref").is_none() {
            findings.push(format!("{place} has a schema without a name; make it a component"));
        }
        bodies(member, &place, findings);
    }
    for (at, element) in value.as_array().into_iter().flatten().enumerate() {
        bodies(element, &format!("{place}/{at}"), findings);
    }
}

/// Every reference leads somewhere, every component is used, and every mandatory property is described.
pub(super) fn references(contract: &Value, findings: &mut Vec<String>) {
    let used = reachable(contract, &contract["paths"]);
    for reference in reachable(contract, contract) {
        if contract.pointer(reference.trim_start_matches('#')).is_none() {
            findings.push(format!("{reference} is referred to and does not exist"));
        }
    }
    for section in ["parameters", "headers", "responses", "schemas"] {
        for (name, _) in contract["components"][section].as_object().into_iter().flatten() {
            if !used.contains(&format!("#/components/{section}/{name}")) {
                findings.push(format!("{name} is used by no operation"));
            }
        }
    }
    for (name, schema) in schemas(contract) {
        for property in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if schema["properties"].get(property).is_none() {
                findings.push(format!("{name}.{property} is mandatory and not described"));
            }
        }
    }
}

/// Requests are closed and have no defaults; answers and notifications are open; no number is a 64-bit one.
pub(super) fn directions(contract: &Value, findings: &mut Vec<String>) {
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
            for (format, reason) in FORMATS {
                if schema["format"] == format {
                    findings.push(format!("{name} must not have format: {format}, {reason}"));
                }
            }
        }
    }
}

/// Every operation says what a refusal and a failure look like, and all say the same.
pub(super) fn refusals(contract: &Value, findings: &mut Vec<String>) {
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
