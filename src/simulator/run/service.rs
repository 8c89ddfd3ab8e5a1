//! What the simulator does: orders change, notifications go out, events are told.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::sync::{Notify, mpsc, oneshot, watch};
use uuid::Uuid;

use crate::{
    doku::{
        body::{self, Purpose},
        fault::{ConnectionEffect, Fault, NotificationEffect, notify_strikes},
        identity::Identity,
    },
    error::SimulatorError,
    net::{connection::Doorkeeper, messenger::Messenger},
    run::{
        attempt::plan,
        clock::Clock,
        memory::{Due, Memory},
        state::Ask,
    },
    time::timestamp,
    told::{
        attempt::{Attempt, AttemptResult},
        event::{Event, Happening, Headers},
    },
};
use doku_indodana::{RequestId, TransactionStatus};

/// What the routes, the schedule and the tests share.
pub(crate) struct Service {
    pub(crate) identity: Identity,
    pub(crate) notification_url: Option<String>,
    pub(crate) clock: Clock,
    pub(crate) ids: Box<dyn Fn() -> u128 + Send + Sync>,
    pub(crate) watcher: Box<dyn Fn(&Event) + Send + Sync>,
    pub(crate) messenger: Messenger,
    pub(crate) memory: Mutex<Memory>,
    /// Told after each event; the journal has it.
    pub(crate) told: watch::Sender<()>,
    /// Held by whoever does what falls due: the schedule, or somebody who moves the clock.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// Who writes the state file; `None` without one.
    pub(crate) keeper: Option<mpsc::UnboundedSender<Ask>>,
    /// Told when something was planned, so that the schedule looks again.
    pub(crate) planned: Notify,
    /// Told when a fault of connections was asked for.
    pub(crate) connections: Notify,
    /// Becomes true when the simulator stops.
    pub(crate) stopping: watch::Sender<bool>,
}

impl Service {
    /// Returns what the simulator remembers, for as long as the guard lives.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what happened and tells it.
    pub(crate) fn tell(&self, invoice_number: Option<&str>, what: Happening) {
        let event = self.memory().journal.add(self.clock.now(), invoice_number.map(str::to_owned), what);
        (self.watcher)(&event);
        self.told.send_replace(());
    }

    /// Waits until all that happened so far is in the state file and on the disk. At once where there is no state file.
    ///
    /// # Errors
    ///
    /// [`SimulatorError::Unwritable`]: the simulator stops, and what happened may be forgotten.
    pub(crate) async fn commit(&self) -> Result<(), SimulatorError> {
        let Some(keeper) = &self.keeper else { return Ok(()) };
        let (done, written) = oneshot::channel();
        keeper.send(Ask::Commit(done)).map_err(|_| SimulatorError::Unwritable)?;
        written.await.map_err(|_| SimulatorError::Unwritable)
    }

    /// Waits until the simulator stops.
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as the service does.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    pub(crate) fn request_id(&self) -> RequestId {
        Uuid::from_u128((self.ids)()).to_string().parse().expect("a uuid is a request id")
    }

    /// Returns an invoice number that no order of a shop has.
    pub(crate) fn nobodys_number(&self) -> String {
        format!("INV-NOBODY-{:08}", (self.ids)() % 100_000_000)
    }

    /// Changes the status of an order and notifies the merchant. Returns after the merchant answered.
    pub(crate) async fn settle(
        self: &Arc<Self>,
        invoice_number: &str,
        status: TransactionStatus,
    ) -> Result<Attempt, SimulatorError> {
        let changed = self.change(invoice_number, &status)?;
        self.commit().await?;
        match changed {
            Some(number) => self.begin(number).await,
            None => Ok(self.unsent(
                0,
                invoice_number,
                "an order that expires is not notified (switch expired-notification)",
            )),
        }
    }

