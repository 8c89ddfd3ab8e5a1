//! DOKU's book in a torture run: [`Ledger`], and what goes wrong on the way there.

use std::collections::{BTreeMap, BTreeSet};

use doku_indodana::Verifier;
use doku_simulator::{Event, Happening, Headers, Simulator};
use doku_store::{NOTIFICATION_PATH, Orders};

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

/// What was acknowledged is stored, once; what was not genuine is not. `further` are request ids of messages that DOKU's book
/// does not have.
pub(crate) async fn inbox_agrees(
    orders: &Orders,
    simulator: &Simulator,
    messages: &[(Headers, String, bool)],
    further: &[String],
) {
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = orders.notifications("", false, after, 500).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id();
        for notification in &page {
            *kept.entry(notification.request_id().to_owned()).or_default() += 1;
        }
    }
    let acknowledged = messages
        .iter()
        .filter(|(headers, body, acknowledged)| *acknowledged && is_genuine(simulator, headers, body.as_bytes()));
    let acknowledged = acknowledged.filter_map(|(headers, ..)| id(headers));
    for id in acknowledged.chain(further.iter().cloned()) {
        assert_eq!(kept.get(&id), Some(&1), "an acknowledged notification is not stored once: {id}");
    }
}

/// Returns whether a message was acknowledged. Fails where the answer to it is wrong.
#[track_caller]
pub(crate) fn is_acknowledged(status: Option<u16>, is_genuine: bool) -> bool {
    match (status, is_genuine) {
        (Some(200), true) => true,
        (Some(200), false) => panic!("a forgery was acknowledged"),
        (Some(401), true) => panic!("a genuine notification was refused"),
        (Some(401), false) | (Some(503), true) | (None, _) => false,
        (status, genuine) => panic!("answered with {status:?}, genuine: {genuine}"),
    }
}

/// Gives an order one of ten fates. What its status does not allow any more is refused, and that is a fate too.
pub(crate) async fn meet_fate(simulator: &Simulator, invoice_number: &str, fate: usize) {
    let _ = match fate {
        0..=5 => simulator.pay(invoice_number).await,
        6 => simulator.decline(invoice_number).await,
        7 => {
            let _ = simulator.decline(invoice_number).await;
            simulator.pay(invoice_number).await
        }
        8 => {
            let _ = simulator.pay(invoice_number).await;
            simulator.refund(invoice_number).await
        }
        _ => simulator.expire(invoice_number).await,
    };
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
