//! The page for people, on the listener of the API: what is stored, and no customer's data. It changes nothing.
//!
//! It is HTML alone, written here: no script, nothing loaded from anywhere. Values are escaped by their type.

mod ask;
mod list;
mod meaning;
mod order;
mod picture;
mod row;
mod words;

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use doku_store::Orders;
use http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use self::ask::{Ask, PAGE};
use crate::{
    gate::Gate,
    problem::{Code, Problem},
};

const STYLE: &str = include_str!("page/style.css");

/// What a page may do: be shown, with this one style, and send the search to this sidecar.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    policy.try_into().expect("a policy is ascii")
});

/// Returns the routes of the page. Each needs a token, as bearer or as the password that a browser asks for.
pub(crate) fn routes<S>(orders: Orders, gate: Arc<Gate>) -> Router<S> {
    let pages = Pages { orders, gate };
    Router::new()
        .route(PAGE, get(list))
        .route(ask::ORDER, get(order))
        .route_layer(middleware::from_fn_with_state(pages.clone(), token))
        .with_state(pages)
}

/// What the pages share.
#[derive(Clone)]
struct Pages {
    orders: Orders,
    gate: Arc<Gate>,
}

async fn token(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    match pages.gate.check_password(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => refused(&problem, &Ask::read(PAGE, request.uri())),
    }
}

async fn list(State(pages): State<Pages>, uri: Uri) -> Response {
    let ask = Ask::read(PAGE, &uri);
    match list::list(&pages.orders, &ask).await {
        Ok(page) => page.into_response(&ask),
        Err(error) => refused(&error.into(), &ask),
    }
}

async fn order(State(pages): State<Pages>, uri: Uri) -> Response {
    let ask = Ask::read(ask::ORDER, &uri);
    match order::order(&pages.orders, &ask).await {
        Ok(page) => page.into_response(&ask),
        Err(problem) => refused(&problem, &ask),
    }
}

/// Returns why there is nothing to see.
fn refused(problem: &Problem, ask: &Ask) -> Response {
    let code = problem.code();
    let words = ask.words();
    let (title, text) = match code {
        Code::Unauthorized => (words.no_token, html! { p { (words.sign_in) } }),
        Code::NotFound => (words.not_found, html! { p class="hint" { (problem.detail()) } }),
        Code::StoreUnavailable => (words.no_store, in_english(problem)),
        _ => (words.bug, in_english(problem)),
    };
    let body = html! { "\n" h1 { (title) } "\n" (text) "\n" };
    let page = Page { status: code.status(), title: title.to_owned(), body };
    let mut response = page.into_response(ask);
    if code == Code::Unauthorized {
        let challenge = HeaderValue::from_static("Basic realm=\"doku\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// Returns what a fault says of itself, which is in English alone, as the log has it.
fn in_english(problem: &Problem) -> Markup {
    html! { p class="hint" lang="en" { (problem.detail()) } }
}

/// A page, before what all pages have.
struct Page {
    status: StatusCode,
    title: String,
    body: Markup,
}

impl Page {
    fn into_response(self, ask: &Ask) -> Response {
        let markup = html! {
            (DOCTYPE) "\n"
            html lang=(ask.code()) {
                "\n" head {
                    "\n" meta charset="utf-8";
                    "\n" meta name="viewport" content="width=device-width, initial-scale=1";
                    "\n" meta name="color-scheme" content="light dark";
                    "\n" link rel="icon" href="data:,";
                    "\n" title { (self.title) }
                    "\n" style { (PreEscaped(STYLE)) }
                    "\n"
                }
                "\n" body { "\n" (head(ask)) "\n" main { (self.body) } "\n" (foot(ask)) "\n" }
                "\n"
            }
            "\n"
        };
        let mut response = Response::new(Body::from(markup.into_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        for (name, value) in [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
        response
    }
}

/// Returns the top of each page: the way back, the search, the other language.
fn head(ask: &Ask) -> Markup {
    let words = ask.words();
    html! {
        header {
            "\n" a class="home" href=(ask.link(PAGE, &[])) { (words.sidecar) }
            "\n" a href=(ask.in_other_language()) lang=(ask.other_code()) hreflang=(ask.other_code()) { (words.other_language) }
            "\n" form role="search" action=(PAGE) {
                @if ask.is_indonesian() { input type="hidden" name="lang" value="id"; }
                input type="search" name="invoice" value=(ask.searched()) maxlength="64" autocomplete="off"
                    aria-label=(words.search_label) placeholder=(words.search_label);
                " " button { (words.search) }
            }
            "\n"
        }
    }
}

fn foot(ask: &Ask) -> Markup {
    html! { footer { (ask.words().note) } }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    #[tokio::test]
    async fn a_fault_has_a_heading_in_both_languages_and_its_own_words_in_english() {
        for (code, uri, heading) in [
            (Code::StoreUnavailable, "/page", "The store cannot be used now"),
            (Code::StoreUnavailable, "/page?lang=id", "Penyimpanan sedang tidak dapat dipakai"),
            (Code::Bug, "/page", "A fault of the sidecar"),
            (Code::Bug, "/page?lang=id", "Kesalahan pada sidecar"),
        ] {
            let ask = Ask::read(PAGE, &uri.parse().unwrap());
            let response = refused(&Problem::new(code, "the disk is full"), &ask);
            assert_eq!(response.status(), code.status());
            let page = response.into_body().collect().await.unwrap().to_bytes();
            let page = String::from_utf8_lossy(&page);
            let shown = format!("<h1>{heading}</h1>\n<p class=\"hint\" lang=\"en\">the disk is full</p>");
            assert!(page.contains(&shown), "{uri}: {page}");
        }
    }
}
