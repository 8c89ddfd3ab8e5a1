//! The seam to a database: [`Engine`]. An engine keeps rows and decides nothing.

use std::{fmt, future::Future, path::PathBuf, pin::Pin, sync::Arc};

use crate::{
    StoreError,
    record::{
        BodyKey, ClaimedOrder, Counts, EffectRow, Facts, Failure, Inserted, NotificationRow, OrderRow, Seen, Update,
        Written,
    },
    schedule::Millis,
};

/// What an engine promises: a future that may be dropped, and then the work may or may not be done.
pub(crate) type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A database that holds orders, notifications and effects.
///
/// Each method is one transaction, and its answer comes only after the transaction is on the disk. No transaction is
/// open between two calls.
pub(crate) trait Engine: Send + Sync + fmt::Debug {
    /// Returns the time by the database's clock; `None` where the store's own clock counts.
    fn now(&self) -> Answer<'_, Option<Millis>>;

    /// Stores an order, unless its invoice number is stored, and gives it the key for ever, unless that is another's.
    fn insert(&self, order: OrderRow, key: Option<String>) -> Answer<'_, Inserted>;

    /// Returns an order.
    fn order(&self, invoice_number: String) -> Answer<'_, Option<OrderRow>>;

    /// Returns what is stored beside a notification.
    fn seen(
        &self,
        invoice_number: Option<String>,
        client_id: String,
        request_id: String,
        key: BodyKey,
    ) -> Answer<'_, Seen>;

    /// Writes all that a piece of news changes, or nothing.
    fn write(&self, update: Update) -> Answer<'_, Written>;

    /// Claims up to `limit` orders that are due, the longest due first: they are due again after `lease`.
    fn claim(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<ClaimedOrder>>;

    /// Claims one order, due or not; `None` where it is not stored.
    fn claim_one(&self, invoice_number: String, now: Millis, lease: Millis) -> Answer<'_, Option<ClaimedOrder>>;

    /// Claims up to `limit` effects that are due.
    fn take(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<EffectRow>>;

    /// Ends an effect; `false` where another attempt did, or it was overtaken.
    fn done(&self, effect: i64, attempt: i64, answer: Option<String>, now: Millis) -> Answer<'_, bool>;

    /// Notes that an attempt failed.
    fn failed(&self, effect: i64, attempt: i64, failure: Failure) -> Answer<'_, bool>;

    /// Makes an effect due, a dead letter too; `false` where it is done.
    fn again(&self, effect: i64, now: Millis) -> Answer<'_, bool>;

    /// Returns an effect.
    fn effect(&self, effect: i64) -> Answer<'_, Option<EffectRow>>;

    /// Returns stored notifications whose order was unknown then and is known now.
    fn unmatched(&self, limit: u32) -> Answer<'_, Vec<NotificationRow>>;

    /// Returns orders after an invoice number.
    fn orders(&self, unresolved: bool, after: String, limit: u32) -> Answer<'_, Vec<OrderRow>>;

    /// Returns effects after an id.
    fn effects(&self, open: bool, dead: bool, after: i64, limit: u32) -> Answer<'_, Vec<EffectRow>>;

    /// Returns the effects of an order.
    fn effects_of(&self, invoice_number: String) -> Answer<'_, Vec<EffectRow>>;

    /// Returns notifications after an id, of one order or of all (an empty invoice number).
    fn notifications(
        &self,
        invoice_number: String,
        quarantined: bool,
        after: i64,
        limit: u32,
    ) -> Answer<'_, Vec<NotificationRow>>;

    /// Empties bodies and headers of what ended before `before`. Returns how many rows.
    fn prune(&self, before: Millis) -> Answer<'_, u64>;

    /// Writes a copy to a file that does not exist yet.
    fn backup(&self, to: PathBuf) -> Answer<'_, ()>;

    /// Looks for damage. Returns what was found, empty where all is well.
    fn check(&self) -> Answer<'_, Vec<String>>;

    /// Looks for what is open for longer than `lease` and holds others up, while the data are sound.
    fn warnings(&self, lease: Millis) -> Answer<'_, Vec<String>>;

    /// Returns numbers of what is stored.
    fn counts(&self, now: Millis) -> Answer<'_, Counts>;

    /// Returns what the store is kept in, and how.
    fn facts(&self) -> Answer<'_, Facts>;

    /// Returns whether the store failed for good and takes nothing more.
    fn has_failed(&self) -> bool;
}

/// A place in the code where a process may be stopped by a test, to prove that it may be stopped there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Point {
    /// The order is written and not committed.
    OutboxWritten,
    /// The order is committed and not sent.
    OutboxCommitted,
    /// DOKU's answer is there and not stored.
    AnswerReceived,
    /// DOKU's answer is stored.
    AnswerStored,
    /// The notification is written and not committed.
    InboxWritten,
    /// The notification is committed and not acknowledged.
    InboxCommitted,
    /// An order is claimed by the loop, and not sent or asked for.
    OrderClaimed,
    /// An effect is claimed and not handed over.
    EffectClaimed,
    /// The handler returned, and the effect is not done.
    EffectHandled,
    /// The effect is done.
    EffectDone,
}

impl Point {
    /// All points, in the order in which an order passes them.
    pub const ALL: [Self; 10] = [
        Self::OutboxWritten,
        Self::OutboxCommitted,
        Self::AnswerReceived,
        Self::AnswerStored,
        Self::InboxWritten,
        Self::InboxCommitted,
        Self::OrderClaimed,
        Self::EffectClaimed,
        Self::EffectHandled,
        Self::EffectDone,
    ];
}

/// Is told of each [`Point`] that is passed.
#[derive(Clone, Default)]
pub(crate) struct Points(Option<Arc<dyn Fn(Point) + Send + Sync>>);

impl Points {
    pub(crate) fn new(watcher: impl Fn(Point) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(watcher)))
    }

    pub(crate) fn pass(&self, point: Point) {
        if let Some(watcher) = &self.0 {
            watcher(point);
        }
    }
}

impl fmt::Debug for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Points").field(&self.0.is_some()).finish()
    }
}
