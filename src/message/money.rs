//! Money without floating point: [`Rupiah`] and [`Price`].

mod decimal;
mod integer;

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
    ser,
};
use serde_json::value::RawValue;

pub(crate) use self::decimal::Decimal;
use crate::message::error::MoneyError;

/// An amount in whole rupiah (IDR), from 0 to 9,999,999,999,999,999 (16 digits).
///
/// Serialises as a JSON integer. Reads what DOKU writes: `100000`, `100000.0`, `100000.00` and `"100000"`; a fraction
/// other than zero is an error, never rounded.
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

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Decimal::parse(text)?.rupiah()
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DigitsVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Price {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DigitsVisitor(PhantomData))
    }
}

/// Reads a number or its text. Nothing is rounded: what a float cannot hold exactly is refused.
struct DigitsVisitor<T>(PhantomData<T>);

impl<T: FromStr<Err = MoneyError> + TryFrom<u64, Error = MoneyError>> Visitor<'_> for DigitsVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount of money as a number or as text")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        T::try_from(value).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T, E> {
        u64::try_from(value).map_err(|_| MoneyError::Negative).and_then(T::try_from).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        // The shortest text that reads back as this float is what was written, as long as it has 15 digits at most.
        let text = value.to_string();
        if text.bytes().filter(u8::is_ascii_digit).count() > 15 {
            return Err(E::custom(MoneyError::TooLarge));
        }
        text.parse().map_err(E::custom)
    }

    fn visit_str<E: de::Error>(self, digits: &str) -> Result<T, E> {
        digits.parse().map_err(E::custom)
    }
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

impl schemars::JsonSchema for Rupiah {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        crate::contract::generated::component::Amount::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        crate::contract::generated::component::Amount::json_schema(generator)
    }
}

impl schemars::JsonSchema for Price {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        crate::contract::generated::component::Price::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        crate::contract::generated::component::Price::json_schema(generator)
    }
}
