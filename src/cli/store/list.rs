//! `doku store list` and `doku store show`.

use clap::Args;
use doku_store::Store;

use super::{
    Location, failure,
    record::{Effect, Listed, Notification, Order, Shown, time},
};
use crate::output::{self, Exit, Failure, clean};

/// So many rows are read at once.
pub(super) const PAGE: u32 = 500;

/// List orders: invoice number, rank, amount, time, and what is the matter with those that are unresolved
///
/// Exit code 8 where one of the listed orders is unresolved.
#[derive(Args)]
pub(super) struct StoreListArgs {
    #[command(flatten)]
    location: Location,
    /// Only the orders that a person has to look at
    #[arg(long)]
    unresolved: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl StoreListArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        let orders = if self.unresolved {
            store.unresolved().await.map_err(|error| failure(&error))?
        } else {
            orders(&store).await?
        };
        let listed = Listed::new(orders.iter().map(Order::from).collect());
        if self.json {
            output::print_json(&listed)?;
        } else {
            output::print(&table(&orders))?;
            output::say(&summary(orders.len(), listed.unresolved));
        }
        Ok(listed.exit())
    }
}

/// Returns all orders, by invoice number.
pub(super) async fn orders(store: &Store) -> Result<Vec<doku_store::Order>, Failure> {
    let mut all: Vec<doku_store::Order> = Vec::new();
    loop {
        let after = all.last().map_or_else(String::new, |order| order.invoice_number().to_owned());
        let page = store.orders(&after, PAGE).await.map_err(|error| failure(&error))?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// Returns a line for each order.
pub(super) fn table(orders: &[doku_store::Order]) -> String {
    let width = orders.iter().map(|order| clean(order.invoice_number()).chars().count()).max().unwrap_or(0);
    let amount = orders.iter().map(|order| order.amount().to_string().len()).max().unwrap_or(0);
    let line = |order: &doku_store::Order| {
        let why = why(order).map(|why| format!("  {why}")).unwrap_or_default();
        let (number, rank) = (clean(order.invoice_number()), order.rank().to_string());
        let created = time(order.created_at());
        format!("{number:width$}  {rank:8}  {:>amount$}  {created}{why}", order.amount().to_string())
    };
    orders.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns why a person has to look at an order.
fn why(order: &doku_store::Order) -> Option<String> {
    if !order.is_unresolved() {
        return order.close_reason().map(|reason| format!("closed: {}", clean(reason)));
    }
    let alerts: Vec<_> = order.alerts().iter().map(|alert| alert.to_string()).collect();
    let why = if !alerts.is_empty() {
        alerts.join("; ")
    } else if order.due_at().is_none() {
        "doku was asked for 30 days and did not say what became of it".to_owned()
    } else {
        let outcome = order.last_outcome().map(|outcome| format!(" ({})", clean(outcome))).unwrap_or_default();
        format!(
            "doku's answer is missing{outcome}; it is asked for again at {}",
            order.due_at().map_or_else(String::new, time)
        )
    };
    Some(format!("unresolved: {why}"))
}

/// Returns how many orders there are, and what to do about those that are unresolved.
fn summary(orders: usize, unresolved: usize) -> String {
    let plural = if orders == 1 { "" } else { "s" };
    let what = match unresolved {
        0 => "none is unresolved".to_owned(),
        count => format!(
            "{count} unresolved\nhelp: `doku store reconcile` asks doku about them; `doku store close INVOICE --reason TEXT` \
             ends what a person has settled"
        ),
    };
    format!("{orders} order{plural}, {what}")
}

/// Show an order, its notifications and its effects
///
/// Shows no body: bodies hold personal data. Exit code 8 where the order is unresolved.
#[derive(Args)]
pub(super) struct ShowArgs {
    /// The invoice number
    invoice: String,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl ShowArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        let order = store.order(&self.invoice).await.map_err(|error| failure(&error))?;
        let notifications = notifications(&store, &self.invoice).await?;
        let effects = store.effects_of(&self.invoice).await.map_err(|error| failure(&error))?;
        let exit = if order.is_unresolved() { Exit::Unresolved } else { Exit::Done };
        if self.json {
            let shown = Shown {
                order: Order::from(&order),
                notifications: notifications.iter().map(Notification::from).collect(),
                effects: effects.iter().map(Effect::from).collect(),
            };
            return output::print_json(&shown).map(|()| exit);
        }
        let mut lines = vec![table(std::slice::from_ref(&order))];
        lines.push(format!("  request id {}", clean(order.request_id())));
        lines.extend(order.payment_url().map(|url| format!("  payment URL {}", clean(url))));
        let outcome = order.last_outcome().map_or_else(|| "no answer yet".to_owned(), clean);
        lines.push(format!("  doku was called {}, last: {outcome}", times(order.attempts())));
        lines.push(format!("  expires {}", time(order.expires_at())));
        lines.extend(order.due_at().map(|due| format!("  doku is called next at {}", time(due))));
        lines.extend(notifications.iter().map(|stored| {
            let status = stored.status().map_or_else(|| "unreadable".to_owned(), clean);
            format!("  notification {}: {status}, {}, {}", stored.id(), stored.verdict(), time(stored.received_at()))
        }));
        lines.extend(effects.iter().map(effect_line));
        output::print(&lines.join("\n")).map(|()| exit)
    }
}

pub(super) fn effect_line(effect: &doku_store::Effect) -> String {
    let error = effect.last_error().map(|error| format!(", last error: {}", clean(error))).unwrap_or_default();
    let state = match effect.done_at() {
        _ if effect.is_overtaken() => "overtaken by a higher status, so it is not acted on".to_owned(),
        Some(at) => format!("done {}", time(at)),
        None if effect.is_dead() => {
            format!("not handed over any more, until `doku store deliver {}`{error}", effect.id())
        }
        None => {
            format!("handed over {}, next at {}{error}", times(effect.attempt().unsigned_abs()), time(effect.due_at()))
        }
    };
    format!("  effect {}: {}, {state}", effect.id(), effect.status())
}

/// Returns how often, in words.
fn times(count: u64) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// Returns all notifications of an order, or all at all where the invoice number is empty.
pub(super) async fn notifications(
    store: &Store,
    invoice_number: &str,
) -> Result<Vec<doku_store::StoredNotification>, Failure> {
    let mut all: Vec<doku_store::StoredNotification> = Vec::new();
    loop {
        let after = all.last().map_or(0, doku_store::StoredNotification::id);
        let page = store.notifications(invoice_number, false, after, PAGE).await.map_err(|error| failure(&error))?;
        let is_last = page.len() < PAGE as usize;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}
