//! Where things are in a contract.

use serde_json::{Map, Value};

/// Returns the components by name.
pub(super) fn schemas(contract: &Value) -> impl Iterator<Item = (&String, &Value)> {
    contract["components"]["schemas"].as_object().into_iter().flatten()
}

/// Returns the operations that we call, by name; callbacks are none of these.
pub(super) fn operations(contract: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = contract["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = items.filter_map(Value::as_object).flat_map(Map::values);
    operations.filter_map(|operation| Some((operation["operationId"].as_str()?, operation)))
}

/// Returns a schema and all that stand inside it, without following references.
pub(super) fn inline(schema: &Value) -> Vec<&Value> {
    let members = schema["properties"].as_object().into_iter().flat_map(Map::values);
    let single = ["items", "not"].into_iter().filter_map(|keyword| schema.get(keyword));
    let branches = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let inner = members.chain(single).chain(branches).flat_map(inline);
    [schema].into_iter().chain(inner).collect()
}
