//! What happened at the simulator: [`Event`], for tests, for the timeline and for `doku events`.

use std::{collections::VecDeque, fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

use crate::{doku::order::SimulatedOrder, serial};
use doku_indodana::NotificationEndpoint;

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

/// One attempt to deliver a notification, exactly as it was sent.
///
/// `Debug` shows lengths in the place of bodies and headers, which are the merchant's.
#[derive(Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the notification: 1 for the first. Its repetitions have the same.
    pub notification: u64,
    /// 1 for the first attempt, and so on; 0 for what a fault sends beside them.
    #[serde(rename = "attempt")]
    pub number: u32,
    /// The order that it is about.
    pub invoice_number: String,
    /// When it was sent, by the simulator's clock.
    #[serde(with = "serial::time")]
    pub sent: SystemTime,
    /// Where it was to go; empty if no notification URL is known.
    pub url: String,
    /// The request headers; empty if it was not sent.
    pub headers: Headers,
    /// The exact body.
    pub body: String,
    /// What was signed; empty if it was not sent.
    pub string_to_sign: String,
    /// The fault that made it, if one did.
    pub fault: Option<String>,
    /// What became of it.
    #[serde(flatten)]
    pub result: AttemptResult,
    /// How long the merchant took, in real milliseconds.
    pub milliseconds: u64,
    /// When it is repeated, by the simulator's clock; `None` if it is not.
    #[serde(with = "serial::optional_time")]
    pub next: Option<SystemTime>,
}

/// What became of a notification.
///
/// `Debug` shows lengths in the place of headers and body.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptResult {
    /// The merchant answered. Any 2xx acknowledges.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The headers of the answer.
        answer_headers: Headers,
        /// The body of the answer; after its first 64 KiB it is cut.
        answer_body: String,
    },
    /// It was sent, and no answer came.
    NoAnswer {
        /// Why, for people.
        reason: String,
    },
    /// It was not sent.
    NotSent {
        /// Why, for people.
        reason: String,
    },
}

impl AttemptResult {
    /// Returns the HTTP status of the merchant's answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answered { status, .. } => Some(*status),
            _ => None,
        }
    }
}

impl Attempt {
    /// Returns whether the merchant answered 2xx.
    pub fn is_acknowledged(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }

    /// Returns whether the merchant acknowledged it with the body that DOKU's code generator expects: JSON whose
    /// `responseCode` is that of [`NotificationEndpoint::ACKNOWLEDGEMENT`].
    pub fn has_acknowledgement(&self) -> bool {
        let code = |text: &str| {
            let body: serde_json::Value = serde_json::from_str(text).ok()?;
            Some(body.get("responseCode")?.as_str()?.to_owned())
        };
        match &self.result {
            AttemptResult::Answered { answer_body, .. } if self.is_acknowledged() => {
                code(answer_body).is_some_and(|found| Some(found) == code(NotificationEndpoint::ACKNOWLEDGEMENT))
            }
            _ => false,
        }
    }

    /// Returns the HTTP status of the merchant's answer.
    pub fn status(&self) -> Option<u16> {
        self.result.status()
    }

    /// Returns why there is no answer, for people.
    pub fn reason(&self) -> Option<&str> {
        match &self.result {
            AttemptResult::NoAnswer { reason } | AttemptResult::NotSent { reason } => Some(reason),
            AttemptResult::Answered { .. } => None,
        }
    }

    /// Returns the value of a request header; the case of the name does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

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

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("notification", &self.notification)
            .field("number", &self.number)
            .field("invoice_number", &self.invoice_number)
            .field("sent", &self.sent)
            .field("body_length", &self.body.len())
            .field("fault", &self.fault)
            .field("result", &self.result)
            .field("milliseconds", &self.milliseconds)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AttemptResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { status, answer_body, .. } => f
                .debug_struct("Answered")
                .field("status", status)
                .field("answer_length", &answer_body.len())
                .finish_non_exhaustive(),
            Self::NoAnswer { reason } => f.debug_struct("NoAnswer").field("reason", reason).finish(),
            Self::NotSent { reason } => f.debug_struct("NotSent").field("reason", reason).finish(),
        }
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

/// The latest events; older ones are forgotten.
#[derive(Default)]
pub(crate) struct Journal {
    events: VecDeque<Event>,
    last: u64,
    bytes: usize,
}

/// So many events are kept, and no more than so many bytes of them.
const MOST_EVENTS: usize = 2_000;
const MOST_BYTES: usize = 64 << 20;

impl Journal {
    /// Adds an event and returns it.
    pub(crate) fn add(&mut self, time: SystemTime, invoice_number: Option<String>, what: Happening) -> Event {
        let event = Event { number: self.last.saturating_add(1), time, invoice_number, what };
        self.keep(event.clone());
        event
    }

    /// Takes an event that happened before.
    pub(crate) fn keep(&mut self, event: Event) {
        self.last = event.number;
        self.bytes += event.size();
        self.events.push_back(event);
        while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            self.bytes -= self.events.pop_front().map_or(self.bytes, |event| event.size());
        }
    }

    /// Returns the number of the latest event.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Returns the attempts to deliver a notification, and what was sent beside them, after an event.
    pub(crate) fn attempts(&self, notification: u64, after: u64) -> impl Iterator<Item = &Attempt> {
        self.after(after).filter_map(move |event| match &event.what {
            Happening::Notified(attempt) if attempt.notification == notification => Some(&**attempt),
            _ => None,
        })
    }

    /// Returns the events after this number.
    pub(crate) fn after(&self, number: u64) -> impl Iterator<Item = &Event> {
        let first = self.events.front().map_or(0, |event| event.number);
        let skip = number.saturating_add(1).saturating_sub(first);
        self.events.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX))
    }
}

fn length(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

impl Event {
    /// Returns about how many bytes it takes.
    fn size(&self) -> usize {
        match &self.what {
            Happening::Requested(exchange) => {
                // The target is in both texts to sign too.
                let texts = exchange.body.len() + exchange.answer_body.len() + 3 * exchange.target.len();
                texts + length(&exchange.headers) + length(&exchange.answer_headers) + 1024
            }
            Happening::Notified(attempt) => {
                let answer = match &attempt.result {
                    AttemptResult::Answered { answer_headers, answer_body, .. } => {
                        length(answer_headers) + answer_body.len()
                    }
                    _ => 0,
                };
                let sent = attempt.body.len() + length(&attempt.headers) + 2 * attempt.url.len();
                sent + answer + 1024
            }
            _ => 1024,
        }
    }
}
