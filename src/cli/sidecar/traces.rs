//! What becomes of the sidecar's spans: [`Traces`].

use std::time::Duration;

use super::log::Log;
use crate::output::Failure;

/// The spans of the sidecar: sent to a collector where the command was built with the feature `otlp` and the environment
/// names one, and otherwise left alone.
pub(super) struct Traces(#[cfg(feature = "otlp")] Option<doku_sidecar::Traces>);

#[cfg(feature = "otlp")]
impl Traces {
    /// Reads the environment.
    pub(super) fn read() -> Result<Self, Failure> {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let traces = doku_sidecar::Traces::from_variables(std::env::vars_os().filter_map(text));
        traces.map(Self).map_err(|error| super::unusable(&error))
    }

    /// Tells and follows from now on what the store and the sidecar do. A process has one log.
    pub(super) fn install(&self, log: Log) {
        use tracing_subscriber::{Layer as _, filter::filter_fn, layer::SubscriberExt as _};

        let Some(traces) = &self.0 else { return log.install() };
        let log = log.with_filter(filter_fn(Log::tells).with_max_level_hint(tracing::level_filters::LevelFilter::INFO));
        // It fails where there is one already, which tells the same.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(log).with(traces.layer()));
    }

    /// Sends what is left, within this time.
    pub(super) async fn stop(self, most: Duration) {
        if let Some(traces) = self.0 {
            // It does not panic, and the sidecar is at its end.
            let _ = tokio::task::spawn_blocking(move || traces.stop(most)).await;
        }
    }
}

#[cfg(feature = "otlp")]
impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Log {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        self.tell(event);
    }
}

#[cfg(not(feature = "otlp"))]
#[expect(
    clippy::unused_async,
    clippy::unused_self,
    clippy::unnecessary_wraps,
    reason = "with the feature otlp it does more"
)]
impl Traces {
    pub(super) fn read() -> Result<Self, Failure> {
        Ok(Self())
    }

    pub(super) fn install(&self, log: Log) {
        log.install();
    }

    pub(super) async fn stop(self, _: Duration) {}
}
