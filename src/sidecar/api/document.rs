//! Orders and effects as JSON: [`OrderDocument`], [`EffectDocument`]. No personal data is in them.

use axum::{body::Body, response::Response};
use doku_store::{Effect, Order};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::time;

/// An order.
#[derive(Debug, Serialize)]
pub(crate) struct OrderDocument {
    invoice_number: String,
    state: &'static str,
    rank: i64,
    is_final: bool,
    amount: u64,
    payment_url: Option<String>,
    request_id: String,
    attempts: u64,
    last_outcome: Option<String>,
    unresolved: bool,
    alerts: Vec<&'static str>,
    close_reason: Option<String>,
    created_at: String,
    changed_at: String,
    expires_at: String,
    due_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<Vec<EffectDocument>>,
}

impl OrderDocument {
    pub(crate) fn with_effects(mut self, effects: &[Effect]) -> Self {
        self.effects = Some(effects.iter().map(EffectDocument::from).collect());
        self
    }
}

impl From<&Order> for OrderDocument {
    fn from(order: &Order) -> Self {
        Self {
            invoice_number: order.invoice_number().to_owned(),
            state: order.rank().as_str(),
            rank: order.rank().as_number(),
            is_final: order.rank().is_final(),
            amount: order.amount().get(),
            payment_url: order.payment_url().map(str::to_owned),
            request_id: order.request_id().to_owned(),
            attempts: order.attempts(),
            last_outcome: order.last_outcome().map(str::to_owned),
            unresolved: order.is_unresolved(),
            alerts: order.alerts().iter().map(doku_store::Alert::code).collect(),
            close_reason: order.close_reason().map(str::to_owned),
            created_at: time::text(order.created_at()),
            changed_at: time::text(order.changed_at()),
            expires_at: time::text(order.expires_at()),
            due_at: order.due_at().map(time::text),
            effects: None,
        }
    }
}

/// An effect.
#[derive(Debug, Serialize)]
pub(crate) struct EffectDocument {
    id: i64,
    invoice_number: String,
    status: String,
    amount: u64,
    source: String,
    attempt: i64,
    done: bool,
    overtaken: bool,
    dead: bool,
    failures: u64,
    created_at: String,
    due_at: Option<String>,
    done_at: Option<String>,
    dead_at: Option<String>,
    last_error: Option<String>,
    last_answer: Option<String>,
}

impl From<&Effect> for EffectDocument {
    fn from(effect: &Effect) -> Self {
        Self {
            id: effect.id(),
            invoice_number: effect.invoice_number().to_owned(),
            status: effect.status().to_string(),
            amount: effect.amount().get(),
            source: effect.source().to_owned(),
            attempt: effect.attempt(),
            done: effect.is_done(),
            overtaken: effect.is_overtaken(),
            dead: effect.is_dead(),
            failures: effect.failures(),
            created_at: time::text(effect.created_at()),
            due_at: (!effect.is_done() && !effect.is_dead()).then(|| time::text(effect.due_at())),
            done_at: effect.done_at().map(time::text),
            dead_at: effect.dead_at().map(time::text),
            last_error: effect.last_error().filter(|_| !effect.is_overtaken()).map(str::to_owned),
            last_answer: effect.last_answer().map(str::to_owned),
        }
    }
}

/// Returns an answer of JSON.
pub(crate) fn answer(status: StatusCode, document: &impl Serialize) -> Response {
    let body = serde_json::to_vec(document).expect("a document is texts and numbers");
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
