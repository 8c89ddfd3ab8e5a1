//! The check: the contract's JSON Schema over exactly the bytes that are sent or were received.
//!
//! ```
//! use doku_indodana::check::{Kind, check};
//!
//! let report = check(Kind::Request, br#"{"order":{"invoice_number":""}}"#)?;
//! assert!(report.violations().iter().any(|violation| violation.pointer() == "/order/invoice_number"));
//! # Ok::<(), doku_indodana::error::SyntaxError>(())
//! ```

#[cfg(test)]
mod agreement;
mod checker;
mod keyword;
mod message;
mod violation;

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use self::checker::Checker;
pub(crate) use self::message::message;
pub use self::violation::{Code, Exact, Language, Met, Violation};
use crate::{
    contract::{draft::ConversionError, generated, schema::components},
    message::json::{Document, SyntaxError},
};

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The body of generate order.
    Request,
    /// The answer to generate order.
    Response,
    /// DOKU's notification of a payment.
    Notification,
    /// The answer to check status.
    Status,
    /// The body of a refusal.
    Error,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Request, Self::Response, Self::Notification, Self::Status, Self::Error];

    /// Returns the name: `request`, `response`, `notification`, `status`, `error`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Notification => "notification",
            Self::Status => "status",
            Self::Error => "error",
        }
    }

    /// Returns the name of the contract's component.
    pub fn component(self) -> &'static str {
        match self {
            Self::Request => "GenerateOrderRequest",
            Self::Response => "GenerateOrderResponse",
            Self::Notification => "PaymentNotification",
            Self::Status => "OrderStatus",
            Self::Error => "ErrorBody",
        }
    }

    fn checker(self) -> &'static Checker {
        static CHECKERS: [LazyLock<Checker>; 5] = [
            LazyLock::new(|| Checker::new(Kind::Request.component())),
            LazyLock::new(|| Checker::new(Kind::Response.component())),
            LazyLock::new(|| Checker::new(Kind::Notification.component())),
            LazyLock::new(|| Checker::new(Kind::Status.component())),
            LazyLock::new(|| Checker::new(Kind::Error.component())),
        ];
        &CHECKERS[self as usize]
    }
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    valid: bool,
    pub(crate) violations: Vec<Violation>,
    advisories: Vec<Violation>,
}

impl Report {
    /// Returns whether there is no violation. Advisories do not count.
    pub fn is_valid(&self) -> bool {
        self.valid
    }

    /// Returns the violations, sorted by pointer and code. A body with any of them is not sent.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// Returns the advisories: limits that DOKU's page states and contradicts, each with its number in the ledger.
    pub fn advisories(&self) -> &[Violation] {
        &self.advisories
    }

    /// Makes every advisory a violation, as `-D warnings` does.
    #[must_use]
    pub fn deny_advisories(mut self) -> Self {
        self.violations.append(&mut self.advisories);
        sort(&mut self.violations);
        self.valid = self.violations.is_empty();
        self
    }
}

/// Checks a body against the contract: all violations at once, and the advisories.
///
/// # Errors
///
/// Where `body` is no JSON text, has a key twice in an object, is nested deeper than 32 levels or longer than 16 MiB.
pub fn check(kind: Kind, body: &[u8]) -> Result<Report, SyntaxError> {
    Ok(check_document(kind, &Document::parse(body)?))
}

/// Checks a body that was read already, for its places in the source.
pub fn check_document(kind: Kind, document: &Document<'_>) -> Report {
    let checker = kind.checker();
    let mut violations = checker.violations(document);
    let mut advisories = checker.advisories(document);
    sort(&mut violations);
    sort(&mut advisories);
    Report { valid: violations.is_empty(), violations, advisories }
}

/// Returns whether a body has no violation; the quick way for the common case.
pub(crate) fn is_valid(kind: Kind, document: &Document<'_>) -> bool {
    kind.checker().is_valid(document)
}

/// Returns all violations of what a builder was given, as the check of its JSON has them; none where a part of it is not
/// known.
pub(crate) fn given(error: &ConversionError) -> Vec<Violation> {
    let Some((component, text, exact)) = error.given() else { return Vec::new() };
    // JSON by its making, but it may be longer than is read.
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let mut violations = if component == Kind::Request.component() {
        Kind::Request.checker().violations(&document)
    } else {
        Checker::new(component).violations(&document)
    };
    // Another number that breaks the same rule says nothing of the sum.
    violations.retain(|violation| exact || violation.code() != Code::SumMismatch);
    sort(&mut violations);
    violations
}

fn sort(violations: &mut [Violation]) {
    violations.sort_by(|a, b| (&a.pointer, a.code).cmp(&(&b.pointer, b.code)));
}

/// Returns the contract as OpenAPI 3.0.3, JSON text.
pub fn openapi_30() -> &'static str {
    generated::OPENAPI_30
}

/// Returns the contract as OpenAPI 3.1, JSON text, with the notification as a webhook.
pub fn openapi_31() -> &'static str {
    generated::OPENAPI_31
}

/// Returns the names of the contract's components, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    components().components().into_iter().flat_map(|components| components.keys().map(String::as_str))
}

/// Returns the JSON Schema 2020-12 of a component with all that it refers to in `$defs`; `None` for an unknown name.
pub fn schema(name: &str) -> Option<Value> {
    components().component(name)?;
    let definitions: serde_json::Map<_, _> = components()
        .reachable(name)
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), components().component(name)?.clone())))
        .collect();
    Some(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "$ref": format!("#/$defs/{name}"),
        "$defs": definitions,
    }))
}

/// Returns whether the value at a pointer is personal, by the contract's `x-sensitive`. What the contract does not know
/// may be, so it counts as personal.
pub fn is_sensitive(kind: Kind, pointer: &str) -> bool {
    let mut schema = components().component(kind.component()).expect("each kind has a component");
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next =
            schema.get("properties").and_then(|properties| properties.get(&token)).or_else(|| schema.get("items"));
        let Some(next) = next else { return true };
        schema = components().resolve(next);
    }
    schema["x-sensitive"] == true
}
