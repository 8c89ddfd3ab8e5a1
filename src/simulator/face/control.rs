//! What a person or a program at the simulator can do: the control API below `/simulator`, JSON in and out.
//!
//! It is for this machine: a page of another site cannot use it, whatever name it gives to this machine.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderName, Method, StatusCode, header, uri::Authority};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    doku::{
        fault::Fault,
        switch::{Switch, Values},
    },
    error::SimulatorError,
    face::stream,
    net::connection::Line,
    run::{service::Service, trigger::Trigger},
    time::{parse_duration, timestamp},
    told::event::Happening,
};
use doku_indodana::{TransactionStatus, error::PayloadError};

/// What there is, for whoever asks `/simulator`.
const ADDRESSES: [(&str, &str); 13] = [
    ("GET /simulator/orders", "all orders"),
    ("POST /simulator/orders/{invoice_number}/{action}", "pay, decline, expire or refund"),
    ("POST /simulator/notifications/{number}/resend", "send a notification again"),
    ("POST /simulator/trigger", r#"{"kind":"success","invoice_number":"INV-1"}"#),
    ("GET /simulator/events", "what happened"),
    ("GET /simulator/events/stream", "what happens, as Server-Sent Events"),
    ("GET /simulator/clock", "the simulator's time"),
    ("POST /simulator/clock", r#"{"advance":"30m"}"#),
    ("GET /simulator/switches", "how the switches stand"),
    ("POST /simulator/switches", r#"{"failed":"final"}"#),
    ("GET /simulator/faults", "the faults that strike, and those that are still to come"),
    ("POST /simulator/faults", r#"{"fault":"latency=2s"}"#),
    ("DELETE /simulator/faults", "take back those that are still to come"),
];

/// Returns the routes of the control API.
pub(crate) fn routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/simulator", get(about))
        .route("/simulator/orders", get(orders))
        .route("/simulator/orders/{invoice_number}/{action}", post(act))
        .route("/simulator/notifications/{number}/resend", post(resend))
        .route("/simulator/trigger", post(trigger))
        .route("/simulator/events", get(stream::list))
        .route("/simulator/events/stream", get(stream::follow))
        .route("/simulator/clock", get(clock).post(advance))
        .route("/simulator/switches", get(switches).post(set_switches))
        .route("/simulator/faults", get(faults).post(arm).delete(disarm))
        .layer(middleware::from_fn_with_state(Arc::clone(service), same_site))
}

/// Refuses what a page of another site sends (the browser says so), and names that are not this simulator's, because
/// a name of another site may be made to mean this machine.
pub(crate) async fn same_site(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let value = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let site = value(HeaderName::from_static("sec-fetch-site"));
    let host = value(header::HOST).or(request.uri().authority().map(Authority::as_str)).unwrap_or_default();
    let origin = value(header::ORIGIN);
    let own_origin = || origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, rest)| rest == host));
    let own_page = match site {
        // A page without a referrer has the origin `null`, also towards its own site.
        Some("same-origin" | "none") => origin == Some("null") || own_origin(),
        Some(_) => false,
        None => own_origin(),
    };
    if !(reads || own_page) || !service.is_own_name(host) {
        let text = "this request comes from a page of another site; use the simulator's own page or the command";
        return refusal(StatusCode::FORBIDDEN, "foreign_site", text);
    }
    next.run(request).await
}

impl Service {
    /// Returns whether a name of the simulator, with or without a port, cannot be another site's.
    fn is_own_name(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        let name = authority.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let own = self.identity.url.split_once("://").map(|(_, rest)| rest.split(':').next().unwrap_or(rest));
        address.is_ok() || name.eq_ignore_ascii_case("localhost") || own == Some(name)
    }
}

