//! Whether a merchant did right by a notification.

use doku_indodana::simulator::{Delivery, DeliveryResult};

use crate::cli::output::{self, Exit, Failure};

/// What a merchant made of what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// A genuine one, acknowledged.
    Acknowledged,
    /// A forgery, refused.
    Refused,
    /// One that is signed and wrong in what it says, answered one way or the other.
    Answered,
    /// A forgery, acknowledged.
    Deceived,
    /// A genuine one, not acknowledged.
    NotAcknowledged,
    NoAnswer,
    NotSent,
}

/// Kinds that DOKU cannot have sent: their signature does not match.
const FORGERIES: [&str; 4] = ["tampered", "forged", "unsigned", "wrong-target"];

/// Kinds that are signed and wrong in what they say. To acknowledge them is right if nothing is delivered for them.
const WRONG: [&str; 3] = ["wrong-amount", "unknown-invoice", "unreadable"];

impl Verdict {
    pub(crate) fn new(kind: &str, deliveries: &[Delivery]) -> Self {
        let not_sent = |delivery: &Delivery| matches!(delivery.result, DeliveryResult::NotSent { .. });
        if deliveries.is_empty() || deliveries.iter().any(not_sent) {
            return Self::NotSent;
        }
        if deliveries.iter().any(|delivery| delivery.status().is_none()) {
            return Self::NoAnswer;
        }
        let acknowledged = deliveries.iter().all(Delivery::is_acknowledged);
        match (FORGERIES.contains(&kind), WRONG.contains(&kind)) {
            (true, _) if deliveries.iter().any(Delivery::is_acknowledged) => Self::Deceived,
            (true, _) => Self::Refused,
            (_, true) => Self::Answered,
            _ if acknowledged => Self::Acknowledged,
            _ => Self::NotAcknowledged,
        }
    }

    /// Returns the stable code, for example `acknowledged`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Refused => "refused",
            Self::Answered => "answered",
            Self::Deceived => "deceived",
            Self::NotAcknowledged => "not_acknowledged",
            Self::NoAnswer => "no_answer",
            Self::NotSent => "not_sent",
        }
    }

    /// Says what it means, and returns how the command ends.
    pub(crate) fn end(self) -> Result<Exit, Failure> {
        match self {
            Self::Acknowledged => output::say("right: the merchant acknowledged it"),
            Self::Refused => output::say("right: the merchant refused the forgery"),
            Self::Answered => output::say(
                "the signature is genuine and what it says is wrong: either answer is right, as long as the merchant \
                 delivers nothing for it",
            ),
            Self::Deceived => {
                return Err(Failure::new(
                    Exit::Unverified,
                    "the merchant acknowledged a forged notification: whoever finds its url can tell it that an order \
                     is paid",
                )
                .help(
                    "verify the signature over the raw body and the path before reading it, and answer 401 without one",
                ));
            }
            Self::NotAcknowledged => {
                return Err(Failure::new(Exit::Unmet, "the merchant did not acknowledge a genuine notification").help(
                    "answer 2xx to what the verifier accepts; `doku verify --kind notification` says why it does not",
                ));
            }
            Self::NoAnswer => {
                return Err(Failure::new(Exit::Unknown, "the merchant did not answer")
                    .help("start the merchant's server and check the url"));
            }
            Self::NotSent => {
                return Err(Failure::usage("the notification was not sent")
                    .help("see the reason above; name a url with --to, or allow its host"));
            }
        }
        Ok(Exit::Done)
    }
}
