//! `doku simulator`: its settings, its documentation, its log and its state.

use std::{io::Read, net::TcpListener, path::Path, process::Command};

use doku_simulator::{FaultKind, Switch};
use serde_json::Value;

use super::{Simulator, doku};

const ORDER: &str = "spec/examples/generate_order.request.minimal.json";

/// Wrong settings end with 2 and name themselves.
fn refuse(arguments: &[&str], message: &str) {
    let arguments = [&["simulator", "--port", "0"], arguments].concat();
    let run = doku(&arguments, &[], b"");
    assert_eq!((run.code(), run.stdout()), (2, ""), "{arguments:?}");
    assert!(run.stderr.contains(&format!("error: {message}")), "{arguments:?}: {}", run.stderr);
}

#[test]
fn wrong_settings_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let nowhere = directory.path().join("no/state.json");
    let nowhere = nowhere.to_str().expect("utf-8");
    for (arguments, message) in [
        (&["--switch", "foo=1"][..], "there is no switch `foo`; `doku simulator --list-switches` has all"),
        (&["--switch", "replay-status=500"], "the switch replay-status takes 409, 200"),
        (&["--switch", "clock-drift=-1"], "the switch clock-drift takes a number of seconds from 0 to 999999999"),
        (
            &["--switch", "foo"],
            "invalid value 'foo' for '--switch <NAME=VALUE>': write it as NAME=VALUE, such as replay-status=200",
        ),
        (
            &["--fault", "foo"],
            "invalid value 'foo' for '--fault <NAME[=PARAMETER]>': `foo` is no fault; `doku simulator --list-faults` has all",
        ),
        (
            &["--fault", "latency=soon"],
            "invalid value 'latency=soon' for '--fault <NAME[=PARAMETER]>': `latency=soon` is no fault; its parameter is a \
             time of at most an hour, such as latency=3s",
        ),
        (
            &["--fault", "refuse-connections"],
            "invalid value 'refuse-connections' for '--fault <NAME[=PARAMETER]>': a simulator that always refuses \
             connections is of no use; ask for it by `POST /simulator/faults`, once",
        ),
        (&["--bind", "localhost"], "invalid value 'localhost' for '--bind <ADDR>': invalid IP address syntax"),
        (&["--bind", "192.0.2.1"], "cannot listen on port 0 of 192.0.2.1: "),
        (&["--time-scale", "0"], "the time scale must be from 1 to 1000000"),
        (&["--public-url", "simulator"], "the public url is not one such as http://simulator:4000"),
        (&["--seed", "x"], "invalid value 'x' for '--seed <N>': invalid digit found in string"),
        (&["--state", nowhere], &format!("the state file {nowhere} cannot be written: ")),
        (
            &["--state", "Cargo.toml"],
            "the state file Cargo.toml cannot be used: it is not a state file of this simulator, or one of an earlier \
             version; move it away or name another file",
        ),
        (&["--notification-url", "http://shop:8080/n"], "the notification url is not on this machine; "),
        (
            &["--credentials-from-env"],
            "the environment variable DOKU_CLIENT_ID is not set; set it to the value from the doku dashboard",
        ),
        (&["--list-switches", "--list-faults"], "the argument '--list-switches' cannot be used with '--list-faults'"),
        (&["--health", "http://simulator:4000"], "the simulator's url must begin with https://; http:// is only for"),
    ] {
        refuse(arguments, message);
    }
}

#[test]
fn an_address_that_others_reach_is_said_loudly() {
    let run = doku(&["simulator", "--port", "0", "--bind", "192.0.2.1"], &[], b"");
    let warning =
        "warning: LISTENING ON 192.0.2.1, NOT ON THIS MACHINE ALONE. Whoever can reach it can pay every order";
    assert!(run.stderr.starts_with(warning), "{}", run.stderr);
}

