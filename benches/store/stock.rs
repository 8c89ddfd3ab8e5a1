//! Stores with orders in them, and the messages about these.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use doku_indodana::{Client, Credentials, Environment, RetryPolicy, Rupiah, Timestamp, testing};
use doku_store::Orders;
use http::HeaderMap;
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

/// 2026-01-05T08:45:42Z: all clocks stand still at it.
pub(crate) const NOW: u64 = 1_767_602_742;

pub(crate) const AMOUNT: i64 = 100_000;

const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");
const INSERT: &str = include_str!("../../src/store/sqlite/statements/order_insert.sql");

/// How the orders of a stock stand.
#[derive(Clone, Copy)]
pub(crate) enum Standing {
    /// Answered by DOKU and not paid; nothing is due.
    Pending,
    /// Never sent, and due.
    Waiting,
}

/// A store in a file on the disk that everything is built on.
pub(crate) struct Stock {
    pub(crate) location: String,
    doku: String,
    /// Removes the files at the end.
    _folder: tempfile::TempDir,
}

impl Stock {
    /// Makes a store with so many orders. `doku` is where it sends them.
    pub(crate) async fn new(count: usize, standing: Standing, doku: &str) -> Self {
        // Not in the folder of temporary files, which may be in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let location = folder.path().join("doku.db").to_str().expect("a path of text").to_owned();
        let stock = Self { location, doku: doku.to_owned(), _folder: folder };
        drop(stock.open().await);
        stock.fill(count, standing);
        stock
    }

    pub(crate) async fn open(&self) -> Orders {
        let clock = || UNIX_EPOCH + Duration::from_secs(NOW);
        let client = Client::builder(Environment::custom(&self.doku).expect("a url"), credentials());
        let client = client.clock(clock).retry(RetryPolicy::NEVER).build().expect("a client");
        let builder = Orders::builder(client).clock(clock).calls_per_second(100_000.0);
        builder.open(&self.location).await.expect("a store")
    }

    pub(crate) fn connect(&self) -> Connection {
        let connection = Connection::open(&self.location).expect("a store");
        connection.pragma_update(None, "journal_mode", "wal").expect("it takes it");
        connection.pragma_update(None, "synchronous", "full").expect("it takes it");
        connection
    }

    fn fill(&self, count: usize, standing: Standing) {
        let (rank, life, due_at, url) = match standing {
            Standing::Pending => (30, "exists", None, Some("https://sandbox01.indodana.com/pay")),
            Standing::Waiting => (0, "nothing", Some(millis() - 1), None),
        };
        let life = format!(r#"{{"under_way":0,"unresolved":0,"known":"{life}"}}"#);
        let form = order_form();
        let connection = self.connect();
        connection.execute_batch("begin immediate").expect("nobody else writes");
        let mut insert = connection.prepare(INSERT).expect("a statement");
        for number in 0..count {
            let (invoice_number, request_id) = (invoice_number(number), format!("request-{number}"));
            let body = form.replace("INV-FORM", &invoice_number).into_bytes();
            let key = &Sha256::digest(&body)[..];
            let values = params![
                invoice_number,
                request_id,
                doku_simulator::CLIENT_ID,
                self.doku,
                body,
                key,
                AMOUNT,
                None::<String>,
                rank,
                life,
                0,
                None::<Vec<u8>>,
                url,
                millis() + 3_600_000,
                due_at,
                "send",
                0,
                0,
                None::<String>,
                None::<String>,
                millis(),
                millis()
            ];
            insert.execute(values).expect("a new row");
        }
        drop(insert);
        connection.execute_batch("commit; pragma wal_checkpoint(truncate)").expect("room on the disk");
    }
}

/// A notification as it comes.
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Signs a notification of a payment for each of these orders.
pub(crate) fn messages(numbers: std::ops::Range<usize>) -> Arc<Vec<Message>> {
    let time = Timestamp::from_unix_seconds(i64::try_from(NOW).expect("soon")).expect("a time");
    let amount = Rupiah::try_from(AMOUNT).expect("an amount");
    let signed = numbers.map(|number| {
        let message = testing::signed_notification()
            .with_credentials(credentials())
            .with_timestamp(time.clone())
            .with_request_id(format!("notification-{number}").parse().expect("an id"))
            .with_invoice_number(invoice_number(number))
            .with_amount(amount)
            .with_status("SUCCESS".to_owned());
        Message { headers: message.headers(), body: message.body() }
    });
    Arc::new(signed.collect())
}

pub(crate) fn invoice_number(number: usize) -> String {
    format!("INV-{number:06}")
}

pub(crate) fn millis() -> i64 {
    i64::try_from(NOW * 1_000).expect("soon")
}

fn credentials() -> Credentials {
    let (client_id, key) = (doku_simulator::CLIENT_ID.parse(), doku_simulator::SECRET_KEY.parse());
    Credentials::new(client_id.expect("an id"), key.expect("a key"))
}

/// An order over the amount, as JSON, with an invoice number to be replaced.
fn order_form() -> String {
    let mut order: serde_json::Value = serde_json::from_str(ORDER).expect("the example is JSON");
    order["order"]["invoice_number"] = "INV-FORM".into();
    order["order"]["amount"] = AMOUNT.into();
    order["order"]["line_items"][0]["price"] = AMOUNT.into();
    order["order"]["line_items"][0]["quantity"] = 1.into();
    order.to_string()
}
