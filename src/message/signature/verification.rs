//! Why a message is not proven to be DOKU's.

use std::{error, fmt};

use schemars::JsonSchema;
use serde::Serialize;

/// Why a message is not proven to be DOKU's.
///
/// Answer a notification with 401 for any of these. DOKU documents that it repeats what no 2xx answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum VerificationError {
    /// The `Client-Id` header is not the client id of the credentials.
    ClientIdMismatch,
    /// A header occurs more than once.
    DuplicateHeader {
        /// The header.
        header: &'static str,
    },
    /// A header's value cannot be used.
    MalformedHeader {
        /// The header.
        header: &'static str,
    },
    /// The signature is not `HMACSHA256=` and the Base64 of 32 bytes.
    MalformedSignature,
    /// The configured request target is no path. This is the receiver's configuration, not the message.
    MalformedTarget,
    /// A header is missing.
    MissingHeader {
        /// The header.
        header: &'static str,
    },
    /// The `Request-Id` of an answer is not that of the request.
    RequestIdMismatch,
    /// The signature is of another message or was made with another key.
    SignatureMismatch {
        /// How many keys were tried.
        keys: usize,
    },
    /// The signature is right for another request target than the configured one. It is refused all the same.
    TargetMismatch {
        /// How the other target differs.
        variant: TargetVariant,
        /// The target that the signature is right for.
        signed: String,
    },
}

/// How the signed request target differs from the configured one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TargetVariant {
    /// It has one more slash at the end.
    SlashAdded,
    /// It has one slash less at the end.
    SlashRemoved,
    /// It lacks the first segments of the configured path.
    PrefixRemoved,
    /// It has `/api` before the configured path.
    PrefixAdded,
    /// It lacks the query of the configured path.
    QueryRemoved,
}

impl VerificationError {
    /// Returns the stable code, for example `signature_mismatch`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ClientIdMismatch => "client_id_mismatch",
            Self::DuplicateHeader { .. } => "duplicate_header",
            Self::MalformedHeader { .. } => "malformed_header",
            Self::MalformedSignature => "malformed_signature",
            Self::MalformedTarget => "malformed_target",
            Self::MissingHeader { .. } => "missing_header",
            Self::RequestIdMismatch => "request_id_mismatch",
            Self::SignatureMismatch { .. } => "signature_mismatch",
            Self::TargetMismatch { .. } => "target_mismatch",
        }
    }
}

impl error::Error for VerificationError {}

impl fmt::Display for VerificationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientIdMismatch => {
                f.write_str("the header Client-Id is not the client id of the credentials; check which account sends")
            }
            Self::DuplicateHeader { header } => write!(f, "the header {header} occurs more than once"),
            Self::MalformedHeader { header } => write!(f, "the header {header} has a value that cannot be used"),
            Self::MalformedSignature => {
                f.write_str("the header Signature is not HMACSHA256= followed by the base64 of 32 bytes")
            }
            Self::MalformedTarget => f.write_str(
                "the configured request target is not a path that begins with /; configure it without scheme and host",
            ),
            Self::MissingHeader { header } => {
                write!(f, "the header {header} is missing; pass all headers as they were received")
            }
            Self::RequestIdMismatch => f.write_str("the header Request-Id is not that of the request"),
            Self::SignatureMismatch { keys } => {
                f.write_str("the signature does not fit")?;
                if *keys > 1 {
                    write!(f, ", with none of {keys} keys")?;
                }
                f.write_str(
                    ": check the secret key, the request target, and that the body is the raw bytes received, not changed",
                )
            }
            Self::TargetMismatch { variant, signed } => {
                let how = match variant {
                    TargetVariant::SlashAdded => "with a slash at its end",
                    TargetVariant::SlashRemoved => "without the slash at its end",
                    TargetVariant::PrefixRemoved => "without its first part",
                    TargetVariant::PrefixAdded => "with /api before it",
                    TargetVariant::QueryRemoved => "without the query",
                };
                write!(
                    f,
                    "the signature is for the request target {signed} ({how}); configure the path exactly as doku has it"
                )
            }
        }
    }
}
