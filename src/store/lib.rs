#![cfg_attr(feature = "sqlite", doc = include_str!("README.md"))]
#![cfg_attr(not(feature = "sqlite"), doc = "The durable store of `doku-indodana`.")]
#![cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "each engine needs its own part of what is shared"))]

#[cfg(all(doctest, feature = "sqlite"))]
#[doc = include_str!("../../README.md")]
struct ProjectReadme;

mod alert;
mod bucket;
mod builder;
mod call;
mod engine;
mod entry;
mod error;
mod handled;
mod handout;
mod news;
mod opening;
mod order;
mod orders;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod rank;
mod receive;
mod record;
mod run;
mod schedule;
mod settings;
mod settle;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod telemetry;
mod verdict;

#[doc(hidden)]
pub use crate::engine::Point;
pub use crate::{
    alert::{Alert, Alerts},
    builder::{NOTIFICATION_PATH, OrdersBuilder},
    error::{StoreError, StoreErrorKind},
    handled::Handled,
    handout::{Handed, Handout},
    order::{Effect, Order, Placed, StoredNotification},
    orders::Orders,
    place::is_idempotency_key,
    rank::Rank,
    receive::Acknowledgement,
    record::{Counts, Facts},
    run::Worked,
    store::Store,
    verdict::Verdict,
};
#[cfg(feature = "sqlite")]
pub use rusqlite;
