//! Clients that are broken, slow, greedy or of another site, and merchants that do not answer.

use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{lifecycle::script, *};

#[tokio::test]
async fn what_is_no_http_is_a_plain_4xx() {
    let simulator = fixed().start().await.unwrap();
    let head = |head: &str| head.as_bytes().to_vec();
    let host = "Host: 127.0.0.1\r\n";
    let rows: Vec<(Vec<u8>, &str)> = vec![
        (head("hello\r\n\r\n"), "HTTP/1.1 400 Bad Request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n".to_vec(), "HTTP/1.1 400 Bad Request"),
        (head("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), ""),
        (head(&format!("GET / HTTP/1.1\r\n{host} folded: x\r\n\r\n")), "HTTP/1.1 400 Bad Request"),
        (head(&format!("GET /\u{0} HTTP/1.1\r\n{host}\r\n")), "HTTP/1.1 400 Bad Request"),
        (head(&format!("GET / HTTP/1.1\r\n{host}Content-Length: x\r\n\r\n")), "HTTP/1.1 400 Bad Request"),
        (
            head(&format!("GET / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n")),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            head(&format!("POST {GENERATE_ORDER} HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            head(&format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X: y\r\n".repeat(101))),
            "HTTP/1.1 431 Request Header Fields Too Large",
        ),
        (
            head(&format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "y".repeat(20_000))),
            "HTTP/1.1 431 Request Header Fields Too Large",
        ),
        (head(&format!("BREW {GENERATE_ORDER} HTTP/1.1\r\n{host}\r\n")), "HTTP/1.1 405 Method Not Allowed"),
        (head(&format!("CONNECT doku.example:443 HTTP/1.1\r\n{host}\r\n")), "HTTP/1.1 404 Not Found"),
        (head(&format!("GET http://doku.example/healthz HTTP/1.1\r\n{host}\r\n")), "HTTP/1.1 200 OK"),
        (head("GET /healthz HTTP/1.0\r\n\r\n"), "HTTP/1.0 200 OK"),
    ];
    for (request, expected) in rows {
        let answer = exchange(&simulator, &request).await;
        let line = answer.lines().next().unwrap_or_default();
        assert_eq!(line, expected, "{}", String::from_utf8_lossy(&request));
    }
    assert_eq!(text(&send(&simulator, request(Method::GET, "/healthz", "")).await), "ok\n", "it is still there");
}

/// The clock of the runtime stands still and moves on whenever all wait, so that the time-outs cost no time.
#[tokio::test(start_paused = true)]
async fn a_slow_client_is_cut_off() {
    let simulator = fixed().start().await.unwrap();
    let host = "Host: 127.0.0.1\r\n";
    for (request, expected) in [
        (format!("GET /healthz HTTP/1.1\r\n{host}X: "), ""),
        (
            format!("POST {GENERATE_ORDER} HTTP/1.1\r\n{host}Content-Length: 100\r\n\r\n{{"),
            "HTTP/1.1 408 Request Timeout",
        ),
    ] {
        let mut stream = connect(&simulator).await;
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        assert_eq!(answer.lines().next().unwrap_or_default(), expected);
    }
}

#[tokio::test]
async fn a_thousand_slow_clients_keep_nobody_out() {
    let simulator = fixed().start().await.unwrap();
    let mut slow = Vec::new();
    for _ in 0..1_000 {
        let mut stream = connect(&simulator).await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ").await.unwrap();
        slow.push(stream);
    }
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert_eq!(slow.len(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_merchant_that_never_answers_is_given_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    let simulator = fixed().notification_url(url).start().await.unwrap();
    let answer = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let attempt = simulator.pay(INVOICE).await.unwrap();
    let expected = "the merchant did not answer within 10 seconds; answer first and work afterwards";
    assert_eq!(attempt.reason(), Some(expected));
    assert_eq!(attempt.next, Some(now() + Duration::from_secs(1_800)));
}

#[tokio::test]
async fn another_host_is_notified_where_it_is_allowed() {
    let (url, mut received) = script(&[]).await;
    let port = url.rsplit(':').next().unwrap();
    let mapped = format!("http://[::ffff:127.0.0.1]:{port}");
    let refused = fixed().notification_url(&mapped).start().await.unwrap_err();
    assert!(refused.to_string().starts_with("the notification url is not on this machine"), "{refused}");
    let simulator = fixed().notification_url(&mapped).allow_host("[::ffff:7f00:1]").start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert_eq!(simulator.pay(INVOICE).await.unwrap().status(), Some(200));
    received.recv().await.unwrap();
    // Its name alone is allowed, and nothing that looks like it.
    for url in
        ["http://shop.example.evil.example/n", "http://evil.example/shop.example", "http://shop.example@evil.example/"]
    {
        let error = fixed().allow_host("shop.example").notification_url(url).start().await.unwrap_err();
        assert!(error.to_string().starts_with("the notification url is not on this machine"), "{url}: {error}");
    }
    fixed().allow_host("shop.example").notification_url("https://shop.example/n").start().await.unwrap();
}

/// Each row: method, path, headers, and whether it is let in.
#[tokio::test]
async fn another_site_cannot_use_the_simulator() {
    let simulator = fixed().start().await.unwrap();
    let order = client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let pay = format!("{}/pay", order.payment_url().strip_prefix(simulator.url()).unwrap());
    let own = simulator.url().strip_prefix("http://").unwrap().to_owned();
    let port = own.rsplit(':').next().unwrap();
    let origin = simulator.url().to_owned();
    let clock = "/simulator/clock";
    type Row<'a> = (Method, &'a str, Vec<(&'a str, String)>, bool);
    let rows: Vec<Row<'_>> = vec![
        (Method::GET, clock, vec![("host", own.clone())], true),
        (Method::GET, clock, vec![("host", format!("localhost:{port}"))], true),
        (Method::GET, clock, vec![("host", "[::1]".to_owned())], true),
        (Method::GET, clock, vec![("host", "simulator.example".to_owned())], false),
        (Method::GET, clock, vec![("host", "127.0.0.1.example".to_owned())], false),
        (Method::POST, clock, vec![("host", own.clone()), ("origin", "https://evil.example".to_owned())], false),
        (Method::POST, clock, vec![("host", own.clone()), ("origin", "null".to_owned())], false),
        (Method::POST, clock, vec![("host", own.clone()), ("sec-fetch-site", "cross-site".to_owned())], false),
        (Method::POST, clock, vec![("host", own.clone()), ("sec-fetch-site", "same-site".to_owned())], false),
        (Method::POST, &pay, vec![("host", own.clone()), ("sec-fetch-site", "cross-site".to_owned())], false),
        (Method::POST, &pay, vec![("host", "evil.example".to_owned())], false),
        (Method::GET, "/", vec![("host", own.clone()), ("sec-fetch-site", "cross-site".to_owned())], true),
        (
            Method::POST,
            &pay,
            vec![("host", own.clone()), ("sec-fetch-site", "same-origin".to_owned()), ("origin", origin)],
            true,
        ),
    ];
    for (method, path, headers, allowed) in rows {
        let mut asked = request(method.clone(), path, "");
        for (name, value) in &headers {
            asked.headers_mut().insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let answer = send(&simulator, asked).await;
        assert_eq!(answer.status() != StatusCode::FORBIDDEN, allowed, "{method} {path} {headers:?}");
    }
    assert_eq!(simulator.orders()[0].status, TransactionStatus::Success, "the last one paid");
}

/// Each row: a body that the control API cannot use, and what it says.
#[tokio::test]
async fn the_control_api_says_what_is_wrong() {
    let simulator = fixed().start().await.unwrap();
    for (path, body, status, code, reason) in [
        ("/simulator/clock", "", 400, "bad_field", "the body is not json"),
        (
            "/simulator/clock",
            r#"{"advance":"soon"}"#,
            400,
            "bad_field",
            "`advance` is a time such as 90s, 30m, 12h or 2d",
        ),
        ("/simulator/clock", r#"{"advance":"9999999d"}"#, 400, "bad_field", "`advance` is a time such as"),
        ("/simulator/switches", r#"{"replay":"409"}"#, 400, "unknown_switch", "there is no switch `replay`"),
        (
            "/simulator/switches",
            r#"{"failed":"maybe"}"#,
            400,
            "unknown_value",
            "the switch failed takes not-final, final",
        ),
        ("/simulator/faults", r#"{"fault":"rain"}"#, 400, "unknown_fault", "`rain` is no fault"),
        ("/simulator/trigger", r#"{"kind":"paid"}"#, 400, "bad_field", "`paid` is no trigger"),
        (
            "/simulator/trigger",
            r#"{"kind":"success","to":"x"}"#,
            400,
            "bad_field",
            "the body has another form: there is a field that the contract does not have; send {\"kind\":\"success\"",
        ),
        ("/simulator/clock", "30m", 400, "bad_field", "the body is not json: "),
        (
            "/simulator/orders/INV-1/pay",
            "",
            404,
            "unknown_order",
            "the simulator has no order with this invoice number",
        ),
        ("/simulator/orders/INV-1/steal", "", 404, "no_route", "an order is told to pay, decline, expire or refund"),
        ("/simulator/notifications/1/resend", "", 404, "unknown_notification", "the simulator has no notification 1"),
    ] {
        let answer = send(&simulator, request(Method::POST, path, body)).await;
        let error: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!((answer.status().as_u16(), &error["error"]["code"]), (status, &json!(code)), "{path} {body}");
        let message = error["error"]["message"].as_str().unwrap();
        assert!(message.starts_with(reason), "{message}");
    }
    assert!(simulator.events().is_empty(), "nothing happened");
}

#[tokio::test]
async fn it_listens_where_it_is_told_to() {
    let simulator = fixed().address(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    assert!(simulator.url().starts_with("http://127.0.0.1:"), "{}", simulator.url());
    let named = fixed().public_url("http://simulator:4000/").start().await.unwrap();
    assert_eq!(named.url(), "http://simulator:4000");
    let order = client(&named).send(&prepared(MINIMAL, "request-1")).await.unwrap_err();
    assert_eq!((order.code(), order.outcome()), ("unreadable", Outcome::Unknown), "plain http is for this machine");
    for url in ["simulator", "ftp://simulator", "http://simulator/path"] {
        let error = fixed().public_url(url).start().await.unwrap_err();
        assert_eq!(error.to_string(), "the public url is not one such as http://simulator:4000");
    }
    for scale in [0, 1_000_001] {
        let error = fixed().time_scale(scale).start().await.unwrap_err();
        assert_eq!(error.to_string(), "the time scale must be from 1 to 1000000");
    }
}

async fn connect(simulator: &Simulator) -> TcpStream {
    TcpStream::connect(simulator.url().strip_prefix("http://").unwrap()).await.unwrap()
}

/// Sends bytes and returns all that comes back.
async fn exchange(simulator: &Simulator, request: &[u8]) -> String {
    let mut stream = connect(simulator).await;
    // The simulator may have closed the connection before it has read all.
    let _ = stream.write_all(request).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
