//! The routes of the simulator: HTTP in, decisions of `identity.rs`, HTTP out.

mod reply;

use std::{sync::Arc, time::Instant};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode, Uri,
    header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS},
};
use percent_encoding::percent_decode_str;

use crate::{
    doku::{
        answer::{Reply, Standing},
        body,
        fault::{FAULT_HEADER, Fault, NotificationEffect, notify_strikes},
        identity::Incoming,
        order::SimulatedOrder,
        target::status_id,
    },
    face::{checkout, control, timeline},
    net::{
        connection::Line,
        upload::{self, LONGEST_ORDER},
    },
    run::service::Service,
    told::event::Happening,
};
use doku_indodana::{RequestId, TransactionStatus, address, json::Document, signature::header};

/// Returns all routes.
pub(crate) fn routes(service: Arc<Service>) -> Router {
    let own = checkout::routes(&service).merge(control::routes(&service)).merge(timeline::routes(&service));
    Router::new()
        .route(address::GENERATE_ORDER, post(generate_order))
        .route(address::CHECK_STATUS, get(check_status))
        .route("/healthz", get(|| async { "ok\n" }))
        .merge(
            own.layer(middleware::from_fn_with_state(Arc::clone(&service), kept))
                .layer(middleware::from_fn(upload::whole))
                .layer(middleware::from_fn(guarded)),
        )
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(one_host))
        .with_state(service)
}

/// Refuses a request with several Host lines: what reads the first would see another site than what reads the last.
async fn one_host(request: Request, next: Next) -> Response {
    if request.headers().get_all(HOST).iter().nth(1).is_none() {
        return next.run(request).await;
    }
    let mut answer = Response::new(Body::from(body::message("The request has more than one Host")));
    *answer.status_mut() = StatusCode::BAD_REQUEST;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// Gives every page, and whatever else a browser may show as one, a policy: where it has none, it may do nothing.
async fn guarded(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let nothing = HeaderValue::from_static("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
    answer.headers_mut().entry(CONTENT_SECURITY_POLICY).or_insert(nothing);
    answer.headers_mut().entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    answer
}

/// Answers what changed something only once that is in the state file.
async fn kept(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let answer = next.run(request).await;
    if reads {
        return answer;
    }
    match service.commit().await {
        Ok(()) => answer,
        Err(error) => control::fail(&error),
    }
}

async fn generate_order(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Arc<Line>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let start = Instant::now();
    let call = Call { method: &parts.method, uri: &parts.uri, headers: &parts.headers, start };
    let body = match upload::read(body, LONGEST_ORDER).await {
        Ok(body) => body,
        Err((status, text)) => {
            let reply = Reply::unknown(status, body::message(&text), "body");
            return service.refuse(&call, reply, &line).await;
        }
    };
    let asked = match asked(call.headers) {
        Ok(asked) => asked,
        Err(reply) => return service.reply(&call, &body, reply, &[], &line).await,
    };
    let for_notifications: Vec<_> = asked.iter().filter(|fault| fault.notify().is_some()).cloned().collect();
    let faults = service.faults_of_order(call.headers, &body, asked);
    if let Some(reply) = Reply::before_order(&faults) {
        // The fault of an invoice number strikes once, also after the end of the process.
        return match service.commit().await {
            Ok(()) => service.reply(&call, &body, reply, &faults, &line).await,
            Err(_) => service.refuse(&call, Reply::unwritable(), &line).await,
        };
    }
    let (reply, made) = service.generate_order(&call, &body, for_notifications);
    // What is told the merchant is not forgotten, whatever happens next.
    if service.commit().await.is_err() {
        return service.refuse(&call, Reply::unwritable(), &line).await;
    }
    if let Some(invoice_number) = made {
        service.after_made(&invoice_number).await;
    }
    service.reply(&call, &body, reply.after_order(&faults), &faults, &line).await
}

async fn check_status(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Arc<Line>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let call = Call { method: &method, uri: &uri, headers: &headers, start: Instant::now() };
    let asked = match asked(&headers) {
        Ok(asked) => asked,
        Err(reply) => return service.refuse(&call, reply, &line).await,
    };
    let faults = service.memory().answer_faults(asked);
    if let Some(reply) = Reply::before_order(&faults) {
        return service.reply(&call, b"", reply, &faults, &line).await;
    }
    let now = service.clock.now();
    let reply = {
        let memory = service.memory();
        let switches = memory.switches.clone();
        match service.identity.authenticate(&call.received(None), service.clock.times(), &switches) {
            Ok(caller) => {
                let encoded = status_id(call.target()).unwrap_or_default();
                let id = percent_decode_str(encoded).decode_utf8().ok();
                service.identity.check_status(&memory, caller, id.as_deref(), now)
            }
            Err(refusal) => refusal,
        }
    };
    service.reply(&call, b"", reply.after_order(&faults), &faults, &line).await
}

async fn no_route(
    service: State<Arc<Service>>,
    line: Extension<Arc<Line>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let text = format!("No static resource {}.", uri.path().trim_start_matches('/'));
    let reply = Reply::unknown(StatusCode::NOT_FOUND, body::message(&text), "no_route");
    let call = Call { method: &method, uri: &uri, headers: &headers, start: Instant::now() };
    service.refuse(&call, reply, &line).await
}

async fn wrong_method(
    service: State<Arc<Service>>,
    line: Extension<Arc<Line>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let text = format!("Request method '{method}' is not supported");
    let reply = Reply::unknown(StatusCode::METHOD_NOT_ALLOWED, body::message(&text), "wrong_method");
    let call = Call { method: &method, uri: &uri, headers: &headers, start: Instant::now() };
    service.refuse(&call, reply, &line).await
}

/// A request that is being answered.
struct Call<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    start: Instant,
}

impl Call<'_> {
    /// Returns the request target that is signed.
    fn target(&self) -> &str {
        self.uri.path()
    }

    fn received<'a>(&'a self, body: Option<&'a [u8]>) -> Incoming<'a> {
        Incoming { target: self.target(), headers: self.headers, body }
    }
}

