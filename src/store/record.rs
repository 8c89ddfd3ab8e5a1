//! Rows as the engines keep them. No rule is in here.

use bytes::Bytes;
use doku_indodana::{Rupiah, life::Life};
use sha2::{Digest as _, Sha256};

use crate::{
    Alerts, Rank, Verdict,
    news::Standing,
    schedule::{Call, Millis, Times},
    verdict::AgeLabel,
};

/// SHA-256 of a body: what it is known by after it was emptied.
pub(crate) type BodyKey = [u8; 32];

pub(crate) fn body_key(body: &[u8]) -> BodyKey {
    Sha256::digest(body).into()
}

/// An order as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OrderRow {
    pub(crate) invoice_number: String,
    pub(crate) request_id: String,
    pub(crate) client_id: String,
    pub(crate) environment: String,
    /// `None` after it was pruned.
    pub(crate) body: Option<Bytes>,
    pub(crate) body_sha256: BodyKey,
    pub(crate) amount: Rupiah,
    pub(crate) reference: Option<String>,
    pub(crate) rank: Rank,
    pub(crate) life: Life,
    pub(crate) alerts: Alerts,
    pub(crate) answer: Option<Bytes>,
    pub(crate) payment_url: Option<String>,
    pub(crate) expires_at: Millis,
    /// `None` where the schedule is spent.
    pub(crate) due_at: Option<Millis>,
    pub(crate) next_call: Call,
    /// How often it was claimed: the fence for whoever finishes late.
    pub(crate) attempt: i64,
    /// How often it was changed: each change names the revision that it saw.
    pub(crate) revision: i64,
    pub(crate) last_outcome: Option<String>,
    pub(crate) close_reason: Option<String>,
    pub(crate) created_at: Millis,
    pub(crate) changed_at: Millis,
}

impl OrderRow {
    pub(crate) fn times(&self) -> Times {
        Times { created_at: self.created_at, expires_at: self.expires_at }
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing { rank: self.rank, amount: self.amount, alerts: self.alerts }
    }
}

impl std::fmt::Debug for OrderRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrderRow")
            .field("invoice_number", &self.invoice_number)
            .field("rank", &self.rank)
            .field("life", &self.life)
            .field("attempt", &self.attempt)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// An order that was claimed, with what was known of it before.
#[derive(Clone, Debug)]
pub(crate) struct ClaimedOrder {
    /// As it is stored now.
    pub(crate) row: OrderRow,
    /// What was known of its life before this claim.
    pub(crate) life_before: Life,
}

/// A notification that is to be stored.
#[derive(Clone)]
pub(crate) struct NewNotification {
    pub(crate) client_id: String,
    pub(crate) request_id: String,
    pub(crate) body_sha256: BodyKey,
    pub(crate) body: Bytes,
    pub(crate) headers: String,
    pub(crate) invoice_number: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) amount: Option<Rupiah>,
    pub(crate) verdict: Verdict,
    pub(crate) age: AgeLabel,
    /// What the verdict was made of: whether its request id was seen with another body.
    pub(crate) reused: bool,
}

/// A notification as it is stored, without body and headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotificationRow {
    pub(crate) id: i64,
    pub(crate) client_id: String,
    pub(crate) request_id: String,
    pub(crate) body_sha256: BodyKey,
    pub(crate) invoice_number: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) amount: Option<Rupiah>,
    pub(crate) verdict: Verdict,
    pub(crate) age: AgeLabel,
    pub(crate) received_at: Millis,
}

/// An effect that is to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewEffect {
    pub(crate) invoice_number: String,
    pub(crate) status: String,
    pub(crate) amount: Rupiah,
    pub(crate) source: &'static str,
}

/// An effect as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EffectRow {
    pub(crate) id: i64,
    pub(crate) invoice_number: String,
    pub(crate) status: String,
    pub(crate) amount: Rupiah,
    pub(crate) source: String,
    pub(crate) due_at: Millis,
    /// How often it was handed over: the fence for whoever finishes late.
    pub(crate) attempt: i64,
    pub(crate) done_at: Option<Millis>,
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: Millis,
    /// How often its handler failed since its schedule began.
    pub(crate) failures: i64,
    pub(crate) dead_at: Option<Millis>,
    pub(crate) last_answer: Option<String>,
}

