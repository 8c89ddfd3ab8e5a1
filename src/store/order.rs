//! What the store tells of an order, a notification and an effect.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doku_indodana::{Rupiah, TransactionStatus, life::Life};

use crate::{
    Alerts, Rank, Verdict,
    record::{EffectRow, NotificationRow, OrderRow},
    schedule::Millis,
};

pub(crate) fn system_time(at: Millis) -> SystemTime {
    let distance = Duration::from_millis(at.unsigned_abs());
    if at < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

pub(crate) fn millis(at: SystemTime) -> Millis {
    let number = |distance: Duration| Millis::try_from(distance.as_millis()).unwrap_or(Millis::MAX);
    at.duration_since(UNIX_EPOCH).map_or_else(|before| -number(before.duration()), number)
}

/// An order as it is stored. `Debug` shows no part of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order(pub(crate) OrderRow);

impl Order {
    /// Returns the invoice number.
    pub fn invoice_number(&self) -> &str {
        &self.0.invoice_number
    }

    /// Returns the id under which the order is sent, each time.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Returns the amount in whole rupiah.
    pub fn amount(&self) -> Rupiah {
        self.0.amount
    }

    /// Returns the merchant's reference, if the order names one.
    pub fn reference(&self) -> Option<&str> {
        self.0.reference.as_deref()
    }

    /// Returns how far the order has come.
    pub fn rank(&self) -> Rank {
        self.0.rank
    }

    /// Returns the page to send the customer to; `None` until DOKU's verified answer is stored. An order without one is
    /// sent again by the loop, and by placing it again.
    pub fn payment_url(&self) -> Option<&str> {
        self.0.payment_url.as_deref()
    }

    /// Returns the bytes that are sent; `None` after they were pruned.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }

    /// Returns the bytes of DOKU's verified answer, if it is stored and not pruned.
    pub fn answer(&self) -> Option<&[u8]> {
        self.0.answer.as_deref()
    }

    /// Returns the contradictions about the order.
    pub fn alerts(&self) -> Alerts {
        self.0.alerts
    }

    /// Returns a stable code of what the last call to DOKU ended with, for example `answered`, `not_sent`, `unknown`,
    /// `refused:invalid_signature`, `status:SUCCESS`, `not_found`; `None` before the first ended.
    pub fn last_outcome(&self) -> Option<&str> {
        self.0.last_outcome.as_deref()
    }

    /// Returns how often DOKU was called about the order.
    pub fn attempts(&self) -> u64 {
        u64::try_from(self.0.attempt).unwrap_or(0)
    }

    /// Returns when DOKU is called about the order next; `None` where nothing is planned any more.
    pub fn due_at(&self) -> Option<SystemTime> {
        self.0.due_at.map(system_time)
    }

    /// Returns when the order was stored.
    pub fn created_at(&self) -> SystemTime {
        system_time(self.0.created_at)
    }

    /// Returns when the order was changed last.
    pub fn changed_at(&self) -> SystemTime {
        system_time(self.0.changed_at)
    }

    /// Returns when the order expires: by its own minutes, or after 60 where it names none (D-42).
    pub fn expires_at(&self) -> SystemTime {
        system_time(self.0.expires_at)
    }

    /// Returns why a person closed the order.
    pub fn close_reason(&self) -> Option<&str> {
        self.0.close_reason.as_deref()
    }

    /// Returns whether a person has to look at the order: an answer is missing, its schedule is spent before its end, or
    /// something contradicts it; and nobody has closed it.
    pub fn is_unresolved(&self) -> bool {
        let order = &self.0;
        let may_exist = order.life != Life::UNSENT;
        let unanswered = order.rank == Rank::Sent && order.last_outcome.is_some() && may_exist;
        let spent = order.due_at.is_none() && matches!(order.rank, Rank::Prepared | Rank::Sent | Rank::Pending);
        order.close_reason.is_none() && (unanswered || spent || !order.alerts.is_empty())
    }
}

/// An order that was placed, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub(crate) order: Order,
    pub(crate) repeated: bool,
}

impl Placed {
    /// Returns the order.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Returns the order.
    pub fn into_order(self) -> Order {
        self.order
    }

    /// Returns whether the order was stored before.
    pub fn is_repeated(&self) -> bool {
        self.repeated
    }
}