/// Returns the faults that the request's header asks for.
fn asked(headers: &HeaderMap) -> Result<Vec<Fault>, Reply> {
    let mut faults = Vec::new();
    for value in headers.get_all(FAULT_HEADER) {
        let list = Fault::list(value.to_str().unwrap_or("?")).map_err(|error| {
            let text = format!("header {FAULT_HEADER}: {error}");
            Reply::unknown(StatusCode::BAD_REQUEST, body::message(&text), "unknown_fault")
        })?;
        faults.extend(list);
    }
    Ok(faults)
}

impl Service {
    /// Takes the faults of a request that generates an order: standing, armed, of its header, of its invoice number.
    fn faults_of_order(&self, headers: &HeaderMap, body: &[u8], mut asked: Vec<Fault>) -> Vec<Fault> {
        let invoice_number = Document::parse(body)
            .ok()
            .and_then(|order| Some(order.pointer("/order/invoice_number")?.as_str()?.into_owned()));
        let named = invoice_number.and_then(|invoice_number| Fault::of_invoice_number(&invoice_number));
        let caller = headers.get(header::REQUEST_ID).and_then(|id| id.to_str().ok()?.parse::<RequestId>().ok());
        let mut memory = self.memory();
        if let (Some(fault), Some(caller)) = (named, caller) {
            // It strikes once, so that sending the same order again shows what happened to it.
            if memory.strikes_first(caller) {
                asked.push(fault);
            }
        }
        memory.answer_faults(asked)
    }

    /// Answers generate order, and returns the invoice number of an order that it made.
    fn generate_order(&self, call: &Call<'_>, body: &[u8], faults: Vec<Fault>) -> (Reply, Option<String>) {
        let now = self.clock.now();
        let id = (self.ids)();
        let (reply, made) = {
            let mut memory = self.memory();
            let switches = memory.switches.clone();
            let caller = match self.identity.authenticate(&call.received(Some(body)), self.clock.times(), &switches) {
                Ok(caller) => caller,
                Err(refusal) => return (refusal, None),
            };
            let reply = self.identity.generate_order(&mut memory, caller, body, now, id);
            let made = (reply.standing == Standing::Generated).then(|| reply.invoice_number.clone()).flatten();
            let order = made.as_ref().and_then(|invoice_number| memory.by_invoice_number(invoice_number));
            let shown = order.map(|order| {
                order.faults = faults;
                let url = order.request.override_notification_url.as_deref();
                let undeliverable = url.and_then(|url| self.messenger.destination(url).err());
                SimulatedOrder { undeliverable, ..order.show(self.notification_url.as_deref()) }
            });
            (reply, shown)
        };
        let invoice_number = made.as_ref().map(|order| order.invoice_number.clone());
        if let Some(order) = made {
            self.tell(invoice_number.as_deref(), Happening::Made(Box::new(order)));
            self.planned.notify_one();
        }
        (reply, invoice_number)
    }

    /// Pays an order before its maker knows that it exists, if a fault wants it.
    async fn after_made(self: &Arc<Self>, invoice_number: &str) {
        let faults = self.memory().coming_notify_faults(invoice_number);
        if notify_strikes(&faults, &NotificationEffect::BeforeAnswer) {
            // It was made just now, so it is pending.
            let _ = self.settle(invoice_number, TransactionStatus::Success).await;
        }
    }
}
