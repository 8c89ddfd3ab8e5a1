//! A notification on request: about an order that exists, or about one that nobody made.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    doku::{
        body::{self, Purpose},
        fault::{Fault, NotificationEffect},
        notification::Message,
    },
    error::SimulatorError,
    net::messenger::Manner,
    run::{
        attempt::{Route, plan},
        service::Service,
    },
    time::timestamp,
    told::attempt::Attempt,
};
use doku_indodana::TransactionStatus;

/// A notification that somebody asks for.
///
/// With an invoice number of an order, nothing set and no URL of its own, `success`, `failed`, `expired` and `refunded`
/// change the order as its customer or DOKU would. Otherwise no order is changed: the notification is only sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trigger {
    /// `success`, `failed`, `expired`, `refunded`, `duplicate`, `late`, `reordered`, or a forgery: `reserialised`, `tampered`,
    /// `forged`, `unsigned`, `wrong-target`, `wrong-amount`, `unknown-invoice`, `unreadable`.
    pub kind: String,
    /// The order that it is about; one that nobody made if there is none.
    #[serde(default)]
    pub invoice_number: Option<String>,
    /// Where it goes; the order's or the configured URL if there is none.
    #[serde(default)]
    pub url: Option<String>,
    /// Fields to set, each a path with dots and a JSON value: `order.amount` and `50000`.
    #[serde(default)]
    pub set: Vec<(String, Value)>,
}

/// The kinds of [`Trigger`], with what each sends.
pub const TRIGGERS: [(&str, &str); 15] = [
    ("success", "the order is paid"),
    ("failed", "the customer declined, or the payment failed"),
    ("expired", "nobody paid in time"),
    ("refunded", "the payment was given back"),
    ("duplicate", "the same notification twice at the same moment"),
    ("late", "a notification with a timestamp of two hours ago"),
    ("reordered", "SUCCESS, and after it an older FAILED"),
    ("reserialised", "the signed body, parsed and written anew"),
    ("tampered", "another amount than was signed"),
    ("forged", "signed with another key"),
    ("unsigned", "without a signature"),
    ("wrong-target", "signed for another path"),
    ("wrong-amount", "signed, with another amount than the order's"),
    ("unknown-invoice", "signed, about an order that nobody made"),
    ("unreadable", "signed, and no notification by the contract"),
];

/// How old a late notification is.
const LATE: Duration = Duration::from_secs(2 * 3_600);

impl Trigger {
    /// Returns a trigger of this kind.
    pub fn new(kind: impl Into<String>) -> Self {
        Self { kind: kind.into(), invoice_number: None, url: None, set: Vec::new() }
    }
}

impl Service {
    /// Refuses to change an order whose notification cannot be sent: whoever asked for a notification would change it by
    /// accident.
    fn is_told(&self, invoice_number: &str, status: &TransactionStatus) -> Result<(), SimulatorError> {
        let memory = self.memory();
        let order = memory.order(invoice_number).ok_or(SimulatorError::UnknownOrder)?;
        if *status == TransactionStatus::Expired && !memory.switches.expiry_notified() {
            return Ok(());
        }
        let url = order.notification_url(self.notification_url.as_deref()).unwrap_or_default();
        let sent = self.messenger.destination(url);
        sent.map(drop)
            .map_err(|reason| SimulatorError::BadField { reason: format!("the order is unchanged: {reason}") })
    }

