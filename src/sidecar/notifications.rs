//! The listener of notifications: its one path, and nothing else.

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::Response,
};
use doku_store::Orders;
use http::{HeaderValue, Method, StatusCode, header};
use tracing::Instrument as _;

use crate::{body, metrics::Metrics, span};

/// A longer body is no notification.
const LONGEST_BODY: usize = 64 << 10;

#[derive(Clone)]
struct Endpoint {
    orders: Orders,
    path: String,
    metrics: Arc<Metrics>,
}

/// Returns what answers DOKU.
pub(crate) fn routes(orders: Orders, path: String, metrics: Arc<Metrics>) -> Router {
    Router::new().fallback(measured).with_state(Endpoint { orders, path, metrics })
}

async fn measured(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let (metrics, start) = (Arc::clone(&endpoint.metrics), Instant::now());
    let span = span::of_request(request.method(), "notification");
    let answer = span::answered(span, receive(endpoint, request)).await;
    metrics.answered("notification", answer.status().as_u16(), start.elapsed());
    answer
}

async fn receive(endpoint: Endpoint, request: Request) -> Response {
    let (head, content) = request.into_parts();
    if head.uri.path() != endpoint.path {
        return empty(StatusCode::NOT_FOUND);
    }
    if head.method != Method::POST {
        let mut answer = empty(StatusCode::METHOD_NOT_ALLOWED);
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return answer;
    }
    match body::read(&head, content, LONGEST_BODY).await {
        // In a task of its own: what was verified is stored even if DOKU does not wait for the answer.
        Ok(bytes) => {
            let storing = async move { endpoint.orders.receive(&head.headers, &bytes).await };
            match tokio::spawn(storing.in_current_span()).await {
                Ok(acknowledgement) => acknowledgement.into_response().map(Body::from),
                Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
            }
        }
        Err(fault) => {
            let mut answer = empty(fault.status());
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            answer
        }
    }
}

fn empty(status: StatusCode) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
