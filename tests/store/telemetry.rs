//! What the features `tracing` and `metrics` tell of a day of the store: ids, codes and numbers, and nothing of anybody.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{Debug, Write as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, ThreadId},
};

use doku_store::rusqlite::Connection;
use http::StatusCode;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::world::{World, order_with, receive, run_once};

/// What must be nowhere in what is told: of the customer, the handler and the keys.
const CANARIES: [&str; 6] =
    ["Kenari", "kenari@mail.example", "6281199887766", "Jalan Kenari", "the handler says kenari", "SK-"];

/// The events and spans of one thread, each with its level, its text and its fields.
///
/// It is everybody's, because what a thread without one meets first is not told to any other.
struct Events {
    thread: ThreadId,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Events {
    fn enabled(&self, of: &tracing::Metadata<'_>) -> bool {
        of.target() == "doku_store"
    }

    fn event(&self, event: &Event<'_>) {
        if thread::current().id() != self.thread {
            return;
        }
        let mut line = Line { text: String::new(), fields: String::new() };
        event.record(&mut line);
        self.lines.lock().unwrap().push(format!("{} {}:{}", event.metadata().level(), line.text, line.fields));
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        if thread::current().id() == self.thread {
            let mut line = Line { text: span.metadata().name().to_owned(), fields: String::new() };
            span.record(&mut line);
            self.lines.lock().unwrap().push(format!("SPAN {}:{}", line.text, line.fields));
        }
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line {
    text: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.text = format!("{value:?}");
        } else {
            write!(self.fields, " {}={value:?}", field.name()).unwrap();
        }
    }
}

/// The counters of one thread, by name and labels.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Counters {
    /// Returns a line for each, with its number.
    fn lines(&self) -> Vec<String> {
        let counters = self.0.lock().unwrap();
        counters.iter().map(|(name, count)| format!("{name} {}", count.load(Ordering::Relaxed))).collect()
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        Counter::from_arc(self.0.lock().unwrap().entry(name).or_default().clone())
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        panic!("{} is no counter", key.name())
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        panic!("{} is no counter", key.name())
    }
}

/// An order of a customer whose name, address and numbers are canaries.
fn personal(invoice_number: &str) -> bytes::Bytes {
    order_with(invoice_number, |order| {
        order["customer"]["first_name"] = "Kenari".into();
        order["customer"]["email"] = "kenari@mail.example".into();
        order["customer"]["phone"] = "6281199887766".into();
        order["billing_address"]["first_name"] = "Kenari".into();
        order["billing_address"]["address"] = "Jalan Kenari 1".into();
    })
}

/// Something of everything that is told.
async fn day(world: &World) {
    let orders = world.open().await;
    orders.place_json(personal("INV-1")).await.unwrap();
    orders.place_json(personal("INV-1")).await.unwrap();
    world.fail_next("reset-after-order");
    orders.place_json(personal("INV-2")).await.unwrap();
    world.notify(&orders, "INV-1", "SUCCESS").await;
    world.notify(&orders, "INV-9", "SUCCESS").await;
    world.notify(&orders, "INV-2", "SETTLED").await;
    let forged = world.notification("INV-1", "SUCCESS").tampered();
    assert_eq!(receive(&orders, &forged).await.status(), StatusCode::UNAUTHORIZED);
    let failing = |_| std::future::ready(Err::<(), _>("the handler says kenari"));
    assert_eq!(orders.run_once(failing).await.unwrap().failed_effects, 1);
    world.advance(crate::world::MINUTE).await;
    run_once(&orders, &crate::world::Book::default()).await;
    Connection::open(&world.location).unwrap().execute_batch("drop table doku_notifications").unwrap();
    let lost = receive(&orders, &world.notification("INV-1", "SUCCESS")).await;
    assert_eq!(lost.status(), StatusCode::SERVICE_UNAVAILABLE);
}

// One thread each, because both are told per thread.
#[tokio::test]
async fn events_and_spans_have_ids_and_codes_alone() {
    let world = World::sqlite().await;
    let lines = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::set_global_default(Events { thread: thread::current().id(), lines: lines.clone() }).unwrap();
    day(&world).await;
    let events = lines.lock().unwrap().clone();
    for canary in CANARIES {
        assert!(!events.iter().any(|event| event.contains(canary)), "{canary} is told: {events:#?}");
    }
    // Each kind, with the fields that it has.
    let form = |event: &String| {
        let (text, fields) = event.split_once(':').unwrap();
        let names: Vec<_> = fields.split(' ').filter_map(|field| Some(field.split_once('=')?.0)).collect();
        format!("{text}: {}", names.join(" "))
    };
    let forms: BTreeSet<_> = events.iter().map(form).collect();
    let expect = [
        "ERROR not stored: error",
        "INFO called: invoice_number attempt rank outcome",
        "INFO done: effect attempt",
        "INFO placed: invoice_number request_id rank again",
        "INFO received: verdict request_id invoice_number",
        "SPAN call: otel.kind call invoice_number request_id attempt",
        "SPAN hand over: effect attempt invoice_number",
        "SPAN place: invoice_number request_id",
        "SPAN receive: invoice_number request_id",
        "WARN contradiction: invoice_number alerts outcome",
        "WARN refused: code",
        "WARN set aside: verdict request_id invoice_number",
        "WARN the handler failed: effect attempt",
    ];
    assert_eq!(forms.into_iter().collect::<Vec<_>>(), expect, "{events:#?}");
}

#[tokio::test]
async fn counters_have_names_and_codes_and_no_ids() {
    let world = World::sqlite().await;
    let counters = Counters::default();
    let told = metrics::set_default_local_recorder(&counters);
    day(&world).await;
    drop(told);
    let lines = counters.lines();
    assert!(!lines.iter().any(|line| line.contains("INV-") || CANARIES.iter().any(|canary| line.contains(canary))));
    let expect = [
        "doku_store_calls_total{outcome=answered} 1",
        "doku_store_calls_total{outcome=status} 1",
        "doku_store_calls_total{outcome=unknown} 1",
        "doku_store_effects_total{done=no} 1",
        "doku_store_effects_total{done=yes} 1",
        "doku_store_notifications_not_stored_total{} 1",
        "doku_store_notifications_refused_total{code=signature_mismatch} 1",
        "doku_store_notifications_total{verdict=accepted} 1",
        "doku_store_notifications_total{verdict=unknown_invoice} 1",
        "doku_store_notifications_total{verdict=unknown_status} 1",
        "doku_store_orders_placed_total{rank=PENDING,again=no} 1",
        "doku_store_orders_placed_total{rank=PENDING,again=yes} 1",
        "doku_store_orders_placed_total{rank=SENT,again=no} 1",
    ];
    assert_eq!(lines, expect);
}
