//! Errors in what the caller gives: parts of the signature, money.

use std::{error, fmt};

/// Why a text cannot stand in the string to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComponentError {
    /// The digest is not Base64 of 32 bytes.
    Digest,
    /// The request id is not 1 to 128 visible ASCII characters.
    RequestId,
    /// The request target is no path.
    RequestTarget,
    /// The timestamp has another form, or is no time that exists.
    Timestamp,
}

impl error::Error for ComponentError {}

impl fmt::Display for ComponentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Digest => "the digest must be the base64 of a sha-256 hash, 44 characters",
            Self::RequestId => "the request id must be 1 to 128 visible ascii characters without blanks",
            Self::RequestTarget => {
                "the request target must be a path that begins with / and has no scheme, host, blank or #"
            }
            Self::Timestamp => "the timestamp must be a time in utc such as 2021-07-07T08:45:42Z",
        })
    }
}

/// Why a number is no amount and no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// The amount has three decimals or more, so its point may be meant to part thousands.
    Ambiguous,
    /// The amount has a fraction of a rupiah.
    Fraction,
    /// The number is negative.
    Negative,
    /// The text is no decimal number.
    NotANumber,
    /// The number has more than 16 digits.
    TooLarge,
    /// The price has more than two decimals.
    TooPrecise,
}

impl error::Error for MoneyError {}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambiguous => "the amount has more than two decimals, so its point may be meant to part thousands; write 20000 or 20000.00",
            Self::Fraction => "the amount has a fraction of a rupiah; amounts are whole",
            Self::Negative => "the number is negative; amounts and prices are not",
            Self::NotANumber => "the text is not a decimal number such as 100000 or 19999.50",
            Self::TooLarge => "the number has more than 16 digits, decimals included",
            Self::TooPrecise => "the price has more than two decimals; round it first",
        })
    }
}

/// Why a verified body could not be read as what the contract says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// The JSON is not of the contract's shape. The text names the place and the type, never a value.
    Shape(String),
    /// The body is no JSON.
    Syntax(super::json::SyntaxError),
}

impl error::Error for PayloadError {}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(what) => {
                write!(f, "the body is not what the contract says: {what}; keep it and look at it by hand")
            }
            Self::Syntax(error) => write!(f, "the body is not json: {error}; keep it and look at it by hand"),
        }
    }
}
