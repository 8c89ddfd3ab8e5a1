//! Proof that a message is DOKU's: [`Verifier`].

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::message::signature::header_name;
use crate::{
    message::{
        credentials::{Credentials, SecretKey},
        signature::{
            self, Components, Digest, RequestId, RequestTarget, TargetVariant, Time, Timestamp, VerificationError,
            header,
        },
    },
    notification::message::Notification,
};

/// Verifies what DOKU sends, with one key or, while a key is being changed, with several.
///
/// Pass the headers and the body exactly as they were received, before any JSON parser. The request target is the
/// path of the notification URL as DOKU has it; it is configured, never taken from a proxy's rewritten URL.
///
/// The order of checks: headers present and well-formed, client id, signature. No clock is read: DOKU repeats a
/// notification up to 12 hours later, so age is reported and no verdict (D-28).
///
/// ```
/// use doku_indodana::{Credentials, Verifier};
/// use http::HeaderMap;
///
/// let credentials = Credentials::new("BRN-0000-1234567890123".parse()?, "SK-not-a-real-key".parse()?);
/// let verifier = Verifier::new(credentials);
/// let error = verifier.verify("/payments/notifications", &HeaderMap::new(), b"{}").unwrap_err();
/// assert_eq!(error.to_string(), "the header Client-Id is missing; pass all headers as they were received");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    credentials: Credentials,
    further_keys: Vec<SecretKey>,
}

impl Verifier {
    /// Returns a verifier with the key of these credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, further_keys: Vec::new() }
    }

    /// Adds a key that is accepted as well, while DOKU changes from one to the other.
    #[must_use]
    pub fn with_key(mut self, key: SecretKey) -> Self {
        self.further_keys.push(key);
        self
    }

    /// Verifies a notification.
    ///
    /// `target` is the path of the notification URL as DOKU has it, for example `/payments/notifications`.
    ///
    /// # Errors
    ///
    /// Which header or component failed; for a wrong target, which variant would have matched. A target that is no
    /// path is a [`VerificationError::MalformedTarget`].
    pub fn verify(&self, target: &str, headers: &HeaderMap, body: &[u8]) -> Result<Notification, VerificationError> {
        let target = parse_target(target)?;
        let proof = self.prove(header::REQUEST_TIMESTAMP, &target, headers, body, true)?;
        Ok(Notification::new(proof.request_id, proof.timestamp, Bytes::copy_from_slice(body)))
    }

    /// Verifies an answer of DOKU's to a request that you sent with your own HTTP client.
    ///
    /// `target` and `request_id` are those of the request.
    ///
    /// # Errors
    ///
    /// Which header or component failed.
    pub fn verify_response(
        &self,
        target: &str,
        request_id: &RequestId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<VerifiedResponse, VerificationError> {
        let target = parse_target(target)?;
        let proof = self.prove(header::RESPONSE_TIMESTAMP, &target, headers, body, true)?;
        if proof.request_id != *request_id {
            return Err(VerificationError::RequestIdMismatch);
        }
        Ok(VerifiedResponse::new(proof.timestamp, Bytes::copy_from_slice(body)))
    }

    /// Verifies a message; `explain` tries other targets after a mismatch.
    pub(crate) fn prove(
        &self,
        time_header: &'static str,
        target: &RequestTarget,
        headers: &HeaderMap,
        body: &[u8],
        explain: bool,
    ) -> Result<Proven, VerificationError> {
        let time_name = match time_header {
            header::RESPONSE_TIMESTAMP => &header_name::RESPONSE_TIMESTAMP,
            _ => &header_name::REQUEST_TIMESTAMP,
        };
        let names = [&header_name::CLIENT_ID, &header_name::REQUEST_ID, time_name, &header_name::SIGNATURE];
        let [client_id, request_id, timestamp, signature] = find(headers, names);
        let client_id = client_id.single(header::CLIENT_ID)?;
        let request_id = request_id
            .single(header::REQUEST_ID)?
            .parse::<RequestId>()
            .map_err(|_| VerificationError::MalformedHeader { header: header::REQUEST_ID })?;
        let timestamp = Timestamp::from_received(timestamp.single(time_header)?)
            .map_err(|_| VerificationError::MalformedHeader { header: time_header })?;
        let signature = signature.single(header::SIGNATURE)?;
        if client_id != self.credentials.client_id().as_str() {
            return Err(VerificationError::ClientIdMismatch);
        }
        let digest = signature::digest(body);
        let verdict = self.compare(time_header, &request_id, &timestamp, target, &digest, signature);
        match verdict {
            Ok(()) => Ok(Proven { request_id, timestamp }),
            Err(VerificationError::SignatureMismatch { .. }) if explain => Err(variants(target)
                .find(|(_, variant)| {
                    self.compare(time_header, &request_id, &timestamp, variant, &digest, signature).is_ok()
                })
                .map_or_else(
                    || VerificationError::SignatureMismatch { keys: 1 + self.further_keys.len() },
                    |(variant, signed)| VerificationError::TargetMismatch { variant, signed: signed.to_string() },
                )),
            Err(error) => Err(error),
        }
    }

    fn compare(
        &self,
        time_header: &str,
        request_id: &RequestId,
        timestamp: &Timestamp,
        target: &RequestTarget,
        digest: &Digest,
        signature: &str,
    ) -> Result<(), VerificationError> {
        let time = match time_header {
            header::RESPONSE_TIMESTAMP => Time::Response(timestamp),
            _ => Time::Request(timestamp),
        };
        let client_id = self.credentials.client_id();
        let components = Components { client_id, request_id, time, target, digest: Some(digest) };
        let keys = std::iter::once(self.credentials.secret_key()).chain(&self.further_keys);
        signature::verify(keys, &components, signature)
    }
}

