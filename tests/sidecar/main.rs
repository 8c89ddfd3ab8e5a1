//! The sidecar, over real sockets, against the simulator.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod contract;
mod durable;
mod guard;
mod notification;
mod place;
mod settings;
mod tls;
mod wire;
mod world;
