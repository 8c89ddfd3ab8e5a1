//! What a case of the suite runs in: a store, a local DOKU, and one clock for both.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use doku_indodana::{Client, RequestId, RetryPolicy, Rupiah, Timestamp, testing};
use doku_simulator::{Fault, Happening, Simulator};
use doku_store::{Acknowledgement, Effect, Order, Orders, OrdersBuilder, Rank, Verdict};
use http::StatusCode;

/// 2026-01-05T08:45:42Z.
pub(crate) const NOW: u64 = 1_767_602_742;

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3_600);
pub(crate) const DAY: Duration = Duration::from_secs(86_400);

const MINIMAL: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

/// A store that does not exist yet, a local DOKU, and their clock.
pub(crate) struct World {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) location: String,
    /// Removes the files at the end.
    folder: tempfile::TempDir,
    notifications: AtomicU64,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("doku.db").to_str().unwrap().to_owned();
        Self::at(location, folder).await
    }

    /// A store in a database of its own; `None` where this machine has no PostgreSQL.
    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres() -> Option<Self> {
        let location = crate::cluster::database().await?;
        Some(Self::at(location, tempfile::tempdir().unwrap()).await)
    }

    /// A store in such a database behind a pooler; `None` where this machine has none.
    #[cfg(feature = "postgres")]
    pub(crate) async fn pooled() -> Option<Self> {
        let location = crate::cluster::pooled_database().await?;
        Some(Self::at(location, tempfile::tempdir().unwrap()).await)
    }

    async fn at(location: String, folder: tempfile::TempDir) -> Self {
        let simulator = Simulator::builder().clock(|| at(NOW)).start().await.unwrap();
        Self { simulator: Arc::new(simulator), location, folder, notifications: AtomicU64::new(0) }
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Returns a client of the local DOKU that tries once.
    pub(crate) fn client(&self) -> Client {
        let (environment, credentials) = (self.simulator.environment(), self.simulator.credentials().clone());
        let clock = self.simulator.clone();
        Client::builder(environment, credentials)
            .retry(RetryPolicy::NEVER)
            .attempt_timeout(Duration::from_secs(5))
            .clock(move || clock.now())
            .build()
            .unwrap()
    }

    pub(crate) fn builder(&self) -> OrdersBuilder {
        let clock = self.simulator.clone();
        Orders::builder(self.client()).clock(move || clock.now()).calls_per_second(10_000.0).patience(Duration::ZERO)
    }

    /// Opens the store. A second time it is a second process, as far as the store can tell.
    pub(crate) async fn open(&self) -> Orders {
        self.builder().open(&self.location).await.unwrap()
    }

    /// Lets the next call to DOKU go wrong.
    pub(crate) fn fail_next(&self, fault: &str) {
        self.simulator.fail_next(fault.parse::<Fault>().unwrap());
    }

    /// Moves the one clock forward.
    pub(crate) async fn advance(&self, duration: Duration) {
        self.simulator.advance(duration).await;
    }

    /// Returns a notification about an order over 100,000 rupiah, signed now, with a request id of its own.
    pub(crate) fn notification(&self, invoice_number: &str, status: &str) -> testing::SignedNotification {
        let number = self.notifications.fetch_add(1, Ordering::Relaxed);
        testing::signed_notification()
            .with_credentials(self.simulator.credentials().clone())
            .with_timestamp(timestamp(self.simulator.now()))
            .with_request_id(format!("notification-{number}").parse().unwrap())
            .with_invoice_number(invoice_number)
            .with_amount(rupiah(100_000))
            .with_status(status.to_owned())
    }

    /// Lets the store receive a notification, which must be acknowledged.
    pub(crate) async fn notify(&self, orders: &Orders, invoice_number: &str, status: &str) -> Verdict {
        let acknowledgement = receive(orders, &self.notification(invoice_number, status)).await;
        assert_eq!(acknowledgement.status(), StatusCode::OK, "{acknowledgement:?}");
        acknowledgement.verdict().unwrap()
    }

    /// Returns how many orders DOKU has made.
    pub(crate) fn made(&self) -> usize {
        self.simulator.orders().len()
    }

    /// Returns how many requests DOKU has answered or failed on purpose.
    pub(crate) fn requests(&self) -> usize {
        let events = self.simulator.events();
        events.iter().filter(|event| matches!(event.what, Happening::Requested(_))).count()
    }
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    at.try_into().unwrap()
}

pub(crate) fn rupiah(amount: u64) -> Rupiah {
    Rupiah::try_from(amount).unwrap()
}

pub(crate) fn request_id(text: &str) -> RequestId {
    text.parse().unwrap()
}

/// Returns an order over 100,000 rupiah, as JSON.
pub(crate) fn order(invoice_number: &str) -> Bytes {
    order_with(invoice_number, |_| {})
}

/// Returns an order that was changed, as JSON.
pub(crate) fn order_with(invoice_number: &str, change: impl FnOnce(&mut serde_json::Value)) -> Bytes {
    let mut order: serde_json::Value = serde_json::from_str(MINIMAL).unwrap();
    order["order"]["invoice_number"] = invoice_number.into();
    order["order"]["amount"] = 100_000.into();
    order["order"]["line_items"][0]["price"] = 100_000.into();
    order["order"]["line_items"][0]["quantity"] = 1.into();
    change(&mut order);
    serde_json::to_vec(&order).unwrap().into()
}

/// Returns an order over another amount.
pub(crate) fn order_over(invoice_number: &str, amount: u64) -> Bytes {
    order_with(invoice_number, |order| {
        order["order"]["amount"] = amount.into();
        order["order"]["line_items"][0]["price"] = amount.into();
    })
}

pub(crate) async fn receive(orders: &Orders, message: &testing::SignedNotification) -> Acknowledgement {
    orders.receive(&message.headers(), message.body()).await
}

/// Places an order that DOKU answers.
pub(crate) async fn place(orders: &Orders, invoice_number: &str) -> Order {
    let order = orders.place_json(order(invoice_number)).await.unwrap();
    assert_eq!(order.rank(), Rank::Pending);
    order
}

/// What a merchant did: each effect that reached his handler.
#[derive(Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Vec<(i64, String, String)>>>);

impl Book {
    /// Writes an effect down.
    pub(crate) fn write(&self, effect: &Effect) {
        let line = (effect.id(), effect.invoice_number().to_owned(), effect.status().to_string());
        self.0.lock().unwrap().push(line);
    }

    /// Returns the lines of an order: its statuses, in the order in which they came.
    pub(crate) fn of(&self, invoice_number: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| line.1 == invoice_number).map(|line| line.2.clone()).collect()
    }

    pub(crate) fn ids(&self) -> Vec<i64> {
        self.0.lock().unwrap().iter().map(|line| line.0).collect()
    }
}

/// Does all that is due; every handler succeeds.
pub(crate) async fn run_once(orders: &Orders, book: &Book) -> doku_store::Worked {
    let book = book.clone();
    orders
        .run_once(move |effect| {
            book.write(&effect);
            std::future::ready(Ok::<(), String>(()))
        })
        .await
        .unwrap()
}
