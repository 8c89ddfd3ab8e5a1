//! What happens to a request and what is to be done: [`Event`] in, [`Action`] out.

use std::{error, time::Duration};

use bytes::Bytes;
use http::HeaderMap;

use super::retry;
use crate::error::ErrorKind;

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// An attempt can begin: the call is new, or the wait is over.
    Begin,
    /// The attempt ended before anything of the body left this machine.
    NotSent(Failure),
    /// The attempt ended after some or all of the body may have left, and there is no whole answer.
    Lost(Failure),
    /// The whole answer came.
    Answered(Answer<'a>),
}

/// What is to be done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Action<T> {
    /// Send the request with these headers and read the answer within this time.
    Send {
        /// `Accept`, `Content-Type` where there is a body, and the four headers of the signature.
        headers: HeaderMap,
        /// From the beginning of the connection to the end of the answer.
        timeout: Duration,
    },
    /// Wait so long, and begin again.
    Wait(Duration),
    /// The call ended with this.
    Ended(T),
}

/// A whole answer, as received: nothing is decompressed, decoded or followed.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The exact bytes of the body.
    pub body: &'a Bytes,
}

impl std::fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).field("body_length", &self.body.len()).finish()
    }
}

/// Why an attempt ended without an answer.
#[derive(Debug)]
pub struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) is_retryable: bool,
}

impl Failure {
    /// A connection to this address could not be made.
    pub fn connect(to: impl Into<String>, source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self { kind: ErrorKind::Connect { to: to.into(), source: source.into() }, is_retryable: true }
    }

    /// The time was up.
    pub fn timed_out() -> Self {
        Self { kind: ErrorKind::TimedOut, is_retryable: true }
    }

    /// The connection broke.
    pub fn interrupted(source: impl Into<Box<dyn error::Error + Send + Sync>>) -> Self {
        Self { kind: ErrorKind::Interrupted(source.into()), is_retryable: true }
    }

    /// The answer is longer than is read.
    pub fn answer_too_large() -> Self {
        Self { kind: ErrorKind::AnswerTooLarge, is_retryable: false }
    }
}

impl Answer<'_> {
    /// Returns whether another attempt may be answered otherwise, and soon.
    pub(crate) fn is_retryable(&self) -> bool {
        retry::is_retryable(self.status)
    }
}
