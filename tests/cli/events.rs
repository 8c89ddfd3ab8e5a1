//! `doku events`: the list, the stream, and sending again.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::{Child, Command},
};

use serde_json::Value;

use super::{Simulator, command, demo::merchant, doku};

const ORDER: &str = "spec/examples/generate_order.request.minimal.json";
const NUMBER: &str = "INV-20260105-0001";

/// A simulator with one paid order, whose merchant answers with these statuses.
fn paid(statuses: &'static [u16]) -> Simulator {
    let simulator = Simulator::with(&["--notification-url", &merchant(statuses)]);
    assert_eq!(doku(&["order", "create", ORDER, "--simulator", &simulator.url], &[], b"").code(), 0);
    let arguments = ["trigger", "success", "--simulator", &simulator.url, "--invoice-number", NUMBER];
    doku(&arguments, &[], b"");
    simulator
}

fn events(simulator: &Simulator, arguments: &[&str]) -> super::Run {
    doku(&[&["events"], arguments, &["--simulator", &simulator.url]].concat(), &[], b"")
}

fn names(list: &Value) -> Vec<&str> {
    let events = list["events"].as_array().expect("a list");
    events.iter().map(|event| event["event"].as_str().expect("a name")).collect()
}

#[test]
fn what_happened_is_listed() {
    let simulator = paid(&[200]);
    let all = events(&simulator, &["list", "--json"]).json();
    assert_eq!(names(&all), ["made", "requested", "settled", "notified"]);
    let rest = events(&simulator, &["list", "--json", "--after", "2", "--order", NUMBER]).json();
    assert_eq!(names(&rest), ["settled", "notified"]);
    // A request that was refused belongs to no order, and is found by the invoice number in its body.
    let again = doku(&["order", "create", ORDER, "--simulator", &simulator.url], &[], b"");
    assert_eq!(again.code(), 6, "{again:?}");
    let found = events(&simulator, &["list", "--json", "--order", NUMBER]).json();
    assert_eq!(names(&found), ["made", "requested", "settled", "notified", "requested"]);
    let body = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../",
        "spec/examples/generate_order.request.minimal.json"
    ))
    .expect("an order");
    let wrong = body.replace(NUMBER, "INV-3").replace("\"amount\": 100000", "\"amount\": 100001");
    let run = doku(&["run", "-"], &[], format!("simulator: {}\nsteps:\n- http: {{method: POST, url: '${{simulator}}/indodana-peer-to-peer/v2/generate-order', body: {wrong:?}}}", simulator.url).as_bytes());
    assert_eq!(run.code(), 0, "{run:?}");
    let found = events(&simulator, &["list", "--json", "--order", "INV-3"]).json();
    assert_eq!(names(&found), ["requested"]);
    let other = events(&simulator, &["list", "--order", "INV-2"]);
    assert_eq!((other.code(), other.stdout(), other.stderr.as_str()), (0, "", "no event of order INV-2\n"));
    let table = events(&simulator, &["list"]);
    let lines: Vec<_> = table.stdout().lines().collect();
    assert_eq!((lines.len(), lines[0]), (7, "number  time                  event"));
    assert!(lines[3].starts_with("     3  2") && lines[3].ends_with("order INV-20260105-0001 is SUCCESS"), "{table:?}");
    let variables = [("DOKU_ENVIRONMENT", simulator.url.as_str())];
    assert_eq!(doku(&["events", "list"], &variables, b"").stdout(), table.stdout());
}

#[test]
fn a_notification_is_sent_again() {
    let simulator = paid(&[500, 200, 500]);
    let run = events(&simulator, &["resend", "1"]);
    assert_eq!((run.code(), run.stderr.as_str()), (0, "right: the merchant acknowledged it\n"));
    assert!(run.stdout().starts_with("notification 1, attempt 2, order INV-20260105-0001, request id "), "{run:?}");
    let run = events(&simulator, &["resend", "1", "--json"]);
    assert_eq!((run.code(), &run.json()["verdict"]), (7, &"not_acknowledged".into()), "{run:?}");
    let run = events(&simulator, &["resend", "7"]);
    let message = "error: the simulator has no notification 7; `doku events list` has their numbers\n";
    assert_eq!((run.code(), run.stderr.as_str()), (5, message));
    assert_eq!(events(&simulator, &["resend", "7", "--json"]).json()["error"]["code"], "unknown_notification");
    let run = events(&simulator, &["resend", "one"]);
    assert_eq!(run.code(), 2);
    assert!(run.stderr.contains("invalid value 'one' for '<NUMBER>'"), "{}", run.stderr);
}

fn tail(simulator: &Simulator, more: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let arguments = [&["events", "tail", "--json", "--simulator", &simulator.url], more].concat();
    let mut child = command(&arguments, &[]).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().expect("a pipe"));
    (child, lines)
}

fn next(lines: &mut impl BufRead) -> Value {
    let mut line = String::new();
    lines.read_line(&mut line).expect("a line");
    serde_json::from_str(&line).expect("one object a line")
}

#[cfg(unix)]
#[test]
fn what_happens_is_followed_until_somebody_stops() {
    let simulator = paid(&[200, 200]);
    let (mut child, mut lines) = tail(&simulator, &["--after", "3"]);
    assert_eq!(next(&mut lines)["event"], "notified");
    events(&simulator, &["resend", "1"]);
    let event = next(&mut lines);
    assert_eq!((&event["number"], &event["details"]["attempt"]), (&5.into(), &2.into()));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[cfg(unix)]
#[test]
fn the_stream_ends_with_the_simulator() {
    let simulator = paid(&[200]);
    let (mut child, mut lines) = tail(&simulator, &[]);
    for name in ["made", "requested", "settled", "notified"] {
        assert_eq!(next(&mut lines)["event"], name);
    }
    let sent = Command::new("kill").args(["-TERM", &simulator.child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(6));
    let mut words = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("words");
    assert!(words.contains("note: the stream of events ended; the simulator was stopped"), "{words}");
}

#[test]
fn what_is_no_simulator_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let stranger = std::thread::spawn(move || {
        for answer in ["HTTP/1.1 404 X\r\n", "HTTP/1.1 200 X\r\n", "HTTP/1.1 204 X\r\n"] {
            let (mut stream, _) = listener.accept().expect("a request");
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).expect("a request");
            write!(stream, "{answer}content-length: 0\r\nconnection: close\r\n\r\n").expect("an answer");
        }
    });
    for (arguments, status) in [(&["list"][..], 404), (&["resend", "1"], 200), (&["tail", "--after", "0"], 204)] {
        let run = doku(&[&["events"], arguments, &["--simulator", &url]].concat(), &[], b"");
        let message = format!("error: {url} answered {status} and not as a simulator does\n");
        assert_eq!(run.code(), 6, "{run:?}");
        assert!(run.stderr.starts_with(&message), "{run:?}");
    }
    stranger.join().expect("it ends");
    let run = doku(&["events", "list", "--json", "--simulator", &url], &[], b"");
    assert_eq!((run.code(), &run.json()["error"]["message"]), (6, &format!("there is no answer from {url}").into()));
    let run = doku(&["events", "list", "--simulator", "http://shop.example"], &[], b"");
    assert_eq!(run.code(), 2);
}
