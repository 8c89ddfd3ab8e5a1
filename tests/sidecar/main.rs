//! The sidecar, over real sockets, against the simulator.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod canary;
mod contract;
mod durable;
mod forward;
mod guard;
mod look;
mod notification;
mod place;
mod problem;
mod service;
mod settings;
mod tls;
mod wire;
mod world;
