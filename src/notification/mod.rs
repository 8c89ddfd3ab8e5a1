//! What DOKU reports of a payment: verified, then read.

#[cfg(feature = "axum-0-8")]
pub mod axum_0_8;
pub(crate) mod endpoint;
pub(crate) mod message;
pub(crate) mod verifier;
