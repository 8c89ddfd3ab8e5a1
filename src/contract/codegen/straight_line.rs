//! Straight-line code for requests: the rules that their types do not hold by themselves, and the writing of JSON.
//!
//! Generated strings, enums and integers hold their own limits. What is left: lengths of arrays, limits of money, and
//! sums. A keyword that neither the types nor this file enforce stops the build, so that no rule is lost on the way.
//! The JSON is the one that `serde_json` writes.

mod name;
mod writing;

use std::error::Error;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value};

pub(super) use self::name::field_name;
use self::{
    name::{is_name, write_name},
    writing::{enum_writing, object_writing},
};
use super::{
    MONEY,
    text::{Contract, reference},
};

/// Keywords that hold no rule for a typed value: annotations, and what the type itself says.
const ANNOTATIONS: [&str; 12] = [
    "additionalProperties",
    "description",
    "example",
    "items",
    "properties",
    "required",
    "type",
    "x-advisory",
    "x-decimal-places",
    "x-deviation",
    "x-sensitive",
    "x-source",
];

/// Writes `mod straight_line`: for each component of a request a function that tells whether a value is within the
/// contract, and one that writes it.
pub(crate) fn emit(contract: &Contract, root: &str) -> Result<TokenStream, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let mut functions = Vec::new();
    let mut names = vec![root.to_owned()];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let schema = schemas.get(&name).ok_or_else(|| format!("there is no component {name}"))?;
        functions.push(function(&name, schema, &mut names)?);
        at += 1;
    }
    Ok(quote! {
        /// Whether a value of a request is within the contract, and its JSON.
        #[allow(unused_variables)]
        pub(crate) mod straight_line {
            use super::{scalar, types};
            use crate::message::json::write;

            #(#functions)*
        }
    })
}

/// Returns the names of a component and of all that it refers to.
pub(super) fn components_of(contract: &Contract, root: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let mut names = vec![root.to_owned()];
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        let schema = schemas.get(&name).ok_or_else(|| format!("there is no component {name}"))?;
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for of in properties.map(|(_, of)| of).chain(schema.get("items")) {
            remember(&mut names, reference(of).ok_or_else(|| format!("{name} has a part that is no component"))?);
        }
        at += 1;
    }
    Ok(names)
}

