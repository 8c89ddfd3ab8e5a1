//! What is told of the store's work: spans and events of `tracing` with ids alone, and counters of `metrics` without
//! them. Each behind its feature; without both nothing is done here.

#![cfg_attr(not(feature = "tracing"), allow(unused_variables, clippy::missing_const_for_fn))]

use doku_indodana::Notification;
#[cfg(feature = "tracing")]
use tracing::{Instrument as _, info_span};

use crate::{
    StoreError, Verdict,
    record::{EffectRow, OrderRow},
    schedule::Call,
};

/// Follows an order as it is placed, as the span `place`.
pub(crate) fn placing<F: Future>(order: &OrderRow, placing: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let placing = placing.instrument(info_span!(
        target: "doku_store",
        "place",
        invoice_number = order.invoice_number,
        request_id = order.request_id
    ));
    placing
}

/// Follows a call to DOKU about an order until what it taught is stored, as the span `call`.
pub(crate) fn calling<F: Future>(order: &OrderRow, call: Call, calling: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let calling = calling.instrument(info_span!(
        target: "doku_store",
        "call",
        otel.kind = "client",
        call = call.as_str(),
        invoice_number = order.invoice_number,
        request_id = order.request_id,
        attempt = order.attempt
    ));
    calling
}

/// Follows a genuine notification as it is stored, as the span `receive`.
pub(crate) fn receiving<F: Future>(
    notification: &Notification,
    receiving: F,
) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let receiving = receiving.instrument(info_span!(
        target: "doku_store",
        "receive",
        invoice_number = notification.invoice_number(),
        request_id = notification.request_id().as_str()
    ));
    receiving
}

/// Follows an effect as it is handed over, as the span `hand over`.
pub(crate) fn handing_over<F: Future>(effect: &EffectRow, handing: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let handing = handing.instrument(info_span!(
        target: "doku_store",
        "hand over",
        effect = effect.id,
        attempt = effect.attempt,
        invoice_number = effect.invoice_number
    ));
    handing
}

/// Keeps what goes on in a task of its own within the span that it is part of.
pub(crate) fn within<F: Future>(part: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let part = part.in_current_span();
    part
}

/// An order was placed, for the first time or again.
pub(crate) fn placed(order: &OrderRow, again: bool) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        target: "doku_store",
        invoice_number = order.invoice_number,
        request_id = order.request_id,
        rank = order.rank.as_str(),
        again,
        "placed"
    );
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_orders_placed_total", "rank" => order.rank.as_str(), "again" => flag(again))
        .increment(1);
}

/// A notification was stored and is about to be acknowledged.
pub(crate) fn received(verdict: Verdict, request_id: &str, invoice_number: Option<&str>) {
    #[cfg(feature = "tracing")]
    if verdict.is_quarantined() {
        tracing::warn!(target: "doku_store", verdict = verdict.code(), request_id, invoice_number, "set aside");
    } else {
        tracing::info!(target: "doku_store", verdict = verdict.code(), request_id, invoice_number, "received");
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_notifications_total", "verdict" => verdict.code()).increment(1);
}

/// A notification was refused, because it is not genuine.
pub(crate) fn forged(code: &'static str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "doku_store", code, "refused");
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_notifications_refused_total", "code" => code).increment(1);
}

/// A notification could not be stored.
pub(crate) fn not_stored(error: &StoreError) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "doku_store", %error, "not stored");
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_notifications_not_stored_total").increment(1);
}

/// A call to DOKU about an order ended, and what it taught is stored.
pub(crate) fn called(order: &OrderRow) {
    let outcome = order.last_outcome.as_deref().unwrap_or("none");
    #[cfg(feature = "tracing")]
    if order.alerts.is_empty() {
        tracing::info!(
            target: "doku_store",
            invoice_number = order.invoice_number,
            attempt = order.attempt,
            rank = order.rank.as_str(),
            outcome,
            "called"
        );
    } else {
        let alerts = format!("{:?}", order.alerts);
        tracing::warn!(target: "doku_store", invoice_number = order.invoice_number, alerts, outcome, "contradiction");
    }
    // A code of DOKU's own may be anything, and a label must not.
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_calls_total", "outcome" => outcome.split(':').next().unwrap_or("none").to_owned())
        .increment(1);
}

/// An effect was handed over.
pub(crate) fn handed_over(effect: i64, attempt: i64, done: bool) {
    #[cfg(feature = "tracing")]
    if done {
        tracing::info!(target: "doku_store", effect, attempt, "done");
    } else {
        tracing::warn!(target: "doku_store", effect, attempt, "the handler failed");
    }
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_effects_total", "done" => flag(done)).increment(1);
}

/// An effect is a dead letter now.
pub(crate) fn died(effect: i64, attempt: i64) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "doku_store", effect, attempt, "dead letter");
    #[cfg(feature = "metrics")]
    metrics::counter!("doku_store_dead_letters_total").increment(1);
}

#[cfg(feature = "metrics")]
fn flag(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
