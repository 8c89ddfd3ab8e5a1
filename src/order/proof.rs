//! Whose answer it is: whether DOKU signed it, and whether it belongs to our request.

use http::{HeaderMap, HeaderName, HeaderValue, header::AGE, header::WARNING};

use super::{event::Answer, terms::Terms};
use crate::{
    message::signature::{RequestId, RequestTarget, VerificationError, header, header_name},
    notification::verifier::VerifiedResponse,
};

/// Whose answer it is.
pub(crate) enum Proof {
    /// DOKU's, to this request, over this body.
    Verified(VerifiedResponse),
    /// There is no signature, and nothing in the answer speaks against its being ours.
    Unsigned,
    /// There is no signature, and the answer is to another request, or not to a request of now.
    Foreign,
    /// There is a signature, and it proves nothing.
    Wrong(VerificationError),
}

/// Returns whose answer it is, to the request with this id and target.
pub(crate) fn prove(terms: &Terms, request_id: &RequestId, target: &RequestTarget, answer: &Answer<'_>) -> Proof {
    let Answer { headers, body, .. } = answer;
    if !headers.contains_key(header_name::SIGNATURE) {
        let client_id = terms.credentials.client_id().as_str();
        let ours = names(headers, &header_name::REQUEST_ID, request_id.as_str())
            && names(headers, &header_name::CLIENT_ID, client_id);
        return if ours && !is_from_cache(headers) { Proof::Unsigned } else { Proof::Foreign };
    }
    match terms.verifier.prove(header::RESPONSE_TIMESTAMP, target, headers, body, false) {
        Ok(proof) if proof.request_id == *request_id => {
            Proof::Verified(VerifiedResponse::new(proof.timestamp, (*body).clone()))
        }
        Ok(_) => Proof::Wrong(VerificationError::RequestIdMismatch),
        Err(_) if !names(headers, &header_name::REQUEST_ID, request_id.as_str()) => {
            Proof::Wrong(VerificationError::RequestIdMismatch)
        }
        Err(error) => Proof::Wrong(error),
    }
}

/// Returns whether each value of a header is this one. A header that is not there names nobody else.
fn names(headers: &HeaderMap, name: &HeaderName, ours: &str) -> bool {
    headers.get_all(name).iter().all(|value| value == ours)
}

/// Returns whether a cache says that the answer is an old one. `Age` says so whatever its value is (RFC 9111, 5.1).
fn is_from_cache(headers: &HeaderMap) -> bool {
    const CACHES: [&str; 4] = ["cache-status", "cf-cache-status", "x-cache", "x-cache-status"];
    headers.contains_key(AGE)
        || headers.contains_key(WARNING)
        || CACHES.iter().any(|name| headers.get_all(*name).iter().any(is_hit))
}

fn is_hit(value: &HeaderValue) -> bool {
    value.to_str().is_ok_and(|text| {
        let text = text.to_ascii_lowercase();
        ["hit", "stale", "revalidated", "updating"].iter().any(|word| text.contains(word))
    })
}
