//! The contract as OpenAPI 3.1, which more tools read: schemas of JSON Schema 2020-12, callbacks as webhooks.

use std::error::Error;

use serde_json::{Map, Value, json};

use super::{json_schema::modernise, text::Contract};

/// Converts the contract.
pub(crate) fn convert(contract: &Contract) -> Result<Value, Box<dyn Error>> {
    let mut modern = contract.document().clone();
    modern["openapi"] = "3.1.0".into();
    modern["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema".into();
    let mut webhooks = Map::new();
    let operations = modern["paths"]
        .as_object_mut()
        .ok_or("the contract has no paths")?
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut);
    for operation in operations {
        let Some(callbacks) = operation.as_object_mut().and_then(|operation| operation.remove("callbacks")) else {
            continue;
        };
        for (name, callback) in callbacks.as_object().into_iter().flatten() {
            let item = callback.as_object().and_then(|by_url| by_url.values().next());
            webhooks.insert(name.clone(), item.cloned().ok_or_else(|| format!("callback {name} is empty"))?);
        }
    }
    modern["webhooks"] = webhooks.into();
    schemas(&mut modern);
    Ok(modern)
}

/// Converts every schema, wherever it stands, and keeps references into `components`.
fn schemas(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match name.as_str() {
                    "schema" => *member = restore(modernise(member)),
                    "schemas" => {
                        for schema in member.as_object_mut().into_iter().flat_map(Map::values_mut) {
                            *schema = restore(modernise(schema));
                        }
                    }
                    _ => schemas(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(schemas),
        _ => {}
    }
}

/// Points references at `components/schemas` again.
fn restore(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let taken = member.take();
                *member = match taken.as_str().and_then(|text| text.strip_prefix("#/$defs/")) {
                    Some(component) if name == "$ref" => json!(format!("#/components/schemas/{component}")),
                    _ => restore(taken),
                };
            }
        }
        Value::Array(elements) => {
            for element in elements {
                *element = restore(element.take());
            }
        }
        _ => {}
    }
    schema
}
