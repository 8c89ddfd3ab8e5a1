//! One call over loopback: by this crate, by bare reqwest and by bare hyper.

use std::{
    hint::black_box,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use bytes::Bytes;
use doku_indodana::{
    Client, Environment, PreparedOrder,
    signature::{Components, Time, digest, sign},
};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;

use crate::{
    fixture::{TARGET, credentials, id, request, timestamp},
    race::{race_cpu, row},
};

pub(crate) fn call() {
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
