//! How a notification is delivered: to this machine or to hosts that were allowed, signed, once.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use reqwest::{Client, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::Semaphore;
use url::{Host, Url};

use crate::{
    doku::{
        answer::{foreign_key, sign},
        notification::{Forgery, Message},
        style::write,
        switch::{BodyStyle, Switches},
    },
    told::{
        attempt::AttemptResult,
        event::{Headers, headers, shorten},
    },
};
use doku_indodana::{
    Credentials, RequestTarget,
    signature::{self, Components, Time, string_to_sign},
};

/// How long the merchant may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest answer of a merchant that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// So many are delivered at once; further ones wait, so that the system's files suffice when many fall due.
const MOST_AT_ONCE: usize = 256;

/// Who delivers: the HTTP client, and where it may send to.
pub(crate) struct Messenger {
    http: Client,
    seats: Semaphore,
    /// Hosts beside this machine.
    allowed: Vec<String>,
    /// The simulator's own port of this machine, at which no merchant can be.
    own_port: Option<u16>,
}

/// How messages are signed and written, as the switches say.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    padded: bool,
    query_signed: bool,
    style: BodyStyle,
}

impl Manner {
    pub(crate) fn of(switches: &Switches) -> Self {
        Self {
            padded: switches.signatures_padded(),
            query_signed: switches.query_signed(),
            style: switches.body_style(),
        }
    }
}

/// What was sent, and what became of it.
pub(crate) struct Sent {
    pub(crate) headers: Headers,
    pub(crate) body: Bytes,
    pub(crate) string_to_sign: String,
    pub(crate) result: AttemptResult,
    pub(crate) milliseconds: u64,
}

impl Messenger {
    /// Returns a messenger: no redirects, no proxy, `localhost` is this machine whatever DNS says.
    pub(crate) fn new(allowed: Vec<String>) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?;
        // On loopback only plain http is ever sent, so certificates matter for other hosts alone.
        let tls = if allowed.is_empty() {
            versions.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        } else {
            versions.with_platform_verifier()?.with_no_client_auth()
        };
        let loopback = [([127, 0, 0, 1], 0).into(), ([0_u16, 0, 0, 0, 0, 0, 0, 1], 0).into()];
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .http1_title_case_headers()
            .resolve_to_addrs("localhost", &loopback)
            .timeout(TIMEOUT)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "-simulator/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, seats: Semaphore::new(MOST_AT_ONCE), allowed, own_port: None })
    }

    /// Sends nothing to this port of this machine: a notification that had the simulator send it again would never end.
    pub(crate) fn keep_off(&mut self, own_port: u16) {
        self.own_port = Some(own_port);
    }

    /// Signs a message and sends it, if it may be sent.
    pub(crate) async fn deliver(&self, credentials: &Credentials, url: &str, message: Message, manner: Manner) -> Sent {
        let Manner { padded, query_signed, style } = manner;
        let mut sent = Sent {
            headers: Headers::new(),
            body: write(&message.body, style),
            string_to_sign: String::new(),
            result: AttemptResult::NotSent { reason: String::new() },
            milliseconds: 0,
        };
        let (url, path) = match self.destination(url) {
            Ok(destination) => destination,
            Err(reason) => {
                sent.result = AttemptResult::NotSent { reason };
                return sent;
            }
        };
        let with_query = url.query().filter(|_| query_signed).map(|query| format!("{path}?{query}"));
        let other = "/another/path".to_owned();
        let target = if message.forgery == Some(Forgery::Target) { Some(other) } else { with_query };
        let target = target.and_then(|target| target.parse().ok()).unwrap_or(path);
        let digest = signature::digest(&sent.body);
        let components = Components {
            client_id: credentials.client_id(),
            request_id: &message.request_id,
            time: Time::Request(&message.timestamp),
            target: &target,
            digest: Some(&digest),
        };
        let key = if message.forgery == Some(Forgery::Key) { foreign_key() } else { credentials.secret_key() };
        let mut map = HeaderMap::new();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        sign(&mut map, key, &components, padded);
        sent.string_to_sign = string_to_sign(&components);
        match message.forgery {
            Some(Forgery::Unsigned) => drop(map.remove("signature")),
            Some(Forgery::Body(body)) => sent.body = write(&body, style),
            Some(Forgery::Bytes) => {
                let other = if style == BodyStyle::Compact { BodyStyle::Spaced } else { BodyStyle::Compact };
                sent.body = write(&message.body, other);
            }
            _ => {}
        }
        sent.headers = headers(&map);
        // It is never closed.
        let _seat = self.seats.acquire().await;
        let start = Instant::now();
        let request = self.http.post(url).headers(map).body(sent.body.clone());
        sent.result = match answered(request).await {
            Ok(result) => result,
            Err(error) => AttemptResult::NoAnswer { reason: reason(&error).to_owned() },
        };
        sent.milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        sent
    }

    /// Returns the URL of a notification and the path that is signed, if it may be sent there.
    ///
    /// The query of the URL is sent, and not signed unless the switch `notification-target` says so.
    pub(crate) fn destination(&self, url: &str) -> Result<(Url, RequestTarget), String> {
        if url.is_empty() {
            return Err(
                "there is no notification url; give one to the simulator, or override it in the order".to_owned()
            );
        }
        let url = Url::parse(url)
            .map_err(|_| "the notification url is not a url such as http://127.0.0.1:8080/payments/notifications")?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        let allowed = || url.host_str().is_some_and(|host| self.allowed.iter().any(|known| known == host));
        if !loopback && !allowed() {
            return Err("the notification url is not on this machine; the simulator sends to localhost, \
                        127.0.0.0/8 and ::1 only, unless another host is allowed"
                .to_owned());
        }
        match url.scheme() {
            "http" => {}
            "https" if !loopback => {}
            _ => {
                return Err("the notification url does not begin with http://; the simulator has no certificate \
                            to trust"
                    .to_owned());
            }
        }
        if loopback && self.own_port.is_some_and(|port| url.port_or_known_default() == Some(port)) {
            return Err("the notification url is the simulator itself; give that of the shop".to_owned());
        }
        let target =
            url.path().parse().map_err(|_| "the path of the notification url is longer than 2048 characters")?;
        Ok((url, target))
    }
}

async fn answered(request: reqwest::RequestBuilder) -> reqwest::Result<AttemptResult> {
    let mut answer = request.send().await?;
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            break;
        }
    }
    let (status, answer_headers) = (answer.status().as_u16(), headers(answer.headers()));
    Ok(AttemptResult::Answered { status, answer_headers, answer_body: shorten(&body) })
}

fn reason(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "the merchant did not answer within 10 seconds; answer first and work afterwards"
    } else if error.is_connect() {
        "no connection to the notification url; start the merchant's server and check the port"
    } else {
        "the connection broke before the merchant answered"
    }
}
