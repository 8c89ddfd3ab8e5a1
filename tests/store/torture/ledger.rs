//! DOKU's book in a torture run: [`Ledger`], and what goes wrong on the way there.

use std::collections::{BTreeMap, BTreeSet};

use doku_indodana::Verifier;
use doku_simulator::{Event, Happening, Headers, Simulator};
use doku_store::NOTIFICATION_PATH;

/// What goes wrong between the shops and DOKU, once each time.
pub(crate) const FAULTS: [&str; 24] = [
    "refuse-connections=100ms",
    "reset-in-request=100",
    "reset-in-request=900",
    "reset-before-order",
    "reset-after-order",
    "truncate=40",
    "truncate=400",
    "server-error=500",
    "server-error=503",
    "server-error-after-order=502",
    "too-many-requests=0",
    "redirect",
    "html",
    "empty",
    "not-json",
    "signature-missing",
    "signature-wrong",
    "signature-foreign",
    "echo-amount",
    "echo-invoice-number",
    "echo-request-id",
    "notify-never",
    "notify-duplicate=5",
    "notify-reordered",
];

/// DOKU's book: all that happened there.
#[derive(Default)]
pub(crate) struct Ledger {
    /// The statuses that an order has had.
    pub(crate) statuses: BTreeMap<String, BTreeSet<String>>,
    /// The faults that an order has met.
    pub(crate) faults: BTreeMap<String, BTreeSet<String>>,
    /// Messages as they were sent: headers, body, whether the shop acknowledged.
    pub(crate) messages: Vec<(Headers, String, bool)>,
}

impl Ledger {
    pub(crate) fn note(&mut self, event: &Event) {
        match &event.what {
            Happening::Made(order) | Happening::Settled(order) => {
                let statuses = self.statuses.entry(order.invoice_number.clone()).or_default();
                statuses.insert(order.status.to_string());
            }
            Happening::Requested(exchange) => {
                if let Some(invoice_number) = &event.invoice_number {
                    self.faults.entry(invoice_number.clone()).or_default().extend(exchange.faults.iter().cloned());
                }
            }
            Happening::Notified(delivery) => {
                if let Some(fault) = &delivery.fault {
                    let faults = self.faults.entry(delivery.invoice_number.clone()).or_default();
                    faults.insert(fault.clone());
                }
                // An older message that comes after a newer one tells a status that the order itself does not have.
                if let Ok(body) = serde_json::from_str::<serde_json::Value>(&delivery.body)
                    && let Some(status) = body["transaction"]["status"].as_str()
                {
                    let statuses = self.statuses.entry(delivery.invoice_number.clone()).or_default();
                    statuses.insert(status.to_owned());
                }
                let acknowledged = delivery.is_acknowledged();
                self.messages.push((delivery.headers.clone(), delivery.body.clone(), acknowledged));
            }
            _ => {}
        }
    }
}

/// Returns whether a message is DOKU's, by its signature.
pub(crate) fn is_genuine(simulator: &Simulator, headers: &Headers, body: &[u8]) -> bool {
    let map = headers.iter().filter_map(|(name, value)| {
        Some((name.parse::<http::HeaderName>().ok()?, value.parse::<http::HeaderValue>().ok()?))
    });
    let verifier = Verifier::new(simulator.credentials().clone());
    verifier.verify(NOTIFICATION_PATH, &map.collect(), body).is_ok()
}

/// Returns the request id of a message.
pub(crate) fn id(headers: &Headers) -> Option<String> {
    headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("request-id")).map(|(_, id)| id.clone())
}
