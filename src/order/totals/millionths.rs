//! Parts of an amount, exact to the sixth decimal: [`Millionths`].

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::error::TotalsError;
use crate::message::{
    json::exact::{self, FromExact, Written},
    money::{Decimal, Rupiah},
};

/// A decimal number in millionths; decimals after the sixth are cut off.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Millionths(pub(super) i128);

impl Millionths {
    pub(super) fn parse(member: &'static str, text: &str) -> Result<Self, TotalsError> {
        Self::signed(member, text)
            .and_then(|number| if number.0 < 0 { Err(TotalsError::Negative { member }) } else { Ok(number) })
    }

    pub(super) fn signed(member: &'static str, text: &str) -> Result<Self, TotalsError> {
        let number = Decimal::parse(text).map_err(|_| TotalsError::NotANumber { member })?.cut_to_millionths();
        if number.abs() > MOST { Err(TotalsError::TooLarge { member }) } else { Ok(Self(number)) }
    }

    /// Returns the number in hundredths, rounded to the nearest; it is not negative.
    pub(super) fn hundredths(self) -> i128 {
        (self.0 + 5_000) / 10_000
    }
}

impl fmt::Display for Millionths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, number) = (if self.0 < 0 { "-" } else { "" }, self.0.abs());
        let fraction = format!("{:06}", number % RUPIAH);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{}", number / RUPIAH),
            fraction => write!(f, "{sign}{}.{fraction}", number / RUPIAH),
        }
    }
}

impl FromExact for Millionths {
    const EXPECTED: &'static str = "a number, or a decimal number as text";

    type Error = TotalsError;

    fn from_exact(exact: Written<'_>) -> Option<Result<Self, TotalsError>> {
        let (Written::Number(text) | Written::Text(text)) = exact;
        Some(Self::signed("a price, a fee or the rounding", text))
    }
}

impl<'de> Deserialize<'de> for Millionths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        exact::deserialize(deserializer)
    }
}

/// A rupiah in millionths.
pub(super) const RUPIAH: i128 = 1_000_000;

/// The largest part, in millionths: the largest amount. Products of two of them in hundredths fit into 128 bits.
pub(super) const MOST: i128 = Rupiah::MAX.get() as i128 * RUPIAH;
