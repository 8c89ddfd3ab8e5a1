//! The process for other languages: [`Sidecar`], [`Running`].

use std::{net::SocketAddr, sync::Arc, time::Duration};

use doku_store::{Orders, OrdersBuilder, StoreError};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::{
    Address, Config, EFFECT_SCHEDULE, StartError, api,
    forward::Forwarder,
    gate::Gate,
    listener::Listener,
    metrics::{self, Metrics},
    notifications,
    server::serve,
};

/// How long a stopped sidecar waits for what is under way.
const GRACE: Duration = Duration::from_secs(10);

/// The process for services in any language: plain HTTP in, the store in the middle, DOKU out.
///
/// ```no_run
/// use doku_sidecar::{Config, Sidecar};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Config::read("/etc/doku/sidecar.toml".as_ref())?;
/// let mut running = Sidecar::start(config).await?;
/// println!("the api listens on {}", running.api_address());
/// tokio::select! {
///     error = running.failed() => eprintln!("the store failed: {error}"),
///     _ = async { /* until the process is told to stop */ } => {}
/// }
/// running.stop().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sidecar {
    config: Config,
    orders: Orders,
}

impl Sidecar {
    /// Opens the store and starts.
    ///
    /// # Errors
    ///
    /// Where the store cannot be used, or an address cannot be listened on.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        Self::open(config).await?.run().await
    }

    /// Opens the store, and makes it where there is none, without listening: to see whether all is well.
    ///
    /// # Errors
    ///
    /// Where the store cannot be used.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let builder = Orders::builder(config.client.clone()).notification_path(&config.notification_path);
        let builder = builder.effect_schedule(EFFECT_SCHEDULE);
        let builder = config.further_keys.iter().cloned().fold(builder, OrdersBuilder::further_key);
        let orders = builder.open(&config.store).await?;
        Ok(Self { config, orders })
    }

    /// Takes a store that is open, for another clock, other ids or another pace than the defaults.
    pub fn with_orders(config: Config, orders: Orders) -> Self {
        Self { config, orders }
    }

    /// Starts.
    ///
    /// # Errors
    ///
    /// Where an address cannot be listened on.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time.
    pub async fn run(self) -> Result<Running, StartError> {
        let Self { config, orders } = self;
        let with_tokens = config.tokens.is_some();
        let api = Listener::bind(&config.api, with_tokens).await;
        let api = api.map_err(|error| refused("the api", &config.api, &error))?;
        let address = Address::Tcp(config.notifications);
        let notifications = Listener::bind(&address, false).await;
        let notifications = notifications.map_err(|error| refused("notifications", &address, &error))?;
        let lost = |error: std::io::Error| StartError::text(format!("an address was lost: {error}"));
        let api_address = api.address().map_err(lost)?;
        let notification_address = match notifications.address().map_err(lost)? {
            Address::Tcp(address) => address,
            Address::Unix(_) => config.notifications,
        };
        let (stop, stopped) = watch::channel(false);
        let gate = Arc::new(Gate::new(&api_address, config.hosts, config.tokens));
        metrics::install();
        let metrics = Arc::new(Metrics::new());
        let forwards = config.forwarder.is_some();
        let api_state = api::Api { orders: orders.clone(), gate, forwards, metrics: Arc::clone(&metrics) };
        let routes = api::routes(Arc::new(api_state));
        let tls = config.tls.as_ref().map(crate::tls::TlsFiles::acceptor);
        let mut servers = JoinSet::new();
        servers.spawn(serve(api, tls, routes, stopped.clone()));
        let routes = notifications::routes(orders.clone(), config.notification_path, metrics);
        servers.spawn(serve(notifications, None, routes, stopped.clone()));
        let work = tokio::spawn(work(orders.clone(), config.forwarder, stopped));
        Ok(Running { api_address, notification_address, orders, stop, servers, work })
    }
}

/// Sees all orders through until it is told to stop.
async fn work(
    orders: Orders,
    forwarder: Option<Forwarder>,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), StoreError> {
    let stop = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let Some(forwarder) = forwarder else {
        return orders.run_without_effects(stop).await;
    };
    let store = orders.clone();
    let forward = move |effect| {
        let (forwarder, store) = (forwarder.clone(), store.clone());
        async move { forwarder.forward(&store, &effect).await }
    };
    orders.run(forward, stop).await
}

/// A sidecar that runs. Dropped, it is cut off; [`Running::stop`] ends it gracefully.
#[derive(Debug)]
pub struct Running {
    api_address: Address,
    notification_address: SocketAddr,
    orders: Orders,
    stop: watch::Sender<bool>,
    servers: JoinSet<()>,
    work: JoinHandle<Result<(), StoreError>>,
}

impl Running {
    /// Returns where the API listens.
    pub fn api_address(&self) -> &Address {
        &self.api_address
    }

    /// Returns where notifications come in.
    pub fn notification_address(&self) -> SocketAddr {
        self.notification_address
    }

    /// Returns the store.
    pub fn orders(&self) -> &Orders {
        &self.orders
    }

    /// Waits until the store fails for good, and returns why: let the process end then, and start it again.
    pub async fn failed(&mut self) -> StartError {
        match (&mut self.work).await {
            Ok(Err(error)) => error.into(),
            Ok(Ok(())) => StartError::text("the loop ended by itself, please report this"),
            Err(_) => StartError::text("the loop panicked, please report this"),
        }
    }

    /// Takes no more requests, and ends what is under way, within 10 seconds. What does not end is done at the next
    /// start.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let rest = async {
            while self.servers.join_next().await.is_some() {}
            if !self.work.is_finished() {
                let _ = (&mut self.work).await;
            }
        };
        let _ = tokio::time::timeout(GRACE, rest).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.work.abort();
    }
}

fn refused(what: &str, address: &Address, error: &std::io::Error) -> StartError {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => StartError::text(format!(
            "{what} cannot listen on {address}: it is in use; stop the program that has it, or set another"
        )),
        kind => StartError::text(format!("{what} cannot listen on {address}: {kind}; set another address")),
    }
}
