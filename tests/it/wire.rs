//! A scripted peer on a raw socket: it records the bytes it gets and answers as told.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use doku_indodana::{
    Credentials,
    signature::{Components, Time, digest, sign},
};
use tokio::net::TcpSocket;

/// A request as it came over the socket.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }
}

/// Makes an answer of a request.
type Answer = Box<dyn Fn(&Request) -> Vec<u8> + Send>;

/// What the peer does after it has read a request.
pub(crate) enum Reply {
    /// Write what this makes of the request, and close.
    Write(Answer),
    /// Close without a word.
    Close,
    /// Say nothing, and keep the connection open.
    Hang,
}

/// The peer. Stops listening when dropped.
pub(crate) struct Peer {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Peer {
    /// Listens on a free port, and gives each request the next reply; the last one stays.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let seen = requests.clone();
        let replies: Vec<Reply> = replies.into_iter().collect();
        thread::spawn(move || {
            let mut open = Vec::new();
            for (at, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = read(&mut stream) else { continue };
                let reply = replies.get(at.min(replies.len() - 1));
                seen.lock().expect("the list of requests").push(request.clone());
                match reply {
                    Some(Reply::Write(make)) => drop(stream.write_all(&make(&request))),
                    Some(Reply::Hang) => open.push(stream),
                    Some(Reply::Close) | None => {}
                }
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("the list of requests").clone()
    }
}

/// A port of our own on which nobody listens: a connection to it is refused, as long as this is held.
pub(crate) struct Closed {
    pub(crate) url: String,
    _socket: TcpSocket,
}

impl Closed {
    pub(crate) fn port() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
        Self { url: format!("http://{}", socket.local_addr().expect("an address")), _socket: socket }
    }
}

/// Reads one request; `None` where the connection ends before.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
        let request = Request { head, body: bytes[end + 4..].to_vec() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if request.body.len() >= length {
            return Some(request);
        }
    }
}

/// Writes an answer without a signature.
pub(crate) fn unsigned(status: u16, headers: &str, body: &str) -> Reply {
    let answer = answer(status, headers, body.as_bytes());
    Reply::Write(Box::new(move |_| answer.clone()))
}

/// Writes an answer that is signed with these credentials for the request it answers.
pub(crate) fn signed(credentials: Credentials, status: u16, body: &str) -> Reply {
    let body = body.to_owned();
    Reply::Write(Box::new(move |request| {
        answer(status, &signature_headers(&credentials, request, body.as_bytes()), body.as_bytes())
    }))
}

/// Returns the four headers of a signed answer.
pub(crate) fn signature_headers(credentials: &Credentials, request: &Request, body: &[u8]) -> String {
    let request_id = request.header("Request-Id").expect("a request id");
    let timestamp = "2021-07-07T08:45:43Z";
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &request_id.parse().expect("a request id"),
        time: Time::Response(&timestamp.parse().expect("a timestamp")),
        target: &request.target().parse().expect("a target"),
        digest: Some(&digest(body)),
    };
    let signature = sign(credentials.secret_key(), &components);
    let client_id = credentials.client_id();
    format!(
        "Client-Id: {client_id}\r\nRequest-Id: {request_id}\r\nResponse-Timestamp: {timestamp}\r\nSignature: {signature}\r\n"
    )
}

/// Returns the bytes of an answer.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}
