//! What is written down: one record a line, each a JSON object with one member that says what it is.
//!
//! The first line says the version. A later record adds to what the earlier ones said, so that a change costs a line
//! and not the whole file.

use std::time::SystemTime;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    doku::{
        fault::Fault,
        identity::Identity,
        notification::PlannedNotification,
        order::{Order, OrderRequest},
    },
    run::memory::Memory,
    serial,
    told::event::Event,
};
use doku_indodana::{RequestId, Timestamp, TransactionStatus, json::Document};

/// The form of the file. Another number is another form.
pub(super) const VERSION: u32 = 2;

/// One line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    Version(u32),
    /// The simulator's time when the lines up to here were written.
    Clock(#[serde(with = "serial::time")] SystemTime),
    Switch(String, String),
    /// A request that the fault of its invoice number has struck.
    Struck(#[serde(with = "serial::text")] RequestId),
    Order(Box<SavedOrder>),
    /// What became of an order: its number, counted from 1.
    OrderChanged(u64, OrderProgress),
    Notification(Box<SavedNotification>),
    /// What became of a notification: its number.
    NotificationChanged(u64, Box<NotificationProgress>),
    Event(Box<Event>),
}

/// An order as it was made.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedOrder {
    #[serde(with = "serial::text")]
    request_id: RequestId,
    body: String,
    answer: String,
    token: String,
    #[serde(with = "serial::time")]
    created: SystemTime,
    faults: Vec<String>,
    progress: OrderProgress,
}

/// What changes about an order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderProgress {
    status: TransactionStatus,
    #[serde(with = "serial::optional_time")]
    settled: Option<SystemTime>,
    received: u32,
}

/// A notification as it was planned.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedNotification {
    invoice_number: String,
    url: Option<String>,
    body: String,
    progress: NotificationProgress,
}

/// What changes about a notification.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NotificationProgress {
    #[serde(with = "serial::time")]
    created: SystemTime,
    attempts: u32,
    scheduled: u32,
    first: Option<(String, String)>,
    #[serde(with = "serial::optional_time")]
    next: Option<SystemTime>,
    faults: Vec<String>,
    repeats: bool,
}

/// Returns everything as lines, the version first.
pub(super) fn whole(memory: &Memory, now: SystemTime) -> Vec<u8> {
    let mut lines = Vec::new();
    push(&mut lines, &Record::Version(VERSION));
    switches(&mut lines, memory);
    memory.struck().for_each(|caller| push(&mut lines, &Record::Struck(caller.clone())));
    memory.orders().iter().for_each(|order| push(&mut lines, &Record::Order(Box::new(order.into()))));
    memory
        .notifications
        .iter()
        .for_each(|notification| push(&mut lines, &Record::Notification(Box::new(notification.into()))));
    memory.journal.after(0).for_each(|event| push(&mut lines, &Record::Event(Box::new(event.clone()))));
    push(&mut lines, &Record::Clock(now));
    lines
}

/// Takes what changed since it was last taken, as lines; none if nothing did.
pub(super) fn changes(memory: &mut Memory, now: SystemTime) -> Vec<u8> {
    let mut lines = Vec::new();
    let changes = memory.take_changes();
    if changes.switches {
        switches(&mut lines, memory);
    }
    changes.struck.into_iter().for_each(|caller| push(&mut lines, &Record::Struck(caller)));
    for at in changes.orders {
        let Some(order) = memory.orders().get(at) else { continue };
        push(
            &mut lines,
            &match at < changes.known_orders {
                true => Record::OrderChanged(at as u64 + 1, order.into()),
                false => Record::Order(Box::new(order.into())),
            },
        );
    }
    for at in changes.notifications {
        let Some(notification) = memory.notifications.get(at) else { continue };
        push(
            &mut lines,
            &match at < changes.known_notifications {
                true => Record::NotificationChanged(notification.number, Box::new(notification.into())),
                false => Record::Notification(Box::new(notification.into())),
            },
        );
    }
    let events = memory.journal.after(changes.last_event);
    events.for_each(|event| push(&mut lines, &Record::Event(Box::new(event.clone()))));
    if !lines.is_empty() {
        push(&mut lines, &Record::Clock(now));
    }
    lines
}

fn switches(lines: &mut Vec<u8>, memory: &Memory) {
    memory.switches.all().for_each(|(switch, value)| push(lines, &Record::Switch(switch.name.to_owned(), value)));
}

fn push(lines: &mut Vec<u8>, record: &Record) {
    serde_json::to_writer(&mut *lines, record).expect("texts, numbers and times can be written as json");
    lines.push(b'\n');
}

