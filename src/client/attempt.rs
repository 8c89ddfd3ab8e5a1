//! Attempts over the network: send, and read the whole answer.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use progenitor_client::ClientInfo;
use tokio::time::Instant;

use super::{Config, generated::Client};
use crate::order::life::{Action, Answer, Event, Failure, Moment};

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// A request on its way, as often as its machine says.
pub(super) struct Outgoing<'a> {
    client: &'a Client,
    request: &'a reqwest::Request,
    config: &'a Config,
    begin: Instant,
}

impl<'a> Outgoing<'a> {
    /// Takes the request that the generated client made: its method and URL are those of each attempt.
    pub(super) fn new(client: &'a Client, request: &'a reqwest::Request, config: &'a Config) -> Self {
        Self { client, request, config, begin: Instant::now() }
    }

    /// Does what the machine says until it has ended, and returns with what.
    pub(super) async fn drive<T>(
        &self,
        body: Option<Bytes>,
        mut step: impl FnMut(Event<'_>, &Moment) -> Action<T>,
    ) -> T {
        let mut action = step(Event::Begin, &self.moment(0));
        loop {
            action = match action {
                Action::Ended(end) => return end,
                Action::Wait(wait) => {
                    tokio::time::sleep(wait).await;
                    step(Event::Begin, &self.moment(0))
                }
                Action::Send { headers, timeout } => {
                    let sent = Arc::new(AtomicBool::new(false));
                    let body = body.clone().map(|bytes| Sent { bytes: Some(bytes), sent: sent.clone() });
                    match self.attempt(headers, timeout, body).await {
                        Ok((status, headers, body)) => {
                            let dice = if status == 200 { 0 } else { (self.config.dice)() };
                            let answer = Answer { status, headers: &headers, body: &body };
                            step(Event::Answered(answer), &self.moment(dice))
                        }
                        Err(failure) => {
                            let is_sent = sent.load(Ordering::Acquire);
                            let event = if is_sent { Event::Lost(failure) } else { Event::NotSent(failure) };
                            step(event, &self.moment((self.config.dice)()))
                        }
                    }
                }
            }
        }
    }

    fn moment(&self, dice: u64) -> Moment {
        Moment { now: (self.config.clock)(), elapsed: self.begin.elapsed(), dice }
    }

    /// Sends once, and reads the whole answer.
    async fn attempt(
        &self,
        headers: HeaderMap,
        timeout: Duration,
        body: Option<Sent>,
    ) -> Result<(u16, HeaderMap, Bytes), Failure> {
        let mut request = reqwest::Request::new(self.request.method().clone(), self.request.url().clone());
        *request.headers_mut() = headers;
        *request.timeout_mut() = Some(timeout);
        *request.body_mut() = body.map(reqwest::Body::wrap);
        hear().await;
        let fail = |error| failure(error, self.client.baseurl());
        let mut response = self.client.client().execute(request).await.map_err(fail)?;
        let first = response.chunk().await.map_err(fail)?.unwrap_or_default();
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(fail)? {
            if body.is_empty() {
                body.extend_from_slice(&first);
            }
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Failure::answer_too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let body = if body.is_empty() { first } else { body.freeze() };
        if body.len() > LONGEST_ANSWER {
            return Err(Failure::answer_too_large());
        }
        let headers = std::mem::take(response.headers_mut());
        Ok((response.status().as_u16(), headers, body))
    }
}

/// Lets a connection that waits for its next request see what has come on it meanwhile, so that hyper gives it up: an answer
/// that stood there before the request is none to it. Only the reactor knows what has come, and a busy runtime may not have
/// asked it for a while. Whoever it has told runs while this task yields; where no pipe is to be had, that is all that is done.
/// What is still on its way then is told apart by what it says: its signature, or the request that it names.
async fn hear() {
    #[cfg(unix)]
    let _ = turn().await;
    tokio::task::yield_now().await;
}

/// Returns when the reactor has told of a pipe that was closed just now. It has told by then of what came on connections before.
#[cfg(unix)]
async fn turn() -> std::io::Result<()> {
    let (near, _) = std::io::pipe()?;
    tokio::net::unix::pipe::Receiver::from_owned_fd(near.into())?.readable().await
}

/// The bytes of an order, and whether the connection has taken them. Before that nothing of them has left.
struct Sent {
    bytes: Option<Bytes>,
    sent: Arc<AtomicBool>,
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.sent.store(true, Ordering::Release);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

/// Returns why an attempt ended. `to` is where the request goes.
fn failure(error: reqwest::Error, to: &str) -> Failure {
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        Failure::connect(to, error)
    } else if error.is_timeout() {
        Failure::timed_out()
    } else {
        Failure::interrupted(error)
    }
}
