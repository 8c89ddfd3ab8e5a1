//! What threads share, from the standard library. The tests of interleavings put others of the same names in its place.

pub(super) use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread::{Builder, JoinHandle},
};
