//! The simulator: the whole flow, what is signed, and how it starts and stops.

#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

mod advice;
mod answers;
mod durable;
mod faults;
mod guards;
mod hostile;
mod lifecycle;
mod limits;
mod notification;
mod page;
mod switches;
mod timeline;

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, Request, Response, StatusCode, Uri},
};
use bytes::Bytes;
use doku_indodana::{
    Client, Credentials, Outcome, PreparedOrder, RequestId, Rupiah, SignedRequest, Timestamp, TransactionStatus,
    Verifier,
    check::{self, Kind},
};
use doku_simulator::{AttemptResult, Happening, Simulator, SimulatorBuilder, SimulatorError};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

const MINIMAL: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");
const FULL: &str = include_str!("../../spec/examples/generate_order.request.full.json");
const GENERATE_ORDER: &str = "/indodana-peer-to-peer/v2/generate-order";
const INVOICE: &str = "INV-20260105-0001";

/// 2026-01-05T08:45:42Z.
const NOW: u64 = 1_767_602_742;

#[tokio::test]
async fn an_order_is_generated_paid_notified_and_asked_for() {
    let mut shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/payments/notifications")).start().await.unwrap();
    let doku = client(&simulator);

    let order = doku.send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert_eq!(order.payment_url(), format!("{}/pay/00000000000000000000000000000001", simulator.url()));
    assert!(!order.is_replayed());
    let pending = doku.check_status(INVOICE).await.unwrap();
    assert_eq!(pending.transaction_status(), Some(&TransactionStatus::Pending));
    assert!(pending.is_verified());

    let attempt = simulator.pay(INVOICE).await.unwrap();
    assert_eq!(attempt.status(), Some(200));
    assert!(attempt.is_acknowledged());
    let (uri, headers, body) = shop.received.recv().await.unwrap();
    assert_eq!(uri, "/payments/notifications");
    assert_eq!(body, attempt.body);
    let verifier = Verifier::new(simulator.credentials().clone());
    let notification = verifier.verify("/payments/notifications", &headers, &body).unwrap();
    assert_eq!(notification.invoice_number(), Some(INVOICE));
    assert_eq!(notification.status(), Some(&TransactionStatus::Success));
    assert_eq!(notification.amount(), Rupiah::try_from(100_000).ok());
    assert_valid(Kind::Notification, &body);

    for id in [INVOICE, "request-1"] {
        let status = doku.check_status(id).await.unwrap();
        assert_eq!(status.transaction_status(), Some(&TransactionStatus::Success), "{id}");
        assert!(status.is_verified(), "{id}");
    }
    let orders = simulator.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].invoice_number, INVOICE);
    assert_eq!(orders[0].request_id.as_str(), "request-1");
    assert_eq!(orders[0].amount.get(), 100_000);
    assert_eq!(orders[0].status, TransactionStatus::Success);
    assert_eq!(orders[0].created, now());
    assert_eq!(orders[0].payment_url, order.payment_url());
    assert_eq!(orders[0].notification_url, Some(shop.url("/payments/notifications")));
    assert_eq!(orders[0].received, 1);
    assert_eq!(simulator.notifications().len(), 1);
    simulator.stop().await.unwrap();
}

