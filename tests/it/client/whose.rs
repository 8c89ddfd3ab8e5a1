//! Whose an unsigned refusal is.

use std::{
    future::{Future, poll_fn},
    io::{ErrorKind, Write},
    net::{TcpListener, TcpStream},
    pin::pin,
    sync::mpsc,
    task::Poll,
    thread,
};

use super::*;
use crate::wire;

#[tokio::test]
async fn an_unsigned_refusal_of_somebody_else() {
    let ours = format!("Request-Id: {REQUEST_ID}\r\nClient-Id: BRN-0000-1234567890123\r\n");
    for (headers, expect) in [
        ("", Outcome::Refused),
        (&*ours, Outcome::Refused),
        ("X-Cache: Miss from cloudfront\r\n", Outcome::Refused),
        ("Request-Id: another\r\n", Outcome::Unknown),
        ("Client-Id: BRN-0000-0000000000000\r\n", Outcome::Unknown),
        (&format!("{ours}Request-Id: another\r\n"), Outcome::Unknown),
        ("Age: 0\r\n", Outcome::Unknown),
        ("X-Cache: HIT\r\n", Outcome::Unknown),
        ("Cache-Status: proxy; hit\r\n", Outcome::Unknown),
        ("Warning: 110 - stale\r\n", Outcome::Unknown),
    ] {
        let (result, _) = send([unsigned(400, headers, REFUSAL)]).await;
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("rejected", expect), "{headers}");
    }
}

/// An answer that stood in a new connection before the request is none to it.
#[tokio::test]
async fn an_answer_before_the_first_request() {
    let listener = listener();
    listener.set_nonblocking(true).unwrap();
    let client = once(&listener);
    let prepared = prepared();
    let mut sending = pin!(client.send(&prepared));
    let mut early = None;
    let error = poll_fn(|context| {
        let poll = sending.as_mut().poll(context);
        if early.is_none()
            && let Ok((mut stream, _)) = listener.accept()
        {
            // The call waits for its connection, which is made; the runtime has not been told yet.
            stream.set_nonblocking(true).unwrap();
            assert_eq!(
                stream.peek(&mut [0]).unwrap_err().kind(),
                ErrorKind::WouldBlock,
                "the request is there already"
            );
            stream.write_all(&answer(400, "", REFUSAL.as_bytes())).unwrap();
            early = Some(stream);
        }
        poll
    });
    let error = error.await.unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("interrupted", Outcome::NothingSent));
}

/// The same in a connection that was used before.
#[tokio::test]
async fn an_answer_before_a_further_request() {
    let listener = listener();
    let client = once(&listener);
    let peer = Peer::new(listener);
    client.send(&prepared()).await.unwrap();
    // The connection goes back to those that wait for a request; then it is spoken on, and the runtime is not told.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    peer.speak();
    peer.takes_another_connection(client.send(&prepared()).await);
}

/// The same where the thread that asks what has come is busy.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_before_a_further_request_of_a_busy_runtime() {
    let listener = listener();
    let client = once(&listener);
    let peer = Peer::new(listener);
    client.send(&prepared()).await.unwrap();
    let (is_busy, busy) = mpsc::channel();
    let (free, is_free) = mpsc::channel::<()>();
    tokio::spawn(async move {
        // Whoever is woken by now has run.
        tokio::task::yield_now().await;
        is_busy.send(()).unwrap();
        is_free.recv().unwrap();
    });
    busy.recv().unwrap();
    peer.speak();
    let prepared = prepared();
    let mut sending = pin!(client.send(&prepared));
    for _ in 0..100 {
        assert!(poll_fn(|context| Poll::Ready(sending.as_mut().poll(context).is_pending())).await);
        tokio::task::yield_now().await;
    }
    free.send(()).unwrap();
    peer.takes_another_connection(sending.await);
}

/// A server that answers the first request, speaks on that connection once more, and answers on another one.
struct Peer {
    speak: mpsc::Sender<()>,
    told: mpsc::Receiver<()>,
    further: thread::JoinHandle<bool>,
}

impl Peer {
    fn new(listener: TcpListener) -> Self {
        let (speak, asked) = mpsc::channel();
        let (tell, told) = mpsc::channel();
        let further = thread::spawn(move || {
            let reply = |stream: &mut TcpStream| {
                let request = wire::read(stream).unwrap();
                let headers = signature_headers(&credentials(), &request, pending().as_bytes());
                let answer = String::from_utf8(answer(200, &headers, pending().as_bytes())).unwrap();
                stream.write_all(answer.replace("Connection: close\r\n", "").as_bytes()).unwrap();
            };
            let (mut first, _) = listener.accept().unwrap();
            reply(&mut first);
            asked.recv().unwrap();
            first.write_all(&answer(400, "", REFUSAL.as_bytes())).unwrap();
            tell.send(()).unwrap();
            let (mut second, _) = listener.accept().unwrap();
            reply(&mut second);
            wire::read(&mut first).is_some()
        });
        Self { speak, told, further }
    }

    /// Speaks on the connection that waits for its next request.
    fn speak(&self) {
        self.speak.send(()).unwrap();
        self.told.recv().unwrap();
    }

    #[track_caller]
    fn takes_another_connection(self, sent: Result<GeneratedOrder, Error>) {
        assert_eq!(sent.unwrap().payment_url(), "https://sandbox01.indodana.com/payment?id=1");
        assert!(!self.further.join().unwrap(), "the order went over the connection that was spoken on");
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

/// A client of this listener that tries once.
fn once(listener: &TcpListener) -> Client {
    let url = format!("http://{}", listener.local_addr().unwrap());
    let builder = Client::builder(Environment::custom(&url).unwrap(), credentials());
    builder.retry(RetryPolicy::NEVER).build().unwrap()
}
