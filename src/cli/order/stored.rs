//! An order that is placed through a store.

use std::time::Duration;

use doku_indodana::{Client, Outcome, PreparedOrder};
use doku_store::{Order, Orders, Rank};
use serde_json::json;

use crate::{
    output::{self, Exit, Failure, clean, shell_word},
    record::Record,
    simulator::stop_signal,
    store,
};

/// How long an answer is waited for that another process may be waiting for, before the same bytes are sent again.
const PATIENCE: Duration = Duration::from_millis(300);

/// Places an order: stored, sent, its answer stored. The same order again is the same order.
pub(super) async fn place(
    client: Client,
    prepared: &PreparedOrder,
    location: String,
    json: bool,
) -> Result<Exit, Failure> {
    let (base_url, request_id) = (client.environment().base_url().to_owned(), prepared.request_id().clone());
    let builder = Orders::builder(client).patience(PATIENCE).request_ids(move || request_id.clone());
    let orders = builder.open(location).await.map_err(|error| store::failure(&error))?;
    output::say(&format!("storing, then sending to {base_url}"));
    let stopped = stop_signal()?;
    let placed = tokio::select! {
        biased;
        placed = orders.place_keyed(prepared.body().to_vec(), None) => placed.map_err(|error| store::failure(&error))?,
        signal = stopped => {
            let message = format!("stopped by {signal} before doku answered; an order may exist");
            let record = Record::stopped(&message, None);
            return Err(again(Failure::new(Exit::Unknown, message).with_record(record), prepared.invoice_number()));
        }
    };
    let (is_repeated, order) = (placed.is_repeated(), placed.into_order());
    if order.rank() == Rank::Refused || (order.payment_url().is_none() && order.rank() < Rank::Failed) {
        return Err(unanswered(&order));
    }
    if json {
        output::print_json(&json!({
            "payment_url": order.payment_url(),
            "request_id": order.request_id(),
            "replayed": is_repeated,
            "attempts": order.attempts(),
            "order": store::record::Order::from(&order),
        }))?;
        return Ok(Exit::Done);
    }
    let what = if is_repeated { "was stored before" } else { "is stored and generated; the answer is verified" };
    output::say(&format!("order {} {what}; it is {}", clean(order.invoice_number()), order.rank()));
    output::print(order.payment_url().unwrap_or("no payment URL")).map(|()| Exit::Done)
}

/// Returns why an order has no page to send the customer to.
fn unanswered(order: &Order) -> Failure {
    let outcome = order.last_outcome().map_or_else(|| "no answer yet".to_owned(), clean);
    let failure = |exit, known, message: String| {
        let record = Record::new(if known == Outcome::Refused { "refused" } else { "unknown" }, &message);
        Failure::new(exit, message).with_record(record.about(known, order.request_id()))
    };
    if order.rank() == Rank::Refused {
        let message = format!("there is no order at doku ({outcome}), and it stays so under this invoice number");
        return failure(Exit::Refused, Outcome::Refused, message)
            .help("correct what doku names, and place it under a new invoice number");
    }
    let message = format!("doku's answer is missing ({outcome}); the order is stored, and one may exist at doku");
    again(failure(Exit::Unknown, Outcome::Unknown, message), Some(order.invoice_number()))
}

/// Adds how to bring a stored order to its answer.
fn again(failure: Failure, invoice_number: Option<&str>) -> Failure {
    let number = shell_word(invoice_number.unwrap_or_default());
    failure.help(format!(
        "run the same command again, or `doku store reconcile {number}`: the same bytes are sent again, and no second \
         order is made"
    ))
}
