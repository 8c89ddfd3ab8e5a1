//! The floor: the rows of a notification, written by SQLite alone, by the store's own statements.

use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use crate::stock::{AMOUNT, Message, Stock, invoice_number, millis};

const NOTIFICATION: &str = include_str!("../../src/store/sqlite/statements/notification_insert.sql");
const ORDER: &str = include_str!("../../src/store/sqlite/statements/order_update.sql");
const EFFECT: &str = include_str!("../../src/store/sqlite/statements/effect_insert.sql");

/// A loop without a library: nothing is verified, read or judged.
pub(crate) struct Bare(Connection);

impl Bare {
    pub(crate) fn new(stock: &Stock) -> Self {
        Self(stock.connect())
    }

    /// Writes the rows of these messages, so many in a commit. `first` is the number of the first one's order.
    pub(crate) fn write(&self, messages: &[Message], first: usize, group: usize) {
        for (at, group) in (first..).step_by(group).zip(messages.chunks(group)) {
            self.0.execute_batch("begin immediate").expect("nobody else writes");
            for (number, message) in (at..).zip(group) {
                self.rows(message, number);
            }
            self.0.execute_batch("commit").expect("room on the disk");
        }
    }

    fn rows(&self, message: &Message, number: usize) {
        let (now, invoice_number) = (millis(), invoice_number(number));
        let key = &Sha256::digest(&message.body)[..];
        let request_id = format!("notification-{number}");
        let headers = r#"{"client-id":"SIM-0001","request-timestamp":"2026-01-05T08:45:42Z","signature":"HMACSHA256=XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX="}"#;
        let values = params![
            doku_simulator::CLIENT_ID,
            request_id,
            key,
            &message.body[..],
            headers,
            invoice_number,
            "SUCCESS",
            AMOUNT,
            "accepted",
            "fresh",
            now
        ];
        self.change(NOTIFICATION, values);
        let life = r#"{"under_way":0,"unresolved":0,"known":"exists"}"#;
        let url = "https://sandbox01.indodana.com/pay";
        let due_at = now + 86_400_000;
        let values = params![
            invoice_number,
            0,
            60,
            life,
            0,
            None::<Vec<u8>>,
            url,
            due_at,
            "ask",
            None::<String>,
            None::<String>,
            now
        ];
        self.change(ORDER, values);
        self.change(EFFECT, params![invoice_number, "SUCCESS", AMOUNT, "notification", now]);
    }

    fn change(&self, sql: &str, values: impl rusqlite::Params) {
        let changed = self.0.prepare_cached(sql).and_then(|mut statement| statement.execute(values));
        assert_eq!(changed, Ok(1), "a row of the floor");
    }
}
