//! Every public error of the crate. No other file defines one.
//!
//! [`Error`] is what a call to DOKU ends with: opaque, with predicates, because its caller logs, retries or reconciles.
//! [`VerificationError`] is what the receiver of a notification gets: flat, because it chooses a status code.

mod record;
mod rejection;

use std::{error, fmt};

use schemars::JsonSchema;
use serde::Serialize;

use self::rejection::{is_code, remedy};
pub use self::{record::schema, rejection::Rejection};
use crate::{check::Report, message::signature::RequestId};
pub use crate::{
    check::{Code, Language, Met, Violation},
    message::{
        credentials::CredentialsError,
        error::{ComponentError, MoneyError, PayloadError},
        json::{SyntaxError, SyntaxErrorKind},
        signature::{TargetVariant, VerificationError},
    },
};

/// Why a call did not end with a verified answer.
///
/// The text names what happened and what to do next. It holds no secret, no personal value and no text of DOKU's.
///
/// ```
/// use doku_indodana::error::{Error, Outcome};
///
/// fn next_step(error: &Error) -> &'static str {
///     match error.outcome() {
///         Outcome::NothingSent => "correct it and try again",
///         Outcome::Refused => "show the customer another way to pay",
///         _ => "send the same prepared order again, or check the status",
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    outcome: Outcome,
    request_id: Option<RequestId>,
    /// Whether it ended a question about an order, which proves nothing of the order.
    is_question: bool,
}

/// Whether an order may exist at DOKU after an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing of the order left this machine. It is safe to correct it and to try again.
    NothingSent,
    /// DOKU refused the order, and there is none.
    Refused,
    /// An order may exist. Send the same prepared order again, or check the status; never make a new one. Whatever ends a
    /// question about an order, check status, proves nothing of it, so it is this one as well.
    Unknown,
}

/// The private kinds of [`Error`].
#[derive(Debug)]
#[cfg_attr(not(feature = "client"), allow(dead_code))]
pub(crate) enum ErrorKind {
    /// What cannot be, and is a fault of this library.
    Bug(&'static str),
    /// The client was configured with something it cannot use.
    Configuration(String),
    /// A builder was given a value that the contract refuses.
    Build(String),
    /// The body is no JSON.
    Syntax(SyntaxError),
    /// The body breaks the contract.
    Violations(Vec<Violation>),
    /// A connection could not be made.
    Connect { to: String, source: Source },
    /// The answer did not come in time.
    TimedOut,
    /// The connection broke after the request may have been sent.
    Interrupted(Source),
    /// The answer is longer than is read.
    AnswerTooLarge,
    /// DOKU refused, failed, or answered something else than 200.
    Rejected(Rejection),
    /// The answer's signature is missing or wrong.
    Unverified { status: u16, error: VerificationError },
    /// The answer is verified but is not what the contract says.
    Unreadable { status: u16, reason: String },
    /// A generated order whose payment status is `FAILED`.
    Failed(Rejection),
    /// Check status was answered with something else than a status.
    StatusRejected(Rejection),
}

pub(crate) type Source = Box<dyn error::Error + Send + Sync>;

impl Error {
    pub(crate) fn new(kind: ErrorKind, outcome: Outcome) -> Self {
        Self(Box::new(Inner { kind, outcome, request_id: None, is_question: false }))
    }

    /// Returns the error, with what is known of the order.
    #[cfg(feature = "client")]
    pub(crate) fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = outcome;
        self
    }

    /// Returns the end of a question about an order: whatever it is, nothing of the order is known by it.
    #[cfg(feature = "client")]
    pub(crate) fn question(kind: ErrorKind) -> Self {
        let mut error = Self::new(kind, Outcome::Unknown);
        error.0.is_question = true;
        error
    }

    pub(crate) fn with_request_id(mut self, request_id: &RequestId) -> Self {
        self.0.request_id = Some(request_id.clone());
        self
    }

