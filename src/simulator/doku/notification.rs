//! A notification: what is told, to whom, and how often it was tried.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::doku::{
    fault::{Fault, NotificationEffect},
    switch::RepeatsEnd,
};
use doku_indodana::{RequestId, Timestamp};

/// A notification, from before its first attempt until it is acknowledged or given up.
pub(crate) struct PlannedNotification {
    /// 1 for the first.
    pub(crate) number: u64,
    pub(crate) invoice_number: String,
    /// Where it goes by its order or by whoever asked for it; `None`: where the simulator sends notifications now.
    pub(crate) url: Option<String>,
    pub(crate) body: Bytes,
    /// When its first attempt was due.
    pub(crate) created: SystemTime,
    pub(crate) attempts: u32,
    /// How many attempts of the schedule ended.
    pub(crate) scheduled: u32,
    /// What the first attempt had, for a repetition that keeps it.
    pub(crate) first: Option<(RequestId, Timestamp)>,
    /// When it is sent next without being asked.
    pub(crate) next: Option<SystemTime>,
    /// When the attempt of the schedule was due that is under way. If the process ends before it does, it is made again.
    pub(crate) under_way: Option<SystemTime>,
    /// Faults that its first attempt meets.
    pub(crate) faults: Vec<Fault>,
    /// Whether DOKU's schedule repeats it: not what was acknowledged once.
    pub(crate) repeats: bool,
}

/// When a notification is repeated, after its first attempt (D-24).
const SCHEDULE: [Duration; 3] =
    [Duration::from_secs(1_800), Duration::from_secs(6 * 3_600), Duration::from_secs(12 * 3_600)];

impl PlannedNotification {
    /// Takes note of how an attempt ended, and plans the next one.
    /// `answered` is the HTTP status of the merchant's answer.
    pub(crate) fn ended(&mut self, scheduled: bool, answered: Option<u16>, end: RepeatsEnd) {
        if matches!(answered, Some(200..=299)) {
            // Also of an attempt of the schedule that is under way, and fails later.
            self.repeats = false;
            self.next = None;
        }
        if scheduled {
            self.under_way = None;
            self.scheduled = self.scheduled.saturating_add(1);
            self.next = self.due_after(answered, end);
        }
    }

    /// Returns when it is due again after an attempt of the schedule that ended like this.
    fn due_after(&self, answered: Option<u16>, end: RepeatsEnd) -> Option<SystemTime> {
        let over =
            matches!((answered, end), (Some(500..=599), RepeatsEnd::ServerError) | (Some(_), RepeatsEnd::AnyAnswer));
        let done = usize::try_from(self.scheduled).ok()?;
        let wait = SCHEDULE.get(done.checked_sub(1)?)?;
        (self.repeats && !over).then(|| self.created + *wait)
    }
}

/// What is sent in one attempt.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) body: Bytes,
    pub(crate) request_id: RequestId,
    pub(crate) timestamp: Timestamp,
    /// How it differs from a real one.
    pub(crate) forgery: Option<Forgery>,
}

/// How a message differs from the real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// Another key.
    Key,
    /// Another body than the signed one.
    Body(Bytes),
    /// The same values as the signed body, in other bytes.
    Bytes,
    /// No signature.
    Unsigned,
    /// Another path.
    Target,
    /// Signed as any other, and wrong in what it says.
    Content,
}

impl NotificationEffect {
    /// Returns what stands beside a real notification: how it is made, and its body. `nobodys_number` is asked for an
    /// invoice number that no order has.
    pub(crate) fn forgery(&self, body: &Bytes, nobodys_number: impl FnOnce() -> String) -> Option<(Forgery, Bytes)> {
        match self {
            Self::Forged => Some((Forgery::Key, body.clone())),
            Self::Tampered => Some((Forgery::Body(other_amount(body)), body.clone())),
            Self::Reserialised => Some((Forgery::Bytes, body.clone())),
            Self::Unsigned => Some((Forgery::Unsigned, body.clone())),
            Self::WrongTarget => Some((Forgery::Target, body.clone())),
            Self::WrongAmount => Some((Forgery::Content, other_amount(body))),
            Self::UnknownInvoice => {
                Some((Forgery::Content, edit(body, "/order/invoice_number", json!(nobodys_number()))))
            }
            Self::Unreadable => Some((Forgery::Content, edit(body, "/transaction", json!({ "status": 7 })))),
            Self::BeforeAnswer | Self::Duplicate(_) | Self::Late(_) | Self::Never | Self::Reordered => None,
        }
    }
}

/// Returns a report that says `FAILED`.
pub(crate) fn failed(body: &Bytes) -> Bytes {
    edit(body, "/transaction/status", json!("FAILED"))
}

fn other_amount(body: &Bytes) -> Bytes {
    edit(body, "/order/amount", json!(1))
}

/// Returns a body with another value at a place; as it is where there is no such place.
fn edit(body: &Bytes, pointer: &str, value: Value) -> Bytes {
    let Ok(mut report) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    match report.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => return body.clone(),
    }
    report.to_string().into()
}
