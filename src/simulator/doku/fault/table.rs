//! Every fault, with what it does and what its parameter is.

use crate::{
    doku::fault::{AnswerEffect, Effect, NotifyEffect, header_text, server_error, short, small},
    time::parse_duration,
};

/// A kind of fault.
#[derive(Debug)]
#[non_exhaustive]
pub struct FaultKind {
    /// The name, for example `reset-after-order`.
    pub name: &'static str,
    /// What goes wrong.
    pub stage: Stage,
    /// What it does.
    pub about: &'static str,
    /// The default of its parameter and what the parameter is; `None` if it takes none.
    pub parameter: Option<(&'static str, &'static str)>,
    effect: fn(&str) -> Option<Effect>,
}

/// What a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// The connection, before any request is read. Neither a header nor an invoice number can ask for it.
    Connection,
    /// The answer to a request.
    Answer,
    /// A notification.
    Notification,
}

impl Stage {
    /// Returns the stage as text: `connection`, `answer` or `notification`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Answer => "answer",
            Self::Notification => "notification",
        }
    }
}

impl FaultKind {
    /// Every kind of fault, by stage and name.
    pub const ALL: &'static [Self] = &FAULTS;

    /// Returns what it does with this parameter; `None` for a parameter that it does not take.
    pub(super) fn effect(&self, parameter: &str) -> Option<Effect> {
        (self.effect)(parameter)
    }
}

impl PartialEq for FaultKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for FaultKind {}

const BYTES: &str = "a number of bytes";
const SHORT: &str = "a time of at most an hour";
const SERVER_ERROR: &str = "an HTTP status from 500 to 599";

const fn connection(
    name: &'static str,
    about: &'static str,
    parameter: (&'static str, &'static str),
    effect: fn(&str) -> Option<Effect>,
) -> FaultKind {
    FaultKind { name, stage: Stage::Connection, about, parameter: Some(parameter), effect }
}

const fn answer(name: &'static str, about: &'static str, effect: fn(&str) -> Option<Effect>) -> FaultKind {
    FaultKind { name, stage: Stage::Answer, about, parameter: None, effect }
}

const fn notification(name: &'static str, about: &'static str, effect: fn(&str) -> Option<Effect>) -> FaultKind {
    FaultKind { name, stage: Stage::Notification, about, parameter: None, effect }
}

impl FaultKind {
    const fn with(self, default: &'static str, about: &'static str) -> Self {
        Self { parameter: Some((default, about)), ..self }
    }
}

