//! What the simulator says on standard error: sentences for people, or one JSON object a line for programs.

use std::{fmt::Display, time::Duration};

use clap::ValueEnum;
use doku_simulator::{Attempt, AttemptResult, Event, Exchange, Happening};
use serde_json::{Value, json};

use crate::output::{self, Failure, clean};

/// How standard error is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Sentences for people
    Text,
    /// One JSON object a line
    Json,
}

/// The log of a simulator.
#[derive(Clone, Copy)]
pub(crate) struct SimulatorLog {
    pub(crate) format: Format,
    /// Whether bodies are written, which hold customers' data.
    pub(crate) bodies: bool,
}

/// Members of an event that may hold customers' data.
const BODIES: [&str; 2] = ["body", "answer_body"];

impl SimulatorLog {
    /// The log for people.
    pub(crate) const TEXT: Self = Self { format: Format::Text, bodies: false };

    /// Tells an event.
    pub(crate) fn event(self, event: &Event) {
        match self.format {
            Format::Text => {
                output::say(&line(event));
                if self.bodies {
                    bodies(event).for_each(|(name, body)| output::say(&format!("  {name}: {}", clean(body))));
                }
            }
            Format::Json => {
                let mut record = json!(event);
                if let (false, Some(Value::Object(details))) = (self.bodies, record.get_mut("details")) {
                    details.retain(|name, _| !BODIES.contains(&name.as_str()));
                }
                output::say(&record.to_string());
            }
        }
    }

    /// Tells something of the process itself.
    pub(crate) fn say(self, event: &str, text: &str) {
        match self.format {
            Format::Text => output::say(text),
            Format::Json => self.record(event, text),
        }
    }

    pub(crate) fn warn(self, text: &str) {
        match self.format {
            Format::Text => output::say(&format!("warning: {text}")),
            Format::Json => self.record("warning", text),
        }
    }

    /// Returns a failure as it is reported: in a log of JSON, this line is the report.
    pub(crate) fn failure(self, failure: Failure) -> Failure {
        if self.format == Format::Text {
            return failure;
        }
        let message = failure.record().map_or("", |record| record.message.as_str());
        if !message.is_empty() {
            self.record("error", message);
        }
        failure.told()
    }

    fn record(self, event: &str, text: &str) {
        let time = stamp(crate::now());
        output::say(&json!({ "time": time, "event": event, "details": { "text": text } }).to_string());
    }
}

/// Returns a time as events have it.
pub(crate) fn stamp(time: std::time::SystemTime) -> String {
    let timestamp = doku_indodana::Timestamp::try_from(time.max(std::time::UNIX_EPOCH));
    timestamp.map(|timestamp| timestamp.to_string()).unwrap_or_default()
}

/// Returns a length of time for people: `5 h 30 min`, from a minute on to the nearest minute.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        _ if seconds < 60 => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn bodies(event: &Event) -> impl Iterator<Item = (&'static str, &str)> {
    let bodies = match &event.what {
        Happening::Requested(exchange) => {
            vec![("body", exchange.body.as_str()), ("answer", exchange.answer_body.as_str())]
        }
        Happening::Notified(attempt) => match &attempt.result {
            AttemptResult::Answered { answer_body, .. } => {
                vec![("body", attempt.body.as_str()), ("answer", answer_body.as_str())]
            }
            _ => vec![("body", attempt.body.as_str())],
        },
        _ => Vec::new(),
    };
    bodies.into_iter().filter(|(_, body)| !body.is_empty())
}

/// Returns what is said of an event: one line.
pub(crate) fn line(event: &Event) -> String {
    match &event.what {
        Happening::Requested(exchange) => requested(exchange, event.invoice_number.is_none()),
        Happening::Made(order) => {
            let undeliverable = order.undeliverable.as_ref();
            let undeliverable = undeliverable.map_or_else(String::new, |why| format!("; BUT {}", clean(why)));
            let number = clean(&order.invoice_number);
            format!("order {number} of {} rupiah made: {}{undeliverable}", order.amount, order.payment_url)
        }
        Happening::Settled(order) => format!("order {} is {}", clean(&order.invoice_number), order.status),
        Happening::Notified(attempt) => {
            let fault = attempt.fault.as_ref().map(|fault| format!(" ({})", clean(fault))).unwrap_or_default();
            let number = number(attempt);
            format!("notification{number} of order {}{fault} {}", clean(&attempt.invoice_number), delivered(attempt))
        }
        Happening::Advanced { from } => {
            format!("the clock was moved forward by {}", span(event.time.duration_since(*from).unwrap_or_default()))
        }
        Happening::Switched { name, value } => format!("switch {name} set to {value}"),
        Happening::Failed { reason } => format!("the simulator failed: {}", clean(reason)),
        Happening::Armed { fault } => format!("fault {} asked for, once", clean(fault)),
        _ => "something that this version does not know".to_owned(),
    }
}

/// Returns the number of a notification, if it has one.
fn number(attempt: &Attempt) -> String {
    match (attempt.notification, attempt.number) {
        (0, _) => String::new(),
        (number, 0 | 1) => format!(" {number}"),
        (number, attempt) => format!(" {number}, attempt {attempt},"),
    }
}

/// `names_order` is for a request that belongs to no order.
fn requested(exchange: &Exchange, names_order: bool) -> String {
    let Exchange { method, target, verdict, .. } = exchange;
    let about = exchange.invoice_number().filter(|_| names_order);
    let about = about.map_or_else(String::new, |number| format!(" of {}", clean(&number)));
    let answered = exchange
        .status
        .map_or_else(|| "not answered".to_owned(), |status| format!("answered {status}, {}", clean(verdict)));
    let faults = if exchange.faults.is_empty() {
        String::new()
    } else {
        format!(" (faults: {})", clean(&exchange.faults.join(", ")))
    };
    format!("{} {}{about}: {answered}{faults}", clean(method), clean(target))
}

/// Returns what became of a notification.
pub(crate) fn delivered(attempt: &Attempt) -> String {
    let url = clean(&attempt.url);
    let repeated = |text: &dyn Display| match attempt.next {
        Some(next) => {
            let wait = next.duration_since(attempt.sent).unwrap_or_default();
            format!("{text}; repeated in {}", span(wait))
        }
        None => text.to_string(),
    };
    match &attempt.result {
        AttemptResult::Answered { status, .. } => match attempt.advice() {
            Some(advice) => repeated(&format_args!("to {url}: answered {status}; {advice}")),
            None => format!("to {url}: answered {status}"),
        },
        AttemptResult::NoAnswer { reason } => repeated(&format_args!("to {url}: not answered: {reason}")),
        AttemptResult::NotSent { reason } if url.is_empty() => format!("not sent: {reason}"),
        AttemptResult::NotSent { reason } => format!("to {url}: not sent: {reason}"),
        _ => format!("to {url}: unknown"),
    }
}
