//! Spans, sent to a collector of OpenTelemetry: [`Traces`].

mod collector;
mod setting;

use std::{fmt, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanLimits},
};
use tracing::{Metadata, Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use self::{collector::Collector, setting::Destination};
use crate::StartError;

/// Whose spans and events are sent. They hold ids, states and codes, and nothing of a customer.
const OURS: [&str; 2] = ["doku_sidecar", "doku_store"];

/// So many spans wait to be sent; further ones are dropped, and nothing waits for room.
const MOST_WAITING: usize = 4_096;

/// So many spans are sent at once.
const MOST_AT_ONCE: usize = 512;

/// So long a span waits for others at most.
const DELAY: Duration = Duration::from_secs(2);

/// So long the collector may take, tries again included.
const PATIENCE: Duration = Duration::from_secs(4);

/// So long the last spans may take, however much time there is.
const LAST: Duration = Duration::from_secs(5);

/// The spans of this process, sent to a collector of OpenTelemetry over HTTP, as protobuf.
///
/// A thread of its own sends them, which needs no runtime. What the collector does not take is dropped: no order and no
/// notification ever waits for it.
///
/// ```no_run
/// use std::time::Duration;
///
/// use doku_sidecar::Traces;
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let traces = Traces::from_variables(std::env::vars())?; // `None` without OTEL_EXPORTER_OTLP_ENDPOINT
/// let layer = traces.as_ref().map(Traces::layer);
/// tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer))?;
/// // … a sidecar that runs until it is told to stop
/// if let Some(traces) = traces {
///     traces.stop(Duration::from_secs(5));
/// }
/// # Ok(())
/// # }
/// ```
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Takes `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS` and `OTEL_SERVICE_NAME`, and no other variable.
    /// Returns `None` without the first: then nothing is sent.
    ///
    /// # Errors
    ///
    /// Where one of them cannot be used. The text holds no value of theirs.
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Result<Option<Self>, StartError> {
        let Some(destination) = Destination::read(variables)? else { return Ok(None) };
        let (url, service) = (destination.url.to_string(), destination.service.clone());
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(destination)?)
            .with_endpoint(url)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .build()
            .map_err(|_| StartError::setting(setting::ENDPOINT, "cannot be sent to; correct the url"))?;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MOST_WAITING)
            .with_max_export_batch_size(MOST_AT_ONCE)
            .with_scheduled_delay(DELAY);
        let resource = Resource::builder_empty()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            // A caller who leaves its own trace out has its request left out as well.
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_span_limits(SpanLimits::default())
            .with_resource(resource.build())
            .with_span_processor(BatchSpanProcessor::new(exporter, batches.build()));
        Ok(Some(Self(provider.build())))
    }

    /// Returns what a subscriber needs to send the spans of the sidecar and of its store, with their events, and no others.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(env!("CARGO_PKG_NAME")))
            .with_location(false)
            .with_threads(false)
            .with_filter(filter_fn(is_ours).with_max_level_hint(LevelFilter::INFO))
    }

    /// Sends what is left, within this time and 5 seconds at most, and then no more. It blocks the thread.
    pub fn stop(self, most: Duration) {
        // What could not be sent within that time is lost, and was told of before.
        let _ = self.0.shutdown_with_timeout(most.min(LAST));
    }
}

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traces").finish_non_exhaustive()
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= LevelFilter::INFO && OURS.contains(&metadata.target())
}
