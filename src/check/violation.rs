//! One place where a body breaks the contract.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// One place where a body breaks the contract, or an advisory. Never holds the value that was met, but for the sum of the
/// line items.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Violation {
    pub(crate) pointer: String,
    pub(crate) code: Code,
    pub(crate) rule: String,
    pub(crate) limit: Option<Value>,
    pub(crate) met: Option<Met>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) instead: Option<String>,
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
    /// The number is acceptable, and written with decimals or an exponent.
    NotPlain,
    /// The id has a meaning of its own at Indodana.
    Reserved,
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

/// What was met in place of an acceptable value: its type or its size, and for a sum the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Met {
    /// Text of so many characters.
    Characters(u64),
    /// An array of so many elements.
    Elements(u64),
    /// Line items with this sum of price × quantity, and its difference from the amount.
    Sum {
        /// The sum in rupiah, exact.
        sum: Exact,
        /// The sum less the amount: negative where the items make less.
        difference: Exact,
    },
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

/// A decimal number as it is, for example `99999.99`; as JSON a text, because a JSON number may be read as a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact {
    /// In 10⁻¹²: what a product of two numbers with six decimals needs.
    pub(crate) trillionths: i128,
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ONE: u128 = 1_000_000_000_000;
        let (sign, number) = (if self.trillionths < 0 { "-" } else { "" }, self.trillionths.unsigned_abs());
        let fraction = format!("{:012}", number % ONE);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{}", number / ONE),
            fraction => write!(f, "{sign}{}.{fraction}", number / ONE),
        }
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Exact {
    fn schema_name() -> Cow<'static, str> {
        "Exact".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$", "description": "A decimal number as it is." })
    }
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

    /// Returns what would be acceptable: an example of the contract, the nearest value that it lists, or the nearest name
    /// of a member. Never the value that was met.
    pub fn instead(&self) -> Option<&str> {
        self.instead.as_deref()
    }

    /// Returns the number in the deviations, for an advisory.
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

/// So much of a pointer the text shows, in characters.
const LONGEST_POINTER: usize = 128;

impl Code {
    /// Returns the code as text, for example `too_long`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadFormat => "bad_format",
            Self::Missing => "missing",
            Self::NoAlternative => "no_alternative",
            Self::NotListed => "not_listed",
            Self::NotPlain => "not_plain",
            Self::Reserved => "reserved",
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
