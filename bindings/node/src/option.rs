//! The options of a store.

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

const OPTIONS: [&str; 8] = [
    "notificationPath",
    "callsPerSecond",
    "lease",
    "handlerTimeout",
    "patience",
    "handlers",
    "greatestSize",
    "dangerAllowNetworkFileSystem",
];
