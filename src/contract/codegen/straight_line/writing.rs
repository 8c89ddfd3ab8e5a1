//! The code that writes enums and objects as JSON.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::{
    super::{scalar::camel_case, text::reference},
    is_required,
    name::{field_name, write_name},
};

/// Progenitor names a variant after its value; another name would not compile.
pub(super) fn enum_writing(name: &str, values: &[Value]) -> Result<TokenStream, Box<dyn Error>> {
    let ident = format_ident!("{name}");
    let arms = values
        .iter()
        .map(|value| {
            let text = value.as_str().ok_or_else(|| format!("{name} has a value that is no text"))?;
            if text.contains(['"', '\\']) || text.chars().any(char::is_control) {
                return Err(format!("{name} has a value that needs an escape"));
            }
            let variant = format_ident!("{}", camel_case(text));
            Ok(quote!(types::#ident::#variant => #text,))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(quote!(write::quoted(out, match value { #(#arms)* });))
}

/// Members go in the order of the generated struct, which is that of their names.
pub(super) fn object_writing(members: &Map<String, Value>) -> TokenStream {
    let mut properties: Vec<_> = members.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
    properties.sort_by_key(|(property, _)| property.as_str());
    // Behind a member that is always there stands a comma; before the first of these it must be looked whether one does.
    let mut follows = false;
    let writings: Vec<_> = properties
        .iter()
        .filter_map(|(property, schema)| {
            let write = write_name(reference(schema)?);
            let field = field_name(property);
            let key = if follows {
                let key = format!(",\"{property}\":");
                quote!(write::literal(out, #key))
            } else {
                let key = format!("\"{property}\":");
                quote!(write::key(out, #key))
            };
            Some(if is_required(members, property) {
                follows = true;
                quote! {
                    #key;
                    #write(&value.#field, out);
                }
            } else {
                quote! {
                    if let Some(value) = &value.#field {
                        #key;
                        #write(value, out);
                    }
                }
            })
        })
        .collect();
    quote! {
        out.push(b'{');
        #(#writings)*
        out.push(b'}');
    }
}