/// Puts a record back, or says what is wrong with it. Returns the time, if it is one.
pub(super) fn restore(
    record: Record,
    memory: &mut Memory,
    identity: &Identity,
) -> Result<Option<SystemTime>, &'static str> {
    match record {
        Record::Version(_) => return Err("says the version again"),
        Record::Clock(time) => return Ok(Some(time)),
        Record::Switch(name, value) => {
            memory.switches.set(&name, &value).map_err(|_| "sets a switch that this version does not know")?;
        }
        Record::Struck(caller) => drop(memory.strikes_first(caller)),
        Record::Order(saved) => {
            let order = saved.order(identity).ok_or("has an order that cannot be read")?;
            if !memory.is_new(&order) {
                return Err("has an order whose invoice number, request id or token an earlier line has");
            }
            memory.add(order);
        }
        Record::OrderChanged(number, progress) => {
            let order = number.checked_sub(1).and_then(|at| memory.order_at(usize::try_from(at).ok()?));
            let order = order.ok_or("changes an order that no earlier line has")?;
            (order.status, order.settled, order.received) = (progress.status, progress.settled, progress.received);
        }
        Record::Notification(saved) => {
            let number = memory.notifications.len() as u64 + 1;
            let notification = saved.notification(number).ok_or("has a notification that cannot be read")?;
            memory.add_notification(notification);
        }
        Record::NotificationChanged(number, progress) => {
            let notification = memory.notification(number).ok_or("changes a notification that no earlier line has")?;
            progress.apply(notification).ok_or("has a notification that cannot be read")?;
            if let Some(time) = notification.next {
                memory.plan(number, time);
            }
        }
        Record::Event(event) => {
            let last = memory.journal.last();
            if last > 0 && Some(event.number) != last.checked_add(1) {
                return Err("has an event that does not follow the one before");
            }
            memory.journal.keep(*event);
        }
    }
    Ok(None)
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn written(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn faults(written: &[String]) -> Option<Vec<Fault>> {
    written.iter().map(|fault| fault.parse().ok()).collect()
}

impl From<&Order> for SavedOrder {
    fn from(order: &Order) -> Self {
        Self {
            request_id: order.request_id.clone(),
            body: text(&order.body),
            answer: text(&order.answer),
            token: order.token.clone(),
            created: order.created,
            faults: written(&order.faults),
            progress: order.into(),
        }
    }
}

impl From<&Order> for OrderProgress {
    fn from(order: &Order) -> Self {
        Self { status: order.status.clone(), settled: order.settled, received: order.received }
    }
}

impl SavedOrder {
    fn order(self, identity: &Identity) -> Option<Order> {
        let request = OrderRequest::read(&Document::parse(self.body.as_bytes()).ok()?)?;
        // Faults change these members of an answer.
        let answer: Value = serde_json::from_str(&self.answer).ok()?;
        ["order", "payment"].iter().all(|name| answer[name].is_object()).then_some(())?;
        Some(Order {
            request,
            request_id: self.request_id,
            body: self.body.into(),
            answer: self.answer.into(),
            payment_url: format!("{}/pay/{}", identity.url, self.token),
            token: self.token,
            created: self.created,
            status: self.progress.status,
            settled: self.progress.settled,
            received: self.progress.received,
            faults: faults(&self.faults)?,
        })
    }
}

impl From<&PlannedNotification> for SavedNotification {
    fn from(notification: &PlannedNotification) -> Self {
        Self {
            invoice_number: notification.invoice_number.clone(),
            url: notification.url.clone(),
            body: text(&notification.body),
            progress: notification.into(),
        }
    }
}

impl From<&PlannedNotification> for NotificationProgress {
    fn from(notification: &PlannedNotification) -> Self {
        Self {
            created: notification.created,
            attempts: notification.attempts,
            scheduled: notification.scheduled,
            first: notification.first.as_ref().map(|(id, time)| (id.to_string(), time.to_string())),
            // The earlier one: what is under way may not arrive.
            next: notification.under_way.or(notification.next),
            faults: written(&notification.faults),
            repeats: notification.repeats,
        }
    }
}

impl SavedNotification {
    fn notification(self, number: u64) -> Option<PlannedNotification> {
        let mut notification = PlannedNotification {
            number,
            invoice_number: self.invoice_number,
            url: self.url,
            body: self.body.into(),
            created: self.progress.created,
            attempts: 0,
            scheduled: 0,
            first: None,
            next: None,
            under_way: None,
            faults: Vec::new(),
            repeats: false,
        };
        self.progress.apply(&mut notification).map(|()| notification)
    }
}

impl NotificationProgress {
    fn apply(self, notification: &mut PlannedNotification) -> Option<()> {
        notification.first = match self.first {
            Some((id, time)) => Some((id.parse::<RequestId>().ok()?, time.parse::<Timestamp>().ok()?)),
            None => None,
        };
        notification.faults = faults(&self.faults)?;
        (notification.created, notification.attempts, notification.scheduled) =
            (self.created, self.attempts, self.scheduled);
        (notification.next, notification.repeats) = (self.next, self.repeats);
        Some(())
    }
}
