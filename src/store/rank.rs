//! How far an order has come: [`Rank`].

use std::fmt;

use doku_indodana::TransactionStatus;

/// How far an order has come. It only rises, so no order of arrival and no repetition of messages can disturb it.
///
/// ```
/// use doku_store::Rank;
///
/// // A late FAILED does not undo a payment.
/// assert_eq!(Rank::Success.max(Rank::Failed), Rank::Success);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rank {
    /// Stored, and not sent yet.
    Prepared = 0,
    /// Sent, or about to be; DOKU's answer is missing, so an order may exist.
    Sent = 10,
    /// There is no order at DOKU: it was refused, or never sent before it expired.
    Refused = 20,
    /// The order exists; the customer has not paid yet.
    Pending = 30,
    /// A payment failed. The customer may try again until the order expires.
    Failed = 40,
    /// The order expired without a payment.
    Expired = 50,
    /// The order is paid.
    Success = 60,
    /// The payment was given back.
    Refunded = 70,
}

impl Rank {
    /// All ranks, lowest first.
    pub const ALL: [Self; 8] = [
        Self::Prepared,
        Self::Sent,
        Self::Refused,
        Self::Pending,
        Self::Failed,
        Self::Expired,
        Self::Success,
        Self::Refunded,
    ];

    /// Returns the rank that a status proves; `None` for a status that is not known here.
    pub fn of_status(status: &TransactionStatus) -> Option<Self> {
        match status {
            TransactionStatus::Pending | TransactionStatus::Timeout | TransactionStatus::Redirect => {
                Some(Self::Pending)
            }
            TransactionStatus::Failed => Some(Self::Failed),
            TransactionStatus::Expired => Some(Self::Expired),
            TransactionStatus::Success => Some(Self::Success),
            TransactionStatus::Refunded => Some(Self::Refunded),
            _ => None,
        }
    }

    /// Returns the status whose effect this rank is; `None` below [`Rank::Failed`].
    pub fn effect_status(self) -> Option<TransactionStatus> {
        match self {
            Self::Failed => Some(TransactionStatus::Failed),
            Self::Expired => Some(TransactionStatus::Expired),
            Self::Success => Some(TransactionStatus::Success),
            Self::Refunded => Some(TransactionStatus::Refunded),
            _ => None,
        }
    }

    /// Returns whether a merchant has to act when an order reaches this rank.
    pub fn has_effect(self) -> bool {
        self >= Self::Failed
    }

    /// Returns whether nothing more is expected: refused, expired, paid or refunded. `FAILED` is not final, because the
    /// customer may try again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::Expired | Self::Success | Self::Refunded)
    }

    /// Returns the number under which the rank is stored.
    pub fn as_number(self) -> i64 {
        self as i64
    }

    /// Returns the rank with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|rank| rank.as_number() == number)
    }

    /// Returns the name of the rank, in capital letters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "PREPARED",
            Self::Sent => "SENT",
            Self::Refused => "REFUSED",
            Self::Pending => "PENDING",
            Self::Failed => "FAILED",
            Self::Expired => "EXPIRED",
            Self::Success => "SUCCESS",
            Self::Refunded => "REFUNDED",
        }
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_and_come_back() {
        assert!(Rank::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].as_number() < pair[1].as_number()));
        for rank in Rank::ALL {
            assert_eq!(Rank::from_number(rank.as_number()), Some(rank));
        }
        assert_eq!(Rank::from_number(15), None);
    }

    #[test]
    fn a_rank_has_an_effect_exactly_where_it_has_a_status_to_act_on() {
        for rank in Rank::ALL {
            assert_eq!(rank.effect_status().is_some(), rank.has_effect(), "{rank}");
            if let Some(status) = rank.effect_status() {
                assert_eq!(Rank::of_status(&status), Some(rank));
                assert_eq!(status.as_str(), rank.as_str());
            }
        }
    }

    #[test]
    fn what_is_not_known_has_no_rank() {
        assert_eq!(Rank::of_status(&TransactionStatus::from("SETTLED".to_owned())), None);
        assert_eq!(Rank::of_status(&TransactionStatus::Timeout), Some(Rank::Pending));
    }

    #[test]
    fn what_is_final_and_what_is_pending() {
        let last: Vec<_> = Rank::ALL.into_iter().filter(|rank| rank.is_final()).collect();
        assert_eq!(last, [Rank::Refused, Rank::Expired, Rank::Success, Rank::Refunded]);
        for status in [TransactionStatus::Pending, TransactionStatus::Timeout, TransactionStatus::Redirect] {
            assert_eq!(Rank::of_status(&status), Some(Rank::Pending), "{status}");
        }
    }
}