const FAULTS: [FaultKind; 39] = {
    use AnswerEffect::*;
    use Effect::{Answer, Notify};
    [
        connection("refuse-connections", "the port is closed, so connections are refused", ("2s", SHORT), |time| {
            short(time).map(Effect::RefuseConnections)
        }),
        connection(
            "reset-in-request",
            "the connection is reset in the middle of the request",
            ("100", BYTES),
            |bytes| bytes.parse().ok().map(Effect::ResetInRequest),
        ),
        answer("echo-amount", "the answer is about another amount, signed", |_| Some(Answer(EchoAmount))),
        answer("echo-client-id", "the answer is another merchant's, signed for it", |_| Some(Answer(EchoClientId))),
        answer("echo-invoice-number", "the answer is about another invoice number, signed", |_| {
            Some(Answer(EchoInvoiceNumber))
        }),
        answer("echo-request-id", "the answer is to another Request-Id, signed for it", |_| {
            Some(Answer(EchoRequestId))
        }),
        answer("empty", "HTTP 200 with an empty body, signed; the order is made", |_| Some(Answer(Empty))),
        answer("html", "HTTP 200 with a page of HTML, not signed; the order is made", |_| Some(Answer(Html))),
        answer("latency", "the answer comes late", |time| short(time).map(|time| Answer(Latency(time))))
            .with("3s", SHORT),
        answer("no-answer", "the order is made, and the connection stays open without an answer for an hour", |_| {
            Some(Answer(NoAnswer))
        }),
        answer("not-json", "HTTP 200 with a text that is no JSON, signed; the order is made", |_| {
            Some(Answer(NotJson))
        }),
        answer("payment-failed", "the order is made with payment.status FAILED", |_| Some(Answer(PaymentFailed))),
        answer("payment-url", "the answer has another payment.url, signed", |url| {
            header_text(url).map(|url| Answer(PaymentUrl(url)))
        })
        .with("javascript:alert(1)", "a text"),
        answer("redirect", "HTTP 307 to another address; no order is made", |url| {
            header_text(url).map(|url| Answer(Redirect(url)))
        })
        .with("https://elsewhere.example/", "an address"),
        answer("reset-after-order", "the order is made, and the connection is reset before the answer", |_| {
            Some(Answer(ResetAfterOrder))
        }),
        answer("reset-before-order", "the request is read, and the connection is reset; no order is made", |_| {
            Some(Answer(ResetBeforeOrder))
        }),
        answer("server-error", "HTTP 5xx; no order is made", |status| {
            server_error(status).map(|status| Answer(ServerError(status)))
        })
        .with("500", SERVER_ERROR),
        answer("server-error-after-order", "HTTP 5xx, and the order is made", |status| {
            server_error(status).map(|status| Answer(ServerErrorAfterOrder(status)))
        })
        .with("500", SERVER_ERROR),
        answer("signature-foreign", "the answer is signed with another key", |_| Some(Answer(SignatureForeign))),
        answer("signature-malformed", "the signature has no prefix", |_| Some(Answer(SignatureMalformed))),
        answer("signature-missing", "the answer has no signature", |_| Some(Answer(SignatureMissing))),
        answer("signature-wrong", "the signature is that of another body", |_| Some(Answer(SignatureWrong))),
        answer("slow", "the answer comes in small pieces", |rate| {
            small(rate, 1_000_000).map(|rate| Answer(Slow(rate)))
        })
        .with("20", "a number of bytes a second"),
        answer("too-many-requests", "HTTP 429 with Retry-After; no order is made", |text| {
            header_text(text).map(|text| Answer(TooManyRequests(text)))
        })
        .with("1", "the value of Retry-After"),
        answer("truncate", "the connection ends in the middle of the answer; the order is made", |bytes| {
            bytes.parse().ok().map(|bytes| Answer(Truncate(bytes)))
        })
        .with("400", BYTES),
        answer("unknown-fields", "the answer has fields that the contract does not know, signed", |_| {
            Some(Answer(UnknownFields))
        }),
        notification("notify-before-answer", "the payment is notified before the answer to generate order", |_| {
            Some(Notify(NotifyEffect::BeforeAnswer))
        }),
        notification("notify-duplicate", "the same notification several times at the same moment", |times| {
            small(times, 100).map(|times| Notify(NotifyEffect::Duplicate(times)))
        })
        .with("2", "how often, from 1 to 100"),
        notification("notify-forged", "before the real one comes another, signed with another key", |_| {
            Some(Notify(NotifyEffect::Forged))
        }),
        notification("notify-late", "the notification is sent late, by the simulator's clock", |time| {
            parse_duration(time).map(|time| Notify(NotifyEffect::Late(time)))
        })
        .with("2h", "a time"),
        notification("notify-never", "no notification is sent; only check status tells", |_| {
            Some(Notify(NotifyEffect::Never))
        }),
        notification("notify-reordered", "after it comes an older one that says FAILED", |_| {
            Some(Notify(NotifyEffect::Reordered))
        }),
        notification(
            "notify-reserialised",
            "before the real one comes a copy whose body was parsed and written anew on the way",
            |_| Some(Notify(NotifyEffect::Reserialised)),
        ),
        notification(
            "notify-tampered",
            "before the real one comes a copy with another amount, not signed anew",
            |_| Some(Notify(NotifyEffect::Tampered)),
        ),
        notification(
            "notify-unknown-invoice",
            "before the real one comes one of an order that nobody made, signed",
            |_| Some(Notify(NotifyEffect::UnknownInvoice)),
        ),
        notification("notify-unreadable", "before the real one comes one that is signed and no notification", |_| {
            Some(Notify(NotifyEffect::Unreadable))
        }),
        notification("notify-unsigned", "before the real one comes a copy without a signature", |_| {
            Some(Notify(NotifyEffect::Unsigned))
        }),
        notification("notify-wrong-amount", "before the real one comes a copy with another amount, signed", |_| {
            Some(Notify(NotifyEffect::WrongAmount))
        }),
        notification("notify-wrong-target", "before the real one comes a copy that is signed for another path", |_| {
            Some(Notify(NotifyEffect::WrongTarget))
        }),
    ]
};
