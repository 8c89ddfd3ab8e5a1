//! The collector of OpenTelemetry, as an address that spans are posted to: [`Collector`].

use std::{
    fmt, panic,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use opentelemetry_http::{HttpClient, HttpError};
use reqwest::{
    Url,
    blocking::{Client, ClientBuilder},
};

use super::{PATIENCE, setting::Destination};
use crate::{StartError, outgoing};

/// Where spans go. Whatever the exporter would do, they go to this one address, with these headers and no others.
pub(super) struct Collector {
    http: Client,
    url: Url,
    reached: AtomicBool,
}

impl Collector {
    pub(super) fn new(destination: Destination) -> Result<Self, StartError> {
        let Destination { url, headers, .. } = destination;
        let builder = outgoing::builder(url.scheme() == "https").map_err(StartError::text)?;
        let builder = ClientBuilder::from(builder).default_headers(headers).timeout(PATIENCE);
        Ok(Self { http: client(builder)?, url, reached: AtomicBool::new(true) })
    }

    /// Tells once that spans do not arrive, and once that they do again.
    fn tell(&self, fault: Option<&str>) {
        let reached = fault.is_none();
        if self.reached.swap(reached, Ordering::Relaxed) == reached {
            return;
        }
        match fault {
            Some(what) => tracing::warn!(target: "doku_sidecar", what, "traces cannot be sent; they are dropped"),
            None => tracing::info!(target: "doku_sidecar", "traces are sent again"),
        }
    }
}

/// Makes the client in a thread of its own: it has a runtime within, which must not be made in another one.
fn client(builder: ClientBuilder) -> Result<Client, StartError> {
    let made = thread::Builder::new().name("doku-traces".to_owned()).spawn(|| builder.build());
    let made = made.map_err(|_| StartError::text("a thread for traces cannot be started; allow the process more"))?;
    let made = made.join().unwrap_or_else(|fault| panic::resume_unwind(fault));
    made.map_err(|_| StartError::text("the http client for traces cannot be set up"))
}

#[async_trait]
impl HttpClient for Collector {
    // It blocks the thread of the exporter, which does nothing else.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let protobuf = HeaderValue::from_static("application/x-protobuf");
        let request = self.http.post(self.url.clone()).header(header::CONTENT_TYPE, protobuf).body(request.into_body());
        let answer = match request.send() {
            Ok(answer) => answer,
            Err(error) => {
                let what = if error.is_timeout() { "the collector takes too long" } else { "no connection" };
                self.tell(Some(what));
                return Err(what.into());
            }
        };
        let status = answer.status();
        let fault = (!status.is_success()).then(|| format!("the collector answers {}", status.as_u16()));
        self.tell(fault.as_deref());
        // Its body is not read: nothing is done with what it says.
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        if let Some(after) = answer.headers().get(header::RETRY_AFTER) {
            response.headers_mut().insert(header::RETRY_AFTER, after.clone());
        }
        Ok(response)
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}
