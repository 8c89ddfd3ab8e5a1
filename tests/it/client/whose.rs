//! Whose an unsigned refusal is.

use super::*;

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

/// An answer that stood in the connection before the request is none to it.
#[tokio::test]
async fn an_answer_before_the_request() {
    let mut early = 0;
    for _ in 0..10 {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tell, told) = std::sync::mpsc::channel();
        let peer = std::thread::spawn(move || {
            use std::io::Write;
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_nonblocking(true).unwrap();
            // On a busy machine this thread may wake up when the request is there already.
            tell.send(stream.peek(&mut [0]).is_err()).unwrap();
            stream.write_all(&answer(400, "", REFUSAL.as_bytes())).unwrap();
            stream
        });
        let client = Client::builder(Environment::custom(&url).unwrap(), credentials());
        let error = client.retry(RetryPolicy::NEVER).build().unwrap().send(&prepared()).await.unwrap_err();
        if told.recv().unwrap() {
            early += 1;
            assert_eq!((error.code(), error.outcome()), ("interrupted", Outcome::NothingSent));
        }
        drop(peer.join().unwrap());
    }
    assert!(early > 0, "the peer was never early");
}
