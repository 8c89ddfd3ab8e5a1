//! `doku listen`: what it verifies, shows, passes on and answers.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

use doku_indodana::testing::{TARGET, signed_notification};
use serde_json::Value;

use super::{
    Simulator, closed_port, doku,
    listener::{Listener, MERCHANT, handler, press, read, signal},
    without_ports,
};

fn nobody() -> String {
    format!("127.0.0.1:{}", closed_port())
}

#[test]
fn a_notification_is_verified_and_shown() {
    let mut listener = Listener::start(&["--json"]);
    let answer = listener.notify(TARGET, &signed_notification(), "");
    assert_eq!((answer.status, answer.body.as_str()), (200, doku_indodana::NotificationEndpoint::ACKNOWLEDGEMENT));
    let mut document = listener.document();
    // The clock of this machine.
    assert!(document["received"].take().as_str().is_some_and(|time| time.ends_with('Z')));
    assert!(document["notification"]["age_seconds"].take().as_u64().is_some_and(|age| age > 300));
    insta::assert_json_snapshot!("listen_verified", document);
}

#[test]
fn repetitions_are_marked() {
    let mut listener = Listener::start(&["--json", "--answer", "503"]);
    let message = signed_notification;
    let with_id = |id: &str| signed_notification().with_request_id(id.parse().expect("an id"));
    for (name, message, again) in [
        ("first", message(), Value::Null),
        ("the same", message(), "request_id".into()),
        ("another body", message().with_status("FAILED"), "other_body".into()),
        ("another id", with_id("2"), "event".into()),
        ("another status", with_id("3").with_status("REFUNDED"), Value::Null),
        ("unreadable", with_id("4").with_body("{}"), Value::Null),
        ("unreadable again", with_id("4").with_body("{}"), "request_id".into()),
        ("unreadable, another id", with_id("5").with_body("{}"), Value::Null),
        ("forged", with_id("6").tampered(), Value::Null),
        ("forged before", with_id("6").with_status("EXPIRED"), Value::Null),
    ] {
        let status = listener.notify(TARGET, &message, "").status;
        let document = listener.document();
        assert_eq!(document["again"], again, "{name}");
        assert_eq!(status, if name == "forged" { 401 } else { 503 }, "{name}");
        assert_eq!(document["answered"], status, "{name}");
    }
}

#[test]
fn what_does_not_verify_is_answered_401_with_the_reason() {
    let (address, received) = handler("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    let forward = format!("http://{address}");
    let mut listener = Listener::start(&["--json", "--forward-to", &forward, "--target", TARGET]);
    let slash = format!("{TARGET}/").parse().expect("a path");
    for (name, message, code, words) in [
        ("tampered", signed_notification().tampered(), "signature_mismatch", "the signature does not fit"),
        (
            "slash",
            signed_notification().with_target(slash),
            "target_mismatch",
            "here with --target /payments/notifications/",
        ),
        (
            "prefix",
            signed_notification().with_target("/notifications".parse().expect("a path")),
            "target_mismatch",
            "without its first part",
        ),
    ] {
        let answer = listener.notify("/anything", &message, "");
        let document = listener.document();
        assert_eq!((answer.status, answer.body.as_str()), (401, ""), "{name}");
        assert_eq!((&document["verified"], &document["error"]["code"]), (&false.into(), &code.into()), "{name}");
        assert!(document["message"].as_str().is_some_and(|text| text.contains(words)), "{name}: {document}");
        assert_eq!((&document["notification"], &document["forwarded"]), (&Value::Null, &Value::Null), "{name}");
    }
    // The path is the configured one, whatever the path of the request.
    assert_eq!(listener.notify("/anything", &signed_notification(), "").status, 200);
    assert!(received.recv().expect("a request").starts_with(b"POST /anything HTTP/1.1\r\n"));
    assert!(received.try_recv().is_err(), "what does not verify is not passed on");

    let mut listener = Listener::start(&["--json", "--forward-to", &forward, "--forward-unverified"]);
    assert_eq!(listener.notify(TARGET, &signed_notification().tampered(), "").status, 200);
    assert_eq!(listener.document()["forwarded"]["status"], 200);
    assert!(received.recv().expect("a request").starts_with(b"POST /payments/notifications HTTP/1.1\r\n"));
}

#[test]
fn a_handler_gets_what_came_and_the_sender_what_it_answers() {
    let (address, received) = handler(
        "HTTP/1.1 202 Accepted\r\nx-handler: a\r\nx-handler: b\r\nkeep-alive: 5\r\nconnection: close, x-hop\r\nx-hop: 1\r\n\
         content-length: 5\r\n\r\nhello",
    );
    let mut listener = Listener::start(&["--json", "--forward-to", &format!("http://{address}/shop/")]);
    let message = signed_notification().with_body("{ \"é\": 1.0 }\n");
    let more = "x-sender: a\r\nx-sender: b\r\nte: trailers\r\nupgrade: h2c\r\nconnection: x-secret\r\nx-secret: 1\r\n\
                proxy-authorization: x\r\naccept: text/plain\r\n";
    let answer = listener.notify("/payments/notifications?a=%20b&a", &message, more);
    assert_eq!((answer.status, answer.body.as_str()), (202, "hello"));
    for (part, expect) in
        [("x-handler: a\r\nx-handler: b", true), ("keep-alive", false), ("x-hop", false), ("content-length: 5", true)]
    {
        assert_eq!(answer.head.contains(part), expect, "{part}: {}", answer.head);
    }
    let request = String::from_utf8(received.recv().expect("a request")).expect("text");
    let (head, body) = request.split_once("\r\n\r\n").expect("head and body");
    assert_eq!(body.as_bytes(), message.body());
    let (line, headers) = head.split_once("\r\n").expect("headers");
    assert_eq!(line, "POST /shop/payments/notifications?a=%20b&a HTTP/1.1");
    let mut headers: Vec<_> = headers.lines().collect();
    headers.sort_unstable();
    insta::assert_snapshot!("listen_forwarded", headers.join("\n").replace(&address, "HANDLER"));
    let forwarded = &listener.document()["forwarded"];
    assert_eq!((&forwarded["status"], &forwarded["body_length"]), (&202.into(), &5.into()));
    assert!(forwarded["latency_ms"].is_u64() && forwarded["body"].is_null(), "{forwarded}");
}

#[test]
fn redirects_are_passed_back_and_not_followed() {
    let (address, received) = handler(
        "HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let listener = Listener::start(&[
        "--forward-to",
        &format!("http://localhost:{}", address.rsplit_once(':').expect("a port").1),
    ]);
    let answer = listener.notify(TARGET, &signed_notification(), "");
    assert_eq!(answer.status, 307);
    assert!(answer.head.contains("location: http://127.0.0.1:1/elsewhere"), "{}", answer.head);
    assert_eq!(received.iter().take(1).count(), 1);
}

