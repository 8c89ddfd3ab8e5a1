//! The generated client. `build.rs` writes it from `spec/openapi.yaml`; its hooks are in `hooks.rs`.

#![allow(
    dead_code,
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

use crate::contract::generated::types;

include!(concat!(env!("OUT_DIR"), "/client.rs"));