    /// Sends what is asked for, and returns what became of it.
    pub(crate) async fn trigger(self: &Arc<Self>, trigger: Trigger) -> Result<Vec<Attempt>, SimulatorError> {
        let known = TRIGGERS.iter().any(|(kind, _)| *kind == trigger.kind);
        if !known {
            let kinds: Vec<_> = TRIGGERS.iter().map(|(kind, _)| *kind).collect();
            let reason = format!("`{}` is no trigger; it is one of {}", trigger.kind, kinds.join(", "));
            return Err(SimulatorError::BadField { reason });
        }
        let status = match trigger.kind.as_str() {
            "failed" => TransactionStatus::Failed,
            "expired" => TransactionStatus::Expired,
            "refunded" => TransactionStatus::Refunded,
            _ => TransactionStatus::Success,
        };
        let plain = matches!(trigger.kind.as_str(), "success" | "failed" | "expired" | "refunded");
        if let (true, Some(invoice_number), None, []) = (plain, &trigger.invoice_number, &trigger.url, &trigger.set[..])
        {
            self.is_told(invoice_number, &status)?;
            return self.settle(invoice_number, status).await.map(|attempt| vec![attempt]);
        }
        let (invoice_number, url, body) = self.compose(&trigger, &status)?;
        self.messenger
            .destination(url.as_deref().or(self.notification_url.as_deref()).unwrap_or_default())
            .map_err(|reason| SimulatorError::BadField { reason })?;
        let fault: Option<Fault> = format!("notify-{}", trigger.kind).parse().ok();
        // Without an order, that of the sample is nobody's already.
        let nobodys =
            || trigger.invoice_number.as_ref().map_or_else(|| invoice_number.clone(), |_| self.nobodys_number());
        let forgery = fault.as_ref().and_then(|fault| fault.notify()?.forgery(&body, nobodys));
        let now = self.clock.now();
        if let Some((forgery, body)) = forgery {
            let switches = self.memory().switches.clone();
            let wire = Route {
                service: self,
                number: 0,
                invoice_number: &invoice_number,
                url: url.as_deref().or(self.notification_url.as_deref()).unwrap_or_default(),
                manner: Manner::of(&switches),
            };
            let message =
                Message { body, request_id: self.request_id(), timestamp: timestamp(now), forgery: Some(forgery) };
            let attempt = wire.send(0, message, now, fault.map(|fault| fault.to_string()), false).await;
            return Ok(vec![attempt]);
        }
        let first = (trigger.kind == "late").then(|| (self.request_id(), timestamp(now - LATE)));
        let number = {
            let mut memory = self.memory();
            if memory.is_full_of_notifications() {
                return Err(SimulatorError::Full);
            }
            let number = plan(&mut memory, &invoice_number, url, body, now);
            if let Some(notification) = memory.notification(number) {
                notification.repeats = false;
                notification.first = first;
                notification.faults.retain(|fault| {
                    !matches!(fault.notify(), Some(NotificationEffect::Late(_) | NotificationEffect::Never))
                });
                notification
                    .faults
                    .extend(fault.filter(|_| matches!(trigger.kind.as_str(), "duplicate" | "reordered")));
            }
            number
        };
        let before = self.memory().journal.last();
        self.resend(number).await?;
        let memory = self.memory();
        Ok(memory.journal.attempts(number, before).cloned().collect())
    }

    /// Returns invoice number, URL and body of a notification. Without a URL it goes where the simulator sends them.
    fn compose(
        &self,
        trigger: &Trigger,
        status: &TransactionStatus,
    ) -> Result<(String, Option<String>, Bytes), SimulatorError> {
        let mut memory = self.memory();
        let switches = memory.switches.clone();
        let order = match &trigger.invoice_number {
            Some(invoice_number) => memory.by_invoice_number(invoice_number),
            None => None,
        };
        let (url, mut report) = match order {
            Some(order) => {
                let url = order.request.override_notification_url.clone();
                let report = body::report(order, Purpose::Notification, &switches);
                (url, serde_json::from_slice(&report).expect("a report is json"))
            }
            None => {
                let number = trigger.invoice_number.clone().unwrap_or_else(|| self.nobodys_number());
                (None, sample(&number, timestamp(self.clock.now()).as_str()))
            }
        };
        report["transaction"]["status"] = json!(status);
        if report["peer_to_peer_info"].is_object() {
            report["peer_to_peer_info"]["status"] = json!(status);
        }
        for (path, value) in &trigger.set {
            set(&mut report, path, value)?;
        }
        let invoice_number = report["order"]["invoice_number"].as_str().unwrap_or_default().to_owned();
        Ok((invoice_number, trigger.url.clone().or(url), report.to_string().into()))
    }
}

/// Returns the notification of an order that nobody made.
fn sample(invoice_number: &str, date: &str) -> Value {
    json!({
        "service": { "id": "PEER_TO_PEER" },
        "acquirer": { "id": "INDODANA" },
        "channel": { "id": "PEER_TO_PEER_INDODANA" },
        "order": { "invoice_number": invoice_number, "amount": 100_000 },
        "transaction": { "status": "SUCCESS", "date": date, "original_request_id": "baec7d95-f30a-4b78-b711-6ebe0ccdf50b" },
        "peer_to_peer_info": { "status": "SUCCESS", "merchant_unique_reference": "60123" },
    })
}

/// A path has no more names than this, because writing and dropping JSON goes as deep as it is.
const MOST_NAMES: usize = 16;

/// Sets the field at a path with dots; objects on the way are made.
fn set(report: &mut Value, path: &str, value: &Value) -> Result<(), SimulatorError> {
    let refuse = |why: &str| {
        Err(SimulatorError::BadField { reason: format!("the path `{path}` {why}; write it as order.invoice_number") })
    };
    if path.split('.').nth(MOST_NAMES).is_some() {
        let reason = format!("a path has more than {MOST_NAMES} names; write it as order.invoice_number");
        return Err(SimulatorError::BadField { reason });
    }
    let mut place = report;
    for name in path.split('.') {
        if name.is_empty() {
            return refuse("has an empty name");
        }
        if place.is_null() {
            *place = json!({});
        }
        let Some(members) = place.as_object_mut() else { return refuse("goes through what is no object") };
        place = members.entry(name).or_insert(Value::Null);
    }
    place.clone_from(value);
    Ok(())
}
