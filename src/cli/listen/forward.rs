//! Passing a notification on: [`Forwarder`].

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use reqwest::Client;
use serde_json::{Value, json};
use url::{Host, Position, Url};

use super::{
    super::{
        output::{Failure, clean},
        transport,
    },
    empty,
    entry::text,
};

/// The longest answer of a handler that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// Sends notifications to a handler as they came.
pub(super) struct Forwarder {
    /// Scheme, host, port and the first part of the path, without a slash at its end.
    base: String,
    http: Client,
    timeout: Duration,
}

/// What became of a notification that was passed on.
pub(super) struct Forwarded {
    url: String,
    latency: Duration,
    /// The handler's status and the length of its body, or why there is none.
    answer: Result<(StatusCode, usize), String>,
    body: Option<Bytes>,
}

impl Forwarder {
    /// Takes the URL of a handler: on this machine, or on a host that is allowed by name. `own` is where we listen.
    pub(super) fn new(text: &str, allowed: &[String], timeout: Duration, own: SocketAddr) -> Result<Self, Failure> {
        let refuse = |why: &str| Failure::usage(format!("--forward-to {why}"));
        let example = "give one such as http://127.0.0.1:8080";
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| refuse("is no http or https url").help(example))?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(refuse("must have no user, query or fragment").help(example));
        }
        let host = url.host_str().expect("an http url has a host");
        if !transport::is_loopback(&url) && !allowed.iter().any(|name| name.eq_ignore_ascii_case(host)) {
            return Err(refuse("is not on this machine").help(format!(
                "notifications hold personal data; to send them there all the same, add --allow {host}"
            )));
        }
        let is_own = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::from(ip) == own.ip(),
            Some(Host::Domain(name)) => name == "localhost",
            _ => false,
        };
        if is_own && url.port_or_known_default() == Some(own.port()) {
            return Err(refuse("is where this command listens").help("give the port of your own server"));
        }
        let http = transport::client(url.scheme() == "https", timeout).map_err(|error| {
            Failure::usage(format!("the http client cannot be set up: {error}"))
                .help("install the ca-certificates of the system, or use http on this machine")
        })?;
        Ok(Self { base: url[..Position::AfterPath].trim_end_matches('/').to_owned(), http, timeout })
    }

    /// Returns what paths are added to.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request on, and returns what became of it and what the sender gets.
    pub(super) async fn forward(&self, head: &Parts, body: Bytes) -> (Forwarded, Response<Full<Bytes>>) {
        let start = Instant::now();
        let answered = self.send(head, body).await;
        let latency = start.elapsed();
        let url = format!("{}{}", self.base, head.uri.path());
        match answered {
            Ok(response) => {
                let body = response.body().clone();
                let answer = Ok((response.status(), body.len()));
                (Forwarded { url, latency, answer, body: Some(body) }, response.map(Full::new))
            }
            Err((status, why)) => (Forwarded { url, latency, answer: Err(why), body: None }, empty(status)),
        }
    }

    async fn send(&self, head: &Parts, body: Bytes) -> Result<Response<Bytes>, (StatusCode, String)> {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let url = Url::parse(&format!("{}{target}", self.base)).ok();
        // A URL parser rewrites `..` and some characters; the handler would verify another path than was signed.
        let is_kept = |url: &Url| {
            let start = url[..Position::BeforePath].len();
            self.base.get(start..).is_some_and(|base| url[Position::BeforePath..] == format!("{base}{target}"))
        };
        let Some(url) = url.filter(is_kept) else {
            let why = "its path and query cannot be passed on unchanged; use plain characters in the notification url";
            return Err((StatusCode::BAD_REQUEST, why.to_owned()));
        };
        let request = self.http.post(url).headers(end_to_end(&head.headers)).body(body);
        let mut answer = request.send().await.map_err(|error| self.failure(&error))?;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.failure(&error))? {
            if bytes.len() + chunk.len() > LONGEST_ANSWER {
                let why = "the handler's answer is longer than 1 MiB; answer 2xx without a body".to_owned();
                return Err((StatusCode::BAD_GATEWAY, why));
            }
            bytes.extend_from_slice(&chunk);
        }
        let mut response = Response::new(bytes.freeze());
        *response.status_mut() = answer.status();
        *response.headers_mut() = end_to_end(answer.headers());
        Ok(response)
    }

    fn failure(&self, error: &reqwest::Error) -> (StatusCode, String) {
        if error.is_timeout() {
            let seconds = self.timeout.as_secs();
            let why = format!("the handler did not answer within {seconds} s; answer first and work afterwards");
            return (StatusCode::GATEWAY_TIMEOUT, why);
        }
        let mut cause: &dyn std::error::Error = error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        let what = if error.is_connect() {
            "no connection to the handler; start your server and check the port"
        } else {
            "the connection broke before the handler answered"
        };
        (StatusCode::BAD_GATEWAY, format!("{what} ({})", clean(&cause.to_string())))
    }
}

impl Forwarded {
    /// Forgets the body of the handler's answer.
    pub(super) fn hide_body(&mut self) {
        self.body = None;
    }

    pub(super) fn to_json(&self) -> Value {
        let answer = self.answer.as_ref().ok();
        json!({
            "url": self.url,
            "latency_ms": u64::try_from(self.latency.as_millis()).unwrap_or(u64::MAX),
            "status": answer.map(|(status, _)| status.as_u16()),
            "body_length": answer.map(|(_, length)| length),
            "error": self.answer.as_ref().err(),
            "body": self.body.as_deref().map(String::from_utf8_lossy),
        })
    }

    /// Returns one line, and the body if it is to be shown.
    pub(super) fn to_text(&self) -> String {
        let (url, latency) = (clean(&self.url), self.latency.as_millis());
        match &self.answer {
            Ok((status, length)) => {
                let body = self.body.as_ref().filter(|body| !body.is_empty()).map(|body| text("handler's body", body));
                let line = format!("passed on to {url}: answered {} in {latency} ms, {length} bytes", status.as_u16());
                format!("{line}{}", body.unwrap_or_default())
            }
            Err(why) => format!("passed on to {url}: failed after {latency} ms: {why}"),
        }
    }
}

/// Returns the headers without those that are about one connection alone, and without those that the next sender
/// writes anew: Host and the length. Source: RFC 9110, 7.6.1.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    let named = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named = named.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse::<HeaderName>().ok());
    let single = [
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::EXPECT,
        header::HOST,
        header::PROXY_AUTHENTICATE,
        header::PROXY_AUTHORIZATION,
        header::TE,
        header::TRAILER,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
        HeaderName::from_static("proxy-connection"),
    ];
    for name in named.chain(single) {
        kept.remove(name);
    }
    kept
}
