//! The span of a request: [`of_request`], [`beneath_caller`].

#[cfg(feature = "otlp")]
mod parent;

use axum::response::Response;
use http::{HeaderMap, Method};
use tracing::{Instrument as _, Span, field::Empty, info_span};

/// Routes that are called so often that nobody wants to follow them, and what is no route.
const UNFOLLOWED: [&str; 4] = ["/livez", "/readyz", "/metrics", "none"];

/// Returns the span of a request to a route. Neither the path nor the query is in it.
pub(crate) fn of_request(method: &Method, route: &str) -> Span {
    if UNFOLLOWED.contains(&route) {
        return Span::none();
    }
    let method = match *method {
        Method::GET | Method::HEAD | Method::POST => method.as_str(),
        _ => "_OTHER",
    };
    info_span!(
        target: "doku_sidecar",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty
    )
}

/// Makes the span of a request a child of its caller's, as the header `traceparent` says, where spans are sent on.
///
/// That is for the service beside. DOKU is another party: what its notifications say of traces is passed over, and it gets
/// no header of ours.
pub(crate) fn beneath_caller(span: &Span, headers: &HeaderMap) {
    #[cfg(feature = "otlp")]
    parent::adopt(span, headers);
    #[cfg(not(feature = "otlp"))]
    let _ = (span, headers);
}

/// Answers a request within its span.
pub(crate) async fn answered(span: Span, answering: impl Future<Output = Response>) -> Response {
    let answer = answering.instrument(span.clone()).await;
    span.record("http.response.status_code", answer.status().as_u16());
    answer
}
