//! That a contract has nothing that would not be compared.

use serde_json::{Map, Value};

use super::grammar::{CONTRACT, GrammarTable, OPERATION, PARAMETER, RESPONSE, Rule, SCHEMA};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Checks that a contract has no keyword that would not be compared.
///
/// # Errors
///
/// The place of the first such keyword, or of what is not an object.
pub(crate) fn verify(contract: &Value) -> Result<(), String> {
    for member in ["openapi", "info", "paths"] {
        contract.get(member).ok_or_else(|| format!("has no {member}, so it is no contract"))?;
    }
    verify_object(&CONTRACT, contract, "")
}

fn verify_object(table: &GrammarTable, value: &Value, pointer: &str) -> Result<(), String> {
    for (name, member) in object(value, pointer)? {
        let pointer = format!("{pointer}/{name}");
        let Some((_, rule)) = table.rule(name) else {
            return Err(format!("{pointer} is a keyword of a {} that xtask/src/diff/grammar.rs lacks", table.name));
        };
        match rule {
            Rule::One(table) => verify_object(table, member, &pointer)?,
            Rule::List(table) | Rule::Choices(table) => verify_list(table, member, &pointer)?,
            Rule::Statuses => verify_named(&RESPONSE, member, &pointer)?,
            Rule::Parameters => verify_list(&PARAMETER, member, &pointer)?,
            Rule::Named(table, ..) => verify_named(table, member, &pointer)?,
            Rule::Properties => verify_named(&SCHEMA, member, &pointer)?,
            Rule::Paths => verify_paths(member, &pointer)?,
            Rule::Callbacks => {
                object(member, &pointer)?
                    .iter()
                    .try_for_each(|(name, paths)| verify_paths(paths, &format!("{pointer}/{name}")))?;
            }
            Rule::Flag(_) | Rule::Sensitive | Rule::Exclusive { .. } if !member.is_boolean() => {
                return Err(format!("{pointer} must be true or false"));
            }
            Rule::Limit { .. } if !member.is_number() => return Err(format!("{pointer} must be a number")),
            Rule::Values | Rule::KnownValues | Rule::Mandatory if !member.is_array() => {
                return Err(format!("{pointer} must be a list"));
            }
            // A schema here would have to be compared too.
            Rule::Open if !member.is_boolean() => return Err(format!("{pointer} must be true or false")),
            _ => {}
        }
    }
    Ok(())
}

fn verify_list(table: &GrammarTable, value: &Value, pointer: &str) -> Result<(), String> {
    let elements = value.as_array().ok_or_else(|| format!("{pointer} must be a list"))?;
    elements.iter().enumerate().try_for_each(|(at, element)| verify_object(table, element, &format!("{pointer}/{at}")))
}

fn verify_named(table: &GrammarTable, value: &Value, pointer: &str) -> Result<(), String> {
    object(value, pointer)?
        .iter()
        .try_for_each(|(name, value)| verify_object(table, value, &format!("{pointer}/{name}")))
}

fn verify_paths(value: &Value, pointer: &str) -> Result<(), String> {
    for (path, item) in object(value, pointer)? {
        let pointer = format!("{pointer}/{}", path.replace('~', "~0").replace('/', "~1"));
        for (method, operation) in object(item, &pointer)? {
            let place = format!("{pointer}/{method}");
            if !METHODS.contains(&method.as_str()) {
                return Err(format!("{place} is no method that xtask/src/diff/verify.rs has"));
            }
            if !operation["operationId"].is_string() {
                return Err(format!("{place} has no operationId"));
            }
            verify_object(&OPERATION, operation, &place)?;
        }
    }
    Ok(())
}

fn object<'a>(value: &'a Value, pointer: &str) -> Result<&'a Map<String, Value>, String> {
    let place = if pointer.is_empty() { "the document" } else { pointer };
    value.as_object().ok_or_else(|| format!("{place} must be an object"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_that_would_not_be_compared_are_errors() {
        let contract: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
        assert_eq!(verify(&contract), Ok(()));
        for (pointer, member, value, expect) in [
            ("", "x-vendor", json!(1), "/x-vendor is a keyword of a contract that xtask/src/diff/grammar.rs lacks"),
            (
                "/components/schemas/City",
                "minimun",
                json!(1),
                "/components/schemas/City/minimun is a keyword of a schema that xtask/src/diff/grammar.rs lacks",
            ),
            (
                "/components/schemas/LineItems/items",
                "if",
                json!({}),
                "/components/schemas/LineItems/items/if is a keyword of a schema that xtask/src/diff/grammar.rs lacks",
            ),
            (
                "/components/schemas/ErrorMessage/oneOf/0",
                "const",
                json!(1),
                "/components/schemas/ErrorMessage/oneOf/0/const is a keyword of a schema that xtask/src/diff/grammar.rs \
                 lacks",
            ),
            (
                "/components/parameters/RequestId",
                "style",
                json!("simple"),
                "/components/parameters/RequestId/style is a keyword of a parameter that xtask/src/diff/grammar.rs lacks",
            ),
            (
                "/paths/~1orders~1v1~1status~1{id}",
                "trace",
                json!({}),
                "/paths/~1orders~1v1~1status~1{id}/trace is no method that xtask/src/diff/verify.rs has",
            ),
            (
                "/paths/~1orders~1v1~1status~1{id}",
                "put",
                json!({}),
                "/paths/~1orders~1v1~1status~1{id}/put has no operationId",
            ),
            (
                "/components/schemas/Order",
                "additionalProperties",
                json!({ "type": "string" }),
                "/components/schemas/Order/additionalProperties must be true or false",
            ),
            (
                "/components/schemas/City",
                "maxLength",
                json!("9"),
                "/components/schemas/City/maxLength must be a number",
            ),
            ("/components/schemas/City", "enum", json!("a"), "/components/schemas/City/enum must be a list"),
            ("/components/schemas", "City", json!([]), "/components/schemas/City must be an object"),
            ("", "tags", json!({}), "/tags must be a list"),
        ] {
            let mut contract = contract.clone();
            contract.pointer_mut(pointer).unwrap()[member] = value;
            assert_eq!(verify(&contract), Err(expect.to_owned()));
        }
        assert_eq!(verify(&json!({ "openapi": "3.0.3" })), Err("has no info, so it is no contract".to_owned()));
        assert_eq!(verify(&json!([])), Err("has no openapi, so it is no contract".to_owned()));
    }
}
