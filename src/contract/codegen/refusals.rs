//! The table of refusals, `spec/refusals.toml`, as Rust. `build.rs` alone runs it.

use std::error::Error;

use proc_macro2::TokenStream;
use quote::quote;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    refusal: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: Option<String>,
    text: Option<String>,
    status: Vec<u16>,
    texts: Option<Texts>,
    proves: Proves,
    advice: Option<String>,
    evidence: Vec<Evidence>,
    deviations: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Texts {
    Any,
    Listed,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Proves {
    NoOrder,
    Nothing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    kind: String,
    says: String,
}

/// Returns the table as Rust: a slice of `Refusal`.
///
/// # Errors
///
/// Where the file is no such table, or an entry proves something without evidence.
pub(crate) fn generate(text: &str) -> Result<String, Box<dyn Error>> {
    let table: Table = toml::from_str(text)?;
    let rows = table.refusal.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(quote!(&[#(#rows),*]).to_string())
}

fn row(row: &Row) -> Result<TokenStream, Box<dyn Error>> {
    let (name, is_code) = match (&row.code, &row.text) {
        (Some(code), None) => (code, true),
        (None, Some(text)) => (text, false),
        _ => return Err("a refusal has a code or a text, and not both".into()),
    };
    let evident = row.evidence.iter().all(|evidence| !evidence.kind.is_empty() && !evidence.says.is_empty());
    if row.status.is_empty() || row.evidence.is_empty() || !evident || row.deviations.is_empty() {
        return Err(format!("the refusal {name:?} needs a status, evidence and a deviation").into());
    }
    let proves = row.proves == Proves::NoOrder;
    if (is_code && proves) != row.texts.is_some() || (proves && row.status.iter().any(|status| status / 100 != 4)) {
        return Err(format!("the refusal {name:?}: `texts` is of a code that proves, and only a 4xx proves").into());
    }
    if row.advice.is_some() && !proves {
        return Err(format!("the refusal {name:?} proves nothing, so there is no advice but to ask").into());
    }
    let any_text = row.texts == Some(Texts::Any);
    let (statuses, advice) = (&row.status, option(row.advice.as_deref()));
    Ok(quote! {
        Refusal {
            name: #name,
            is_code: #is_code,
            statuses: &[#(#statuses),*],
            any_text: #any_text,
            proves: #proves,
            advice: #advice,
        }
    })
}

fn option(text: Option<&str>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}
