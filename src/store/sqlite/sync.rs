//! What threads share, from the standard library. The tests of interleavings put others of the same names in its place.

pub(super) use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::{Builder, JoinHandle},
};

/// Waits for a value until a time; `None` where none came, or none will.
pub(super) fn recv_until<T>(receiver: &mpsc::Receiver<T>, end: std::time::Instant) -> Option<T> {
    receiver.recv_timeout(end.saturating_duration_since(std::time::Instant::now())).ok()
}
