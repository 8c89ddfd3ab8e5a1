//! How a call ends, and what is known of the order then.

use super::*;

fn with_headers(change: impl Fn(&str) -> String + Send + 'static, status: u16, body: &'static str) -> Reply {
    Reply::Write(Box::new(move |request| {
        answer(status, &change(&signature_headers(&credentials(), request, body.as_bytes())), body.as_bytes())
    }))
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
        ("201", vec![signed(credentials(), 201, &pending())], "Unknown: signed 201 - (1 sent)"),
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
        ("429 and no more", vec![unsigned(429, "", "")], "Refused: unsigned 429 - (3 sent)"),
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
            "Refused: unsigned 400 invalid_signature (2 sent)",
        ),
    ] {
        assert_eq!(ending(replies).await, expect, "{what}");
    }
}

#[tokio::test]
async fn a_refused_connection_sends_nothing() {
    let peer = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", peer.local_addr().unwrap());
    drop(peer);
    let client = Client::builder(Environment::custom(&url).unwrap(), credentials())
        .retry(RetryPolicy::default().with_waits(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap();
    let error = client.send(&prepared()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NothingSent);
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), format!("no connection to {url} could be made; nothing was sent"));
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
    let gone = Client::builder(Environment::custom("http://127.0.0.1:1").unwrap(), credentials());
    let gone = gone.retry(RetryPolicy::NEVER).build().unwrap();
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
    let dropped = tokio::time::timeout(Duration::from_millis(200), client.send(&prepared)).await;
    assert!(dropped.is_err(), "it hangs");
    assert_eq!(client.send(&prepared).await.unwrap_err().outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_refusal_that_speaks_of_an_order_is_unknown() {
    for body in [
        r#"{"message":["INVOICE ALREADY USED"]}"#,
        r#"{"error":{"code":"idempotent_request"}}"#,
        r#"{"response_code":"DUPLICATE_TRANSACTION"}"#,
        r#"{"message":["INTERNAL SERVER ERROR"]}"#,
    ] {
        let (result, _) = send([unsigned(400, "", body)]).await;
        assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown, "{body}");
    }
}