/// Writes the method of a builder that returns what it was given as one error, if any of it was refused.
pub(super) fn draft(contract: &Contract, name: &syn::Ident) -> Result<syn::Item, Box<dyn Error>> {
    let schemas = contract.components().ok_or("the contract has no components/schemas")?;
    let component = name.to_string();
    let members = schemas.get(&component).and_then(Value::as_object).ok_or("a builder is of no component")?;
    let mut properties: Vec<_> = members.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
    properties.sort_by_key(|(property, _)| property.as_str());
    let (mut fields, mut steps) = (Vec::new(), Vec::new());
    for (property, of) in properties {
        let write = write_name(reference(of).ok_or_else(|| format!("{component}.{property} refers to no component"))?);
        let field = field_name(property);
        let key = format!("\"{property}\":");
        let add = format_ident!("{}", if is_required(members, property) { "required" } else { "optional" });
        steps.push(quote!(draft.#add(#key, &self.#field, super::super::straight_line::#write);));
        fields.push(field);
    }
    Ok(syn::parse2(quote! {
        impl #name {
            /// Returns what was given, as far as it is known, if any of it was refused.
            fn refused(&self) -> Option<super::error::ConversionError> {
                if #(self.#fields.is_ok())&&* {
                    return None;
                }
                let mut draft = crate::contract::draft::Draft::new();
                #(#steps)*
                draft.finish(#component)
            }
        }
    })?)
}

/// What is done with one component.
struct Lines {
    kind: TokenStream,
    rules: Vec<TokenStream>,
    writing: TokenStream,
}

fn function(name: &str, schema: &Value, names: &mut Vec<String>) -> Result<TokenStream, Box<dyn Error>> {
    let members = schema.as_object().ok_or_else(|| format!("{name} is no schema"))?;
    let money = MONEY.iter().find(|(component, _)| *component == name).map(|(_, kind)| *kind);
    let ident = format_ident!("{name}");
    let code = match (money, members.get("type").and_then(Value::as_str)) {
        (Some(kind), _) => {
            let writing = match kind {
                "Rupiah" => quote!(write::whole(out, value.get());),
                _ => quote!(write::hundredths(out, value.hundredths());),
            };
            let kind = format_ident!("{kind}");
            let rules = money_rules(name, members)?;
            Lines { kind: quote!(crate::message::money::#kind), rules, writing }
        }
        (None, Some("object")) => Lines {
            kind: quote!(types::#ident),
            rules: object_rules(name, members, names)?,
            writing: object_writing(members),
        },
        (None, Some("array")) => array(name, members, names)?,
        (None, Some("string")) => {
            known(name, members, &["minLength", "maxLength", "pattern", "enum"])?;
            let writing = match members.get("enum").and_then(Value::as_array) {
                Some(values) => enum_writing(name, values)?,
                None => quote!(write::string(out, value);),
            };
            Lines { kind: quote!(types::#ident), rules: Vec::new(), writing }
        }
        (None, Some("integer")) => {
            known(name, members, &["minimum", "maximum"])?;
            Lines { kind: quote!(scalar::#ident), rules: Vec::new(), writing: quote!(write::whole(out, value.get());) }
        }
        (None, other) => return Err(format!("{name} is of type {other:?}, which requests do not have yet").into()),
    };
    let (is, write) = (is_name(name), write_name(name));
    let Lines { kind, rules, writing } = code;
    Ok(quote! {
        pub(crate) fn #is(value: &#kind) -> bool {
            #(if !#rules { return false; })*
            true
        }

        pub(crate) fn #write(value: &#kind, out: &mut Vec<u8>) {
            #writing
        }
    })
}

fn is_required(members: &Map<String, Value>, property: &str) -> bool {
    members.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|name| name == property))
}

fn object_rules(
    name: &str,
    members: &Map<String, Value>,
    names: &mut Vec<String>,
) -> Result<Vec<TokenStream>, Box<dyn Error>> {
    known(name, members, &["x-sum"])?;
    let mut rules = Vec::new();
    for (property, schema) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let component = reference(schema).ok_or_else(|| format!("{name}.{property} refers to no component"))?;
        let field = field_name(property);
        let function = is_name(component);
        rules.push(if is_required(members, property) {
            quote!(#function(&value.#field))
        } else {
            quote!(value.#field.as_ref().is_none_or(#function))
        });
        remember(names, component);
    }
    if let Some(sum) = members.get("x-sum") {
        let field =
            |value: &Value| value.as_str().map(field_name).ok_or_else(|| format!("{name}: x-sum is incomplete"));
        let (total, items) = (field(&sum["total"])?, field(&sum["items"])?);
        let (price, quantity) = (field(&sum["factors"][0])?, field(&sum["factors"][1])?);
        rules.push(quote! {
            crate::message::money::adds_up(value.#total, value.#items.iter().map(|item| (item.#price, item.#quantity.get())))
        });
    }
    Ok(rules)
}

fn array(name: &str, members: &Map<String, Value>, names: &mut Vec<String>) -> Result<Lines, Box<dyn Error>> {
    known(name, members, &["minItems", "maxItems"])?;
    let component =
        members.get("items").and_then(reference).ok_or_else(|| format!("{name}: items refers to no component"))?;
    let mut rules = Vec::new();
    if let Some(least) = members.get("minItems").and_then(Value::as_u64) {
        let least = Literal::u64_unsuffixed(least);
        rules.push(quote!((value.len() >= #least)));
    }
    if let Some(most) = members.get("maxItems").and_then(Value::as_u64) {
        let most = Literal::u64_unsuffixed(most);
        rules.push(quote!((value.len() <= #most)));
    }
    let (is, write, ident) = (is_name(component), write_name(component), format_ident!("{name}"));
    rules.push(quote!(value.iter().all(#is)));
    remember(names, component);
    let writing = quote! {
        out.push(b'[');
        for (at, value) in value.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            #write(value, out);
        }
        out.push(b']');
    };
    Ok(Lines { kind: quote!(types::#ident), rules, writing })
}

/// Limits of money are whole rupiah in the contract.
fn money_rules(name: &str, members: &Map<String, Value>) -> Result<Vec<TokenStream>, Box<dyn Error>> {
    known(name, members, &["minimum", "maximum", "exclusiveMaximum"])?;
    let limit = |keyword: &str| match members.get(keyword) {
        Some(limit) => {
            limit.as_u64().map(Some).ok_or_else(|| format!("{name}: {keyword} must be a whole number of rupiah"))
        }
        None => Ok(None),
    };
    let mut rules = Vec::new();
    // Money is never negative.
    if let Some(least) = limit("minimum")?.filter(|least| *least > 0) {
        let least = Literal::u128_suffixed(u128::from(least) * 100);
        rules.push(quote!((value.in_hundredths() >= #least)));
    }
    if let Some(most) = limit("maximum")? {
        let most = Literal::u128_suffixed(u128::from(most) * 100);
        rules.push(if members.get("exclusiveMaximum").is_some_and(|flag| flag == true) {
            quote!((value.in_hundredths() < #most))
        } else {
            quote!((value.in_hundredths() <= #most))
        });
    }
    Ok(rules)
}

/// Refuses a keyword that nobody enforces.
fn known(name: &str, members: &Map<String, Value>, enforced: &[&str]) -> Result<(), String> {
    match members
        .keys()
        .find(|keyword| !ANNOTATIONS.contains(&keyword.as_str()) && !enforced.contains(&keyword.as_str()))
    {
        Some(keyword) => {
            Err(format!("{name} has the keyword {keyword}, which src/contract/codegen/straight_line.rs does not know"))
        }
        None => Ok(()),
    }
}

fn remember(names: &mut Vec<String>, component: &str) {
    if !names.iter().any(|name| name == component) {
        names.push(component.to_owned());
    }
}
