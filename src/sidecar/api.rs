//! The API for the service beside: its routes, and who may use them.

mod document;
mod effects;
mod health;
mod orders;
mod path;
mod preference;
mod query;

use std::{sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use doku_store::Orders;

use crate::{
    gate::Gate,
    metrics::Metrics,
    page,
    problem::{Code, Problem},
    span,
};

/// What the routes share.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) orders: Orders,
    pub(crate) gate: Arc<Gate>,
    /// Whether effects are forwarded, and not only fetched.
    pub(crate) forwards: bool,
    pub(crate) metrics: Arc<Metrics>,
}

type Shared = State<Arc<Api>>;

/// Returns all routes. Those that hold no data need no token.
pub(crate) fn routes(api: Arc<Api>) -> Router {
    let guarded = Router::new()
        .route("/orders", post(orders::place).get(orders::list))
        .route("/orders/{invoice_number}", get(orders::one))
        .route("/orders/{invoice_number}/close", post(orders::close))
        .route("/effects", get(effects::list))
        .route("/effects/{id}", get(effects::one))
        .route("/effects/{id}/deliver", post(effects::deliver))
        .route("/effects/{id}/done", post(effects::done))
        .route("/metrics", get(health::metrics))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&api), token));
    guarded
        .merge(page::routes(api.orders.clone(), Arc::clone(&api.gate)))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/openapi.yaml", get(health::contract))
        .route("/problems/{code}", get(health::problem))
        .fallback(nothing)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn_with_state(Arc::clone(&api), host))
        .layer(middleware::from_fn_with_state(Arc::clone(&api), measure))
        .with_state(api)
}

async fn host(State(api): Shared, request: Request, next: Next) -> Response {
    match api.gate.check_host(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn token(State(api): Shared, request: Request, next: Next) -> Response {
    match api.gate.check_token(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Counts and follows a request under its route, never under its path: paths hold invoice numbers.
async fn measure(State(api): Shared, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    let span = span::of_request(request.method(), route);
    span::beneath_caller(&span, request.headers());
    let start = Instant::now();
    let answer = span::answered(span, next.run(request)).await;
    api.metrics.answered(route, answer.status().as_u16(), start.elapsed());
    answer
}

async fn nothing() -> Response {
    Problem::new(Code::NotFound, "there is no such path; /openapi.yaml has all of them").into_response()
}

async fn no_method() -> Response {
    Problem::new(Code::MethodNotAllowed, "the path has no such method; the header allow has those that it has")
        .into_response()
}
