//! One test binary: nothing leaves the loopback interface, no wall clock decides.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod artifacts;
#[cfg(feature = "axum-0-8")]
mod axum;
#[cfg(feature = "client")]
mod client;
mod credentials;
mod deviations;
mod errors;
mod fees;
mod findings;
mod house;
mod inputs;
mod json;
mod ledger;
mod notification;
mod orders;
mod signature;
#[cfg(feature = "testing")]
mod testing;
mod totals;
mod types;
mod violations;
#[cfg(feature = "client")]
mod wire;
