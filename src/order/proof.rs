//! Whose answer it is: whether DOKU signed it, and whether it belongs to our request.

use http::{HeaderMap, HeaderName, header::AGE, header::WARNING};

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
    headers.contains_key(AGE)
        || headers.contains_key(WARNING)
        || headers.iter().any(|(name, value)| value.to_str().is_ok_and(|value| is_hit(name.as_str(), value)))
}

/// Returns whether a cache says in this header that it had the answer. `Cache-Control` says what a cache may do.
fn is_hit(name: &str, value: &str) -> bool {
    const HITS: [&str; 6] = ["hit", "stale", "revalidated", "updating", "fresh", "expired"];
    if name == "x-varnish" {
        // The request's own number, and behind it that of the request that was answered first.
        return value.split_whitespace().count() > 1;
    }
    if !name.contains("cache") || name.ends_with("control") {
        return false;
    }
    let value = value.to_ascii_lowercase();
    HITS.iter().any(|word| value.contains(word))
        || name.ends_with("hits") && value.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
}

#[cfg(test)]
mod tests {
    use super::is_hit;

    #[test]
    fn caches() {
        for (name, value) in [
            ("x-cache", "Hit from cloudfront"),
            ("x-cache-lookup", "HIT from proxy:3128"),
            ("cf-cache-status", "EXPIRED"),
            ("cache-status", "edge; hit"),
            ("x-cache-hits", "0, 3"),
            ("x-rack-cache", "fresh"),
            ("x-squid-cache", "TCP_REFRESH_UNMODIFIED"),
            ("x-nginx-cache", "STALE"),
            ("x-varnish", "32770 32768"),
        ] {
            assert!(is_hit(name, value), "{name}: {value}");
        }
        for (name, value) in [
            ("x-cache", "Miss from cloudfront"),
            ("cf-cache-status", "DYNAMIC"),
            ("cache-status", "edge; fwd=miss"),
            ("x-cache-hits", "0, 0"),
            ("cache-control", "no-cache, stale-while-revalidate=60"),
            ("cdn-cache-control", "stale-if-error=60"),
            ("x-varnish", "32770"),
            ("via", "1.1 google"),
            ("content-type", "text/hit"),
        ] {
            assert!(!is_hit(name, value), "{name}: {value}");
        }
    }
}
