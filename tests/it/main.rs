//! One test binary: nothing leaves the loopback interface, no wall clock decides.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod artifacts;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "client")]
mod client;
mod deviations;
mod errors;
mod json;
mod ledger;
mod notification;
mod signature;
#[cfg(feature = "simulator")]
mod simulator;
mod types;
mod violations;
#[cfg(feature = "client")]
mod wire;
