//! What came before: [`Seen`].

use std::collections::{HashMap, HashSet, VecDeque};

use doku_indodana::{
    Notification,
    signature::{Digest, digest},
};

/// So many notifications are remembered.
const MOST: usize = 10_000;

/// The verified notifications of this run.
#[derive(Default)]
pub(super) struct Seen {
    bodies: HashMap<String, Digest>,
    events: HashSet<Event>,
    order: VecDeque<(String, Option<Event>)>,
}

/// An invoice number and a status.
type Event = (String, String);

/// How a notification repeats an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// The same request id and the same bytes.
    RequestId,
    /// The same request id with other bytes.
    OtherBody,
    /// Another request id, but the same status of the same invoice number.
    Event,
}

impl Again {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::RequestId => "request_id",
            Self::OtherBody => "other_body",
            Self::Event => "event",
        }
    }

    /// Returns what is said of it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::RequestId => "again: this request id came before, with the same body",
            Self::OtherBody => "again: this request id came before, with another body; look at both by hand",
            Self::Event => "again: this status of this invoice number came before, under another request id",
        }
    }
}

impl Seen {
    /// Returns whether a verified notification came before, and remembers it.
    pub(super) fn again(&mut self, notification: &Notification) -> Option<Again> {
        let id = notification.request_id().as_str();
        let digest = digest(notification.body());
        if let Some(first) = self.bodies.get(id) {
            return Some(if *first == digest { Again::RequestId } else { Again::OtherBody });
        }
        let event = notification.invoice_number().zip(notification.status());
        let event = event.map(|(invoice_number, status)| (invoice_number.to_owned(), status.to_string()));
        let again = event.as_ref().is_some_and(|event| !self.events.insert(event.clone()));
        self.bodies.insert(id.to_owned(), digest);
        self.order.push_back((id.to_owned(), event.filter(|_| !again)));
        if self.order.len() > MOST
            && let Some((id, event)) = self.order.pop_front()
        {
            self.bodies.remove(&id);
            event.map(|event| self.events.remove(&event));
        }
        again.then_some(Again::Event)
    }
}
