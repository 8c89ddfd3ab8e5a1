//! One attempt: sign, send, and read the whole answer.

use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use progenitor_client::ClientInfo;
use tokio::time::Instant;

use super::{Call, Config, Subject};
use crate::{
    client::generated::Client,
    error::ErrorKind,
    message::{
        signature::{RequestId, RequestTarget, Time, Timestamp},
        signed::sign_headers,
    },
};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// An attempt that ended without an answer.
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) may_exist: bool,
    pub(super) retryable: bool,
}

/// A whole answer, as received.
pub(super) struct Answer {
    /// What was signed for it.
    pub(super) target: RequestTarget,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Client {
    /// Signs and sends once, and reads the whole answer.
    pub(super) async fn attempt(
        &self,
        request: &reqwest::Request,
        call: &Call,
        request_id: &RequestId,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        let config = &call.0.config;
        let remaining = deadline.saturating_duration_since(Instant::now());
        let late = || Failure { kind: ErrorKind::TimedOut, may_exist: false, retryable: false };
        if remaining.is_zero() {
            return Err(late());
        }
        let mut request = request.try_clone().ok_or_else(late)?;
        *request.timeout_mut() = Some(remaining.min(config.attempt_timeout));
        let timestamp = timestamp(config).ok_or_else(|| {
            let what = "the clock is not between the years 1970 and 9999; set it".to_owned();
            Failure { kind: ErrorKind::Configuration(what), may_exist: false, retryable: false }
        })?;
        // Signed is where it goes, whichever operation of the contract that is.
        let target: RequestTarget = request.url().path().parse().map_err(|_| {
            let what = "the path of the request cannot be signed; please report this".to_owned();
            Failure { kind: ErrorKind::Configuration(what), may_exist: false, retryable: false }
        })?;
        let digest = match &call.0.subject {
            Subject::Order(prepared) => Some(prepared.digest()),
            Subject::Status(_) => None,
        };
        sign_headers(
            request.headers_mut(),
            &config.credentials,
            request_id,
            Time::Request(&timestamp),
            &target,
            digest,
        );
        let failure = |error| failure(error, self.baseurl());
        let mut response = self.client().execute(request).await.map_err(failure)?;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Failure { kind: ErrorKind::AnswerTooLarge, may_exist: true, retryable: false });
            }
            body.extend_from_slice(&chunk);
        }
        let headers = std::mem::take(response.headers_mut());
        Ok(Answer { target, status: response.status(), headers, body: body.freeze() })
    }
}

/// Returns the time of an attempt as DOKU writes it; `None` for a clock outside the years 0 to 9999.
fn timestamp(config: &Config) -> Option<Timestamp> {
    let since_epoch = (config.clock)().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Timestamp::from_unix_seconds(i64::try_from(since_epoch.as_secs()).ok()?).ok()
}

/// Sorts an error of reqwest by what may have happened at DOKU. `to` is where the request goes.
fn failure(error: reqwest::Error, to: &str) -> Failure {
    let error = error.without_url();
    let connect = |error: reqwest::Error| ErrorKind::Connect { to: to.to_owned(), source: error.into() };
    if error.is_connect() {
        Failure { kind: connect(error), may_exist: false, retryable: true }
    } else if error.is_timeout() {
        Failure { kind: ErrorKind::TimedOut, may_exist: true, retryable: true }
    } else if error.is_builder() {
        Failure { kind: connect(error), may_exist: false, retryable: false }
    } else {
        Failure { kind: ErrorKind::Interrupted(error.into()), may_exist: true, retryable: true }
    }
}
