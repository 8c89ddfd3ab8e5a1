//! The options of a store.

use std::time::Duration;

use doku_store::OrdersBuilder;
use napi::Unknown;

use crate::{
    argument::{Options, count, number, text},
    failure::Failure,
};

/// Sets what is given; the core knows the defaults.
pub(crate) fn configure(mut builder: OrdersBuilder, options: Unknown<'_>) -> Result<OrdersBuilder, Failure> {
    let options = Options::new(options, "options", &OPTIONS)?;
    if let Some(path) = options.get("notificationPath")? {
        builder = builder.notification_path(text(path, "notificationPath")?);
    }
    if let Some(rate) = options.get("callsPerSecond")? {
        let rate = number(rate, "callsPerSecond")?;
        if !(0.01..=10_000.0).contains(&rate) {
            let message = "callsPerSecond must be a number from 0.01 to 10000";
            return Err(Failure::range("out_of_range", message));
        }
        builder = builder.calls_per_second(rate);
    }
    if let Some(lease) = options.milliseconds("lease")? {
        builder = builder.lease(lease);
    }
    if let Some(timeout) = options.milliseconds("handlerTimeout")? {
        builder = builder.handler_timeout(timeout);
    }
    if options.get("effectSchedule")?.is_some() {
        let waits = options.elements("effectSchedule")?.into_iter().map(wait);
        builder = builder.effect_schedule(waits.collect::<Result<Vec<_>, _>>()?);
    }
    if let Some(patience) = options.milliseconds("patience")? {
        builder = builder.patience(patience);
    }
    if let Some(handlers) = options.whole("handlers", 1, 1_024)? {
        builder = builder.handlers(usize::try_from(handlers).unwrap_or(1));
    }
    if let Some(size) = options.get("greatestSize")? {
        builder = builder.greatest_size(count(size, "greatestSize")?.unsigned_abs());
    }
    if options.boolean("dangerAllowNetworkFileSystem")? == Some(true) {
        builder = builder.danger_allow_network_file_system();
    }
    Ok(builder)
}

/// Returns a wait of a schedule, in milliseconds.
fn wait(value: Unknown<'_>) -> Result<Duration, Failure> {
    let what = "a wait of effectSchedule";
    let wait = Duration::from_millis(count(value, what)?.unsigned_abs());
    if wait > LONGEST_WAIT {
        let most = LONGEST_WAIT.as_millis();
        return Err(Failure::range("out_of_range", format!("{what} must be a whole number from 0 to {most}")));
    }
    Ok(wait)
}

/// The longest wait of a schedule, a year.
const LONGEST_WAIT: Duration = Duration::from_secs(31_536_000);

const OPTIONS: [&str; 9] = [
    "notificationPath",
    "callsPerSecond",
    "lease",
    "handlerTimeout",
    "effectSchedule",
    "patience",
    "handlers",
    "greatestSize",
    "dangerAllowNetworkFileSystem",
];