/// What is noted of an attempt that failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) error: String,
    /// When the effect is due again; `None` where its schedule is spent.
    pub(crate) due_at: Option<Millis>,
    pub(crate) now: Millis,
}

impl Failure {
    /// Returns since when the effect is a dead letter.
    pub(crate) fn dead_at(&self) -> Option<Millis> {
        self.due_at.is_none().then_some(self.now)
    }
}

/// What is stored beside a notification that came in.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) order: Option<OrderRow>,
    /// These bytes came before under this request id.
    pub(crate) repeated: bool,
    /// Other bytes came before under this request id.
    pub(crate) reused: bool,
}

/// All that one piece of news changes, in one transaction.
#[derive(Clone, Default)]
pub(crate) struct Update {
    pub(crate) now: Millis,
    pub(crate) notification: Option<NewNotification>,
    /// A stored notification whose order was unknown, and its new verdict.
    pub(crate) matched: Option<(i64, Verdict)>,
    /// The order as it is to be; its `revision` is the one that was seen.
    pub(crate) order: Option<OrderRow>,
    pub(crate) effect: Option<NewEffect>,
}

/// What became of an [`Update`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// It is on the disk.
    Done,
    /// The notification was stored before; nothing was changed.
    Repeated,
    /// Something was changed by others since it was seen; nothing was changed. Look again.
    Stale,
}

/// What became of an order that was to be stored.
#[derive(Clone, Debug)]
pub(crate) enum Inserted {
    New,
    /// Its invoice number is stored, maybe with another order.
    Existing(Box<OrderRow>),
    /// Its key belongs to another order. Nothing was stored.
    KeyReused,
}

/// Numbers of what is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Orders.
    pub orders: u64,
    /// Orders that a person has to look at.
    pub unresolved: u64,
    /// Orders that are to be sent or asked for now.
    pub due: u64,
    /// Notifications.
    pub notifications: u64,
    /// Notifications that were set aside.
    pub quarantined: u64,
    /// Effects.
    pub effects: u64,
    /// Effects that are not done, dead letters included.
    pub open_effects: u64,
    /// Dead letters: effects that are not handed over any more; see [`Effect::is_dead`](crate::Effect::is_dead).
    pub dead_effects: u64,
}

/// What a store is kept in, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The database: `sqlite` or `postgresql`.
    pub engine: &'static str,
    /// Its version.
    pub engine_version: String,
    /// The version of the store's schema.
    pub schema: u64,
    /// What makes it safe, as the database names it: journal mode and synchronisation.
    pub settings: Vec<(&'static str, String)>,
    /// The size of the file, or of the tables, in bytes.
    pub bytes: u64,
    /// The size of the write-ahead log beside the file, in bytes. SQLite alone.
    pub log_bytes: Option<u64>,
    /// The mode of the file. SQLite on Unix alone.
    pub mode: Option<u32>,
    /// How many transactions ago the oldest one began that keeps PostgreSQL from cleaning up, as far as its user may
    /// see. PostgreSQL alone.
    pub oldest_xmin: Option<u64>,
}

/// Who a store belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) environment: String,
    pub(crate) client_id: String,
}

/// Returns the number under which an amount is stored.
pub(crate) fn amount_number(amount: Rupiah) -> i64 {
    i64::try_from(amount.get()).expect("an amount has at most 16 digits")
}

/// Refuses a store of another environment or client id.
pub(crate) fn refuse_other_owner(theirs: &Owner, ours: &Owner) -> Result<(), String> {
    if theirs.environment != ours.environment {
        return Err(format!(
            "it belongs to {}, and this client talks to {}; name another store",
            theirs.environment, ours.environment
        ));
    }
    if theirs.client_id != ours.client_id {
        return Err(format!(
            "it belongs to client id {}, and this client is {}; name another store",
            theirs.client_id, ours.client_id
        ));
    }
    Ok(())
}

/// Returns a life as it is stored.
pub(crate) fn life_text(life: Life) -> String {
    serde_json::to_string(&life).expect("a life is two numbers and a word")
}

/// Reads a stored life; `None` where no version of this library wrote it.
pub(crate) fn read_life(text: &str) -> Option<Life> {
    serde_json::from_str(text).ok()
}

/// Returns the life of an order from its claim on: it may be sent at any moment.
pub(crate) fn claimed_life(life: Life) -> Life {
    if life == Life::UNSENT { Life::POSSIBLY_SENT } else { life.restored() }
}
