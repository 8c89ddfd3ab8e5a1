//! The durable store of orders: [`Orders`].

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use doku_indodana::{Client, GenerateOrderRequest, NotificationEndpoint, RequestId};
use tokio::{sync::Notify, time::Instant};

use crate::{
    Counts, Effect, Order, OrdersBuilder, Placed, StoreError, StoreErrorKind, StoredNotification,
    bucket::Bucket,
    engine::{Engine, Points},
    order::{millis, system_time},
    record::{Owner, Update, Written},
    schedule::{MINUTE, Millis, Retries},
    settle::plan,
};

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;
pub(crate) type RequestIds = Arc<dyn Fn() -> RequestId + Send + Sync>;

/// Places orders, receives notifications and sees each order through to its end, across crashes, restarts and several
/// processes. Cheap to clone; the clones share the store.
///
/// ```no_run
/// use doku_indodana::{Client, Credentials, Environment};
/// use doku_store::Orders;
///
/// # async fn run(request: doku_indodana::GenerateOrderRequest) -> Result<(), Box<dyn std::error::Error>> {
/// let doku = Client::new(Environment::Sandbox, Credentials::from_env()?)?;
/// let orders = Orders::open(doku, "doku.db").await?;
///
/// let order = orders.place(&request).await?;
/// if let Some(url) = order.payment_url() {
///     println!("send the customer to {url}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Orders(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) client: Client,
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) endpoint: NotificationEndpoint,
    pub(crate) owner: Owner,
    pub(crate) clock: Clock,
    pub(crate) request_ids: RequestIds,
    pub(crate) bucket: Bucket,
    pub(crate) settings: Settings,
    /// Told after each change of an order, for those who wait for its answer.
    pub(crate) changed: Notify,
    /// Told when there is work for the loop.
    pub(crate) wake: Notify,
    /// When the loop last went round; by a clock that no one sets.
    pub(crate) turned: Mutex<Option<Instant>>,
    pub(crate) points: Points,
}

/// How long, and how many.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) lease: Duration,
    pub(crate) handler_timeout: Duration,
    pub(crate) patience: Duration,
    pub(crate) handlers: usize,
    pub(crate) retries: Retries,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(120),
            handler_timeout: Duration::from_secs(60),
            patience: Duration::from_secs(2),
            handlers: 16,
            retries: Retries::default(),
        }
    }
}

impl Settings {
    pub(crate) fn lease_millis(&self) -> Millis {
        Millis::try_from(self.lease.as_millis()).unwrap_or(2 * MINUTE)
    }
}

/// So many rows are read at once where all are asked for.
const PAGE: u32 = 500;

/// So often a change is tried again when others change the same order.
pub(crate) const MOST_TRIES: usize = 100;

impl Orders {
    /// Opens the store of a client, and makes it where there is none. `location` is the path of a file.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`] where the store cannot be used as it is: another program's file, a damaged one, one
    /// that others may read, a newer one, one of another environment or client id. It is left as it was.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with time.
    pub async fn open(client: Client, location: impl Into<String>) -> Result<Self, StoreError> {
        Self::builder(client).open(location).await
    }

    /// Returns a builder, for another notification path, further keys, a clock or ids of your own.
    pub fn builder(client: Client) -> OrdersBuilder {
        OrdersBuilder::new(client)
    }

    /// Places an order: checked, stored, signed, sent, its answer verified and stored.
    ///
    /// The invoice number is the key. The same order again, from another click, another process or after a crash,
    /// returns the same order and makes no second one. Where DOKU's answer is missing, the order has no payment URL yet;
    /// it is sent again until it has one.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Order`] with all violations of the contract, [`StoreErrorKind::Conflict`] where the invoice
    /// number is stored with another order: in both cases nothing was stored or sent.
    ///
    /// # Cancel safety
    ///
    /// Whoever drops the future half-way loses nothing: what is stored is sent by the loop, and by placing it again.
    pub async fn place(&self, request: &GenerateOrderRequest) -> Result<Order, StoreError> {
        let prepared = self.0.client.prepare_with_id(request, (self.0.request_ids)())?;
        self.place_prepared(prepared, None).await.map(Placed::into_order)
    }

    /// As [`Orders::place`], with a body that was serialised elsewhere; its bytes are sent as they are.
    ///
    /// # Errors
    ///
    /// As [`Orders::place`]; also [`StoreErrorKind::Order`] where the body is no JSON.
    pub async fn place_json(&self, body: impl Into<Bytes>) -> Result<Order, StoreError> {
        self.place_keyed(body, None).await.map(Placed::into_order)
    }

    /// As [`Orders::place_json`], and says whether the order was stored before. `key` is what a caller calls this order
    /// for himself, 1 to 255 visible ASCII characters: it is kept with the order for ever, so that a caller who numbers
    /// each try anew is told, and makes no second order.
    ///
    /// # Errors
    ///
    /// As [`Orders::place_json`]; also [`StoreErrorKind::KeyReused`] where the key was used with another order, and
    /// [`StoreErrorKind::NotPossible`] where it is no key. Nothing was stored or sent.
    ///
    /// # Cancel safety
    ///
    /// As [`Orders::place`].
    pub async fn place_keyed(&self, body: impl Into<Bytes>, key: Option<&str>) -> Result<Placed, StoreError> {
        let prepared = self.0.client.prepare_json(body, (self.0.request_ids)())?;
        self.place_prepared(prepared, key).await
    }

