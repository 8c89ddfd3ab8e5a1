//! `doku sidecar`: the process for services in any language, until it is told to stop.

mod log;
mod traces;

use std::{
    env,
    path::PathBuf,
    time::{Duration, Instant},
};

use clap::Args;
use doku_sidecar::{Config, Running, StartError};
use doku_store::StoreErrorKind;
use serde_json::json;

use self::{log::Log, traces::Traces};
use super::{
    environment::ENVIRONMENT_VARIABLE,
    output::{self, Exit, Failure},
    simulator::{Format, stop_signal},
};

/// It stops within this time, whoever does not answer.
const GRACE: Duration = Duration::from_secs(10);

/// Run the sidecar: orders, notifications and effects for a service in any language
///
/// One process beside the service: it takes orders by plain HTTP, stores them, sends them to DOKU and sees them through;
/// it receives DOKU's notifications on an address of their own. Its settings are in a file, or in variables of the
/// environment: DOKU_ENVIRONMENT, DOKU_CLIENT_ID, DOKU_SECRET_KEY_FILE, DOKU_STORE, DOKU_API_TOKENS_FILE and others.
/// Prints where the API listens on standard output, and stops within 10 seconds at Ctrl-C or SIGTERM. A setting or a
/// store that cannot be used ends it with exit code 2, a store that fails while it runs with 1: start it again then.
#[derive(Args)]
pub(crate) struct SidecarArgs {
    /// The file of settings, TOML, for its owner alone; without it, the environment is read
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Allow production where the settings come from the environment; a file says it by itself
    #[arg(long, conflicts_with = "config")]
    live: bool,
    /// Look at all settings, open the store, and end: exit code 0 or 2
    #[arg(long)]
    check: bool,
    /// How standard error is written: each order, notification and effect by its ids, and nothing of a customer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    log: Format,
    /// Print results as JSON
    #[arg(long)]
    json: bool,
}

impl SidecarArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let log = Log::new(self.log);
        self.until_stopped(log).map_err(|failure| log.failure(failure))
    }

    fn until_stopped(self, log: Log) -> Result<Exit, Failure> {
        let traces = Traces::read()?;
        traces.install(log);
        let config = self.config()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime =
            runtime.map_err(|error| Failure::new(Exit::Internal, format!("the runtime cannot be started: {error}")))?;
        let result = runtime.block_on(self.serve(config, log, traces));
        runtime.shutdown_background();
        result
    }

    fn config(&self) -> Result<Config, Failure> {
        if let Some(path) = &self.config {
            return Config::read(path).map_err(|error| unusable(&error));
        }
        if env::var(ENVIRONMENT_VARIABLE).is_ok_and(|value| value == "production") && !self.live {
            return Err(Failure::usage(format!(
                "{ENVIRONMENT_VARIABLE} names doku's production, where orders are real, and this is not enough; nothing \
                 was sent"
            ))
            .help("add --live, or write the settings into a file and name it with --config"));
        }
        // A variable that is no text is none of ours.
        let variables =
            env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Config::from_variables(variables).map_err(|error| unusable(&error))
    }

    async fn serve(&self, config: Config, log: Log, traces: Traces) -> Result<Exit, Failure> {
        let stopped = stop_signal()?;
        let sidecar = doku_sidecar::Sidecar::open(config).await.map_err(|error| unusable(&error))?;
        if self.check {
            let text = "all settings can be used, and the store is open";
            return if self.json { output::print_json(&json!({ "usable": true })) } else { output::print(text) }
                .map(|()| Exit::Done);
        }
        let mut running = sidecar.run().await.map_err(|error| unusable(&error))?;
        self.welcome(&running, log)?;
        let end = tokio::select! {
            signal = stopped => {
                log.say("stopped", &format!("stopped by {signal}"));
                Ok(Exit::Done)
            }
            error = running.failed() => Err(Failure::new(Exit::Internal, error.to_string())
                .help("start the process again; what is stored goes on")),
        };
        let told = Instant::now();
        running.stop().await;
        traces.stop(GRACE.saturating_sub(told.elapsed())).await;
        end
    }

    /// Tells a program, or a newcomer, where it listens.
    fn welcome(&self, running: &Running, log: Log) -> Result<(), Failure> {
        let (api, notifications) = (running.api_address().to_string(), running.notification_address().to_string());
        if self.json {
            output::print_json_line(&json!({ "event": "listening", "api": api, "notifications": notifications }))?;
        } else {
            output::print(&api)?;
        }
        let text = format!("the api listens on {api}, notifications come in on {notifications}; Ctrl-C stops it");
        log.say("listening", &text);
        Ok(())
    }
}

/// Returns why the sidecar does not start.
fn unusable(error: &StartError) -> Failure {
    match error.store_error().map(doku_store::StoreError::kind) {
        Some(StoreErrorKind::Bug) => Failure::new(Exit::Internal, error.to_string()),
        _ => Failure::usage(error.to_string()),
    }
}
