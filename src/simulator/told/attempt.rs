//! An attempt to deliver a notification, and what became of it: [`Attempt`].

use std::{fmt, time::SystemTime};

use doku_indodana::NotificationEndpoint;
use serde::{Deserialize, Serialize};

use super::event::Headers;
use crate::serial;

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
