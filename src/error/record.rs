//! Errors as JSON: for `--json`, for logs, and for other languages.

use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{Error, ErrorKind, Outcome, Rejection, SyntaxError};
use crate::message::signature::RequestId;

impl Error {
    /// Returns the stable code of the kind of error, for example `violations` or `timed_out`.
    ///
    /// It is one of `answer_too_large`, `bug`, `build`, `configuration`, `connect`, `failed`, `interrupted`, `rejected`,
    /// `status_rejected`, `syntax`, `timed_out`, `unreadable`, `unverified` and `violations`. Further ones may come.
    pub fn code(&self) -> &'static str {
        match &self.0.kind {
            ErrorKind::AnswerTooLarge => "answer_too_large",
            ErrorKind::Bug(_) => "bug",
            ErrorKind::Build(_) => "build",
            ErrorKind::Configuration(_) => "configuration",
            ErrorKind::Connect { .. } => "connect",
            ErrorKind::Failed(_) => "failed",
            ErrorKind::Interrupted(_) => "interrupted",
            ErrorKind::Rejected(_) => "rejected",
            ErrorKind::StatusRejected(_) => "status_rejected",
            ErrorKind::Syntax(_) => "syntax",
            ErrorKind::TimedOut => "timed_out",
            ErrorKind::Unreadable { .. } => "unreadable",
            ErrorKind::Unverified { .. } => "unverified",
            ErrorKind::Violations(_) => "violations",
        }
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

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// As an object with `code`, `outcome`, `message`, `request_id`, `retryable`, `syntax`, `violations`, `rejection` and
/// `verification`. What there is not is null, or an empty list of violations.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("Error", 9)?;
        record.serialize_field("code", self.code())?;
        record.serialize_field("outcome", &self.outcome())?;
        record.serialize_field("message", &self.to_string())?;
        record.serialize_field("request_id", &self.request_id().map(RequestId::as_str))?;
        record.serialize_field("retryable", &self.is_retryable())?;
        record.serialize_field("syntax", &self.syntax())?;
        record.serialize_field("violations", self.violations())?;
        record.serialize_field("rejection", &self.rejection())?;
        record.serialize_field("verification", &self.verification())?;
        record.end()
    }
}

/// As an object with `line`, `column` and `offset`.
impl Serialize for SyntaxError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("SyntaxError", 3)?;
        record.serialize_field("line", &self.line())?;
        record.serialize_field("column", &self.column())?;
        record.serialize_field("offset", &self.offset())?;
        record.end()
    }
}

/// As an object with `status`, `code`, `messages` and `verified`. The texts are DOKU's, unchanged.
impl Serialize for Rejection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_struct("Rejection", 4)?;
        record.serialize_field("status", &self.status)?;
        record.serialize_field("code", &self.code)?;
        record.serialize_field("messages", &self.messages)?;
        record.serialize_field("verified", &self.verified)?;
        record.end()
    }
}
