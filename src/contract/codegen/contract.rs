//! The contract as progenitor is to see it.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::text::{Contract, Operation};

/// Returns the documentation of a component: its description, and where DOKU says it.
pub(crate) fn documentation(schema: &Value) -> Option<String> {
    let mut text = schema.get("description")?.as_str()?.trim().to_owned();
    if let Some(source) = schema.get("x-source").and_then(Value::as_str) {
        text.push_str(&format!("\n\nSource: {source}"));
        if let Some(deviation) = schema.get("x-deviation").and_then(Value::as_str) {
            text.push_str(&format!("; {deviation}"));
        }
    }
    Some(text)
}

/// The headers that the signing middleware writes.
const SIGNED: [&str; 2] = ["Request-Id", "Request-Timestamp"];

/// Checks that all that the contract asks of a request is sent by something.
///
/// # Errors
///
/// The first parameter that nothing sends, with its place and what to do.
pub(crate) fn check_parameters(contract: &Contract) -> Result<(), String> {
    for Operation { path, method, value } in contract.operations() {
        for (at, parameter) in value["parameters"].as_array().into_iter().flatten().enumerate() {
            let reference = parameter["$ref"].as_str();
            let parameter = contract.resolve(parameter);
            let own = format!("#/paths/{path}/{method}/parameters/{at}");
            let place = reference.unwrap_or(&own);
            let name = parameter["name"].as_str().ok_or_else(|| format!("{place} is a parameter without a name"))?;
            let place = format!("{place}: {name}");
            let signed = parameter["x-transport"] == "signed";
            match parameter["in"].as_str() {
                Some("header") if signed && !SIGNED.contains(&name) => {
                    return Err(format!(
                        "{place} has `x-transport: signed`, but src/client/hooks.rs does not write it; teach it to, or take the \
                             mark away"
                    ));
                }
                Some("header") if !signed && parameter["required"] == true => {
                    return Err(format!(
                        "{place} is mandatory, but nothing sends it, so every order would fail; make it \
                             `required: false` until src/client sends it"
                    ));
                }
                Some("header" | "path") => {}
                _ => {
                    return Err(format!(
                        "{place} is no header and no part of the path; what is signed is the path alone, so this \
                             cannot be sent yet"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Returns the contract without what the signing middleware does itself.
///
/// Left out: signed headers, the replay answer and callbacks. Bodies go through the client as bytes, both ways: what was
/// signed is sent as it is, and what DOKU says is read once, by the reader.
pub(crate) fn for_progenitor(contract: &Contract) -> Value {
    let mut view = contract.document().clone();
    if let Some(paths) = view.get_mut("paths").and_then(Value::as_object_mut) {
        for operation in paths
            .values_mut()
            .filter_map(Value::as_object_mut)
            .flat_map(Map::values_mut)
            .filter_map(Value::as_object_mut)
        {
            operation.remove("callbacks");
            unsign(operation, contract);
            if let Some(body) = operation.get_mut("requestBody") {
                bytes(body);
            }
            if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
                responses.retain(|_, answer| answer.get("x-transport").is_none());
                responses.values_mut().for_each(bytes);
            }
        }
    }
    if let Some(responses) = view.pointer_mut("/components/responses").and_then(Value::as_object_mut) {
        responses.values_mut().for_each(bytes);
    }
    if let Some(schemas) = view.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for schema in schemas.values_mut().filter_map(Value::as_object_mut) {
            // Whatever refers to a component in an answer is optional, and reads null as absent.
            schema.remove("nullable");
        }
    }
    document(&mut view);
    view
}

/// Makes the content of a body bytes.
fn bytes(body: &mut Value) {
    if let Some(content) = body.get_mut("content") {
        *content = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
    }
}

/// Writes `mod address`: the request target of each operation, and the servers.
pub(crate) fn emit_addresses(contract: &Contract) -> Result<TokenStream, Box<dyn Error>> {
    let mut targets = Vec::new();
    for Operation { path, value, .. } in contract.operations() {
        let id = value["operationId"].as_str().ok_or_else(|| format!("{path} has no operationId"))?;
        let name = format_ident!("{}", id.to_uppercase());
        let doc = format!("Request target of `{id}`.");
        targets.push(quote!(#[doc = #doc] pub const #name: &str = #path;));
    }
    let server = |at: usize| contract.document()["servers"][at]["url"].as_str().ok_or("the contract needs two servers");
    let (sandbox, production) = (server(0)?, server(1)?);
    Ok(quote! {
        /// Request targets and servers of the contract. `{id}` in a target stands for what the caller puts there.
        pub mod address {
            #(#targets)*
            /// The sandbox.
            pub const SANDBOX: &str = #sandbox;
            /// Production.
            pub const PRODUCTION: &str = #production;
        }
    })
}

/// Drops the header parameters that the signing middleware writes.
fn unsign(operation: &mut Map<String, Value>, contract: &Contract) {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else {
        return;
    };
    parameters.retain(|parameter| contract.resolve(parameter).get("x-transport").is_none());
}

/// Puts the source into each description, so that it reaches the generated documentation.
fn document(value: &mut Value) {
    if let Some(text) = documentation(value) {
        value["description"] = Value::String(text);
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(document),
        Value::Array(elements) => elements.iter_mut().for_each(document),
        _ => {}
    }
}
