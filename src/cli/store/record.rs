//! What the commands of a store print as JSON, and its schema.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::{Args, ValueEnum};
use doku_indodana::Timestamp;
use doku_store::{Alert, Store};
use schemars::JsonSchema;
use serde::Serialize;

use super::super::output::{self, Exit, Failure};

/// An order as it is stored. Without its body, which holds personal data.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Order {
    invoice_number: String,
    request_id: String,
    /// Whole rupiah.
    amount: u64,
    /// The merchant's reference.
    reference: Option<String>,
    /// How far it has come: PREPARED, SENT, REFUSED, PENDING, FAILED, EXPIRED, SUCCESS or REFUNDED.
    pub(crate) rank: String,
    payment_url: Option<String>,
    /// Whether a person has to look at it.
    pub(crate) unresolved: bool,
    /// Codes of what contradicts it.
    alerts: Vec<&'static str>,
    /// What the last call to DOKU ended with.
    pub(crate) last_outcome: Option<String>,
    /// How often DOKU was called about it.
    attempts: u64,
    /// Why a person closed it.
    close_reason: Option<String>,
    created_at: String,
    changed_at: String,
    expires_at: String,
    /// When DOKU is called about it next.
    due_at: Option<String>,
}

impl From<&doku_store::Order> for Order {
    fn from(order: &doku_store::Order) -> Self {
        Self {
            invoice_number: order.invoice_number().to_owned(),
            request_id: order.request_id().to_owned(),
            amount: order.amount().get(),
            reference: order.reference().map(str::to_owned),
            rank: order.rank().to_string(),
            payment_url: order.payment_url().map(str::to_owned),
            unresolved: order.is_unresolved(),
            alerts: order.alerts().iter().map(Alert::code).collect(),
            last_outcome: order.last_outcome().map(str::to_owned),
            attempts: order.attempts(),
            close_reason: order.close_reason().map(str::to_owned),
            created_at: time(order.created_at()),
            changed_at: time(order.changed_at()),
            expires_at: time(order.expires_at()),
            due_at: order.due_at().map(time),
        }
    }
}

/// A notification as it is stored. Without its body.
#[derive(Serialize, JsonSchema)]
pub(super) struct Notification {
    id: i64,
    request_id: String,
    invoice_number: Option<String>,
    status: Option<String>,
    /// Whole rupiah.
    amount: Option<u64>,
    /// What it means: accepted, unconfirmed, or why it was set aside.
    verdict: &'static str,
    /// How its time stood to ours: fresh, late, future or unknown.
    age: String,
    received_at: String,
}

impl From<&doku_store::StoredNotification> for Notification {
    fn from(stored: &doku_store::StoredNotification) -> Self {
        Self {
            id: stored.id(),
            request_id: stored.request_id().to_owned(),
            invoice_number: stored.invoice_number().map(str::to_owned),
            status: stored.status().map(str::to_owned),
            amount: stored.amount().map(doku_indodana::Rupiah::get),
            verdict: stored.verdict().code(),
            age: stored.age().to_owned(),
            received_at: time(stored.received_at()),
        }
    }
}

/// A status that an order reached, to be acted on once.
#[derive(Serialize, JsonSchema)]
pub(super) struct Effect {
    id: i64,
    invoice_number: String,
    status: String,
    /// Whole rupiah.
    amount: u64,
    /// Who reported it: notification or check_status.
    source: String,
    /// How often it was handed over.
    attempt: i64,
    done: bool,
    /// Whether a higher status came first, so that it is not acted on.
    overtaken: bool,
    created_at: String,
    /// Whether it is a dead letter: not handed over any more, until `doku store deliver`.
    dead: bool,
    /// When it is handed over next, unless it is done or dead.
    due_at: Option<String>,
    done_at: Option<String>,
    /// What the merchant's handler said when it failed last.
    last_error: Option<String>,
}

impl From<&doku_store::Effect> for Effect {
    fn from(effect: &doku_store::Effect) -> Self {
        Self {
            id: effect.id(),
            invoice_number: effect.invoice_number().to_owned(),
            status: effect.status().to_string(),
            amount: effect.amount().get(),
            source: effect.source().to_owned(),
            attempt: effect.attempt(),
            done: effect.is_done(),
            overtaken: effect.is_overtaken(),
            created_at: time(effect.created_at()),
            dead: effect.is_dead(),
            due_at: (!effect.is_done() && !effect.is_dead()).then(|| time(effect.due_at())),
            done_at: effect.done_at().map(time),
            last_error: effect.last_error().map(str::to_owned),
        }
    }
}

/// Whom a store belongs to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Owner {
    /// The base URL of the environment.
    environment: String,
    client_id: String,
}

