//! The end of a run: nothing goes wrong any more, time passes, and the books are compared.

use std::{collections::BTreeMap, time::Duration};

use doku_indodana::{Client, RetryPolicy};
use doku_store::Orders;
use serde_json::Value;
use tokio::{task::JoinSet, time::Instant};

use super::{
    Deed, MINUTE, PATIENCE, Torture,
    answers::{Told, call},
    ledger::inbox_agrees,
};
use crate::world::timestamp;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// All that is waited for comes within these.
const STEPS: [Duration; 10] = [
    MINUTE.saturating_mul(3),
    MINUTE.saturating_mul(12),
    HOUR,
    HOUR.saturating_mul(6),
    HOUR.saturating_mul(7),
    DAY,
    DAY.saturating_mul(2),
    DAY.saturating_mul(4),
    DAY.saturating_mul(24),
    DAY,
];

/// So long between two looks.
const GLANCE: Duration = Duration::from_millis(20);

impl Torture {
    /// Everything must come to its end.
    pub(super) async fn settle(&mut self, invoices: &[String]) {
        self.clear();
        self.drain().await;
        for sidecar in &mut self.sidecars {
            if let Some(sidecar) = sidecar.take() {
                sidecar.kill().await;
            }
        }
        self.revive(false).await;
        // Customers click again where they have no answer.
        let mut busy = JoinSet::new();
        for (number, invoice_number) in invoices.iter().enumerate() {
            let place = Deed::Place { invoice_number: invoice_number.clone(), at: number % 2, patience: "" };
            self.act(place, &mut busy).await;
            if busy.len() >= super::AT_ONCE
                && let Some(done) = busy.join_next().await
            {
                self.told.judge(done.unwrap());
            }
        }
        while let Some(done) = busy.join_next().await {
            self.told.judge(done.unwrap());
        }
        for step in STEPS {
            self.advance(step).await;
            self.rest().await;
        }
        assert!(self.sidecars.iter_mut().flatten().all(|sidecar| !sidecar.is_dead()), "a sidecar ended by itself");
    }

    /// Lets the faults strike that nobody has met yet.
    async fn drain(&self) {
        let simulator = self.world.simulator.clone();
        let client = Client::builder(simulator.environment(), simulator.credentials().clone())
            .retry(RetryPolicy::NEVER)
            .clock(move || simulator.now())
            .build()
            .unwrap();
        let mut calm = 0;
        while calm < 30 {
            let asked = client.check_status("INV-NOBODYS").await;
            let plain = asked.is_err_and(|error| error.rejection().is_some_and(|told| told.status() == 404));
            calm = if plain { calm + 1 } else { 0 };
        }
    }

