//! `doku doctor`: each check, its verdict and the exit code, against `doku simulator` and simulators that misbehave.

mod notification_url;

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, SystemTime},
};

use doku_indodana::testing;
use serde_json::Value;

use super::{Run, SIMULATOR, Simulator, closed_port, doku, without_ports};

const URL: &str = "https://shop.example/payments/notifications";

fn doctor(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    doku(&[&["doctor"], arguments].concat(), variables, b"")
}

/// Returns verdict, message and help of a check.
fn check(run: &Run, name: &str) -> (String, String, String) {
    let document = run.json();
    let check = document["checks"].as_array().and_then(|checks| checks.iter().find(|check| check["name"] == name));
    let check = check.unwrap_or_else(|| panic!("no check {name}: {document}"));
    let text = |field: &str| check[field].as_str().unwrap_or_default().to_owned();
    (text("verdict"), text("message"), text("help"))
}

#[track_caller]
fn expect(run: &Run, name: &str, verdict: &str, words: &str) {
    let (met, message, help) = check(run, name);
    assert_eq!(met, verdict, "{name}: {message}");
    assert!(format!("{message}; {help}").contains(words), "{name}: {message}; {help}");
}

/// A simulator that answers each request, given as text, with these bytes.
fn simulator(answer: impl Fn(&str) -> Vec<u8> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // A TLS handshake begins with 0x16.
            while !request.ends_with(b"\r\n\r\n") && request.first() != Some(&0x16) {
                match stream.read(&mut buffer) {
                    Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            // The connection is tried before anything is sent.
            if !request.is_empty() {
                let _ = stream.write_all(&answer(&String::from_utf8_lossy(&request)));
            }
        }
    });
    url
}

/// A simulator with this status, headers and body.
fn fixed(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    let answer = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .into_bytes();
    simulator(move |_| answer.clone())
}

/// A Date header so many seconds from now.
#[expect(clippy::disallowed_methods, reason = "the command compares its clock with the simulator's")]
fn date(seconds: i64) -> String {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 { SystemTime::now() - distance } else { SystemTime::now() + distance };
    format!("date: {}\r\n", httpdate::fmt_http_date(time))
}

#[test]
fn all_is_well_with_the_simulator() {
    let simulator = Simulator::start();
    let run =
        doctor(&["--simulator", &simulator.url, "--notification-url", &format!("{}/n", simulator.url), "--reach"], &[]);
    insta::assert_snapshot!("doctor", without_ports(&run.to_text()));
    let run = doctor(&["--simulator", &simulator.url.replace("127.0.0.1", "localhost"), "--json"], &SIMULATOR);
    insta::assert_json_snapshot!(
        "doctor_json",
        serde_json::from_str::<Value>(&without_localhost(run.stdout())).expect("JSON")
    );
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
}

#[test]
fn a_clock_that_was_moved_forward_is_no_fault() {
    let simulator = Simulator::start();
    let mut stream = std::net::TcpStream::connect(simulator.url.trim_start_matches("http://")).expect("the simulator");
    let head = "POST /simulator/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 19\r\n\r\n";
    stream.write_all(format!("{head}{{\"advance\":\"1110m\"}}").as_bytes()).expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let run = doctor(&["--simulator", &simulator.url, "--json"], &SIMULATOR);
    let words = "the server's clock was moved forward by 18 h 30 min; your timestamps are accepted all the same";
    expect(&run, "clock", "ok", words);
    expect(&run, "signed_status", "ok", "the credentials are right");
    assert_eq!(run.code(), 0);
}

#[test]
fn who_has_something_to_mend_is_not_about_to_go_live() {
    for (status, code, listed) in [(200, 4, false), (404, 4, false)] {
        let run = doctor(&["--simulator", &fixed(status, &date(0), "")], &SIMULATOR);
        assert_eq!((run.code(), run.stdout().contains("Before you go live")), (code, listed), "{run:?}");
    }
    let simulator = Simulator::start();
    let run = doctor(&["--simulator", &simulator.url], &SIMULATOR);
    assert_eq!((run.code(), run.stdout().contains("Before you go live")), (0, true), "{run:?}");
}

