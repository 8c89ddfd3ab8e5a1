//! The record of a store, without a client: [`Store`].

use std::{
    fmt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use crate::{
    Counts, Effect, Facts, Order, StoreError, StoreErrorKind, StoredNotification,
    engine::Engine,
    entry::Entry,
    error::{contended, not_stored},
    opening::Opening,
    order::{millis, system_time},
    record::{Owner, Update, Written},
    schedule::Millis,
    settings::{Clock, MOST_TRIES, Settings},
    settle::plan,
};

/// What is stored: orders, notifications and effects. For whoever looks after a store; it needs no secret key, verifies
/// nothing and calls nobody.
///
/// [`Orders`](crate::Orders) has one, and all its methods. Opened by itself it takes a store as it is, whatever
/// environment and client id it belongs to, and makes none.
///
/// ```no_run
/// use doku_store::Store;
///
/// # async fn run() -> Result<(), doku_store::StoreError> {
/// let store = Store::open("doku.db").await?;
/// for order in store.unresolved().await? {
///     println!("{} is {}", order.invoice_number(), order.rank());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Store {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) owner: Owner,
    pub(crate) clock: Clock,
    /// Told when there is work for the loop, if there is one in this process.
    pub(crate) wake: Arc<Notify>,
}

/// So many rows are read at once where all are asked for.
const PAGE: u32 = 500;

