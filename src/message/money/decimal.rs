use super::{LIMIT, Price, Rupiah};
use crate::message::error::MoneyError;

/// A decimal number in millionths, as far as money and its sums need one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    /// The number in millionths, cut off after the sixth decimal.
    millionths: i128,
    /// Whether nothing was cut off.
    exact: bool,
    /// How many decimals are written, the exponent applied: 2 for `1.00`, −2 for `1e2`.
    scale: i64,
}

impl Decimal {
    /// Reads the text of a JSON number, exponent included.
    pub(crate) fn parse(text: &str) -> Result<Self, MoneyError> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) =
            mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let (lowers, size) = match exponent.strip_prefix('-') {
            Some(size) => (true, size),
            None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
        };
        if !is_digits(whole) || !fraction.is_none_or(is_digits) || !is_digits(size) {
            return Err(MoneyError::NotANumber);
        }
        let fraction = fraction.unwrap_or("");
        // The number is `digits × 10^-places`; it is wanted as a multiple of a millionth. Exponents that no text has
        // digits enough for are cut off, where they make no difference.
        let size = size.parse().map_or(i64::from(u32::MAX), |size: i64| size.min(i64::from(u32::MAX)));
        let places = fraction.len() as i64 - if lowers { -size } else { size };
        let count = (whole.len() + fraction.len()) as i64;
        let mut millionths = 0_i128;
        let mut exact = true;
        for (at, digit) in (1..).zip(whole.bytes().chain(fraction.bytes())) {
            let digit = digit - b'0';
            if count - at >= places - 6 {
                millionths = checked(millionths.checked_mul(10).and_then(|number| number.checked_add(digit.into())))?;
            } else {
                exact &= digit == 0;
            }
        }
        if places < 6 && millionths != 0 {
            let power = u32::try_from(6 - places).ok().and_then(|power| 10_i128.checked_pow(power));
            millionths = checked(power.and_then(|power| millionths.checked_mul(power)))?;
        }
        Ok(Self { millionths: if negative { -millionths } else { millionths }, exact, scale: places })
    }

    /// Returns whether the number has at most two decimals.
    pub(crate) fn has_two_places(self) -> bool {
        self.exact && self.millionths % 10_000 == 0
    }

    /// Returns how many decimals are written, zeros included and the exponent applied; negative for `1e2`.
    pub(crate) fn scale(self) -> i64 {
        self.scale
    }

    /// Returns the number in millionths, if it has no more than six decimals.
    pub(crate) fn millionths(self) -> Option<i128> {
        self.exact.then_some(self.millionths)
    }

    /// Returns the number in millionths, without the decimals after the sixth.
    pub(crate) fn cut_to_millionths(self) -> i128 {
        self.millionths
    }

    pub(super) fn price(self) -> Result<Price, MoneyError> {
        if self.millionths < 0 {
            return Err(MoneyError::Negative);
        }
        if !self.has_two_places() {
            return Err(MoneyError::TooPrecise);
        }
        u64::try_from(self.millionths / 10_000)
            .ok()
            .filter(|hundredths| *hundredths <= LIMIT)
            .map(Price)
            .ok_or(MoneyError::TooLarge)
    }

    pub(super) fn rupiah(self) -> Result<Rupiah, MoneyError> {
        if self.millionths < 0 {
            return Err(MoneyError::Negative);
        }
        if !self.exact || self.millionths % 1_000_000 != 0 {
            return Err(MoneyError::Fraction);
        }
        u64::try_from(self.millionths / 1_000_000)
            .ok()
            .filter(|rupiah| *rupiah <= LIMIT)
            .map(Rupiah)
            .ok_or(MoneyError::TooLarge)
    }
}

/// Keeps a number within what the sums of an order can hold.
fn checked(millionths: Option<i128>) -> Result<i128, MoneyError> {
    millionths.filter(|number| *number <= 10_i128.pow(36)).ok_or(MoneyError::TooLarge)
}