fn without_localhost(text: &str) -> String {
    without_ports(&text.replace("localhost:", "127.0.0.1:"))
}

#[test]
fn without_an_environment_the_rest_is_checked() {
    let run = doctor(&["--json", "--notification-url", URL], &SIMULATOR);
    assert_eq!((run.code(), &run.json()["environment"], &run.json()["verdict"]), (2, &Value::Null, &"failed".into()));
    expect(&run, "environment", "failed", "add --sandbox, --live or --simulator URL");
    expect(&run, "client_id", "ok", "begins with SIM-");
    expect(&run, "tcp", "skipped", "no environment is named");
    let real = doctor(&["--json"], &[("DOKU_CLIENT_ID", "BRN-0214-1714016624673"), SIMULATOR[1]]);
    expect(&real, "client_id", "ok", "begins with BRN-");
    expect(&run, "notification_url", "ok", "the path that is signed is /payments/notifications");
}

#[test]
fn credentials_are_judged_without_being_shown() {
    let local = format!("http://127.0.0.1:{}", closed_port());
    let remote = format!("https://127.0.0.1:{}", closed_port());
    let id = ("DOKU_CLIENT_ID", "BRN-0214-1714016624673");
    let key = ("DOKU_SECRET_KEY", "SK-canary");
    for (simulator, variables, name, verdict, words) in [
        (&remote, &[id, key][..], "client_id", "ok", "begins with BRN- and has the usual form"),
        (&remote, &[id, key], "secret_key", "ok", "begins with SK-; read from DOKU_SECRET_KEY"),
        (&remote, &[("DOKU_CLIENT_ID", "MCH-0001-10791114622547"), key], "client_id", "ok", "begins with MCH-"),
        (&remote, &[], "client_id", "failed", "DOKU_CLIENT_ID is not set"),
        (&remote, &[], "secret_key", "failed", "no secret key"),
        (&remote, &[("DOKU_CLIENT_ID", "SK-canary"), key], "client_id", "failed", "probably swapped"),
        (&remote, &[id, ("DOKU_SECRET_KEY", id.1)], "secret_key", "failed", "probably swapped"),
        (&remote, &[SIMULATOR[0], key], "client_id", "failed", "the simulator's, which DOKU does not know"),
        (&remote, &[id, SIMULATOR[1]], "secret_key", "failed", "which everyone knows"),
        (&remote, &[("DOKU_CLIENT_ID", "BRN 1"), key], "client_id", "failed", "1 to 128 visible ascii characters"),
        (&remote, &[("DOKU_CLIENT_ID", "canary"), key], "client_id", "warning", "neither BRN- nor MCH-"),
        (&remote, &[("DOKU_CLIENT_ID", "BRN-canary"), key], "client_id", "warning", "has not the form BRN-0000-"),
        (&remote, &[id, ("DOKU_SECRET_KEY", " SK-canary")], "secret_key", "failed", "leading or trailing white space"),
        (&remote, &[id, ("DOKU_SECRET_KEY", "SK-canary x")], "secret_key", "failed", "has white space in it"),
        (&remote, &[id, ("DOKU_SECRET_KEY", "\"SK-canary\"")], "secret_key", "failed", "in quotation marks"),
        (&remote, &[id, ("DOKU_SECRET_KEY", "canary")], "secret_key", "warning", "does not begin with SK-"),
        (&remote, &[id, ("DOKU_SECRET_KEY_FILE", "/no/such/file")], "secret_key", "failed", "cannot be read"),
        (&local, &[id, key], "client_id", "warning", "the server is a local one"),
        (&local, &SIMULATOR, "client_id", "ok", "begins with SIM-"),
        (&local, &[], "secret_key", "ok", "the simulator's own are used"),
    ] {
        let run = doctor(&["--simulator", simulator, "--json"], variables);
        expect(&run, name, verdict, words);
        assert_eq!(
            run.code(),
            if run.stdout().contains("\"failed\"") && verdict == "failed" { 2 } else { 6 },
            "{words}"
        );
        assert!(!run.stdout().contains("canary") && !run.stderr.contains("canary"), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_file_of_the_secret_key_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;

    let mut file = tempfile::NamedTempFile::new().expect("a file");
    writeln!(file, "SK-canary").expect("a key");
    let path = file.path().to_str().expect("a path");
    for (mode, verdict, words) in [
        (0o600, "ok", "nobody but its owner can read it (0600)"),
        (0o400, "ok", "(0400)"),
        (0o640, "warning", "chmod 600 \"$DOKU_SECRET_KEY_FILE\""),
        (0o604, "warning", "others than its owner may use it (0604)"),
    ] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
        let run = doctor(&["--json"], &[SIMULATOR[0], ("DOKU_SECRET_KEY_FILE", path)]);
        expect(&run, "secret_key_file", verdict, words);
        expect(&run, "secret_key", "ok", "read from DOKU_SECRET_KEY_FILE");
    }
}

#[test]
fn what_cannot_be_reached_is_named() {
    let run = doctor(&["--simulator", &format!("http://127.0.0.1:{}", closed_port()), "--json"], &[]);
    expect(&run, "dns", "skipped", "127.0.0.1 is an address");
    expect(&run, "tcp", "failed", "connection refused");
    expect(&run, "tls", "skipped", "there is no connection");
    expect(&run, "clock", "skipped", "the server cannot be reached");
    expect(&run, "signed_status", "skipped", "the server cannot be reached");
    assert_eq!(run.code(), 6);

    // Something answers, but not with TLS.
    let plain = fixed(200, "", "").replace("http:", "https:").replace("127.0.0.1", "localhost");
    let variables = [("DOKU_CLIENT_ID", "BRN-0214-1714016624673"), ("DOKU_SECRET_KEY", "SK-x")];
    let run = doctor(&["--simulator", &plain, "--json"], &variables);
    expect(&run, "environment", "warning", "a simulator of your own");
    expect(&run, "dns", "ok", "localhost has an address");
    expect(&run, "tcp", "ok", "takes connections");
    expect(&run, "tls", "failed", "the handshake failed");
    assert_eq!(run.code(), 6);
}

#[test]
fn the_answer_proves_the_credentials_or_not() {
    let error = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"x","type":"invalid_request_error"}}}}"#);
    let signature = "client-id: SIM-0001-0000000000001\r\nrequest-id: 1\r\nresponse-timestamp: 2026-01-05T08:48:43Z\r\n\
                     signature: HMACSHA256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    for (status, headers, body, code, verdict, words) in [
        (404, "", error("data_not_found"), 0, "warning", "our signature is accepted; the answer is not signed"),
        (400, "", error("invalid_signature"), 4, "failed", "the secret key is not that of this client id"),
        (400, "", r#"{"code":"invalid_client_id"}"#.to_owned(), 4, "failed", "does not know the client id"),
        (400, "", error("request_time_out_of_range"), 2, "failed", "refuses the time of the request"),
        (404, signature, error("data_not_found"), 4, "failed", "the answer is not proven to be DOKU's"),
        (
            404,
            "",
            r#"{"message":"No static resource x."}"#.to_owned(),
            4,
            "failed",
            "http status 404, which proves nothing",
        ),
        (200, "", "<html>".to_owned(), 4, "failed", "http status 200, which proves nothing"),
        (302, "location: http://127.0.0.1:1\r\n", String::new(), 4, "failed", "http status 302"),
        (403, "", error("a\\u001b[2J"), 4, "failed", "http status 403 and code "),
        (503, "", String::new(), 6, "failed", "http status 503, which proves nothing"),
        (200, "", "x".repeat(70_000), 6, "failed", "the answer is longer than 64 KiB"),
    ] {
        let run = doctor(&["--simulator", &fixed(status, headers, &body), "--json"], &SIMULATOR);
        expect(&run, "signed_status", verdict, words);
        assert_eq!(run.code(), code, "{words}: {run:?}");
        assert!(!run.stdout().contains('\u{1b}'));
    }
    let run = doctor(&["--simulator", &simulator(|_| Vec::new()), "--json"], &SIMULATOR);
    expect(&run, "signed_status", "failed", "the connection broke before the answer was complete");
    assert_eq!(run.code(), 6);

    let simulator = Simulator::start();
    for (variables, code, words) in [
        ([SIMULATOR[0], ("DOKU_SECRET_KEY", "SK-another")], 4, "invalid_signature"),
        ([("DOKU_CLIENT_ID", "BRN-0214-1714016624673"), SIMULATOR[1]], 4, "invalid_client_id"),
    ] {
        let run = doctor(&["--simulator", &simulator.url, "--json"], &variables);
        expect(&run, "signed_status", "failed", words);
        assert_eq!(run.code(), code, "{words}");
    }
}