    /// Returns whether an order may exist at DOKU.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns the violations of the contract, all of them; empty for any other error.
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            ErrorKind::Violations(violations) => violations,
            _ => &[],
        }
    }

    /// Returns where the body is no JSON.
    pub fn syntax(&self) -> Option<&SyntaxError> {
        match &self.0.kind {
            ErrorKind::Syntax(error) => Some(error),
            _ => None,
        }
    }

    /// Returns what DOKU said, if it answered with something else than an order.
    pub fn rejection(&self) -> Option<&Rejection> {
        match &self.0.kind {
            ErrorKind::Rejected(rejection) | ErrorKind::Failed(rejection) | ErrorKind::StatusRejected(rejection) => {
                Some(rejection)
            }
            _ => None,
        }
    }

    /// Returns why the answer's signature was not accepted.
    pub fn verification(&self) -> Option<&VerificationError> {
        match &self.0.kind {
            ErrorKind::Unverified { error, .. } => Some(error),
            _ => None,
        }
    }

    /// Returns whether the client was configured wrongly.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Configuration(_))
    }

    /// Returns whether sending the same prepared order again may help: after a lost connection, a time-out, HTTP 429
    /// and 5xx, and after an answer that could not be verified.
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            ErrorKind::Connect { .. }
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted(_)
            | ErrorKind::AnswerTooLarge
            | ErrorKind::Unverified { .. } => true,
            ErrorKind::Rejected(rejection) | ErrorKind::StatusRejected(rejection) => {
                matches!(rejection.status, 408 | 429 | 500..=599)
            }
            _ => false,
        }
    }

    /// Returns the `Request-Id` of the call; `None` if the call did not get that far.
    pub fn request_id(&self) -> Option<&RequestId> {
        self.0.request_id.as_ref()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Syntax(error) => Some(error),
            ErrorKind::Connect { source, .. } | ErrorKind::Interrupted(source) => Some(source.as_ref()),
            ErrorKind::Unverified { error, .. } => Some(error),
            ErrorKind::Bug(_)
            | ErrorKind::Configuration(_)
            | ErrorKind::Build(_)
            | ErrorKind::Violations(_)
            | ErrorKind::TimedOut
            | ErrorKind::AnswerTooLarge
            | ErrorKind::Rejected(_)
            | ErrorKind::Unreadable { .. }
            | ErrorKind::Failed(_)
            | ErrorKind::StatusRejected(_) => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Bug(what) => write!(f, "{what}: a fault of this library; please report it")?,
            ErrorKind::Configuration(what) | ErrorKind::Build(what) => f.write_str(what)?,
            ErrorKind::Syntax(_) => f.write_str("the body is not json")?,
            ErrorKind::Violations(violations) => {
                write!(f, "the body breaks the contract in {} place", violations.len())?;
                f.write_str(if violations.len() == 1 { ": " } else { "s: " })?;
                for (at, violation) in violations.iter().take(MOST_VIOLATIONS).enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{violation}")?;
                }
                if let Some(more @ 1..) = violations.len().checked_sub(MOST_VIOLATIONS) {
                    write!(f, "; and {more} more")?;
                }
            }
            ErrorKind::Connect { to, .. } => write!(f, "no connection to {to} could be made")?,
            ErrorKind::TimedOut => f.write_str("doku did not answer in time")?,
            ErrorKind::Interrupted(_) => f.write_str("the connection to doku broke before the answer was complete")?,
            ErrorKind::AnswerTooLarge => f.write_str("the answer is longer than 1 MiB and was not read")?,
            ErrorKind::Rejected(rejection) | ErrorKind::StatusRejected(rejection) => {
                write!(f, "doku answered with http status {}", rejection.status)?;
                if let Some(code) = rejection.code.as_deref().filter(|code| is_code(code)) {
                    write!(f, " and code {code}")?;
                }
            }
            ErrorKind::Unverified { status, .. } => {
                write!(f, "the answer with http status {status} is not proven to be doku's")?;
            }
            ErrorKind::Unreadable { status, reason } => {
                write!(f, "the answer with http status {status} cannot be used: {reason}")?;
            }
            ErrorKind::Failed(_) => f.write_str("doku answered with payment status FAILED")?,
        }
        let is_ours = matches!(
            self.0.kind,
            ErrorKind::Configuration(_) | ErrorKind::Build(_) | ErrorKind::Syntax(_) | ErrorKind::Violations(_)
        );
        match (&self.0.kind, self.0.outcome) {
            (_, outcome) if is_ours && (outcome == Outcome::NothingSent || self.0.is_question) => Ok(()),
            _ if self.0.is_question => f.write_str("; this does not prove that there is no order"),
            (ErrorKind::Rejected(rejection), outcome) => rejection.write_remedy(outcome, f),
            (_, outcome) => f.write_str(remedy(outcome)),
        }
    }
}

/// So many violations are told in the text of an error; [`Error::violations`] has all.
const MOST_VIOLATIONS: usize = 20;

impl Report {
    /// Returns an error with the violations, if there are any.
    pub(crate) fn into_result(self) -> Result<(), Error> {
        if self.is_valid() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Violations(self.violations), Outcome::NothingSent))
    }
}

impl From<SyntaxError> for Error {
    fn from(error: SyntaxError) -> Self {
        Self::new(ErrorKind::Syntax(error), Outcome::NothingSent)
    }
}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        Self::new(ErrorKind::Configuration(error.to_string()), Outcome::NothingSent)
    }
}

impl From<ComponentError> for Error {
    fn from(error: ComponentError) -> Self {
        Self::new(ErrorKind::Configuration(error.to_string()), Outcome::NothingSent)
    }
}

impl From<crate::contract::generated::types::error::ConversionError> for Error {
    fn from(error: crate::contract::generated::types::error::ConversionError) -> Self {
        let violations = crate::check::given(&error);
        let kind =
            if violations.is_empty() { ErrorKind::Build(error.to_string()) } else { ErrorKind::Violations(violations) };
        Self::new(kind, Outcome::NothingSent)
    }
}
