//! The options of a store.

use std::time::Duration;

use doku_store::OrdersBuilder;
use pyo3::prelude::*;

use crate::{error, input};

/// Sets an option; the core knows the defaults.
pub(crate) fn set(
    builder: OrdersBuilder,
    name: &Bound<'_, PyAny>,
    value: &Bound<'_, PyAny>,
) -> PyResult<OrdersBuilder> {
    let name = input::text("the name of an option", name)?;
    Ok(match name {
        "notification_path" => builder.notification_path(input::text(name, value)?),
        "calls_per_second" => builder.calls_per_second(rate(name, value)?),
        "lease" => builder.lease(input::limit(name, value)?),
        "handler_timeout" => builder.handler_timeout(input::limit(name, value)?),
        "patience" => builder.patience(input::limit(name, value)?),
        "effect_schedule" => builder.effect_schedule(input::waits(name, value)?),
        "handlers" => builder.handlers(input::whole(name, value, 1..=1_024)?),
        "greatest_size" => builder.greatest_size(input::whole(name, value, 1..=u64::MAX)?),
        "danger_allow_network_file_system" => match input::flag(name, value)? {
            true => builder.danger_allow_network_file_system(),
            false => builder,
        },
        _ => {
            let message = format!("there is no option {name}; see doku_indodana.StoreOptions");
            return Err(error::input(value.py(), true, "unknown_option", &message, None));
        }
    })
}

fn rate(what: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let rate = input::seconds(what, value, "pass an int or float")?.map(|rate: Duration| rate.as_secs_f64());
    rate.filter(|rate| (0.01..=10_000.0).contains(rate)).ok_or_else(|| {
        let message = format!("{what} is out of range; pass 0.01 to 10000");
        error::input(value.py(), false, "out_of_range", &message, None)
    })
}
