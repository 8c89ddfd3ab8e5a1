//! Line items from what a shop adds up.

use doku_indodana::{LineItems, Totals};
use napi::Unknown;
use napi_derive::napi;

use crate::{failure::Failure, json};

/// Makes line items whose sum is the amount of the totals; as JSON text.
#[napi(catch_unwind)]
pub fn line_items_from_totals(totals: Unknown<'_>) -> napi::Result<String> {
    let json = json::freeze(totals)?;
    let items = Totals::from_json(&json).and_then(|totals| LineItems::from_totals(&totals));
    let items = items.map_err(|error| Failure::range("totals", error.to_string()))?;
    Ok(serde_json::to_string(&items).expect("line items are JSON"))
}
