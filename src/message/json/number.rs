use std::borrow::Cow;

use jsonschema::json::JsonNumber;
use serde_json::Number as SerdeNumber;

/// A number as it is written, read exactly: `1.0`, `1e0` and `1` are the same integer.
///
/// The text is a JSON number, so its parts are where the grammar puts them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'d> {
    pub(super) text: &'d str,
}

/// Returns the value of the text of a JSON number if it is whole and fits, however it is written: 2 for `2.0`.
pub(crate) fn whole(digits: &str) -> Option<u64> {
    JsonNumber::as_u64(&Number { text: digits })
}

/// Returns whether the text of a JSON number is a whole number, however it is written and however large.
pub(crate) fn is_whole(digits: &str) -> bool {
    Number { text: digits }.is_integer()
}

impl Number<'_> {
    /// Whether it is written with digits alone, without a fraction or an exponent.
    pub(super) fn is_plain(self) -> bool {
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        digits.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(super) fn is_negative(self) -> bool {
        self.text.starts_with('-')
    }

    /// Whether the value is whole, however it is written; linear in the text.
    pub(super) fn is_integer(self) -> bool {
        self.is_plain() || Places::read(self.text).is_integer()
    }

    /// The absolute value if it is whole and fits.
    pub(super) fn magnitude(self) -> Option<u64> {
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        // Nineteen digits cannot overflow.
        if digits.len() < 20 {
            let plain = digits
                .bytes()
                .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + u64::from(byte - b'0')));
            if plain.is_some() {
                return plain;
            }
        }
        Places::read(digits).magnitude()
    }

    /// Whether the value is exactly `expected`, or rounds to it if it is not whole.
    pub(super) fn equals_f64(self, expected: f64) -> bool {
        let Some(magnitude) = self.magnitude() else {
            return self.to_f64() == Some(expected);
        };
        let negative = magnitude != 0 && self.is_negative();
        // Below 2^64 the conversion of a whole float is exact; above it stays above.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let whole = expected.abs() as u128;
        expected.fract() == 0.0 && whole == u128::from(magnitude) && negative == (expected < 0.0)
    }

    /// The nearest binary floating-point value, if it is finite.
    pub(super) fn to_f64(self) -> Option<f64> {
        self.text.parse().ok().filter(|value: &f64| value.is_finite())
    }

    /// Whether it is the same number as `expected`.
    pub(super) fn equals(self, expected: &SerdeNumber) -> bool {
        if let Some(expected) = expected.as_u64() {
            self.as_u64() == Some(expected)
        } else if let Some(expected) = expected.as_i64() {
            self.as_i64() == Some(expected)
        } else {
            expected.as_f64().is_some_and(|expected| self.equals_f64(expected))
        }
    }

    /// The number for error reports, which hold a value that is too large as the largest `f64`.
    pub(super) fn to_serde(self) -> SerdeNumber {
        let saturated = if self.is_negative() { f64::MIN } else { f64::MAX };
        self.text.parse().ok().or_else(|| SerdeNumber::from_f64(saturated)).unwrap_or_else(|| SerdeNumber::from(0))
    }
}

impl JsonNumber for Number<'_> {
    #[inline]
    fn as_u64(&self) -> Option<u64> {
        self.magnitude().filter(|&magnitude| magnitude == 0 || !self.is_negative())
    }

    #[inline]
    fn as_i64(&self) -> Option<i64> {
        let magnitude = self.magnitude()?;
        if self.is_negative() { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }

    #[inline]
    fn as_f64(&self) -> Option<f64> {
        self.to_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.text)
    }

    fn to_number(&self) -> Cow<'_, SerdeNumber> {
        Cow::Owned(self.to_serde())
    }

    #[inline]
    fn is_integer(&self) -> bool {
        Number::is_integer(*self)
    }

    #[inline]
    fn is_written_as_integer(&self) -> bool {
        self.is_plain()
    }
}

/// The parts of a number: the digits of `whole` and `fraction` and the place of the point in them.
struct Places<'d> {
    whole: &'d [u8],
    fraction: &'d [u8],
    /// How many digits stand before the point, the exponent applied.
    point: i64,
}

impl<'d> Places<'d> {
    fn read(text: &'d str) -> Self {
        let text = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // An exponent past `i64` is further out than the digits of any text can make up for.
        let furthest = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
        let exponent = exponent.parse().unwrap_or(furthest);
        Self {
            whole: whole.as_bytes(),
            fraction: fraction.as_bytes(),
            point: exponent.saturating_add(i64::try_from(whole.len()).unwrap_or(i64::MAX)),
        }
    }

    fn digits(&self) -> impl DoubleEndedIterator<Item = &u8> {
        self.whole.iter().chain(self.fraction)
    }

    /// How many digits there are without the zeros at the end; 0 for the number zero.
    fn significant(&self) -> usize {
        let zeros = self.digits().rev().take_while(|&&digit| digit == b'0');
        self.whole.len() + self.fraction.len() - zeros.count()
    }

    fn is_integer(&self) -> bool {
        let significant = self.significant();
        significant == 0 || i64::try_from(significant).is_ok_and(|digits| digits <= self.point)
    }

    fn magnitude(&self) -> Option<u64> {
        let significant = self.significant();
        if significant == 0 {
            return Some(0);
        }
        let zeros = usize::try_from(self.point).ok()?.checked_sub(significant)?;
        let value = self
            .digits()
            .take(significant)
            .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))?;
        value.checked_mul(10_u64.checked_pow(u32::try_from(zeros).ok()?)?)
    }
}
