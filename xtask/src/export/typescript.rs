//! The bodies of the API as TypeScript, for the Node package.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{
    codegen::{CONTRACT, MONEY, REQUEST, text::reference},
    export::{ROOTS, reachable},
};

/// The body that is handed out as it came, without types.
const UNTYPED: &str = "ErrorBody";

/// Which way a body goes. What is sent may have integers as `number` or as `bigint`; what is received has `bigint`
/// alone, so that an amount has one type whatever its size.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Sent,
    Received,
}

/// Returns the types of all bodies, from the bundle of schemas.
///
/// # Errors
///
/// Where a schema has a shape that has no type here, or one component with numbers is both sent and received.
pub(super) fn write(bundle: &Value) -> Result<String, String> {
    let definitions = bundle["$defs"].as_object().ok_or("the schemas have no $defs")?;
    let sent = closure(bundle, &[REQUEST]);
    let received: Vec<_> = ROOTS.into_iter().filter(|root| ![REQUEST, UNTYPED].contains(root)).collect();
    let received = closure(bundle, &received);
    let mut text = format!(
        "// Written by `cargo xtask export` from {CONTRACT}; do not edit.\n\
         // In what is sent, an integer may be a bigint. In what is received, every integer is one: no amount is \
         rounded.\n"
    );
    for (name, schema) in definitions {
        let way = match (sent.contains(name), received.contains(name)) {
            (true, true) if has_numbers(schema) => {
                return Err(format!("{name} has numbers and is both sent and received; split it in two"));
            }
            (true, _) => Way::Sent,
            (false, true) => Way::Received,
            (false, false) => continue,
        };
        let types = Types { definitions, way };
        if is_named(schema) {
            text.push('\n');
            text.push_str(&documentation(schema, ""));
            text.push_str(&types.declaration(name, schema).map_err(|error| format!("{name}: {error}"))?);
        }
    }
    Ok(text)
}

/// Returns the names of components and of all that they refer to.
fn closure(bundle: &Value, roots: &[&str]) -> BTreeSet<String> {
    let references = roots.iter().map(|root| serde_json::json!({ "$ref": format!("#/$defs/{root}") }));
    let reached = references.flat_map(|reference| reachable(bundle, &reference));
    reached.filter_map(|reference| Some(reference.rsplit('/').next()?.to_owned())).collect()
}

/// Returns whether a schema itself, or a member that is written in it, is a number.
fn has_numbers(schema: &Value) -> bool {
    let own = |schema: &Value| matches!(kind(schema), Some("integer" | "number"));
    own(schema) || schema["properties"].as_object().is_some_and(|members| members.values().any(own))
}

/// Returns whether a component has a name in TypeScript: objects and lists of values. The rest is written out.
fn is_named(schema: &Value) -> bool {
    kind(schema) == Some("object") || values(schema).is_some()
}

/// Returns the values of an enum, and whether there may be others.
fn values(schema: &Value) -> Option<(&Vec<Value>, bool)> {
    let closed = schema["enum"].as_array().map(|values| (values, false));
    closed.or_else(|| schema["x-extensible-enum"].as_array().map(|values| (values, true)))
}

/// Returns the type of a schema, null left out.
fn kind(schema: &Value) -> Option<&str> {
    let kinds = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null")
}

struct Types<'s> {
    definitions: &'s Map<String, Value>,
    way: Way,
}

