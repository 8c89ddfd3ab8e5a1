//! How a local gateway is made: [`SimulatorBuilder`].

use std::{
    io::{self, ErrorKind},
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use tokio::{net::TcpListener, sync::oneshot};
use uuid::Uuid;

use super::{
    CLIENT_ID, Event, SECRET_KEY, Simulator,
    gateway::{Gateway, Policy},
    ledger::Ledger,
    notify,
    server::{Service, routes},
};
use crate::{Credentials, Environment};

/// Makes a [`Simulator`] with other settings than the defaults.
pub struct SimulatorBuilder {
    port: u16,
    credentials: Option<Credentials>,
    notification_url: Option<String>,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
    ids: Box<dyn Fn() -> u128 + Send + Sync>,
    watcher: Box<dyn Fn(&Event) + Send + Sync>,
}

impl Default for SimulatorBuilder {
    fn default() -> Self {
        Self {
            port: 0,
            credentials: None,
            notification_url: None,
            clock: Box::new(now),
            ids: Box::new(new_id),
            watcher: Box::new(|_| {}),
        }
    }
}

impl SimulatorBuilder {
    /// Sets the port on 127.0.0.1. 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the only credentials that the gateway knows. [`CLIENT_ID`] and [`SECRET_KEY`] by default.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets where notifications go, unless an order overrides it: an `http` URL on this machine. None by default.
    #[must_use]
    pub fn notification_url(mut self, url: impl Into<String>) -> Self {
        self.notification_url = Some(url.into());
        self
    }

    /// Sets where the time comes from. The system's clock by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Sets where the 128 bits of payment URLs and of the `Request-Id`s of notifications come from. Each must be
    /// unique. Random by default.
    #[must_use]
    pub fn ids(mut self, make: impl Fn() -> u128 + Send + Sync + 'static) -> Self {
        self.ids = Box::new(make);
        self
    }

    /// Sets what is called when an order was made, paid or declined, and when a notification was answered or not. It is
    /// called before the gateway answers, on the gateway's own tasks, so it must not block. Nothing by default.
    #[must_use]
    pub fn on_event(mut self, watcher: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.watcher = Box::new(watcher);
        self
    }

    /// Starts the gateway on 127.0.0.1.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddrInUse`] for a port that is taken, [`ErrorKind::InvalidInput`] for a notification URL that is
    /// not on this machine; any other where the system refuses.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time.
    pub async fn start(self) -> io::Result<Simulator> {
        if let Some(url) = &self.notification_url {
            notify::destination(url).map_err(|why| io::Error::new(ErrorKind::InvalidInput, why))?;
        }
        let http = notify::http_client().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .await
            .map_err(|error| io::Error::new(error.kind(), refused(self.port, &error)))?;
        let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
        let environment = Environment::custom(&url).map_err(io::Error::other)?;
        let credentials = self.credentials.unwrap_or_else(known_to_everyone);
        let service = Arc::new(Service {
            gateway: Gateway { credentials, url: url.clone(), policy: Policy::default() },
            notification_url: self.notification_url,
            clock: self.clock,
            ids: self.ids,
            watcher: self.watcher,
            http,
            ledger: Mutex::new(Ledger::default()),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = axum::serve(listener, routes(Arc::clone(&service))).with_graceful_shutdown(async {
            // It ends when it is sent to and when the sender is gone.
            let _ = stopped.await;
        });
        let server = tokio::spawn(async {
            // Serving has no error of its own.
            let _ = serve.await;
        });
        Ok(Simulator { url, environment, service, stop, server })
    }
}

impl std::fmt::Debug for SimulatorBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimulatorBuilder")
            .field("port", &self.port)
            .field("notification_url", &self.notification_url)
            .finish_non_exhaustive()
    }
}

fn refused(port: u16, error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} of 127.0.0.1 is in use; stop the program that has it or choose another port")
        }
        _ => format!("cannot listen on port {port} of 127.0.0.1: {error}; choose another port"),
    }
}

fn known_to_everyone() -> Credentials {
    Credentials::new(
        CLIENT_ID.parse().expect("the constant is a client id"),
        SECRET_KEY.parse().expect("the constant is a secret key"),
    )
}

#[expect(clippy::disallowed_methods, reason = "the default clock of the local gateway")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the default ids of the local gateway")]
fn new_id() -> u128 {
    Uuid::new_v4().as_u128()
}
