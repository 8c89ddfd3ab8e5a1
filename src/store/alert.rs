//! What a person should look at: [`Alert`] and [`Alerts`].

use std::fmt;

/// A contradiction about an order. It stays with the order until a person closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Alert {
    /// A genuine message names another amount than the order's.
    OtherAmount,
    /// A genuine message belongs to another client id than the order.
    OtherClient,
    /// DOKU refused the order, and yet reports a payment for it.
    AfterRefusal,
    /// The order is reported as expired and as paid.
    PaidAndExpired,
    /// A status that is not known here.
    UnknownStatus,
    /// Check status says less than a signed message did.
    CheckedLower,
    /// One `Request-Id` came with two bodies.
    ReusedRequestId,
    /// The stored body is not the order that the row names.
    OtherBody,
}

impl Alert {
    const ALL: [Self; 8] = [
        Self::OtherAmount,
        Self::OtherClient,
        Self::AfterRefusal,
        Self::PaidAndExpired,
        Self::UnknownStatus,
        Self::CheckedLower,
        Self::ReusedRequestId,
        Self::OtherBody,
    ];

    /// Returns the stable code of the alert.
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherAmount => "other_amount",
            Self::OtherClient => "other_client",
            Self::AfterRefusal => "after_refusal",
            Self::PaidAndExpired => "paid_and_expired",
            Self::UnknownStatus => "unknown_status",
            Self::CheckedLower => "checked_lower",
            Self::ReusedRequestId => "reused_request_id",
            Self::OtherBody => "other_body",
        }
    }

    fn bit(self) -> i64 {
        1 << (self as i64)
    }
}

impl fmt::Display for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherAmount => "a genuine message names another amount than the order's",
            Self::OtherClient => "a genuine message belongs to another client id than the order",
            Self::AfterRefusal => "doku refused the order and yet reports a status for it",
            Self::PaidAndExpired => "the order is reported as expired and as paid",
            Self::UnknownStatus => "a status that is not known here was reported",
            Self::CheckedLower => "check status says less than a signed message did",
            Self::ReusedRequestId => "one request id came with two bodies",
            Self::OtherBody => "the stored body is not the order that its row names",
        })
    }
}

/// A set of [`Alert`]s. Sets are joined, so the order of arrival does not matter.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Alerts(i64);

impl Alerts {
    /// Returns the alerts, in the order of their definition.
    pub fn iter(self) -> impl Iterator<Item = Alert> {
        Alert::ALL.into_iter().filter(move |alert| self.contains(*alert))
    }

    /// Returns whether the set has this alert.
    pub fn contains(self, alert: Alert) -> bool {
        self.0 & alert.bit() != 0
    }

    /// Returns whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn join(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn as_number(self) -> i64 {
        self.0
    }

    pub(crate) fn from_number(number: i64) -> Self {
        Self(number)
    }
}

impl From<Alert> for Alerts {
    fn from(alert: Alert) -> Self {
        Self(alert.bit())
    }
}

impl fmt::Debug for Alerts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = Alerts::from(Alert::OtherAmount).join(Alert::OtherBody.into());
        assert_eq!(set.iter().collect::<Vec<_>>(), [Alert::OtherAmount, Alert::OtherBody]);
        assert!(!set.contains(Alert::AfterRefusal));
        assert!(Alerts::default().is_empty());
        assert_eq!(Alerts::from_number(set.as_number()), set);
    }

    #[test]
    fn every_alert_has_a_bit_and_a_code_of_its_own() {
        let bits: std::collections::BTreeSet<_> = Alert::ALL.iter().map(|alert| alert.bit()).collect();
        let codes: std::collections::BTreeSet<_> = Alert::ALL.iter().map(|alert| alert.code()).collect();
        assert_eq!((bits.len(), codes.len()), (Alert::ALL.len(), Alert::ALL.len()));
    }
}
