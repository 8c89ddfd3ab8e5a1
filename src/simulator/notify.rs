//! The notification: what the local gateway tells the merchant, and what became of it.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use reqwest::{Client, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::{Host, Url};

use super::{body, gateway::sign};
use crate::{
    Credentials, RequestId, RequestTarget,
    signature::{self, Components, Time, string_to_sign},
};

/// One attempt to deliver a notification, exactly as it was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Delivery {
    /// The order that it is about.
    pub invoice_number: String,
    /// When it was sent, by the gateway's clock.
    pub sent: SystemTime,
    /// Where it was to go; empty if no notification URL is known.
    pub url: String,
    /// The request headers; empty if it was not sent.
    pub headers: HeaderMap,
    /// The exact body.
    pub body: Bytes,
    /// What was signed; empty if it was not sent.
    pub string_to_sign: String,
    /// What became of it.
    pub result: DeliveryResult,
}

/// What became of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryResult {
    /// The merchant answered with this HTTP status. Any 2xx acknowledges.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// It was sent, and no answer came.
    NoAnswer {
        /// Why, for people.
        reason: String,
    },
    /// It was not sent.
    NotSent {
        /// Why, for people.
        reason: String,
    },
}

impl Delivery {
    /// Returns whether the merchant answered 2xx.
    pub fn is_acknowledged(&self) -> bool {
        matches!(self.result, DeliveryResult::Answered { status: 200..=299 })
    }
}

/// A notification before it is signed.
pub(super) struct Notice {
    pub(super) invoice_number: String,
    pub(super) url: Option<String>,
    pub(super) request_id: RequestId,
    pub(super) sent: SystemTime,
    pub(super) body: Bytes,
}

/// How long the merchant may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the HTTP client for notifications: no redirects, no proxy, `localhost` is this machine whatever DNS says.
pub(super) fn http_client() -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    // Only plain http on loopback is ever sent to, so no certificate is trusted.
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let loopback = [([127, 0, 0, 1], 0).into(), ([0_u16, 0, 0, 0, 0, 0, 0, 1], 0).into()];
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .resolve_to_addrs("localhost", &loopback)
        .timeout(TIMEOUT)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "-simulator/", env!("CARGO_PKG_VERSION")))
        .build()?)
}

/// Signs a notification and sends it, if it may be sent.
pub(super) async fn deliver(http: &Client, credentials: &Credentials, notice: Notice) -> Delivery {
    let mut delivery = Delivery {
        invoice_number: notice.invoice_number,
        sent: notice.sent,
        url: notice.url.unwrap_or_default(),
        headers: HeaderMap::new(),
        body: notice.body,
        string_to_sign: String::new(),
        result: DeliveryResult::NotSent { reason: String::new() },
    };
    let (url, target) = match destination(&delivery.url) {
        Ok(destination) => destination,
        Err(reason) => {
            delivery.result = DeliveryResult::NotSent { reason };
            return delivery;
        }
    };
    let timestamp = body::timestamp(notice.sent);
    let digest = signature::digest(&delivery.body);
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &notice.request_id,
        time: Time::Request(&timestamp),
        target: &target,
        digest: Some(&digest),
    };
    delivery.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    sign(&mut delivery.headers, credentials.secret_key(), &components);
    delivery.string_to_sign = string_to_sign(&components);
    let request = http.post(url).headers(delivery.headers.clone()).body(delivery.body.clone());
    delivery.result = match request.send().await {
        Ok(answer) => DeliveryResult::Answered { status: answer.status().as_u16() },
        Err(error) => DeliveryResult::NoAnswer { reason: reason(&error).to_owned() },
    };
    delivery
}

/// Returns the URL of a notification and the path that is signed, if it may be sent there.
///
/// The query of the URL is sent and not signed: DOKU signs the path.
pub(super) fn destination(url: &str) -> Result<(Url, RequestTarget), String> {
    if url.is_empty() {
        return Err("there is no notification url; give one to the gateway, or override it in the order".to_owned());
    }
    let url = Url::parse(url)
        .map_err(|_| "the notification url is not a url such as http://127.0.0.1:8080/payments/notifications")?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if !loopback {
        return Err("the notification url is not on this machine; the local gateway sends to localhost, 127.0.0.0/8 \
                    and ::1 only"
            .to_owned());
    }
    if url.scheme() != "http" {
        return Err("the notification url does not begin with http://; the local gateway has no certificate to trust"
            .to_owned());
    }
    let target = url.path().parse().map_err(|_| "the path of the notification url is longer than 2048 characters")?;
    Ok((url, target))
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
