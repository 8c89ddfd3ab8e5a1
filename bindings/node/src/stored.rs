//! What a store tells, as plain objects. Times are milliseconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use napi::bindgen_prelude::{BigInt, Buffer};
use napi_derive::napi;

use crate::failure::Failure;

/// An order as it is stored.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct StoredOrder {
    pub invoice_number: String,
    pub request_id: String,
    pub amount: BigInt,
    pub reference: Option<String>,
    pub rank: String,
    pub payment_url: Option<String>,
    pub is_unresolved: bool,
    pub alerts: Vec<String>,
    pub last_outcome: Option<String>,
    pub attempts: i64,
    pub close_reason: Option<String>,
    pub due_at: Option<i64>,
    pub expires_at: i64,
    pub created_at: i64,
    pub changed_at: i64,
    pub body: Option<Buffer>,
    pub answer: Option<Buffer>,
}

impl From<doku_store::Order> for StoredOrder {
    fn from(order: doku_store::Order) -> Self {
        Self {
            invoice_number: order.invoice_number().to_owned(),
            request_id: order.request_id().to_owned(),
            amount: order.amount().get().into(),
            reference: order.reference().map(str::to_owned),
            rank: order.rank().as_str().to_owned(),
            payment_url: order.payment_url().map(str::to_owned),
            is_unresolved: order.is_unresolved(),
            alerts: order.alerts().iter().map(|alert| alert.code().to_owned()).collect(),
            last_outcome: order.last_outcome().map(str::to_owned),
            attempts: number(order.attempts()),
            close_reason: order.close_reason().map(str::to_owned),
            due_at: order.due_at().map(millis),
            expires_at: millis(order.expires_at()),
            created_at: millis(order.created_at()),
            changed_at: millis(order.changed_at()),
            body: order.body().map(|body| body.to_vec().into()),
            answer: order.answer().map(|answer| answer.to_vec().into()),
        }
    }
}

/// An order that was placed, now or before.
#[napi(object, object_from_js = false)]
pub struct Placed {
    pub order: StoredOrder,
    pub is_repeated: bool,
}

impl From<doku_store::Placed> for Placed {
    fn from(placed: doku_store::Placed) -> Self {
        let is_repeated = placed.is_repeated();
        Self { order: placed.into_order().into(), is_repeated }
    }
}

/// A status that an order reached.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct Effect {
    pub id: i64,
    pub invoice_number: String,
    pub status: String,
    pub amount: BigInt,
    pub attempt: i64,
    pub source: String,
    pub is_done: bool,
    pub is_overtaken: bool,
    pub is_dead: bool,
    pub failures: i64,
    pub last_error: Option<String>,
    pub due_at: i64,
    pub created_at: i64,
    pub done_at: Option<i64>,
    pub dead_at: Option<i64>,
}

impl From<doku_store::Effect> for Effect {
    fn from(effect: doku_store::Effect) -> Self {
        Self {
            id: effect.id(),
            invoice_number: effect.invoice_number().to_owned(),
            status: effect.status().to_string(),
            amount: effect.amount().get().into(),
            attempt: effect.attempt(),
            source: effect.source().to_owned(),
            is_done: effect.is_done(),
            is_overtaken: effect.is_overtaken(),
            is_dead: effect.is_dead(),
            failures: number(effect.failures()),
            last_error: effect.last_error().map(str::to_owned),
            due_at: millis(effect.due_at()),
            created_at: millis(effect.created_at()),
            done_at: effect.done_at().map(millis),
            dead_at: effect.dead_at().map(millis),
        }
    }
}

/// A genuine notification as it is stored.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct StoredNotification {
    pub id: i64,
    pub request_id: String,
    pub invoice_number: Option<String>,
    pub status: Option<String>,
    pub amount: Option<BigInt>,
    pub verdict: String,
    pub is_quarantined: bool,
    pub age: String,
    pub received_at: i64,
}

impl From<doku_store::StoredNotification> for StoredNotification {
    fn from(notification: doku_store::StoredNotification) -> Self {
        Self {
            id: notification.id(),
            request_id: notification.request_id().to_owned(),
            invoice_number: notification.invoice_number().map(str::to_owned),
            status: notification.status().map(str::to_owned),
            amount: notification.amount().map(|amount| amount.get().into()),
            verdict: notification.verdict().code().to_owned(),
            is_quarantined: notification.verdict().is_quarantined(),
            age: notification.age().to_owned(),
            received_at: millis(notification.received_at()),
        }
    }
}

/// What to answer DOKU with.
#[napi(object, object_from_js = false, use_nullable = true)]
pub struct Acknowledgement {
    pub status: u16,
    /// Names and values in turn.
    pub headers: Vec<String>,
    pub body: String,
    pub verdict: Option<String>,
    pub is_quarantined: bool,
    /// The record of an error, as JSON text.
    pub error: Option<String>,
}

impl From<doku_store::Acknowledgement> for Acknowledgement {
    fn from(answer: doku_store::Acknowledgement) -> Self {
        let error = match (answer.verification(), answer.error()) {
            (Some(why), _) => Failure::Unverified(why.clone()).record(),
            (_, Some(why)) => Some(Failure::store(why)),
            _ => None,
        };
        let headers = answer.headers();
        let pairs = headers.iter().map(|(name, value)| [name.as_str(), value.to_str().unwrap_or_default()]);
        Self {
            status: answer.status().as_u16(),
            headers: pairs.flatten().map(str::to_owned).collect(),
            body: answer.body().to_owned(),
            verdict: answer.verdict().map(|verdict| verdict.code().to_owned()),
            is_quarantined: answer.verdict().is_some_and(doku_store::Verdict::is_quarantined),
            error: error.map(|record| record.to_string()),
        }
    }
}

/// Numbers of what is stored.
#[napi(object, object_from_js = false)]
pub struct Counts {
    pub orders: i64,
    pub unresolved: i64,
    pub due: i64,
    pub notifications: i64,
    pub quarantined: i64,
    pub effects: i64,
    pub open_effects: i64,
    pub dead_effects: i64,
}

impl From<doku_store::Counts> for Counts {
    fn from(counts: doku_store::Counts) -> Self {
        Self {
            orders: number(counts.orders),
            unresolved: number(counts.unresolved),
            due: number(counts.due),
            notifications: number(counts.notifications),
            quarantined: number(counts.quarantined),
            effects: number(counts.effects),
            open_effects: number(counts.open_effects),
            dead_effects: number(counts.dead_effects),
        }
    }
}

/// What a loop did.
#[napi(object, object_from_js = false)]
pub struct Worked {
    pub matched: i64,
    pub calls: i64,
    pub effects: i64,
    pub failed_effects: i64,
}

impl From<doku_store::Worked> for Worked {
    fn from(worked: doku_store::Worked) -> Self {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Self {
            matched: number(worked.matched),
            calls: number(worked.calls),
            effects: number(worked.effects),
            failed_effects: number(worked.failed_effects),
        }
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn millis(at: SystemTime) -> i64 {
    let distance = |distance: Duration| i64::try_from(distance.as_millis()).unwrap_or(i64::MAX);
    at.duration_since(UNIX_EPOCH).map_or_else(|before| -distance(before.duration()), distance)
}