    /// Stores an order, and leaves it to the loop to send it at once. `key` is as for [`Orders::place_keyed`].
    ///
    /// # Errors
    ///
    /// As [`Orders::place_keyed`].
    ///
    /// # Cancel safety
    ///
    /// Whoever drops the future half-way does not know whether the order was stored.
    pub async fn enqueue(&self, body: impl Into<Bytes>, key: Option<&str>) -> Result<Placed, StoreError> {
        let prepared = self.0.client.prepare_json(body, (self.0.request_ids)())?;
        self.store_prepared(&prepared, key).await
    }

    /// Returns an order.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] where the invoice number is not stored.
    pub async fn order(&self, invoice_number: &str) -> Result<Order, StoreError> {
        let found = self.0.engine.order(invoice_number.to_owned()).await?;
        found.map(Order).ok_or_else(not_stored)
    }

    /// Returns up to `limit` orders, by invoice number, after the one that is named; the first ones after an empty text.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn orders(&self, after: &str, limit: u32) -> Result<Vec<Order>, StoreError> {
        let rows = self.0.engine.orders(false, after.to_owned(), limit).await?;
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
            let page = self.0.engine.orders(true, after, PAGE).await?;
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
        let rows = self.0.engine.orders(true, after.to_owned(), limit).await?;
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
            let found = self.0.engine.order(invoice_number.to_owned()).await?;
            let mut row = found.ok_or_else(not_stored)?;
            row.close_reason = Some(reason.to_owned());
            plan(&mut row, false, now);
            let update = Update { now, order: Some(row.clone()), ..Update::default() };
            if self.0.engine.write(update).await? == Written::Done {
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
        Ok(self.0.engine.effects(open, false, after, limit).await?.into_iter().map(Effect).collect())
    }

    /// Returns up to `limit` dead letters after the id `after`, oldest first; see [`Effect::is_dead`].
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn dead_effects(&self, after: i64, limit: u32) -> Result<Vec<Effect>, StoreError> {
        Ok(self.0.engine.effects(true, true, after, limit).await?.into_iter().map(Effect).collect())
    }

    /// Returns the effects of an order, oldest first.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn effects_of(&self, invoice_number: &str) -> Result<Vec<Effect>, StoreError> {
        Ok(self.0.engine.effects_of(invoice_number.to_owned()).await?.into_iter().map(Effect).collect())
    }

    /// Returns an effect.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::NotFound`] where there is none with this id.
    pub async fn effect(&self, id: i64) -> Result<Effect, StoreError> {
        let found = self.0.engine.effect(id).await?;
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
        if effect.is_done() || !self.0.engine.again(id, now).await? {
            let text = "the effect is done; what is done is not handed over again";
            return Err(StoreError::new(StoreErrorKind::NotPossible, text));
        }
        self.0.wake.notify_one();
        Ok(())
    }

    /// Ends an effect that was taken, outside of [`Orders::run`]. Returns `false` where another attempt ended it, or a
    /// higher status overtook it.
    ///
    /// # Errors
    ///
    /// Where the store cannot be written.
    pub async fn done(&self, effect: &Effect) -> Result<bool, StoreError> {
        self.0.engine.done(effect.id(), effect.attempt(), None, self.now().await?).await
    }

    /// Takes up to `limit` effects that are due, to act on them outside of [`Orders::run`]. Each has to be ended by
    /// [`Orders::done`] or [`Effect::done_in`] within the lease, or it is handed over again.
    ///
    /// # Errors
    ///
    /// Where the store cannot be written.
    pub async fn take(&self, limit: u32) -> Result<Vec<Effect>, StoreError> {
        let now = self.now().await?;
        let taken = self.0.engine.take(now, self.0.settings.lease_millis(), limit).await?;
        Ok(taken.into_iter().map(Effect).collect())
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
        let rows = self.0.engine.notifications(invoice_number.to_owned(), quarantined, after, limit).await?;
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
        self.0.engine.prune(before).await
    }

    /// Writes a copy of the store, as it is at one moment, to a file that does not exist yet.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`] where the file exists or cannot be made.
    pub async fn backup(&self, to: impl Into<PathBuf>) -> Result<(), StoreError> {
        self.0.engine.backup(to.into()).await
    }

    /// Reads the whole store and returns what is damaged, empty where all is well.
    ///
    /// In PostgreSQL also whose transaction, prepared transaction or slot has been open for longer than the lease: what
    /// has ended since then cannot be cleared away, and claims become slower from minute to minute. A user sees other
    /// users' transactions only with the rights of `pg_read_all_stats`.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read at all.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.0.engine.check(self.0.settings.lease_millis()).await
    }

    /// Returns numbers of what is stored.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        let now = self.now().await?;
        self.0.engine.counts(now).await
    }

    /// Returns whether the store failed for good after an input or output error: let the process end.
    pub fn has_failed(&self) -> bool {
        self.0.engine.has_failed()
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
        Ok(self.0.engine.now().await?.unwrap_or_else(|| millis((self.0.clock)())))
    }
}

pub(crate) fn not_stored() -> StoreError {
    StoreError::new(StoreErrorKind::NotFound, "no order with this invoice number is stored")
}

pub(crate) fn contended() -> StoreError {
    StoreError::unavailable("too many changes of one order at once: nothing was changed; try again")
}

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orders").field("client", &self.0.client).field("engine", &self.0.engine).finish_non_exhaustive()
    }
}
