//! The simulator: DOKU's side of an order, on 127.0.0.1, for tests and development.
//!
//! It checks as DOKU does and in the same order (headers, time, client id, signature, body), answers signed, shows a
//! payment page, sends the signed notification and answers check status. It uses the public API of this
//! crate, its paths, and how it writes the headers of a signed message. It moves no money, knows one client id, and sends notifications to this machine only, unless another host is
//! allowed. What DOKU does not document is a [`Switch`]; what goes wrong on request is a [`Fault`].
//!
//! ```
//! use doku_indodana::{Client, PreparedOrder, TransactionStatus};
//! use doku_simulator::Simulator;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start().await?;
//! let doku = Client::new(simulator.environment(), simulator.credentials().clone())?;
//!
//! # let body = r#"{"order":{"invoice_number":"INV-1","amount":50000,"line_items":[{"name":"Ayam geprek","price":50000,
//! #     "quantity":1,"id":"1002","category":"food-and-beverage"}],"callback_url_cancel":"https://shop.example/cancel"},
//! #     "peer_to_peer_info":{"merchant_unique_reference":"60123"},"customer":{"first_name":"Sari",
//! #     "email":"s.w@mail.example","phone":"6281122334455"},"billing_address":{"first_name":"Sari",
//! #     "address":"Jalan Melati No. 25","city":"Jakarta","postal_code":"12960","phone":"6281122334455",
//! #     "country_code":"IDN"}}"#;
//! // `body` is an order with the invoice number INV-1, as JSON.
//! let order = doku.send(&PreparedOrder::from_json(body, "baec7d95-f30a-4b78-b711-6ebe0ccdf50b".parse()?)?).await?;
//! assert!(order.payment_url().starts_with(simulator.url()));
//!
//! // As if the customer pressed "Pay" on that page.
//! simulator.pay("INV-1").await?;
//! assert_eq!(doku.check_status("INV-1").await?.transaction_status(), Some(&TransactionStatus::Success));
//! simulator.stop().await?;
//! # Ok(())
//! # }
//! ```

#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;

mod builder;
mod doku;
mod error;
mod face;
mod net;
mod run;
mod serial;
mod time;
mod told;

use std::{
    fmt, io,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::{sync::oneshot, task::JoinHandle};

use self::run::service::Service;
pub use self::{
    builder::SimulatorBuilder,
    doku::{
        fault::{FAULT_HEADER, Fault, FaultKind, Stage},
        order::SimulatedOrder,
        switch::{Switch, Values},
    },
    error::SimulatorError,
    run::trigger::{TRIGGERS, Trigger},
    time::parse_duration,
    told::{
        attempt::{Attempt, AttemptResult},
        event::{Event, Exchange, Happening, Headers},
        verdict::Verdict,
    },
};
use doku_indodana::{Credentials, Environment, TransactionStatus};

/// The client id of the simulator, unless the builder is given another.
pub const CLIENT_ID: &str = "SIM-0001-0000000000001";

/// The secret key of the simulator, unless the builder is given another. Everyone knows it; it protects nothing.
pub const SECRET_KEY: &str = "SK-simulator-known-to-everyone";

/// A running simulator. It stops when it is dropped.
pub struct Simulator {
    url: String,
    environment: Environment,
    service: Arc<Service>,
    /// Its end, sent or dropped, stops the server.
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), SimulatorError>>,
}

impl Simulator {
    /// Starts a simulator on a free port of 127.0.0.1, with [`CLIENT_ID`] and [`SECRET_KEY`]. Each has its own orders.
    ///
    /// # Errors
    ///
    /// Where the system has no port to give.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with I/O and time.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Returns a builder, for a fixed port, a notification URL, other credentials, a watcher, or a clock and ids of your own.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// Returns where the simulator is, for example `http://127.0.0.1:4000`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the environment for a [`Client`](doku_indodana::Client).
    pub fn environment(&self) -> Environment {
        self.environment.clone()
    }

    /// Returns the credentials that the simulator knows.
    pub fn credentials(&self) -> &Credentials {
        &self.service.identity.credentials
    }

    /// Returns all orders, oldest first.
    pub fn orders(&self) -> Vec<SimulatedOrder> {
        let configured = self.service.notification_url.as_deref();
        self.service.memory().orders().iter().map(|order| order.show(configured)).collect()
    }

    /// Returns every attempt to deliver a notification, in the order in which they ended, of the latest events.
    pub fn notifications(&self) -> Vec<Attempt> {
        let memory = self.service.memory();
        let attempts = memory.journal.after(0).filter_map(|event| match &event.what {
            Happening::Notified(attempt) => Some((**attempt).clone()),
            _ => None,
        });
        attempts.collect()
    }

    /// Returns what happened, oldest first: the latest 2,000 events.
    pub fn events(&self) -> Vec<Event> {
        self.service.memory().journal.after(0).cloned().collect()
    }

    /// Returns the simulator's time.
    pub fn now(&self) -> SystemTime {
        self.service.clock.now()
    }

    /// Moves the simulator's clock forward, through all that falls due on the way: orders expire, notifications are
    /// repeated. Returns after the merchant answered each.
    pub async fn advance(&self, duration: Duration) {
        self.service.advance(duration).await;
    }

    /// Sets a switch; [`Switch::ALL`] has their names and values.
    ///
    /// # Errors
    ///
    /// Where there is no such switch, or it does not take this value.
    pub fn set_switch(&self, name: &str, value: &str) -> Result<(), SimulatorError> {
        self.service.set_switches([(name, value)].into_iter())
    }

    /// Lets a fault strike once: the next connection, the next request or the next notification, as its kind says.
    /// Several faults strike in the order in which they were asked for.
    pub fn fail_next(&self, fault: Fault) {
        self.service.arm(fault);
    }

    /// Pays an order, as the button of the payment page does. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it can no longer be paid.
    pub async fn pay(&self, invoice_number: &str) -> Result<Attempt, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Success).await
    }

    /// Declines an order, as the button of the payment page does. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it can no longer be declined.
    pub async fn decline(&self, invoice_number: &str) -> Result<Attempt, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Failed).await
    }

    /// Lets a pending order expire before its time. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it is not pending.
    pub async fn expire(&self, invoice_number: &str) -> Result<Attempt, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Expired).await
    }

    /// Refunds a paid order. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it is not paid.
    pub async fn refund(&self, invoice_number: &str) -> Result<Attempt, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Refunded).await
    }

    /// Sends a notification once more, as a person at DOKU's dashboard does: by its number, [`Attempt::notification`].
    ///
    /// # Errors
    ///
    /// Where there is no such notification.
    pub async fn resend(&self, notification: u64) -> Result<Attempt, SimulatorError> {
        self.service.resend(notification).await
    }

    /// Sends a notification on request, genuine or forged.
    ///
    /// # Errors
    ///
    /// Where there is no such kind, order or field, or the order's status does not allow it.
    pub async fn trigger(&self, trigger: Trigger) -> Result<Vec<Attempt>, SimulatorError> {
        self.service.trigger(trigger).await
    }

    /// Stops taking requests, and returns when those that were being answered are done, at the latest after 5 s, and
    /// the state file is written.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::Unwritable`] if the state file could not be written, now or before.
    pub async fn stop(self) -> Result<(), SimulatorError> {
        drop(self.stop);
        self.server.await.unwrap_or(Err(SimulatorError::Stopped))
    }

    /// Waits until the simulator stops by itself, which it does where its state file cannot be written, or its port
    /// cannot be opened again after the fault `refuse-connections`. An event says why.
    pub async fn ended(&self) {
        self.service.stopped().await;
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}
