//! What happened at the simulator: [`Event`], for tests, for the timeline and for `doku events`.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use crate::{doku::order::SimulatedOrder, serial};

/// Something that happened at the simulator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// 1 for the first event, and so on.
    pub number: u64,
    /// When, by the simulator's clock.
    #[serde(with = "serial::time")]
    pub time: SystemTime,
    /// The order that it is about, if it is about one.
    pub invoice_number: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub what: Happening,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", content = "details", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happening {
    /// The merchant's request was answered, or met a fault.
    Requested(Box<Exchange>),
    /// An order was made. The same request again makes none.
    Made(Box<SimulatedOrder>),
    /// The status of an order changed.
    Settled(Box<SimulatedOrder>),
    /// A notification was answered, or could not be delivered.
    Notified(Box<Attempt>),
    /// The clock was moved forward.
    Advanced {
        /// The time before, by the simulator's clock.
        #[serde(with = "serial::time")]
        from: SystemTime,
    },
    /// A switch was set.
    Switched {
        /// The switch.
        name: String,
        /// Its value.
        value: String,
    },
    /// The simulator itself could not do something.
    Failed {
        /// Why, for people.
        reason: String,
    },
    /// A fault was asked for, for what comes next.
    Armed {
        /// The fault.
        fault: String,
    },
}

/// A request of the merchant's, and its answer, exactly as they were; texts after their first 64 KiB are cut.
///
/// `Debug` shows lengths in the place of bodies and headers, which hold customers' data.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The headers of the request.
    pub headers: Headers,
    /// The body of the request.
    pub body: String,
    /// What the request's signature was compared with; `None` where a header is missing or malformed.
    pub string_to_sign: Option<String>,
    /// `accepted`, `replayed`, or the code of the refusal.
    pub verdict: String,
    /// The usual mistake that a wrong signature fits, as a code: `line-feed`; `None` if it fits none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
    /// The faults that struck it.
    pub faults: Vec<String>,
    /// The HTTP status of the answer; `None` if none was sent.
    pub status: Option<u16>,
    /// The headers of the answer.
    pub answer_headers: Headers,
    /// The body of the answer.
    pub answer_body: String,
    /// What was signed of the answer; `None` if it was not signed.
    pub answer_string_to_sign: Option<String>,
    /// How long it took, in real milliseconds.
    pub milliseconds: u64,
}

impl Exchange {
    /// Returns the invoice number in the body, where it can be read, whether or not there is such an order.
    pub fn invoice_number(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_str(&self.body).ok()?;
        Some(body.pointer("/order/invoice_number")?.as_str()?.to_owned())
    }
}

/// Names and values of headers, as on the wire.
pub type Headers = Vec<(String, String)>;

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", &self.method)
            .field("target_length", &self.target.len())
            .field("body_length", &self.body.len())
            .field("verdict", &self.verdict)
            .field("mistake", &self.mistake)
            .field("faults", &self.faults)
            .field("status", &self.status)
            .field("answer_length", &self.answer_body.len())
            .field("milliseconds", &self.milliseconds)
            .finish_non_exhaustive()
    }
}

/// So many bytes of a body are kept.
const LONGEST_TEXT: usize = 64 << 10;

/// Returns a body as text, cut if it is long.
pub(crate) fn shorten(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(LONGEST_TEXT)]).into_owned()
}

/// Returns headers as they are kept: names as DOKU writes them.
pub(crate) fn headers(map: &http::HeaderMap) -> Headers {
    map.iter()
        .map(|(name, value)| (title_case(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// Writes `request-id` as `Request-Id`.
fn title_case(name: &str) -> String {
    let mut upper = true;
    let written = name.chars().map(|character| {
        let written = if upper { character.to_ascii_uppercase() } else { character };
        upper = character == '-';
        written
    });
    written.collect()
}