    /// Changes the status of an order, and returns the number of the notification to begin with, if there is one.
    fn change(&self, invoice_number: &str, status: &TransactionStatus) -> Result<Option<u64>, SimulatorError> {
        let now = self.clock.now();
        let (number, settled) = {
            let mut memory = self.memory();
            let switches = memory.switches.clone();
            // What nobody asks for happens in any case: a pending order expires once.
            let full = *status != TransactionStatus::Expired && memory.is_full_of_notifications();
            let order = memory.by_invoice_number(invoice_number).ok_or(SimulatorError::UnknownOrder)?;
            if full {
                return Err(SimulatorError::Full);
            }
            order.settle(status.clone(), now, &switches)?;
            let settled = order.show(self.notification_url.as_deref());
            let url = order.request.override_notification_url.clone();
            let body = body::report(order, Purpose::Notification, &switches).into();
            let told = *status != TransactionStatus::Expired || switches.expiry_notified();
            let number = told.then(|| plan(&mut memory, invoice_number, url, body, now));
            if let Some(notification) = number.and_then(|number| memory.notification(number)) {
                notification.under_way = Some(now);
            }
            (number, settled)
        };
        self.tell(Some(invoice_number), Happening::Settled(Box::new(settled)));
        Ok(number)
    }

    /// Sends a notification for the first time, unless a fault keeps it. In a task of its own: it goes out even if
    /// nobody waits for the answer.
    async fn begin(self: &Arc<Self>, number: u64) -> Result<Attempt, SimulatorError> {
        let kept = {
            let mut memory = self.memory();
            let notification = memory.notification(number).ok_or(SimulatorError::UnknownNotification { number })?;
            let invoice_number = notification.invoice_number.clone();
            let late = notification.faults.iter().find_map(|fault| match fault.notify() {
                Some(NotificationEffect::Late(time)) => Some(*time),
                _ => None,
            });
            if notify_strikes(&notification.faults, &NotificationEffect::Never) {
                (notification.repeats, notification.under_way) = (false, None);
                Some((invoice_number, "the fault notify-never keeps it".to_owned()))
            } else if let Some(time) = late {
                let due = notification.created + time;
                (notification.created, notification.under_way) = (due, None);
                memory.plan(number, due);
                Some((invoice_number, format!("the fault notify-late keeps it until {}", timestamp(due))))
            } else {
                None
            }
        };
        if let Some((invoice_number, reason)) = kept {
            let attempt = self.unsent(number, &invoice_number, &reason);
            self.tell(Some(&invoice_number), Happening::Notified(Box::new(attempt.clone())));
            self.planned.notify_one();
            return Ok(attempt);
        }
        self.spawn_attempt(number, true).await
    }

    /// Sends a notification again, by hand: also one that is acknowledged, or given up.
    pub(crate) async fn resend(self: &Arc<Self>, number: u64) -> Result<Attempt, SimulatorError> {
        self.spawn_attempt(number, false).await
    }

    /// Returns the record of a notification that was not sent.
    fn unsent(&self, number: u64, invoice_number: &str, reason: &str) -> Attempt {
        Attempt {
            notification: number,
            number: 0,
            invoice_number: invoice_number.to_owned(),
            sent: self.clock.now(),
            url: String::new(),
            headers: Headers::new(),
            body: String::new(),
            string_to_sign: String::new(),
            fault: None,
            result: AttemptResult::NotSent { reason: reason.to_owned() },
            milliseconds: 0,
            next: self.memory().notification(number).and_then(|notification| notification.next),
        }
    }

    /// Moves the clock forward, through all that falls due on the way. Returns after the merchant answered each.
    pub(crate) async fn advance(self: &Arc<Self>, duration: Duration) {
        let _turn = self.turn.lock().await;
        let from = self.clock.now();
        let target = from.checked_add(duration).unwrap_or(from);
        while let Some((time, due)) = self.take_due(target) {
            self.clock.move_to(time);
            self.fire(due).await;
        }
        self.clock.move_to(target);
        self.tell(None, Happening::Advanced { from });
        self.planned.notify_one();
    }