/// A status that an order reached, to be acted on once.
///
/// Its id stays the same however often it is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect(pub(crate) EffectRow);

impl Effect {
    /// Returns the stable id.
    pub fn id(&self) -> i64 {
        self.0.id
    }

    /// Returns the invoice number of the order.
    pub fn invoice_number(&self) -> &str {
        &self.0.invoice_number
    }

    /// Returns the status: `FAILED`, `EXPIRED`, `SUCCESS` or `REFUNDED`. A `FAILED` order may still be paid.
    pub fn status(&self) -> TransactionStatus {
        TransactionStatus::from(self.0.status.clone())
    }

    /// Returns the amount of the order in whole rupiah.
    pub fn amount(&self) -> Rupiah {
        self.0.amount
    }

    /// Returns how often the effect was handed over, this time included.
    pub fn attempt(&self) -> i64 {
        self.0.attempt
    }

    /// Returns who reported the status: `notification` or `check_status`.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Returns whether it is done.
    pub fn is_done(&self) -> bool {
        self.0.done_at.is_some()
    }

    /// Returns whether a higher status came before it was done, so that it is not acted on any more.
    pub fn is_overtaken(&self) -> bool {
        self.is_done() && self.0.last_error.as_deref() == Some("overtaken")
    }

    /// Returns when it was done.
    pub fn done_at(&self) -> Option<SystemTime> {
        self.0.done_at.map(system_time)
    }

    /// Returns whether it is a dead letter: its handler failed until its schedule was spent, or gave it up. It is not handed
    /// over any more, until [`Store::deliver`](crate::Store::deliver).
    pub fn is_dead(&self) -> bool {
        self.dead_at().is_some()
    }

    /// Returns since when it is a dead letter.
    pub fn dead_at(&self) -> Option<SystemTime> {
        self.0.dead_at.filter(|_| !self.is_done()).map(system_time)
    }

    /// Returns when it is handed over next, unless it is done or a dead letter.
    pub fn due_at(&self) -> SystemTime {
        system_time(self.0.due_at)
    }

    /// Returns when it was written.
    pub fn created_at(&self) -> SystemTime {
        system_time(self.0.created_at)
    }

    /// Returns what the handler said when it failed last.
    pub fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }

    /// Returns what the handler said last, whether it failed or succeeded, at most 300 characters; `None` where it said
    /// nothing, or before it ended.
    pub fn last_answer(&self) -> Option<&str> {
        self.0.last_answer.as_deref()
    }

    /// Returns how often the handler has failed since the effect was written, or revived as a dead letter.
    pub fn failures(&self) -> u64 {
        u64::try_from(self.0.failures).unwrap_or(0)
    }

    /// Ends the effect in the merchant's own transaction on the store's file: what he writes and the end of the effect
    /// are committed together or not at all.
    ///
    /// Returns `false` where another attempt ended it, or a higher status overtook it: then roll back.
    ///
    /// # Errors
    ///
    /// Where the file is locked or cannot be written.
    #[cfg(feature = "sqlite")]
    pub fn done_in(&self, transaction: &rusqlite::Transaction<'_>, now: SystemTime) -> Result<bool, crate::StoreError> {
        crate::sqlite::done(transaction, self.0.id, self.0.attempt, None, millis(now))
            .map_err(|error| crate::sqlite::explain(&error))
    }
}

/// A genuine notification as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredNotification(pub(crate) NotificationRow);

impl StoredNotification {
    /// Returns its number in the store.
    pub fn id(&self) -> i64 {
        self.0.id
    }

    /// Returns its `Request-Id`.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Returns the invoice number in it, if it can be read.
    pub fn invoice_number(&self) -> Option<&str> {
        self.0.invoice_number.as_deref()
    }

    /// Returns the status in it, if it can be read.
    pub fn status(&self) -> Option<&str> {
        self.0.status.as_deref()
    }

    /// Returns the amount in it, if it can be read.
    pub fn amount(&self) -> Option<Rupiah> {
        self.0.amount
    }

    /// Returns what it means.
    pub fn verdict(&self) -> Verdict {
        self.0.verdict
    }

    /// Returns how its time stood to ours: `fresh`, `late`, `future` or `unknown`.
    pub fn age(&self) -> &str {
        self.0.age.as_str()
    }

    /// Returns when it came.
    pub fn received_at(&self) -> SystemTime {
        system_time(self.0.received_at)
    }
}
