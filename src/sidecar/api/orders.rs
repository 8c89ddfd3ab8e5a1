//! Orders: placed, looked at, listed, closed.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use doku_store::{Order, Placed, Rank, StoreErrorKind, is_idempotency_key};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;
use tracing::Instrument as _;

use super::{
    Api, Shared,
    document::{OrderDocument, answer},
    path::Named,
    preference::Preference,
    query::Query,
};
use crate::{
    body,
    problem::{Code, Problem},
};

/// The longest order that is read, in bytes.
const LONGEST_ORDER: usize = 1 << 20;

/// The longest small body, in bytes.
const LONGEST_BODY: usize = 4 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Close {
    reason: String,
}

/// An order that is stored, and whether it was before this request.
struct Stored {
    order: Order,
    repeated: bool,
}

impl From<Placed> for Stored {
    fn from(placed: Placed) -> Self {
        let repeated = placed.is_repeated();
        Self { order: placed.into_order(), repeated }
    }
}

pub(super) async fn place(State(api): Shared, request: Request) -> Response {
    placed(&api, request).await.unwrap_or_else(Problem::into_response)
}

async fn placed(api: &Api, request: Request) -> Result<Response, Problem> {
    let (head, content) = request.into_parts();
    let preference = Preference::read(&head.headers);
    let key = key(&head.headers)?;
    let bytes = body::read(&head, content, LONGEST_ORDER).await?;
    let stored = match preference.patience() {
        Some(patience) if patience.is_zero() => api.orders.enqueue(bytes, key.as_deref()).await?.into(),
        patience => place_within(api, bytes, key, patience).await?,
    };
    let mut response = outcome(&stored);
    preference.apply(response.headers_mut());
    Ok(response)
}

/// Places an order and waits for DOKU's answer, as long as the caller wants to.
async fn place_within(
    api: &Api,
    bytes: Bytes,
    key: Option<String>,
    patience: Option<Duration>,
) -> Result<Stored, Problem> {
    // Whoever waits for a time only is told of a repeat without its end.
    let before = if patience.is_some() { find(api, &bytes).await } else { None };
    // In a task of its own, so that a caller who leaves interrupts nothing.
    let (orders, order) = (api.orders.clone(), bytes.clone());
    let mut placing = tokio::spawn(async move { orders.place_keyed(order, key.as_deref()).await }.in_current_span());
    let end = match patience {
        None => placing.await,
        Some(patience) => match timeout(patience, &mut placing).await {
            Ok(end) => end,
            Err(_) => match find(api, &bytes).await {
                Some(order) => return Ok(Stored { order, repeated: before.is_some() }),
                // It was not even stored within that time: before that, nothing can be said.
                None => placing.await,
            },
        },
    };
    let panicked = |_| Problem::new(Code::Bug, "placing the order panicked, please report this; place it again");
    match end.map_err(panicked)? {
        Ok(placed) => Ok(placed.into()),
        // What is stored is no failure, whatever happened after that.
        Err(error) => match error.kind() {
            StoreErrorKind::Unavailable | StoreErrorKind::Failed => {
                let order = find(api, &bytes).await.ok_or_else(|| Problem::from(error))?;
                Ok(Stored { order, repeated: before.is_some() })
            }
            _ => Err(error.into()),
        },
    }
}

/// Returns the order with these very bytes, if it is stored.
async fn find(api: &Api, bytes: &[u8]) -> Option<Order> {
    let document: Value = serde_json::from_slice(bytes).ok()?;
    let order = api.orders.order(document["order"]["invoice_number"].as_str()?).await.ok()?;
    (order.body() == Some(bytes)).then_some(order)
}

