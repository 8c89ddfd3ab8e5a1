//! Effects, forwarded to the service as Standard Webhooks: [`Forwarder`].
//!
//! Source: Standard Webhooks, version 1.0.0.

mod answer;
mod event;
mod secret;
mod target;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::BytesMut;
use doku_store::{Effect, Handled, Orders};
use http::{HeaderMap, HeaderValue, header};
use reqwest::{Client, Response};

#[cfg(feature = "otlp")]
pub(crate) use self::target::is_loopback;
pub(crate) use self::{secret::Secret, target::Target};
use crate::outgoing;

/// When an effect is forwarded again after an attempt that failed; what fails once more after the last wait is a dead
/// letter. The first attempt is at once.
///
/// Source: Standard Webhooks, "Deliverability and reliability".
pub const EFFECT_SCHEDULE: [Duration; 9] = {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    [
        Duration::from_secs(5),
        Duration::from_secs(5 * MINUTE),
        Duration::from_secs(30 * MINUTE),
        Duration::from_secs(2 * HOUR),
        Duration::from_secs(5 * HOUR),
        Duration::from_secs(10 * HOUR),
        Duration::from_secs(14 * HOUR),
        Duration::from_secs(20 * HOUR),
        Duration::from_secs(24 * HOUR),
    ]
};

/// So much of an answer is read, in bytes.
const MOST_BYTES: usize = 4 << 10;

/// Forwards effects to the one URL of the settings.
#[derive(Clone)]
pub(crate) struct Forwarder(Arc<Inner>);

struct Inner {
    http: Client,
    target: Target,
    /// One, or two while the service changes from one to the other.
    secrets: Vec<Secret>,
    timeout: Duration,
}

impl Forwarder {
    /// Makes a forwarder. The error says what to do.
    pub(crate) fn new(target: Target, secrets: Vec<Secret>, timeout: Duration) -> Result<Self, String> {
        let http = outgoing::builder(target.is_https())?
            // A connection that the service closed meanwhile would cost an attempt.
            .pool_max_idle_per_host(0)
            .timeout(timeout)
            .build()
            .map_err(|_| "the http client cannot be set up")?;
        Ok(Self(Arc::new(Inner { http, target, secrets, timeout })))
    }

    /// Forwards an effect once, and tells what became of it.
    pub(crate) async fn forward(&self, orders: &Orders, effect: &Effect) -> Handled {
        match orders.clock().await {
            Ok(now) => self.send(effect, now).await,
            Err(error) => Handled::failed(format_args!("not sent: {error}")),
        }
    }

    async fn send(&self, effect: &Effect, now: SystemTime) -> Handled {
        let body = event::body(effect);
        let headers = self.headers(&event::id(effect), now, &body);
        let request = self.0.http.post(self.0.target.url()).headers(headers).body(body);
        match request.send().await {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                answer::handled(status, &headers, &beginning(response).await)
            }
            Err(error) => answer::failed(&error, self.0.timeout),
        }
    }

    /// Returns the headers of an attempt at `now`.
    fn headers(&self, id: &str, now: SystemTime, body: &[u8]) -> HeaderMap {
        let timestamp = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let signatures: Vec<_> = self.0.secrets.iter().map(|secret| secret.sign(id, timestamp, body)).collect();
        let value = |text: String| HeaderValue::try_from(text).expect("ids, numbers and base64 are visible ascii");
        HeaderMap::from_iter([
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::HeaderName::from_static("webhook-id"), value(id.to_owned())),
            (header::HeaderName::from_static("webhook-timestamp"), value(timestamp.to_string())),
            (header::HeaderName::from_static("webhook-signature"), value(signatures.join(" "))),
        ])
    }
}

/// Reads the beginning of an answer. An answer that is cut off or too slow counts by its status, and has less to show.
async fn beginning(mut response: Response) -> BytesMut {
    let mut bytes = BytesMut::new();
    while bytes.len() < MOST_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk[..chunk.len().min(MOST_BYTES - bytes.len())]);
    }
    bytes
}

impl fmt::Debug for Forwarder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarder")
            .field("host", &self.0.target.host())
            .field("secrets", &self.0.secrets.len())
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}
