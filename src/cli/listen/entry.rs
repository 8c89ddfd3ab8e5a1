//! What is shown of a request: [`Entry`].

use std::time::UNIX_EPOCH;

use bytes::Bytes;
use doku_indodana::{Notification, RequestId, Timestamp, VerificationError, signature::header};
use doku_store::Verdict;
use http::{StatusCode, request::Parts};
use serde_json::{Value, json};

use super::{
    super::{output::clean, signature::facts},
    forward::Forwarded,
    seen::Again,
};

/// One request and its answer. Holds no body unless bodies are to be shown.
pub(super) struct Entry {
    received: String,
    method: String,
    path: String,
    /// What the header says, verified or not.
    request_id: Option<RequestId>,
    /// What a verified notification says, and why its body cannot be read.
    notification: Option<Value>,
    unreadable: Option<String>,
    /// What of it does not fit.
    notes: Vec<String>,
    /// What it means to the store, or why it could not be stored.
    pub(super) stored: Option<Result<Verdict, String>>,
    pub(super) fault: Option<RequestFault>,
    pub(super) again: Option<Again>,
    pub(super) forwarded: Option<Forwarded>,
    pub(super) answered: StatusCode,
    pub(super) body: Option<Bytes>,
}

/// Why a request is no verified notification.
pub(super) enum RequestFault {
    Interrupted,
    Method,
    Slow,
    TooLarge,
    Unverified(VerificationError),
}

impl RequestFault {
    /// Returns the status that it is answered with, unless it is passed on.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Interrupted => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Interrupted => json!({ "code": "interrupted" }),
            Self::Method => json!({ "code": "method_not_allowed" }),
            Self::Slow => json!({ "code": "slow" }),
            Self::TooLarge => json!({ "code": "too_large" }),
            Self::Unverified(error) => json!(error),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Interrupted => "the body ended too early".to_owned(),
            Self::Method => "a notification is a POST".to_owned(),
            Self::Slow => "the body did not come within 10 s".to_owned(),
            Self::TooLarge => "the body is longer than 64 KiB".to_owned(),
            Self::Unverified(VerificationError::MalformedTarget) => {
                "the path of the request cannot be signed; give the path that doku has with --target".to_owned()
            }
            Self::Unverified(error @ VerificationError::TargetMismatch { signed, .. }) => {
                format!("{error}; here with --target {}", clean(signed))
            }
            Self::Unverified(error) => error.to_string(),
        }
    }
}

impl Entry {
    pub(super) fn new(head: &Parts) -> Self {
        let request_id = head.headers.get(header::REQUEST_ID).and_then(|id| id.to_str().ok()?.parse().ok());
        let received = Timestamp::try_from(super::super::now().max(UNIX_EPOCH));
        Self {
            received: received.map_or_else(|_| String::new(), |time| time.to_string()),
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            request_id,
            notification: None,
            unreadable: None,
            notes: Vec::new(),
            stored: None,
            fault: None,
            again: None,
            forwarded: None,
            answered: StatusCode::OK,
            body: None,
        }
    }

    /// Takes what a verified notification says.
    pub(super) fn verified(&mut self, notification: &Notification) {
        self.notification = Some(facts(notification));
        self.unreadable = notification.payment().err().map(ToString::to_string);
        self.notes = notification.notes().iter().map(ToString::to_string).collect();
    }

    pub(super) fn to_json(&self, number: u64) -> Value {
        let unstored = self.stored.as_ref().and_then(|stored| stored.as_ref().err());
        let message =
            self.fault.as_ref().map(RequestFault::words).or_else(|| unstored.or(self.unreadable.as_ref()).cloned());
        json!({
            "event": "notification",
            "number": number,
            "received": self.received,
            "method": self.method,
            "path": self.path,
            "request_id": self.request_id.as_ref().map(RequestId::as_str),
            "verified": self.notification.is_some(),
            "error": self.fault.as_ref().map(RequestFault::to_json),
            "message": message,
            "notification": self.notification,
            "again": self.again.map(Again::as_str),
            "stored": self.stored.as_ref().and_then(|stored| stored.as_ref().ok()).map(|verdict| verdict.code()),
            "forwarded": self.forwarded.as_ref().map(Forwarded::to_json),
            "answered": self.answered.as_u16(),
            "body": self.body.as_deref().map(String::from_utf8_lossy),
        })
    }

    /// Returns a few lines for people.
    pub(super) fn to_text(&self, number: u64) -> String {
        let what = match (&self.notification, &self.unreadable) {
            (None, _) => "not verified".to_owned(),
            (Some(_), Some(why)) => format!("verified; {why}"),
            (Some(facts), None) => {
                let word = |name: &str| facts[name].as_str().map_or_else(|| facts[name].to_string(), clean);
                format!("verified; {} over {} rupiah is {}", word("invoice_number"), word("amount"), word("status"))
            }
        };
        let mut lines = vec![format!("#{number} {} {}: {what}", clean(&self.method), clean(&self.path))];
        lines.extend(self.fault.as_ref().map(RequestFault::words));
        let id = self.request_id.as_ref().map(|id| format!("request id {id}"));
        lines.extend(match (id, &self.notification) {
            (Some(id), Some(facts)) => Some(format!("{id}, {}", age(facts))),
            (id, _) => id,
        });
        lines.extend(self.notes.iter().map(|note| format!("note: {}", clean(note))));
        lines.extend(self.again.map(|again| again.words().to_owned()));
        lines.extend(self.stored.as_ref().map(|stored| match stored {
            Ok(verdict) if verdict.is_quarantined() => format!("stored and set aside: {verdict}"),
            Ok(verdict) => format!("stored: {verdict}"),
            Err(why) => format!("not stored: {why}"),
        }));
        lines.extend(self.forwarded.as_ref().map(Forwarded::to_text));
        lines.push(format!("answered {}", self.answered.as_u16()));
        let body = self.body.as_ref().map(|body| text("body", body)).unwrap_or_default();
        lines.join("\n   ") + &body
    }
}

/// Returns how old a notification is, in words.
fn age(facts: &Value) -> String {
    let timestamp = facts["timestamp"].as_str().map(clean).unwrap_or_default();
    let seconds = &facts["age_seconds"];
    match facts["age"].as_str() {
        Some("late") => format!("sent {timestamp}, late by {seconds} s"),
        Some("future") => format!("sent {timestamp}, {seconds} s ahead of this clock"),
        Some(age) => format!("sent {timestamp}, {age}"),
        None => format!("sent {timestamp}"),
    }
}

/// Returns a body for people, indented below its name, without characters that move the cursor.
pub(super) fn text(name: &str, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let lines = body.lines().map(|line| format!("\n     {}", annotate_snippets::normalize_untrusted_str(line)));
    format!("\n   {name}:{}", lines.collect::<String>())
}
