//! Counters of the store, which it gives to the façade `metrics`: once for the whole process.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use prometheus_client::{metrics::family::Family, registry::Registry};

use super::{Labels, METRICS, register};

type Counters = Family<Labels, prometheus_client::metrics::counter::Counter>;

/// The counters by name, and the registry that they are in.
struct Counted {
    counters: BTreeMap<&'static str, Counters>,
    registry: Registry,
}

static COUNTED: OnceLock<Counted> = OnceLock::new();

fn counted() -> &'static Counted {
    COUNTED.get_or_init(|| {
        let mut registry = Registry::default();
        let names = METRICS.iter().map(|metric| metric.name).filter(|name| name.starts_with("doku_store_"));
        let counters = names.map(|name| {
            let counters = Counters::default();
            register(&mut registry, name, counters.clone());
            (name, counters)
        });
        let counters = counters.collect();
        Counted { counters, registry }
    })
}

pub(super) fn registry() -> &'static Registry {
    &counted().registry
}

/// Has what the store counts counted here, for all sidecars of this process. Where a program has a recorder of its own
/// already, that one counts.
pub(crate) fn install() {
    let _ = metrics::set_global_recorder(Store);
}

/// Takes the counters of the store, and nothing else.
struct Store;

impl Recorder for Store {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let Some((name, counters)) = counted().counters.get_key_value(key.name()) else { return Counter::noop() };
        let known = METRICS.iter().find(|metric| metric.name == *name).map_or(&[][..], |metric| metric.labels);
        let value = |label: &&'static str| {
            let given = key.labels().find(|given| given.key() == *label);
            (*label, given.map(|given| given.value().to_owned()).unwrap_or_default())
        };
        let labels: Labels = known.iter().map(value).collect();
        Counter::from_arc(Arc::new(Counting(counters.get_or_create_owned(&labels))))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

struct Counting(prometheus_client::metrics::counter::Counter);

impl CounterFn for Counting {
    fn increment(&self, by: u64) {
        self.0.inc_by(by);
    }

    // The store only adds.
    fn absolute(&self, _: u64) {}
}
