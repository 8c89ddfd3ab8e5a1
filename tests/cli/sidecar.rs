//! `doku sidecar` as a process: started, asked, killed, stopped.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Child,
};

use serde_json::{Value, json};

use super::{Simulator, command, doku};

pub(super) const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

pub(super) const TOKEN: &str = "a-token-of-the-tests";

/// A running `doku sidecar`. It ends with the test.
pub(super) struct Sidecar {
    child: Child,
    pub(super) api: String,
    pub(super) notifications: String,
    pub(super) token: String,
}

impl Sidecar {
    fn start(config: &Path, more: &[&str]) -> Self {
        Self::with_variables(config, more, &[])
    }

    pub(super) fn with_variables(config: &Path, more: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::spawn(&[&["sidecar", "--json", "--config", config.to_str().unwrap()], more].concat(), variables)
    }

    /// Runs a command line with `--json` in it.
    pub(super) fn spawn(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = command(arguments, variables).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).expect("it says where it is");
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!(said["event"], "listening", "it does not start: {:?}", child.wait());
        let [api, notifications] = ["api", "notifications"].map(|name| said[name].as_str().unwrap().to_owned());
        Self { child, api, notifications, token: TOKEN.to_owned() }
    }

    /// Sends a request to the API and returns status and body.
    pub(super) fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        self.call_with(method, path, "", body)
    }

    /// Does so with more headers, each of which ends its line.
    pub(super) fn call_with(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let headers = format!("Authorization: Bearer {}\r\n{headers}", self.token);
        Self::send(&self.api, method, path, &headers, body)
    }

    /// Sends a request to an address and returns status and body.
    pub(super) fn send(address: &str, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}",
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// Stops it and returns what it said on standard error.
    pub(super) fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }
}

impl Drop for Sidecar {
    fn drop(&mut self) {
        // It may have been stopped by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes the files of a sidecar, and returns the path of its settings.
pub(super) fn files(folder: &Path, simulator: &str) -> std::path::PathBuf {
    let shown = folder.display();
    let settings = format!(
        "environment = \"{simulator}\"\nclient_id = \"{}\"\nsecret_key_file = \"{shown}/key\"\nstore = \"{shown}/doku.db\"\n\
         [api]\nlisten = \"127.0.0.1:0\"\ntokens_file = \"{shown}/tokens\"\n[notifications]\nlisten = \"127.0.0.1:0\"\n",
        doku_simulator::CLIENT_ID
    );
    for (name, text) in [("key", doku_simulator::SECRET_KEY), ("tokens", TOKEN), ("sidecar.toml", &settings)] {
        fs::write(folder.join(name), text).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    folder.join("sidecar.toml")
}

#[test]
fn what_was_placed_survives_kill_9() {
    let (simulator, folder) = (Simulator::start(), tempfile::tempdir().unwrap());
    let config = files(folder.path(), &simulator.url);
    let mut sidecar = Sidecar::start(&config, &[]);
    let (status, placed) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!(status, 201, "{placed}");
    sidecar.child.kill().unwrap();
    sidecar.child.wait().unwrap();
    let sidecar = Sidecar::start(&config, &[]);
    let (status, again) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!((status, again), (200, placed));
    let said = sidecar.stop();
    assert!(said.ends_with("stopped by sigterm\n"), "{said}");
}

/// What must never be in a log: a customer, and what gives access.
pub(super) const CANARIES: [&str; 7] =
    ["Sari", "6281122334455", "s.w@mail.example", "Melati", TOKEN, doku_simulator::SECRET_KEY, "tok-canary"];

/// Places an order, sends a forged notification, and spoils the file of tokens; returns what the log has of it.
fn logged(format: &str) -> String {
    let (simulator, folder) = (Simulator::start(), tempfile::tempdir().unwrap());
    let sidecar = Sidecar::start(&files(folder.path(), &simulator.url), &["--log", format]);
    let (status, placed) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!(status, 201, "{placed}");
    let (status, forged) = Sidecar::send(&sidecar.notifications, "POST", "/payments/notifications", "", ORDER);
    assert_eq!(status, 401, "{forged}");
    fs::write(folder.path().join("tokens"), "tok-canary").unwrap();
    assert_eq!(sidecar.call("GET", "/orders/INV-20260105-0001", "").0, 200, "the last tokens stay");
    let said = sidecar.stop();
    for canary in CANARIES {
        assert!(!said.contains(canary), "the log holds {canary}:\n{said}");
    }
    said
}

#[test]
fn a_log_for_programs_has_one_object_a_line() {
    let lines = logged("json");
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    let names = lines.map(|line| {
        assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
        let names: Vec<_> = line["details"].as_object().expect("details").keys().cloned().collect();
        format!("{} {}: {}\n", line["level"].as_str().unwrap(), line["event"].as_str().unwrap(), names.join(" "))
    });
    insta::assert_snapshot!(names.collect::<String>());
}

#[test]
fn a_log_for_people_has_the_same() {
    let said = logged("text");
    let (_, events) = said.split_once('\n').expect("where it listens");
    let end_of_id = |event: &str| event.split(" request_id=").next().unwrap_or_default().to_owned() + "\n";
    insta::assert_snapshot!(events.lines().map(end_of_id).collect::<String>());
}

#[test]
fn a_failure_is_a_line_of_the_log() {
    let run = doku(&["sidecar", "--log", "json", "--config", "/no/such/file"], &[], b"");
    let line: Value = serde_json::from_str(&run.stderr).expect("one object");
    assert_eq!((run.code(), &line["level"], &line["event"]), (2, &json!("error"), &json!("failed")), "{line}");
}

#[test]
fn a_check_looks_at_all_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let config = files(folder.path(), "http://127.0.0.1:9");
    let check =
        |more: &[&str]| doku(&[&["sidecar", "--check", "--config", config.to_str().unwrap()], more].concat(), &[], b"");
    let run = check(&[]);
    assert_eq!((run.code(), run.stdout()), (0, "all settings can be used, and the store is open\n"));
    assert!(folder.path().join("doku.db").exists());
    assert_eq!(check(&["--json"]).json(), json!({ "usable": true }));
    fs::set_permissions(folder.path().join("key"), fs::Permissions::from_mode(0o644)).unwrap();
    let run = check(&[]);
    assert_eq!(
        (run.code(), run.stderr.as_str()),
        (2, "error: secret_key_file: others may read the file (mode 644); run chmod 600 on it\n")
    );
}

#[test]
fn production_from_a_variable_is_not_enough() {
    let run = doku(&["sidecar"], &[("DOKU_ENVIRONMENT", "production")], b"");
    assert_eq!(run.code(), 2);
    assert!(run.stderr.contains("add --live, or write the settings into a file"), "{}", run.stderr);
    let run = doku(&["sidecar", "--live"], &[("DOKU_ENVIRONMENT", "production")], b"");
    assert!(run.stderr.contains("DOKU_CLIENT_ID: is not set"), "{}", run.stderr);
}
