//! The routes of the payment page: what the customer sees and presses.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, Uri, header};
use url::Url;

use super::{
    control::same_site,
    order::Order,
    page::{self, Language},
    service::Service,
};
use crate::TransactionStatus;

/// Returns the routes of the payment page and of the list of orders.
pub(super) fn routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/", get(orders))
        .route("/pay/{token}", get(payment))
        .route("/pay/{token}/pay", post(pay))
        .route("/pay/{token}/decline", post(decline))
        .route("/pay/{token}/expire", post(expire))
        .layer(middleware::from_fn_with_state(Arc::clone(service), same_site))
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

async fn expire(State(service): State<Arc<Service>>, Path(token): Path<String>, uri: Uri) -> Response {
    press(&service, &token, TransactionStatus::Expired, language(&uri)).await
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
    let mut ledger = service.ledger();
    let switches = ledger.switches.clone();
    match ledger.by_token(token) {
        Some(order) => {
            let open = order.is_open(&switches);
            html(status, page::payment(order, callback(order).as_deref(), open, language))
        }
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

/// Returns a page that loads nothing from elsewhere.
pub(super) fn html(status: StatusCode, page: String) -> Response {
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
