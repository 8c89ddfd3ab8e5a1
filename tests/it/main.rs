//! One test binary: nothing leaves the loopback interface, no wall clock decides.

#[cfg(feature = "client")]
mod client;
mod deviations;
mod ledger;
mod notification;
mod signature;
mod types;
mod violations;
#[cfg(feature = "client")]
mod wire;
