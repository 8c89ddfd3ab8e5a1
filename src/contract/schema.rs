//! The components of the contract as JSON Schema 2020-12.

use std::sync::LazyLock;

use schemars::Schema;
use serde_json::Value;

use super::{
    generated,
    text::{Contract, reference},
};

/// Returns the contract's components: every schema of `spec/openapi.yaml`, by its name in `$defs`.
///
/// # Panics
///
/// Never: the build wrote the text from a value.
pub(crate) fn components() -> &'static Contract {
    static COMPONENTS: LazyLock<Contract> =
        LazyLock::new(|| Contract::new(serde_json::from_str(generated::SCHEMAS).expect("the build writes JSON")));
    &COMPONENTS
}

/// Returns the schema of one component, with each reference replaced by what the generator calls it.
///
/// # Panics
///
/// For a name that no component has; the build names none.
pub(crate) fn component(name: &str, references: &[(&str, Schema)]) -> Schema {
    fn point(schema: &mut Value, references: &[(&str, Schema)]) {
        if let Some(name) = reference(schema) {
            if let Some((_, target)) = references.iter().find(|(known, _)| *known == name) {
                *schema = target.clone().to_value();
            }
            return;
        }
        match schema {
            Value::Object(members) => members.values_mut().for_each(|member| point(member, references)),
            Value::Array(elements) => elements.iter_mut().for_each(|element| point(element, references)),
            _ => {}
        }
    }
    let mut schema = components().component(name).expect("the build names components that there are").clone();
    point(&mut schema, references);
    Schema::try_from(schema).expect("a component is an object")
}
