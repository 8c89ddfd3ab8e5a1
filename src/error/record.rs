//! Errors as JSON: one record, for `--json`, for logs, and for other languages; with its schema.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::{Error, ErrorKind, Outcome, Rejection, SyntaxError, VerificationError, Violation};
use crate::message::signature::RequestId;

/// The stable code of the kind of an error.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ErrorCode {
    /// The answer is longer than is read.
    AnswerTooLarge,
    /// What cannot be: a fault of this library.
    Bug,
    /// A builder was given a value that the contract refuses.
    Build,
    /// Credentials, ids, times or the environment cannot be used.
    Configuration,
    /// A connection could not be made.
    Connect,
    /// DOKU signed that the order is `FAILED`.
    Failed,
    /// The connection broke after the request may have been sent.
    Interrupted,
    /// DOKU answered with something else than an order.
    Rejected,
    /// Check status was answered with something else than a status.
    StatusRejected,
    /// The body is no JSON.
    Syntax,
    /// The answer did not come in time.
    TimedOut,
    /// The answer is proven to be DOKU's and cannot be used.
    Unreadable,
    /// The answer is not proven to be DOKU's.
    Unverified,
    /// The body breaks the contract.
    Violations,
}

impl ErrorCode {
    fn of(kind: &ErrorKind) -> Self {
        match kind {
            ErrorKind::AnswerTooLarge => Self::AnswerTooLarge,
            ErrorKind::Bug(_) => Self::Bug,
            ErrorKind::Build(_) => Self::Build,
            ErrorKind::Configuration(_) => Self::Configuration,
            ErrorKind::Connect { .. } => Self::Connect,
            ErrorKind::Failed(_) => Self::Failed,
            ErrorKind::Interrupted(_) => Self::Interrupted,
            ErrorKind::Rejected(_) => Self::Rejected,
            ErrorKind::StatusRejected(_) => Self::StatusRejected,
            ErrorKind::Syntax(_) => Self::Syntax,
            ErrorKind::TimedOut => Self::TimedOut,
            ErrorKind::Unreadable { .. } => Self::Unreadable,
            ErrorKind::Unverified { .. } => Self::Unverified,
            ErrorKind::Violations(_) => Self::Violations,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::AnswerTooLarge => "answer_too_large",
            Self::Bug => "bug",
            Self::Build => "build",
            Self::Configuration => "configuration",
            Self::Connect => "connect",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
            Self::Rejected => "rejected",
            Self::StatusRejected => "status_rejected",
            Self::Syntax => "syntax",
            Self::TimedOut => "timed_out",
            Self::Unreadable => "unreadable",
            Self::Unverified => "unverified",
            Self::Violations => "violations",
        }
    }
}

impl Error {
    /// Returns the stable code of the kind of error, for example `violations` or `timed_out`.
    ///
    /// It is one of `answer_too_large`, `bug`, `build`, `configuration`, `connect`, `failed`, `interrupted`, `rejected`,
    /// `status_rejected`, `syntax`, `timed_out`, `unreadable`, `unverified` and `violations`. Further ones may come.
    pub fn code(&self) -> &'static str {
        ErrorCode::of(&self.0.kind).as_str()
    }
}

/// Returns the JSON Schema of an [`Error`] as JSON; it is kept in `spec/generated/error.schema.json`.
pub fn schema() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<Record<'_>>()
}

/// Why a call did not end with a verified answer. What there is not is null, or an empty list of violations.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
struct Record<'a> {
    /// The stable code of the kind of error.
    code: ErrorCode,
    /// Whether an order may exist at DOKU.
    outcome: Outcome,
    /// For people: what happened, and what to do. It holds no secret and no personal value.
    message: String,
    /// The `Request-Id` of the call.
    request_id: Option<&'a str>,
    /// Whether sending the same prepared order again may help.
    retryable: bool,
    /// Where the body is no JSON.
    syntax: Option<TextPlace>,
    /// Every violation of the contract.
    violations: &'a [Violation],
    /// What DOKU said.
    rejection: Option<Said<'a>>,
    /// Why the answer is not proven to be DOKU's.
    verification: Option<&'a VerificationError>,
}

/// A place in a text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct TextPlace {
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// From 0, in bytes.
    offset: usize,
}

/// What DOKU said when it refused.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Rejection")]
struct Said<'a> {
    /// The HTTP status.
    status: u16,
    /// DOKU's code, for example `invalid_signature`.
    code: Option<&'a str>,
    /// DOKU's texts, unchanged; they may repeat what a customer typed.
    messages: &'a [String],
    /// Whether the answer carried a signature that verified.
    verified: bool,
}

impl<'a> From<&'a Rejection> for Said<'a> {
    fn from(rejection: &'a Rejection) -> Self {
        let Rejection { status, code, messages, verified, .. } = rejection;
        Self { status: *status, code: code.as_deref(), messages, verified: *verified }
    }
}

impl From<&SyntaxError> for TextPlace {
    fn from(error: &SyntaxError) -> Self {
        Self { line: error.line(), column: error.column(), offset: error.offset() }
    }
}

impl Outcome {
    /// Returns the outcome as text: `nothing_sent`, `refused` or `unknown`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NothingSent => "nothing_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// As an object with `code`, `outcome`, `message`, `request_id`, `retryable`, `syntax`, `violations`, `rejection` and
/// `verification`; [`schema`] has each. What there is not is null, or an empty list of violations.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = Record {
            code: ErrorCode::of(&self.0.kind),
            outcome: self.outcome(),
            message: self.to_string(),
            request_id: self.request_id().map(RequestId::as_str),
            retryable: self.is_retryable(),
            syntax: self.syntax().map(TextPlace::from),
            violations: self.violations(),
            rejection: self.rejection().map(Said::from),
            verification: self.verification(),
        };
        record.serialize(serializer)
    }
}

/// As an object with `line`, `column` and `offset`.
impl Serialize for SyntaxError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TextPlace::from(self).serialize(serializer)
    }
}

/// As an object with `status`, `code`, `messages` and `verified`. The texts are DOKU's, unchanged.
impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Said::from(self).serialize(serializer)
    }
}
