//! The contract as a document: its components, what they refer to, its operations.
//! The library, `build.rs` and `xtask` read the contract through this one type; each takes what it needs of it.

#![allow(dead_code, reason = "compiled three times, and each time a part of it is used")]

use serde_json::{Map, Value};

/// A contract: an OpenAPI document, or its components as one JSON Schema document.
#[derive(Clone, Debug)]
pub(crate) struct Contract {
    document: Value,
}

impl Contract {
    /// Takes an OpenAPI document, or a JSON Schema document with `$defs`.
    pub(crate) fn new(document: Value) -> Self {
        Self { document }
    }

    /// Returns the whole document.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// Returns the schemas of the contract, by name; `None` where it has none.
    pub(crate) fn components(&self) -> Option<&Map<String, Value>> {
        let components = self.document.pointer("/components/schemas").or_else(|| self.document.get("$defs"));
        components.and_then(Value::as_object)
    }

    /// Returns the schema of a component.
    pub(crate) fn component(&self, name: &str) -> Option<&Value> {
        self.components()?.get(name)
    }

    /// Returns what a value refers to, or the value itself where it is no reference or refers to nothing.
    pub(crate) fn resolve<'c>(&'c self, value: &'c Value) -> &'c Value {
        resolve(&self.document, value)
    }

    /// Returns a component and all that it refers to, each once, in the order in which they are met.
    pub(crate) fn reachable<'c>(&'c self, root: &'c str) -> Vec<&'c str> {
        let mut reached: Vec<&str> = self.component(root).map(|_| root).into_iter().collect();
        let mut at = 0;
        while let Some(name) = reached.get(at) {
            let mut met = Vec::new();
            references(self.component(name).unwrap_or(&Value::Null), &mut met);
            met.retain(|name| !reached.contains(name));
            reached.append(&mut met);
            at += 1;
        }
        reached
    }
}

impl Contract {
    /// Returns the operations, in the order of the document.
    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.document.get("paths").and_then(Value::as_object).into_iter().flatten();
        paths.flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten().filter(|(name, _)| METHODS.contains(&name.as_str()));
            methods.map(move |(method, value)| Operation { path, method, value })
        })
    }
}

/// One operation of a contract.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'c> {
    /// The path, with `{parameters}` as they are written.
    pub(crate) path: &'c str,
    /// The method in lower case.
    pub(crate) method: &'c str,
    /// The whole operation.
    pub(crate) value: &'c Value,
}

/// What of a path is an operation.
const METHODS: [&str; 8] = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/// Returns what a value of a document refers to, or the value itself where it is no reference or refers to nothing.
pub(crate) fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let target = value.get("$ref").and_then(Value::as_str);
    target.and_then(|target| document.pointer(target.trim_start_matches('#'))).unwrap_or(value)
}

/// Returns the name of the component that a schema refers to, if it is a reference.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Appends the names of the components that a schema refers to, at any depth, each once.
pub(crate) fn references<'v>(schema: &'v Value, names: &mut Vec<&'v str>) {
    match schema {
        Value::Object(members) => {
            names.extend(reference(schema).filter(|name| !names.contains(name)));
            members.values().for_each(|member| references(member, names));
        }
        Value::Array(elements) => elements.iter().for_each(|element| references(element, names)),
        _ => {}
    }
}
