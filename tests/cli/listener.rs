//! A `doku listen` that runs, what is sent to it, and a server behind it: [`Listener`], [`handler`].

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::{Child, ChildStdout, Command},
    sync::mpsc,
    thread,
};

use doku_indodana::testing::{self, SignedNotification};
use serde_json::Value;

use super::command;

/// The credentials that test messages are signed with.
pub(super) const MERCHANT: [(&str, &str); 2] =
    [("DOKU_CLIENT_ID", testing::CLIENT_ID), ("DOKU_SECRET_KEY", testing::SECRET_KEY)];

/// A running `doku listen`. It ends with the test.
pub(super) struct Listener {
    pub(super) child: Child,
    stdout: BufReader<ChildStdout>,
    pub(super) address: String,
}

impl Listener {
    pub(super) fn start(more: &[&str]) -> Self {
        Self::with(more, &MERCHANT)
    }

    pub(super) fn with(more: &[&str], variables: &[(&str, &str)]) -> Self {
        let arguments = [&["listen", "--port", "0"], more].concat();
        let mut child = command(&arguments, variables).spawn().expect("the command starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("standard output is a pipe"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it is");
        let url = match serde_json::from_str::<Value>(&line) {
            Ok(document) => {
                assert_eq!(document["event"], "listening");
                document["url"].as_str().expect("a url").to_owned()
            }
            Err(_) => line.trim_end().to_owned(),
        };
        let address = url.strip_prefix("http://").unwrap_or_else(|| panic!("no url: {line}")).to_owned();
        Self { child, stdout, address }
    }

    /// Returns the next document.
    pub(super) fn document(&mut self) -> Value {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Sends a notification to a path, with more headers.
    pub(super) fn notify(&self, path: &str, message: &SignedNotification, more: &str) -> Answer {
        let mut head = format!("POST {path} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n{more}");
        for (name, value) in &message.headers() {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
        }
        let body = message.body();
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        self.send(&[head.as_bytes(), &body].concat())
    }

    /// Sends bytes, and returns what comes back until the connection is closed.
    pub(super) fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        // It may be refused before it is read to its end.
        let _ = stream.write_all(request);
        let _ = stream.shutdown(Shutdown::Write);
        Answer::read(stream)
    }

    /// Stops it, and returns what it said to people.
    pub(super) fn stop(mut self, name: &str) -> String {
        signal(&self.child, name);
        let mut words = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("words");
        assert_eq!(self.child.wait().expect("it ends").code(), Some(0), "{words}");
        words
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It may have been stopped by the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }
}

/// A merchant's server that gives the same answer to each request. Returns its address, and what it received.
pub(super) fn handler(answer: &'static str) -> (String, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = read(&mut stream);
            let _ = sender.send(request);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, receiver)
}

/// Reads one request with a Content-Length.
pub(super) fn read(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.lines().next()?.parse().ok());
            if request.len() >= head.len() + 4 + length.unwrap_or(0) {
                return request;
            }
        }
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => request.extend_from_slice(&buffer[..read]),
            _ => return request,
        }
    }
}

pub(super) fn signal(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
}

/// Presses a button of a payment page, and returns the status of the answer.
pub(super) fn press(url: &str, button: &str) -> u16 {
    let (host, path) = url.trim_end().strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a url");
    let mut stream = TcpStream::connect(host).expect("the payment page");
    write!(stream, "POST /{path}/{button} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .expect("the button");
    Answer::read(stream).status
}
