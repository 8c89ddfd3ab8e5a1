//! What the simulator holds, and for how long, whatever it is sent.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// Sends a body to the control API and returns status and code or text of the answer.
async fn control(simulator: &Simulator, path: &str, body: impl Into<Bytes>) -> (u16, Value) {
    let answer = send(simulator, request(Method::POST, path, body)).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
}

#[tokio::test]
async fn a_path_of_a_trigger_has_an_end() {
    let simulator = fixed().notification_url("http://127.0.0.1:9/").start().await.unwrap();
    let path = |names: usize| vec!["a"; names].join(".");
    for (names, status) in [(16, 200), (17, 400), (20_000, 400)] {
        let body = json!({ "kind": "success", "set": [[path(names), 1]] }).to_string();
        let (answered, answer) = control(&simulator, "/simulator/trigger", body).await;
        assert_eq!(answered, status, "{names}: {answer}");
        let reason = answer["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(reason.contains("has more than 16 names"), status == 400, "{reason}");
    }
}

#[tokio::test]
async fn no_number_of_an_event_is_too_large() {
    let simulator = fixed().start().await.unwrap();
    simulator.set_switch("failed", "final").unwrap();
    for (after, count) in [(0, 1), (1, 0), (u64::MAX - 1, 0), (u64::MAX, 0)] {
        let answer = send(&simulator, request(Method::GET, &format!("/simulator/events?after={after}"), "")).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answer["events"].as_array().map(Vec::len), Some(count), "{after}");
    }
}

/// The clock of the runtime stands still and moves on whenever all wait, so that the time-outs cost no time.
#[tokio::test(start_paused = true)]
async fn a_body_for_control_ends_in_time_and_is_short() {
    let simulator = fixed().start().await.unwrap();
    for path in ["/simulator/clock", "/timeline/clock", "/pay/unknown/pay"] {
        let mut stream = TcpStream::connect(simulator.url().strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{{");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        assert_eq!(answer.lines().next(), Some("HTTP/1.1 408 Request Timeout"), "{path}");
        let (status, answer) = control(&simulator, path, "x".repeat((1 << 16) + 1)).await;
        assert_eq!((status, answer), (413, json!({ "message": "The body is longer than 64 KiB" })), "{path}");
    }
}

#[tokio::test]
async fn what_is_armed_and_kept_has_an_end() {
    let simulator = fixed().start().await.unwrap();
    for _ in 0..1_001 {
        simulator.fail_next("html".parse().unwrap());
    }
    let events = simulator.events();
    let Happening::Failed { reason } = &events.last().unwrap().what else { panic!("the last one is not taken") };
    assert_eq!(reason, "the fault html is not taken, because 1,000 wait already; clear them");
    let long = |length| format!("payment-url={}", "x".repeat(length)).parse::<doku_simulator::Fault>();
    assert_eq!(long(2048).unwrap().kind().name, "payment-url");
    assert!(long(2049).unwrap_err().to_string().ends_with("such as payment-url=javascript:alert(1)"));
}

#[tokio::test]
async fn a_stream_is_refused_where_there_are_too_many() {
    let simulator = fixed().start().await.unwrap();
    let address = simulator.url().strip_prefix("http://").unwrap().to_owned();
    let mut streams = Vec::new();
    for at in 0..=100 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(b"GET /simulator/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
        let mut line = [0; 12];
        stream.read_exact(&mut line).await.unwrap();
        assert_eq!(&line, if at < 100 { b"HTTP/1.1 200" } else { b"HTTP/1.1 503" }, "{at}");
        streams.push(stream);
    }
    simulator.stop().await.unwrap();
}

/// Several threads tell at once; the stream has each event once, in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_loses_nothing() {
    let simulator = fixed().start().await.unwrap();
    let address = simulator.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /simulator/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await.unwrap();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| (0..100).for_each(|_| simulator.set_switch("failed", "final").unwrap()));
        }
    });
    let mut text = String::new();
    while !text.contains("id: 400\n") {
        let mut piece = vec![0; 1 << 16];
        let count = stream.read(&mut piece).await.unwrap();
        text.push_str(std::str::from_utf8(&piece[..count]).unwrap());
    }
    let numbers: Vec<u64> = text.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    assert_eq!(numbers, (1..=400).collect::<Vec<_>>());
}
