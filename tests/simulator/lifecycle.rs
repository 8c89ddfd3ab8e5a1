//! An order's life: expiry, repeats, refunds, the clock, and the state file.

use std::collections::VecDeque;

use doku_simulator::{Attempt, Happening, Trigger};

use super::*;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[tokio::test]
async fn an_order_expires_at_its_time() {
    let mut shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
    let body = changed(MINIMAL, |order| order["peer_to_peer_info"]["expired_time"] = 5.into());
    let order = client(&simulator).send(&prepared(&body, "request-1")).await.unwrap();
    simulator.advance(Duration::from_secs(5 * MINUTE - 1)).await;
    assert_eq!(status(&simulator).await, TransactionStatus::Pending);
    assert!(shop.received.is_empty());

    simulator.advance(Duration::from_secs(1)).await;
    assert_eq!(status(&simulator).await, TransactionStatus::Expired);
    let (_, headers, body) = shop.received.recv().await.unwrap();
    let verifier = Verifier::new(simulator.credentials().clone());
    let notification = verifier.verify("/n", &headers, &body).unwrap();
    assert_eq!(notification.status(), Some(&TransactionStatus::Expired));
    assert_eq!(notification.timestamp().as_str(), "2026-01-05T08:50:42Z", "the time of the expiry");
    assert_valid(Kind::Notification, &body);

    let error = simulator.pay(INVOICE).await.unwrap_err();
    assert_eq!(error.to_string(), "the order has status EXPIRED and cannot become SUCCESS; generate a new one");
    let page = text(&get(&simulator, order.payment_url()).await);
    assert!(!page.contains("/pay\"><button"), "{page}");
}

#[tokio::test]
async fn an_expiry_can_be_silent() {
    let shop = shop(StatusCode::OK).await;
    let builder = fixed().notification_url(shop.url("/n")).switch("expired-notification", "not-sent");
    let simulator = builder.start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.advance(Duration::from_secs(2 * HOUR)).await;
    assert_eq!(status(&simulator).await, TransactionStatus::Expired);
    assert!(shop.received.is_empty() && simulator.notifications().is_empty());
}

#[tokio::test]
async fn what_can_follow_what() {
    use TransactionStatus::{Expired, Failed, Pending, Refunded, Success};
    for (first, then, switch, possible) in [
        (None, Refunded, "not-final", false),
        (Some(Success), Refunded, "not-final", true),
        (Some(Success), Failed, "not-final", false),
        (Some(Success), Success, "not-final", false),
        (Some(Success), Expired, "not-final", false),
        (Some(Failed), Success, "not-final", true),
        (Some(Failed), Success, "final", false),
        (Some(Failed), Failed, "not-final", true),
        (Some(Failed), Failed, "final", false),
        (Some(Failed), Refunded, "not-final", false),
        (Some(Expired), Success, "not-final", false),
        (Some(Expired), Refunded, "not-final", false),
    ] {
        let simulator = fixed().switch("failed", switch).start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let before = first.clone().unwrap_or(Pending);
        if let Some(first) = first {
            settle(&simulator, &first).await.unwrap();
        }
        let result = settle(&simulator, &then).await;
        let (expected, error) = if possible { (then.clone(), None) } else { (before.clone(), result.err()) };
        assert_eq!(status(&simulator).await, expected, "{before} {then} {switch}");
        let refused = SimulatorError::NotPossible { status: before, wanted: then };
        assert_eq!(error, (!possible).then_some(refused));
    }
}

/// Each row: what the shop answers to the attempts, the switch `repeats-end`, and the minutes at which it is tried.
#[tokio::test]
async fn a_notification_is_repeated_until_it_is_acknowledged() {
    for (answers, end, expected) in [
        (&[200][..], "2xx", &[0][..]),
        (&[500, 200], "2xx", &[0, 30]),
        (&[404, 302, 204], "2xx", &[0, 30, 360]),
        (&[500, 500, 500, 500, 500], "2xx", &[0, 30, 360, 720]),
        (&[500, 200], "5xx", &[0]),
        (&[404, 503], "5xx", &[0, 30]),
        (&[404], "any-answer", &[0]),
    ] {
        let (url, mut received) = script(answers).await;
        let simulator = fixed().notification_url(url).switch("repeats-end", end).start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let first = simulator.pay(INVOICE).await.unwrap();
        simulator.advance(Duration::from_secs(30 * 24 * HOUR)).await;
        let attempts: Vec<_> = simulator.notifications().iter().map(minutes).collect();
        assert_eq!(attempts, expected, "{answers:?} {end}");
        let mut genuine = 0;
        while let Ok((headers, body)) = received.try_recv() {
            let verifier = Verifier::new(simulator.credentials().clone());
            assert_eq!(verifier.verify("/n", &headers, &body).unwrap().status(), Some(&TransactionStatus::Success));
            genuine += 1;
        }
        assert_eq!(genuine, expected.len());

        let by_hand = simulator.resend(first.notification).await.unwrap();
        assert_eq!((by_hand.number, by_hand.next), (1 + u32::try_from(expected.len()).unwrap(), None));
        assert_eq!(by_hand.body, first.body);
    }
    let simulator = fixed().start().await.unwrap();
    let error = simulator.resend(7).await.unwrap_err();
    assert_eq!(error.to_string(), "the simulator has no notification 7; `doku events list` has their numbers");
}

