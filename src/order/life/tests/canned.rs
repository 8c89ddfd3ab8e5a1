//! An order, and answers to it that are kept: [`Canned`].

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    Credentials, PreparedOrder, RetryPolicy,
    message::{
        signature::{Time, digest},
        signed::sign_headers,
    },
    order::{
        life::{Answer, Event, Moment, Terms},
        request::generate_order_target,
    },
};

pub(in crate::order::life) const REQUEST_ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";

/// An answer that is kept, to be given again and again.
pub(in crate::order::life) struct Canned {
    pub(in crate::order::life) status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Canned {
    pub(in crate::order::life) fn new(status: u16, signing: Signing, body: &str) -> Self {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let mut headers = HeaderMap::new();
        signing.write(&mut headers, &body);
        Self { status, headers, body }
    }

    pub(in crate::order::life) fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.insert(name, HeaderValue::from_static(value));
        self
    }

    pub(in crate::order::life) fn event(&self) -> Event<'_> {
        Event::Answered(Answer { status: self.status, headers: &self.headers, body: &self.body })
    }

    pub(super) fn leak(self) -> Event<'static> {
        Box::leak(Box::new(self)).event()
    }
}

/// Whose an answer is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::order::life) enum Signing {
    Ours,
    NextKey,
    None,
    Echo,
    OtherKey,
    OtherRequest,
    OtherClient,
    NamesOtherRequest,
    NamesTwoRequests,
    NamesOtherClient,
    Aged,
    Hit,
    Stale,
    Warned,
}

impl Signing {
    pub(super) const ALL: [Self; 14] = [
        Self::Ours,
        Self::NextKey,
        Self::None,
        Self::Echo,
        Self::OtherKey,
        Self::OtherRequest,
        Self::OtherClient,
        Self::NamesOtherRequest,
        Self::NamesTwoRequests,
        Self::NamesOtherClient,
        Self::Aged,
        Self::Hit,
        Self::Stale,
        Self::Warned,
    ];

    fn write(self, headers: &mut HeaderMap, body: &[u8]) {
        let mut say = |name: &'static str, value: &'static str| {
            headers.append(name, HeaderValue::from_static(value));
        };
        let (client_id, key, request_id) = match self {
            Self::Ours => ("BRN-1", "key", REQUEST_ID),
            Self::NextKey => ("BRN-1", "next key", REQUEST_ID),
            Self::OtherKey => ("BRN-1", "another key", REQUEST_ID),
            Self::OtherRequest => ("BRN-1", "key", "another"),
            Self::OtherClient => ("BRN-2", "key", REQUEST_ID),
            Self::None => return,
            Self::Echo => {
                say("request-id", REQUEST_ID);
                say("x-cache", "Miss from cloudfront");
                return say("client-id", "BRN-1");
            }
            Self::NamesOtherRequest => return say("request-id", "another"),
            Self::NamesTwoRequests => {
                say("request-id", REQUEST_ID);
                return say("request-id", "another");
            }
            Self::NamesOtherClient => return say("client-id", "BRN-2"),
            Self::Aged => return say("age", "0"),
            Self::Hit => return say("x-cache", "Hit from cloudfront"),
            Self::Stale => return say("cf-cache-status", "STALE"),
            Self::Warned => return say("warning", "110 - \"Response is Stale\""),
        };
        let credentials = Credentials::new(client_id.parse().unwrap(), key.parse().unwrap());
        let (request_id, timestamp) = (request_id.parse().unwrap(), "2021-07-07T08:45:43Z".parse().unwrap());
        let (time, digest) = (Time::Response(&timestamp), digest(body));
        sign_headers(headers, &credentials, &request_id, time, generate_order_target(), Some(&digest));
    }
}

pub(in crate::order::life) fn order() -> PreparedOrder {
    let body = include_str!("../../../../spec/examples/generate_order.request.minimal.json");
    PreparedOrder::from_json(body, REQUEST_ID.parse().unwrap()).unwrap()
}

/// Three attempts without a pause, 1 s for each, 10 s for all; answers may be signed with two keys.
pub(in crate::order::life) fn terms() -> Terms {
    let credentials = Credentials::new("BRN-1".parse().unwrap(), "key".parse().unwrap());
    Terms::new(credentials)
        .with_key("next key".parse().unwrap())
        .with_retry(RetryPolicy::default().with_waits(Duration::ZERO, Duration::ZERO))
        .with_timeouts(Duration::from_secs(1), Duration::from_secs(10))
}

pub(in crate::order::life) fn at(elapsed: u64) -> Moment {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    Moment { now, elapsed: Duration::from_secs(elapsed), dice: 7 }
}

/// The body of an answer about an order.
pub(in crate::order::life) fn about(invoice: &str, amount: u64, status: &str, url: Option<&str>) -> String {
    let order = serde_json::json!({ "amount": amount, "invoice_number": invoice });
    serde_json::json!({ "order": order, "payment": { "status": status, "url": url } }).to_string()
}

/// The body of an answer about our order.
pub(in crate::order::life) fn ours(status: &str, url: Option<&str>) -> String {
    let order = order();
    about(order.invoice_number().unwrap(), order.amount().unwrap().get(), status, url)
}

pub(in crate::order::life) const URL: &str = "https://pay.indodana.com/1";
pub(in crate::order::life) const LISTED: &str =
    r#"{"error":{"code":"invalid_signature","message":"Invalid Header Signature"}}"#;
