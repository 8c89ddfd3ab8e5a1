//! The store: one suite for every engine, its files, several processes, and what is left when a process is killed.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod books;
mod call;
#[cfg(feature = "postgres")]
mod cluster;
#[cfg(feature = "postgres")]
mod database;
mod dead_letter;
mod dice;
mod disk;
mod effect;
mod engines;
mod example;
mod file;
mod handout;
mod keeping;
mod place;
mod process;
mod receive;
#[cfg(all(feature = "metrics", feature = "tracing"))]
mod telemetry;
#[cfg(feature = "postgres")]
mod tls;
mod torture;
mod version;
mod world;