impl From<&Store> for Owner {
    fn from(store: &Store) -> Self {
        Self { environment: store.environment().to_owned(), client_id: store.client_id().to_owned() }
    }
}

/// What `check` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Checked {
    #[serde(flatten)]
    pub(super) owner: Owner,
    /// sqlite or postgresql.
    pub(super) engine: &'static str,
    pub(super) engine_version: String,
    /// The version of the store's schema.
    pub(super) schema: u64,
    /// What makes it durable, as the database names it.
    pub(super) settings: BTreeMap<&'static str, String>,
    pub(super) bytes: u64,
    /// How many there are of what.
    pub(super) counts: Counts,
    /// What is damaged; empty where all is well.
    pub(super) damage: Vec<String>,
    /// What somebody should look at although the store is sound: who holds PostgreSQL up.
    pub(super) warnings: Vec<String>,
}

/// How many there are of what.
#[derive(Serialize, JsonSchema)]
pub(super) struct Counts {
    pub(super) orders: u64,
    pub(super) unresolved: u64,
    /// Orders that DOKU is to be called about now.
    pub(super) due: u64,
    pub(super) notifications: u64,
    /// Notifications that were set aside.
    pub(super) quarantined: u64,
    pub(super) effects: u64,
    /// Effects that are not done, dead letters included.
    pub(super) open_effects: u64,
    /// Effects that are not handed over any more, until `doku store deliver`.
    pub(super) dead_effects: u64,
}

impl From<&doku_store::Counts> for Counts {
    fn from(counts: &doku_store::Counts) -> Self {
        Self {
            orders: counts.orders,
            unresolved: counts.unresolved,
            due: counts.due,
            notifications: counts.notifications,
            quarantined: counts.quarantined,
            effects: counts.effects,
            open_effects: counts.open_effects,
            dead_effects: counts.dead_effects,
        }
    }
}

/// What `list` and `reconcile` print.
#[derive(Serialize, JsonSchema)]
pub(super) struct Listed {
    pub(super) orders: Vec<Order>,
    /// How many of them are unresolved.
    pub(super) unresolved: usize,
}

impl Listed {
    pub(super) fn new(orders: Vec<Order>) -> Self {
        let unresolved = orders.iter().filter(|order| order.unresolved).count();
        Self { orders, unresolved }
    }

    /// Returns the exit code of a command that was asked about these orders.
    pub(super) fn exit(&self) -> Exit {
        if self.unresolved > 0 { Exit::Unresolved } else { Exit::Done }
    }
}

/// What `show` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Shown {
    pub(super) order: Order,
    pub(super) notifications: Vec<Notification>,
    pub(super) effects: Vec<Effect>,
}

/// What `close` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Closed {
    pub(super) order: Order,
}

/// What `deliver` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Delivered {
    pub(super) effect: Effect,
}

/// What `prune` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Pruned {
    /// How many rows were emptied.
    pub(super) emptied: u64,
}

/// What `backup` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Copied {
    pub(super) file: String,
    pub(super) bytes: u64,
}

/// What `migrate` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Migrated {
    /// The version of the schema now.
    pub(super) schema: u64,
}

/// A line of what `export` prints.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Exported {
    Store(Owner),
    Order(Order),
    Notification(Notification),
    Effect(Effect),
}

/// Returns a time as DOKU writes it.
pub(super) fn time(at: SystemTime) -> String {
    Timestamp::try_from(at.max(UNIX_EPOCH)).map_or_else(|_| "never".to_owned(), |time| time.to_string())
}

/// Print the JSON Schema of what a command prints with --json
///
/// For example: `doku store schema list`. Of `export` it is that of a line.
#[derive(Args)]
pub(super) struct SchemaArgs {
    /// The command
    command: Shape,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    Check,
    List,
    Show,
    Reconcile,
    Deliver,
    Close,
    Prune,
    Backup,
    Migrate,
    Export,
}

impl SchemaArgs {
    pub(super) fn run(&self) -> Result<Exit, Failure> {
        let schema = match self.command {
            Shape::Check => schemars::schema_for!(Checked),
            Shape::List | Shape::Reconcile => schemars::schema_for!(Listed),
            Shape::Show => schemars::schema_for!(Shown),
            Shape::Deliver => schemars::schema_for!(Delivered),
            Shape::Close => schemars::schema_for!(Closed),
            Shape::Prune => schemars::schema_for!(Pruned),
            Shape::Backup => schemars::schema_for!(Copied),
            Shape::Migrate => schemars::schema_for!(Migrated),
            Shape::Export => schemars::schema_for!(Exported),
        };
        output::print_json(&schema).map(|()| Exit::Done)
    }
}