    /// Does what is due. An order changes at once, so that it is not due again; what is returned notifies the merchant,
    /// and ends after the merchant answered.
    pub(crate) fn fire(self: &Arc<Self>, due: Due) -> impl Future<Output = ()> + Send + use<> {
        let service = Arc::clone(self);
        let expired = match &due {
            // An order that was paid in between does not expire.
            Due::Expiry(at) => {
                let invoice_number = self.memory().orders().get(*at).map(|order| order.request.invoice_number.clone());
                let changed = invoice_number.map(|number| self.change(&number, &TransactionStatus::Expired));
                changed.and_then(Result::ok).flatten()
            }
            Due::Attempt(_) => None,
        };
        async move {
            // What became of it is in the journal.
            let _ = match (due, expired) {
                (Due::Expiry(_), None) => return,
                (Due::Expiry(_), Some(number)) => service.begin(number).await,
                (Due::Attempt(number), _) => service.spawn_attempt(number, true).await,
            };
        }
    }

    /// Returns when something is due next.
    pub(crate) fn next_due(&self) -> Option<SystemTime> {
        self.memory().first_due().map(|(time, _)| time)
    }

    /// Takes what is due first, if it is due by then.
    pub(crate) fn take_due(&self, until: SystemTime) -> Option<(SystemTime, Due)> {
        let mut memory = self.memory();
        let (time, due) = memory.first_due().filter(|(time, _)| *time <= until)?;
        if let Due::Attempt(number) = due {
            let notification = memory.notification(number)?;
            notification.under_way = notification.next.take();
        }
        Some((time, due))
    }

    /// Sets switches: all of them, or none if one is wrong.
    pub(crate) fn set_switches<'a>(
        &self,
        wanted: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), SimulatorError> {
        let mut told = Vec::new();
        {
            let mut memory = self.memory();
            let mut switches = memory.switches.clone();
            for (name, value) in wanted {
                switches.set(name, value)?;
                told.push(Happening::Switched { name: name.to_owned(), value: value.to_owned() });
            }
            memory.set_switches(switches);
        }
        told.into_iter().for_each(|what| self.tell(None, what));
        Ok(())
    }

    /// Asks for a fault: once, of whatever comes next.
    pub(crate) fn arm(&self, fault: Fault) {
        let text = fault.to_string();
        let what = if self.memory().arm(fault) {
            Happening::Armed { fault: text }
        } else {
            let reason = format!("the fault {text} is not taken, because 1,000 wait already; clear them");
            Happening::Failed { reason }
        };
        self.tell(None, what);
        self.connections.notify_one();
    }
}

impl Doorkeeper for Service {
    fn refusal(&self) -> Option<Duration> {
        let mut memory = self.memory();
        let at = memory
            .armed
            .iter()
            .position(|fault| matches!(fault.connection(), Some(ConnectionEffect::RefuseConnections(_))))?;
        match memory.armed.remove(at)?.connection() {
            Some(ConnectionEffect::RefuseConnections(time)) => Some(*time),
            _ => None,
        }
    }

    fn reset_after(&self) -> Option<u64> {
        let mut memory = self.memory();
        let bytes = |fault: &Fault| match fault.connection() {
            Some(ConnectionEffect::ResetInRequest(bytes)) => Some(*bytes),
            _ => None,
        };
        let at = memory.armed.iter().position(|fault| bytes(fault).is_some());
        let armed = at.and_then(|at| memory.armed.remove(at));
        armed.as_ref().and_then(bytes).or_else(|| memory.standing.iter().find_map(bytes))
    }

    async fn change(&self) {
        self.connections.notified().await;
    }

    async fn stopped(&self) {
        self.stopped().await;
    }

    fn stop(&self) {
        self.stopping.send_replace(true);
    }

    fn failed(&self, reason: String) {
        self.tell(None, Happening::Failed { reason });
    }
}
