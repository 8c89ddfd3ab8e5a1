//! `doku demo` and `doku simulator`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
};

use super::{Simulator, closed_port, command, doku, without_ports};

#[test]
fn the_whole_flow_is_shown() {
    let run = doku(&["demo"], &[], b"");
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("demo", without_digest_of_the_answer(&without_ports(run.stdout())));
}

/// The answer holds the payment URL and so the port, and its digest changes with it.
fn without_digest_of_the_answer(text: &str) -> String {
    let (before, after) = text.split_once("string to sign of the answer").expect("the answer's string to sign");
    let (lines, rest) = after.split_once("Digest:").expect("a digest");
    let (_, rest) = rest.split_once('\n').expect("more lines");
    format!("{before}string to sign of the answer{lines}Digest:DIGEST\n{rest}")
}

/// A process that is killed before the answer: one order, and the same page for its customer.
#[test]
fn a_crash_makes_one_order() {
    let run = doku(&["demo"], &[], b"");
    let (_, crash) = run.stdout().split_once("\n5. Kill a process").expect("the crash");
    let (crash, _) = crash.split_once("\n6. ").expect("what follows");
    assert!(crash.contains("the store, which was written before: INV-20260105-0001 is SENT\n"), "{crash}");
    assert!(crash.contains("the same command again: http://127.0.0.1:"), "{crash}");
    assert!(crash.ends_with("orders at the simulator: 1\n"), "{crash}");
}

/// Where nothing is installed, cargo runs the command.
#[test]
fn what_to_do_next_works_as_it_is_printed() {
    for (variables, program) in
        [(&[][..], "doku "), (&[("CARGO_PKG_NAME", "doku-cli")], "cargo run --quiet --package doku-cli -- ")]
    {
        let run = doku(&["demo"], variables, b"");
        let (_, next) = run.stdout().split_once("\nNext\n").expect("what to do next");
        let commands: Vec<_> = next.lines().filter_map(|line| line.trim().strip_prefix(program)).collect();
        assert_eq!(commands.len(), 6, "{next}");
        for command in commands {
            let (command, _) = command.split_once(" > ").unwrap_or((command, ""));
            let arguments: Vec<_> = command.split(' ').chain(["--help"]).collect();
            assert_eq!(doku(&arguments, &[], b"").code(), 0, "{command}");
        }
    }
    let example = doku(&["spec", "example"], &[], b"");
    assert_eq!(doku(&["check", "request", "-"], &[], &example.stdout).code(), 0);
    let simulator = Simulator::start();
    let sent = doku(&["order", "create", "-", "--simulator", &simulator.url], &[], &example.stdout);
    assert_eq!(sent.code(), 0, "{}", sent.stderr);
}

#[test]
fn the_demonstration_ignores_credentials() {
    let variables =
        [("DOKU_CLIENT_ID", "MCH-REAL"), ("DOKU_SECRET_KEY", "SK-REAL"), ("DOKU_ENVIRONMENT", "production")];
    let run = doku(&["demo"], &variables, b"");
    assert_eq!(run.code(), 0);
    assert!(!run.stdout().contains("MCH-REAL") && run.stdout().contains("SIM-0001"), "{}", run.stdout());
}