#[test]
fn no_order_is_made() {
    let (sender, requests) = std::sync::mpsc::channel();
    let url = simulator(move |request| {
        let _ = sender.send(request.to_owned());
        b"HTTP/1.1 404 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
    });
    doctor(&["--simulator", &url], &SIMULATOR);
    doctor(&["--simulator", &url], &SIMULATOR[..1]);
    let first = requests.recv().expect("a request");
    assert!(first.starts_with("GET /orders/v1/status/doctor-"), "{first}");
    let second = requests.recv().expect("a request");
    // Without credentials nothing is signed.
    assert!(second.starts_with("GET / HTTP/1.1\r\n") && !second.contains("Signature"), "{second}");
    assert!(requests.try_recv().is_err(), "each asks once");
}

#[test]
fn the_clock_is_compared_with_the_simulators() {
    // Some seconds pass between the header and the comparison.
    for (headers, code, verdict, words) in [
        (date(0), 4, "ok", "at most 60 s from the server's"),
        (date(30), 4, "ok", "at most 60 s from the server's"),
        (
            date(-100),
            4,
            "warning",
            "s ahead of the server's; more than 300 s may be refused; set the clock of this machine",
        ),
        (date(200), 4, "warning", "s behind the server's; more than 300 s may be refused"),
        (date(-400), 2, "failed", "s ahead of the server's; more than 300 s may be refused"),
        (date(400), 2, "failed", "s behind the server's"),
        (date(-4000), 2, "failed", "s ahead of the server's"),
        (date(4000), 2, "failed", "s behind the server's"),
        ("date: yesterday\r\n".to_owned(), 4, "warning", "has no Date header"),
        (String::new(), 4, "warning", "has no Date header"),
    ] {
        let run = doctor(&["--simulator", &fixed(200, &headers, ""), "--json"], &SIMULATOR);
        expect(&run, "clock", verdict, words);
        assert_eq!(run.code(), code, "{words}");
    }
    let run = doctor(&["--simulator", &fixed(404, &date(4000), ""), "--json"], &SIMULATOR[..1]);
    expect(&run, "clock", "failed", "s behind the server's");
    expect(&run, "signed_status", "skipped", "there are no credentials that can be used");
}

