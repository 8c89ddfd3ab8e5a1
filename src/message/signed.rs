//! A request that is ready to be sent: [`SignedRequest`].

use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

use crate::message::{
    credentials::Credentials,
    signature::{Components, Digest, RequestId, RequestTarget, Time, Timestamp, header, write_headers},
};

/// A request that is ready to be sent by any HTTP client: method, target, headers and the exact body.
///
/// `Debug` shows neither the signature nor the body. [`SignedRequest::to_text`] shows all, for snapshot tests.
#[derive(Clone)]
pub struct SignedRequest {
    method: Method,
    target: Cow<'static, RequestTarget>,
    headers: HeaderMap,
    body: Bytes,
}

impl SignedRequest {
    /// Puts a signed request together.
    pub(crate) fn post(target: &'static RequestTarget, headers: HeaderMap, body: Bytes) -> Self {
        Self { method: Method::POST, target: Cow::Borrowed(target), headers, body }
    }

    /// Signs a request without a body: check status, or another `GET` of DOKU's.
    pub fn get(
        credentials: &Credentials,
        request_id: &RequestId,
        timestamp: &Timestamp,
        target: &RequestTarget,
    ) -> Self {
        let mut headers = HeaderMap::with_capacity(6);
        sign_headers(&mut headers, credentials, request_id, Time::Request(timestamp), target, None);
        Self { method: Method::GET, target: Cow::Owned(target.clone()), headers, body: Bytes::new() }
    }

    /// Returns the method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path to send the request to.
    pub fn target(&self) -> &RequestTarget {
        &self.target
    }

    /// Returns the headers, signature included.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the exact body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the whole request as text, as it goes on the wire but for the host. It holds the customer's data; it
    /// holds no secret key.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.target);
        for (name, value) in &self.headers {
            let name = signature_case(name.as_str());
            text.push_str(&format!("{name}: {}\n", value.to_str().expect("what is signed is visible ascii")));
        }
        if !self.body.is_empty() {
            text.push('\n');
            text.push_str(&String::from_utf8_lossy(&self.body));
        }
        text
    }
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Writes a header name as DOKU does: `Client-Id` for `client-id`.
fn signature_case(name: &str) -> String {
    let known =
        [header::CLIENT_ID, header::REQUEST_ID, header::REQUEST_TIMESTAMP, header::SIGNATURE, "Content-Type", "Accept"];
    known.into_iter().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name).to_owned()
}

/// The value of `Content-Type`.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Writes the four headers of a signed message.
pub(crate) fn sign_headers(
    headers: &mut HeaderMap,
    credentials: &Credentials,
    request_id: &RequestId,
    time: Time<'_>,
    target: &RequestTarget,
    digest: Option<&Digest>,
) {
    let components = Components { client_id: credentials.client_id(), request_id, time, target, digest };
    write_headers(headers, credentials.secret_key(), &components);
}
