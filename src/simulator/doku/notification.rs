//! A notification: what is told, to whom, and how often it was tried.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    fault::{Fault, NotifyEffect},
    switch::RepeatsEnd,
};
use doku_indodana::{RequestId, Timestamp};

/// A notification, from before its first attempt until it is acknowledged or given up.
pub(super) struct PlannedNotification {
    /// 1 for the first.
    pub(super) number: u64,
    pub(super) invoice_number: String,
    /// Where it goes by its order or by whoever asked for it; `None`: where the simulator sends notifications now.
    pub(super) url: Option<String>,
    pub(super) body: Bytes,
    /// When its first attempt was due.
    pub(super) created: SystemTime,
    pub(super) attempts: u32,
    /// How many attempts of the schedule ended.
    pub(super) scheduled: u32,
    /// What the first attempt had, for a repetition that keeps it.
    pub(super) first: Option<(RequestId, Timestamp)>,
    /// When it is sent next without being asked.
    pub(super) next: Option<SystemTime>,
    /// When the attempt of the schedule was due that is under way. If the process ends before it does, it is made again.
    pub(super) under_way: Option<SystemTime>,
    /// Faults that its first attempt meets.
    pub(super) faults: Vec<Fault>,
    /// Whether DOKU's schedule repeats it: not what was acknowledged once.
    pub(super) repeats: bool,
}

/// When a notification is repeated, after its first attempt (D-24).
const SCHEDULE: [Duration; 3] =
    [Duration::from_secs(1_800), Duration::from_secs(6 * 3_600), Duration::from_secs(12 * 3_600)];

impl PlannedNotification {
    /// Takes note of how an attempt ended, and plans the next one.
    /// `answered` is the HTTP status of the merchant's answer.
    pub(super) fn ended(&mut self, scheduled: bool, answered: Option<u16>, end: RepeatsEnd) {
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
        let over = matches!(
            (answered, end),
            (Some(500..=599), RepeatsEnd::ServerError) | (Some(_), RepeatsEnd::AnyAnswer)
        );
        let done = usize::try_from(self.scheduled).ok()?;
        let wait = SCHEDULE.get(done.checked_sub(1)?)?;
        (self.repeats && !over).then(|| self.created + *wait)
    }
}

/// What is sent in one attempt.
#[derive(Clone)]
pub(super) struct Message {
    pub(super) body: Bytes,
    pub(super) request_id: RequestId,
    pub(super) timestamp: Timestamp,
    /// How it differs from a real one.
    pub(super) forgery: Option<Forgery>,
}

/// How a message differs from the real one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Forgery {
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

impl NotifyEffect {
    /// Returns what stands beside a real notification: how it is made, and its body. `nobodys_number` is asked for an
    /// invoice number that no order has.
    pub(super) fn forgery(&self, body: &Bytes, nobodys_number: impl FnOnce() -> String) -> Option<(Forgery, Bytes)> {
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
pub(super) fn failed(body: &Bytes) -> Bytes {
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