    /// Waits until nothing is due any more.
    async fn rest(&self) {
        let end = Instant::now() + PATIENCE;
        // Its loop looks at once after a notification.
        for sidecar in self.sidecars.iter().flatten() {
            call(sidecar.notifications, &self.world.notification("INV-UNKNOWN", "PENDING")).await;
        }
        loop {
            let now = timestamp(self.world.simulator.now()).to_string();
            let is_due = |row: &Value| row["due_at"].as_str().is_some_and(|due| due <= now.as_str());
            let (orders, effects) = (self.all("/orders?", "orders").await, self.all("/effects?open&", "effects").await);
            let Some(due) = orders.iter().chain(&effects).find(|row| is_due(row)) else { return };
            assert!(Instant::now() < end, "it stays due at {now}: {due}");
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Returns all pages of a list.
    async fn all(&self, path: &str, name: &str) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}limit=500{after}")).await;
            all.extend(page[name].as_array().unwrap().iter().cloned());
            match &page["next"] {
                Value::Null => return all,
                Value::String(text) => after = format!("&after={text}"),
                number => after = format!("&after={number}"),
            }
        }
    }

    /// Fails where a book does not agree with the others. Returns a summary.
    pub(super) async fn books_agree(&self, invoices: &[String]) -> String {
        let simulated = self.world.simulator.orders();
        let made: BTreeMap<_, _> = simulated.iter().map(|order| (order.invoice_number.as_str(), order)).collect();
        assert_eq!(made.len(), simulated.len(), "an order is there twice at DOKU");
        let listed = self.all("/orders?", "orders").await;
        let stored: BTreeMap<_, _> = listed.iter().map(|order| (text(order, "invoice_number"), order)).collect();
        let effects = self.all("/effects?", "effects").await;
        let (acted_on, came) = {
            let book = self.till.book.lock().unwrap();
            assert_eq!(book.wrong, [""; 0], "the service's book");
            (book.acted.clone(), book.came)
        };
        let mut states: BTreeMap<&str, usize> = BTreeMap::new();
        for invoice_number in invoices {
            let ours = stored.get(invoice_number.as_str()).unwrap_or_else(|| panic!("{invoice_number} is lost"));
            let promise = &self.told.promises[invoice_number];
            let acted: Vec<_> = acted_on.values().filter(|(acted, _)| acted == invoice_number).collect();
            let state = text(ours, "state");
            *states.entry(state).or_default() += 1;
            let Some(theirs) = made.get(invoice_number.as_str()) else {
                assert!(acted.is_empty(), "{invoice_number} was acted on and never made: {acted:?}");
                assert!(state == "REFUSED" || ours["unresolved"] == true, "{invoice_number} was never made: {ours}");
                continue;
            };
            assert!(!promise.is_refused, "{invoice_number} was said to be refused: {ours}");
            assert_eq!(text(ours, "request_id"), theirs.request_id.as_str(), "{invoice_number}");
            assert_eq!(state, theirs.status.as_str(), "{ours}");
            let sent_to = promise.payment_url.as_deref().or(ours["payment_url"].as_str());
            assert!(sent_to.is_none_or(|url| url == theirs.payment_url), "{invoice_number} leads to {sent_to:?}");
            assert!(acted.iter().any(|(_, status)| status == state), "{invoice_number} is {state}: {acted:?}");
        }
        // What was acted on is an effect, and what is an effect was acted on, or overtaken.
        let known: BTreeMap<_, _> = effects.iter().map(|effect| (format!("eff_{}", effect["id"]), effect)).collect();
        for (id, (invoice_number, status)) in &acted_on {
            let effect = known.get(id).unwrap_or_else(|| panic!("{id} is no effect of the store"));
            let ours = (text(effect, "invoice_number"), text(effect, "status"));
            assert_eq!(ours, (invoice_number.as_str(), status.as_str()));
            let statuses = self.ledger.lock().unwrap().statuses.get(invoice_number).cloned().unwrap_or_default();
            assert!(statuses.contains(status), "{invoice_number} was never {status}");
        }
        for (id, effect) in &known {
            assert!(effect["done"] == true, "it is not done: {effect}");
            assert!(acted_on.contains_key(id) || effect["overtaken"] == true, "it was never acted on: {effect}");
        }
        self.store_agrees().await;
        let Self { killed, ended, told: Told { answers, .. }, .. } = self;
        format!(
            "{}, seed {}: {} orders, {} at DOKU, {} effects came {came} times, {killed} kills, {ended} ended when told\n\
             states {states:?}\nanswers {answers:?}",
            if self.to_database.is_some() { "postgres" } else { "sqlite" },
            self.measure.seed,
            invoices.len(),
            made.len(),
            acted_on.len(),
        )
    }

    /// The store as another process sees it.
    async fn store_agrees(&self) {
        // As the sidecars have it, or the store is another one's.
        let environment = doku_indodana::Environment::custom(&format!("http://{}", self.to_doku.address)).unwrap();
        let client = Client::builder(environment, self.world.simulator.credentials().clone()).build().unwrap();
        let orders = Orders::builder(client).open(&self.location).await.unwrap();
        let messages = self.ledger.lock().unwrap().messages.clone();
        inbox_agrees(&orders, &self.world.simulator, &messages, &self.told.acknowledged).await;
        assert_eq!(orders.check().await.unwrap(), [""; 0]);
    }
}

fn text<'a>(document: &'a Value, field: &str) -> &'a str {
    document[field].as_str().unwrap_or_default()
}
