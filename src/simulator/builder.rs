//! How a simulator is made: [`SimulatorBuilder`].

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc, oneshot, watch},
};
use uuid::Uuid;

use crate::{
    CLIENT_ID, Event, Fault, SECRET_KEY, Simulator, SimulatorError,
    doku::{fault::ConnectionEffect, identity::Identity},
    face::api::routes,
    net::{connection, messenger::Messenger},
    run::{
        clock::Clock,
        memory::Memory,
        schedule,
        service::Service,
        state::{self, Ask},
    },
};
use doku_indodana::{Credentials, Environment};

/// Makes a [`Simulator`] with other settings than the defaults.
pub struct SimulatorBuilder {
    address: IpAddr,
    port: u16,
    public_url: Option<String>,
    credentials: Option<Credentials>,
    notification_url: Option<String>,
    allowed_hosts: Vec<String>,
    switches: Vec<(String, String)>,
    faults: Vec<Fault>,
    time_scale: u32,
    state_file: Option<PathBuf>,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
    ids: Box<dyn Fn() -> u128 + Send + Sync>,
    watcher: Box<dyn Fn(&Event) + Send + Sync>,
}

impl Default for SimulatorBuilder {
    fn default() -> Self {
        Self {
            address: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            public_url: None,
            credentials: None,
            notification_url: None,
            allowed_hosts: Vec::new(),
            switches: Vec::new(),
            faults: Vec::new(),
            time_scale: 1,
            state_file: None,
            clock: Box::new(now),
            ids: Box::new(new_id),
            watcher: Box::new(|_| {}),
        }
    }
}

impl SimulatorBuilder {
    /// Sets the port. 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the address to listen on. 127.0.0.1 by default; any other lets others in, who can then pay every order,
    /// read customers' data, make the simulator send requests to any port of this machine by the notification URL of an
    /// order, and read what is answered. A URL of a trigger is for callers on this machine alone.
    #[must_use]
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets what payment URLs begin with, for a simulator that is reached by another name than its address:
    /// `http://simulator:4000`.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Sets the only credentials that the simulator knows. [`CLIENT_ID`] and [`SECRET_KEY`] by default.
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

    /// Allows notifications to another host than this machine, by exactly this name or address.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Sets a switch; [`Switch::ALL`](super::Switch::ALL) has their names and values.
    #[must_use]
    pub fn switch(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.switches.push((name.into(), value.into()));
        self
    }

    /// Lets a fault strike everything, from the start; [`FaultKind::ALL`](super::FaultKind::ALL) has them. All but
    /// `refuse-connections`, which [`Simulator::fail_next`] asks for.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Lets so many seconds pass at the simulator in one second. 1 by default.
    #[must_use]
    pub fn time_scale(mut self, scale: u32) -> Self {
        self.time_scale = scale;
        self
    }

    /// Keeps orders, notifications, events, switches and clock in a file: it is read at the start if it is there. What
    /// changes is on the disk before it is answered; where it cannot be written, the answer is HTTP 503 and the simulator
    /// stops. It is a plain file, never a link or a pipe, and for its owner alone. A file beside it, with `.lock` behind
    /// its name, keeps other simulators off.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
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

    /// Sets what is called for each event. It is called before the simulator answers, on the simulator's own tasks, so it
    /// must not block. Nothing by default.
    #[must_use]
    pub fn on_event(mut self, watcher: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.watcher = Box::new(watcher);
        self
    }

