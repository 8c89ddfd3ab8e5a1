//! What is not lost: notifications that are under way, and what was done shortly before the end.

use std::{path::Path, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::oneshot,
};

use super::*;

/// A moment of the runtime's clock, which stands still and moves on whenever all wait.
const MOMENT: Duration = Duration::from_millis(1);

/// Takes one notification and returns its body and what answers it.
async fn take(listener: &TcpListener) -> (String, oneshot::Sender<u16>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"}}") && !request.ends_with(b"} }") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let (answer, answered) = oneshot::channel::<u16>();
    tokio::spawn(async move {
        let Ok(status) = answered.await else { return };
        let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    let text = String::from_utf8(request).unwrap();
    (text.split_once("\r\n\r\n").unwrap().1.to_owned(), answer)
}

async fn start(listener: &TcpListener, path: &Path) -> Simulator {
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    fixed().notification_url(url).state_file(path).start().await.unwrap()
}

/// A test that waits for nothing else gets no timeout from the runtime, whose clock stands still.
async fn wait_for(mut condition: impl FnMut() -> bool) {
    while !condition() {
        tokio::time::sleep(MOMENT).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_notification_under_way_survives_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let simulator = start(&listener, &path).await;
    let answer = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())).await;
    assert_eq!(answer.status(), StatusCode::OK);
    // Nobody waits for the merchant's answer, and none comes before the end.
    let (first, unanswered) = tokio::select! {
        attempt = simulator.pay(INVOICE) => panic!("nobody answered: {attempt:?}"),
        taken = take(&listener) => taken,
    };
    simulator.stop().await.unwrap();

    let simulator = start(&listener, &path).await;
    let (second, answer) = take(&listener).await;
    assert_eq!(second, first);
    answer.send(500).unwrap();
    wait_for(|| !simulator.notifications().is_empty()).await;
    let attempt = &simulator.notifications()[0];
    assert_eq!((attempt.number, attempt.status()), (2, Some(500)));
    assert_eq!(attempt.next, Some(now() + Duration::from_secs(1_800)), "as after a first attempt");
    drop(unanswered);
}

#[tokio::test]
async fn what_was_acknowledged_by_hand_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let simulator = start(&listener, &folder.path().join("state.json")).await;
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let by_hand = async {
        let (_, first) = take(&listener).await;
        let resend = async {
            let (_, second) = take(&listener).await;
            second.send(200).unwrap();
        };
        let (again, ()) = tokio::join!(simulator.resend(1), resend);
        first.send(500).unwrap();
        again.unwrap()
    };
    let (first, again) = tokio::join!(simulator.pay(INVOICE), by_hand);
    assert_eq!((again.status(), again.next), (Some(200), None));
    let first = first.unwrap();
    assert_eq!((first.status(), first.next), (Some(500), None), "the merchant knows already");
}

#[tokio::test(start_paused = true)]
async fn a_merchant_that_is_slow_keeps_nothing_from_its_time() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let late = Arc::new(AtomicU64::new(0));
    let passed = Arc::clone(&late);
    let clock = move || now() + Duration::from_secs(passed.load(Ordering::Relaxed));
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    let simulator = fixed().clock(clock).notification_url(url).start().await.unwrap();
    for number in ["INV-1", "INV-2"] {
        let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = number.into());
        assert_eq!(send(&simulator, signed_post(&simulator, number, &body, now())).await.status(), StatusCode::OK);
    }
    late.store(3_600, Ordering::Relaxed);
    let (_, _first) = take(&listener).await;
    let (_, _second) = take(&listener).await;
    assert!(simulator.notifications().is_empty(), "the second did not wait for the end of the first");
    assert!(simulator.orders().iter().all(|order| order.status == TransactionStatus::Expired));
}

