//! How often DOKU is called: [`Bucket`]. By a clock that no one sets, because the calls are real.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// So many calls may be made at once after a quiet time.
const BURST: f64 = 4.0;

#[derive(Debug)]
pub(crate) struct Bucket {
    per_second: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    counted: Instant,
    paused: Option<Instant>,
}

impl Bucket {
    pub(crate) fn new(per_second: f64) -> Self {
        let per_second = per_second.clamp(0.01, 100_000.0);
        let state = State { tokens: BURST.max(per_second), counted: Instant::now(), paused: None };
        Self { per_second, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let gained = now.saturating_duration_since(state.counted).as_secs_f64() * self.per_second;
        state.tokens = (state.tokens + gained).min(BURST.max(self.per_second));
        state.counted = now;
        state
    }

    /// Returns how many calls may be made now.
    pub(crate) fn available(&self) -> u32 {
        let state = self.state();
        if state.paused.is_some_and(|until| until > state.counted) {
            return 0;
        }
        // A handful of whole calls: no number of the bucket is out of the range.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100,000")]
        let whole = state.tokens.max(0.0) as u32;
        whole
    }

    /// Counts calls. A customer who waits is not kept waiting: his call may put the bucket into debt.
    pub(crate) fn spend(&self, calls: u32) {
        let mut state = self.state();
        state.tokens = (state.tokens - f64::from(calls)).max(-BURST.max(self.per_second));
    }

    /// Makes no call for a while, because DOKU asked for it.
    pub(crate) fn pause(&self, wait: Duration) {
        let mut state = self.state();
        let until = state.counted + wait;
        state.paused = Some(state.paused.map_or(until, |other| other.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_come_back_with_time() {
        let bucket = Bucket::new(2.0);
        assert_eq!(bucket.available(), 4);
        bucket.spend(4);
        assert_eq!(bucket.available(), 0);
        tokio::time::advance(Duration::from_millis(1_500)).await;
        assert_eq!(bucket.available(), 3);
        tokio::time::advance(Duration::from_secs(100)).await;
        assert_eq!(bucket.available(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_stops_all_and_the_longest_counts() {
        let bucket = Bucket::new(2.0);
        bucket.pause(Duration::from_secs(30));
        bucket.pause(Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(29)).await;
        assert_eq!(bucket.available(), 0);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(bucket.available(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn customers_may_put_it_into_debt_but_not_for_ever() {
        let bucket = Bucket::new(2.0);
        bucket.spend(1_000);
        assert_eq!(bucket.available(), 0);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(bucket.available(), 2);
    }
}
