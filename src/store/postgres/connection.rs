//! A few connections, each used by one caller at a time: [`Connections`].
//!
//! Statements are unnamed and each is a transaction of its own, so a pooler between may be in any mode. What waits at the
//! same moment is committed by the server together.

use std::{
    net::IpAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::{
    Client, Config, NoTls, Row,
    config::{Host, SslMode},
    types::{ToSql, Type},
};

use super::{
    fault,
    tls::{self, Trust},
};
use crate::StoreError;

/// So long a statement may take; then its connection is given up.
const STATEMENT: Duration = Duration::from_secs(10);

/// So long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// So many connections a process has at most.
const MOST: usize = 4;

/// What is passed with a statement.
pub(super) type Parameters<'a> = &'a [(&'a (dyn ToSql + Sync), Type)];

#[derive(Debug)]
pub(super) struct Connections {
    config: Config,
    trust: Trust,
    slots: Vec<Mutex<Option<Client>>>,
    next: AtomicUsize,
    /// Whether there ever was a connection: then the address was right.
    reached: AtomicBool,
}

impl Connections {
    /// Reads an address. Nothing is connected yet.
    pub(super) fn new(address: &str) -> Result<Self, StoreError> {
        // The error may quote the address, which may hold a password.
        let (address, trust) = tls::read(address);
        let mut config: Config = address.parse().map_err(|_| {
            StoreError::unusable(
                "the address of postgresql cannot be read; it looks like postgres://user@host/database",
            )
        })?;
        config.application_name("doku-store").connect_timeout(CONNECT);
        if !config.get_hosts().iter().all(is_near) && config.get_ssl_mode() != SslMode::Disable {
            config.ssl_mode(SslMode::Require);
        }
        let slots = (0..MOST).map(|_| Mutex::new(None)).collect();
        Ok(Self { config, trust, slots, next: AtomicUsize::new(0), reached: AtomicBool::new(false) })
    }

    /// Runs a statement and returns its rows.
    pub(super) async fn rows(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, StoreError> {
        let mut slot = self.slot().await;
        let client = self.connected(&mut slot).await?;
        match tokio::time::timeout(STATEMENT, client.query_typed(sql, parameters)).await {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(error)) => {
                if client.is_closed() {
                    *slot = None;
                }
                Err(fault::explain(&error))
            }
            Err(_) => {
                // A driver that hangs must not stop everything.
                *slot = None;
                Err(StoreError::unavailable("postgresql took too long: whether it was written is not known"))
            }
        }
    }

    /// Runs statements without parameters, several in one text.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), StoreError> {
        let mut slot = self.slot().await;
        let client = self.connected(&mut slot).await?;
        let end = tokio::time::timeout(STATEMENT, client.batch_execute(sql)).await;
        match end {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                // A transaction may be open within it.
                *slot = None;
                Err(fault::explain(&error))
            }
            Err(_) => {
                *slot = None;
                Err(StoreError::unavailable("postgresql took too long"))
            }
        }
    }

    /// Returns a free connection, or waits for the next one's turn.
    async fn slot(&self) -> MutexGuard<'_, Option<Client>> {
        if let Some(free) = self.slots.iter().find_map(|slot| slot.try_lock().ok()) {
            return free;
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
        self.slots[turn].lock().await
    }

    async fn connected<'s>(&self, slot: &'s mut Option<Client>) -> Result<&'s Client, StoreError> {
        let stale = slot.as_ref().is_none_or(Client::is_closed);
        if stale {
            *slot = Some(self.connect().await?);
            self.reached.store(true, Ordering::Relaxed);
        }
        slot.as_ref().ok_or_else(|| StoreError::bug("a connection vanished, please report this"))
    }

    async fn connect(&self) -> Result<Client, StoreError> {
        let refused = |error: &tokio_postgres::Error| {
            let error = fault::connecting(error);
            // A password that is changed while the loop runs does not end it.
            let was_right = self.reached.load(Ordering::Relaxed);
            if was_right { StoreError::unavailable(error.to_string()) } else { error }
        };
        let timed_out = |_| StoreError::unavailable("no connection to postgresql: it does not answer in time");
        let mode = self.config.get_ssl_mode();
        let is_plain = self.config.get_hosts().iter().all(is_near) && mode != SslMode::Require;
        let client = if is_plain || mode == SslMode::Disable {
            let connecting = tokio::time::timeout(CONNECT, self.config.connect(NoTls));
            let (client, connection) = connecting.await.map_err(timed_out)?.map_err(|error| refused(&error))?;
            tokio::spawn(async move { drop(connection.await) });
            client
        } else {
            let connecting = tokio::time::timeout(CONNECT, self.config.connect(tls::connector(&self.trust)?));
            let (client, connection) = connecting.await.map_err(timed_out)?.map_err(|error| refused(&error))?;
            tokio::spawn(async move { drop(connection.await) });
            client
        };
        check_durable(&client).await?;
        Ok(client)
    }
}

/// Refuses a server, or a user's settings, that acknowledge what a power cut may lose.
async fn check_durable(client: &Client) -> Result<(), StoreError> {
    let sql = "select current_setting('fsync'), current_setting('synchronous_commit')";
    let found = client.query_typed(sql, &[]).await.map_err(|error| fault::explain(&error))?;
    let row = found.first().ok_or_else(|| StoreError::unusable("postgresql does not say how it writes".to_owned()))?;
    for (at, name) in ["fsync", "synchronous_commit"].into_iter().enumerate() {
        let setting: String = row.try_get(at).map_err(|error| fault::explain(&error))?;
        if setting == "off" {
            return Err(StoreError::unusable(format!(
                "postgresql has {name} = off and may lose what it acknowledged; switch it on for this database and user"
            )));
        }
    }
    Ok(())
}

fn is_near(host: &Host) -> bool {
    match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}
