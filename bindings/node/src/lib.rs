//! The addon of the Node package `doku-indodana`: what `index.js` calls.
//!
//! It reads arguments strictly, calls the crate, and hands out plain values; bodies that were decoded go out as JSON
//! text, which [`parse`] makes values of. A failure is a native error whose text is a record; `index.js` makes the
//! exception of it. No panic crosses: every export catches it.

mod argument;
pub mod client;
mod exact;
mod failure;
pub mod handout;
mod json;
mod option;
pub mod order;
mod report;
pub mod signature;
pub mod store;
pub mod stored;
pub mod totals;
pub mod verifier;

use doku_indodana::check;
use napi::{Env, Unknown};
use napi_derive::napi;

use crate::{argument::text, exact::Integers, failure::Failure};

/// Checks a body against the contract; the report as JSON text.
#[napi(catch_unwind)]
pub fn check(kind: Unknown<'_>, body: Unknown<'_>) -> napi::Result<String> {
    let name = text(kind, "the kind of the body")?;
    let kind = check::Kind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
        let known = check::Kind::ALL.map(check::Kind::as_str).join(", ");
        Failure::range("unknown_kind", format!("the kind of the body must be one of {known}"))
    })?;
    let report = check::check(kind, &json::freeze(body)?).map_err(Failure::from)?;
    Ok(report::text(&report))
}

/// Makes values of a JSON text that this addon wrote; `amounts` makes every integer a `bigint`.
#[napi(catch_unwind)]
pub fn parse<'env>(env: &'env Env, text: String, amounts: bool) -> napi::Result<Unknown<'env>> {
    let integers = if amounts { Integers::BigInt } else { Integers::Plain };
    Ok(exact::read(env, &text, integers)?)
}

/// Panics, for the test that no panic crosses.
#[cfg(feature = "panic")]
#[napi(catch_unwind)]
pub fn panic() {
    panic!("a panic in a call");
}

/// Returns a promise and panics on its way, for the test that no panic crosses.
#[cfg(feature = "panic")]
#[napi(catch_unwind)]
pub fn panic_later(env: &Env) -> napi::Result<napi::bindgen_prelude::PromiseRaw<'_, ()>> {
    env.spawn_future(async { panic!("a panic in a promise") })
}
