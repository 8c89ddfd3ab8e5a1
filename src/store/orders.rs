//! The durable store of orders: [`Orders`].

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use doku_indodana::{Client, GenerateOrderRequest, NotificationEndpoint};
use tokio::{sync::Notify, time::Instant};

use crate::{
    Effect, Order, Placed, Store, StoreError,
    bucket::Bucket,
    engine::Points,
    settings::{RequestIds, Settings},
};

/// Places orders, receives notifications and sees each order through to its end, across crashes, restarts and several
/// processes. Cheap to clone; the clones share the store.
///
/// All that can be asked of a store without a client are methods of [`Store`], which this one has as well.
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
    pub(crate) store: Store,
    pub(crate) endpoint: NotificationEndpoint,
    pub(crate) request_ids: RequestIds,
    pub(crate) bucket: Bucket,
    pub(crate) settings: Settings,
    /// Told after each change of an order, for those who wait for its answer.
    pub(crate) changed: Notify,
    /// When the loop last went round; by a clock that no one sets.
    pub(crate) turned: Mutex<Option<Instant>>,
    pub(crate) points: Points,
}

impl Orders {
    /// Places an order: checked, stored, signed, sent, its answer verified and stored.
    ///
    /// The invoice number is the key. The same order again, from another click, another process or after a crash,
    /// returns the same order and makes no second one. Where DOKU's answer is missing, the order has no payment URL yet;
    /// it is sent again until it has one.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Order`](crate::StoreErrorKind::Order) with all violations of the contract,
    /// [`StoreErrorKind::Conflict`](crate::StoreErrorKind::Conflict) where the invoice number is stored with another
    /// order: in both cases nothing was stored or sent.
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
    /// As [`Orders::place`]; also [`StoreErrorKind::Order`](crate::StoreErrorKind::Order) where the body is no JSON.
    pub async fn place_json(&self, body: impl Into<Bytes>) -> Result<Order, StoreError> {
        self.place_keyed(body, None).await.map(Placed::into_order)
    }

    /// As [`Orders::place_json`], and says whether the order was stored before. `key` is what a caller calls this order
    /// for himself, 1 to 255 visible ASCII characters: it is kept with the order for ever, so that a caller who numbers
    /// each try anew is told, and makes no second order.
    ///
    /// # Errors
    ///
    /// As [`Orders::place_json`]; also [`StoreErrorKind::KeyReused`](crate::StoreErrorKind::KeyReused) where the key was used
    /// with another order, and [`StoreErrorKind::NotPossible`](crate::StoreErrorKind::NotPossible) where it is no key. Nothing was
    /// stored or sent.
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

    /// As [`Store::warnings`]; a transaction of PostgreSQL's is too long where it is longer than the lease.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read at all.
    pub async fn warnings(&self) -> Result<Vec<String>, StoreError> {
        self.0.engine.warnings(self.0.settings.lease_millis()).await
    }
}

/// What is stored can be looked at without a client as well.
impl Deref for Inner {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Deref for Orders {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.0.store
    }
}

impl fmt::Debug for Orders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orders").field("client", &self.0.client).field("engine", &self.0.engine).finish_non_exhaustive()
    }
}
