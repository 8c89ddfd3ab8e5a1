//! A service that effects are forwarded to: it notes what came, and answers as a case wants it.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

/// How a request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, and nothing more until the other side is gone.
    Stuck(Vec<u8>),
    /// These bytes, and then a body without end.
    Endless(Vec<u8>),
}

impl Reply {
    /// Returns an answer with a body.
    pub(crate) fn status(status: &str, body: &str) -> Self {
        Self::with(status, "", body)
    }

    /// Returns an answer with a header more.
    pub(crate) fn with(status: &str, header: &str, body: &str) -> Self {
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{header}\r\n{body}");
        Self::Bytes(answer.into_bytes())
    }
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    head: String,
    pub(crate) body: String,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        let fits = |line: &&str| line.split_once(": ").is_some_and(|(found, _)| found.eq_ignore_ascii_case(name));
        let line = self.head.lines().find(fits).unwrap_or_else(|| panic!("no header {name}: {}", self.head));
        line.split_once(": ").unwrap().1
    }

    /// Returns the request without what differs from run to run.
    pub(crate) fn text(&self, address: SocketAddr) -> String {
        let head = self.head.replace(&address.to_string(), "ADDRESS").replace('\r', "");
        format!("{head}\n\n{}\n", self.body)
    }

    /// Fails unless another implementation signs the same with this secret, in this place of the header.
    pub(crate) fn is_signed_with(&self, secret: &str, place: usize) {
        assert_eq!(self.header("webhook-signature").split(' ').nth(place), Some(&*self.signature(secret)));
    }

    /// Returns what another implementation signs this with.
    pub(crate) fn signature(&self, secret: &str) -> String {
        let oracle = standardwebhooks::Webhook::new(secret).unwrap();
        let timestamp = self.header("webhook-timestamp").parse().unwrap();
        oracle.sign(self.header("webhook-id"), timestamp, self.body.as_bytes()).unwrap()
    }
}

/// A service that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    always: Arc<Mutex<Reply>>,
    came: tokio::sync::Mutex<UnboundedReceiver<Came>>,
    task: JoinHandle<()>,
}

impl Service {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, receiver) = unbounded_channel();
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let always = Arc::new(Mutex::new(Reply::status("200 OK", "")));
        let (next, else_) = (replies.clone(), always.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (next, else_, sender) = (next.clone(), else_.clone(), sender.clone());
                tokio::spawn(async move {
                    let reply = || next.lock().unwrap().pop_front().unwrap_or_else(|| else_.lock().unwrap().clone());
                    serve(stream, &sender, reply).await;
                });
            }
        });
        Self { address, replies, always, came: tokio::sync::Mutex::new(receiver), task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/effects?shop=1", self.address)
    }

    /// Answers the next request like this, and after it as before.
    pub(crate) fn next(&self, reply: Reply) {
        self.replies.lock().unwrap().push_back(reply);
    }

    /// Answers all requests like this that have no answer of their own.
    pub(crate) fn always(&self, reply: Reply) {
        *self.always.lock().unwrap() = reply;
    }

    /// Waits for the next request.
    pub(crate) async fn came(&self) -> Came {
        let mut came = self.came.lock().await;
        tokio::time::timeout(Duration::from_secs(60), came.recv()).await.expect("nothing comes").unwrap()
    }

    /// Returns what came since it was asked last.
    pub(crate) async fn rest(&self) -> Vec<Came> {
        let mut came = self.came.lock().await;
        std::iter::from_fn(|| came.try_recv().ok()).collect()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, sender: &UnboundedSender<Came>, reply: impl FnOnce() -> Reply) {
    let Some(came) = read(&mut stream).await else { return };
    let reply = reply();
    sender.send(came).unwrap();
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Reply::Stuck(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0]).await;
        }
        Reply::Endless(mut bytes) => {
            while stream.write_all(&bytes).await.is_ok() {
                bytes = vec![b'x'; 64 << 10];
            }
        }
    }
}

/// Reads a request; `None` where it does not come whole.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<Came> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let length = stream.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&chunk[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let came = Came { head: head.to_owned(), body: body.to_owned() };
        if came.body.len() == came.header("content-length").parse::<usize>().unwrap() {
            return Some(came);
        }
    }
}
