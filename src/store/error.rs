//! Every public error of the package: [`StoreError`].

use std::fmt;

use doku_indodana::{Error, error::Violation};
use http::StatusCode;

/// Why the store did not do what it was asked for.
///
/// The text says what happened, where, and what to do next. It holds no secret and no part of a body.
#[derive(Debug)]
pub struct StoreError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: StoreErrorKind,
    text: String,
    source: Option<Error>,
}

/// What to do about a [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The order breaks the contract, or is no JSON. Nothing was stored or sent.
    Order,
    /// The invoice number is stored with another order. Nothing was stored or sent.
    Conflict,
    /// The idempotency key was used with another order. Nothing was stored or sent.
    KeyReused,
    /// The store does not hold what was named.
    NotFound,
    /// What was asked for was done before, or cannot be done in this state.
    NotPossible,
    /// The store cannot be used as it is: somebody has to correct the configuration or the file. It was not touched.
    Unusable,
    /// The store cannot be read or written now: disk full, locked, not reachable. Answer 503 and try again.
    Unavailable,
    /// The store failed for good: an input or output error. Let the process end and start again.
    Failed,
    /// A fault of this library. Please report it.
    Bug,
}

impl StoreErrorKind {
    /// Returns the stable code of the kind.
    pub fn code(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Conflict => "conflict",
            Self::KeyReused => "key_reused",
            Self::NotFound => "not_found",
            Self::NotPossible => "not_possible",
            Self::Unusable => "unusable",
            Self::Unavailable => "unavailable",
            Self::Failed => "failed",
            Self::Bug => "bug",
        }
    }
}

impl StoreError {
    pub(crate) fn new(kind: StoreErrorKind, text: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, text: text.into(), source: None }))
    }

    pub(crate) fn unusable(text: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unusable, text)
    }

    pub(crate) fn unavailable(text: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unavailable, text)
    }

    pub(crate) fn bug(text: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Bug, text)
    }

    /// Returns the same error once more, for all that were waiting for one commit.
    pub(crate) fn again(&self) -> Self {
        Self::new(self.0.kind, self.0.text.clone())
    }

    /// Returns what to do about it.
    pub fn kind(&self) -> StoreErrorKind {
        self.0.kind
    }

    /// Returns the HTTP status to answer a caller with: 422, 409, 404, 503, or 500 for a fault of this library.
    pub fn http_status(&self) -> StatusCode {
        match self.0.kind {
            StoreErrorKind::Order | StoreErrorKind::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            StoreErrorKind::Conflict | StoreErrorKind::NotPossible => StatusCode::CONFLICT,
            StoreErrorKind::NotFound => StatusCode::NOT_FOUND,
            StoreErrorKind::Unusable | StoreErrorKind::Unavailable | StoreErrorKind::Failed => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            StoreErrorKind::Bug => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the violations of the contract, all of them; empty for any other error.
    pub fn violations(&self) -> &[Violation] {
        self.0.source.as_ref().map_or(&[], Error::violations)
    }

    /// Returns the error of the order, if that is what it is.
    pub fn order_error(&self) -> Option<&Error> {
        self.0.source.as_ref()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|error| error as _)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let text = format!("{error}; the order was not stored");
        Self(Box::new(Inner { kind: StoreErrorKind::Order, text, source: Some(error) }))
    }
}

pub(crate) fn not_stored() -> StoreError {
    StoreError::new(StoreErrorKind::NotFound, "no order with this invoice number is stored")
}

pub(crate) fn contended() -> StoreError {
    StoreError::unavailable("too many changes of one order at once: nothing was changed; try again")
}
