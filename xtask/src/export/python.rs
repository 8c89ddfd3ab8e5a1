//! The types of the contract for Python: `models.py` of the binding.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::{ROOTS, error::Errors};
use crate::codegen::{CONTRACT, MONEY, text::reference};

/// Where the binding has its types.
pub(super) const PATH: &str = "bindings/python/python/doku_indodana/generated.py";

/// The longest line, as in the rest of the binding.
const WIDTH: usize = 120;

/// Returns the text of `models.py`, from the contract as OpenAPI 3.0.
///
/// # Errors
///
/// Where a schema is of a shape that has no type here.
pub(super) fn models(openapi_30: &str) -> Result<String, String> {
    let contract: Value = serde_json::from_str(openapi_30).map_err(|error| format!("the contract: {error}"))?;
    let schemas = contract["components"]["schemas"].as_object().ok_or("the contract has no components")?;
    let mut models = Models { schemas, names: Vec::new(), code: String::new() };
    for root in ROOTS {
        models.define(root)?;
    }
    let mut names = models.names.clone();
    names.extend(Errors::names().map(str::to_owned));
    names.sort();
    let names: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    Ok(format!(
        r#""""Types of the contract. Written by `cargo xtask export` from {CONTRACT}; do not edit.

Requests are closed: a name that is not here is refused. Money is int or Decimal, never float. Answers may hold more
than is named here, and what may be null may also be missing.
"""

import sys
from decimal import Decimal
from typing import Literal, TypeAlias

if sys.version_info >= (3, 12):
    from typing import NotRequired, TypedDict
else:
    # Pydantic reads no others.
    from typing_extensions import NotRequired, TypedDict

__all__ = [
{names}]
{}"#,
        models.code
    ))
}

struct Models<'a> {
    schemas: &'a Map<String, Value>,
    names: Vec<String>,
    code: String,
}

impl Models<'_> {
    /// Writes a component that needs a name, after those that it uses: Python reads from top to bottom.
    fn define(&mut self, name: &str) -> Result<(), String> {
        if self.names.iter().any(|known| known == name) {
            return Ok(());
        }
        let schema = self.schemas.get(name).ok_or_else(|| format!("there is no component {name}"))?;
        let code = if let Some(properties) = schema["properties"].as_object() {
            let mut fields = String::new();
            for (field, property) in properties {
                let kind = self.kind(property)?;
                let required =
                    schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == field));
                let kind = if required { kind } else { format!("NotRequired[{kind}]") };
                let described = self.resolve(property);
                write!(fields, "    {field}: {kind}\n{}", docstring(described, 4))
                    .map_err(|error| error.to_string())?;
            }
            format!("\n\nclass {name}(TypedDict):\n{}\n{fields}", docstring(schema, 4))
        } else {
            let kind = literal(schema).ok_or_else(|| format!("{name} needs no name"))?;
            format!("\n\n{name}: TypeAlias = {kind}\n{}", docstring(schema, 0))
        };
        self.names.push(name.to_owned());
        self.code.push_str(&code);
        Ok(())
    }

    /// Returns the type of a schema, and writes the components that it needs.
    fn kind(&mut self, schema: &Value) -> Result<String, String> {
        let kind = if let Some(name) = reference(schema) {
            let target = self.resolve(schema).clone();
            if let Some((_, money)) = MONEY.iter().find(|(component, _)| *component == name) {
                return Ok(if *money == "Rupiah" { "int" } else { "int | Decimal" }.to_owned());
            }
            let is_named = target.get("properties").is_some() || literal(&target).is_some();
            if !is_named {
                return self.kind(&target);
            }
            self.define(name)?;
            let null = if target["nullable"] == true { " | None" } else { "" };
            return Ok(format!("{name}{null}"));
        } else if let Some(choices) = schema["oneOf"].as_array() {
            choices.iter().map(|choice| self.kind(choice)).collect::<Result<Vec<_>, _>>()?.join(" | ")
        } else {
            match schema["type"].as_str() {
                Some("string") => "str".to_owned(),
                Some("integer") => "int".to_owned(),
                Some("number") => "int | Decimal".to_owned(),
                Some("boolean") => "bool".to_owned(),
                Some("array") => format!("list[{}]", self.kind(&schema["items"])?),
                None => return Ok("object".to_owned()),
                Some(other) => return Err(format!("a schema of type {other} has no type in Python")),
            }
        };
        Ok(if schema["nullable"] == true { format!("{kind} | None") } else { kind })
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        reference(schema).and_then(|name| self.schemas.get(name)).unwrap_or(schema)
    }
}

/// Returns the type of an enum: of an open one any text, with the known ones for the editor.
fn literal(schema: &Value) -> Option<String> {
    let (values, open) = match (schema["enum"].as_array(), schema["x-extensible-enum"].as_array()) {
        (Some(values), _) => (values, ""),
        (None, Some(values)) => (values, "str | "),
        (None, None) => return None,
    };
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    let line = format!("{open}Literal[{}]", values.join(", "));
    if line.len() <= 80 {
        return Some(line);
    }
    Some(format!("{open}Literal[\n    {},\n]", values.join(",\n    ")))
}

/// Returns a description as a docstring.
fn docstring(schema: &Value, indent: usize) -> String {
    let text = schema["description"].as_str().unwrap_or_default().replace('\\', "\\\\");
    let margin = " ".repeat(indent);
    let mut lines = vec![format!("{margin}\"\"\"")];
    for word in text.split_whitespace() {
        let line = lines.last_mut().map(|line| (line.chars().count(), line));
        match line {
            Some((length, line)) if length + 1 + word.chars().count() + 3 <= WIDTH => {
                let space = if line.ends_with("\"\"\"") { "" } else { " " };
                line.push_str(&format!("{space}{word}"));
            }
            _ => lines.push(format!("{margin}{word}")),
        }
    }
    match lines.len() {
        1 => format!("{}\"\"\"\n", lines[0]),
        _ => format!("{}\n{margin}\"\"\"\n", lines.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn enums_are_closed_or_open() {
        assert_eq!(literal(&json!({ "enum": ["A", "B"] })).unwrap(), "Literal[\"A\", \"B\"]");
        assert_eq!(literal(&json!({ "x-extensible-enum": ["A"] })).unwrap(), "str | Literal[\"A\"]");
        assert_eq!(literal(&json!({ "type": "string" })), None);
    }

    #[test]
    fn what_has_no_type_is_named() {
        let contract = json!({ "components": { "schemas": { "GenerateOrderRequest": {
            "properties": { "a": { "type": "file" } } } } } });
        assert_eq!(models(&contract.to_string()).unwrap_err(), "a schema of type file has no type in Python");
    }
}
