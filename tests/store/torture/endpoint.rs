//! What comes to a shop's address: messages, and what is meant to harm whoever reads them.

use std::{fmt::Write as _, time::Duration};

use doku_simulator::Headers;
use doku_store::NOTIFICATION_PATH;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::process::Street;

/// So long a whole answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many connections send the beginning of a request, and then nothing.
pub(super) const SLOW: usize = 64;

/// A genuine message: headers and body.
pub(super) type Message = (Headers, Vec<u8>);

/// Something that is sent to harm.
pub(super) struct Attack {
    pub(super) name: &'static str,
    bytes: fn(&Message) -> Vec<u8>,
    /// The answers that are right, beside 503.
    pub(super) answers: &'static [u16],
}

impl Attack {
    /// All of them. Where 200 is right, the message is one that must be stored.
    pub(super) const ALL: [Self; 9] = [
        Self { name: "ten-megabytes", bytes: ten_megabytes, answers: &[413] },
        Self { name: "ten-thousand-headers", bytes: ten_thousand_headers, answers: &[431] },
        Self { name: "pipelined", bytes: pipelined, answers: &[200] },
        Self { name: "http-1.0", bytes: old_version, answers: &[200] },
        Self { name: "chunked", bytes: chunked, answers: &[200] },
        Self { name: "chunks-and-length", bytes: chunks_and_length, answers: &[200, 400] },
        Self { name: "broken-chunks", bytes: broken_chunks, answers: &[400] },
        Self { name: "two-lengths", bytes: two_lengths, answers: &[400] },
        Self { name: "expect-continue", bytes: expect_continue, answers: &[200] },
    ];

    /// Sends it. Returns the last answer; `None` where there was none.
    pub(super) async fn send(&self, port: u16, message: &Message) -> Option<u16> {
        exchange(port, &(self.bytes)(message)).await
    }
}

/// Posts a message as it is. Returns the status; `None` where no answer came.
pub(super) async fn post(port: u16, headers: &Headers, body: &[u8]) -> Option<u16> {
    let length = format!("Content-Length: {}\r\n", body.len());
    exchange(port, &request("HTTP/1.1", &(headers.clone(), body.to_vec()), &(length + CLOSE), body)).await
}

/// Begins requests and leaves them at that; they are open until they are dropped.
pub(super) async fn dawdle(port: u16) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for number in 0..SLOW {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else { break };
        let whole =
            format!("POST {NOTIFICATION_PATH} HTTP/1.1\r\nHost: shop\r\nContent-Length: 500\r\n\r\n{{\"order\":");
        // Some stop in the head, and some in the body.
        let _ = stream.write_all(&whole.as_bytes()[..whole.len() * (number % 8 + 1) / 8]).await;
        open.push(stream);
    }
    open
}

const CLOSE: &str = "Connection: close\r\n";

