//! The contract: what `spec/openapi.yaml` says, as code. `codegen` is no part of the library: `build.rs` runs it.

pub(crate) mod draft;
pub(crate) mod generated;
pub(crate) mod reader;
pub(crate) mod schema;
pub(crate) mod text;
