//! What this crate adds to what cannot be avoided, as ratios measured side by side in one run.
//!
//! `cargo bench`, best on an idle machine and pinned: `taskset -c 0 cargo bench …`.
//!
//! - `prepare` (serialise, check, sign) against SHA-256, HMAC and Base64 of the same bytes, for 1, 50 and 500 items;
//! - verifying and decoding a notification against verifying it alone;
//! - a call over loopback, in CPU time of the client's thread, against bare reqwest and bare hyper.

use std::{
    hint::black_box,
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use cpu_time::ThreadTime;
use doku_indodana::{
    Address, Category, Client, Credentials, Customer, Environment, GenerateOrderRequest, LineItem, Order,
    PeerToPeerInfo, PreparedOrder, Price, RequestId, Timestamp, Verifier,
    signature::{Components, Time, digest, sign},
};
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};

const KEY: &str = "SK-not-a-real-key";
const TIMESTAMP: &str = "2021-07-07T08:45:42Z";
const REQUEST_ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";
const TARGET: &str = "/indodana-peer-to-peer/v2/generate-order";

fn main() {
    for items in [1, 50, 500] {
        prepare(items);
    }
    notification();
    call();
}

fn prepare(items: u64) {
    let request = request(items);
    let (request_id, timestamp) = (id(), timestamp());
    let credentials = credentials();
    let body = PreparedOrder::new(&request, request_id.clone()).expect("a valid order").body().to_vec();
    let [limit, whole] = race(
        20_000 / items.max(10),
        [&mut || limit(&body), &mut || {
            let prepared = PreparedOrder::new(&request, request_id.clone()).expect("a valid order");
            black_box(prepared.sign(&credentials, &timestamp));
        }],
    );
    println!("prepare, {items} items, {} bytes", body.len());
    row("sha-256 + hmac + base64 (limit)", limit, limit);
    row("prepare: serialise, check, sign", whole, limit);
}

/// SHA-256, HMAC and Base64 of the same bytes, and nothing else.
fn limit(body: &[u8]) {
    let digest = STANDARD.encode(Sha256::digest(body));
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("any key will do");
    for part in [
        "Client-Id:BRN-0000-1234567890123\nRequest-Id:",
        REQUEST_ID,
        "\nRequest-Timestamp:",
        TIMESTAMP,
        "\nRequest-Target:",
        TARGET,
        "\nDigest:",
        &digest,
    ] {
        mac.update(part.as_bytes());
    }
    black_box(STANDARD.encode(mac.finalize().into_bytes()));
}

fn notification() {
    let body = include_bytes!("../spec/examples/payment_notification.notification.success.json");
    let body = serde_json::to_vec(&serde_json::from_slice::<serde_json::Value>(body).expect("the example is JSON"));
    let body = body.expect("a value is JSON");
    let headers = notification_headers(&body);
    let verifier = Verifier::new(credentials());
    let (client_id, request_id, timestamp) = (credentials().client_id().clone(), id(), timestamp());
    let target = "/payments/notifications".parse().expect("a target");
    let key = credentials().secret_key().clone();
    let signature = headers["signature"].to_str().expect("ascii").to_owned();
    let [bare, whole] = race(
        20_000,
        [
            &mut || {
                let digest = digest(&body);
                let components = Components {
                    client_id: &client_id,
                    request_id: &request_id,
                    time: Time::Request(&timestamp),
                    target: &target,
                    digest: Some(&digest),
                };
                black_box(doku_indodana::signature::verify([&key], &components, &signature)).expect("it is right");
            },
            &mut || {
                let notification = verifier.verify("/payments/notifications", &headers, &body).expect("it is right");
                black_box(notification.status());
            },
        ],
    );
    println!("notification, {} bytes", body.len());
    row("verify alone", bare, bare);
    row("verify and decode", whole, bare);
}

fn call() {
    let answer = loopback_answer();
    let url = serve(answer);
    let prepared = PreparedOrder::new(&request(1), id()).expect("a valid order");
    let body = Bytes::copy_from_slice(prepared.body());
    let environment = Environment::custom(&url).expect("a loopback url");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = Client::builder(environment, credentials()).build().expect("a client");
    let reqwest = bare_reqwest();
    let mut hyper = runtime.block_on(hyper_connection(&url));
    let [floor, bare, whole] = race_cpu(
        2_000,
        [
            &mut || runtime.block_on(hyper_call(&mut hyper, &body)),
            &mut || runtime.block_on(reqwest_call(&reqwest, &url, &body)),
            &mut || {
                let order = runtime.block_on(client.send(&prepared)).expect("a signed answer");
                black_box(order.payment_url());
            },
        ],
    );
    println!("call over loopback, client CPU");
    row("bare hyper", floor, bare);
    row("bare reqwest", bare, bare);
    row("this crate: check, sign, send, verify, decode", whole, bare);
}

/// Reqwest with the TLS set up as in this crate, because it has no default; the call itself is plain.
fn bare_reqwest() -> reqwest::Client {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.expect("ring has them").with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().build().expect("a client")
}

async fn hyper_connection(url: &str) -> hyper::client::conn::http1::SendRequest<Full<Bytes>> {
    let address = url.trim_start_matches("http://");
    let stream = tokio::net::TcpStream::connect(address).await.expect("the server listens");
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("http");
    tokio::spawn(connection);
    sender
}

async fn hyper_call(sender: &mut hyper::client::conn::http1::SendRequest<Full<Bytes>>, body: &Bytes) {
    sender.ready().await.expect("a connection");
    let request = http::Request::post(TARGET).header("host", "localhost").body(Full::new(body.clone()));
    let answer = sender.send_request(request.expect("a request")).await.expect("an answer");
    black_box(answer.into_body().collect().await.expect("a body").to_bytes());
}

