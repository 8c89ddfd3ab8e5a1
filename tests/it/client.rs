//! The client over a raw socket: what goes out, what is refused, and what an error says of the order.

mod answer;
mod notes;
mod outcome;
mod whose;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use doku_indodana::{
    Client, ClientBuilder, Credentials, Environment, Error, GeneratedOrder, Outcome, PreparedOrder, RetryPolicy,
    VerificationError,
    check::{Kind, check},
    signature::{Components, Digest, Time, digest, verify},
};

use crate::{
    violations::example,
    wire::{Closed, Peer, Reply, Request, answer, signature_headers, signed, unsigned},
};

const SECRET: &str = "SK-canary-7f3a9b-not-a-real-key";
const REQUEST_ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";
const INVOICE: &str = "INV-1";

fn credentials() -> Credentials {
    Credentials::new("BRN-0000-1234567890123".parse().unwrap(), SECRET.parse().unwrap())
}

/// A client of the peer: short deadlines, three attempts without a pause, a clock that moves a second with each look.
fn builder(peer: &Peer) -> ClientBuilder {
    let seconds = AtomicU64::new(1_625_647_542);
    Client::builder(Environment::custom(&peer.url).unwrap(), credentials())
        .attempt_timeout(Duration::from_secs(1))
        .retry(RetryPolicy::default().with_waits(Duration::ZERO, Duration::ZERO))
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.fetch_add(1, Ordering::Relaxed)))
}

fn client(peer: &Peer) -> Client {
    builder(peer).build().unwrap()
}

fn prepared() -> PreparedOrder {
    let body = example("generate_order.request.minimal");
    let invoice = serde_json::from_str::<serde_json::Value>(&body).unwrap()["order"]["invoice_number"].to_string();
    let body = body.replace(&invoice, &format!("\"{INVOICE}\""));
    PreparedOrder::from_json(body, REQUEST_ID.parse().unwrap()).unwrap()
}

fn pending() -> String {
    pending_with(INVOICE, "https://sandbox01.indodana.com/payment?id=1")
}

fn pending_with(invoice: &str, url: &str) -> String {
    serde_json::json!({
        "order": { "amount": 100_000, "invoice_number": invoice },
        "payment": { "status": "PENDING", "url": url },
    })
    .to_string()
}

fn good() -> Reply {
    signed(credentials(), 200, &pending())
}

async fn send(replies: impl IntoIterator<Item = Reply>) -> (Result<GeneratedOrder, Error>, Vec<Request>) {
    let peer = Peer::start(replies);
    let result = client(&peer).send(&prepared()).await;
    (result, peer.requests())
}

const REFUSAL: &str = r#"{"error":{"code":"invalid_signature","message":"Invalid Header Signature"}}"#;

/// How one call ended: outcome, code of the verification or of DOKU, status, attempts.
async fn ending(replies: Vec<Reply>) -> String {
    let (result, requests) = send(replies).await;
    let ending = match result {
        Ok(order) if order.is_replayed() => "replayed".to_owned(),
        Ok(_) => "generated".to_owned(),
        Err(error) => {
            assert_eq!(error.request_id().map(ToString::to_string).as_deref(), Some(REQUEST_ID));
            let verification = error.verification().map(|error| error.code().to_owned());
            let rejection = error.rejection().map(|rejection| {
                let signed = if rejection.is_verified() { "signed" } else { "unsigned" };
                format!("{signed} {} {}", rejection.status(), rejection.code().unwrap_or("-"))
            });
            let detail = verification
                .or(rejection)
                .unwrap_or_else(|| error.to_string().split(';').next().unwrap_or_default().to_owned());
            format!("{:?}: {detail}", error.outcome())
        }
    };
    format!("{ending} ({} sent)", requests.len())
}

#[tokio::test]
async fn the_bytes_checked_signed_and_sent_are_the_same() {
    let (result, requests) = send([good()]).await;
    let order = result.unwrap();
    assert_eq!(order.payment_url(), "https://sandbox01.indodana.com/payment?id=1");
    assert_eq!((order.attempts(), order.is_replayed()), (1, false));

    let [request] = &requests[..] else { panic!("{requests:?}") };
    let prepared = prepared();
    assert_eq!(request.body, prepared.body());
    assert!(check(Kind::Request, &request.body).unwrap().is_valid());
    assert_signed(request, Some(&digest(&request.body)));
    assert_eq!(request.header("api-version"), None);
    let host = request.header("host").unwrap().to_owned();
    insta::assert_snapshot!("wire_request", request.head.replace(&host, "HOST").replace("\r\n", "\n"));
}

