//! Money without floating point: [`Rupiah`] and [`Price`].

mod decimal;
mod integer;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::value::RawValue;

pub(crate) use self::decimal::Decimal;
use crate::message::{
    error::MoneyError,
    json::exact::{self, FromExact, Written},
};

/// An amount in whole rupiah (IDR), from 0 to 9,999,999,999,999,999 (16 digits).
///
/// Serialises as a JSON integer. Reads what DOKU writes: `100000`, `100000.0`, `100000.00`, the same as text, and numbers
/// such as `1.0E7`. A fraction other than zero is an error, never rounded, and so are three decimals: `20.000` may be meant
/// as twenty thousand.
///
/// ```
/// use doku_indodana::Rupiah;
///
/// let amount = Rupiah::try_from(100_000)?;
/// assert_eq!(amount.get(), 100_000);
/// assert_eq!(serde_json::from_str::<Rupiah>("100000.00")?, amount);
/// assert_eq!("200000.5".parse::<Rupiah>().unwrap_err().to_string(), "the amount has a fraction of a rupiah; amounts are whole");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: page, `order.amount`; D-08, D-19.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rupiah(u64);

/// A price in rupiah (IDR) with at most two decimals, from 0 to 99,999,999,999,999.99 (16 digits).
///
/// Held as a whole number of hundredths. Serialises as a JSON number with exact digits: `50000`, `19999.50`.
///
/// ```
/// use doku_indodana::Price;
///
/// let price: Price = "19999.5".parse()?;
/// assert_eq!(price.hundredths(), 1_999_950);
/// assert_eq!(serde_json::to_string(&price)?, "19999.50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: page, `order.line_items.price`; D-07.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u64);

/// So many digits an amount has at most, before its point.
const MOST_DIGITS: usize = 16;

/// So many decimals are written of an amount at most. A third one may be meant to part thousands: `20.000`.
const MOST_DECIMALS: i64 = 2;

/// Sixteen digits.
const LIMIT: u64 = 9_999_999_999_999_999;

impl Rupiah {
    /// The greatest amount, 16 digits.
    pub const MAX: Self = Self(LIMIT);

    /// Returns the amount in whole rupiah.
    pub const fn get(self) -> u64 {
        self.0
    }

    pub(crate) fn in_hundredths(self) -> u128 {
        u128::from(self.0) * 100
    }

    /// Reads a JSON number of a request: its value counts, so `100000.000` is 100000.
    pub(crate) fn from_number(digits: &str) -> Result<Self, MoneyError> {
        Decimal::parse(digits)?.rupiah()
    }

    /// Reads a JSON number of DOKU's: as in a request, but for a point that may part thousands.
    pub(crate) fn from_received_number(digits: &str) -> Result<Self, MoneyError> {
        if let Some(amount) = plain(digits) {
            return Ok(Self(amount));
        }
        let decimal = Decimal::parse(digits)?;
        let amount = decimal.rupiah()?;
        if decimal.scale() > MOST_DECIMALS { Err(MoneyError::Ambiguous) } else { Ok(amount) }
    }

    /// Reads a text of DOKU's: 1 to 16 digits, with no decimals, or one or two that are zero.
    pub(crate) fn from_received_text(text: &str) -> Result<Self, MoneyError> {
        let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || decimals.is_some_and(|decimals| !is_digits(decimals)) {
            let negative = text.strip_prefix('-').is_some_and(|rest| Self::from_received_text(rest).is_ok());
            return Err(if negative { MoneyError::Negative } else { MoneyError::NotANumber });
        }
        if whole.len() > MOST_DIGITS {
            return Err(MoneyError::TooLarge);
        }
        match decimals {
            Some(decimals) if decimals.bytes().any(|byte| byte != b'0') => Err(MoneyError::Fraction),
            Some(decimals) if decimals.len() > MOST_DECIMALS as usize => Err(MoneyError::Ambiguous),
            _ => Ok(Self(whole.bytes().fold(0, |amount, digit| amount * 10 + u64::from(digit - b'0')))),
        }
    }
}

/// Returns what digits alone say, which is how DOKU writes amounts; `None` for what has another form or more digits.
fn plain(digits: &str) -> Option<u64> {
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return None;
    }
    digits.bytes().try_fold(0, |amount, byte| byte.is_ascii_digit().then(|| amount * 10 + u64::from(byte - b'0')))
}

