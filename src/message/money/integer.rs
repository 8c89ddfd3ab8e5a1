//! Conversions from the integers that a literal or a database column may have.

use super::{LIMIT, Price, Rupiah};
use crate::message::error::MoneyError;

fn rupiah(value: i128) -> Result<u64, MoneyError> {
    match u64::try_from(value) {
        Err(_) if value < 0 => Err(MoneyError::Negative),
        Ok(rupiah) if rupiah <= LIMIT => Ok(rupiah),
        _ => Err(MoneyError::TooLarge),
    }
}

macro_rules! from_integer {
    ($($integer:ty)*) => {$(
        impl TryFrom<$integer> for Rupiah {
            type Error = MoneyError;

            fn try_from(value: $integer) -> Result<Self, MoneyError> {
                rupiah(i128::from(value)).map(Self)
            }
        }

        impl TryFrom<$integer> for Price {
            type Error = MoneyError;

            /// Takes whole rupiah.
            fn try_from(value: $integer) -> Result<Self, MoneyError> {
                rupiah(i128::from(value).saturating_mul(100)).map(Self)
            }
        }
    )*};
}

from_integer!(u8 u16 u32 u64 i32 i64);
