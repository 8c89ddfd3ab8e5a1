//! What a genuine notification means for the store: [`Verdict`]. Pure.

use std::fmt;

use doku_indodana::{Age, Notification, Rupiah, TransactionStatus};

use crate::{
    Alert,
    news::{News, Source, Standing},
};

/// What a genuine notification means. Whatever it is, the notification is stored and acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// It is about an order of ours, with its amount.
    Accepted,
    /// It was stored before, with these very bytes.
    Repeated,
    /// Its time is far from ours. Check status is asked before anything is done.
    Unconfirmed,
    /// Its invoice number is not stored. It is looked at again when the order comes.
    UnknownInvoice,
    /// It names another amount than the order.
    OtherAmount,
    /// The order belongs to another client id.
    OtherClient,
    /// It names a status that is not known here.
    UnknownStatus,
    /// It is genuine, but not what the contract says.
    Unreadable,
    /// Its `Request-Id` came with another body before. Check status is asked before anything is done.
    ReusedRequestId,
}

impl Verdict {
    const ALL: [Self; 9] = [
        Self::Accepted,
        Self::Repeated,
        Self::Unconfirmed,
        Self::UnknownInvoice,
        Self::OtherAmount,
        Self::OtherClient,
        Self::UnknownStatus,
        Self::Unreadable,
        Self::ReusedRequestId,
    ];

    /// Returns the stable code under which the verdict is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Repeated => "repeated",
            Self::Unconfirmed => "unconfirmed",
            Self::UnknownInvoice => "unknown_invoice",
            Self::OtherAmount => "other_amount",
            Self::OtherClient => "other_client",
            Self::UnknownStatus => "unknown_status",
            Self::Unreadable => "unreadable",
            Self::ReusedRequestId => "reused_request_id",
        }
    }

    pub(crate) fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }

    /// Returns whether the notification is set aside for a person: it has no effect.
    pub fn is_quarantined(self) -> bool {
        !matches!(self, Self::Accepted | Self::Repeated | Self::Unconfirmed)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What is read of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Received {
    /// `None` where the body cannot be read.
    pub(crate) report: Option<Report>,
    pub(crate) age: AgeLabel,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) invoice_number: String,
    pub(crate) status: TransactionStatus,
    pub(crate) amount: Rupiah,
}

/// How the time of a message stands to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AgeLabel {
    Fresh,
    Late,
    Future,
    Unknown,
}

impl AgeLabel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Late => "late",
            Self::Future => "future",
            Self::Unknown => "unknown",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Fresh, Self::Late, Self::Future, Self::Unknown].into_iter().find(|label| label.as_str() == text)
    }
}

impl From<Age> for AgeLabel {
    fn from(age: Age) -> Self {
        match age {
            Age::Fresh => Self::Fresh,
            Age::Late(_) => Self::Late,
            Age::Future(_) => Self::Future,
            _ => Self::Unknown,
        }
    }
}

impl Received {
    pub(crate) fn read(notification: &Notification, age: Age) -> Self {
        let report = match (notification.invoice_number(), notification.status(), notification.amount()) {
            (Some(invoice_number), Some(status), Some(amount)) => {
                Some(Report { invoice_number: invoice_number.to_owned(), status: status.clone(), amount })
            }
            _ => None,
        };
        Self { report, age: age.into() }
    }
}

/// What is stored beside a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) standing: Standing,
    /// Whether the order was placed with the client id that the notification was verified for.
    pub(crate) same_client: bool,
}

/// Returns what a notification means, and what it says of its order.
///
/// `known` is the stored order with its invoice number; `reused` whether its `Request-Id` came with another body before.
pub(crate) fn judge(received: &Received, known: Option<Known>, reused: bool) -> (Verdict, Option<News>) {
    let Some(report) = &received.report else { return (Verdict::Unreadable, None) };
    let Some(known) = known else { return (Verdict::UnknownInvoice, None) };
    if !known.same_client {
        return (Verdict::OtherClient, None);
    }
    let by = match received.age {
        _ if reused => Source::ReusedRequestId,
        AgeLabel::Fresh => Source::Notification,
        AgeLabel::Late | AgeLabel::Future | AgeLabel::Unknown => Source::StaleNotification,
    };
    let news = News::Reported { status: report.status.clone(), amount: Some(report.amount), by };
    let verdict = if report.amount != known.standing.amount {
        Verdict::OtherAmount
    } else if crate::Rank::of_status(&report.status).is_none() {
        Verdict::UnknownStatus
    } else {
        match by {
            Source::ReusedRequestId => Verdict::ReusedRequestId,
            Source::StaleNotification => Verdict::Unconfirmed,
            Source::Notification | Source::CheckStatus => Verdict::Accepted,
        }
    };
    (verdict, Some(news))
}