/// Verifies a request's signature over what the socket saw.
#[track_caller]
fn assert_signed(request: &Request, digest: Option<&Digest>) {
    let credentials = credentials();
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &request.header("Request-Id").unwrap().parse().unwrap(),
        time: Time::Request(&request.header("Request-Timestamp").unwrap().parse().unwrap()),
        target: &request.target().parse().unwrap(),
        digest,
    };
    let signature = request.header("Signature").unwrap();
    assert_eq!(verify([credentials.secret_key()], &components, signature), Ok(()));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let other = Peer::start([good()]);
        let location = format!("Location: {}/elsewhere\r\n", other.url);
        let (result, _) = send([unsigned(status, &location, "")]).await;
        let error = result.unwrap_err();
        assert_eq!(error.rejection().map(doku_indodana::error::Rejection::status), Some(status));
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert!(other.requests().is_empty());
    }
}

#[tokio::test]
async fn a_body_that_breaks_the_contract_is_not_sent() {
    let peer = Peer::start([good()]);
    let body = example("generate_order.request.page-sample.invalid");
    let error = PreparedOrder::from_json(body.clone(), REQUEST_ID.parse().unwrap()).unwrap_err();
    assert_eq!(error.outcome(), Outcome::NothingSent);
    assert_eq!(error.violations().len(), 1);
    assert_eq!(
        error.to_string(),
        "the body breaks the contract in 1 place: /order/line_items/0/category is not one of the values that the contract lists for it"
    );
    assert!(peer.requests().is_empty());

    let unchecked = PreparedOrder::danger_unchecked(body, REQUEST_ID.parse().unwrap()).unwrap();
    let _ = client(&peer).send(&unchecked).await;
    assert_eq!(peer.requests()[0].body, unchecked.body());
}

#[tokio::test]
async fn d_29_a_signed_409_for_the_same_invoice_is_the_first_answer() {
    let idempotent = r#"{"error":{"code":"idempotent_request","message":"x"}}"#;
    for (what, reply, expect) in [
        ("signed, same invoice", signed(credentials(), 409, &pending()), "replayed (1 sent)"),
        ("unsigned, same invoice", unsigned(409, "", &pending()), "Unknown: unsigned 409 - (1 sent)"),
        (
            "signed, other invoice",
            signed(credentials(), 409, &pending_with("INV-2", "https://sandbox01.indodana.com/")),
            "Unknown: the answer with http status 409 cannot be used: it is about another invoice number (1 sent)",
        ),
        ("signed error", signed(credentials(), 409, idempotent), "Unknown: signed 409 idempotent_request (1 sent)"),
    ] {
        assert_eq!(ending(vec![reply]).await, expect, "{what}");
    }
}

#[tokio::test]
async fn d_30_a_status_answer_without_a_signature_is_unverified() {
    let body = example("check_status.status.success");
    let peer = Peer::start([unsigned(200, "", &body), signed(credentials(), 200, &body), unsigned(200, "", &body)]);
    let client = client(&peer);
    let id = serde_json::from_str::<serde_json::Value>(&body).unwrap()["order"]["invoice_number"].clone();
    let id = id.as_str().unwrap();
    assert!(!client.check_status(id).await.unwrap().is_verified());
    let status = client.check_status(id).await.unwrap();
    assert!(status.is_verified());
    assert_eq!(status.verified().unwrap().body(), body.as_bytes());
    let strict = builder(&peer).require_signed_status(true).build().unwrap();
    let error = strict.check_status(id).await.unwrap_err();
    assert_eq!(error.verification().map(VerificationError::code), Some("missing_header"));

    let other = Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "another key".parse().unwrap());
    let peer = Peer::start([signed(other, 200, &body)]);
    let error = self::client(&peer).check_status(id).await.unwrap_err();
    assert_eq!(error.verification().map(VerificationError::code), Some("signature_mismatch"));
}