impl Store {
    /// Opens a store that exists, as it is. `location` is the path of a file or an address of PostgreSQL, as in
    /// [`OrdersBuilder::open`](crate::OrdersBuilder::open).
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`] where there is none, or it cannot be used as it is: another program's, a damaged one,
    /// one that others may read, a newer one, an older one that has to be migrated first. It is left as it was.
    pub async fn open(location: impl Into<String>) -> Result<Self, StoreError> {
        Self::at(Opening::new(Entry::AsItIs), &location.into()).await
    }

    /// Brings a store that exists to the newest schema, and opens it. [`Orders::open`](crate::Orders::open) does so by
    /// itself.
    ///
    /// # Errors
    ///
    /// As [`Store::open`], but for an older one.
    pub async fn migrate(location: impl Into<String>) -> Result<Self, StoreError> {
        Self::at(Opening::new(Entry::Migrate), &location.into()).await
    }

    pub(crate) async fn at(opening: Opening, location: &str) -> Result<Self, StoreError> {
        let (engine, owner, clock) = opening.open(location).await?;
        Ok(Self { engine, owner, clock, wake: Arc::new(Notify::new()) })
    }

    /// Returns the base URL of the environment that the store belongs to.
    pub fn environment(&self) -> &str {
        &self.owner.environment
    }

    /// Returns the client id that the store belongs to.
    pub fn client_id(&self) -> &str {
        &self.owner.client_id
    }

    /// Returns an order.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] where the invoice number is not stored.
    pub async fn order(&self, invoice_number: &str) -> Result<Order, StoreError> {
        let found = self.engine.order(invoice_number.to_owned()).await?;
        found.map(Order).ok_or_else(not_stored)
    }

    /// Returns up to `limit` orders, by invoice number, after the one that is named; the first ones after an empty text.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn orders(&self, after: &str, limit: u32) -> Result<Vec<Order>, StoreError> {
        let rows = self.engine.orders(false, after.to_owned(), limit).await?;
        Ok(rows.into_iter().map(Order).collect())
    }

    /// Returns all orders that a person has to look at; see [`Order::is_unresolved`].
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn unresolved(&self) -> Result<Vec<Order>, StoreError> {
        let mut all: Vec<Order> = Vec::new();
        loop {
            let after = all.last().map_or_else(String::new, |order| order.invoice_number().to_owned());
            let page = self.engine.orders(true, after, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            all.extend(page.into_iter().map(Order));
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Returns up to `limit` orders that a person has to look at, by invoice number, after the one that is named.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn unresolved_after(&self, after: &str, limit: u32) -> Result<Vec<Order>, StoreError> {
        let rows = self.engine.orders(true, after.to_owned(), limit).await?;
        Ok(rows.into_iter().map(Order).collect())
    }

    /// Closes an order that a person looked at. Nothing is asked about it any more. If a payment is reported after all,
    /// it has its effect.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotPossible`] without a reason of 1 to 200 characters, [`StoreErrorKind::NotFound`] where the
    /// invoice number is not stored.
    pub async fn close(&self, invoice_number: &str, reason: &str) -> Result<Order, StoreError> {
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 200 || reason.chars().any(char::is_control) {
            let text = "an order is closed with a reason of 1 to 200 characters in one line";
            return Err(StoreError::new(StoreErrorKind::NotPossible, text));
        }
        for _ in 0..MOST_TRIES {
            let now = self.now().await?;
            let found = self.engine.order(invoice_number.to_owned()).await?;
            let mut row = found.ok_or_else(not_stored)?;
            row.close_reason = Some(reason.to_owned());
            plan(&mut row, false, now);
            let update = Update { now, order: Some(row.clone()), ..Update::default() };
            if self.engine.write(update).await? == Written::Done {
                row.revision += 1;
                return Ok(Order(row));
            }
        }
        Err(contended())
    }

    /// Returns up to `limit` effects after the id `after`, oldest first; with `open`, only those that are not done.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn effects(&self, open: bool, after: i64, limit: u32) -> Result<Vec<Effect>, StoreError> {
        Ok(self.engine.effects(open, false, after, limit).await?.into_iter().map(Effect).collect())
    }

    /// Returns up to `limit` dead letters after the id `after`, oldest first; see [`Effect::is_dead`].
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn dead_effects(&self, after: i64, limit: u32) -> Result<Vec<Effect>, StoreError> {
        Ok(self.engine.effects(true, true, after, limit).await?.into_iter().map(Effect).collect())
    }

    /// Returns the effects of an order, oldest first.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn effects_of(&self, invoice_number: &str) -> Result<Vec<Effect>, StoreError> {
        Ok(self.engine.effects_of(invoice_number.to_owned()).await?.into_iter().map(Effect).collect())
    }

    /// Returns an effect.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] where there is none with this id.
    pub async fn effect(&self, id: i64) -> Result<Effect, StoreError> {
        let found = self.engine.effect(id).await?;
        found.map(Effect).ok_or_else(|| StoreError::new(StoreErrorKind::NotFound, "no effect has this id"))
    }

    /// Has an effect handed over at once instead of at its time. A dead letter begins its schedule anew.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotPossible`] where it is done: what is done is not done again.
    pub async fn deliver(&self, id: i64) -> Result<(), StoreError> {
        let effect = self.effect(id).await?;
        let now = self.now().await?;
        if effect.is_done() || !self.engine.again(id, now).await? {
            let text = "the effect is done; what is done is not handed over again";
            return Err(StoreError::new(StoreErrorKind::NotPossible, text));
        }
        self.wake.notify_one();
        Ok(())
    }

    /// Returns up to `limit` notifications after the number `after`, of one order or of all (an empty invoice number);
    /// with `quarantined`, only those that were set aside.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn notifications(
        &self,
        invoice_number: &str,
        quarantined: bool,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredNotification>, StoreError> {
        let rows = self.engine.notifications(invoice_number.to_owned(), quarantined, after, limit).await?;
        Ok(rows.into_iter().map(StoredNotification).collect())
    }

    /// Empties the bodies and headers of what ended before `age` ago: they hold customers' data. Keys and digests stay
    /// for ever, so a notification that comes again after years is still known. Returns how many rows were emptied.
    ///
    /// # Errors
    ///
    /// Where the store cannot be written.
    pub async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        let age = Millis::try_from(age.as_millis()).unwrap_or(Millis::MAX);
        let before = self.now().await?.saturating_sub(age);
        self.engine.prune(before).await
    }

    /// Writes a copy of the store, as it is at one moment, to a file that does not exist yet.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`] where the file exists or cannot be made.
    pub async fn backup(&self, to: impl Into<PathBuf>) -> Result<(), StoreError> {
        self.engine.backup(to.into()).await
    }

    /// Reads the whole store and returns what is damaged, empty where all is well.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read at all.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.engine.check().await
    }

    /// Returns what somebody should look at although what is stored is sound; nothing of a SQLite store.
    ///
    /// In PostgreSQL, whose transaction, prepared transaction or slot has been open for longer than the lease, here 2
    /// minutes: what has ended since then cannot be cleared away, and claims become slower from minute to minute. A user
    /// sees other users' transactions only with the rights of `pg_read_all_stats`.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read at all.
    pub async fn warnings(&self) -> Result<Vec<String>, StoreError> {
        self.engine.warnings(Settings::default().lease_millis()).await
    }

    /// Returns numbers of what is stored.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let now = self.now().await?;
        self.engine.counts(now).await
    }

    /// Returns whether the store failed for good after an input or output error: let the process end.
    pub fn has_failed(&self) -> bool {
        self.engine.has_failed()
    }

    /// Returns the time by the clock of the store.
    ///
    /// # Errors
    ///
    /// Where the clock is the database's, and that cannot be reached.
    pub async fn clock(&self) -> Result<SystemTime, StoreError> {
        self.now().await.map(system_time)
    }

    pub(crate) async fn now(&self) -> Result<Millis, StoreError> {
        Ok(self.engine.now().await?.unwrap_or_else(|| millis((self.clock)())))
    }

    /// Returns what the store is kept in, and how.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn facts(&self) -> Result<Facts, StoreError> {
        self.engine.facts().await
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("engine", &self.engine).finish_non_exhaustive()
    }
}
