//! One attempt to deliver a notification, with what its faults send beside it.

use std::{sync::Arc, time::SystemTime};

use crate::{
    doku::{
        fault::{NotificationEffect, notify_strikes},
        notification::{Message, PlannedNotification, failed},
    },
    error::SimulatorError,
    net::messenger::{Manner, Sent},
    run::{memory::Memory, service::Service},
    time::timestamp,
    told::{attempt::Attempt, event::Happening},
};
use bytes::Bytes;
use futures_util::future::join_all;

/// Writes a new notification down, and returns its number.
pub(crate) fn plan(
    memory: &mut Memory,
    invoice_number: &str,
    url: Option<String>,
    body: Bytes,
    now: SystemTime,
) -> u64 {
    let number = memory.notifications.len() as u64 + 1;
    let faults = memory.notify_faults(invoice_number);
    memory.add_notification(PlannedNotification {
        number,
        invoice_number: invoice_number.to_owned(),
        url,
        body,
        created: now,
        attempts: 0,
        scheduled: 0,
        first: None,
        next: None,
        under_way: None,
        faults,
        repeats: true,
    });
    number
}

impl Service {
    /// Sends a notification once, in a task of its own: it goes out even if nobody waits for the answer.
    pub(crate) async fn spawn_attempt(
        self: &Arc<Self>,
        number: u64,
        scheduled: bool,
    ) -> Result<Attempt, SimulatorError> {
        let service = Arc::clone(self);
        let task = tokio::spawn(async move { service.attempt(number, scheduled).await });
        task.await.map_err(|_| SimulatorError::Stopped)?
    }

    /// Sends a notification once, with what its faults send beside it.
    async fn attempt(&self, number: u64, scheduled: bool) -> Result<Attempt, SimulatorError> {
        let now = self.clock.now();
        let new_id = self.request_id();
        let (url, invoice_number, attempt, message, faults, switches) = {
            let mut memory = self.memory();
            let switches = memory.switches.clone();
            let notification = memory.notification(number).ok_or(SimulatorError::UnknownNotification { number })?;
            notification.attempts = notification.attempts.saturating_add(1);
            let (first_id, first_time) =
                notification.first.get_or_insert_with(|| (new_id.clone(), timestamp(now))).clone();
            let first = notification.attempts == 1;
            let message = Message {
                body: notification.body.clone(),
                request_id: if first || !switches.repeat_has_new_request_id() { first_id } else { new_id },
                timestamp: if first || !switches.repeat_has_new_timestamp() { first_time } else { timestamp(now) },
                forgery: None,
            };
            let faults = std::mem::take(&mut notification.faults);
            let url = notification.url.clone().or_else(|| self.notification_url.clone());
            (url, notification.invoice_number.clone(), notification.attempts, message, faults, switches)
        };
        // Its ids are kept before it is sent: a repetition after the end of the process has them again.
        self.commit().await?;
        let wire = Route {
            service: self,
            number,
            invoice_number: &invoice_number,
            url: url.as_deref().unwrap_or_default(),
            manner: Manner::of(&switches),
        };
        for fault in &faults {
            let Some((forgery, body)) =
                fault.notify().and_then(|effect| effect.forgery(&message.body, || self.nobodys_number()))
            else {
                continue;
            };
            let (request_id, timestamp) = (self.request_id(), timestamp(now));
            let forged = Message { body, request_id, timestamp, forgery: Some(forgery) };
            wire.send(0, forged, now, Some(fault.to_string()), false).await;
        }
        let older = notify_strikes(&faults, &NotificationEffect::Reordered).then(|| failed(&message.body));
        let times = faults.iter().find_map(|fault| match fault.notify() {
            Some(NotificationEffect::Duplicate(times)) => Some((*times, fault.to_string())),
            _ => None,
        });
        let (times, label) = times.map_or((1, None), |(times, label)| (times, Some(label)));
        let copies = (1..times).map(|_| wire.send(0, message.clone(), now, label.clone(), false));
        let real = wire.send(attempt, message.clone(), now, None, scheduled);
        let (attempt, _) = tokio::join!(real, join_all(copies));
        if let Some(body) = older {
            let forged = Message { body, request_id: self.request_id(), timestamp: timestamp(now), forgery: None };
            wire.send(0, forged, now, Some("notify-reordered".to_owned()), false).await;
        }
        self.planned.notify_one();
        Ok(attempt)
    }
}

/// Where the messages of one notification go.
pub(crate) struct Route<'a> {
    pub(crate) service: &'a Service,
    pub(crate) number: u64,
    pub(crate) invoice_number: &'a str,
    pub(crate) url: &'a str,
    pub(crate) manner: Manner,
}

impl Route<'_> {
    /// Sends one message and takes note of what became of it.
    pub(crate) async fn send(
        &self,
        attempt: u32,
        message: Message,
        now: SystemTime,
        fault: Option<String>,
        scheduled: bool,
    ) -> Attempt {
        let service = self.service;
        let credentials = &service.identity.credentials;
        let sent = service.messenger.deliver(credentials, self.url, message, self.manner).await;
        let Sent { headers, body, string_to_sign, result, milliseconds } = sent;
        let next = {
            let mut memory = service.memory();
            let end = memory.switches.repeats_end();
            let notification = memory.notification(self.number).filter(|_| attempt > 0);
            let next = notification.and_then(|notification| {
                notification.ended(scheduled, result.status(), end);
                notification.next
            });
            next.inspect(|time| memory.plan(self.number, *time))
        };
        let attempt = Attempt {
            notification: self.number,
            number: attempt,
            invoice_number: self.invoice_number.to_owned(),
            sent: now,
            url: self.url.to_owned(),
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            string_to_sign,
            fault,
            result,
            milliseconds,
            next,
        };
        service.tell(Some(self.invoice_number), Happening::Notified(Box::new(attempt.clone())));
        attempt
    }
}
