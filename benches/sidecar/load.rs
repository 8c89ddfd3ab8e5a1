//! Callers of the sidecar: one connection each, kept open: [`Caller`].

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

pub(crate) const AMOUNT: i64 = 100_000;

/// So many orders are placed at once.
pub(crate) const AT_ONCE: usize = 16;

/// Returns the order of a number.
pub(crate) fn order(number: usize) -> Vec<u8> {
    let mut order: serde_json::Value = serde_json::from_str(ORDER).expect("the example is JSON");
    order["order"]["invoice_number"] = invoice_number(number).into();
    order["order"]["amount"] = AMOUNT.into();
    order["order"]["line_items"][0]["price"] = AMOUNT.into();
    order["order"]["line_items"][0]["quantity"] = 1.into();
    serde_json::to_vec(&order).expect("a value is JSON")
}

pub(crate) fn invoice_number(number: usize) -> String {
    format!("INV-{number:06}")
}

/// A connection to an address.
pub(crate) struct Caller {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Caller {
    pub(crate) async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, answer: vec![0; 16 << 10] }
    }

    /// Sends a request and waits for the whole answer. Returns the status.
    pub(crate) async fn call(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.expect("it reads");
        let mut held = 0;
        loop {
            let count = self.stream.read(&mut self.answer[held..]).await.expect("it answers");
            assert!(count > 0, "it hung up");
            held += count;
            if let Some(status) = whole(&self.answer[..held]) {
                return status;
            }
        }
    }
}

/// Returns the status of an answer that is there to its end.
fn whole(answer: &[u8]) -> Option<u16> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).expect("a head of text");
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (answer.len() >= end + 4 + length.unwrap_or(0)).then(|| head[9..12].parse().expect("a status"))
}
