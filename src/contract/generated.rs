//! The only door to generated code. What comes in here is written by `build.rs` from `spec/openapi.yaml`.

#![allow(
    missing_docs,
    unreachable_pub,
    unused_imports,
    unused_qualifications,
    clippy::all,
    clippy::unwrap_used,
    clippy::use_self,
    clippy::needless_pass_by_value,
    clippy::redundant_closure_for_method_calls,
    rustdoc::bare_urls,
    rustdoc::invalid_html_tags
)]

include!(concat!(env!("OUT_DIR"), "/types.rs"));

/// All components as one JSON Schema 2020-12 document.
pub(crate) const SCHEMAS: &str = include_str!(concat!(env!("OUT_DIR"), "/schemas.json"));

/// The contract as OpenAPI 3.0.
pub(crate) const OPENAPI_30: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi-3.0.json"));

/// The contract as OpenAPI 3.1, with the notification as a webhook.
pub(crate) const OPENAPI_31: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi-3.1.json"));
