//! An effect as it is forwarded.

use doku_store::Effect;
use serde::Serialize;

use crate::time;

/// The same bytes at each attempt, so nothing of the attempt is in it.
#[derive(Serialize)]
struct Event<'a> {
    r#type: String,
    timestamp: String,
    data: Data<'a>,
}

/// The names are those of the API's effect.
#[derive(Serialize)]
struct Data<'a> {
    id: i64,
    invoice_number: &'a str,
    status: &'a str,
    amount: u64,
    source: &'a str,
}

/// Returns what the service acts once by: `eff_17`.
pub(super) fn id(effect: &Effect) -> String {
    format!("eff_{}", effect.id())
}

/// Returns the body, JSON. Nothing personal is in it.
pub(super) fn body(effect: &Effect) -> Vec<u8> {
    let status = effect.status();
    let event = Event {
        r#type: format!("order.{}", status.as_str().to_ascii_lowercase()),
        timestamp: time::text(effect.created_at()),
        data: Data {
            id: effect.id(),
            invoice_number: effect.invoice_number(),
            status: status.as_str(),
            amount: effect.amount().get(),
            source: effect.source(),
        },
    };
    serde_json::to_vec(&event).expect("an event is texts and numbers")
}
