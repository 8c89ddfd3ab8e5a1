//! Everything that the simulator remembers.

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    time::SystemTime,
};

use crate::{
    doku::{fault::Fault, notification::PlannedNotification, order::Order, switch::Switches},
    told::journal::Journal,
};
use doku_indodana::{RequestId, TransactionStatus};

/// The orders, the notifications, the events, and how switches and faults stand.
#[derive(Default)]
pub(crate) struct Memory {
    orders: Vec<Order>,
    by_invoice_number: HashMap<String, usize>,
    by_request_id: HashMap<RequestId, usize>,
    by_token: HashMap<String, usize>,
    /// Bytes of all requests that made an order.
    bytes: usize,
    /// Bytes of all notifications.
    notification_bytes: usize,
    pub(crate) notifications: Vec<PlannedNotification>,
    pub(crate) journal: Journal,
    pub(crate) switches: Switches,
    /// Faults that strike everything.
    pub(crate) standing: Vec<Fault>,
    /// Faults that strike once, whatever comes next.
    pub(crate) armed: VecDeque<Fault>,
    /// Requests that a fault of their invoice number has struck; it strikes once.
    struck: HashSet<RequestId>,
    /// What happens by itself, and what would have: whether it still does is seen when it is first.
    due: BTreeSet<(SystemTime, Due)>,
    changes: Changes,
}

/// What changed since it was last written down.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    pub(crate) switches: bool,
    pub(crate) struck: Vec<RequestId>,
    /// The places of orders. From `known_orders` on they are new.
    pub(crate) orders: BTreeSet<usize>,
    pub(crate) known_orders: usize,
    /// The places of notifications. From `known_notifications` on they are new.
    pub(crate) notifications: BTreeSet<usize>,
    pub(crate) known_notifications: usize,
    /// The last event that is written.
    pub(crate) last_event: u64,
}

/// Something that happens by itself at its time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A pending order expires: its place among the orders.
    Expiry(usize),
    /// A notification is sent, or sent again: its number.
    Attempt(u64),
}

/// The simulator takes no more orders, and no more bytes of them, than this.
const MOST_ORDERS: usize = 10_000;
const MOST_BYTES: usize = 256 << 20;

/// It takes no more notifications, and no more bytes of them, than this. Orders expire all the same.
const MOST_NOTIFICATIONS: usize = 10 * MOST_ORDERS;

/// No more faults than this wait for what comes next.
const MOST_ARMED: usize = 1_000;

impl Memory {
    /// Adds an order. Its invoice number, request id and token must be new.
    pub(crate) fn add(&mut self, order: Order) {
        let at = self.orders.len();
        self.by_invoice_number.insert(order.request.invoice_number.clone(), at);
        self.by_request_id.insert(order.request_id.clone(), at);
        self.by_token.insert(order.token.clone(), at);
        self.bytes += order.body.len();
        self.due.insert((order.expires(), Due::Expiry(at)));
        self.changes.orders.insert(at);
        self.orders.push(order);
    }

    /// Returns whether no other order has the invoice number, the request id or the token of this one.
    pub(crate) fn is_new(&self, order: &Order) -> bool {
        !self.by_invoice_number.contains_key(&order.request.invoice_number)
            && !self.by_request_id.contains_key(&order.request_id)
            && !self.by_token.contains_key(&order.token)
    }

    /// Takes what changed since it was last taken.
    pub(crate) fn take_changes(&mut self) -> Changes {
        let rest = Changes {
            known_orders: self.orders.len(),
            known_notifications: self.notifications.len(),
            last_event: self.journal.last(),
            ..Changes::default()
        };
        std::mem::replace(&mut self.changes, rest)
    }

    /// Returns whether another order would be too many.
    pub(crate) fn is_full(&self) -> bool {
        self.orders.len() >= MOST_ORDERS || self.bytes >= MOST_BYTES || self.is_full_of_notifications()
    }

    /// Adds a notification. Its number must be the next one.
    pub(crate) fn add_notification(&mut self, notification: PlannedNotification) {
        self.notification_bytes += notification.body.len();
        self.changes.notifications.insert(self.notifications.len());
        let (number, next) = (notification.number, notification.next);
        self.notifications.push(notification);
        if let Some(time) = next {
            self.plan(number, time);
        }
    }

    /// Plans when a notification is sent next without being asked.
    pub(crate) fn plan(&mut self, number: u64, time: SystemTime) {
        if let Some(notification) = self.notification(number) {
            notification.next = Some(time);
            self.due.insert((time, Due::Attempt(number)));
        }
    }

    /// Returns what is due first, and when.
    pub(crate) fn first_due(&mut self) -> Option<(SystemTime, Due)> {
        while let Some((time, due)) = self.due.first().copied() {
            let holds = match due {
                Due::Expiry(at) => self.orders.get(at).is_some_and(|order| order.status == TransactionStatus::Pending),
                Due::Attempt(number) => place(number)
                    .and_then(|at| self.notifications.get(at))
                    .is_some_and(|notification| notification.next == Some(time)),
            };
            if holds {
                return Some((time, due));
            }
            self.due.pop_first();
        }
        None
    }