/// Returns the alert of a notification that says nothing of its order by itself.
pub(crate) fn alert(verdict: Verdict) -> Option<Alert> {
    (verdict == Verdict::OtherClient).then_some(Alert::OtherClient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Alerts, Rank, news::merge};

    fn rupiah(amount: i64) -> Rupiah {
        Rupiah::try_from(amount).unwrap()
    }

    fn known(same_client: bool) -> Known {
        let standing = Standing { rank: Rank::Pending, amount: rupiah(100_000), alerts: Alerts::default() };
        Known { standing, same_client }
    }

    fn received(status: &str, amount: i64, age: AgeLabel) -> Received {
        let status = TransactionStatus::from(status.to_owned());
        Received { report: Some(Report { invoice_number: "INV-1".to_owned(), status, amount: rupiah(amount) }), age }
    }

    /// Every combination of what can be wrong: only what is right in all of it has an effect.
    #[test]
    fn only_the_right_notification_has_an_effect() {
        let mut effects = Vec::new();
        let ages = [AgeLabel::Fresh, AgeLabel::Late, AgeLabel::Future, AgeLabel::Unknown];
        for readable in [true, false] {
            for order in [None, Some(known(true)), Some(known(false))] {
                for (status, amount) in [("SUCCESS", 100_000), ("SUCCESS", 1), ("SETTLED", 100_000)] {
                    for age in ages {
                        for reused in [false, true] {
                            let mut message = received(status, amount, age);
                            message.report = message.report.filter(|_| readable);
                            let (verdict, news) = judge(&message, order, reused);
                            let effect = order.zip(news).and_then(|(known, news)| merge(known.standing, &news).effect);
                            if effect.is_some() {
                                effects.push((verdict, readable, status, amount, age, reused));
                            }
                        }
                    }
                }
            }
        }
        assert_eq!(effects, [(Verdict::Accepted, true, "SUCCESS", 100_000, AgeLabel::Fresh, false)]);
    }

    #[test]
    fn each_fault_has_its_verdict() {
        let fresh = |status, amount| received(status, amount, AgeLabel::Fresh);
        let unreadable = Received { report: None, age: AgeLabel::Fresh };
        for (expect, message, order, reused) in [
            (Verdict::Unreadable, unreadable, Some(known(true)), false),
            (Verdict::UnknownInvoice, fresh("SUCCESS", 100_000), None, false),
            (Verdict::OtherClient, fresh("SUCCESS", 100_000), Some(known(false)), false),
            (Verdict::OtherAmount, fresh("SUCCESS", 100_001), Some(known(true)), false),
            (Verdict::UnknownStatus, fresh("SETTLED", 100_000), Some(known(true)), false),
            (Verdict::ReusedRequestId, fresh("SUCCESS", 100_000), Some(known(true)), true),
            (Verdict::Unconfirmed, received("SUCCESS", 100_000, AgeLabel::Late), Some(known(true)), false),
            (Verdict::Accepted, fresh("FAILED", 100_000), Some(known(true)), false),
        ] {
            let (verdict, _) = judge(&message, order, reused);
            assert_eq!(verdict, expect);
            assert_eq!(verdict.is_quarantined(), !matches!(expect, Verdict::Accepted | Verdict::Unconfirmed));
            assert_eq!(alert(verdict).is_some(), expect == Verdict::OtherClient);
        }
    }

    #[test]
    fn codes_come_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.code()), Some(verdict));
        }
        for age in [AgeLabel::Fresh, AgeLabel::Late, AgeLabel::Future, AgeLabel::Unknown] {
            assert_eq!(AgeLabel::parse(age.as_str()), Some(age));
        }
    }
}
