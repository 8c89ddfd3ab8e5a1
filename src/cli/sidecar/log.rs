//! What the sidecar says on standard error: lines for people, or one JSON object a line for programs.

use std::fmt;

use serde_json::{Map, Value, json};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};

use crate::{
    now,
    output::{self, Failure, clean},
    simulator::{Format, stamp},
};

/// Whose events are told. They hold ids, states and codes, and nothing of a customer.
const OURS: [&str; 2] = ["doku_sidecar", "doku_store"];

/// The log of a sidecar.
#[derive(Clone, Copy)]
pub(super) struct Log {
    format: Format,
}

impl Log {
    pub(super) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Tells from now on what the store and the sidecar do. A process has one log.
    pub(super) fn install(self) {
        // It fails where there is one already, which tells the same.
        let _ = tracing::subscriber::set_global_default(self);
    }

    /// Returns whether something is told: what the store and the sidecar do.
    pub(super) fn tells(metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::INFO && OURS.contains(&metadata.target())
    }

    /// Tells an event.
    pub(super) fn tell(self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            _ => "info",
        };
        match self.format {
            Format::Text => output::say(&fields.line(level)),
            Format::Json => record(level, &fields.message, &Value::Object(fields.details)),
        }
    }

    /// Tells something of the process itself.
    pub(super) fn say(self, event: &str, text: &str) {
        match self.format {
            Format::Text => output::say(text),
            Format::Json => record("info", event, &json!({ "text": text })),
        }
    }

    /// Returns a failure as it is reported: in a log of JSON, this line is the report.
    pub(super) fn failure(self, failure: Failure) -> Failure {
        if self.format == Format::Text {
            return failure;
        }
        if let (text, help) = failure.words()
            && !text.is_empty()
        {
            record("error", "failed", &json!({ "text": text, "help": help }));
        }
        failure.told()
    }
}

/// It leaves spans alone: each event has the ids that it is about.
impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        Self::tells(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn event(&self, event: &Event<'_>) {
        self.tell(event);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

fn record(level: &str, event: &str, details: &Value) {
    let time = stamp(now());
    output::say(&json!({ "time": time, "level": level, "event": event, "details": details }).to_string());
}

/// What an event holds.
#[derive(Default)]
struct Fields {
    message: String,
    details: Map<String, Value>,
}

impl Fields {
    /// Returns it for people: `placed: invoice_number=INV-1 …`.
    fn line(&self, level: &str) -> String {
        let level = if level == "info" { String::new() } else { format!("{level}: ") };
        let details = self.details.iter().map(|(name, value)| match value {
            Value::String(text) => format!(" {name}={}", clean(text)),
            value => format!(" {name}={value}"),
        });
        format!("{level}{}:{}", self.message, details.collect::<String>())
    }

    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.details.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.set(field, text);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }
}