#[tokio::test(start_paused = true)]
async fn a_simulator_without_its_port_ends() {
    let simulator = fixed().start().await.unwrap();
    let address = simulator.url().strip_prefix("http://").unwrap().to_owned();
    simulator.fail_next("refuse-connections=1m".parse().unwrap());
    let _other = loop {
        match TcpListener::bind(&address).await {
            Ok(listener) => break listener,
            Err(_) => tokio::time::sleep(MOMENT).await,
        }
    };
    simulator.ended().await;
    let events = simulator.events();
    let Happening::Failed { reason } = &events.last().unwrap().what else { panic!("it says why") };
    assert!(reason.starts_with("the port cannot be opened again: "), "{reason}");
    let error = fixed().fault("refuse-connections".parse().unwrap()).start().await.unwrap_err();
    assert!(error.to_string().starts_with("a simulator that always refuses connections is of no use"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_simulator_leaves_all_in_its_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.new");
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let simulator = start(&listener, &path).await;
    let has = |text: &str| std::fs::read_to_string(&path).unwrap().contains(text);
    simulator.set_switch("replay-status", "200").unwrap();
    wait_for(|| has("\"switched\"")).await;
    simulator.set_switch("failed", "final").unwrap();
    drop(simulator);
    // The next one waits until the file is let go of, which it is when all is written.
    start(&listener, &path).await.stop().await.unwrap();
    assert!(has("\"final\""), "{}", std::fs::read_to_string(&path).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_client_leaves_is_told() {
    let simulator = fixed().start().await.unwrap();
    simulator.fail_next("latency=1h".parse().unwrap());
    let told = || simulator.events().iter().any(|event| matches!(event.what, Happening::Requested(_)));
    tokio::select! {
        _ = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())) => panic!("it is answered after an hour"),
        () = wait_for(told) => {}
    }
    assert!(told(), "{:?}", simulator.events());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_environment_is_the_address_that_is_listened_on() {
    let simulator = fixed().address([127, 0, 0, 2].into()).start().await.unwrap();
    assert_eq!(simulator.environment().base_url(), simulator.url());
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
}

#[tokio::test]
async fn a_state_file_that_was_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.jsonl");
    let simulator = fixed().state_file(&path).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.stop().await.unwrap();
    let saved = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<Value> = saved.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let place = |name: &str| lines.iter().position(|line| !line[name].is_null()).unwrap();
    let (order, event) = (place("order"), lines.iter().rposition(|line| !line["event"].is_null()).unwrap());
    let twice = lines[order].clone();
    for (at, change, reason) in [
        (
            order,
            Box::new(|line: &mut Value| line["order"]["answer"] = json!("[]")) as Box<dyn Fn(&mut Value)>,
            "has an order that cannot be read",
        ),
        (order, Box::new(|line| line["order"]["body"] = json!("{}")), "has an order that cannot be read"),
        (
            event,
            Box::new(|line| line["event"]["number"] = json!(u64::MAX)),
            "has an event that does not follow the one before",
        ),
        (
            event,
            Box::new(move |line| *line = twice.clone()),
            "has an order whose invoice number, request id or token an earlier line has",
        ),
        (
            event,
            Box::new(|line| {
                *line = json!({"order_changed": [7, {"status": "SUCCESS", "settled": null, "received": 1}]})
            }),
            "changes an order that no earlier line has",
        ),
        (
            event,
            Box::new(|line| *line = json!({"switch": ["nonsense", "on"]})),
            "sets a switch that this version does not know",
        ),
        (event, Box::new(|line| *line = json!({"version": 2})), "says the version again"),
    ] {
        let mut changed = lines.clone();
        change(&mut changed[at]);
        let text: String = changed.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, &text).unwrap();
        let error = fixed().state_file(&path).start().await.unwrap_err();
        let expected = format!(
            "the state file {} cannot be used: line {} {reason}; move it away or name another file",
            path.display(),
            at + 1
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "it is left as it was");
    }
    // The last event may have any number, also one after which there is none.
    let mut last: Vec<Value> = lines.iter().filter(|line| line["event"].is_null()).cloned().collect();
    let mut only = lines[event].clone();
    only["event"]["number"] = json!(u64::MAX);
    last.push(only);
    std::fs::write(&path, last.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    fixed().state_file(&path).start().await.unwrap().set_switch("failed", "final").unwrap();
}

#[tokio::test]
async fn a_line_that_was_cut_off_was_never_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.jsonl");
    let simulator = fixed().state_file(&path).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.stop().await.unwrap();
    let saved = std::fs::read(&path).unwrap();
    let ends = saved.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
    let ends: Vec<_> = ends.collect();
    // Behind the order's line, at its end, before it, and in the middle of it.
    let order = ends.iter().position(|end| saved[end + 1..].starts_with(b"{\"order\"")).unwrap();
    let (begin, end) = (ends[order] + 1, ends[order + 1]);
    for end in [begin, begin + 1, (begin + end) / 2, end - 1, end, end + 1, end + 2, saved.len() - 1] {
        std::fs::write(&path, &saved[..end]).unwrap();
        let simulator = fixed().state_file(&path).start().await.unwrap();
        let expected =
            saved[..end].split(|byte| *byte == b'\n').rev().skip(1).any(|line| line.starts_with(b"{\"order\""));
        assert_eq!(simulator.orders().len(), usize::from(expected), "{end}");
        simulator.stop().await.unwrap();
        assert!(std::fs::read(&path).unwrap().ends_with(b"\n"));
    }
}
