//! How a call ends, and what is known of the order then.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use super::*;

fn with_headers(change: impl Fn(&str) -> String + Send + 'static, status: u16, body: &'static str) -> Reply {
    Reply::Write(Box::new(move |request| {
        answer(status, &change(&signature_headers(&credentials(), request, body.as_bytes())), body.as_bytes())
    }))
}

/// A client that tries once, where nobody listens.
fn to_nobody(closed: &Closed) -> Client {
    let builder = Client::builder(Environment::custom(&closed.url).unwrap(), credentials());
    builder.retry(RetryPolicy::NEVER).build().unwrap()
}

fn raw(bytes: &'static [u8]) -> Reply {
    Reply::Write(Box::new(move |_| bytes.to_vec()))
}

#[tokio::test]
async fn outcomes() {
    let other = Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "another key".parse().unwrap());
    let used = r#"{"message":["INVOICE ALREADY USED"]}"#;
    let replay = || signed(credentials(), 409, &pending());
    for (what, replies, expect) in [
        ("answered", vec![good()], "generated (1 sent)"),
        ("time-out after sending", vec![Reply::Hang], "Unknown: doku did not answer in time (3 sent)"),
        (
            "closed after sending",
            vec![Reply::Close],
            "Unknown: the connection to doku broke before the answer was complete (3 sent)",
        ),
        (
            "truncated head",
            vec![raw(b"HTTP/1.1 200 OK\r\nContent-Le")],
            "Unknown: the connection to doku broke before the answer was complete (3 sent)",
        ),
        (
            "truncated body",
            vec![raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"order\"")],
            "Unknown: the connection to doku broke before the answer was complete (3 sent)",
        ),
        (
            "no chunk at the end",
            vec![raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")],
            "Unknown: the connection to doku broke before the answer was complete (3 sent)",
        ),
        ("unsigned 200", vec![unsigned(200, "", &pending())], "Unknown: missing_header (1 sent)"),
        ("unsigned html", vec![unsigned(200, "", "<html>hello</html>")], "Unknown: missing_header (1 sent)"),
        ("other key", vec![signed(other.clone(), 200, &pending())], "Unknown: signature_mismatch (1 sent)"),
        ("other key, no json", vec![signed(other.clone(), 200, "<html>")], "Unknown: signature_mismatch (1 sent)"),
        (
            "right key, no json",
            vec![signed(credentials(), 200, "<html>")],
            "Unknown: the answer with http status 200 cannot be used: the body is not json: line 1, column 1: the character does not belong here (1 sent)",
        ),
        (
            "two signatures",
            vec![with_headers(|headers| format!("{headers}Signature: HMACSHA256=x\r\n"), 200, "{}")],
            "Unknown: duplicate_header (1 sent)",
        ),
        (
            "malformed signature",
            vec![with_headers(|headers| headers.replace("HMACSHA256=", "HMACSHA512="), 200, "{}")],
            "Unknown: malformed_signature (1 sent)",
        ),
        (
            "other client id",
            vec![with_headers(|headers| headers.replace("BRN-0000", "BRN-0001"), 200, "{}")],
            "Unknown: client_id_mismatch (1 sent)",
        ),
        (
            "answer to another request",
            vec![with_headers(|headers| headers.replace("baec7d95", "00000000"), 200, "{}")],
            "Unknown: request_id_mismatch (1 sent)",
        ),
        // A signed answer about our order proves it, whatever the status.
        ("201", vec![signed(credentials(), 201, &pending())], "generated (1 sent)"),
        ("signed order under 404", vec![signed(credentials(), 404, &pending())], "generated (1 sent)"),
        ("signed order under 422", vec![signed(credentials(), 422, &pending())], "generated (1 sent)"),
        ("signed order under 503", vec![signed(credentials(), 503, &pending())], "generated (1 sent)"),
        ("signed 400", vec![signed(credentials(), 400, REFUSAL)], "Refused: signed 400 invalid_signature (1 sent)"),
        ("unsigned 400", vec![unsigned(400, "", REFUSAL)], "Refused: unsigned 400 invalid_signature (1 sent)"),
        ("wrongly signed 400", vec![signed(other, 400, REFUSAL)], "Unknown: signature_mismatch (1 sent)"),
        ("page of a proxy", vec![unsigned(403, "", "<html>no</html>")], "Unknown: unsigned 403 - (1 sent)"),
        (
            "no route",
            vec![unsigned(404, "", r#"{"message":"No static resource x."}"#)],
            "Refused: unsigned 404 - (1 sent)",
        ),
        ("408", vec![unsigned(408, "", REFUSAL)], "Unknown: unsigned 408 invalid_signature (1 sent)"),
        ("429 and no more", vec![unsigned(429, "", "")], "Unknown: unsigned 429 - (3 sent)"),
        ("423", vec![unsigned(423, "", REFUSAL)], "Unknown: unsigned 423 invalid_signature (1 sent)"),
        ("429, then good", vec![unsigned(429, "Retry-After: 1000000000\r\n", ""), good()], "generated (2 sent)"),
        ("500", vec![unsigned(500, "", "{}")], "Unknown: unsigned 500 - (1 sent)"),
        ("502, then good", vec![unsigned(502, "", ""), good()], "generated (2 sent)"),
        ("503 twice, then good", vec![unsigned(503, "", ""), unsigned(503, "", ""), good()], "generated (3 sent)"),
        ("504 and no more", vec![unsigned(504, "", "")], "Unknown: unsigned 504 - (3 sent)"),
        ("lost, then replayed", vec![Reply::Close, replay()], "replayed (2 sent)"),
        ("late, then replayed", vec![Reply::Hang, replay()], "replayed (2 sent)"),
        // The first attempt may have made the order that the second is told of.
        ("lost, then refused", vec![Reply::Close, unsigned(400, "", used)], "Unknown: unsigned 400 - (2 sent)"),
        (
            "503, then refused",
            vec![unsigned(503, "", ""), signed(credentials(), 400, used)],
            "Unknown: signed 400 - (2 sent)",
        ),
        (
            "429, then refused",
            vec![unsigned(429, "", ""), unsigned(400, "", REFUSAL)],
            "Unknown: unsigned 400 invalid_signature (2 sent)",
        ),
    ] {
        assert_eq!(ending(replies).await, expect, "{what}");
    }
}

#[tokio::test]
async fn a_refused_connection_sends_nothing() {
    let gone = Closed::port();
    let client = Client::builder(Environment::custom(&gone.url).unwrap(), credentials())
        .retry(RetryPolicy::default().with_waits(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let error = client.send(&prepared()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NothingSent);
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), format!("no connection to {} could be made; nothing was sent", gone.url));
}

/// What one call could not find out, a later one does not forget.
#[tokio::test]
async fn an_unknown_outcome_outlives_the_call() {
    let refused = || unsigned(400, "", REFUSAL);
    let peer = Peer::start([Reply::Close, refused(), signed(credentials(), 200, &pending()), refused()]);
    let client = builder(&peer).retry(RetryPolicy::NEVER).build().unwrap();
    let prepared = prepared();
    assert_eq!(client.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(client.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown, "the first may have made it");
    assert_eq!(client.send(&prepared).await.unwrap().payment_url(), "https://sandbox01.indodana.com/payment?id=1");
    assert_eq!(client.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown, "it exists");
    let closed = Closed::port();
    let gone = to_nobody(&closed);
    assert_eq!(gone.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown);
    let fresh = self::prepared();
    assert_eq!(gone.send(&fresh).await.unwrap_err().outcome(), Outcome::NothingSent);
    assert_eq!(gone.send(&fresh.assume_sent()).await.unwrap_err().outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_dropped_call_is_not_forgotten() {
    let peer = Peer::start([Reply::Hang, unsigned(400, "", REFUSAL)]);
    let client = builder(&peer).retry(RetryPolicy::NEVER).attempt_timeout(Duration::from_secs(60)).build().unwrap();
    let prepared = prepared();
    {
        let mut sending = pin!(client.send(&prepared));
        let arrived = poll_fn(|context| {
            let is_pending = sending.as_mut().poll(context).is_pending();
            assert!(is_pending, "nobody answers");
            // The peer's thread does not wake this one, so it looks again.
            context.waker().wake_by_ref();
            if peer.requests().is_empty() { Poll::Pending } else { Poll::Ready(()) }
        });
        arrived.await;
    }
    assert_eq!(client.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown);
}

/// What proves that there is no order is listed in `spec/refusals.toml`; all else is unknown.
#[tokio::test]
async fn refusals() {
    for (status, body, expect) in [
        (400, r#"{"message":["INVOICE ALREADY USED"]}"#, Outcome::Unknown),
        (400, r#"{"error":{"code":"idempotent_request"}}"#, Outcome::Unknown),
        (400, r#"{"response_code":"DUPLICATE_TRANSACTION"}"#, Outcome::Unknown),
        (400, r#"{"message":["INTERNAL SERVER ERROR"]}"#, Outcome::Unknown),
        (400, r#"{"message":["nomor invoice sudah digunakan"]}"#, Outcome::Unknown),
        (400, r#"{"message":["transaction is being processed"]}"#, Outcome::Unknown),
        (400, r#"{"message":["SYSTEM ERROR"]}"#, Outcome::Unknown),
        (400, r#"{"error":{"code":"invalid_signature","message":"INVOICE ALREADY USED"}}"#, Outcome::Unknown),
        (400, r#"{"error_messages":["order.amount must be filled","sudah digunakan"]}"#, Outcome::Unknown),
        (422, r#"{"message":["PAYMENT CHANNEL IS INACTIVE"]}"#, Outcome::Unknown),
        (400, r#"{"message":["PAYMENT CHANNEL IS INACTIVE"]}"#, Outcome::Refused),
        (400, r#"{"message":["AMOUNT NOT MATCH"]}"#, Outcome::Refused),
        (400, r#"{"error_messages":["order.amount must be filled","customer must be filled"]}"#, Outcome::Refused),
        (400, r#"{"error":{"code":"invalid_client_id","message":"Invalid Client-Id"}}"#, Outcome::Refused),
        (400, r#"{"code":"request_time_out_of_range"}"#, Outcome::Refused),
        (401, REFUSAL, Outcome::Refused),
    ] {
        for reply in [unsigned(status, "", body), signed(credentials(), status, body)] {
            let (result, _) = send([reply]).await;
            let error = result.unwrap_err();
            assert_eq!(error.outcome(), expect, "{status} {body}");
            let advises_another_number = error.to_string().contains("new invoice number");
            assert!(!advises_another_number, "{error}");
        }
    }
}

/// Only a `PENDING` order can be paid; what is there and cannot be is no success and no refusal.
#[tokio::test]
async fn d_49_another_payment_status_is_no_generated_order() {
    for status in ["EXPIRED", "SUCCESS", "failed", "Pending", ""] {
        let (result, _) = send([signed(credentials(), 200, &pending().replace("PENDING", status))]).await;
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("unreadable", Outcome::Unknown), "{status}");
        assert!(error.to_string().contains("its payment status is neither PENDING nor FAILED"), "{error}");
    }
}

#[tokio::test]
async fn a_question_proves_nothing_of_the_order() {
    let gone = Closed::port();
    let error = to_nobody(&gone).check_status(INVOICE).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("connect", Outcome::Unknown));
    assert_eq!(
        error.to_string(),
        format!("no connection to {} could be made; this does not prove that there is no order", gone.url)
    );
    for reply in [Reply::Close, unsigned(400, "", REFUSAL), unsigned(404, "", ""), unsigned(503, "", ""), good()] {
        let peer = Peer::start([reply]);
        // The good answer to generate order is none to this question.
        match client(&peer).check_status(INVOICE).await {
            Ok(status) => assert_eq!(status.transaction_status(), None),
            Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{error}"),
        }
    }
}

#[tokio::test]
async fn a_question_is_asked_again() {
    let status = example("check_status.status.success");
    let peer = Peer::start([unsigned(503, "", ""), Reply::Close, unsigned(200, "", &status)]);
    let id = serde_json::from_str::<serde_json::Value>(&status).unwrap()["order"]["invoice_number"].clone();
    client(&peer).check_status(id.as_str().unwrap()).await.unwrap();
    let requests = peer.requests();
    let ids: std::collections::BTreeSet<_> = requests.iter().map(|request| request.header("Request-Id")).collect();
    assert_eq!((requests.len(), ids.len()), (3, 3), "each attempt has an id of its own");
}

/// What else is under way counts at the end of an attempt.
#[tokio::test]
async fn the_same_order_sent_twice_at_once() {
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let hold = std::sync::Mutex::new(hold);
    let late = Reply::Write(Box::new(move |request| {
        hold.lock().unwrap().recv().unwrap();
        answer(200, &signature_headers(&credentials(), request, pending().as_bytes()), pending().as_bytes())
    }));
    let (slow, quick) = (Peer::start([late]), Peer::start([unsigned(400, "", REFUSAL)]));
    let prepared = prepared();
    let (sent, doku) = (prepared.clone(), client(&slow));
    let first = tokio::spawn(async move { doku.send(&sent).await });
    while slow.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let error = client(&quick).send(&prepared).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("rejected", Outcome::Unknown));
    release.send(()).unwrap();
    assert_eq!(first.await.unwrap().unwrap().payment_url(), "https://sandbox01.indodana.com/payment?id=1");
}

/// No check undoes what may have been sent.
#[tokio::test]
async fn what_may_have_been_sent_is_not_checked() {
    let body = example("generate_order.request.minimal").replace("s.w@mail.example", "sari.w@mail.example");
    let body = body.replace("INV-20260105-0001", INVOICE);
    let order = || PreparedOrder::from_json(body.clone(), REQUEST_ID.parse().unwrap()).unwrap();
    assert_eq!((order().advisories().len(), order().invoice_number()), (1, Some(INVOICE)));
    let peer = Peer::start([Reply::Close, Reply::Close, good()]);
    let once = builder(&peer).retry(RetryPolicy::NEVER);
    let (lax, strict) = (once.build().unwrap(), builder(&peer).retry(RetryPolicy::NEVER).deny_advisories(true));
    let strict = strict.build().unwrap();
    let lost = order();
    assert_eq!(lax.send(&lost).await.unwrap_err().outcome(), Outcome::Unknown);
    let error = strict.send(&lost).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("interrupted", Outcome::Unknown));
    strict.send(&lost).await.unwrap();
    let error = strict.send(&order()).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("violations", Outcome::NothingSent));
    assert_eq!(peer.requests().len(), 3);
}

/// Deadlines below the one of a connection: where nothing left, nothing was sent.
#[tokio::test]
async fn a_deadline_within_the_connection() {
    // Nobody accepts, and the line of those who wait is full: a further connection is not made.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let mut line = Vec::new();
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
        line.push(stream);
    }
    let builder = || {
        Client::builder(Environment::custom(&format!("http://{address}")).unwrap(), credentials())
            .connect_timeout(Duration::from_secs(60))
            .retry(RetryPolicy::NEVER)
    };
    let short = Duration::from_millis(100);
    for client in [builder().attempt_timeout(short), builder().timeout(short)] {
        let error = client.build().unwrap().send(&prepared()).await.unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("timed_out", Outcome::NothingSent));
        assert_eq!(error.to_string(), "doku did not answer in time; nothing was sent");
    }
}

/// After a crash.
#[tokio::test]
async fn a_restored_order() {
    let stored = prepared();
    let restore = || PreparedOrder::restore(stored.body().to_vec(), stored.request_id().clone()).unwrap();
    let peer = Peer::start([unsigned(400, "", REFUSAL), signed(credentials(), 409, &pending())]);
    let client = client(&peer);
    let order = restore();
    assert_eq!(client.send(&order).await.unwrap_err().outcome(), Outcome::Unknown);
    assert!(client.send(&order).await.unwrap().is_replayed());
    for request in peer.requests() {
        assert_eq!((request.header("Request-Id"), &request.body[..]), (Some(REQUEST_ID), stored.body()));
    }
    let gone = Closed::port();
    let error = to_nobody(&gone).send(&restore()).await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("connect", Outcome::Unknown));
}

/// While DOKU changes the key.
#[tokio::test]
async fn an_answer_that_is_signed_with_the_next_key() {
    let next = Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "next".parse().unwrap());
    let peer = Peer::start([signed(next, 200, &pending())]);
    let error = client(&peer).send(&prepared()).await.unwrap_err();
    assert_eq!(error.verification().map(VerificationError::code), Some("signature_mismatch"));
    let client = builder(&peer).with_key("next".parse().unwrap()).build().unwrap();
    client.send(&prepared()).await.unwrap();
    assert_signed(&peer.requests()[1], Some(&digest(prepared().body())));
}
