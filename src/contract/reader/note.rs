use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;
use crate::message::{
    error::MoneyError,
    json::{Value, ValueKind},
};

/// A part of a message of DOKU's that did not fit the contract and is therefore absent from what was read.
///
/// It holds a place and a code, never a value. The bytes of the message still have what was there.
///
/// Serialises as `{"pointer", "code"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Note {
    pointer: String,
    code: NoteCode,
    #[serde(skip)]
    reason: Reason,
}

/// The stable code of a [`Note`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoteCode {
    /// A member without which its object cannot be read is missing.
    Missing,
    /// The number or text is no amount in whole rupiah.
    NotAnAmount,
    /// The value is of another type.
    WrongType,
}

/// Why, for the text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    Missing,
    Money(MoneyError),
    Type { expected: &'static str, found: ValueKind },
}

impl Note {
    /// Returns where, as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> NoteCode {
        self.code
    }

    /// Returns the text for people, without the pointer.
    #[must_use]
    pub fn message(&self) -> String {
        match &self.reason {
            Reason::Missing => "is required and missing".to_owned(),
            Reason::Money(error) => format!("is no amount: {error}"),
            Reason::Type { expected, found } => format!("must be {expected}, found {}", with_article(*found)),
        }
    }

    #[cold]
    pub(crate) fn missing(at: Place<'_>) -> Box<Self> {
        Box::new(Self { pointer: at.to_string(), code: NoteCode::Missing, reason: Reason::Missing })
    }

    #[cold]
    pub(crate) fn wrong_type(at: Place<'_>, expected: &'static str, found: Value<'_>) -> Box<Self> {
        let reason = Reason::Type { expected, found: found.kind() };
        Box::new(Self { pointer: at.to_string(), code: NoteCode::WrongType, reason })
    }

    #[cold]
    pub(crate) fn not_an_amount(at: Place<'_>, error: MoneyError) -> Box<Self> {
        Box::new(Self { pointer: at.to_string(), code: NoteCode::NotAnAmount, reason: Reason::Money(error) })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "the whole body" } else { &self.pointer };
        write!(f, "{place} {}", self.message())
    }
}

fn with_article(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Null => "null",
        ValueKind::Boolean => "a boolean",
        ValueKind::Number => "a number",
        ValueKind::String => "a string",
        ValueKind::Array => "an array",
        ValueKind::Object => "an object",
    }
}

impl NoteCode {
    /// Every code.
    pub const ALL: [Self; 3] = [Self::Missing, Self::NotAnAmount, Self::WrongType];

    /// Returns the code as text, for example `wrong_type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotAnAmount => "not_an_amount",
            Self::WrongType => "wrong_type",
        }
    }
}

impl fmt::Display for NoteCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