#[test]
fn a_handler_that_fails_is_a_bad_gateway() {
    let (broken, _received) = handler("HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nshort");
    let slow = TcpListener::bind("127.0.0.1:0").expect("a port");
    let slow_address = slow.local_addr().expect("an address").to_string();
    for (address, path, status, words) in [
        (nobody(), TARGET, 502, "no connection to the handler; start your server and check the port"),
        (broken, TARGET, 502, "the connection broke before the handler answered"),
        (slow_address, TARGET, 504, "the handler did not answer within 1 s"),
        (nobody(), "/a/../payments/notifications", 400, "cannot be passed on unchanged"),
    ] {
        let mut listener = Listener::start(&[
            "--json",
            "--target",
            TARGET,
            "--timeout",
            "1",
            "--forward-to",
            &format!("http://{address}"),
        ]);
        let answer = listener.notify(path, &signed_notification(), "");
        let document = listener.document();
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{words}");
        assert_eq!((&document["verified"], &document["answered"]), (&true.into(), &status.into()), "{words}");
        let error = document["forwarded"]["error"].as_str().unwrap_or_default();
        assert!(error.contains(words), "{words}: {document}");
    }
}

#[test]
fn requests_have_limits() {
    let mut listener = Listener::start(&["--json"]);
    let post = |more: &str| format!("POST /n HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}");
    let chunks = format!("{}\r\n", "8000\r\n".to_owned() + &"x".repeat(0x8000)).repeat(3);
    for (name, request, status, code) in [
        ("length", post("content-length: 65537\r\n\r\n"), 413, Some("too_large")),
        ("chunks", post(&format!("transfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n")), 413, Some("too_large")),
        ("longest", post(&format!("content-length: 65536\r\n\r\n{}", "x".repeat(65536))), 401, Some("missing_header")),
        ("early end", post("content-length: 9\r\n\r\nx"), 400, Some("interrupted")),
        (
            "method",
            "GET /n HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".to_owned(),
            405,
            Some("method_not_allowed"),
        ),
        ("headers", post(&("x: y\r\n".repeat(100) + "\r\n")), 431, None),
        ("header", post(&format!("x: {}\r\n\r\n", "y".repeat(20_000))), 431, None),
        ("no http", "hello\r\n\r\n".to_owned(), 400, None),
    ] {
        assert_eq!(listener.send(request.as_bytes()).status, status, "{name}");
        if let Some(code) = code {
            let document = listener.document();
            assert_eq!((&document["error"]["code"], &document["answered"]), (&code.into(), &status.into()), "{name}");
        }
    }
}

