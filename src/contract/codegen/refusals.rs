//! The table of refusals, `spec/refusals.toml`, as Rust. `build.rs` alone runs it.

#[path = "refusals/table.rs"]
mod table;

use std::error::Error;

use proc_macro2::TokenStream;
use quote::quote;

use self::table::Row;

/// Returns the table as Rust: a slice of `Refusal`.
///
/// # Errors
///
/// Where the file is no such table, or an entry proves something without evidence.
pub(crate) fn generate(text: &str) -> Result<String, Box<dyn Error>> {
    let rows = table::read(text)?;
    let rows = rows.iter().map(refusal);
    Ok(quote!(&[#(#rows),*]).to_string())
}

fn refusal(row: &Row) -> TokenStream {
    let Row { name, is_code, statuses, any_text, proves, advice } = row;
    let advice = advice.as_ref().map_or_else(|| quote!(None), |text| quote!(Some(#text)));
    quote! {
        Refusal {
            name: #name,
            is_code: #is_code,
            statuses: &[#(#statuses),*],
            any_text: #any_text,
            proves: #proves,
            advice: #advice,
        }
    }
}
