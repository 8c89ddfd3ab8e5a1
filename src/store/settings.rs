//! What a store goes by: [`Settings`], and where its times and ids come from.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use doku_indodana::RequestId;

use crate::schedule::{MINUTE, Millis, Retries};

/// How long, and how many.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) lease: Duration,
    pub(crate) handler_timeout: Duration,
    pub(crate) patience: Duration,
    pub(crate) handlers: usize,
    pub(crate) retries: Retries,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(120),
            handler_timeout: Duration::from_secs(60),
            patience: Duration::from_secs(2),
            handlers: 16,
            retries: Retries::default(),
        }
    }
}

impl Settings {
    pub(crate) fn lease_millis(&self) -> Millis {
        Millis::try_from(self.lease.as_millis()).unwrap_or(2 * MINUTE)
    }
}

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
pub(crate) type RequestIds = Arc<dyn Fn() -> RequestId + Send + Sync>;

/// So often a change is tried again when others change the same order.
pub(crate) const MOST_TRIES: usize = 100;
