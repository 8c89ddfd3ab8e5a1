//! `doku order`: against `doku simulator` and against servers that misbehave.

use std::{
    io::{Read, Write},
    net::TcpListener,
    process::Command,
    thread,
};

use serde_json::Value;

use super::{Run, SIMULATOR, Simulator, closed_port, command, doku, without_ports};

const CORRECTED: &str = "spec/examples/generate_order.request.page-corrected.json";
const MINIMAL: &str = "spec/examples/generate_order.request.minimal.json";
const ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";

fn create(file: &str, url: &str, more: &[&str]) -> Run {
    let arguments = [&["order", "create", file, "--simulator", url, "--request-id", ID], more].concat();
    doku(&arguments, &SIMULATOR, b"")
}

#[test]
fn an_order_is_generated_and_its_status_asked_for() {
    let simulator = Simulator::start();
    let run = create(CORRECTED, &simulator.url, &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stdout().starts_with(&format!("{}/pay/", simulator.url)), "{}", run.stdout());
    assert_eq!(run.stdout().lines().count(), 1);
    assert!(run.stderr.contains("order MINV20201231468 generated; the answer is verified"), "{}", run.stderr);

    let again = create(CORRECTED, &simulator.url, &["--json"]).json();
    assert_eq!(again["payment_url"], run.stdout().trim_end());
    assert_eq!((&again["request_id"], &again["replayed"]), (&ID.into(), &true.into()));
    assert_eq!(again["attempts"], 1);
    assert_eq!(again["response"]["order"]["invoice_number"], "MINV20201231468");

    for id in ["MINV20201231468", ID] {
        let status = doku(&["order", "status", id, "--simulator", &simulator.url], &SIMULATOR, b"");
        assert_eq!((status.code(), status.stdout()), (0, "PENDING\n"), "{}", status.stderr);
        let status = doku(&["order", "status", id, "--simulator", &simulator.url, "--json"], &SIMULATOR, b"").json();
        assert_eq!((&status["status"], &status["id"]), (&"PENDING".into(), &id.into()));
        assert_eq!(status["answer"]["order"]["invoice_number"], "MINV20201231468");
    }
}

#[test]
fn the_simulators_credentials_stand_in() {
    let simulator = Simulator::start();
    let run = doku(&["order", "create", MINIMAL, "--simulator", &simulator.url], &[], b"");
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.starts_with("note: no DOKU_CLIENT_ID is set, so the simulator's own credentials are used\n"));
    let half = doku(&["order", "create", MINIMAL, "--simulator", &simulator.url], &SIMULATOR[..1], b"");
    assert_eq!(half.code(), 2);
    assert!(half.stderr.contains("no secret key: set the environment variable DOKU_SECRET_KEY"), "{}", half.stderr);
}

#[test]
fn violations_are_shown_and_nothing_is_sent() {
    let page = "spec/examples/generate_order.request.page-sample.invalid.json";
    let run = create(page, "http://127.0.0.1:9", &[]);
    insta::assert_snapshot!("order_violations", run.to_text());
    let run = create(page, "http://127.0.0.1:9", &["--json"]);
    assert_eq!((run.code(), &run.json()["violations"][0]["code"]), (3, &"not_listed".into()));
    assert_eq!(run.json()["error"]["outcome"], "unknown");
    let run = create(CORRECTED, "http://127.0.0.1:9", &["--deny-advisories"]);
    assert_eq!(run.code(), 3);
    assert!(run.stderr.contains("error[too_long]: /customer/email"), "{}", run.stderr);
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let run = create(MINIMAL, "http://127.0.0.1:9", &["--dry-run"]);
    assert_eq!((run.code(), run.stderr.as_str()), (0, "nothing was sent\n"));
    let (head, body) = run.stdout().split_once("\n\n").expect("head and body");
    let file =
        std::fs::read_to_string(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(MINIMAL))
            .expect("a file");
    assert_eq!(body.trim_end(), file.trim_end());
    assert!(head.starts_with("POST /indodana-peer-to-peer/v2/generate-order\n"), "{head}");
    assert!(head.contains(&format!("\nRequest-Id: {ID}\n")) && head.contains("\nSignature: HMACSHA256="), "{head}");

    let request = create(MINIMAL, "http://127.0.0.1:9", &["--dry-run", "--json"]).json();
    assert_eq!((&request["method"], request["body"].as_str()), (&"POST".into(), Some(file.as_str())));
    assert_eq!(request["url"], "http://127.0.0.1:9/indodana-peer-to-peer/v2/generate-order");
    assert_eq!(request["headers"]["request-id"], ID);
}