fn request(version: &str, (headers, _): &Message, further: &str, rest: &[u8]) -> Vec<u8> {
    let mut head = format!("POST {NOTIFICATION_PATH} {version}\r\nHost: shop\r\n");
    for (name, value) in headers {
        if !["host", "content-length", "connection"].contains(&name.to_ascii_lowercase().as_str()) {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
    }
    head += further;
    head += "\r\n";
    [head.as_bytes(), rest].concat()
}

fn length(message: &Message) -> String {
    format!("Content-Length: {}\r\n", message.1.len())
}

fn in_chunks((_, body): &Message) -> Vec<u8> {
    let (first, second) = body.split_at(body.len() / 2);
    let mut chunks = Vec::new();
    for part in [first, second] {
        chunks.extend(format!("{:x}\r\n", part.len()).into_bytes());
        chunks.extend(part);
        chunks.extend(b"\r\n");
    }
    chunks.extend(b"0\r\n\r\n");
    chunks
}

fn ten_megabytes(message: &Message) -> Vec<u8> {
    let body = vec![b'x'; 10 << 20];
    request("HTTP/1.1", message, &format!("Content-Length: {}\r\n{CLOSE}", body.len()), &body)
}

fn ten_thousand_headers(message: &Message) -> Vec<u8> {
    let further = (0..10_000).fold(length(message) + CLOSE, |text, number| text + &format!("X-{number}: 1\r\n"));
    request("HTTP/1.1", message, &further, &message.1)
}

fn pipelined(message: &Message) -> Vec<u8> {
    let first = request("HTTP/1.1", message, &length(message), &message.1);
    [first, request("HTTP/1.1", message, &(length(message) + CLOSE), &message.1)].concat()
}

fn old_version(message: &Message) -> Vec<u8> {
    request("HTTP/1.0", message, &length(message), &message.1)
}

fn chunked(message: &Message) -> Vec<u8> {
    request("HTTP/1.1", message, &format!("Transfer-Encoding: chunked\r\n{CLOSE}"), &in_chunks(message))
}

fn chunks_and_length(message: &Message) -> Vec<u8> {
    let further = format!("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n{CLOSE}");
    request("HTTP/1.1", message, &further, &in_chunks(message))
}

fn broken_chunks(message: &Message) -> Vec<u8> {
    let further = format!("Transfer-Encoding: chunked\r\n{CLOSE}");
    request("HTTP/1.1", message, &further, b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n")
}

fn two_lengths(message: &Message) -> Vec<u8> {
    request("HTTP/1.1", message, &format!("Content-Length: 3\r\n{}{CLOSE}", length(message)), &message.1)
}

fn expect_continue(message: &Message) -> Vec<u8> {
    request("HTTP/1.1", message, &format!("Expect: 100-continue\r\n{}{CLOSE}", length(message)), &message.1)
}

/// Sends bytes and reads to the end. Returns the last status that is final; `None` where none came.
///
/// An answer that begins comes whole: who reads half an acknowledgement does not know what it says.
async fn exchange(port: u16, bytes: &[u8]) -> Option<u16> {
    let (mut reader, mut writer) = TcpStream::connect(("127.0.0.1", port)).await.ok()?.into_split();
    let mut answer = Vec::new();
    let writing = async {
        // Whoever refuses may hang up before all is sent.
        let _ = writer.write_all(bytes).await;
        std::future::pending::<()>().await;
    };
    let reading = async {
        let mut part = [0; 4_096];
        while let Ok(Ok(count @ 1..)) = tokio::time::timeout(PATIENCE, reader.read(&mut part)).await {
            answer.extend_from_slice(&part[..count]);
        }
    };
    tokio::select! {
        () = reading => {}
        () = writing => {}
    }
    let text = String::from_utf8(answer).unwrap();
    // "100 Continue" is no answer yet: whoever was killed after it has not answered.
    let last = text.split("HTTP/1.").skip(1).filter(|answer| answer.get(2..3) != Some("1")).last()?;
    let (head, body) = last.split_once("\r\n\r\n").unwrap_or_else(|| panic!("half an answer: {text:?}"));
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    assert!(length.is_none_or(|length: usize| length == body.len()), "half an answer: {text:?}");
    head.get(2..5)?.parse().ok()
}

/// Each attack has its answer while others dawdle, a good message is acknowledged among them, and SIGTERM is obeyed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_attacked_goes_on_and_ends_when_it_is_told() {
    let street = Street::sqlite().await;
    let mut shop = street.open(None, 0).await;
    assert!(shop.hear("placed").await);
    let dawdlers = dawdle(street.port()).await;
    assert_eq!(dawdlers.len(), SLOW);
    let paid = street.simulator.pay("INV-1").await.unwrap();
    assert!(paid.is_acknowledged(), "{paid:?}");
    street.sold().await;
    let sent = street.simulator.notifications().pop().unwrap();
    let message = (sent.headers.clone(), sent.body.clone().into_bytes());
    for attack in Attack::ALL {
        let answer = attack.send(street.port(), &message).await;
        assert!(answer.is_some_and(|answer| attack.answers.contains(&answer)), "{}: {answer:?}", attack.name);
    }
    assert!(shop.terminate().await, "it did not end well");
    drop(dawdlers);
    street.books_agree().await;
}
