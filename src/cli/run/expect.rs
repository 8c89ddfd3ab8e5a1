//! What there is at the simulator, in the form of what a scenario expects.

use std::{collections::BTreeSet, time::Duration};

use doku_simulator::{Attempt, SimulatedOrder};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    scenario::Expectation,
    stage::Stage,
    step::{Difference, compare},
};
use crate::output::Failure;

/// How often is looked again.
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Deserialize)]
struct ListedOrders {
    orders: Vec<SimulatedOrder>,
}

#[derive(Deserialize)]
struct ListedEvents {
    events: Vec<Value>,
}

impl Stage<'_> {
    /// Returns what there is and how it differs, as soon as it does not, or when the time is over.
    pub(super) async fn expect(&self, expect: &Expectation) -> Result<(Value, Vec<Difference>), Failure> {
        let within = expect.within.as_deref().map(|text| {
            duration(text).ok_or_else(|| Failure::usage(format!("`{text}` is no time; write it as 2s or 500ms")))
        });
        let deadline = Instant::now() + within.transpose()?.unwrap_or_default();
        let wanted = json!({ "orders": expect.orders, "notifications": expect.notifications });
        loop {
            let actual = self.look(expect.invoice_number.as_deref()).await?;
            let differences: Vec<_> = ["orders", "notifications"]
                .into_iter()
                .flat_map(|part| {
                    let members = wanted[part].as_object().into_iter().flatten();
                    members.map(move |(name, value)| (format!("{part}.{name}"), value))
                })
                .filter_map(|(path, value)| compare(&actual, &path, value))
                .collect();
            if differences.is_empty() || Instant::now() >= deadline {
                return Ok((actual, differences));
            }
            sleep(PAUSE).await;
        }
    }

    async fn look(&self, invoice_number: Option<&str>) -> Result<Value, Failure> {
        let ListedOrders { mut orders } = self.control.get(&["orders"]).await?;
        let ListedEvents { events } = self.control.get(&["events"]).await?;
        let concerns = |number: &str| invoice_number.is_none_or(|wanted| wanted == number);
        orders.retain(|order| concerns(&order.invoice_number));
        let attempts = events.into_iter().filter(|event| event["event"] == "notified");
        let attempts = attempts.filter_map(|mut event| Attempt::deserialize(event["details"].take()).ok());
        let attempts: Vec<_> = attempts.filter(|attempt| concerns(&attempt.invoice_number)).collect();
        let request_id = |attempt: &Attempt| attempt.header("request-id").unwrap_or_default().to_owned();
        let verified =
            |attempt: &Attempt| self.shop.as_ref().and_then(|shop| shop.verdict(&request_id(attempt), &attempt.body));
        Ok(json!({
            "orders": {
                "count": orders.len(),
                "statuses": orders.iter().map(|order| &order.status).collect::<Vec<_>>(),
                "received": orders.iter().map(|order| order.received).collect::<Vec<_>>(),
            },
            "notifications": {
                "count": attempts.len(),
                "statuses": attempts.iter().map(told).collect::<Vec<_>>(),
                "attempts": attempts.iter().map(|attempt| attempt.number).collect::<Vec<_>>(),
                "answers": attempts.iter().map(Attempt::status).collect::<Vec<_>>(),
                "verified": attempts.iter().map(verified).collect::<Vec<_>>(),
                "request_ids": attempts.iter().map(request_id).collect::<BTreeSet<_>>().len(),
                "waiting": waiting(&attempts),
            },
        }))
    }
}

/// Returns the transaction status that a notification tells.
fn told(attempt: &Attempt) -> Value {
    let body: Value = serde_json::from_str(&attempt.body).unwrap_or_default();
    body.pointer("/transaction/status").filter(|status| status.is_string()).cloned().unwrap_or_default()
}

/// Returns how many notifications will be repeated: by their latest attempts.
fn waiting(attempts: &[Attempt]) -> usize {
    let numbers: BTreeSet<_> = attempts.iter().map(|attempt| attempt.notification).collect();
    let latest = |number: &u64| {
        attempts
            .iter()
            .rfind(|attempt| attempt.notification == *number && (attempt.number > 0 || attempt.next.is_some()))
    };
    numbers.iter().filter_map(latest).filter(|attempt| attempt.next.is_some()).count()
}

/// Reads a wait in real time: 500ms, 2s or 1m.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit())?;
    let number: u32 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "ms" => Some(Duration::from_millis(number.into())),
        "s" => Some(Duration::from_secs(number.into())),
        "m" => Some(Duration::from_secs(u64::from(number) * 60)),
        _ => None,
    }
}
