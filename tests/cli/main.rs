//! The command `doku`, run as a process: streams, exit codes, help, messages.

#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod body;
mod check;
#[cfg(unix)]
#[path = "../store/cluster.rs"]
#[expect(dead_code, reason = "the tests of the store use the rest")]
mod cluster;
#[cfg(unix)]
mod compose;
mod demo;
mod doctor;
mod durable;
mod events;
#[cfg(unix)]
mod field;
mod guard;
mod help;
#[cfg(unix)]
mod listen;
#[cfg(unix)]
mod listener;
mod new;
mod order;
#[cfg(unix)]
mod postgres;
#[cfg(unix)]
mod production;
#[cfg(unix)]
mod received;
mod run;
mod secret;
#[cfg(unix)]
mod sidecar;
mod signature;
mod simulator;
mod store;
#[cfg(all(unix, feature = "otlp"))]
mod traces;
mod trigger;
#[cfg(unix)]
mod unusable;
#[path = "../it/signature/vector.rs"]
mod vector;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    thread,
};

/// The credentials that the simulator knows.
const SIMULATOR: [(&str, &str); 2] =
    [("DOKU_CLIENT_ID", doku_simulator::CLIENT_ID), ("DOKU_SECRET_KEY", doku_simulator::SECRET_KEY)];

/// What a run of the command left behind.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
}

impl Run {
    /// Returns everything as one text, for snapshots.
    fn to_text(&self) -> String {
        format!("exit code {}\n-- stdout\n{}\n-- stderr\n{}", self.code(), self.stdout(), self.stderr)
    }

    fn code(&self) -> i32 {
        self.code.expect("the command ends by itself")
    }

    fn stdout(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("standard output is utf-8")
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs `doku` in the package's directory with nothing but these variables in its environment.
fn doku(arguments: &[&str], variables: &[(&str, &str)], stdin: &[u8]) -> Run {
    let mut child = command(arguments, variables).stdin(Stdio::piped()).spawn().expect("the command starts");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    let output = thread::scope(|scope| {
        // The command may end without reading.
        scope.spawn(move || pipe.write_all(stdin).ok());
        child.wait_with_output().expect("the command ends")
    });
    let stderr = String::from_utf8(output.stderr).expect("standard error is utf-8");
    Run { code: output.status.code(), stdout: output.stdout, stderr }
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doku"));
    command
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running `doku simulator`. It ends with the test.
struct Simulator {
    child: Child,
    url: String,
}

impl Simulator {
    fn start() -> Self {
        Self::with(&[])
    }

    fn with(more: &[&str]) -> Self {
        Self::with_variables(more, &[])
    }

    fn with_variables(more: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["simulator", "--port", "0"], more].concat();
        let mut child = command(&arguments, variables).spawn().expect("the simulator starts");
        let mut url = String::new();
        let stdout = child.stdout.as_mut().expect("standard output is a pipe");
        BufReader::new(stdout).read_line(&mut url).expect("the simulator says where it is");
        Self { child, url: url.trim_end().to_owned() }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have been stopped by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a port of 127.0.0.1 that refuses connections: it is bound as long as the tests run, and nobody listens. A port
/// that was merely free a moment ago may be another program's now.
fn closed_port() -> u16 {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let port = socket.local_addr().expect("an address").port();
    std::mem::forget(socket);
    port
}

/// Replaces the ports of loopback addresses, which the system chooses.
fn without_ports(text: &str) -> String {
    let mut pieces = text.split("127.0.0.1:");
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        result.push_str("127.0.0.1:PORT");
        result.push_str(piece.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    result
}
