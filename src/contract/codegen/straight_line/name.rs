//! How fields and functions of the generated code are called.

use quote::format_ident;

/// Returns the field as progenitor names it: Rust's keywords get an underscore.
pub(in super::super) fn field_name(property: &str) -> proc_macro2::Ident {
    if syn::parse_str::<syn::Ident>(property).is_ok() {
        format_ident!("{property}")
    } else {
        format_ident!("{property}_")
    }
}

pub(super) fn is_name(component: &str) -> proc_macro2::Ident {
    format_ident!("is_{}", snake_case(component))
}

pub(super) fn write_name(component: &str) -> proc_macro2::Ident {
    format_ident!("write_{}", snake_case(component))
}

/// Turns `LineItem` into `line_item`.
fn snake_case(component: &str) -> String {
    let mut name = String::new();
    for c in component.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