/// Digest and signatures were computed with Python's hashlib and hmac over these texts.
#[tokio::test]
async fn what_is_signed_are_the_documented_lines() {
    let shop = shop(StatusCode::OK).await;
    let simulator =
        fixed().notification_url(shop.url("/payments/notifications?from=doku")).switch("body-style", "compact");
    let simulator = simulator.start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let attempt = simulator.pay(INVOICE).await.unwrap();

    let body = concat!(
        r#"{"service":{"id":"PEER_TO_PEER"},"acquirer":{"id":"INDODANA"},"channel":{"id":"PEER_TO_PEER_INDODANA"},"#,
        r#""order":{"invoice_number":"INV-20260105-0001","amount":100000},"transaction":{"status":"SUCCESS","#,
        r#""date":"2026-01-05T08:45:42Z","original_request_id":"request-1"},"peer_to_peer_info":{"identifier":"#,
        r#"[{"name":"INDODANA_ORDER_ID","value":"INV-20260105-0001"}],"created_date":"20260105154542","#,
        r#""expired_date":"20260105164542","merchant_unique_reference":"60123","status":"SUCCESS"},"#,
        r#""payment":{"merchant_unique_reference":"60123"}}"#,
    );
    assert_eq!(attempt.body, body);
    assert_eq!(
        attempt.string_to_sign,
        "Client-Id:SIM-0001-0000000000001\n\
         Request-Id:00000000-0000-0000-0000-000000000002\n\
         Request-Timestamp:2026-01-05T08:45:42Z\n\
         Request-Target:/payments/notifications\n\
         Digest:pQzci/SFww1LjfTL64uTkESSiFoqifDg9GhvNMaoa/w="
    );
    assert_eq!(attempt.header("signature").unwrap(), "HMACSHA256=4dIgYUXm2j6u5fIe+jWTyn4v4o232W3+K++2ivYwB94=");

    let status = send(&simulator, signed_get(&simulator, INVOICE, now())).await;
    let body = concat!(
        r#"{"order":{"invoice_number":"INV-20260105-0001","amount":100000},"transaction":{"status":"SUCCESS","#,
        r#""date":"2026-01-05T08:45:42Z","original_request_id":"request-1"},"service":{"id":"PEER_TO_PEER"},"#,
        r#""acquirer":{"id":"INDODANA"},"channel":{"id":"PEER_TO_PEER_INDODANA"},"peer_to_peer_info":{"identifier":"#,
        r#"[{"name":"INDODANA_ORDER_ID","value":"INV-20260105-0001"}],"created_date":"20260105154542","#,
        r#""expired_date":"20260105164542","merchant_unique_reference":"60123","status":"SUCCESS"},"#,
        r#""payment":{"merchant_unique_reference":"60123"}}"#,
    );
    assert_eq!(text(&status), body);
    assert_eq!(status.headers()["response-timestamp"], "2026-01-05T08:45:42Z");
    assert_eq!(status.headers()["signature"], "HMACSHA256=VBAqGsKIj9Ix9PhWgj44vyn4VoDOJjzBBJborBswdzc=");
}

#[tokio::test]
async fn what_is_not_there_is_a_plain_4xx() {
    let simulator = fixed().start().await.unwrap();
    let message = |text: &str| json!({ "message": text }).to_string();
    for (method, path, length, status, body) in [
        (Method::GET, "/orders/v9/status/1", 0, 404, message("No static resource orders/v9/status/1.")),
        (Method::POST, "/orders/v1/status/1", 0, 405, message("Request method 'POST' is not supported")),
        (Method::GET, GENERATE_ORDER, 0, 405, message("Request method 'GET' is not supported")),
        (Method::POST, GENERATE_ORDER, (1 << 20) + 1, 413, message("The body is longer than 1 MiB")),
    ] {
        let answer = send(&simulator, request(method, path, "x".repeat(length))).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(text(&answer), body, "{path}");
        assert!(!answer.headers().contains_key("signature"), "{path}");
        assert_eq!(answer.headers().contains_key("allow"), status == 405, "{path}");
        assert_valid(Kind::Error, answer.body());
    }
    for (method, path) in [(Method::GET, "/pay/unknown"), (Method::POST, "/pay/unknown/pay")] {
        let answer = send(&simulator, request(method, path, "")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(text(&answer).contains("<h1>Order not found</h1>"), "{path}");
    }
    assert_eq!(text(&send(&simulator, request(Method::GET, "/healthz", "")).await), "ok\n");
}

#[tokio::test]
async fn a_simulator_that_cannot_start_says_why() {
    let taken = fixed().start().await.unwrap();
    let port: u16 = taken.url().rsplit(':').next().unwrap().parse().unwrap();
    let error = fixed().port(port).start().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
    assert_eq!(
        error.to_string(),
        format!("port {port} of 127.0.0.1 is in use; stop the program that has it or choose another port")
    );
    let error = fixed().notification_url("https://shop.example/n").start().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().starts_with("the notification url is not on this machine"), "{error}");

    taken.stop().await.unwrap();
    let again = fixed().port(port).start().await.unwrap();
    assert_eq!(again.url(), format!("http://127.0.0.1:{port}"));
}

#[tokio::test]
async fn only_the_given_credentials_are_known() {
    let credentials = Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "SK-not-a-real-key".parse().unwrap());
    let simulator = fixed().credentials(credentials.clone()).start().await.unwrap();
    assert!(client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap().attempts() == 1);
    let other = fixed().start().await.unwrap();
    let stranger = builder(&other, credentials).build().unwrap();
    let error = stranger.send(&prepared(MINIMAL, "request-1")).await.unwrap_err();
    assert_eq!(error.rejection().and_then(|rejection| rejection.code()), Some("invalid_client_id"));
}

