//! `doku demo` and `doku simulator`.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
};

use super::{Simulator, command, doku, without_ports};

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
fn the_gateway_stops_when_it_is_told_to() {
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
        insta::assert_snapshot!(format!("simulator{signal}"), without_ports(&words));
    }
}

/// Starts `doku demo --interactive` and reads on until it waits; returns the payment URL too.
#[cfg(unix)]
fn interactive() -> (std::process::Child, BufReader<std::process::ChildStdout>, String) {
    let mut child = command(&["demo", "--interactive"], &[]).spawn().expect("the demonstration starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.starts_with("5. Pay: ") {
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
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a url");
    let mut browser = TcpStream::connect(host).expect("the payment page");
    write!(browser, "POST /{path}/decline HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .expect("the button");
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
