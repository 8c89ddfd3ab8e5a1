//! What the process counts, as Prometheus reads it: [`METRICS`], [`Metrics`].

mod counted;

pub(crate) use self::counted::install;

use std::time::Duration;

use doku_store::{Counts, Orders};
use prometheus_client::{
    encoding::prometheus_text,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// A metric of `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, as Prometheus stores it.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels. No label holds an invoice number or anything of a customer.
    pub labels: &'static [&'static str],
    /// What it counts.
    pub help: &'static str,
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: "counter", labels, help }
}

const fn gauge(name: &'static str, help: &'static str) -> Metric {
    Metric { name, kind: "gauge", labels: &[], help }
}

/// All metrics. Those that begin with `doku_store_` count what this process did; the gauges are the store's, so each
/// process on one store shows the same.
pub const METRICS: &[Metric] = &[
    counter("doku_sidecar_requests_total", &["route", "status"], "Requests that were answered"),
    Metric {
        name: "doku_sidecar_request_seconds",
        kind: "histogram",
        labels: &["route"],
        help: "How long a request took until its answer began",
    },
    gauge("doku_sidecar_loop_age_seconds", "How long ago the loop last looked at the store"),
    gauge("doku_sidecar_store_up", "1 where the store can be read, 0 where not; then the other gauges are missing"),
    gauge("doku_orders", "Orders that are stored"),
    gauge("doku_orders_unresolved", "Orders that a person has to look at"),
    gauge("doku_orders_due", "Orders that are to be sent or asked for now"),
    gauge("doku_notifications", "Notifications that are stored"),
    gauge("doku_notifications_quarantined", "Notifications that were set aside"),
    gauge("doku_effects", "Effects that are stored"),
    gauge("doku_effects_open", "Effects that are not done, dead letters included"),
    gauge("doku_effects_dead", "Effects that are not handed over any more"),
    counter(
        "doku_store_orders_placed_total",
        &["rank", "again"],
        "Orders that were placed, for the first time or again",
    ),
    counter("doku_store_notifications_total", &["verdict"], "Notifications that were stored and acknowledged"),
    counter("doku_store_notifications_refused_total", &["code"], "Notifications that are not genuine"),
    counter("doku_store_notifications_not_stored_total", &[], "Notifications that could not be stored"),
    counter("doku_store_calls_total", &["outcome"], "Calls to DOKU about an order"),
    counter("doku_store_effects_total", &["done"], "Effects that were handed over"),
    counter("doku_store_dead_letters_total", &[], "Effects that became dead letters"),
];

pub(crate) type Labels = Vec<(&'static str, String)>;

/// The metrics of one process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        register(&mut registry, "doku_sidecar_requests_total", requests.clone());
        // From 1 ms to 16 s.
        let seconds =
            Family::new_with_constructor((|| Histogram::new(exponential_buckets(0.001, 2.0, 15))) as fn() -> _);
        register(&mut registry, "doku_sidecar_request_seconds", seconds.clone());
        Self { registry, requests, seconds }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        let route = ("route", route.to_owned());
        self.requests.get_or_create(&vec![route.clone(), ("status", status.to_string())]).inc();
        self.seconds.get_or_create(&vec![route]).observe(took.as_secs_f64());
    }

    /// Returns all metrics in Prometheus' text format, version 0.0.4.
    pub(crate) async fn text(&self, orders: &Orders) -> String {
        let mut now = Registry::default();
        let counts = orders.counts().await.ok();
        let age = orders.last_turn().map_or(f64::NAN, |ago| ago.as_secs_f64());
        set(&mut now, "doku_sidecar_loop_age_seconds", age);
        set(&mut now, "doku_sidecar_store_up", if counts.is_some() { 1.0 } else { 0.0 });
        for (name, value) in counts.iter().flat_map(numbers) {
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and nobody has 2^53 orders")]
            set(&mut now, name, value as f64);
        }
        let mut text = String::new();
        for registry in [&self.registry, &now, counted::registry()] {
            prometheus_text::encode(&mut text, registry).expect("a string takes all that is written");
        }
        text
    }
}

fn numbers(counts: &Counts) -> [(&'static str, u64); 8] {
    [
        ("doku_orders", counts.orders),
        ("doku_orders_unresolved", counts.unresolved),
        ("doku_orders_due", counts.due),
        ("doku_notifications", counts.notifications),
        ("doku_notifications_quarantined", counts.quarantined),
        ("doku_effects", counts.effects),
        ("doku_effects_open", counts.open_effects),
        ("doku_effects_dead", counts.dead_effects),
    ]
}

fn set(registry: &mut Registry, name: &'static str, value: f64) {
    let gauge = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    gauge.set(value);
    register(registry, name, gauge);
}

/// Registers a metric with its help. The encoder puts the end of a counter's name back.
fn register(registry: &mut Registry, name: &'static str, metric: impl prometheus_client::registry::Metric) {
    let known = METRICS.iter().find(|known| known.name == name).expect("each metric is one of METRICS");
    registry.register(name.strip_suffix("_total").unwrap_or(name), known.help, metric);
}
