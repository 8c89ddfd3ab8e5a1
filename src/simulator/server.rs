//! The routes of the local gateway: HTTP in, decisions of `gateway.rs`, HTTP out.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use url::Url;
use uuid::Uuid;

use super::{
    body,
    event::Event,
    gateway::{Gateway, Received, Reply},
    ledger::Ledger,
    notify::{self, Delivery, Notice},
    order::{Order, SimulatorError},
    page::{self, Language},
};
use crate::{RequestId, TransactionStatus};

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 1 << 20;

/// Where orders are generated.
const GENERATE_ORDER: &str = "/indodana-peer-to-peer/v2/generate-order";

/// Before the id in the path of check status.
const CHECK_STATUS: &str = "/orders/v1/status/";

/// What the routes share.
pub(super) struct Service {
    pub(super) gateway: Gateway,
    pub(super) notification_url: Option<String>,
    pub(super) clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
    pub(super) ids: Box<dyn Fn() -> u128 + Send + Sync>,
    pub(super) watcher: Box<dyn Fn(&Event) + Send + Sync>,
    pub(super) http: reqwest::Client,
    pub(super) ledger: Mutex<Ledger>,
}

impl Service {
    /// Returns what the gateway remembers, for as long as the guard lives.
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the status of a pending order and notifies the merchant. Returns after the merchant answered.
    pub(super) async fn settle(
        self: &Arc<Self>,
        invoice_number: &str,
        status: TransactionStatus,
    ) -> Result<Delivery, SimulatorError> {
        let (notice, settled) = {
            let mut ledger = self.ledger();
            let order = ledger.by_invoice_number(invoice_number).ok_or(SimulatorError::UnknownOrder)?;
            let now = (self.clock)();
            order.settle(status, now)?;
            let notice = Notice {
                invoice_number: order.request.invoice_number.clone(),
                url: order.notification_url(self.notification_url.as_deref()).map(str::to_owned),
                request_id: self.request_id(),
                sent: now,
                body: body::report(order).into(),
            };
            (notice, order.show(self.notification_url.as_deref()))
        };
        (self.watcher)(&Event::Settled(settled));
        // In a task of its own: the notification goes out even if the browser does not wait for its answer.
        let service = Arc::clone(self);
        let sent = tokio::spawn(async move {
            let delivery = notify::deliver(&service.http, &service.gateway.credentials, notice).await;
            service.ledger().deliveries.push(delivery.clone());
            (service.watcher)(&Event::Notified(delivery.clone()));
            delivery
        });
        sent.await.map_err(|_| SimulatorError::Stopped)
    }

    fn generate_order(&self, caller: RequestId, body: &[u8], now: SystemTime) -> Reply {
        let id = (self.ids)();
        let (reply, made) = {
            let mut ledger = self.ledger();
            let known = ledger.orders().len();
            let reply = self.gateway.generate_order(&mut ledger, caller, body, now, id);
            let made = ledger.orders().get(known).map(|order| order.show(self.notification_url.as_deref()));
            (reply, made)
        };
        if let Some(made) = made {
            (self.watcher)(&Event::Made(made));
        }
        reply
    }

    fn request_id(&self) -> RequestId {
        Uuid::from_u128((self.ids)()).to_string().parse().expect("a uuid is a request id")
    }
}

/// Returns all routes.
pub(super) fn routes(service: Arc<Service>) -> Router {
    Router::new()
        .route("/", get(orders))
        .route("/healthz", get(|| async { "ok\n" }))
        .route(GENERATE_ORDER, post(generate_order))
        .route(&format!("{CHECK_STATUS}{{id}}"), get(check_status))
        .route("/pay/{token}", get(payment))
        .route("/pay/{token}/pay", post(pay))
        .route("/pay/{token}/decline", post(decline))
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .with_state(service)
}

async fn generate_order(
    State(service): State<Arc<Service>>,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let now = (service.clock)();
    let target = uri.path();
    let reply = match body {
        Ok(body) => {
            let received = Received { target, headers: &headers, body: Some(&body) };
            service
                .gateway
                .authenticate(&received, now)
                .map_or_else(|refusal| refusal, |caller| service.generate_order(caller, &body, now))
        }
        Err(rejection) => {
            let text = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => "The body is longer than 1 MiB",
                _ => "The body ended too early",
            };
            Reply::unknown(rejection.status(), body::message(text))
        }
    };
    service.gateway.answer(reply, target, now).map(Body::from)
}

