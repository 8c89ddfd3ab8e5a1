//! How a failure gets to `index.js`, which makes the exception: as a record in the text of the native error.

use doku_indodana::error::{ComponentError, CredentialsError, Error, Outcome, SyntaxError, VerificationError};
use doku_store::{StoreError, StoreErrorKind};
use serde_json::{Value, json};

/// What stands before the record.
const MARK: &str = "doku-indodana:";

/// Why a call failed.
pub(crate) enum Failure {
    /// An argument cannot be used: a `TypeError` or a `RangeError`. The pointer is the place in a body.
    Argument { class: &'static str, code: &'static str, message: String, pointer: Option<String> },
    /// There is no such environment.
    Environment,
    /// The crate says no.
    Library(Error),
    /// A notification is not proven to be DOKU's. It is about no order that is being sent.
    Unverified(VerificationError),
    /// An answer is not proven to be DOKU's. What it answers may have made an order.
    UnverifiedAnswer(VerificationError),
    /// The store says no.
    Store(StoreError),
    /// The store is closed.
    Closed,
    /// The engine says no; an exception that the caller's own code threw passes as it is.
    Engine(napi::Error),
}

impl Failure {
    /// An argument is of a kind that cannot be used.
    pub(crate) fn kind(code: &'static str, message: impl Into<String>) -> Self {
        Self::Argument { class: "TypeError", code, message: message.into(), pointer: None }
    }

    /// An argument is out of the range that can be used.
    pub(crate) fn range(code: &'static str, message: impl Into<String>) -> Self {
        Self::Argument { class: "RangeError", code, message: message.into(), pointer: None }
    }

    /// Says where in a body the value is.
    pub(crate) fn at(mut self, place: &str) -> Self {
        if let Self::Argument { pointer, .. } = &mut self {
            *pointer = Some(place.to_owned());
        }
        self
    }

    /// Returns the record of what the store says.
    pub(crate) fn store(error: &StoreError) -> Value {
        let mut record = error.order_error().map_or_else(|| json!({ "outcome": null }), library);
        if error.order_error().is_none() {
            record["code"] = error.kind().code().into();
        }
        record["class"] = "StoreError".into();
        record["kind"] = error.kind().code().into();
        record["httpStatus"] = error.http_status().as_u16().into();
        record["message"] = error.to_string().into();
        record
    }

    pub(crate) fn record(&self) -> Option<Value> {
        Some(match self {
            Self::Argument { class, code, message, pointer } => {
                json!({ "class": class, "code": code, "message": message, "pointer": pointer })
            }
            Self::Environment => json!({
                "class": "DokuError",
                "code": "configuration",
                "outcome": "nothing_sent",
                "message": NO_ENVIRONMENT,
            }),
            Self::Library(error) => library(error),
            Self::Store(error) => Self::store(error),
            Self::Closed => {
                let code = StoreErrorKind::NotPossible.code();
                json!({
                    "class": "StoreError",
                    "code": code,
                    "kind": code,
                    "httpStatus": 409,
                    "outcome": null,
                    "message": "the store is closed; open it again",
                })
            }
            Self::Unverified(error) => unverified(error, None),
            Self::UnverifiedAnswer(error) => unverified(error, Some(Outcome::Unknown)),
            Self::Engine(_) => return None,
        })
    }
}

const NO_ENVIRONMENT: &str =
    r#"there is no such environment; pass "sandbox", "production", or a url such as "http://127.0.0.1:4000""#;

fn library(error: &Error) -> Value {
    let mut record = json!(error);
    record["class"] = "DokuError".into();
    // The texts of the rules are part of what a caller shows.
    for (at, violation) in error.violations().iter().enumerate() {
        record["violations"][at] = crate::report::violation(violation);
    }
    // Where the body is no JSON, the place is the reason.
    if let Some(syntax) = error.syntax() {
        record["message"] = format!("{error}: {syntax}").into();
    } else if error.verification().is_none() {
        record["cause"] = cause(error).into();
    }
    record
}

fn unverified(error: &VerificationError, outcome: Option<Outcome>) -> Value {
    json!({
        "class": "VerificationError",
        "code": error.code(),
        "outcome": outcome,
        "message": error.to_string(),
        "verification": error,
    })
}

/// Returns what the network said, from the outside inwards; `None` for what has no further reason. It names no URL.
fn cause(error: &Error) -> Option<String> {
    let reasons = std::iter::successors(std::error::Error::source(error), |reason| reason.source());
    let reasons: Vec<_> = reasons.map(ToString::to_string).collect();
    if reasons.is_empty() { None } else { Some(reasons.join(": ")) }
}

impl From<Failure> for napi::Error {
    fn from(failure: Failure) -> Self {
        match (failure.record(), failure) {
            (None, Failure::Engine(error)) => error,
            (record, _) => Self::from_reason(format!("{MARK}{}", record.unwrap_or_default())),
        }
    }
}

impl From<napi::Error> for Failure {
    fn from(error: napi::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

impl From<SyntaxError> for Failure {
    fn from(error: SyntaxError) -> Self {
        Self::Library(error.into())
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        Self::Library(error.into())
    }
}

impl From<ComponentError> for Failure {
    fn from(error: ComponentError) -> Self {
        Self::Library(error.into())
    }
}

impl From<VerificationError> for Failure {
    fn from(error: VerificationError) -> Self {
        Self::Unverified(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