    /// Returns whether another notification would be too many.
    pub(crate) fn is_full_of_notifications(&self) -> bool {
        self.notifications.len() >= MOST_NOTIFICATIONS || self.notification_bytes >= MOST_BYTES
    }

    /// Adds a fault that strikes once, and returns whether there was room for it.
    pub(crate) fn arm(&mut self, fault: Fault) -> bool {
        let room = self.armed.len() < MOST_ARMED;
        if room {
            self.armed.push_back(fault);
        }
        room
    }

    /// Returns whether the fault of an invoice number strikes this request: the first time, as long as there is room to
    /// remember it.
    pub(crate) fn strikes_first(&mut self, caller: RequestId) -> bool {
        let first = self.struck.len() < MOST_ORDERS && self.struck.insert(caller.clone());
        if first {
            self.changes.struck.push(caller);
        }
        first
    }

    /// Returns the requests that a fault of their invoice number has struck.
    pub(crate) fn struck(&self) -> impl Iterator<Item = &RequestId> {
        self.struck.iter()
    }

    /// Sets the switches.
    pub(crate) fn set_switches(&mut self, switches: Switches) {
        self.switches = switches;
        self.changes.switches = true;
    }

    /// Returns all orders, oldest first.
    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Returns the order with this invoice number, to look at.
    pub(crate) fn order(&self, invoice_number: &str) -> Option<&Order> {
        self.orders.get(*self.by_invoice_number.get(invoice_number)?)
    }

    /// Returns the order at this place, counted from 0, to be changed.
    pub(crate) fn order_at(&mut self, at: usize) -> Option<&mut Order> {
        let order = self.orders.get_mut(at)?;
        self.changes.orders.insert(at);
        Some(order)
    }

    /// Returns the order with this invoice number, to be changed.
    pub(crate) fn by_invoice_number(&mut self, invoice_number: &str) -> Option<&mut Order> {
        self.order_at(*self.by_invoice_number.get(invoice_number)?)
    }

    /// Returns the order that was generated under this `Request-Id`, to look at.
    pub(crate) fn of_request(&self, request_id: &RequestId) -> Option<&Order> {
        self.orders.get(*self.by_request_id.get(request_id)?)
    }

    /// Returns the order that was generated under this `Request-Id`, to be changed.
    pub(crate) fn by_request_id(&mut self, request_id: &RequestId) -> Option<&mut Order> {
        self.order_at(*self.by_request_id.get(request_id)?)
    }

    /// Returns the order of a payment page, to look at.
    pub(crate) fn by_token(&self, token: &str) -> Option<&Order> {
        self.orders.get(*self.by_token.get(token)?)
    }

    /// Returns the notification with this number, counted from 1, to be changed.
    pub(crate) fn notification(&mut self, number: u64) -> Option<&mut PlannedNotification> {
        let at = place(number)?;
        let notification = self.notifications.get_mut(at)?;
        self.changes.notifications.insert(at);
        Some(notification)
    }

    /// Takes the faults of a request that is about to be answered: standing, armed, and those given.
    pub(crate) fn answer_faults(&mut self, asked: Vec<Fault>) -> Vec<Fault> {
        let mut faults: Vec<Fault> = self.standing.iter().filter(|fault| fault.answer().is_some()).cloned().collect();
        if let Some(at) = self.armed.iter().position(|fault| fault.answer().is_some()) {
            faults.extend(self.armed.remove(at));
        }
        faults.extend(asked.into_iter().filter(|fault| fault.answer().is_some()));
        faults
    }

    /// Takes the faults of a notification that is about to be sent.
    pub(crate) fn notify_faults(&mut self, invoice_number: &str) -> Vec<Fault> {
        let armed = self.armed.iter().position(|fault| fault.notify().is_some());
        let faults = self.coming_notify_faults(invoice_number);
        armed.and_then(|at| self.armed.remove(at));
        faults
    }

    /// Returns the faults that the next notification of an order meets.
    pub(crate) fn coming_notify_faults(&self, invoice_number: &str) -> Vec<Fault> {
        let order = self.order(invoice_number);
        let armed = self.armed.iter().find(|fault| fault.notify().is_some());
        let named = Fault::of_invoice_number(invoice_number);
        let faults =
            self.standing.iter().chain(armed).chain(order.into_iter().flat_map(|order| &order.faults)).chain(&named);
        faults.filter(|fault| fault.notify().is_some()).cloned().collect()
    }
}

/// Returns the place of a notification with this number.
fn place(number: u64) -> Option<usize> {
    usize::try_from(number.checked_sub(1)?).ok()
}
