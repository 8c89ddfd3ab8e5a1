//! DOKU's signature: digest, string to sign, sign, verify. A function of its arguments: no clock, no ids, no HTTP.
//!
//! ```
//! use doku_indodana::signature::{Components, Time, digest, sign, string_to_sign, verify};
//!
//! let key = "SK-not-a-real-key".parse()?;
//! let client_id = "BRN-0000-1234567890123".parse()?;
//! let request_id = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b".parse()?;
//! let timestamp = "2021-07-07T08:45:42Z".parse()?;
//! let target = "/indodana-peer-to-peer/v2/generate-order".parse()?;
//! let digest = digest(b"{}");
//! let components = Components {
//!     client_id: &client_id,
//!     request_id: &request_id,
//!     time: Time::Request(&timestamp),
//!     target: &target,
//!     digest: Some(&digest),
//! };
//! assert!(string_to_sign(&components).ends_with("\nDigest:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="));
//! let signature = sign(&key, &components);
//! assert!(verify([&key], &components, &signature.to_string()).is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Source: DOKU, Signature Component, Non-SNAP.

mod component;
mod headers;
mod verification;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use hmac::Mac;
use sha2::{Digest as _, Sha256};

pub use self::component::{Components, Digest, RequestId, RequestTarget, Signature, Time, Timestamp};
pub(crate) use self::headers::header_name;
pub use self::headers::write_headers;
pub use self::verification::{TargetVariant, VerificationError};
use crate::message::credentials::SecretKey;

/// What stands before the Base64 text in the `Signature` header.
pub const PREFIX: &str = "HMACSHA256=";

/// Header names, as DOKU writes them.
pub mod header {
    /// The merchant's id.
    pub const CLIENT_ID: &str = "Client-Id";
    /// The id of the request.
    pub const REQUEST_ID: &str = "Request-Id";
    /// The time of a request or notification.
    pub const REQUEST_TIMESTAMP: &str = "Request-Timestamp";
    /// The time of an answer.
    pub const RESPONSE_TIMESTAMP: &str = "Response-Timestamp";
    /// The signature.
    pub const SIGNATURE: &str = "Signature";
}

/// Standard alphabet, padded or not: a captured notification of DOKU's has an unpadded value (D-27).
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns the digest of a body: Base64 of SHA-256 over the exact bytes.
///
/// `body` is the byte string on the wire; a value that is serialised again may differ. A `GET` has no digest.
pub fn digest(body: &[u8]) -> Digest {
    let mut text = [0; Digest::LENGTH];
    let hash = Sha256::digest(body);
    STANDARD.encode_slice(hash, &mut text).expect("32 bytes are 44 characters of base64");
    Digest::from_base64(text)
}

/// Returns the text that is signed: one `Name:value` a line, joined by line feeds, none at the end.
pub fn string_to_sign(components: &Components<'_>) -> String {
    let mut text = String::with_capacity(384);
    components.each_part(|part| text.push_str(part));
    text
}

/// Returns the signature of a message.
pub fn sign(key: &SecretKey, components: &Components<'_>) -> Signature {
    Signature::from_mac(mac(key, components).finalize().into_bytes().into())
}

/// Verifies the value of a `Signature` header with one or more keys.
///
/// Every key is tried, also after one matched; the comparison takes the same time whether or not the bytes are equal.
///
/// # Errors
///
/// [`VerificationError::MalformedSignature`] for what is no `HMACSHA256=` and Base64 of 32 bytes,
/// [`VerificationError::SignatureMismatch`] where no key matches.
pub fn verify<'k>(
    keys: impl IntoIterator<Item = &'k SecretKey>,
    components: &Components<'_>,
    signature: &str,
) -> Result<(), VerificationError> {
    let expected = decode(signature)?;
    let mut tried = 0;
    let mut matched = false;
    for key in keys {
        tried += 1;
        matched |= mac(key, components).verify_slice(&expected).is_ok();
    }
    if matched { Ok(()) } else { Err(VerificationError::SignatureMismatch { keys: tried }) }
}

/// Returns the 32 bytes of a `Signature` header.
fn decode(signature: &str) -> Result<[u8; 32], VerificationError> {
    let base64 = signature.strip_prefix(PREFIX).ok_or(VerificationError::MalformedSignature)?;
    let mut mac = [0; 33];
    match LENIENT.decode_slice(base64, &mut mac) {
        Ok(32) => Ok(*mac.first_chunk().expect("33 bytes hold 32")),
        _ => Err(VerificationError::MalformedSignature),
    }
}

fn mac(key: &SecretKey, components: &Components<'_>) -> hmac::Hmac<Sha256> {
    let mut mac = key.0.clone();
    components.each_part(|part| mac.update(part.as_bytes()));
    mac
}
