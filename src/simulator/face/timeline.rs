//! The routes of the timeline: the page, what changed, what it loads, and its forms.
//!
//! A form leads back to the page. The page's script asks for plain text instead, and gets only what went wrong.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::State,
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, Uri, header};
use url::form_urlencoded;

use crate::{
    doku::fault::Fault,
    error::SimulatorError,
    face::{
        checkout::{language, with_policy},
        control::same_site,
        page::{self, PageLanguage, Part},
    },
    net::connection::Line,
    run::{service::Service, trigger::Trigger},
    time::parse_duration,
};
use doku_indodana::TransactionStatus;

/// Returns the routes of the timeline.
pub(crate) fn routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(timeline))
        .route("/timeline/changes", get(changes))
        .route("/timeline/order", post(order))
        .route("/timeline/notification", post(notification))
        .route("/timeline/clock", post(clock))
        .route("/timeline/fault", post(fault))
        .route("/timeline/fault/clear", post(clear))
        .route("/timeline/trigger", post(trigger))
        .route("/timeline/switches", post(switches))
        .route("/assets/style.css", get(|| async { asset("text/css; charset=utf-8", page::STYLE) }))
        .route("/assets/timeline.css", get(|| async { asset("text/css; charset=utf-8", page::TIMELINE_STYLE) }))
        .route("/assets/timeline.js", get(|| async { asset("text/javascript; charset=utf-8", page::TIMELINE_SCRIPT) }))
        // Browsers ask for it beside JSON; the shop did not.
        .route("/favicon.ico", get(|| async { StatusCode::NOT_FOUND }))
        .layer(middleware::from_fn_with_state(Arc::clone(service), same_site))
}

async fn timeline(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    let part = number(&uri, "before").map_or(Part::Latest, Part::Before);
    html(StatusCode::OK, page::timeline(&service, part, None, language(&uri)))
}

async fn changes(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    let after = number(&uri, "after").unwrap_or_default();
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, Html(page::changes(&service, after, language(&uri)))).into_response()
}

async fn order(State(service): State<Arc<Service>>, visit: Visit, body: Bytes) -> Response {
    let form = Form::read(&body);
    let invoice_number = form.text("invoice_number").unwrap_or_default();
    let status = match form.text("action") {
        Some("pay") => TransactionStatus::Success,
        Some("decline") => TransactionStatus::Failed,
        Some("expire") => TransactionStatus::Expired,
        Some("refund") => TransactionStatus::Refunded,
        _ => return visit.refuse(&service, &bad("an order is told to pay, decline, expire or refund")),
    };
    let done = service.settle(invoice_number, status).await;
    visit.answer(&service, done.map(drop), &page::card_id(Some(invoice_number)))
}

async fn notification(State(service): State<Arc<Service>>, visit: Visit, body: Bytes) -> Response {
    let Some(number) = Form::read(&body).text("notification").and_then(|number| number.parse().ok()) else {
        return visit.refuse(&service, &bad("a notification is named by its number"));
    };
    let (id, done) = match service.resend(number).await {
        Ok(attempt) => (page::card_id(Some(&attempt.invoice_number)), Ok(())),
        Err(error) => (String::new(), Err(error)),
    };
    visit.answer(&service, done, &id)
}

async fn clock(State(service): State<Arc<Service>>, visit: Visit, body: Bytes) -> Response {
    let Some(duration) = Form::read(&body).text("advance").and_then(parse_duration) else {
        return visit.refuse(&service, &bad("the clock is moved by a time such as 90s, 30m, 12h or 2d"));
    };
    service.advance(duration).await;
    visit.answer(&service, Ok(()), "clock")
}

async fn fault(State(service): State<Arc<Service>>, visit: Visit, body: Bytes) -> Response {
    let form = Form::read(&body);
    let name = form.text("fault").unwrap_or_default();
    let text = form.text("parameter").map_or_else(|| name.to_owned(), |parameter| format!("{name}={parameter}"));
    let done = text.parse::<Fault>().map(|fault| service.arm(fault));
    visit.answer(&service, done, "faults")
}

async fn clear(State(service): State<Arc<Service>>, visit: Visit) -> Response {
    service.memory().armed.clear();
    visit.answer(&service, Ok(()), "faults")
}

async fn trigger(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Arc<Line>>,
    visit: Visit,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    if form.text("url").is_some() && !line.is_local() {
        return visit.refuse(&service, &SimulatorError::NotLocal);
    }
    let text = |name| form.text(name).map(str::to_owned);
    let trigger = Trigger {
        invoice_number: text("invoice_number"),
        url: text("url"),
        ..Trigger::new(text("kind").unwrap_or_default())
    };
    let done = service.trigger(trigger).await;
    let id = done.as_ref().ok().and_then(|attempts| attempts.first());
    let id = id.map_or_else(String::new, |attempt| page::card_id(Some(&attempt.invoice_number)));
    visit.answer(&service, done.map(drop), &id)
}

async fn switches(State(service): State<Arc<Service>>, visit: Visit, body: Bytes) -> Response {
    let form = Form::read(&body);
    let now: Vec<_> = service.memory().switches.all().collect();
    let to_default = form.text("defaults").is_some();
    let mut wanted = Vec::new();
    for (switch, value) in &now {
        let new = if to_default { Some(switch.default_value()) } else { form.text(switch.name).map(str::to_owned) };
        wanted.extend(new.filter(|new| new != value).map(|new| (switch.name, new)));
    }
    let done = service.set_switches(wanted.iter().map(|(name, value)| (*name, value.as_str())));
    visit.answer(&service, done, "switches")
}

/// Who sent a form, and in which language.
struct Visit {
    uri: Uri,
    /// Whether the page's script sent it.
    script: bool,
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Visit {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        let accept = |headers: &HeaderMap| headers.get(header::ACCEPT)?.to_str().ok().map(str::to_owned);
        let script = accept(&parts.headers).as_deref() == Some("text/plain");
        Ok(Self { uri: parts.uri.clone(), script })
    }
}

impl Visit {
    /// Leads back to a part of the page, or says what went wrong.
    fn answer(&self, service: &Service, done: Result<(), SimulatorError>, id: &str) -> Response {
        match done {
            Err(error) => self.refuse(service, &error),
            Ok(()) if self.script => StatusCode::NO_CONTENT.into_response(),
            Ok(()) => {
                let location = format!("/{}#{id}", language(&self.uri).query());
                (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
            }
        }
    }

    fn refuse(&self, service: &Service, error: &SimulatorError) -> Response {
        let text = error.to_string();
        if self.script {
            return (StatusCode::UNPROCESSABLE_ENTITY, text).into_response();
        }
        let page = page::timeline(service, Part::Latest, Some(&text), language(&self.uri));
        html(StatusCode::UNPROCESSABLE_ENTITY, page)
    }
}

/// The fields of a form.
struct Form(HashMap<String, String>);

impl Form {
    fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Returns the text of a field, without blanks around it; `None` if it is empty.
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }
}

fn bad(reason: &str) -> SimulatorError {
    SimulatorError::BadField { reason: reason.to_owned() }
}

fn number(uri: &Uri, name: &str) -> Option<u64> {
    let query = uri.query()?.as_bytes();
    form_urlencoded::parse(query).find(|(known, _)| known == name).and_then(|(_, value)| value.parse().ok())
}

/// Returns the page, which loads its style and script from here and talks to nobody else.
fn html(status: StatusCode, page: String) -> Response {
    const POLICY: &str = "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'; style-src 'self'; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    with_policy(status, POLICY, page)
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_TYPE, kind),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}
