//! One request over one connection, byte for byte.

use std::path::Path;

use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
};

use doku_sidecar::Address;

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &str| line.split_once(':').filter(|(found, _)| found.eq_ignore_ascii_case(name)).is_some();
        let found = self.head.lines().find(|found| line(found))?;
        found.split_once(':').map(|(_, value)| value.trim())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the code of an error that comes before a path is looked at.
    pub(crate) fn code_of_host_or_method(&self) -> Option<String> {
        let document: Value = serde_json::from_slice(&self.body).ok()?;
        let code = document["code"].as_str()?;
        (matches!(code, "method_not_allowed" | "misdirected") || self.status == 400 && code == "bad_request")
            .then(|| code.to_owned())
    }

    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        self.json()["code"].as_str().unwrap().to_owned()
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes a header away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.method != "GET" {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }

    /// Sends it to an address and returns the answer.
    pub(crate) async fn send(&self, to: &Address) -> Answer {
        match to {
            Address::Tcp(address) => self.over(TcpStream::connect(address).await.unwrap()).await,
            Address::Unix(path) => self.over(socket(path).await).await,
            _ => panic!("another kind of address"),
        }
    }

    /// Sends it over a connection and returns the answer.
    pub(crate) async fn over(&self, stream: impl AsyncRead + AsyncWrite) -> Answer {
        let answer = self.try_over(stream).await;
        answer.unwrap_or_else(|| panic!("no answer to {} {}", self.method, self.path))
    }

    /// Sends it over a connection; `None` where that ends without an answer.
    pub(crate) async fn try_over(&self, stream: impl AsyncRead + AsyncWrite) -> Option<Answer> {
        let (mut read, mut write) = tokio::io::split(stream);
        let bytes = self.bytes();
        // Who answers early may stop reading.
        let (_, answer) = tokio::join!(
            async {
                let _ = write.write_all(&bytes).await;
                let _ = write.flush().await;
            },
            async {
                let mut answer = Vec::new();
                let _ = read.read_to_end(&mut answer).await;
                answer
            }
        );
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Answer { status, head, body: answer[end + 4..].to_vec() })
    }
}

async fn socket(path: &Path) -> UnixStream {
    UnixStream::connect(path).await.unwrap()
}
