//! Every fault: a row for each, with what it does and what its parameter is.

use std::time::Duration;

use super::{
    Effect,
    parameter::{bytes, header, rate, server_error, short, time, times},
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
    pub const ALL: &'static [Self] = FAULTS;

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

/// Declares the faults by what they strike: variant, name, what it does, and of one that takes a parameter its type, how it
/// is read, its default, and what it is.
macro_rules! faults {
    ($($(#[$doc:meta])* $stage:ident: $effects:ident {
        $($variant:ident $(($type:ty))? = $name:literal, $about:literal $(, $read:ident $default:literal $what:expr)?;)*
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub(crate) enum $effects {
                $(#[doc = $about] $variant $(($type))?,)*
            }
        )*

        /// By stage and name.
        const FAULTS: &[FaultKind] = &[$($(FaultKind {
            name: $name,
            stage: Stage::$stage,
            about: $about,
            parameter: parameter!($($default $what)?),
            effect: effect!($stage $effects $variant $($read)?),
        },)*)*];
    };
}

macro_rules! parameter {
    () => {
        None
    };
    ($default:literal $what:expr) => {
        Some(($default, $what))
    };
}

macro_rules! effect {
    ($stage:ident $effects:ident $variant:ident) => {
        |_| Some(Effect::$stage($effects::$variant))
    };
    ($stage:ident $effects:ident $variant:ident $read:ident) => {
        |text| $read(text).map(|value| Effect::$stage($effects::$variant(value)))
    };
}

faults! {
    /// What becomes of a connection.
    Connection: ConnectionEffect {
        RefuseConnections(Duration) = "refuse-connections",
            "the port is closed, so connections are refused", short "2s" SHORT;
        ResetInRequest(u64) = "reset-in-request",
            "the connection is reset in the middle of the request", bytes "100" BYTES;
    }
    /// What becomes of an answer.
    Answer: AnswerEffect {
        EchoAmount = "echo-amount", "the answer is about another amount, signed";
        EchoClientId = "echo-client-id", "the answer is another merchant's, signed for it";
        EchoInvoiceNumber = "echo-invoice-number", "the answer is about another invoice number, signed";
        EchoRequestId = "echo-request-id", "the answer is to another Request-Id, signed for it";
        Empty = "empty", "HTTP 200 with an empty body, signed; the order is made";
        Html = "html", "HTTP 200 with a page of HTML, not signed; the order is made";
        Latency(Duration) = "latency", "the answer comes late", short "3s" SHORT;
        NoAnswer = "no-answer", "the order is made, and the connection stays open without an answer for an hour";
        NotJson = "not-json", "HTTP 200 with a text that is no JSON, signed; the order is made";
        PaymentFailed = "payment-failed", "the order is made with payment.status FAILED";
        PaymentUrl(String) = "payment-url",
            "the answer has another payment.url, signed", header "javascript:alert(1)" "a text";
        Redirect(String) = "redirect",
            "HTTP 307 to another address; no order is made", header "https://elsewhere.example/" "an address";
        ResetAfterOrder = "reset-after-order", "the order is made, and the connection is reset before the answer";
        ResetBeforeOrder = "reset-before-order", "the request is read, and the connection is reset; no order is made";
        ServerError(u16) = "server-error", "HTTP 5xx; no order is made", server_error "500" SERVER_ERROR;
        ServerErrorAfterOrder(u16) = "server-error-after-order",
            "HTTP 5xx, and the order is made", server_error "500" SERVER_ERROR;
        SignatureForeign = "signature-foreign", "the answer is signed with another key";
        SignatureMalformed = "signature-malformed", "the signature has no prefix";
        SignatureMissing = "signature-missing", "the answer has no signature";
        SignatureWrong = "signature-wrong", "the signature is that of another body";
        Slow(u32) = "slow", "the answer comes in small pieces", rate "20" "a number of bytes a second";
        TooManyRequests(String) = "too-many-requests",
            "HTTP 429 with Retry-After; no order is made", header "1" "the value of Retry-After";
        Truncate(u64) = "truncate",
            "the connection ends in the middle of the answer; the order is made", bytes "400" BYTES;
        UnknownFields = "unknown-fields", "the answer has fields that the contract does not know, signed";
    }
    /// What becomes of a notification.
    Notification: NotificationEffect {
        BeforeAnswer = "notify-before-answer", "the payment is notified before the answer to generate order";
        Duplicate(u32) = "notify-duplicate",
            "the same notification several times at the same moment", times "2" "how often, from 1 to 100";
        Forged = "notify-forged", "before the real one comes another, signed with another key";
        Late(Duration) = "notify-late", "the notification is sent late, by the simulator's clock", time "2h" "a time";
        Never = "notify-never", "no notification is sent; only check status tells";
        Reordered = "notify-reordered", "after it comes an older one that says FAILED";
        Reserialised = "notify-reserialised",
            "before the real one comes a copy whose body was parsed and written anew on the way";
        Tampered = "notify-tampered", "before the real one comes a copy with another amount, not signed anew";
        UnknownInvoice = "notify-unknown-invoice", "before the real one comes one of an order that nobody made, signed";
        Unreadable = "notify-unreadable", "before the real one comes one that is signed and no notification";
        Unsigned = "notify-unsigned", "before the real one comes a copy without a signature";
        WrongAmount = "notify-wrong-amount", "before the real one comes a copy with another amount, signed";
        WrongTarget = "notify-wrong-target", "before the real one comes a copy that is signed for another path";
    }
}