#[tokio::test]
async fn a_repetition_has_the_ids_that_the_switches_say() {
    for (id, time) in [("same", "new"), ("same", "same"), ("new", "new"), ("new", "same")] {
        let (url, _received) = script(&[500, 500]).await;
        let builder = fixed().notification_url(url).switch("repeat-request-id", id).switch("repeat-timestamp", time);
        let simulator = builder.start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        simulator.pay(INVOICE).await.unwrap();
        simulator.advance(Duration::from_secs(HOUR)).await;
        let [first, second] = &simulator.notifications()[..] else { panic!("there are two attempts") };
        let differs = |name| if first.header(name) == second.header(name) { "same" } else { "new" };
        assert_eq!((differs("Request-Id"), differs("Request-Timestamp")), (id, time));
    }
}

#[tokio::test]
async fn time_passes_by_itself() {
    let (url, mut received) = script(&[500, 200]).await;
    // A million seconds in one: the repeat after 30 minutes comes in 2 ms.
    let simulator = Simulator::builder().notification_url(url).time_scale(1_000_000).start().await.unwrap();
    let doku = Client::new(simulator.environment(), simulator.credentials().clone()).unwrap();
    let body = changed(MINIMAL, |order| order["peer_to_peer_info"]["expired_time"] = 99_999.into());
    doku.send(&prepared(&body, "request-1")).await.unwrap();
    simulator.pay(INVOICE).await.unwrap();
    let first = received.recv().await.unwrap();
    let second = received.recv().await.unwrap();
    assert_eq!(first.1, second.1);
}

#[tokio::test]
async fn the_past_is_in_the_state_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let (url, _received) = script(&[500, 500, 200]).await;
    let start = || fixed().notification_url(url.clone()).state_file(&path).start();
    let simulator = start().await.unwrap();
    simulator.set_switch("amount-format", "text").unwrap();
    let order = client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.pay(INVOICE).await.unwrap();
    simulator.advance(Duration::from_secs(HOUR)).await;
    let (orders, events) = (simulator.orders(), simulator.events().len());
    simulator.stop().await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let simulator = start().await.unwrap();
    assert_eq!(simulator.now(), now() + Duration::from_secs(HOUR));
    assert_eq!(simulator.events().len(), events);
    let again = simulator.orders();
    assert_eq!(again[0].invoice_number, orders[0].invoice_number);
    assert_eq!((&again[0].status, again[0].created), (&TransactionStatus::Success, orders[0].created));
    let replay = client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert!(replay.is_replayed());
    assert_eq!(replay.payment_url(), order.payment_url(), "the first answer again");
    simulator.advance(Duration::from_secs(12 * HOUR)).await;
    assert_eq!(simulator.notifications().last().unwrap().number, 3);
    simulator.stop().await.unwrap();

    for (text, reason) in [
        ("", "it is not a state file of this simulator, or one of an earlier version"),
        ("{}\n", "it is not a state file of this simulator, or one of an earlier version"),
        ("\0\u{1}\n", "it is not a state file of this simulator, or one of an earlier version"),
        ("{\"version\":1}\n", "it has version 1, this simulator writes 2"),
        ("{\"version\":2}\n{\"order\":7}\n", "line 2 is not one that this simulator writes (column 10)"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = start().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        assert!(error.to_string().contains(reason), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "it is left as it was");
    }
}

