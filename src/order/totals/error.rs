//! Why totals make no line items: [`TotalsError`].

use std::{error, fmt};

use super::millionths::Millionths;
use crate::message::money::Rupiah;

/// Why totals make no line items. Holds numbers of the order and no personal value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TotalsError {
    /// The parts and the amount differ by a rupiah or more.
    Difference {
        /// What items, shipping, tax, discount and rounding make, in millionths of a rupiah.
        parts: i128,
        /// The amount that was given.
        amount: Rupiah,
    },
    /// A name, id, category or quantity is outside of the contract.
    Item {
        /// The member and what is wrong with it.
        reason: String,
    },
    /// A price, a fee or the discount is negative.
    Negative {
        /// The member.
        member: &'static str,
    },
    /// The text is not a decimal number.
    NotANumber {
        /// The member.
        member: &'static str,
    },
    /// Shipping and tax are more than the amount, so that nothing is left for the items.
    NothingLeft,
    /// A number is larger than any amount.
    TooLarge {
        /// The member.
        member: &'static str,
    },
    /// The JSON is none, or a member is missing, unknown or outside of the contract.
    Unreadable {
        /// The place and what is wrong there.
        reason: String,
    },
}

impl error::Error for TotalsError {}

impl fmt::Display for TotalsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Difference { parts, amount } => write!(
                f,
                "items, shipping and tax, less the discount, make {} and the amount is {amount}: correct one of them, or \
                 give the rounding",
                Millionths(*parts)
            ),
            Self::Item { reason } => f.write_str(reason),
            Self::Negative { member } => {
                write!(f, "{member} is negative: give it as a positive number; a discount lowers prices by itself")
            }
            Self::NotANumber { member } => {
                write!(f, "{member} is not a decimal number: write it with a point and no separators, as 33333.33")
            }
            Self::NothingLeft => {
                f.write_str("shipping and tax are more than the amount: take the discount of a fee from the fee itself")
            }
            Self::TooLarge { member } => write!(f, "{member} is larger than any amount that doku takes"),
            Self::Unreadable { reason } => write!(f, "the totals cannot be read: {reason}"),
        }
    }
}
