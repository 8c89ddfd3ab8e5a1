//! The reader of what DOKU says: one implementation of `Received` for each component of an answer, a notification or a
//! refusal.
//!
//! A keyword that the reader does not hold stops the build, so that no rule is lost on the way.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::{
    MONEY,
    straight_line::field_name,
    text::{Contract, reference},
};

/// Keywords that hold no rule for what is read, and those that are read here.
const KNOWN: [&str; 12] = [
    "description",
    "example",
    "items",
    "nullable",
    "oneOf",
    "properties",
    "required",
    "type",
    "x-deviation",
    "x-extensible-enum",
    "x-sensitive",
    "x-source",
];

/// The component that an amount of DOKU's is, the only money that is received.
const AMOUNT: &str = "ReceivedAmount";

/// Writes `mod received`: the reader of these components and of all that they refer to.
pub(crate) fn emit(contract: &Contract, roots: &[&str]) -> Result<TokenStream, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let mut names: Vec<String> = roots.iter().map(|&root| root.to_owned()).collect();
    let mut readers = Vec::new();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let schema = schemas.get(&name).and_then(Value::as_object).ok_or_else(|| format!("there is no {name}"))?;
        readers.push(reader(&name, schema, schemas, &mut names)?);
        at += 1;
    }
    Ok(quote! {
        /// What is read of each component of an answer, a notification or a refusal.
        mod received {
            use super::{scalar, types};
            use crate::{
                contract::reader::{Note, Place, Received, elements, object, optional, required, text},
                message::json::{ValueKind, Value},
            };

            #(#readers)*
        }
    })
}

fn reader(
    name: &str,
    schema: &Map<String, Value>,
    schemas: &Map<String, Value>,
    names: &mut Vec<String>,
) -> Result<TokenStream, Box<dyn Error>> {
    if name == AMOUNT {
        // Written by hand, because money is exact; a property compares it with the contract.
        return Ok(TokenStream::new());
    }
    if MONEY.iter().any(|(money, _)| *money == name) {
        return Err(format!("{name} is money that is sent; what is received is {AMOUNT}").into());
    }
    known(name, schema)?;
    let ident = format_ident!("{name}");
    let (kind, body) = match (schema.get("type").and_then(Value::as_str), schema.get("oneOf")) {
        (Some("object"), None) => (quote!(types::#ident), object(name, schema, schemas, names)?),
        (Some("array"), None) => {
            element(name, schema, names)?;
            (quote!(types::#ident), quote!(elements(value, at, notes).map(Self)))
        }
        (Some("string"), None) if schema.contains_key("x-extensible-enum") => {
            (quote!(scalar::#ident), quote!(text(value, at).map(|text| Self::from(&*text))))
        }
        (None, Some(alternatives)) => (quote!(types::#ident), one_of(name, alternatives, names)?),
        _ => return Err(format!("{name} is of a type that the reader does not have yet").into()),
    };
    Ok(quote! {
        impl Received for #kind {
            #[allow(unused_variables)]
            fn receive(value: Value<'_>, at: Place<'_>, notes: &mut Vec<Note>) -> Result<Self, Box<Note>> {
                #body
            }
        }
    })
}

/// One pass over the members; the strict document has each name once.
fn object(
    name: &str,
    schema: &Map<String, Value>,
    schemas: &Map<String, Value>,
    names: &mut Vec<String>,
) -> Result<TokenStream, Box<dyn Error>> {
    let (mut reads, mut arms, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (property, of) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let (field, read) = (field_name(property), format_ident!("read_{property}"));
        let nullable = match reference(of) {
            Some(component) => {
                let nullable = schemas.get(component).is_some_and(|schema| schema["nullable"] == true);
                remember(names, component);
                nullable
            }
            None => {
                inline(&format!("{name}.{property}"), of)?;
                of["nullable"] == true
            }
        };
        let is_required =
            schema.get("required").and_then(Value::as_array).is_some_and(|all| all.iter().any(|one| one == property));
        let place = quote!(Place::Member(&at, #property));
        if is_required && nullable {
            return Err(format!("{name}.{property} is required and may be null, which the reader does not have").into());
        }
        if is_required {
            arms.push(quote!(#property => #read = Some(Received::receive(value, #place, notes)?),));
            values.push(quote!(#field: required(#read, at, #property)?));
        } else {
            arms.push(quote!(#property => #read = optional(value, #place, #nullable, notes),));
            values.push(quote!(#field: #read));
        }
        reads.push(read);
    }
    Ok(quote! {
        #(let mut #reads = None;)*
        for (name, value) in object(value, at)? {
            match &*name.characters() {
                #(#arms)*
                _ => {}
            }
        }
        Ok(Self { #(#values),* })
    })
}

/// Accepts what progenitor makes a `String` or a `Value` of: text, and anything at all.
fn inline(name: &str, schema: &Value) -> Result<(), Box<dyn Error>> {
    let members = schema.as_object().ok_or_else(|| format!("{name} is no schema"))?;
    known(name, members)?;
    match members.get("type").and_then(Value::as_str) {
        Some("string") => Ok(()),
        None if !members.contains_key("oneOf") => Ok(()),
        _ => Err(format!("{name} has a type that needs a component of its own").into()),
    }
}

fn element(name: &str, schema: &Map<String, Value>, names: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let items = schema.get("items").ok_or_else(|| format!("{name} has no items"))?;
    match reference(items) {
        Some(component) => {
            remember(names, component);
            Ok(())
        }
        None => inline(&format!("the items of {name}"), items),
    }
}

/// Alternatives that their JSON types tell apart: progenitor names the variants after these.
fn one_of(name: &str, alternatives: &Value, names: &mut Vec<String>) -> Result<TokenStream, Box<dyn Error>> {
    let mut arms = Vec::new();
    for alternative in alternatives.as_array().into_iter().flatten() {
        let members = alternative.as_object().ok_or_else(|| format!("{name}: an alternative is no schema"))?;
        known(name, members)?;
        arms.push(match members.get("type").and_then(Value::as_str) {
            Some("string") => quote!(ValueKind::String => Received::receive(value, at, notes).map(Self::String),),
            Some("array") => {
                element(name, members, names)?;
                quote!(ValueKind::Array => elements(value, at, notes).map(Self::Array),)
            }
            _ => return Err(format!("{name} has an alternative that the reader does not have yet").into()),
        });
    }
    Ok(quote! {
        match value.kind() {
            #(#arms)*
            _ => Err(Note::wrong_type(at, "a string or an array", value)),
        }
    })
}

/// Refuses a keyword that nobody holds.
fn known(name: &str, members: &Map<String, Value>) -> Result<(), String> {
    match members.keys().find(|keyword| !KNOWN.contains(&keyword.as_str())) {
        Some(keyword) => {
            Err(format!("{name} has the keyword {keyword}, which src/contract/codegen/reader.rs does not know"))
        }
        None => Ok(()),
    }
}

fn remember(names: &mut Vec<String>, component: &str) {
    if !names.iter().any(|name| name == component) {
        names.push(component.to_owned());
    }
}