/// Returns the answer to who placed an order.
fn outcome(stored: &Stored) -> Response {
    let Stored { order, repeated } = stored;
    let mut response = if order.rank() == Rank::Refused {
        refused(order).into_response()
    } else if order.payment_url().is_some() || order.rank() >= Rank::Failed {
        answer(if *repeated { StatusCode::OK } else { StatusCode::CREATED }, &OrderDocument::from(order))
    } else {
        // Whether it exists is not known, or its payment url is not.
        let mut response = answer(StatusCode::ACCEPTED, &OrderDocument::from(order));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        response
    };
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(location(order)) {
        headers.insert(header::LOCATION, location);
    }
    if *repeated {
        headers.insert(HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true"));
    }
    response
}

/// Returns the path of an order.
fn location(order: &Order) -> String {
    format!("/orders/{}", utf8_percent_encode(order.invoice_number(), NON_ALPHANUMERIC))
}

fn refused(order: &Order) -> Problem {
    let outcome = order.last_outcome().unwrap_or("refused");
    let doku = outcome.strip_prefix("refused:");
    let detail = match outcome {
        "violations" => "the order breaks the contract and was never sent; correct it under a new invoice number",
        "never_sent" => {
            "the order expired before it could be sent, so there is none; place it under a new invoice number"
        }
        _ => "doku refused the order, so there is none; the code says why, correct it under a new invoice number",
    };
    Problem::new(Code::Refused, detail)
        .with("invoice_number", order.invoice_number())
        .with("outcome", outcome)
        .with("doku_code", doku)
}

/// Reads the key of an order, with or without the quotation marks of a structured field.
fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(value) = given.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| given.next().is_none());
    let text = text.map(|text| text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text));
    let wrong = || Problem::new(Code::BadRequest, "idempotency-key is no key: 1 to 255 visible ascii characters, once");
    text.filter(|text| is_idempotency_key(text)).map(|text| Some(text.to_owned())).ok_or_else(wrong)
}

pub(super) async fn one(State(api): Shared, Named(invoice_number): Named, uri: Uri) -> Response {
    looked_at(&api, &invoice_number, &uri).await.unwrap_or_else(Problem::into_response)
}

async fn looked_at(api: &Api, invoice_number: &str, uri: &Uri) -> Result<Response, Problem> {
    let query = Query::read(uri, &["refresh"])?;
    let order = if query.flag("refresh")? {
        let (orders, invoice_number) = (api.orders.clone(), invoice_number.to_owned());
        let panicked = |_| Problem::new(Code::Bug, "asking doku panicked, please report this");
        let asking = async move { orders.reconcile(&invoice_number).await };
        tokio::spawn(asking.in_current_span()).await.map_err(panicked)??
    } else {
        api.orders.order(invoice_number).await?
    };
    let effects = api.orders.effects_of(invoice_number).await?;
    Ok(answer(StatusCode::OK, &OrderDocument::from(&order).with_effects(&effects)))
}

pub(super) async fn list(State(api): Shared, uri: Uri) -> Response {
    listed(&api, &uri).await.unwrap_or_else(Problem::into_response)
}

async fn listed(api: &Api, uri: &Uri) -> Result<Response, Problem> {
    let query = Query::read(uri, &["unresolved", "after", "limit"])?;
    let (after, limit) = (query.text("after"), query.limit()?);
    let orders = if query.flag("unresolved")? {
        api.orders.unresolved_after(after, limit).await?
    } else {
        api.orders.orders(after, limit).await?
    };
    let next = orders.last().filter(|_| orders.len() == limit as usize).map(Order::invoice_number);
    let documents: Vec<_> = orders.iter().map(OrderDocument::from).collect();
    Ok(answer(StatusCode::OK, &json!({ "orders": documents, "next": next })))
}

pub(super) async fn close(State(api): Shared, Named(invoice_number): Named, request: Request) -> Response {
    closed(&api, &invoice_number, request).await.unwrap_or_else(Problem::into_response)
}

async fn closed(api: &Api, invoice_number: &str, request: Request) -> Result<Response, Problem> {
    let (head, content) = request.into_parts();
    let bytes = body::read(&head, content, LONGEST_BODY).await?;
    let wrong = || {
        let what = "the body must be {\"reason\": \"…\"}, a text of 1 to 200 characters in one line";
        Problem::new(Code::BadRequest, what)
    };
    let Close { reason } = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    let closed = api.orders.close(invoice_number, &reason).await;
    let order = closed.map_err(|error| match error.kind() {
        // Any order can be closed, so the reason is what cannot be taken.
        StoreErrorKind::NotPossible => wrong(),
        _ => error.into(),
    })?;
    Ok(answer(StatusCode::OK, &OrderDocument::from(&order)))
}