/// A simulator with a clock that stands still and ids that count.
fn fixed() -> SimulatorBuilder {
    let next = AtomicU64::new(1);
    Simulator::builder().clock(now).ids(move || next.fetch_add(1, Ordering::Relaxed).into())
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

fn builder(simulator: &Simulator, credentials: Credentials) -> doku_indodana::ClientBuilder {
    Client::builder(simulator.environment(), credentials).clock(now)
}

fn client(simulator: &Simulator) -> Client {
    builder(simulator, simulator.credentials().clone()).build().unwrap()
}

fn prepared(body: &str, request_id: &str) -> PreparedOrder {
    PreparedOrder::from_json(body.to_owned(), request_id.parse().unwrap()).unwrap()
}

fn changed(body: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut order = serde_json::from_str(body).unwrap();
    change(&mut order);
    order.to_string()
}

fn timestamp(time: SystemTime) -> Timestamp {
    time.try_into().unwrap()
}

/// Signs any body, also one that is no order and no JSON.
fn signed_post(simulator: &Simulator, request_id: &str, body: &str, time: SystemTime) -> Request<Full<Bytes>> {
    use doku_indodana::signature::{Components, Time, digest, sign};
    let (credentials, timestamp) = (simulator.credentials(), timestamp(time));
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &request_id.parse().unwrap(),
        time: Time::Request(&timestamp),
        target: &GENERATE_ORDER.parse().unwrap(),
        digest: Some(&digest(body.as_bytes())),
    };
    let signature = sign(credentials.secret_key(), &components).to_string();
    let mut request = request(Method::POST, GENERATE_ORDER, body.to_owned());
    for (name, value) in [
        ("client-id", credentials.client_id().as_str()),
        ("request-id", request_id),
        ("request-timestamp", timestamp.as_str()),
        ("signature", &signature),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    request
}

fn signed_get(simulator: &Simulator, id: &str, time: SystemTime) -> Request<Full<Bytes>> {
    let target = format!("/orders/v1/status/{id}");
    let id: RequestId = "status-1".parse().unwrap();
    let signed = SignedRequest::get(simulator.credentials(), &id, &timestamp(time), &target.parse().unwrap());
    let mut request = request(Method::GET, &target, "");
    request.headers_mut().extend(signed.headers().clone());
    request
}

fn request(method: Method, path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::builder().method(method).uri(path).header("host", "127.0.0.1").body(Full::new(body.into())).unwrap()
}

async fn get(simulator: &Simulator, url: &str) -> Response<Bytes> {
    let path = url.strip_prefix(simulator.url()).unwrap();
    send(simulator, request(Method::GET, if path.is_empty() { "/" } else { path }, "")).await
}

async fn send(simulator: &Simulator, request: Request<Full<Bytes>>) -> Response<Bytes> {
    let address = simulator.url().strip_prefix("http://").unwrap();
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let (parts, body) = sender.send_request(request).await.unwrap().into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
}

fn text(answer: &Response<Bytes>) -> String {
    String::from_utf8(answer.body().to_vec()).unwrap()
}

fn verify(simulator: &Simulator, request_id: &str, answer: &Response<Bytes>) {
    let verifier = Verifier::new(simulator.credentials().clone());
    let request_id = request_id.parse().unwrap();
    verifier.verify_response(GENERATE_ORDER, &request_id, answer.headers(), answer.body()).unwrap();
}

fn assert_valid(kind: Kind, body: &[u8]) {
    let report = check::check(kind, body).unwrap();
    assert!(report.is_valid(), "{:?}", report.violations());
}

/// A merchant that answers every notification with the same status.
struct Shop {
    address: SocketAddr,
    received: mpsc::UnboundedReceiver<(Uri, HeaderMap, Bytes)>,
}

impl Shop {
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn shop(status: StatusCode) -> Shop {
    type Sender = mpsc::UnboundedSender<(Uri, HeaderMap, Bytes)>;
    let (sender, received) = mpsc::unbounded_channel();
    let take = move |State(sender): State<Sender>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
        sender.send((uri, headers, body)).unwrap();
        (status, [("location", "/elsewhere")])
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().fallback(take).with_state(sender);
    tokio::spawn(async { axum::serve(listener, routes).await });
    Shop { address, received }
}
