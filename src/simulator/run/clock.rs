//! The virtual clock: real by default, faster on request, and moved forward by command.

use crate::time::LONGEST;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// A clock that starts with its source, runs `scale` times as fast, and can be moved forward, never back.
pub(crate) struct Clock {
    source: Box<dyn Fn() -> SystemTime + Send + Sync>,
    started: SystemTime,
    scale: u32,
    advanced: Mutex<Duration>,
}

impl Clock {
    /// Returns a clock that shows the time of its source now. `scale` is how many seconds pass in one of the source.
    pub(crate) fn new(source: Box<dyn Fn() -> SystemTime + Send + Sync>, scale: u32) -> Self {
        let started = source();
        Self { source, started, scale, advanced: Mutex::default() }
    }

    /// Returns the time.
    pub(crate) fn now(&self) -> SystemTime {
        self.unmoved() + self.advanced()
    }

    /// Returns the time, and the time of its source: a merchant's clock may go by either.
    pub(crate) fn times(&self) -> [SystemTime; 2] {
        [self.now(), (self.source)()]
    }

    /// Returns how many seconds pass in one of the source.
    pub(crate) fn scale(&self) -> u32 {
        self.scale
    }

    /// Returns how far the clock was moved forward.
    pub(crate) fn advanced(&self) -> Duration {
        *self.advanced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock to a time, unless it is past it already.
    pub(crate) fn move_to(&self, time: SystemTime) {
        let mut advanced = self.advanced.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = time.duration_since(self.unmoved()).unwrap_or_default();
        *advanced = ahead.max(*advanced);
    }

    /// Returns how long to wait, in real time, until the clock shows this time.
    pub(crate) fn wait(&self, time: SystemTime) -> Duration {
        time.duration_since(self.now()).unwrap_or_default() / self.scale
    }

    /// Returns the time without what it was moved forward.
    fn unmoved(&self) -> SystemTime {
        // A source may jump back; the clock then stands still.
        let passed = (self.source)().duration_since(self.started).unwrap_or_default();
        self.started + passed.saturating_mul(self.scale).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_runs_faster_and_is_moved_forward_only() {
        use std::sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        };

        let real = Arc::new(AtomicU64::new(0));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let source = Arc::clone(&real);
        let clock = Clock::new(Box::new(move || at(1_000 + source.load(Ordering::Relaxed))), 60);
        assert_eq!(clock.now(), at(1_000));
        real.store(2, Ordering::Relaxed);
        assert_eq!(clock.now(), at(1_120));
        assert_eq!(clock.wait(at(1_240)), Duration::from_secs(2));
        clock.move_to(at(1_200));
        clock.move_to(at(1_100));
        assert_eq!((clock.now(), clock.advanced()), (at(1_200), Duration::from_secs(80)));
        assert_eq!(clock.wait(at(1_100)), Duration::ZERO);
    }
}
