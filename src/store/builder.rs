//! How a store is opened: [`OrdersBuilder`].

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use doku_indodana::{Client, NotificationEndpoint, RequestId, SecretKey, Verifier};
use tokio::sync::Notify;

use crate::{
    Orders, Store, StoreError,
    bucket::Bucket,
    engine::{Point, Points},
    entry::Entry,
    opening::Opening,
    orders::Inner,
    record::Owner,
    schedule::Retries,
    settings::{Clock, RequestIds, Settings},
};

/// The path of the notification URL, unless the builder is given another.
pub const NOTIFICATION_PATH: &str = "/payments/notifications";

/// Opens [`Orders`] with other settings than the defaults.
pub struct OrdersBuilder {
    client: Client,
    notification_path: String,
    further_keys: Vec<SecretKey>,
    clock: Option<Clock>,
    request_ids: Option<RequestIds>,
    calls_per_second: f64,
    settings: Settings,
    allow_network_file_system: bool,
    most_bytes: Option<u64>,
    points: Points,
}

impl OrdersBuilder {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            notification_path: NOTIFICATION_PATH.to_owned(),
            further_keys: Vec::new(),
            clock: None,
            request_ids: None,
            calls_per_second: 2.0,
            settings: Settings::default(),
            allow_network_file_system: false,
            most_bytes: None,
            points: Points::default(),
        }
    }

    /// Sets the path of the notification URL as DOKU has it. [`NOTIFICATION_PATH`] by default.
    #[must_use]
    pub fn notification_path(mut self, path: impl Into<String>) -> Self {
        self.notification_path = path.into();
        self
    }

    /// Adds a key that notifications may be signed with as well, while DOKU changes from one to the other.
    #[must_use]
    pub fn further_key(mut self, key: SecretKey) -> Self {
        self.further_keys.push(key);
        self
    }

    /// Sets where the time comes from. The system's clock by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets where new request ids come from. UUID v4 by default. Each must be unique.
    #[must_use]
    pub fn request_ids(mut self, make: impl Fn() -> RequestId + Send + Sync + 'static) -> Self {
        self.request_ids = Some(Arc::new(make));
        self
    }

    /// Sets how often the loop calls DOKU. Twice a second by default. Customers who wait are not slowed down by it.
    #[must_use]
    pub fn calls_per_second(mut self, calls: f64) -> Self {
        self.calls_per_second = calls;
        self
    }

    /// Sets for how long a claimed order or effect is left to whoever claimed it. 2 minutes by default; longer than the
    /// longest call and the longest handler, or work is done twice.
    #[must_use]
    pub fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// Sets how long a handler may take. 1 minute by default; then it is dropped and the effect handed over again.
    #[must_use]
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.settings.handler_timeout = timeout;
        self
    }

    /// Sets when an effect is handed over again after its handler failed: after the first failure the first wait, and so on.
    /// An effect that fails once more after the last wait is a dead letter: listed, and not handed over any more, until
    /// [`Store::deliver`].
    ///
    /// By default 1 s, 10 s, 1 min, 5 min, 30 min, and then each hour for ever: no effect becomes a dead letter by itself.
    #[must_use]
    pub fn effect_schedule(mut self, waits: impl IntoIterator<Item = Duration>) -> Self {
        self.settings.retries = Retries::ending(waits);
        self
    }

    /// Sets how long placing an order again waits for the answer that another call is waiting for, before it sends the
    /// same bytes itself. 2 seconds by default.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = patience;
        self
    }

    /// Sets how many handlers run at once. 16 by default.
    #[must_use]
    pub fn handlers(mut self, handlers: usize) -> Self {
        self.settings.handlers = handlers.clamp(1, 1_024);
        self
    }

    /// Accepts a network file system. SQLite's locks may not hold there, and two processes may destroy the store.
    #[must_use]
    pub fn danger_allow_network_file_system(mut self) -> Self {
        self.allow_network_file_system = true;
        self
    }

    /// Sets the greatest size of a SQLite store in bytes. Set it below the size of the disk: a store that is full at its
    /// own limit can still be pruned and copied, one on a full disk cannot.
    #[must_use]
    pub fn greatest_size(mut self, bytes: u64) -> Self {
        self.most_bytes = Some(bytes);
        self
    }

    /// Sets who is told of each place where a process may be stopped. For tests.
    #[doc(hidden)]
    #[must_use]
    pub fn on_point(mut self, watcher: impl Fn(Point) + Send + Sync + 'static) -> Self {
        self.points = Points::new(watcher);
        self
    }

    /// Opens the store, and makes it where there is none.
    ///
    /// `location` is the path of a file, with or without `sqlite:` before it, or an address of PostgreSQL,
    /// `postgres://user:password@host/database` (feature `postgres`).
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`](crate::StoreErrorKind::Unusable) where the store cannot be used as it is; it is left
    /// as it was.
    pub async fn open(self, location: impl Into<String>) -> Result<Orders, StoreError> {
        let client_id = self.client.credentials().client_id().as_str().to_owned();
        let owner = Owner { environment: self.client.environment().base_url().to_owned(), client_id };
        let verifier = Verifier::new(self.client.credentials().clone());
        let verifier = self.further_keys.into_iter().fold(verifier, Verifier::with_key);
        let endpoint = NotificationEndpoint::new(verifier, &self.notification_path)
            .map_err(|error| StoreError::unusable(format!("the path of the notification url: {error}")))?;
        let opening = Opening {
            entry: Entry::Own(owner),
            clock: self.clock,
            allow_network: self.allow_network_file_system,
            most_bytes: self.most_bytes,
            points: self.points.clone(),
        };
        let store = Store::at(opening, &location.into()).await?;
        Ok(Orders(Arc::new(Inner {
            client: self.client,
            store,
            endpoint,
            request_ids: self.request_ids.unwrap_or_else(|| Arc::new(random_id)),
            bucket: Bucket::new(self.calls_per_second),
            settings: self.settings,
            changed: Notify::new(),
            turned: Mutex::new(None),
            points: self.points,
        })))
    }
}

impl Orders {
    /// Opens the store of a client, and makes it where there is none. `location` is the path of a file.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Unusable`](crate::StoreErrorKind::Unusable) where the store cannot be used as it is: another
    /// program's file, a damaged one, one that others may read, a newer one, one of another environment or client id. It is
    /// left as it was.
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
}

impl fmt::Debug for OrdersBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrdersBuilder")
            .field("client", &self.client)
            .field("notification_path", &self.notification_path)
            .field("calls_per_second", &self.calls_per_second)
            .finish_non_exhaustive()
    }
}

#[expect(clippy::disallowed_methods, reason = "the default source of ids")]
fn random_id() -> RequestId {
    uuid::Uuid::new_v4().to_string().parse().expect("a uuid is a request id")
}