#[test]
fn curl_names_the_file_of_the_body() {
    let run = create(MINIMAL, "http://127.0.0.1:9", &["--curl"]);
    assert_eq!(run.code(), 0);
    let command = run.stdout();
    assert!(command.starts_with("curl --request POST"), "{command}");
    assert!(command.contains(" http://127.0.0.1:9/indodana-peer-to-peer/v2/generate-order "), "{command}");
    assert!(command.contains("--header 'content-type: application/json'"), "{command}");
    assert!(command.ends_with(&format!("--data-binary @{MINIMAL}\n")), "{command}");
    assert!(run.stderr.contains("about an hour"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn curl_holds_the_bytes_of_standard_input() {
    let file = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(MINIMAL);
    let order =
        std::fs::read_to_string(file).expect("a file").replace("Ayam geprek", "Ayam '$HOME' `id` 100% \\\\ é\\n");
    let order = order.replace("\\n\"", "\"") + "\n\n";
    let run = doku(&["order", "create", "-", "--simulator", "http://127.0.0.1:9", "--curl"], &[], order.as_bytes());
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let script = format!("curl() {{ cat; }}\n{}", run.stdout());
    let sent = Command::new("sh").args(["-c", &script]).output().expect("a shell");
    assert_eq!(String::from_utf8_lossy(&sent.stdout), order);
}

/// The simulator refuses: exit code 5.
#[test]
fn a_refusal_repeats_dokus_words() {
    let simulator = Simulator::start();
    let wrong = [SIMULATOR[0], ("DOKU_SECRET_KEY", "SK-another")];
    let arguments = ["order", "create", MINIMAL, "--simulator", &simulator.url];
    let run = doku(&arguments, &wrong, b"");
    let text = without_ports(&run.to_text());
    let (before, id) = text.split_once(" under request id ").expect("the id is said");
    insta::assert_snapshot!("order_refused", format!("{before} under request id {}", id.replacen(&id[..36], "ID", 1)));
    let run = doku(&[&arguments[..], &["--json"]].concat(), &wrong, b"");
    let error = &run.json()["error"];
    assert_eq!((run.code(), &error["outcome"]), (5, &"refused".into()));
    let id = error["request_id"].as_str().expect("the id is told");
    assert!(run.stderr.contains(&format!(" under request id {id}\n")), "{}", run.stderr);
}

/// Under an id that is given, the order may have been sent before: whatever is said now, it may exist.
#[test]
fn an_order_under_a_given_id_may_have_been_sent_before() {
    let simulator = Simulator::start();
    let nobody = format!("http://127.0.0.1:{}", closed_port());
    let wrong = [SIMULATOR[0], ("DOKU_SECRET_KEY", "SK-another")];
    for (file, url, variables, more, code, error_code) in [
        (MINIMAL, &*simulator.url, wrong, "--yes", 6, "rejected"),
        (MINIMAL, &*nobody, SIMULATOR, "--yes", 6, "connect"),
        ("Cargo.toml", &*nobody, SIMULATOR, "--yes", 3, "violations"),
        (CORRECTED, &*nobody, SIMULATOR, "--deny-advisories", 3, "violations"),
    ] {
        let arguments = ["order", "create", file, "--simulator", url, "--request-id", ID, "--json", more];
        let run = doku(&arguments, &variables, b"");
        let error = &run.json()["error"];
        assert_eq!((run.code(), &error["code"]), (code, &error_code.into()), "{file}: {}", run.stderr);
        assert_eq!((&error["outcome"], &error["request_id"]), (&"unknown".into(), &ID.into()), "{file}");
        assert!(run.stderr.contains("an order may exist") || code == 3, "{file}: {}", run.stderr);
        assert!(!run.stderr.contains("new request id"), "{file}: {}", run.stderr);
    }
    for (arguments, variables) in
        [(&["--store", "no.db"][..], &SIMULATOR[..]), (&[], &[SIMULATOR[0], SIMULATOR[1], ("DOKU_STORE", "no.db")])]
    {
        let arguments = [&["order", "create", MINIMAL, "--simulator", &nobody, "--request-id", ID], arguments].concat();
        let run = doku(&arguments, variables, b"");
        assert_eq!(run.code(), 2, "{}", run.stderr);
        assert!(run.stderr.contains("--request-id") && run.stderr.contains("store"), "{}", run.stderr);
    }
}

/// A question that is refused, signed or not: no exit code of a script's may say that there is no order.
#[test]
fn a_refused_question_says_nothing_of_the_order() {
    let wrong = [SIMULATOR[0], ("DOKU_SECRET_KEY", "SK-another")];
    for (switches, variables, code, verified) in [
        (&[][..], SIMULATOR, "data_not_found", true),
        (&["--switch", "error-signature=unsigned"], SIMULATOR, "data_not_found", false),
        (&[], wrong, "invalid_signature", false),
    ] {
        let simulator = Simulator::with(switches);
        let run = doku(&["order", "status", "INV-none", "--simulator", &simulator.url, "--json"], &variables, b"");
        let error = &run.json()["error"];
        assert_eq!((run.code(), &error["outcome"]), (6, &"unknown".into()), "{}", run.stderr);
        let rejection = &error["rejection"];
        assert_eq!((&rejection["code"], &rejection["verified"]), (&code.into(), &verified.into()), "{error}");
    }
}

/// The invoice number is used: sending the same again would be refused again, so something else is advised.
#[test]
fn a_used_invoice_number_is_asked_for() {
    let simulator = Simulator::start();
    assert_eq!(create(CORRECTED, &simulator.url, &[]).code(), 0);
    let arguments = ["order", "create", CORRECTED, "--simulator", &simulator.url, "--request-id", "another"];
    let run = doku(&arguments, &SIMULATOR, b"");
    assert_eq!(run.code(), 6, "{}", run.stderr);
    insta::assert_snapshot!("order_used", without_ports(&run.to_text()));
}

/// No server: exit code 6, and nothing was sent.
#[test]
fn a_refused_connection_sends_nothing() {
    let port = closed_port();
    let url = format!("http://127.0.0.1:{port}");
    let run = doku(&["order", "create", MINIMAL, "--simulator", &url, "--json"], &SIMULATOR, b"");
    let error = &run.json()["error"];
    assert_eq!((run.code(), &error["outcome"]), (6, &"nothing_sent".into()), "{}", run.stderr);
    let expected = format!("error: no connection to http://127.0.0.1:{port} could be made; nothing was sent");
    assert!(run.stderr.contains(&expected), "{}", run.stderr);
    let hint = format!("start the simulator first: doku simulator --port {port}");
    assert!(run.stderr.contains(&hint), "{}", run.stderr);
}

/// Starts a server that reads each request and answers it with these bytes.
fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The minimal order ends with its last brace.
            while !request.ends_with(b"}\n}\n") && !request.ends_with(b"}\n}") {
                match stream.read(&mut buffer) {
                    Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let _ = stream.write_all(answer);
        }
    });
    url
}

#[test]
fn a_lost_answer_says_how_to_send_the_order_again() {
    let run = create(MINIMAL, &answering(b""), &[]);
    insta::assert_snapshot!("order_unknown", without_ports(&run.to_text()));
}

/// Every failure is one JSON document on standard output, and words on standard error.
#[test]
fn failures_are_json_too() {
    let url = "http://127.0.0.1:9";
    for (arguments, code, message) in [
        (&["create", "spec/no-such-file.json", "--simulator", url][..], 2, "spec/no-such-file.json cannot be read"),
        (&["create", MINIMAL], 2, "no environment is named"),
        (&["create", MINIMAL, "--sandbox"], 2, "DOKU_CLIENT_ID is not set"),
        (&["create", MINIMAL, "--sandbox", "--live"], 2, "cannot be used with"),
        (&["create", MINIMAL, "--sandbox", "--request-id", "a b"], 2, "invalid value"),
        (&["create", "Cargo.toml", "--simulator", url], 3, "Cargo.toml: not valid, 1 violation, 0 advisories; nothing"),
        (&["status", "1"], 2, "no environment is named"),
        (&["status", "1", "--live"], 2, "DOKU_CLIENT_ID is not set"),
        (&["status"], 2, "required arguments were not provided: <ID>"),
    ] {
        let run = doku(&[&["order"], arguments, &["--json"]].concat(), &[], b"");
        let error = &run.json()["error"];
        assert_eq!((run.code(), &error["outcome"]), (code, &"nothing_sent".into()), "{arguments:?}: {}", run.stderr);
        assert_eq!((&error["request_id"], &error["retryable"]), (&Value::Null, &false.into()), "{arguments:?}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(message)), "{arguments:?}: {error}");
        assert!(code == 3 || run.stderr.starts_with("error: "), "{arguments:?}: {}", run.stderr);
    }
}

/// Stopped between the request and its answer: an order may exist.
#[cfg(unix)]
#[test]
fn a_signal_while_sending_says_how_to_send_the_order_again() {
    for (signal, name) in [("-TERM", "sigterm"), ("-INT", "ctrl-c")] {
        for order in [&["create", MINIMAL, "--request-id", ID][..], &["status", "1"]] {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let url = format!("http://{}", listener.local_addr().expect("an address"));
            let arguments = [&["order"], order, &["--simulator", &url, "--json"]].concat();
            let child = command(&arguments, &SIMULATOR).spawn().expect("the command starts");
            let (mut stream, _) = listener.accept().expect("a connection");
            assert_ne!(stream.read(&mut [0; 1]).expect("a request"), 0);
            let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
            assert!(sent.expect("kill runs").success());
            let output = child.wait_with_output().expect("it ends");
            let document: Value = serde_json::from_slice(&output.stdout).expect("one document");
            let error = &document["error"];
            assert_eq!((output.status.code(), &error["outcome"]), (Some(6), &"unknown".into()), "{signal}");
            let message = format!("stopped by {name} before doku answered");
            assert!(error["message"].as_str().is_some_and(|text| text.starts_with(&message)), "{error}");
            let words = String::from_utf8_lossy(&output.stderr);
            if order[0] == "create" {
                assert_eq!(error["request_id"], ID);
                let again = format!("doku order create {MINIMAL} --simulator {url} --request-id {ID}");
                assert!(words.contains("send the same order again") && words.contains(&again), "{words}");
            } else {
                assert!(words.contains("help: ask again"), "{words}");
            }
        }
    }
}

#[test]
fn an_unsigned_answer_is_not_verified() {
    let url = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    let run = create(MINIMAL, &url, &[]);
    insta::assert_snapshot!("order_unverified", without_ports(&run.to_text()));
    let run = create(MINIMAL, &url, &["--json"]);
    let error: &Value = &run.json()["error"];
    assert_eq!((run.code(), &error["verification"]["code"]), (4, &"missing_header".into()));
}