impl Types<'_> {
    fn declaration(&self, name: &str, schema: &Value) -> Result<String, String> {
        if let Some((values, open)) = values(schema) {
            let mut lines: Vec<_> = values.iter().filter_map(Value::as_str).map(|value| format!("'{value}'")).collect();
            if open {
                // Editors propose the known values, and any text is taken.
                lines.push("(string & {})".to_owned());
            }
            return Ok(format!("export type {name} =\n  | {}\n", lines.join("\n  | ")));
        }
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut text = format!("export interface {name} {{\n");
        for (member, schema) in schema["properties"].as_object().into_iter().flatten() {
            let kind = self.of(schema).map_err(|error| format!("{member}: {error}"))?;
            let (mark, other) = match (required.contains(&member.as_str()), self.way) {
                (true, _) => ("", ""),
                // Members that are undefined are left out of what is sent.
                (false, Way::Sent) => ("?", " | undefined"),
                (false, Way::Received) => ("?", ""),
            };
            text.push_str(&documentation(self.resolve(schema)?.1, "  "));
            text.push_str(&format!("  {member}{mark}: {kind}{other}\n"));
        }
        Ok(text + "}\n")
    }

    /// Returns the type of a value.
    fn of(&self, schema: &Value) -> Result<String, String> {
        let (name, schema) = self.resolve(schema)?;
        let money = MONEY.iter().find(|(component, _)| Some(*component) == name);
        Ok(match (name, kind(schema)) {
            (Some(name), _) if is_named(schema) => name.to_owned(),
            _ if money.is_some_and(|(_, kind)| *kind == "Rupiah") && self.way == Way::Received => "bigint".to_owned(),
            (_, Some("string")) => "string".to_owned(),
            (_, Some("boolean")) => "boolean".to_owned(),
            (_, Some("integer")) if self.way == Way::Received => "bigint".to_owned(),
            (_, Some("integer" | "number")) => "number | bigint".to_owned(),
            (_, Some("array")) => match self.way {
                Way::Sent => format!("readonly {}[]", self.of(&schema["items"])?),
                Way::Received => format!("{}[]", self.of(&schema["items"])?),
            },
            (_, kind) => {
                return Err(format!("the type {} has no counterpart in TypeScript; add one", kind.unwrap_or("(none)")));
            }
        })
    }

    /// Follows a reference: the name of the component, and its schema.
    fn resolve<'a>(&'a self, schema: &'a Value) -> Result<(Option<&'a str>, &'a Value), String> {
        let Some(name) = reference(schema) else { return Ok((None, schema)) };
        let target = self.definitions.get(name).ok_or_else(|| format!("there is no component {name}"))?;
        Ok((Some(name), target))
    }
}

/// Returns the description of a schema and its source as a comment.
fn documentation(schema: &Value, indent: &str) -> String {
    let Some(description) = schema["description"].as_str() else { return String::new() };
    let mut lines: Vec<String> = description.trim().lines().map(str::to_owned).collect();
    if let Some(source) = schema["x-source"].as_str() {
        let deviation = schema["x-deviation"].as_str().map(|deviation| format!("; {deviation}")).unwrap_or_default();
        lines.extend([String::new(), format!("Source: {source}{deviation}")]);
    }
    let lines = lines.iter().map(|line| format!("{indent} * {line}").trim_end().replace("*/", "*\\/"));
    format!("{indent}/**\n{}\n{indent} */\n", lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bundle(request: &Value, notification: &Value) -> Value {
        let mut bundle = json!({ "$defs": {
            "Count": { "type": "integer" },
            "Amount": { "type": "integer" },
            "ReceivedAmount": { "anyOf": [{ "type": "number" }, { "type": "string" }] },
            "Open": { "type": "string", "x-extensible-enum": ["A", "B"] },
            "Closed": { "description": "One.", "type": "string", "enum": ["A"] },
        }});
        let empty = json!({ "type": "object" });
        for root in ROOTS {
            bundle["$defs"][root] = empty.clone();
        }
        bundle["$defs"][REQUEST] = request.clone();
        bundle["$defs"]["PaymentNotification"] = notification.clone();
        bundle
    }

    fn object(properties: &Value) -> Value {
        json!({ "type": "object", "required": ["must"], "properties": properties })
    }

    fn reference(name: &str) -> Value {
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    #[test]
    fn types_depend_on_the_way() {
        let sent = object(&json!({ "must": reference("Amount"), "may": reference("Closed") }));
        let received = object(&json!({ "must": reference("ReceivedAmount"), "may": reference("Open") }));
        let text = write(&bundle(&sent, &received)).unwrap();
        for expect in [
            "export interface GenerateOrderRequest {\n  must: number | bigint\n",
            "  may?: Closed | undefined\n",
            "export interface PaymentNotification {\n  must: bigint\n  may?: Open\n}\n",
            "export type Open =\n  | 'A'\n  | 'B'\n  | (string & {})\n",
            "/**\n * One.\n */\nexport type Closed =\n  | 'A'\n",
        ] {
            assert!(text.contains(expect), "{expect}\nis not in\n{text}");
        }
        assert!(!text.contains("ErrorBody"), "{text}");
    }

    #[test]
    fn what_has_no_type_is_an_error() {
        let empty = object(&json!({}));
        for (sent, received, expect) in [
            (
                json!({ "must": reference("Count") }),
                json!({ "must": reference("Count") }),
                "Count has numbers and is both",
            ),
            (json!({ "must": {} }), json!({}), "GenerateOrderRequest: must: the type (none) has no counterpart"),
            (json!({ "must": reference("Gone") }), json!({}), "GenerateOrderRequest: must: there is no component Gone"),
        ] {
            let error = write(&bundle(&object(&sent), &object(&received))).unwrap_err();
            assert!(error.starts_with(expect), "{error}");
        }
        assert!(write(&bundle(&empty, &empty)).is_ok());
    }
}