/// What a verified message proves beside its body.
pub(crate) struct Proven {
    pub(crate) request_id: RequestId,
    pub(crate) timestamp: Timestamp,
}

/// An answer that is proven to be DOKU's. Exists only by verification.
#[derive(Clone)]
pub struct VerifiedResponse {
    timestamp: Timestamp,
    body: Bytes,
}

impl VerifiedResponse {
    pub(crate) fn new(timestamp: Timestamp, body: Bytes) -> Self {
        Self { timestamp, body }
    }

    /// Returns the `Response-Timestamp`.
    pub fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// Returns the exact bytes that were verified.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl std::fmt::Debug for VerifiedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedResponse")
            .field("timestamp", &self.timestamp)
            .field("body_length", &self.body.len())
            .finish()
    }
}

fn parse_target(target: &str) -> Result<RequestTarget, VerificationError> {
    target.parse().map_err(|_| VerificationError::MalformedTarget)
}

/// What is found of one header.
#[derive(Clone, Copy)]
enum Found<'h> {
    Nothing,
    Once(&'h HeaderValue),
    Repeated,
}

/// Looks for headers, in one pass: a message has few, and to look up each costs more.
fn find<'h, const N: usize>(headers: &'h HeaderMap, names: [&HeaderName; N]) -> [Found<'h>; N] {
    let mut found = [Found::Nothing; N];
    for (name, value) in headers {
        if let Some(at) = names.iter().position(|&wanted| wanted == name) {
            found[at] = if let Found::Nothing = found[at] { Found::Once(value) } else { Found::Repeated };
        }
    }
    found
}

impl<'h> Found<'h> {
    /// Returns the only value of the header, which must be ASCII without control characters.
    fn single(self, written: &'static str) -> Result<&'h str, VerificationError> {
        let value = match self {
            Self::Nothing => return Err(VerificationError::MissingHeader { header: written }),
            Self::Repeated => return Err(VerificationError::DuplicateHeader { header: written }),
            Self::Once(value) => value.as_bytes(),
        };
        // All bytes are looked at, many at once.
        let is_text = value.iter().fold(!value.is_empty(), |all, byte| all & matches!(byte, b' '..=b'~'));
        match str::from_utf8(value) {
            Ok(text) if is_text => Ok(text),
            _ if written == header::SIGNATURE => Err(VerificationError::MalformedSignature),
            _ => Err(VerificationError::MalformedHeader { header: written }),
        }
    }
}

/// So many beginnings of a path are left out to explain a mismatch. Each costs a MAC before anything is known of who sent
/// the message, so their number must not grow with the path.
const MOST_PREFIXES: usize = 4;

/// Returns the targets that a wrong configuration may have meant, one change each; at most four more than
/// [`MOST_PREFIXES`].
fn variants(target: &RequestTarget) -> impl Iterator<Item = (TargetVariant, RequestTarget)> {
    let text = target.as_str();
    let (path, query) = text.split_once('?').map_or((text, ""), |(path, query)| (path, query));
    let with_query = |path: &str| if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let slash = match path.strip_suffix('/') {
        Some(shorter) => (TargetVariant::SlashRemoved, with_query(shorter)),
        None => (TargetVariant::SlashAdded, with_query(&format!("{path}/"))),
    };
    let mut proposals = vec![slash];
    if text.contains('?') {
        proposals.push((TargetVariant::QueryRemoved, path.to_owned()));
    }
    let segments = path.match_indices('/').map(|(at, _)| at).skip(1).take(MOST_PREFIXES);
    proposals.extend(segments.map(|at| (TargetVariant::PrefixRemoved, with_query(&path[at..]))));
    proposals.push((TargetVariant::PrefixAdded, format!("/api{text}")));
    proposals.into_iter().filter_map(|(variant, text)| Some((variant, text.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::variants;

    #[test]
    fn the_work_for_a_forgery_does_not_grow_with_the_path() {
        for (path, tried) in [
            ("/n", 2),
            ("/a/b/n", 4),
            ("/a/b/n?x=1", 5),
            ("/a/b/c/d/e/n?x=1", 7),
            (&"/s".repeat(1_000), 6),
            (&format!("{}?x=1", "/s".repeat(1_000)), 7),
        ] {
            assert_eq!(variants(&path.parse().unwrap()).count(), tried, "{}", path.len());
        }
    }
}
