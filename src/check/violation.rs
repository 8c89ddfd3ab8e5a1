//! One place where a body breaks the contract.

use std::fmt::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// One place where a body breaks the contract, or an advisory. Never holds the value that was met.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Violation {
    pub(crate) pointer: String,
    pub(crate) code: Code,
    pub(crate) rule: String,
    pub(crate) limit: Option<Value>,
    pub(crate) met: Option<Met>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) deviation: Option<String>,
}

/// The stable code of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// The text does not match the pattern.
    BadFormat,
    /// A mandatory member is missing.
    Missing,
    /// No alternative of the contract fits.
    NoAlternative,
    /// The value is not in the list.
    NotListed,
    /// The sum over the line items is not the amount.
    SumMismatch,
    /// Too few elements.
    TooFew,
    /// The number is too large.
    TooLarge,
    /// The text is too long.
    TooLong,
    /// Too many elements.
    TooMany,
    /// The number has too many decimals.
    TooPrecise,
    /// The text is too short.
    TooShort,
    /// The number is too small.
    TooSmall,
    /// The contract has no such member.
    UnknownField,
    /// The value is of another type.
    WrongType,
}

/// What was met in place of an acceptable value: its type or its size, never the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Met {
    /// Text of so many characters.
    Characters(u64),
    /// An array of so many elements.
    Elements(u64),
    /// A value of this JSON type.
    Type(&'static str),
}

/// The language of messages for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Indonesian.
    Indonesian,
}

impl Violation {
    /// Returns where, as a JSON pointer (RFC 6901): of the missing or unknown member itself, of the total for a sum.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns the stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Returns the keyword of the contract's schema, for example `maxLength`.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Returns the limit of the rule: a number, a pattern or the name of a type. `None` where the rule has none.
    pub fn limit(&self) -> Option<&Value> {
        self.limit.as_ref()
    }

    /// Returns what was met instead: a type or a size.
    pub fn met(&self) -> Option<Met> {
        self.met
    }

    /// Returns the number in the ledger of deviations, for an advisory.
    pub fn deviation(&self) -> Option<&str> {
        self.deviation.as_deref()
    }

    /// Returns the text for people, without the pointer.
    pub fn message(&self, language: Language) -> String {
        crate::check::message(self, language)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            f.write_str("the whole body")?;
        }
        // The names in it may come from outside: they are kept short and without control characters.
        for character in self.pointer.chars().take(LONGEST_POINTER) {
            f.write_char(if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })?;
        }
        if self.pointer.chars().nth(LONGEST_POINTER).is_some() {
            f.write_char('…')?;
        }
        write!(f, " {}", self.message(Language::English))
    }
}

/// So much of a pointer is told in the text, in characters.
const LONGEST_POINTER: usize = 128;

impl Code {
    /// Returns the code as text, for example `too_long`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadFormat => "bad_format",
            Self::Missing => "missing",
            Self::NoAlternative => "no_alternative",
            Self::NotListed => "not_listed",
            Self::SumMismatch => "sum_mismatch",
            Self::TooFew => "too_few",
            Self::TooLarge => "too_large",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::TooPrecise => "too_precise",
            Self::TooShort => "too_short",
            Self::TooSmall => "too_small",
            Self::UnknownField => "unknown_field",
            Self::WrongType => "wrong_type",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
