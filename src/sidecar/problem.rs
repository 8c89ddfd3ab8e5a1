//! Errors of the API: `application/problem+json`, each with a stable code.
//!
//! Source: RFC 9457.

use axum::{body::Body, response::Response};
use doku_indodana::error::{Language, Violation};
use doku_store::{StoreError, StoreErrorKind};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// The stable code of an error of the API. It is the member `code`, and the last part of `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// The request itself is wrong: a header, the query, or a small body.
    BadRequest,
    /// A fault of the sidecar.
    Bug,
    /// The effect is ended, or was handed over again since.
    EffectEnded,
    /// The invoice number is stored with another order.
    InvoiceUsed,
    /// The idempotency key was used with another order.
    KeyReused,
    /// The path has no such method.
    MethodNotAllowed,
    /// The name of the host is not one of the sidecar's.
    Misdirected,
    /// There is no such path, order or effect.
    NotFound,
    /// It cannot be done in this state.
    NotPossible,
    /// DOKU refused the order: there is none.
    Refused,
    /// The store cannot be read or written now.
    StoreUnavailable,
    /// The order is no JSON.
    Syntax,
    /// The body is too large.
    TooLarge,
    /// The body took too long.
    TooSlow,
    /// The token is missing or wrong.
    Unauthorized,
    /// The order breaks the contract.
    Violations,
}

impl Code {
    /// All codes.
    pub const ALL: [Self; 16] = [
        Self::BadRequest,
        Self::Bug,
        Self::EffectEnded,
        Self::InvoiceUsed,
        Self::KeyReused,
        Self::MethodNotAllowed,
        Self::Misdirected,
        Self::NotFound,
        Self::NotPossible,
        Self::Refused,
        Self::StoreUnavailable,
        Self::Syntax,
        Self::TooLarge,
        Self::TooSlow,
        Self::Unauthorized,
        Self::Violations,
    ];

    /// Returns the code as text.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Returns the HTTP status that it comes with.
    pub fn status(self) -> StatusCode {
        self.row().1
    }

    /// Returns what is the same in each case of it.
    pub fn title(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::BadRequest => ("bad_request", StatusCode::BAD_REQUEST, "The request is wrong"),
            Self::Bug => ("bug", StatusCode::INTERNAL_SERVER_ERROR, "A fault of the sidecar"),
            Self::EffectEnded => ("effect_ended", StatusCode::CONFLICT, "The effect is ended or was handed over again"),
            Self::InvoiceUsed => ("invoice_used", StatusCode::CONFLICT, "The invoice number has another order"),
            Self::KeyReused => {
                ("key_reused", StatusCode::UNPROCESSABLE_ENTITY, "The idempotency key has another order")
            }
            Self::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "The path has no such method")
            }
            Self::Misdirected => ("misdirected", StatusCode::MISDIRECTED_REQUEST, "The host is another one"),
            Self::NotFound => ("not_found", StatusCode::NOT_FOUND, "There is no such thing"),
            Self::NotPossible => ("not_possible", StatusCode::CONFLICT, "It cannot be done in this state"),
            Self::Refused => ("refused", StatusCode::UNPROCESSABLE_ENTITY, "DOKU refused the order"),
            Self::StoreUnavailable => {
                ("store_unavailable", StatusCode::SERVICE_UNAVAILABLE, "The store cannot be used now")
            }
            Self::Syntax => ("syntax", StatusCode::BAD_REQUEST, "The order is no JSON"),
            Self::TooLarge => ("too_large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::TooSlow => ("too_slow", StatusCode::REQUEST_TIMEOUT, "The body took too long"),
            Self::Unauthorized => ("unauthorized", StatusCode::UNAUTHORIZED, "The token is missing or wrong"),
            Self::Violations => ("violations", StatusCode::UNPROCESSABLE_ENTITY, "The order breaks the contract"),
        }
    }
}

/// An error, ready to be sent.
#[derive(Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: String,
    members: Map<String, Value>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), members: Map::new() }
    }

    pub(crate) fn code(&self) -> Code {
        self.code
    }

    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// Adds a member of its own.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let (code, status) = (self.code.as_str(), self.code.status());
        let mut document = json!({
            "type": format!("/problems/{code}"),
            "title": self.code.title(),
            "status": status.as_u16(),
            "code": code,
            "detail": self.detail,
        });
        if let Value::Object(document) = &mut document {
            document.extend(self.members);
        }
        let mut response = Response::new(Body::from(document.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match self.code {
            Code::Unauthorized => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"doku\""));
            }
            Code::StoreUnavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            // What is left of the body is not read.
            Code::TooLarge | Code::TooSlow => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match error.kind() {
            StoreErrorKind::Order if error.violations().is_empty() => Code::Syntax,
            StoreErrorKind::Order => Code::Violations,
            StoreErrorKind::Conflict => Code::InvoiceUsed,
            StoreErrorKind::KeyReused => Code::KeyReused,
            StoreErrorKind::NotFound => Code::NotFound,
            StoreErrorKind::NotPossible => Code::NotPossible,
            StoreErrorKind::Unusable | StoreErrorKind::Unavailable | StoreErrorKind::Failed => Code::StoreUnavailable,
            _ => Code::Bug,
        };
        let violations: Vec<Value> = error.violations().iter().map(violation).collect();
        let detail = match code {
            Code::Violations => "the order breaks the contract: see violations; nothing was stored or sent".to_owned(),
            _ => error.to_string(),
        };
        let place = error.order_error().and_then(doku_indodana::Error::syntax);
        let place = place.map(|syntax| json!({ "line": syntax.line(), "column": syntax.column() }));
        let problem = Self::new(code, detail);
        let problem = if let Some(place) = place { problem.with("place", place) } else { problem };
        if violations.is_empty() { problem } else { problem.with("violations", violations) }
    }
}

fn violation(violation: &Violation) -> Value {
    json!({
        "pointer": violation.pointer(),
        "code": violation.code().as_str(),
        "rule": violation.rule(),
        "limit": violation.limit(),
        "instead": violation.instead(),
        "text": violation.message(Language::English),
    })
}
