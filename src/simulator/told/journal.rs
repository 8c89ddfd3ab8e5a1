//! The events that are remembered: [`Journal`].

use std::{collections::VecDeque, time::SystemTime};

use super::{
    attempt::{Attempt, AttemptResult},
    event::{Event, Happening, Headers},
};

/// The latest events; older ones are forgotten.
#[derive(Default)]
pub(crate) struct Journal {
    events: VecDeque<Event>,
    last: u64,
    bytes: usize,
}

/// So many events are kept, and no more than so many bytes of them.
const MOST_EVENTS: usize = 2_000;
const MOST_BYTES: usize = 64 << 20;

impl Journal {
    /// Adds an event and returns it.
    pub(crate) fn add(&mut self, time: SystemTime, invoice_number: Option<String>, what: Happening) -> Event {
        let event = Event { number: self.last.saturating_add(1), time, invoice_number, what };
        self.keep(event.clone());
        event
    }

    /// Takes an event that happened before.
    pub(crate) fn keep(&mut self, event: Event) {
        self.last = event.number;
        self.bytes += event.size();
        self.events.push_back(event);
        while self.events.len() > MOST_EVENTS || self.bytes > MOST_BYTES {
            self.bytes -= self.events.pop_front().map_or(self.bytes, |event| event.size());
        }
    }

    /// Returns the number of the latest event.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Returns the attempts to deliver a notification, and what was sent beside them, after an event.
    pub(crate) fn attempts(&self, notification: u64, after: u64) -> impl Iterator<Item = &Attempt> {
        self.after(after).filter_map(move |event| match &event.what {
            Happening::Notified(attempt) if attempt.notification == notification => Some(&**attempt),
            _ => None,
        })
    }

    /// Returns the events after this number.
    pub(crate) fn after(&self, number: u64) -> impl Iterator<Item = &Event> {
        let first = self.events.front().map_or(0, |event| event.number);
        let skip = number.saturating_add(1).saturating_sub(first);
        self.events.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX))
    }
}

fn length(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

impl Event {
    /// Returns about how many bytes it takes.
    fn size(&self) -> usize {
        match &self.what {
            Happening::Requested(exchange) => {
                // The target is in both texts to sign too.
                let texts = exchange.body.len() + exchange.answer_body.len() + 3 * exchange.target.len();
                texts + length(&exchange.headers) + length(&exchange.answer_headers) + 1024
            }
            Happening::Notified(attempt) => {
                let answer = match &attempt.result {
                    AttemptResult::Answered { answer_headers, answer_body, .. } => {
                        length(answer_headers) + answer_body.len()
                    }
                    _ => 0,
                };
                let sent = attempt.body.len() + length(&attempt.headers) + 2 * attempt.url.len();
                sent + answer + 1024
            }
            _ => 1024,
        }
    }
}