async fn about(State(service): State<Arc<Service>>) -> Response {
    Json(json!({
        "url": service.identity.url,
        "client_id": service.identity.credentials.client_id().as_str(),
        "notification_url": service.notification_url,
        "time": timestamp(service.clock.now()).as_str(),
        "version": env!("CARGO_PKG_VERSION"),
        "addresses": ADDRESSES.map(|(address, about)| json!({ "address": address, "about": about })),
    }))
    .into_response()
}

async fn orders(State(service): State<Arc<Service>>) -> Response {
    let configured = service.notification_url.as_deref();
    let orders: Vec<_> = service.memory().orders().iter().map(|order| order.show(configured)).collect();
    Json(json!({ "orders": orders })).into_response()
}

async fn act(State(service): State<Arc<Service>>, Path((invoice_number, action)): Path<(String, String)>) -> Response {
    let status = match action.as_str() {
        "pay" => TransactionStatus::Success,
        "decline" => TransactionStatus::Failed,
        "expire" => TransactionStatus::Expired,
        "refund" => TransactionStatus::Refunded,
        _ => return refusal(StatusCode::NOT_FOUND, "no_route", "an order is told to pay, decline, expire or refund"),
    };
    answer(service.settle(&invoice_number, status).await)
}

async fn resend(State(service): State<Arc<Service>>, Path(number): Path<u64>) -> Response {
    answer(service.resend(number).await)
}

async fn trigger(State(service): State<Arc<Service>>, Extension(line): Extension<Arc<Line>>, body: Bytes) -> Response {
    match read::<Trigger>(&body, r#"{"kind":"success","invoice_number":"INV-1"}"#) {
        Ok(trigger) if trigger.url.is_some() && !line.is_local() => fail(&SimulatorError::NotLocal),
        Ok(trigger) => answer(service.trigger(trigger).await.map(|attempts| json!({ "attempts": attempts }))),
        Err(error) => fail(&error),
    }
}

async fn clock(State(service): State<Arc<Service>>) -> Response {
    Json(show_clock(&service)).into_response()
}

fn show_clock(service: &Service) -> Value {
    json!({ "time": timestamp(service.clock.now()).as_str(), "advanced_seconds": service.clock.advanced().as_secs() })
}

/// How far the clock is moved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance: String,
}

async fn advance(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    let advance = match read::<Advance>(&body, r#"{"advance":"30m"}"#) {
        Ok(advance) => advance.advance,
        Err(error) => return fail(&error),
    };
    let Some(duration) = parse_duration(&advance) else {
        let text = "`advance` is a time such as 90s, 30m, 12h or 2d";
        return refusal(StatusCode::BAD_REQUEST, "bad_field", text);
    };
    let before = service.memory().journal.last();
    service.advance(duration).await;
    let mut shown = show_clock(&service);
    let memory = service.memory();
    let notifications: Vec<_> = memory
        .journal
        .after(before)
        .filter_map(|event| match &event.what {
            Happening::Notified(attempt) => Some(attempt),
            _ => None,
        })
        .collect();
    shown["attempts"] = json!(notifications);
    Json(shown).into_response()
}

async fn switches(State(service): State<Arc<Service>>) -> Response {
    let switches: Vec<_> = service.memory().switches.all().map(|(switch, value)| show_switch(switch, &value)).collect();
    Json(json!({ "switches": switches })).into_response()
}

fn show_switch(switch: &Switch, value: &str) -> Value {
    let values = match switch.values {
        Values::OneOf(values) => values.iter().map(|(name, about)| json!({ "value": name, "about": about })).collect(),
        Values::Seconds { about, .. } => json!({ "seconds": about }),
    };
    json!({
        "name": switch.name,
        "value": value,
        "default": switch.default_value(),
        "about": switch.about,
        "values": values,
        "deviation": switch.deviation,
    })
}

async fn set_switches(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    let wanted = match read::<BTreeMap<String, String>>(&body, r#"{"failed":"final"}"#) {
        Ok(wanted) => wanted,
        Err(error) => return fail(&error),
    };
    match service.set_switches(wanted.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        Ok(()) => switches(State(service)).await,
        Err(error) => fail(&error),
    }
}