#[test]
fn switches_and_faults_document_themselves() {
    let switches = doku(&["simulator", "--list-switches"], &[], b"");
    assert_eq!((switches.code(), switches.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("list_switches", switches.stdout());
    let faults = doku(&["simulator", "--list-faults"], &[], b"");
    assert_eq!((faults.code(), faults.stderr.as_str()), (0, ""));
    insta::assert_snapshot!("list_faults", faults.stdout());

    let switches = doku(&["simulator", "--list-switches", "--json"], &[], b"").json();
    let listed = switches["switches"].as_array().expect("a list");
    assert_eq!(listed.len(), Switch::ALL.len());
    for (record, switch) in listed.iter().zip(Switch::ALL) {
        assert_eq!((&record["name"], &record["default"]), (&switch.name.into(), &switch.default_value().into()));
        assert!(!record["values"].is_null() && record["about"].is_string(), "{record}");
    }
    let faults = doku(&["simulator", "--list-faults", "--json"], &[], b"").json();
    let listed = faults["faults"].as_array().expect("a list");
    assert_eq!(listed.len(), FaultKind::ALL.len());
    insta::assert_json_snapshot!("fault_record", listed.iter().find(|fault| fault["name"] == "latency"));
}

/// Makes an order, and returns its payment URL without the port.
fn order(simulator: &Simulator, invoice_number: &str) -> String {
    let order = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(ORDER);
    let order = std::fs::read_to_string(order).expect("an order").replace("INV-20260105-0001", invoice_number);
    let run = doku(&["order", "create", "-", "--simulator", &simulator.url], &[], order.as_bytes());
    assert_eq!(run.code(), 0, "{}", run.stderr);
    run.stdout().trim_end().rsplit_once('/').expect("a payment url").1.to_owned()
}

#[cfg(unix)]
fn stop(simulator: &mut Simulator) -> String {
    let sent = Command::new("kill").args(["-TERM", &simulator.child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    assert_eq!(simulator.child.wait().expect("it ends").code(), Some(0));
    let mut words = String::new();
    simulator.child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("words");
    words
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let tokens = |seed| {
        let simulator = Simulator::with(&["--seed", seed]);
        [order(&simulator, "INV-1"), order(&simulator, "INV-2")]
    };
    assert_eq!(tokens("7"), tokens("7"));
    assert_ne!(tokens("7"), tokens("8"));
}

#[cfg(unix)]
#[test]
fn the_state_outlives_the_simulator() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("state.json");
    let arguments = ["--state", path.to_str().expect("utf-8"), "--seed", "7"];
    let mut first = Simulator::with(&arguments);
    let token = order(&first, "INV-1");
    stop(&mut first);
    let mut second = Simulator::with(&arguments);
    let in_use =
        format!("the state file {} is in use by another simulator; stop it or name another file", path.display());
    refuse(&["--state", path.to_str().expect("utf-8")], &in_use);
    let status = doku(&["order", "status", "INV-1", "--simulator", &second.url], &[], b"");
    assert_eq!((status.code(), status.stdout()), (0, "PENDING\n"), "{}", status.stderr);
    // The numbers go on; they do not begin again.
    assert_ne!(order(&second, "INV-2"), token);
    let log = stop(&mut second);
    assert!(log.contains(&format!("1 order read from {}\n", path.display())), "{log}");
}

#[cfg(unix)]
#[test]
fn a_program_reads_where_it_is_and_what_happens() {
    for (bodies, seen) in [(&[][..], false), (&["--log-bodies"][..], true)] {
        let mut simulator = Simulator::with(&[&["--json", "--log", "json"], bodies].concat());
        let start: Value = serde_json::from_str(&simulator.url).expect("json on one line");
        assert_eq!(start["client_id"], doku_simulator::CLIENT_ID);
        simulator.url = start["url"].as_str().expect("a url").to_owned();
        order(&simulator, "INV-1");
        let log = stop(&mut simulator);
        let lines: Vec<Value> =
            log.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect();
        let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().expect("a name")).collect();
        assert_eq!(events, ["listening", "warning", "made", "requested", "stopped"]);
        assert_eq!(log.contains("s.w@mail.example"), seen, "{log}");
        assert_eq!(lines[3]["details"]["verdict"], "accepted");
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let run = doku(&["simulator", "--port", &port, "--log", "json"], &[], b"");
    let line: Value = serde_json::from_str(&run.stderr).expect("one object");
    let message = format!(
        "port {port} of 127.0.0.1 is in use; stop the program that has it or choose another port with --port; 0 takes a \
         free one"
    );
    assert_eq!((run.code(), &line["event"], &line["details"]["text"]), (2, &"error".into(), &message.into()));
}

#[test]
fn a_container_can_ask_whether_it_is_healthy() {
    let simulator = Simulator::start();
    let run = doku(&["simulator", "--health", &simulator.url], &[], b"");
    assert_eq!((run.code(), run.stdout(), run.stderr.as_str()), (0, "healthy\n", ""));
    let url = simulator.url.clone();
    drop(simulator);
    let run = doku(&["simulator", "--health", &url], &[], b"");
    assert_eq!((run.code(), run.stdout()), (6, ""));
    assert!(
        run.stderr.starts_with(&format!("error: there is no answer from {url}\nhelp: start the")),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn it_signs_for_a_client_id_that_it_is_given_and_says_what_that_means() {
    let words = |client_id: &str| {
        let variables = [("DOKU_CLIENT_ID", client_id), ("DOKU_SECRET_KEY", "SK-given")];
        let mut simulator = Simulator::with_variables(&["--credentials-from-env"], &variables);
        stop(&mut simulator)
    };
    let given = words("MCH-0001-1234567890123");
    assert!(given.starts_with("warning: the client id does not begin with SIM-, so its secret key may be"), "{given}");
    assert!(!given.contains("SK-given") && given.contains("those of DOKU_CLIENT_ID"), "{given}");
    assert!(!words("SIM-0002").contains("does not begin"), "no warning");
}

/// The arguments of the container example are arguments of the command.
#[test]
fn the_container_example_is_understood() {
    let read = |name: &str| {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join("examples/docker").join(name);
        std::fs::read_to_string(path).expect("a file")
    };
    let compose: Value = serde_saphyr::from_str(&read("compose.yaml")).expect("yaml");
    let dockerfile = read("Dockerfile");
    let command = dockerfile.lines().find_map(|line| line.strip_prefix("CMD ")).expect("a command");
    let health = dockerfile.lines().find_map(|line| line.trim_start().strip_prefix("CMD [\"/usr/local/bin/doku\", "));
    let commands = [
        compose["services"]["simulator"]["command"].clone(),
        serde_json::from_str(command).expect("a list"),
        serde_json::from_str(&format!("[{}", health.expect("a health check"))).expect("a list"),
    ];
    for (command, code) in commands.into_iter().zip([0, 0, 6]) {
        let arguments: Vec<String> = serde_json::from_value(command).expect("texts");
        let mut arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        if code == 0 {
            // It reads all arguments and ends without listening.
            arguments.push("--list-switches");
        } else {
            let url = arguments.pop().expect("a url");
            assert_eq!(url, "http://127.0.0.1:4000");
            arguments.push("http://127.0.0.1:9");
        }
        let run = doku(&arguments, &[], b"");
        assert_eq!(run.code(), code, "{arguments:?}: {run:?}");
    }
}
