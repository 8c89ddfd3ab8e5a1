//! On which terms an order is sent and asked for: [`Terms`], and when: [`Moment`].

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap,
    header::{ACCEPT, CONTENT_TYPE},
};

use super::retry::RetryPolicy;
use crate::{
    error::ErrorKind,
    message::{
        credentials::{Credentials, SecretKey},
        signature::{Digest, RequestId, RequestTarget, Time, Timestamp},
        signed::{JSON, sign_headers},
    },
    notification::verifier::Verifier,
};

/// Credentials, keys, retries and deadlines: what is the same for all calls of a client.
///
/// `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) credentials: Credentials,
    pub(crate) verifier: Verifier,
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
}

impl Terms {
    /// Returns the default terms: three attempts, 10 s for each, 30 s for the whole call.
    pub fn new(credentials: Credentials) -> Self {
        Self {
            verifier: Verifier::new(credentials.clone()),
            credentials,
            retry: RetryPolicy::default(),
            attempt_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
        }
    }

    /// Adds a key that answers may be signed with, while DOKU changes from one to the other. Requests are signed with the
    /// key of the credentials.
    #[must_use]
    pub fn with_key(mut self, key: SecretKey) -> Self {
        self.verifier = self.verifier.with_key(key);
        self
    }

    /// Sets how often a call is tried.
    #[must_use]
    pub fn with_retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Sets how long one attempt and how long the whole call may take.
    #[must_use]
    pub fn with_timeouts(self, attempt_timeout: Duration, timeout: Duration) -> Self {
        Self { attempt_timeout, timeout, ..self }
    }

    /// Returns the headers of an attempt that begins now, with a body of this digest or none. Each attempt has its own
    /// timestamp.
    pub(crate) fn headers(
        &self,
        request_id: &RequestId,
        target: &RequestTarget,
        digest: Option<&Digest>,
        now: SystemTime,
    ) -> Result<HeaderMap, ErrorKind> {
        let timestamp = timestamp(now).ok_or_else(|| {
            ErrorKind::Configuration("the clock is not between the years 1970 and 9999; set it".to_owned())
        })?;
        // With room for what the connection adds.
        let mut headers = HeaderMap::with_capacity(8);
        headers.insert(ACCEPT, JSON);
        if digest.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        }
        sign_headers(&mut headers, &self.credentials, request_id, Time::Request(&timestamp), target, digest);
        Ok(headers)
    }
}

/// When an event happened. The machines of this module read no clock and throw no dice.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time of day: it is signed, and a `Retry-After` that is a date counts from it.
    pub now: SystemTime,
    /// How long the call has taken, by a clock that does not jump.
    pub elapsed: Duration,
    /// A random number, for the length of a wait.
    pub dice: u64,
}

/// Returns the time of an attempt as DOKU writes it; `None` for a clock outside the years 1970 to 9999.
fn timestamp(now: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(now).ok()
}
