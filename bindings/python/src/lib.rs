//! What CPython calls: a thin layer between Python's objects and the core. Nothing is checked, signed or verified here.

mod body;
mod connection;
mod error;
mod handout;
mod input;
mod json;
mod message;
mod option;
mod order;
mod report;
mod runtime;
mod signature;
mod store;
mod stored;
mod totals;

use pyo3::prelude::*;

#[cfg(panic = "abort")]
compile_error!("a panic must unwind, to become an exception of Python instead of the end of its process");

/// The native half of the package `doku_indodana`; its types are in `_native.pyi`.
#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use super::{
        connection::Connection,
        handout::{Handed, Handout},
        message::{Notification, VerifiedResponse, Verifier, verify_notification, verify_response},
        order::{CheckedStatus, GeneratedOrder, PreparedOrder, SignedRequest, prepare},
        report::check,
        signature::{digest, new_request_id, sign, string_to_sign},
        store::Store,
        totals::line_items_from_totals,
    };
}
