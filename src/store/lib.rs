//! The durable store of `doku-indodana`.

mod alert;
mod news;
mod rank;
mod schedule;
mod verdict;

pub use crate::{
    alert::{Alert, Alerts},
    rank::Rank,
    verdict::Verdict,
};