#[test]
fn a_port_in_use_is_a_usage_error() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for command in ["simulator", "demo"] {
        let run = doku(&[command, "--port", &port], &[], b"");
        assert_eq!(run.code(), 2, "{command}: {}", run.stderr);
        let message = format!("error: port {port} of 127.0.0.1 is in use");
        assert!(run.stderr.starts_with(&message), "{command}: {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn the_simulator_stops_when_it_is_told_to() {
    for signal in ["-TERM", "-INT"] {
        let mut simulator = Simulator::start();
        let order = "spec/examples/generate_order.request.minimal.json";
        let created = doku(&["order", "create", order, "--simulator", &simulator.url], &[], b"");
        assert_eq!(created.code(), 0, "{}", created.stderr);
        let sent = Command::new("kill").args([signal, &simulator.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        assert_eq!(simulator.child.wait().expect("it ends").code(), Some(0), "{signal}");
        let mut words = String::new();
        simulator.child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("words");
        let words = words.replace(created.stdout().trim_end(), "PAYMENT_URL");
        insta::assert_snapshot!(format!("simulator{signal}"), without_ports(&words));
    }
}

/// Presses a button of a payment page, and returns the answer.
fn press(url: &str, button: &str) -> String {
    let (host, path) = url.trim_end().strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a url");
    let mut browser = TcpStream::connect(host).expect("the payment page");
    write!(browser, "POST /{path}/{button} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .expect("the button");
    let mut answer = String::new();
    browser.read_to_string(&mut answer).expect("an answer");
    answer
}

/// A merchant that answers notifications with these statuses, one each.
pub(super) fn merchant(statuses: &'static [u16]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/n", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().expect("a notification");
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            // The body of a notification ends with two braces, with or without a blank between them.
            while !request.ends_with(b"}}") && !request.ends_with(b"} }") {
                match stream.read(&mut buffer) {
                    Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").expect("an answer");
        }
    });
    url
}

#[test]
fn the_simulator_says_what_happens() {
    let order = "spec/examples/generate_order.request.minimal.json";
    let order = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(order);
    let order = std::fs::read_to_string(order).expect("an order");
    let words = |arguments: &[&str], buttons: &[&str]| {
        let mut simulator = Simulator::with(arguments);
        let mut urls = Vec::new();
        for (at, button) in buttons.iter().enumerate() {
            let order = order.replace("INV-20260105-0001", &format!("INV-{at}"));
            let run = doku(&["order", "create", "-", "--simulator", &simulator.url], &[], order.as_bytes());
            assert_eq!(run.code(), 0, "{}", run.stderr);
            assert!(press(run.stdout(), button).starts_with("HTTP/1.1 303"));
            urls.push(run.stdout().trim_end().to_owned());
        }
        simulator.child.kill().expect("it ends");
        let mut words = String::new();
        simulator.child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("words");
        let events = words.lines().skip_while(|line| !line.starts_with("order ")).collect::<Vec<_>>().join("\n");
        without_ports(&urls.iter().fold(events, |text, url| text.replace(url, "PAYMENT_URL")))
    };
    let answered = words(&["--notification-url", &merchant(&[200, 500])], &["pay", "decline"]);
    let unanswered = words(&["--notification-url", &format!("http://127.0.0.1:{}/n", closed_port())], &["pay"]);
    let unsent = words(&[], &["pay"]);
    insta::assert_snapshot!("simulator_events", [answered, unanswered, unsent].join("\n\n"));
}

/// Starts `doku demo --interactive` and reads on until it waits; returns the payment URL too.
#[cfg(unix)]
fn interactive() -> (std::process::Child, BufReader<std::process::ChildStdout>, String) {
    let mut child = command(&["demo", "--interactive"], &[]).spawn().expect("the demonstration starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.starts_with("6. Pay: ") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("a line"), 0, "it ended early");
    }
    line.clear();
    lines.read_line(&mut line).expect("the payment url");
    (child, lines, line.trim().to_owned())
}

#[cfg(unix)]
#[test]
fn a_person_can_decline_in_the_browser() {
    let (mut child, mut lines, url) = interactive();
    let pressed = press(&url, "decline");
    // The browser goes where it is sent, and finds a page there.
    let pressed = pressed.to_ascii_lowercase();
    let (_, location) = pressed.split_once("\r\nlocation: ").unwrap_or_else(|| panic!("no location: {pressed}"));
    let location = location.lines().next().expect("a location");
    let (port, path) = location.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.split_once('/')).expect("here");
    let mut browser = TcpStream::connect(format!("127.0.0.1:{port}")).expect("the shop");
    write!(browser, "GET /{path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n").expect("the way back");
    let mut page = String::new();
    browser.read_to_string(&mut page).expect("a page");
    assert!(page.starts_with("HTTP/1.1 200 OK") && page.contains("<h1>Back at the shop</h1>"), "{page}");
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("the rest");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert!(rest.contains("verified: INV-20260105-0001 over 100000 rupiah is FAILED"), "{rest}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_waiting() {
    let (mut child, _lines, _) = interactive();
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