async fn reqwest_call(client: &reqwest::Client, url: &str, body: &Bytes) {
    let answer = client.post(format!("{url}{TARGET}")).body(body.clone()).send().await.expect("an answer");
    black_box(answer.bytes().await.expect("a body"));
}

/// Answers every request on a thread of its own by the same bytes.
fn serve(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let answer = answer.clone();
            thread::spawn(move || {
                let mut buffer = vec![0; 1 << 16];
                let mut held = 0;
                while let Ok(count @ 1..) = stream.read(&mut buffer[held..]) {
                    held += count;
                    if is_complete(&buffer[..held]) {
                        held = 0;
                        stream.write_all(&answer).expect("the client reads");
                    }
                }
            });
        }
    });
    url
}

fn is_complete(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    request.len() >= end + 4 + length
}

fn loopback_answer() -> Vec<u8> {
    let body = br#"{"order":{"amount":100000,"invoice_number":"INV-1"},"payment":{"status":"PENDING","url":"https://sandbox01.indodana.com/product-installment/payment?purchaseTransactionId=1"},"peer_to_peer_info":{"merchant_unique_reference":"60123"}}"#;
    let credentials = credentials();
    let (request_id, timestamp) = (id(), timestamp());
    let digest = digest(body);
    let signature = sign(
        credentials.secret_key(),
        &Components {
            client_id: credentials.client_id(),
            request_id: &request_id,
            time: Time::Response(&timestamp),
            target: &TARGET.parse().expect("a target"),
            digest: Some(&digest),
        },
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nClient-Id: {}\r\nRequest-Id: {request_id}\r\nResponse-Timestamp: {timestamp}\r\nSignature: {signature}\r\n\r\n",
        body.len(),
        credentials.client_id(),
    );
    [head.as_bytes(), body].concat()
}

fn notification_headers(body: &[u8]) -> HeaderMap {
    let credentials = credentials();
    let digest = digest(body);
    let signature = sign(
        credentials.secret_key(),
        &Components {
            client_id: credentials.client_id(),
            request_id: &id(),
            time: Time::Request(&timestamp()),
            target: &"/payments/notifications".parse().expect("a target"),
            digest: Some(&digest),
        },
    );
    let mut headers = HeaderMap::new();
    headers.insert("client-id", credentials.client_id().as_str().parse().expect("ascii"));
    headers.insert("request-id", REQUEST_ID.parse().expect("ascii"));
    headers.insert("request-timestamp", TIMESTAMP.parse().expect("ascii"));
    headers.insert("signature", signature.to_string().parse().expect("ascii"));
    headers
}

fn credentials() -> Credentials {
    Credentials::new("BRN-0000-1234567890123".parse().expect("an id"), KEY.parse().expect("a key"))
}

fn id() -> RequestId {
    REQUEST_ID.parse().expect("an id")
}

fn timestamp() -> Timestamp {
    TIMESTAMP.parse().expect("a timestamp")
}

fn request(items: u64) -> GenerateOrderRequest {
    let address = || {
        Address::builder()
            .first_name("Sari")
            .last_name("Wulandari")
            .address("Jalan Melati No. 25")
            .city("Jakarta")
            .postal_code("12960")
            .phone("6281122334455")
            .country_code("IDN")
    };
    let item = |number| {
        LineItem::builder()
            .name("Ayam geprek")
            .price(Price::try_from(50_000).expect("a price"))
            .quantity(2)
            .id(format!("SKU-{number}"))
            .category(Category::FoodAndBeverage)
            .url(format!("https://merchant.example/product/{number}"))
            .image_url(format!("https://merchant.example/product/{number}.jpg"))
            .type_("meal")
            .try_into()
            .expect("an item")
    };
    GenerateOrderRequest::builder()
        .order(
            Order::builder()
                .invoice_number("INV-1")
                .amount(items * 100_000)
                .line_items((0..items).map(item).collect::<Vec<LineItem>>())
                .callback_url("https://merchant.example/done")
                .callback_url_cancel("https://merchant.example/cancel"),
        )
        .peer_to_peer_info(PeerToPeerInfo::builder().merchant_unique_reference("60123").expired_time(60))
        .customer(Customer::builder().first_name("Sari").email("s.w@mail.example").phone("6281122334455"))
        .billing_address(address())
        .shipping_address(Address::try_from(address()).expect("an address"))
        .try_into()
        .expect("an order")
}

/// Runs the candidates in turn, many rounds, and returns the median time of one run of each.
fn race<const N: usize>(runs: u64, candidates: [&mut dyn FnMut(); N]) -> [Duration; N] {
    medians(runs, candidates, |run, runs| {
        let start = Instant::now();
        (0..runs).for_each(|_| run());
        start.elapsed()
    })
}

/// As [`race`], in CPU time of this thread.
fn race_cpu<const N: usize>(runs: u64, candidates: [&mut dyn FnMut(); N]) -> [Duration; N] {
    medians(runs, candidates, |run, runs| {
        let start = ThreadTime::now();
        (0..runs).for_each(|_| run());
        start.elapsed()
    })
}

fn medians<const N: usize>(
    runs: u64,
    mut candidates: [&mut dyn FnMut(); N],
    time: impl Fn(&mut dyn FnMut(), u64) -> Duration,
) -> [Duration; N] {
    const ROUNDS: usize = 31;
    let mut times = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            times.push(time(*candidate, runs / ROUNDS as u64 + 1) / (runs / ROUNDS as u64 + 1) as u32);
        }
    }
    times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2]
    })
}

fn row(what: &str, time: Duration, base: Duration) {
    let ratio = time.as_secs_f64() / base.as_secs_f64();
    println!("  {what:<46} {:>10.2} µs {ratio:>8.2}×", time.as_secs_f64() * 1e6);
}