#[tokio::test]
async fn a_notification_on_request() {
    let mut shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
    let trigger = |kind: &str, set: &[(&str, Value)]| {
        let mut trigger = Trigger::new(kind);
        trigger.set = set.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
        trigger
    };
    let verifier = Verifier::new(simulator.credentials().clone());
    for (kind, count, code) in [
        ("success", 1, None),
        ("refunded", 1, None),
        ("late", 1, None),
        ("duplicate", 2, None),
        ("reordered", 2, None),
        ("wrong-amount", 1, None),
        ("unknown-invoice", 1, None),
        ("unreadable", 1, None),
        ("reserialised", 1, Some("signature_mismatch")),
        ("tampered", 1, Some("signature_mismatch")),
        ("forged", 1, Some("signature_mismatch")),
        ("wrong-target", 1, Some("signature_mismatch")),
        ("unsigned", 1, Some("missing_header")),
    ] {
        let attempts = simulator.trigger(trigger(kind, &[("order.amount", json!(7))])).await.unwrap();
        assert_eq!(attempts.len(), count, "{kind}");
        for _ in 0..count {
            let (_, headers, body) = shop.received.recv().await.unwrap();
            let verdict = verifier.verify("/n", &headers, &body).map_err(|error| error.code());
            assert_eq!(verdict.as_ref().err().copied(), code, "{kind}");
        }
    }
    let mut elsewhere = trigger("success", &[("customer.note", json!("x")), ("order.invoice_number", json!("INV-9"))]);
    elsewhere.url = Some(shop.url("/other"));
    let attempt = &simulator.trigger(elsewhere).await.unwrap()[0];
    assert_eq!((attempt.invoice_number.as_str(), attempt.status()), ("INV-9", Some(200)));
    assert_eq!(serde_json::from_str::<Value>(&attempt.body).unwrap()["customer"]["note"], "x");
    for (kind, path, reason) in [
        ("paid", "order.amount", "`paid` is no trigger; it is one of success, failed,"),
        ("success", "order..amount", "the path `order..amount` has an empty name; write it as order.invoice_number"),
        ("success", "order.amount.cents", "the path `order.amount.cents` goes through what is no object"),
    ] {
        let error = simulator.trigger(trigger(kind, &[(path, json!(1))])).await.unwrap_err();
        assert!(error.to_string().starts_with(reason), "{error}");
    }
    // Nothing but the fields were named, so an order changes.
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let mut paid = Trigger::new("success");
    paid.invoice_number = Some(INVOICE.to_owned());
    simulator.trigger(paid).await.unwrap();
    assert_eq!(status(&simulator).await, TransactionStatus::Success);
}

#[tokio::test]
async fn everything_is_told() {
    let (url, _received) = script(&[200]).await;
    let simulator = fixed().notification_url(url).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.fail_next("latency=1ms".parse().unwrap());
    simulator.set_switch("failed", "final").unwrap();
    client(&simulator).check_status(INVOICE).await.unwrap();
    simulator.pay(INVOICE).await.unwrap();
    simulator.advance(Duration::from_secs(1)).await;
    let kinds: Vec<_> =
        simulator.events().iter().map(|event| serde_json::to_value(event).unwrap()["event"].clone()).collect();
    assert_eq!(kinds, ["made", "requested", "armed", "switched", "requested", "settled", "notified", "advanced"]);
    let Happening::Requested(exchange) = &simulator.events()[1].what else { panic!("it is a request") };
    assert_eq!((exchange.verdict.as_str(), exchange.status), ("accepted", Some(200)));
    assert_eq!(exchange.body, MINIMAL);
    let Happening::Requested(exchange) = &simulator.events()[4].what else { panic!("it is a request") };
    assert_eq!(exchange.faults, ["latency=1ms"]);
    assert!(exchange.answer_string_to_sign.as_ref().unwrap().contains("Response-Timestamp:2026-01-05T08:45:42Z"));
}

async fn settle(simulator: &Simulator, status: &TransactionStatus) -> Result<Attempt, SimulatorError> {
    match status {
        TransactionStatus::Success => simulator.pay(INVOICE).await,
        TransactionStatus::Failed => simulator.decline(INVOICE).await,
        TransactionStatus::Expired => simulator.expire(INVOICE).await,
        _ => simulator.refund(INVOICE).await,
    }
}

/// Returns what check status says, which must keep the contract.
async fn status(simulator: &Simulator) -> TransactionStatus {
    let answer = send(simulator, signed_get(simulator, INVOICE, now())).await;
    assert_valid(Kind::Status, answer.body());
    client(simulator).check_status(INVOICE).await.unwrap().transaction_status().unwrap().clone()
}

fn minutes(attempt: &Attempt) -> u64 {
    attempt.sent.duration_since(now()).unwrap().as_secs() / MINUTE
}

/// A shop at `/n` that answers with these statuses, one after the other, and then with 200.
pub(super) async fn script(statuses: &[u16]) -> (String, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (sender, received) = mpsc::unbounded_channel();
    let statuses = std::sync::Arc::new(std::sync::Mutex::new(statuses.iter().copied().collect::<VecDeque<_>>()));
    let take = move |headers: HeaderMap, body: Bytes| async move {
        // Tests that do not look at them are over by then.
        let _ = sender.send((headers, body));
        StatusCode::from_u16(statuses.lock().unwrap().pop_front().unwrap_or(200)).unwrap()
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/n", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, Router::new().fallback(take)).await });
    (url, received)
}
