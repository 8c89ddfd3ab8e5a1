//! The sidecar, over real sockets, against the simulator.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod canary;
#[cfg(feature = "postgres")]
#[path = "../store/cluster.rs"]
#[allow(dead_code, reason = "the tests of the store do more with a server")]
mod cluster;
mod contract;
#[cfg(feature = "postgres")]
mod database;
#[path = "../store/dice.rs"]
mod dice;
mod durable;
mod forward;
mod guard;
mod link;
mod look;
mod metrics;
mod notification;
mod page;
mod place;
mod problem;
mod rotation;
mod service;
mod settings;
mod tls;
mod torture;
mod wire;
mod world;
