//! What callers of the sidecars were told, and must be kept: [`Told`].

use std::{collections::BTreeMap, net::SocketAddr};

use tokio::net::TcpStream;

use super::{PATIENCE, ledger::is_acknowledged};
use crate::wire::{Answer, Request};

/// What a caller was told of an order.
#[derive(Clone, Debug, Default)]
pub(super) struct Promise {
    pub(super) is_stored: bool,
    pub(super) is_refused: bool,
    pub(super) payment_url: Option<String>,
}

/// What came of something.
pub(super) enum Done {
    Asked { invoice_number: String, is_placed: bool, answer: Option<Answer> },
    Posted { status: Option<u16>, is_genuine: bool, id: Option<String> },
    Paid,
}

/// All that was told in a run.
#[derive(Default)]
pub(super) struct Told {
    /// Of orders, by invoice number.
    pub(super) promises: BTreeMap<String, Promise>,
    /// Request ids of genuine messages that were acknowledged to us.
    pub(super) acknowledged: Vec<String>,
    /// How many requests were answered how.
    pub(super) answers: BTreeMap<String, usize>,
}

impl Told {
    /// Keeps an answer, which must be right.
    pub(super) fn judge(&mut self, done: Done) {
        match done {
            Done::Paid => {}
            Done::Posted { status, is_genuine, id } => {
                self.count("notification", status);
                if is_acknowledged(status, is_genuine) {
                    self.acknowledged.extend(id);
                }
            }
            Done::Asked { invoice_number, is_placed, answer } => {
                self.count(if is_placed { "place" } else { "look" }, answer.as_ref().map(|answer| answer.status));
                if let Some(answer) = answer.filter(|answer| answer.status != 503 && answer.status != 404) {
                    self.promise(invoice_number, &answer, is_placed);
                }
            }
        }
    }

    fn promise(&mut self, invoice_number: String, answer: &Answer, is_placed: bool) {
        let document = answer.json();
        let is_refused = answer.status == 422 && document["code"] == "refused";
        let right = if is_placed { matches!(answer.status, 200..=202) } else { answer.status == 200 };
        assert!(right || is_placed && is_refused, "{invoice_number}: {answer:?}");
        let promise = self.promises.entry(invoice_number).or_default();
        promise.is_stored = true;
        promise.is_refused |= is_refused;
        let url = document["payment_url"].as_str().map(str::to_owned);
        if let (Some(before), Some(now)) = (&promise.payment_url, &url) {
            assert_eq!(before, now, "the customer was sent elsewhere before");
        }
        promise.payment_url = url.or(promise.payment_url.take());
    }

    fn count(&mut self, what: &str, status: Option<u16>) {
        let answered = status.map_or("none".to_owned(), |status| status.to_string());
        *self.answers.entry(format!("{what} {answered}")).or_default() += 1;
    }
}

/// Sends a request; `None` where there is no answer. One that begins comes whole: who reads half of it does not know what
/// it says.
pub(super) async fn call(to: SocketAddr, request: &Request) -> Option<Answer> {
    let answering = async { request.try_over(TcpStream::connect(to).await.ok()?).await };
    let answer = tokio::time::timeout(PATIENCE, answering).await.expect("a caller is left without an answer")?;
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    assert!(length.is_none_or(|length| length == answer.body.len()), "half an answer: {answer:?}");
    Some(answer)
}
