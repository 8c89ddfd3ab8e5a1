//! Components as JSON Schema 2020-12, and `JsonSchema` implementations that give back exactly these.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::{
    scalar::Scalar,
    text::{Contract, reference, references},
};

/// Returns all components as `{"$schema", "$defs"}`.
pub(crate) fn bundle(contract: &Contract) -> Result<Value, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let defs: Map<String, Value> = schemas.iter().map(|(name, schema)| (name.clone(), modernise(schema))).collect();
    Ok(json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": defs }))
}

/// Converts one schema of OpenAPI 3.0 to JSON Schema 2020-12.
pub(crate) fn modernise(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    let nullable = members.get("nullable").is_some_and(|flag| flag == true);
    let mut modern = Map::new();
    for (keyword, value) in members {
        match keyword.as_str() {
            "nullable" => {}
            "$ref" => {
                let name = reference(schema).expect("a reference is a text");
                modern.insert("$ref".into(), format!("#/$defs/{name}").into());
            }
            "example" => {
                modern.insert("examples".into(), json!([value]));
            }
            "type" if nullable => {
                modern.insert("type".into(), json!([value, "null"]));
            }
            "maximum" if members.get("exclusiveMaximum").is_some_and(|flag| flag == true) => {
                modern.insert("exclusiveMaximum".into(), value.clone());
            }
            "exclusiveMaximum" => {}
            "properties" => {
                let properties: Map<String, Value> = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(name, schema)| (name.clone(), modernise(schema)))
                    .collect();
                modern.insert(keyword.clone(), properties.into());
            }
            "items" | "not" => {
                modern.insert(keyword.clone(), modernise(value));
            }
            "anyOf" | "oneOf" | "allOf" => {
                let mut branches: Vec<Value> = value.as_array().into_iter().flatten().map(modernise).collect();
                if nullable {
                    branches.push(json!({ "type": "null" }));
                }
                modern.insert(keyword.clone(), branches.into());
            }
            _ => {
                modern.insert(keyword.clone(), value.clone());
            }
        }
    }
    modern.into()
}

/// Writes `mod component`, a marker with a schema for each component, and the schema of each generated type.
pub(crate) fn emit(
    contract: &Contract,
    money: &[(&str, &str)],
    scalars: &[Scalar],
) -> Result<TokenStream, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let markers = schemas.iter().map(|(name, schema)| {
        let marker = format_ident!("{name}");
        let mut met = Vec::new();
        references(schema, &mut met);
        let idents = met.iter().map(|reference| format_ident!("{reference}"));
        let generator = format_ident!("{}", if met.is_empty() { "_generator" } else { "generator" });
        quote! {
            pub struct #marker;

            impl JsonSchema for #marker {
                fn schema_name() -> Cow<'static, str> {
                    #name.into()
                }

                fn json_schema(#generator: &mut SchemaGenerator) -> Schema {
                    let references = [#((#met, #generator.subschema_for::<#idents>()),)*];
                    crate::contract::schema::component(#name, &references)
                }
            }
        }
    });
    let types = schemas.keys().filter(|name| money.iter().all(|(money, _)| money != name)).map(|name| {
        let marker = format_ident!("{name}");
        let module = if scalars.iter().any(|scalar| scalar.name() == name) { "scalar" } else { "types" };
        let module = format_ident!("{module}");
        schema_of(&quote!(#module::#marker), &marker)
    });
    // Of a type that stands for several components the first is the one that is sent.
    let mut seen = Vec::new();
    let money = money
        .iter()
        .filter(|(_, name)| {
            !seen.contains(name) && {
                seen.push(name);
                true
            }
        })
        .map(|(component, name)| {
            let (marker, name) = (format_ident!("{component}"), format_ident!("{name}"));
            schema_of(&quote!(crate::message::money::#name), &marker)
        });
    Ok(quote! {
        /// The schema of each component, for references between them.
        pub(crate) mod component {
            use std::borrow::Cow;

            use schemars::{JsonSchema, Schema, SchemaGenerator};

            #(#markers)*
        }

        #(#types)*
        #(#money)*
    })
}

/// Writes the schema of a type: that of its component.
fn schema_of(path: &TokenStream, component: &proc_macro2::Ident) -> TokenStream {
    quote! {
        impl schemars::JsonSchema for #path {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                component::#component::schema_name()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                component::#component::schema_id()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                component::#component::json_schema(generator)
            }
        }
    }
}
