//! `doku sidecar` as a process: started, asked, killed, stopped.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Child,
};

use super::{Simulator, command, doku};

const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

const TOKEN: &str = "a-token-of-the-tests";

/// A running `doku sidecar`. It ends with the test.
struct Sidecar {
    child: Child,
    api: String,
}

impl Sidecar {
    fn start(config: &Path) -> Self {
        let mut child = command(&["sidecar", "--config", config.to_str().unwrap()], &[]).spawn().expect("it starts");
        let mut api = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut api).expect("it says where it is");
        assert!(api.starts_with("127.0.0.1:"), "it does not start: {:?}", child.wait());
        Self { child, api: api.trim_end().to_owned() }
    }

    /// Sends a request and returns status and body.
    fn call(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.api).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n\
             Content-Length: {length}\r\n\r\n{body}",
            self.api
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
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
fn files(folder: &Path, simulator: &str) -> std::path::PathBuf {
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
    let mut sidecar = Sidecar::start(&config);
    let (status, placed) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!(status, 201, "{placed}");
    sidecar.child.kill().unwrap();
    sidecar.child.wait().unwrap();
    let mut sidecar = Sidecar::start(&config);
    let (status, again) = sidecar.call("POST", "/orders", ORDER);
    assert_eq!((status, again), (200, placed));
    let pid = rustix::process::Pid::from_child(&sidecar.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(sidecar.child.wait().unwrap().code(), Some(0));
    let mut said = String::new();
    sidecar.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.ends_with("stopped by sigterm\n"), "{said}");
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
    assert_eq!(check(&["--json"]).json(), serde_json::json!({ "usable": true }));
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
