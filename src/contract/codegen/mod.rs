//! From the contract to code: what `build.rs` runs at build time and `xtask export` runs for review.
//!
//! This is no module of the library. It is the only caller of progenitor.

mod contract;
mod json_schema;
mod openapi_31;
mod reader;
mod reshape;
mod scalar;
mod straight_line;
#[path = "../text.rs"]
pub(crate) mod text;

use std::error::Error;

use progenitor::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TypeImpl};
use quote::quote;
use serde_json::Value;

use self::text::Contract;

/// Path of the contract, relative to the package.
pub(crate) const CONTRACT: &str = "spec/openapi.yaml";

/// Components that are types of `src/money.rs`, because money is exact.
pub(crate) const MONEY: [(&str, &str); 4] =
    [("Amount", "Rupiah"), ("ReceivedAmount", "Rupiah"), ("Price", "Price"), ("SettlementValue", "Price")];

/// The component that is sent.
pub(crate) const REQUEST: &str = "GenerateOrderRequest";

/// The components that are received: answers, notification, refusal.
pub(crate) const RECEIVED: [&str; 4] = ["GenerateOrderResponse", "PaymentNotification", "OrderStatus", "ErrorBody"];

/// What one contract becomes.
pub(crate) struct Generated {
    /// Rust: `mod types`, the open enums and bounded integers, and the `JsonSchema` of each.
    pub(crate) types: String,
    /// Rust: the client.
    pub(crate) client: String,
    /// The contract as JSON.
    pub(crate) openapi_30: String,
    /// The contract as OpenAPI 3.1, with the callback as a webhook.
    pub(crate) openapi_31: String,
    /// All components as one JSON Schema 2020-12 document with `$defs`.
    pub(crate) schemas: String,
}

/// Generates everything from the text of the contract.
///
/// # Errors
///
/// Where the contract is not YAML, is not OpenAPI 3.0.3, or has what cannot be generated or sent, with its place.
pub(crate) fn generate(yaml: &str) -> Result<Generated, Box<dyn Error>> {
    let contract = serde_saphyr::from_str(yaml).map_err(|e| format!("{CONTRACT} is not readable: {e}"))?;
    let contract = Contract::new(contract);
    contract::check_parameters(&contract).map_err(|place| format!("{CONTRACT}: {place}"))?;
    let schemas = json_schema::bundle(&contract)?;
    let scalars = scalar::find(&contract)?;

    let mut settings = GenerationSettings::default();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote!(super::call::ClientCall));
    for (component, name) in MONEY {
        settings.with_replacement(component, format!("crate::message::money::{name}"), text_impls());
    }
    for scalar in &scalars {
        let path = format!("crate::contract::generated::scalar::{}", scalar.name());
        settings.with_replacement(scalar.name(), path, text_impls());
    }
    let view = serde_json::from_value(contract::for_progenitor(&contract))
        .map_err(|e| format!("{CONTRACT} is not OpenAPI 3.0: {e}"))?;
    let tokens = Generator::new(&settings).generate_tokens(&view)?;
    let code = reshape::reshape(syn::parse2(tokens)?, &contract)?;

    let scalar_code = scalar::emit(&scalars);
    let schema_code = json_schema::emit(&contract, &MONEY, &scalars)?;
    let address_code = contract::emit_addresses(&contract)?;
    let straight_line_code = straight_line::emit(&contract, REQUEST)?;
    let reader_code = reader::emit(&contract, &RECEIVED)?;
    let types = code.types;
    Ok(Generated {
        types: print(quote! { #types #scalar_code #schema_code #address_code #straight_line_code #reader_code })?,
        // Progenitor's examples are sketches that do not compile.
        client: print(code.client)?.replace("```ignore", "```text"),
        openapi_30: pretty(contract.document())?,
        openapi_31: pretty(&openapi_31::convert(&contract)?)?,
        schemas: pretty(&schemas)?,
    })
}

fn text_impls() -> std::array::IntoIter<TypeImpl, 2> {
    [TypeImpl::FromStr, TypeImpl::Display].into_iter()
}

fn print(tokens: proc_macro2::TokenStream) -> Result<String, Box<dyn Error>> {
    Ok(prettyplease::unparse(&syn::parse2(tokens)?))
}

fn pretty(value: &Value) -> Result<String, Box<dyn Error>> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}
