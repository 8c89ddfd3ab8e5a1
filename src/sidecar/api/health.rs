//! The process itself: whether it lives, whether it is ready, its metrics, its contract, and what its errors mean.

use std::time::Duration;

use axum::{body::Body, extract::State, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::{Shared, document::answer, path::Named};
use crate::problem::{Code, Problem};

/// The loop looks at the store each second; after so long without a look it hangs.
const LONGEST_ROUND: Duration = Duration::from_secs(60);

const CONTRACT: &str = include_str!("../openapi.yaml");

/// Returns that the process lives.
pub(super) async fn live() -> Response {
    answer(StatusCode::OK, &json!({ "status": "alive" }))
}

/// Returns whether orders and notifications can be taken: the store writes, and the loop turns.
pub(super) async fn ready(State(api): Shared) -> Response {
    let writes = !api.orders.has_failed() && api.orders.take(0).await.is_ok();
    let turns = api.orders.last_turn().is_some_and(|ago| ago < LONGEST_ROUND);
    let (status, word) = match (writes, turns) {
        (true, true) => (StatusCode::OK, "ready"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written"),
        (true, false) => (StatusCode::SERVICE_UNAVAILABLE, "the loop does not turn"),
    };
    answer(status, &json!({ "status": word }))
}

/// Returns what is counted, as Prometheus reads it.
pub(super) async fn metrics(State(api): Shared) -> Response {
    let mut response = Response::new(Body::from(api.metrics.text(&api.orders).await));
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Returns the contract of this API.
pub(super) async fn contract() -> Response {
    let mut response = Response::new(Body::from(CONTRACT));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/yaml"));
    response
}

/// Returns what an error means.
pub(super) async fn problem(Named(name): Named) -> Response {
    match Code::ALL.into_iter().find(|code| code.as_str() == name) {
        Some(code) => {
            let document = json!({ "code": code.as_str(), "status": code.status().as_u16(), "title": code.title() });
            answer(StatusCode::OK, &document)
        }
        None => Problem::new(Code::NotFound, "no error has this code").into_response(),
    }
}
