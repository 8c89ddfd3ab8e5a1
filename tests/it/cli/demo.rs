//! `doku demo` and `doku simulator`.

use std::net::TcpListener;

use super::{Simulator, doku, without_ports};

#[test]
fn the_whole_flow_is_shown() {
    let run = doku(&["demo"], &[], b"");
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("demo", without_ports(run.stdout()));
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
    use std::{io::Read, process::Command};

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
