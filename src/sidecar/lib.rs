#![doc = include_str!("README.md")]

mod api;
mod body;
mod config;
mod error;
mod forward;
mod gate;
mod listener;
mod metrics;
mod notifications;
mod outgoing;
mod page;
mod problem;
mod secret_file;
mod server;
mod sidecar;
mod span;
mod time;
mod tls;
mod token;
#[cfg(feature = "otlp")]
mod traces;

#[cfg(feature = "otlp")]
pub use crate::traces::Traces;
pub use crate::{
    config::{Config, SETTINGS, Setting},
    error::StartError,
    forward::EFFECT_SCHEDULE,
    listener::Address,
    metrics::{METRICS, Metric},
    problem::Code,
    sidecar::{Running, Sidecar},
};
