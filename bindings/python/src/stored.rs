//! What a store tells, as records of `stored.py`.

use std::time::{SystemTime, UNIX_EPOCH};

use doku_indodana::Rupiah;
use doku_store::{Acknowledgement, Alert, Counts, Effect, Order, Placed, StoredNotification, Verdict, Worked};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyList},
};

use crate::{
    error::{self, Raise},
    order::title_case,
};

type Record<'py> = PyResult<Bound<'py, PyAny>>;

/// Makes a dict, and of it a record.
macro_rules! record {
    ($py:expr, $make:literal, { $($name:ident: $value:expr,)+ }) => {{
        let fields = PyDict::new($py);
        $(fields.set_item(stringify!($name), $value)?;)+
        error::record($py, $make, (fields,))
    }};
}

pub(crate) fn order(py: Python<'_>, order: Order) -> Record<'_> {
    let alerts: Vec<_> = order.alerts().iter().map(Alert::code).collect();
    record!(py, "stored_order", {
        invoice_number: order.invoice_number(),
        request_id: order.request_id(),
        amount: order.amount().get(),
        reference: order.reference(),
        rank: order.rank().as_str(),
        payment_url: order.payment_url(),
        is_unresolved: order.is_unresolved(),
        alerts: alerts,
        last_outcome: order.last_outcome(),
        attempts: order.attempts(),
        close_reason: order.close_reason(),
        due_at: order.due_at().map(millis),
        expires_at: millis(order.expires_at()),
        created_at: millis(order.created_at()),
        changed_at: millis(order.changed_at()),
        body: order.body().map(|body| PyBytes::new(py, body)),
        answer: order.answer().map(|answer| PyBytes::new(py, answer)),
    })
}

pub(crate) fn orders(py: Python<'_>, rows: Vec<Order>) -> Record<'_> {
    list(py, rows, order)
}

pub(crate) fn placed(py: Python<'_>, placed: Placed) -> Record<'_> {
    let is_repeated = placed.is_repeated();
    record!(py, "placed", {
        order: order(py, placed.into_order())?,
        is_repeated: is_repeated,
    })
}

pub(crate) fn effect(py: Python<'_>, effect: Effect) -> Record<'_> {
    record!(py, "effect", {
        id: effect.id(),
        invoice_number: effect.invoice_number(),
        status: effect.status().as_str(),
        amount: effect.amount().get(),
        attempt: effect.attempt(),
        source: effect.source(),
        is_done: effect.is_done(),
        is_overtaken: effect.is_overtaken(),
        is_dead: effect.is_dead(),
        failures: effect.failures(),
        last_error: effect.last_error(),
        due_at: millis(effect.due_at()),
        created_at: millis(effect.created_at()),
        done_at: effect.done_at().map(millis),
        dead_at: effect.dead_at().map(millis),
    })
}

pub(crate) fn effects(py: Python<'_>, rows: Vec<Effect>) -> Record<'_> {
    list(py, rows, effect)
}

fn notification(py: Python<'_>, notification: StoredNotification) -> Record<'_> {
    record!(py, "stored_notification", {
        id: notification.id(),
        request_id: notification.request_id(),
        invoice_number: notification.invoice_number(),
        status: notification.status(),
        amount: notification.amount().map(Rupiah::get),
        verdict: notification.verdict().code(),
        is_quarantined: notification.verdict().is_quarantined(),
        age: notification.age(),
        received_at: millis(notification.received_at()),
    })
}

pub(crate) fn notifications(py: Python<'_>, rows: Vec<StoredNotification>) -> Record<'_> {
    list(py, rows, notification)
}

pub(crate) fn acknowledgement<'py>(py: Python<'py>, answer: &Acknowledgement) -> Record<'py> {
    let error = match (answer.verification(), answer.error()) {
        (Some(why), _) => Some(error::verification(py, why, None)),
        (_, Some(why)) => Some(why.raise(py)),
        _ => None,
    };
    let headers = PyDict::new(py);
    for (name, value) in &answer.headers() {
        headers.set_item(title_case(name.as_str()), value.to_str().unwrap_or_default())?;
    }
    record!(py, "acknowledgement", {
        status: answer.status().as_u16(),
        headers: headers,
        body: PyBytes::new(py, answer.body().as_bytes()),
        verdict: answer.verdict().map(Verdict::code),
        is_quarantined: answer.verdict().is_some_and(Verdict::is_quarantined),
        error: error.map(|error| error.into_value(py)),
    })
}

pub(crate) fn counts<'py>(py: Python<'py>, counts: &Counts) -> Record<'py> {
    record!(py, "counts", {
        orders: counts.orders,
        unresolved: counts.unresolved,
        due: counts.due,
        notifications: counts.notifications,
        quarantined: counts.quarantined,
        effects: counts.effects,
        open_effects: counts.open_effects,
        dead_effects: counts.dead_effects,
    })
}

pub(crate) fn worked(py: Python<'_>, worked: Worked) -> Record<'_> {
    record!(py, "worked", {
        matched: worked.matched,
        calls: worked.calls,
        effects: worked.effects,
        failed_effects: worked.failed_effects,
    })
}

fn list<T>(py: Python<'_>, rows: Vec<T>, make: impl Fn(Python<'_>, T) -> Record<'_>) -> Record<'_> {
    let records = PyList::empty(py);
    for row in rows {
        records.append(make(py, row)?)?;
    }
    Ok(records.into_any())
}

/// Returns a time as milliseconds since 1970.
fn millis(at: SystemTime) -> i64 {
    let distance = |distance: std::time::Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    at.duration_since(UNIX_EPOCH).map_or_else(|before| -distance(before.duration()), distance)
}