impl Price {
    /// The greatest price, 16 digits of which two are decimals.
    pub const MAX: Self = Self(LIMIT);

    /// Returns a price of so many hundredths of a rupiah.
    ///
    /// # Errors
    ///
    /// [`MoneyError::TooLarge`] above [`Price::MAX`].
    pub const fn from_hundredths(hundredths: u64) -> Result<Self, MoneyError> {
        if hundredths > LIMIT { Err(MoneyError::TooLarge) } else { Ok(Self(hundredths)) }
    }

    /// Returns the price in hundredths of a rupiah.
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    pub(crate) fn in_hundredths(self) -> u128 {
        u128::from(self.0)
    }
}

/// Returns whether the sum of price × quantity is the total, exactly.
pub(crate) fn adds_up(total: Rupiah, items: impl Iterator<Item = (Price, u64)>) -> bool {
    let mut sum = 0_u128;
    for (price, quantity) in items {
        // 10^16 hundredths times 2^64 is less than 2^118; so many items that the sum overflows do not fit in memory.
        sum = sum.saturating_add(price.in_hundredths() * u128::from(quantity));
    }
    sum == total.in_hundredths()
}

impl FromStr for Rupiah {
    type Err = MoneyError;

    /// Reads a decimal number. A point before three decimals may be meant to part thousands, so it is refused.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::from_received_number(text)
    }
}

impl FromStr for Price {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Decimal::parse(text)?.price()
    }
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 100, self.0 % 100) {
            (whole, 0) => whole.fmt(f),
            (whole, fraction) => write!(f, "{whole}.{fraction:02}"),
        }
    }
}

impl Serialize for Rupiah {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl Serialize for Price {
    /// Writes a JSON number. A price with decimals needs `serde_json`, which writes its digits as they are.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            return serializer.serialize_u64(self.0 / 100);
        }
        RawValue::from_string(self.to_string()).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rupiah {
    /// Reads what DOKU writes, by the rules of [`Rupiah`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        exact::deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Price {
    /// Reads a JSON number by its digits, exactly. Text is no price in the contract.
    ///
    /// # Errors
    ///
    /// Where the digits are not known: decimals that went through a binary float, as in a `serde_json::Value`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        exact::deserialize(deserializer)
    }
}

impl FromExact for Rupiah {
    const EXPECTED: &'static str = "an amount of money as a number or as text";

    type Error = MoneyError;

    fn from_exact(exact: Written<'_>) -> Option<Result<Self, MoneyError>> {
        Some(match exact {
            Written::Number(digits) => Self::from_received_number(digits),
            Written::Text(text) => Self::from_received_text(text),
        })
    }
}

impl FromExact for Price {
    const EXPECTED: &'static str = "a price as a number";

    type Error = MoneyError;

    fn from_exact(exact: Written<'_>) -> Option<Result<Self, MoneyError>> {
        match exact {
            Written::Number(digits) => Some(Decimal::parse(digits).and_then(Decimal::price)),
            Written::Text(_) => None,
        }
    }
}

/// An amount that is sent: a number of the contract's `Amount`, where the value counts and not its text.
struct SentAmount(Rupiah);

impl FromExact for SentAmount {
    const EXPECTED: &'static str = "an amount of money as a number";

    type Error = MoneyError;

    fn from_exact(exact: Written<'_>) -> Option<Result<Self, MoneyError>> {
        match exact {
            Written::Number(digits) => Some(Rupiah::from_number(digits).map(Self)),
            Written::Text(_) => None,
        }
    }
}

/// Deserialises the amount of a request, in which text is none.
pub(crate) fn deserialize_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rupiah, D::Error> {
    exact::deserialize::<D, SentAmount>(deserializer).map(|amount| amount.0)
}

impl TryFrom<&str> for Rupiah {
    type Error = MoneyError;

    fn try_from(text: &str) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl TryFrom<&str> for Price {
    type Error = MoneyError;

    fn try_from(text: &str) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Rupiah> for u64 {
    fn from(amount: Rupiah) -> Self {
        amount.0
    }
}
