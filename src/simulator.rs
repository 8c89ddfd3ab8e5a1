//! The local gateway: DOKU's side of an order, in memory and on 127.0.0.1, for tests and development.
//!
//! It checks as DOKU does and in the same order (headers, time, client id, signature, body), answers signed, shows a
//! payment page, sends the signed notification and answers check status. It uses nothing but the public API of this
//! crate. It moves no money, knows one client id, and sends notifications to this machine only.
//!
//! ```
//! use doku_indodana::{Client, PreparedOrder, TransactionStatus, simulator::Simulator};
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
//! simulator.stop().await;
//! # Ok(())
//! # }
//! ```

mod body;
mod builder;
mod event;
mod gateway;
mod ledger;
mod notify;
mod order;
mod page;
mod server;

use std::{fmt, io, sync::Arc, time::Duration};

use tokio::{sync::oneshot, task::JoinHandle};

use self::server::Service;
pub use self::{
    builder::SimulatorBuilder,
    event::Event,
    notify::{Delivery, DeliveryResult},
    order::{SimulatedOrder, SimulatorError},
};
use crate::{Credentials, Environment, TransactionStatus};

/// The client id of the local gateway, unless the builder is given another.
pub const CLIENT_ID: &str = "SIM-0001-0000000000001";

/// The secret key of the local gateway, unless the builder is given another. Everyone knows it; it protects nothing.
pub const SECRET_KEY: &str = "SK-simulator-known-to-everyone";

/// How long [`Simulator::stop`] waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(5);

/// A running local gateway. It stops when it is dropped.
pub struct Simulator {
    url: String,
    environment: Environment,
    service: Arc<Service>,
    /// Its end, sent or dropped, stops the server.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Starts a gateway on a free port of 127.0.0.1, with [`CLIENT_ID`] and [`SECRET_KEY`]. Each has its own orders.
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

    /// Returns where the gateway is, for example `http://127.0.0.1:4000`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the environment for a [`Client`](crate::Client).
    pub fn environment(&self) -> Environment {
        self.environment.clone()
    }

    /// Returns the credentials that the gateway knows.
    pub fn credentials(&self) -> &Credentials {
        &self.service.gateway.credentials
    }

    /// Returns all orders, oldest first.
    pub fn orders(&self) -> Vec<SimulatedOrder> {
        let configured = self.service.notification_url.as_deref();
        self.service.ledger().orders().iter().map(|order| order.show(configured)).collect()
    }

    /// Returns every attempt to deliver a notification, in the order in which they ended.
    pub fn notifications(&self) -> Vec<Delivery> {
        self.service.ledger().deliveries.clone()
    }

    /// Pays an order, as the button of the payment page does. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it is no longer pending.
    pub async fn pay(&self, invoice_number: &str) -> Result<Delivery, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Success).await
    }

    /// Declines an order, as the button of the payment page does. Returns after the merchant answered the notification.
    ///
    /// # Errors
    ///
    /// Where there is no such order, or it is no longer pending.
    pub async fn decline(&self, invoice_number: &str) -> Result<Delivery, SimulatorError> {
        self.service.settle(invoice_number, TransactionStatus::Failed).await
    }

    /// Stops taking requests, and returns when those that were being answered are done, at the latest after 5 s.
    pub async fn stop(self) {
        let Self { stop, mut server, .. } = self;
        drop(stop);
        if tokio::time::timeout(GRACE, &mut server).await.is_err() {
            server.abort();
        }
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}