/// Bodies hold personal data, so they are shown on demand alone, and never as they are on a terminal.
#[test]
fn bodies_are_hidden_unless_asked_for() {
    let (address, _received) = handler("HTTP/1.1 200 OK\r\ncontent-length: 8\r\nconnection: close\r\n\r\nDear Sri");
    let forward = format!("http://{address}");
    let message = signed_notification().with_body("{\"name\":\"Sari \u{1b}[2J\"}");
    for (more, shown) in
        [(&[][..], false), (&["--show-body"], true), (&["--json"], false), (&["--json", "--show-body"], true)]
    {
        let mut listener = Listener::start(&[&["--forward-to", &forward], more].concat());
        assert_eq!(
            listener
                .notify(
                    "/payments/notifications?name=Sari",
                    &message.clone().with_target(TARGET.parse().expect("a path")),
                    ""
                )
                .status,
            200
        );
        let mut text = String::new();
        if more.contains(&"--json") {
            let document = listener.document();
            assert_eq!(document["body"].as_str().map(str::as_bytes), shown.then(|| message.body()).as_deref());
            text = document.to_string();
        }
        text += &listener.stop("-TERM");
        assert_eq!(text.contains("Sari"), shown, "{text}");
        assert_eq!(text.contains("Dear Sri"), shown, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}

#[test]
fn it_stops_when_it_is_told_to_and_answers_first() {
    let handler = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = handler.local_addr().expect("an address");
    for name in ["-TERM", "-INT"] {
        let mut listener = Listener::start(&["--json", "--forward-to", &format!("http://{address}")]);
        let answer = thread::scope(|scope| {
            let sent = scope.spawn(|| listener.notify(TARGET, &signed_notification(), ""));
            let (mut stream, _) = handler.accept().expect("a request");
            assert!(!read(&mut stream).is_empty());
            signal(&listener.child, name);
            // It does not listen any more before the handler answers.
            while TcpStream::connect_timeout(&listener.address.parse().expect("an address"), Duration::from_secs(1))
                .is_ok()
            {}
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").expect("an answer");
            sent.join().expect("an answer")
        });
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(listener.document()["forwarded"]["status"], 200, "{name}");
        assert_eq!(listener.child.wait().expect("it ends").code(), Some(0), "{name}");
    }
}

#[test]
fn the_simulator_notifies_it() {
    let listener = Listener::with(&[], &[]);
    let simulator = Simulator::with(&["--notification-url", &format!("http://{}/n?shop=1", listener.address)]);
    let order = "spec/examples/generate_order.request.minimal.json";
    let run = doku(&["order", "create", order, "--simulator", &simulator.url], &[], b"");
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(press(run.stdout(), "pay"), 303);
    listener.send(b"POST /n HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    let words = without_ports(&listener.stop("-INT"));
    let (before, after) = words.split_once("request id ").expect("an id");
    let (_, after) = after.split_once(", fresh").expect("an age");
    insta::assert_snapshot!("listen_words", format!("{before}request id ID, sent TIME, fresh{after}"));
}

#[test]
fn wrong_arguments_are_usage_errors() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let own = format!("http://localhost:{port}/x");
    for (arguments, reason) in [
        (&["--port", &port][..], "is in use"),
        (&["--port", "0", "--forward-to", "shop"], "--forward-to is no http or https url"),
        (&["--port", "0", "--forward-to", "ftp://127.0.0.1"], "--forward-to is no http or https url"),
        (&["--port", "0", "--forward-to", "http://u:p@127.0.0.1"], "must have no user, query or fragment"),
        (&["--port", "0", "--forward-to", "http://127.0.0.1/?a"], "must have no user, query or fragment"),
        (&["--port", "0", "--forward-to", "http://shop.example"], "add --allow shop.example"),
        (&["--port", "0", "--forward-to", "http://169.254.169.254"], "--forward-to is not on this machine"),
        (
            &["--port", "0", "--forward-to", "http://localhost.shop.example", "--allow", "shop.example"],
            "is not on this machine",
        ),
        (&["--port", "0", "--forward-to", &own, "--answer", "500"], "cannot be used with"),
        (&["--port", "0", "--answer", "199"], "199 is not in 200..=599"),
        (&["--port", "0", "--timeout", "0", "--forward-to", &own], "0 is not in 1..=300"),
        (&["--port", "0", "--allow", "shop.example"], "--forward-to <URL>"),
        (&["--port", "0", "--target", "https://shop.example/n"], "must be a path that begins with /"),
    ] {
        let run = doku(&[&["listen"], arguments].concat(), &MERCHANT, b"");
        assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(reason), "{arguments:?}: {}", run.stderr);
        assert!(!run.stderr.contains("u:p"), "{}", run.stderr);
    }
    let half = doku(&["listen", "--port", "0"], &MERCHANT[..1], b"");
    assert_eq!((half.code(), half.stdout()), (2, ""));
    assert!(half.stderr.contains("no secret key"), "{}", half.stderr);
}

#[test]
fn it_does_not_pass_on_to_itself() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let port = free.port().to_string();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{port}");
        let run = doku(&["listen", "--port", &port, "--forward-to", &url], &MERCHANT, b"");
        assert_eq!(run.code(), 2, "{}", run.stderr);
        assert!(run.stderr.contains("--forward-to is where this command listens"), "{}", run.stderr);
    }
}