async fn faults(State(service): State<Arc<Service>>) -> Response {
    let memory = service.memory();
    let [standing, armed]: [Vec<_>; 2] =
        [memory.standing.iter().map(Fault::to_string).collect(), memory.armed.iter().map(Fault::to_string).collect()];
    Json(json!({ "standing": standing, "armed": armed })).into_response()
}

/// The fault of what comes next.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arm {
    fault: String,
}

async fn arm(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    match read::<Arm>(&body, r#"{"fault":"latency=2s"}"#).and_then(|arm| arm.fault.parse()) {
        Ok(fault) => {
            service.arm(fault);
            faults(State(service)).await
        }
        Err(error) => fail(&error),
    }
}

async fn disarm(State(service): State<Arc<Service>>) -> Response {
    service.memory().armed.clear();
    faults(State(service)).await
}

/// Reads a body; where it is another, an error has `example`.
fn read<T: DeserializeOwned>(body: &[u8], example: &str) -> Result<T, SimulatorError> {
    doku_indodana::json::from_slice(body).map_err(|error| {
        let reason = match error {
            PayloadError::Shape(what) => format!("the body has another form: {what}; send {example}"),
            PayloadError::Syntax(error) => format!("the body is not json: {error}; send {example}"),
            other => format!("the body cannot be read: {other}; send {example}"),
        };
        SimulatorError::BadField { reason }
    })
}

fn answer<T: serde::Serialize>(result: Result<T, SimulatorError>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(error) => fail(&error),
    }
}

pub(crate) fn fail(error: &SimulatorError) -> Response {
    let status = match error {
        SimulatorError::UnknownOrder | SimulatorError::UnknownNotification { .. } => StatusCode::NOT_FOUND,
        SimulatorError::NotLocal => StatusCode::FORBIDDEN,
        SimulatorError::NotPossible { .. } => StatusCode::CONFLICT,
        SimulatorError::Full | SimulatorError::Stopped | SimulatorError::Unwritable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    refusal(status, error.code(), &error.to_string())
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
}

#[cfg(test)]
mod tests {
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;

    use super::*;
    use crate::{Simulator, face::api, net::connection::Line};

    /// A connection that came from another machine.
    async fn from_elsewhere(simulator: &Simulator, path: &str, kind: &'static str, body: &'static str) -> Response {
        let routes = api::routes(Arc::clone(&simulator.service)).layer(Extension(Arc::new(Line::default())));
        let request = Request::post(path)
            .header("host", "127.0.0.1")
            .header("accept", kind)
            .body(axum::body::Body::from(body))
            .unwrap();
        TowerToHyperService::new(routes).call(request).await.unwrap()
    }

    #[tokio::test]
    async fn another_machine_cannot_say_where_a_notification_goes() {
        let simulator = Simulator::start().await.unwrap();
        for (path, kind, body, status) in [
            ("/simulator/trigger", "*/*", r#"{"kind":"success","url":"http://127.0.0.1:9/"}"#, 403),
            ("/timeline/trigger", "text/plain", "kind=success&url=http://127.0.0.1:9/", 422),
        ] {
            let answer = from_elsewhere(&simulator, path, kind, body).await;
            assert_eq!(answer.status().as_u16(), status, "{path}");
            let text = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
            let expected = SimulatorError::NotLocal.to_string();
            assert!(String::from_utf8_lossy(&text).contains(&expected), "{path}");
        }
        // Without a url it is sent where the simulator sends notifications, if it knows where.
        let answer = from_elsewhere(&simulator, "/simulator/trigger", "*/*", r#"{"kind":"success"}"#).await;
        let text = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        assert!(String::from_utf8_lossy(&text).contains("there is no notification url"));
        assert!(simulator.notifications().is_empty());
    }
}
