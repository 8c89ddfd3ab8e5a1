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

use crate::{
    doku::order::Order,
    face::{
        control::same_site,
        page::{self, Language, PageLanguage, Ways},
    },
    run::service::Service,
};
use doku_indodana::TransactionStatus;

/// Returns the routes of the payment page.
pub(crate) fn routes(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/pay/{token}", get(payment))
        .route("/pay/{token}/pay", post(pay))
        .route("/pay/{token}/decline", post(decline))
        .route("/pay/{token}/expire", post(expire))
        .layer(middleware::from_fn_with_state(Arc::clone(service), same_site))
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
    let invoice_number = service.memory().by_token(token).map(|order| order.request.invoice_number.clone());
    let Some(invoice_number) = invoice_number else {
        return html(StatusCode::NOT_FOUND, page::not_found(language));
    };
    if service.settle(&invoice_number, status).await.is_err() {
        return show(service, token, StatusCode::CONFLICT, language);
    }
    let back = service.memory().by_token(token).and_then(back);
    let location = back.unwrap_or_else(|| format!("/pay/{token}{}", language.query()));
    match HeaderValue::from_str(&location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)], ()).into_response(),
        Err(_) => show(service, token, StatusCode::OK, language),
    }
}

fn show(service: &Service, token: &str, status: StatusCode, language: Language) -> Response {
    let now = service.clock.now();
    let memory = service.memory();
    let switches = &memory.switches;
    match memory.by_token(token) {
        Some(order) => {
            let (back, cancel) = (back(order), address(&order.request.callback_url_cancel));
            let ways = Ways { back: back.as_deref(), cancel: cancel.as_deref() };
            html(status, page::payment(order, &ways, order.is_open(now, switches), language))
        }
        None => html(StatusCode::NOT_FOUND, page::not_found(language)),
    }
}

/// Returns the merchant's page for the browser once an order is settled.
fn back(order: &Order) -> Option<String> {
    match order.status {
        TransactionStatus::Success => address(order.request.callback_url.as_deref()?),
        _ => address(&order.request.callback_url_cancel),
    }
}

/// Returns an address of the merchant's, if it is one that a browser may be sent to.
///
/// Names under `.example` belong to nobody (RFC 2606). An example order has one, so the browser stays on the payment page,
/// which says what became of the order, where it could only say that the site cannot be reached.
fn address(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let is_nobodys = url.host_str()?.trim_end_matches('.').rsplit('.').next() == Some("example");
    (matches!(url.scheme(), "http" | "https") && !is_nobodys).then(|| url.to_string())
}

pub(crate) fn language(uri: &Uri) -> Language {
    let indonesian = uri.query().is_some_and(|query| query.split('&').any(|pair| pair == "lang=id"));
    if indonesian { Language::Indonesian } else { Language::English }
}

/// Returns the payment page, which loads nothing but its style. Its forms end at the shop.
fn html(status: StatusCode, page: String) -> Response {
    const POLICY: &str = "default-src 'none'; img-src data:; style-src 'self'; form-action 'self' http: https:; \
                          base-uri 'none'; frame-ancestors 'none'";
    with_policy(status, POLICY, page)
}

/// Returns a page with what it may do.
pub(crate) fn with_policy(status: StatusCode, policy: &'static str, page: String) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(page)).into_response()
}