async fn check_status(State(service): State<Arc<Service>>, uri: Uri, headers: HeaderMap) -> Response {
    let now = (service.clock)();
    let target = uri.path();
    let received = Received { target, headers: &headers, body: None };
    let reply = service.gateway.authenticate(&received, now).map_or_else(
        |refusal| refusal,
        |caller| {
            let encoded = target.strip_prefix(CHECK_STATUS).unwrap_or_default();
            let id = percent_decode_str(encoded).decode_utf8().ok();
            service.gateway.check_status(&mut service.ledger(), caller, id.as_deref())
        },
    );
    service.gateway.answer(reply, target, now).map(Body::from)
}

async fn no_route(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    let text = format!("No static resource {}.", uri.path().trim_start_matches('/'));
    let reply = Reply::unknown(StatusCode::NOT_FOUND, body::message(&text));
    service.gateway.answer(reply, uri.path(), (service.clock)()).map(Body::from)
}

async fn wrong_method(State(service): State<Arc<Service>>, method: Method, uri: Uri) -> Response {
    let text = format!("Request method '{method}' is not supported");
    let reply = Reply::unknown(StatusCode::METHOD_NOT_ALLOWED, body::message(&text));
    service.gateway.answer(reply, uri.path(), (service.clock)()).map(Body::from)
}

async fn orders(State(service): State<Arc<Service>>, uri: Uri) -> Response {
    let ledger = service.ledger();
    html(StatusCode::OK, page::orders(ledger.orders(), service.gateway.credentials.client_id(), language(&uri)))
}

async fn payment(State(service): State<Arc<Service>>, Path(token): Path<String>, uri: Uri) -> Response {
    show(&service, &token, StatusCode::OK, language(&uri))
}

async fn pay(State(service): State<Arc<Service>>, Path(token): Path<String>, uri: Uri) -> Response {
    press(&service, &token, TransactionStatus::Success, language(&uri)).await
}

async fn decline(State(service): State<Arc<Service>>, Path(token): Path<String>, uri: Uri) -> Response {
    press(&service, &token, TransactionStatus::Failed, language(&uri)).await
}

/// Does what a button of the payment page says, and sends the browser back to the shop.
async fn press(service: &Arc<Service>, token: &str, status: TransactionStatus, language: Language) -> Response {
    let invoice_number = service.ledger().by_token(token).map(|order| order.request.invoice_number.clone());
    let Some(invoice_number) = invoice_number else {
        return html(StatusCode::NOT_FOUND, page::not_found(language));
    };
    if service.settle(&invoice_number, status).await.is_err() {
        return show(service, token, StatusCode::CONFLICT, language);
    }
    let back = service.ledger().by_token(token).and_then(|order| callback(order));
    let location = back.unwrap_or_else(|| format!("/pay/{token}{}", language.query()));
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)], ()).into_response(),
        Err(_) => show(service, token, StatusCode::OK, language),
    }
}

fn show(service: &Service, token: &str, status: StatusCode, language: Language) -> Response {
    match service.ledger().by_token(token) {
        Some(order) => html(status, page::payment(order, callback(order).as_deref(), language)),
        None => html(StatusCode::NOT_FOUND, page::not_found(language)),
    }
}

/// Returns the merchant's page for the browser, if it is one that a browser may be sent to.
fn callback(order: &Order) -> Option<String> {
    let url = match order.status {
        TransactionStatus::Success => order.request.callback_url.as_deref()?,
        _ => &order.request.callback_url_cancel,
    };
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| url.to_string())
}

fn language(uri: &Uri) -> Language {
    let indonesian = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "lang=id"));
    if indonesian { Language::Indonesian } else { Language::English }
}

fn html(status: StatusCode, page: String) -> Response {
    const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self' http: https:; \
                          base-uri 'none'; frame-ancestors 'none'";
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(page)).into_response()
}