#[tokio::test]
async fn d_31_the_signed_target_of_check_status_is_the_encoded_path() {
    for (id, target) in [
        ("INV-1._~", "/orders/v1/status/INV-1._~"),
        ("a/b", "/orders/v1/status/a%2Fb"),
        ("a\\b", "/orders/v1/status/a%5Cb"),
        ("a b+c%41?x#y", "/orders/v1/status/a%20b%2Bc%2541%3Fx%23y"),
        ("../../x", "/orders/v1/status/..%2F..%2Fx"),
        ("ünï", "/orders/v1/status/%C3%BCn%C3%AF"),
        ("...", "/orders/v1/status/..."),
    ] {
        let peer = Peer::start([unsigned(404, "", r#"{"error":{"code":"data_not_found"}}"#)]);
        let error = client(&peer).check_status(id).await.unwrap_err();
        assert_eq!(error.rejection().and_then(|rejection| rejection.code()), Some("data_not_found"), "{id}");
        assert_eq!(error.outcome(), Outcome::Unknown, "not found proves nothing: {id}");
        let request = &peer.requests()[0];
        assert_eq!(request.target(), target);
        assert_signed(request, None);
    }
    let peer = Peer::start([Reply::Close]);
    let long = "x".repeat(129);
    for (id, expect) in [
        (".", "check status: an id of dots is lost in a path; use the request id of the order"),
        ("..", "check status: an id of dots is lost in a path; use the request id of the order"),
        ("", "check status: the id must be 1 to 128 characters without control characters"),
        ("a\nb", "check status: the id must be 1 to 128 characters without control characters"),
        (&long, "check status: the id must be 1 to 128 characters without control characters"),
    ] {
        let error = client(&peer).check_status(id).await.unwrap_err();
        // A question that was not asked says nothing of the order either.
        assert_eq!((error.to_string().as_str(), error.outcome()), (expect, Outcome::Unknown));
    }
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn d_36_a_refusal_without_a_signature_is_a_rejection() {
    for (body, code, messages) in [
        (REFUSAL, Some("invalid_signature"), vec!["Invalid Header Signature"]),
        (r#"{"code":"x","message":"y"}"#, Some("x"), vec!["y"]),
        (r#"{"message":["AMOUNT NOT MATCH"]}"#, None, vec!["AMOUNT NOT MATCH"]),
        (r#"{"error_messages":["a must be filled","b"]}"#, None, vec!["a must be filled", "b"]),
        (r#"{"status":"FAILED","response_code":"INVALID_PARAMETER"}"#, Some("INVALID_PARAMETER"), vec![]),
        (r#"{"status":"FAILED"}"#, Some("FAILED"), vec![]),
        (r#"{"status":400}"#, None, vec![]),
        (r#"{"message":"No static resource x."}"#, None, vec!["No static resource x."]),
        ("<html>", None, vec![]),
        ("", None, vec![]),
    ] {
        let (result, _) = send([unsigned(400, "", body)]).await;
        let error = result.unwrap_err();
        let rejection = error.rejection().unwrap();
        assert_eq!((rejection.status(), rejection.is_verified(), rejection.code()), (400, false, code), "{body}");
        assert_eq!(rejection.messages(), messages, "{body}");
        assert!(error.verification().is_none());
    }
}

#[tokio::test]
async fn d_37_a_failed_answer_needs_no_payment_url() {
    for note in ["failed", "failed-null-url"] {
        let mut body: serde_json::Value =
            serde_json::from_str(&example(&format!("generate_order.response.{note}"))).unwrap();
        body["order"] = serde_json::json!({ "invoice_number": INVOICE, "amount": 100_000 });
        let (result, _) = send([signed(credentials(), 200, &body.to_string())]).await;
        let error = result.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused, "{note}");
        assert_eq!(error.to_string(), "doku answered with payment status FAILED; there is no order");
    }
}

#[tokio::test]
async fn d_38_each_attempt_has_its_own_timestamp() {
    let (_, requests) = send([unsigned(503, "", "")]).await;
    let times: Vec<_> = requests.iter().map(|request| request.header("Request-Timestamp").unwrap()).collect();
    assert_eq!(times.len(), 3);
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    let signatures: Vec<_> = requests.iter().map(|request| request.header("Signature").unwrap()).collect();
    assert!(signatures.windows(2).all(|pair| pair[0] != pair[1]));
}

#[tokio::test]
async fn d_46_a_repeat_has_the_same_request_id_and_bytes() {
    let (_, requests) = send([Reply::Close, Reply::Hang, unsigned(502, "", "")]).await;
    assert_eq!(requests.len(), 3);
    for request in requests {
        assert_eq!(request.header("Request-Id"), Some(REQUEST_ID));
        assert_eq!(request.body, prepared().body());
    }
}

#[tokio::test]
async fn odd_configurations_do_not_panic() {
    let peer = Peer::start([unsigned(503, "Retry-After: 99999999999999999999\r\n", ""), good()]);
    let longest = RetryPolicy::default().with_waits(Duration::ZERO, Duration::MAX);
    let client = builder(&peer).timeout(Duration::MAX).retry(longest).build().unwrap();
    assert_eq!(client.send(&prepared()).await.unwrap_err().outcome(), Outcome::Unknown);

    let past = builder(&peer).clock(|| SystemTime::UNIX_EPOCH - Duration::from_secs(1)).build().unwrap();
    let error = past.send(&prepared()).await.unwrap_err();
    assert_eq!(error.to_string(), "the clock is not between the years 1970 and 9999; set it");
    assert!(error.is_configuration() && !error.is_retryable());
}

#[tokio::test]
async fn denied_advisories_are_not_sent() {
    let body = example("generate_order.request.minimal").replace("s.w@mail.example", "sari.w@mail.example");
    let advised = PreparedOrder::from_json(body, REQUEST_ID.parse().unwrap()).unwrap();
    assert_eq!(advised.advisories().len(), 1);
    let peer = Peer::start([good()]);
    let error = builder(&peer).deny_advisories(true).build().unwrap().send(&advised).await.unwrap_err();
    assert_eq!((error.outcome(), error.violations().len()), (Outcome::NothingSent, 1));
    assert!(peer.requests().is_empty());
}

#[tokio::test]
async fn the_deadline_of_the_whole_call_holds() {
    let peer = Peer::start([Reply::Hang]);
    let client =
        builder(&peer).attempt_timeout(Duration::from_secs(60)).timeout(Duration::from_secs(1)).build().unwrap();
    let error = client.send(&prepared()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(peer.requests().len(), 1);
}

#[tokio::test]
async fn nothing_secret_or_personal_is_printed() {
    let telling = r#"{"error":{"code":"bad canary","message":"customer.email s.w@mail.example is not ok"}}"#;
    let peer = Peer::start([unsigned(400, "", telling), Reply::Close]);
    let client = client(&peer);
    let prepared = prepared();
    let errors = [client.send(&prepared).await.unwrap_err(), client.send(&prepared).await.unwrap_err()];
    let bad = example("generate_order.request.minimal").replace("s.w@mail.example", "canary person");
    let violation = PreparedOrder::from_json(bad, REQUEST_ID.parse().unwrap()).unwrap_err();
    let signed = prepared.sign(&credentials(), &"2021-07-07T08:45:42Z".parse().unwrap());
    let printed = format!(
        "{client:?} {prepared:?} {signed:?} {:?} {errors:?} {violation:?} {violation} {} {}",
        credentials(),
        errors[0],
        errors[1]
    );
    let body: serde_json::Value = serde_json::from_slice(prepared.body()).unwrap();
    let first_name = body["customer"]["first_name"].as_str().unwrap();
    // The contract's own example of an e-mail is told in place of a wrong one.
    let printed =
        printed.replace("for example s.w@mail.example", "").replace("instead: Some(\"s.w@mail.example\")", "");
    for canary in [SECRET, "canary", first_name, "s.w@mail.example", "HMACSHA256="] {
        assert!(!printed.contains(canary), "{canary} in {printed}");
    }
}

#[tokio::test]
async fn concurrent_calls_do_not_mix() {
    let peer = Arc::new(Peer::start([good()]));
    let client = client(&peer);
    let calls = (0..8).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(&prepared()).await.map(|order| order.request_id().to_string()) })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap(), REQUEST_ID);
    }
}