    /// Starts the simulator.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::AddrInUse`] for a port that is taken; [`ErrorKind::ResourceBusy`] for a state file of another simulator; [`ErrorKind::InvalidInput`] for a notification URL that is
    /// neither on this machine nor allowed, a switch or a value that there is not, a fault that only strikes once, a time scale of 0 or above
    /// 1,000,000, or a public URL that is none; [`ErrorKind::InvalidData`] for a state file that is none; any other
    /// where the system refuses, a state file that cannot be written included.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time.
    pub async fn start(self) -> io::Result<Simulator> {
        let mut messenger = Messenger::new(self.allowed_hosts).map_err(|error| {
            io::Error::other(format!(
                "notifications need the system's certificates: {error}; install its ca-certificates"
            ))
        })?;
        if self.faults.iter().any(|fault| matches!(fault.connection(), Some(ConnectionEffect::RefuseConnections(_)))) {
            let why =
                "a simulator that always refuses connections is of no use; ask for refuse-connections while it runs";
            return Err(invalid(why.to_owned()));
        }
        if !(1..=1_000_000).contains(&self.time_scale) {
            return Err(invalid("the time scale must be from 1 to 1000000".to_owned()));
        }
        let address = SocketAddr::new(self.address, self.port);
        let listener =
            TcpListener::bind(address).await.map_err(|error| io::Error::new(error.kind(), refused(address, &error)))?;
        let port = listener.local_addr()?.port();
        messenger.keep_off(port);
        if let Some(url) = &self.notification_url {
            messenger.destination(url).map_err(invalid)?;
        }
        let own = if self.address.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { self.address };
        let own = format!("http://{}", SocketAddr::new(own, port));
        let url = self.public_url.map_or(Ok(own), |url| public(&url))?;
        // A client on this machine reaches it by an address of this machine.
        let local = if self.address.is_loopback() { self.address } else { Ipv4Addr::LOCALHOST.into() };
        let local = format!("http://{}", SocketAddr::new(local, port));
        let environment = Environment::custom(&local).map_err(io::Error::other)?;
        let credentials = self.credentials.unwrap_or_else(known_to_everyone);
        let identity = Identity { credentials, url: url.clone() };
        let clock = Clock::new(self.clock, self.time_scale);
        let mut memory = Memory::default();
        let opened = match self.state_file {
            Some(path) => Some(state::open(path, &mut memory, &identity).await?),
            None => None,
        };
        if let Some(time) = opened.as_ref().and_then(|opened| opened.time) {
            clock.move_to(time);
        }
        for (name, value) in &self.switches {
            memory.switches.set(name, value).map_err(|error| invalid(error.to_string()))?;
        }
        let (keeper, asked) = mpsc::unbounded_channel();
        memory.standing = self.faults;
        let (stopping, _) = watch::channel(false);
        let service = Arc::new(Service {
            identity,
            notification_url: self.notification_url,
            clock,
            ids: self.ids,
            watcher: self.watcher,
            messenger,
            memory: Mutex::new(memory),
            told: watch::channel(()).0,
            keeper: opened.is_some().then(|| keeper.clone()),
            turn: tokio::sync::Mutex::default(),
            planned: Notify::new(),
            connections: Notify::new(),
            stopping,
        });
        let kept = opened.map(|opened| opened.keep(Arc::clone(&service), asked)).transpose()?.map(tokio::spawn);
        let (stop, stopped) = oneshot::channel();
        let server = connection::serve(listener, routes(Arc::clone(&service)), Arc::clone(&service), stopped);
        tokio::spawn(schedule::run(Arc::clone(&service)));
        let server = tokio::spawn(async move {
            server.await;
            let Some(kept) = kept else { return Ok(()) };
            // It may have ended already, because it could not write.
            let _ = keeper.send(Ask::End);
            kept.await.unwrap_or(Err(SimulatorError::Unwritable))
        });
        Ok(Simulator { url, environment, service, stop, server })
    }
}

impl std::fmt::Debug for SimulatorBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimulatorBuilder")
            .field("address", &self.address)
            .field("port", &self.port)
            .field("notification_url", &self.notification_url)
            .finish_non_exhaustive()
    }
}

/// Returns scheme, host and port of a public URL.
fn public(url: &str) -> io::Result<String> {
    let parsed = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/");
    let parsed = parsed.ok_or_else(|| invalid("the public url is not one such as http://simulator:4000".to_owned()))?;
    Ok(parsed.origin().ascii_serialization())
}

fn invalid(why: String) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, why)
}

fn refused(address: SocketAddr, error: &io::Error) -> String {
    let (port, address) = (address.port(), address.ip());
    match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} of {address} is in use; stop the program that has it or choose another port")
        }
        _ => format!("cannot listen on port {port} of {address}: {error}; choose another port"),
    }
}

fn known_to_everyone() -> Credentials {
    Credentials::new(
        CLIENT_ID.parse().expect("the constant is a client id"),
        SECRET_KEY.parse().expect("the constant is a secret key"),
    )
}

#[expect(clippy::disallowed_methods, reason = "the default clock of the simulator")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the default ids of the simulator")]
fn new_id() -> u128 {
    Uuid::new_v4().as_u128()
}