/// A simulator may keep another time than its machine. What it signs counts.
#[test]
fn a_simulator_may_keep_a_clock_of_its_own() {
    let url = simulator(|request| {
        let id = request.to_lowercase();
        let id = id.split_once("request-id: ").and_then(|(_, rest)| rest.lines().next()).expect("a request id");
        let target = request.split(' ').nth(1).expect("a target").parse().expect("a target");
        let credentials = doku_indodana::Credentials::new(
            SIMULATOR[0].1.parse().expect("a client id"),
            SIMULATOR[1].1.parse().expect("a key"),
        );
        let answer = testing::signed_response(&credentials, &id.parse().expect("a request id"), &target, "{}");
        let mut text = format!("HTTP/1.1 404 X\r\n{}content-length: 2\r\nconnection: close\r\n", date(0));
        for (name, value) in answer.headers() {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
        }
        (text + "\r\n{}").into_bytes()
    });
    let run = doctor(&["--simulator", &url, "--json"], &SIMULATOR);
    expect(
        &run,
        "clock",
        "failed",
        "the server's, which it keeps by itself; more than 300 s may be refused; set the server's",
    );
    expect(&run, "signed_status", "ok", "the credentials are right");
    assert_eq!(run.code(), 2);
}

#[test]
fn wrong_arguments_are_usage_errors() {
    for (arguments, reason) in
        [(&["--sandbox", "--live"][..], "cannot be used with"), (&["--reach"], "--notification-url <URL>")]
    {
        let run = doctor(arguments, &[]);
        assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(reason), "{arguments:?}: {}", run.stderr);
    }
}
