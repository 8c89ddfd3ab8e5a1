//! The four headers of a signed message.

use http::{HeaderMap, HeaderValue};

use super::{Components, Time};
use crate::message::credentials::SecretKey;

/// Writes the four headers of a message with these components, signed with this key.
pub fn write_headers(headers: &mut HeaderMap, key: &SecretKey, components: &Components<'_>) {
    let signature = super::sign(key, components).text();
    let (time_name, timestamp) = match components.time {
        Time::Request(timestamp) => (header_name::REQUEST_TIMESTAMP, timestamp),
        Time::Response(timestamp) => (header_name::RESPONSE_TIMESTAMP, timestamp),
    };
    for (name, value) in [
        (header_name::CLIENT_ID, components.client_id.as_str().as_bytes()),
        (header_name::REQUEST_ID, components.request_id.as_str().as_bytes()),
        (time_name, timestamp.as_str().as_bytes()),
        (header_name::SIGNATURE, &signature),
    ] {
        headers.insert(name, HeaderValue::from_bytes(value).expect("visible ascii is a header value"));
    }
}

/// The header names of `signature::header`, ready for a lookup.
pub(crate) mod header_name {
    use http::HeaderName;

    pub(crate) const CLIENT_ID: HeaderName = HeaderName::from_static("client-id");
    pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
    pub(crate) const REQUEST_TIMESTAMP: HeaderName = HeaderName::from_static("request-timestamp");
    pub(crate) const RESPONSE_TIMESTAMP: HeaderName = HeaderName::from_static("response-timestamp");
    pub(crate) const SIGNATURE: HeaderName = HeaderName::from_static("signature");
}
