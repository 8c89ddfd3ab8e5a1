//! Every fault: what the client makes of it, that the same order sent again makes no second one, and what a shop sees.

use doku_indodana::RetryPolicy;
use doku_simulator::{FAULT_HEADER, Fault, FaultKind, Stage};

use super::{lifecycle::script, *};

/// Each row: a fault of an answer or a connection, how the call ends, and how many orders there are then.
#[tokio::test]
async fn the_client_is_right_under_every_fault() {
    let rows = [
        ("reset-in-request=10", "Unknown interrupted", 0),
        ("echo-amount", "Unknown unreadable", 1),
        ("echo-client-id", "Unknown unverified client_id_mismatch", 1),
        ("echo-invoice-number", "Unknown unreadable", 1),
        ("echo-request-id", "Unknown unverified request_id_mismatch", 1),
        ("empty", "Unknown unreadable", 1),
        ("html", "Unknown unverified missing_header", 1),
        ("latency=1ms", "made", 1),
        ("latency=1h", "Unknown timed_out", 1),
        ("no-answer", "Unknown timed_out", 1),
        ("not-json", "Unknown unreadable", 1),
        ("payment-failed", "Refused failed", 1),
        ("payment-url", "Unknown unreadable", 1),
        ("payment-url=http://shop.example/", "Unknown unreadable", 1),
        ("payment-url=https://pay.example/x", "made", 1),
        ("redirect", "Unknown rejected", 0),
        ("redirect=http://127.0.0.1:1/", "Unknown rejected", 0),
        ("reset-after-order", "Unknown interrupted", 1),
        ("reset-before-order", "Unknown interrupted", 0),
        ("server-error", "Unknown rejected", 0),
        ("server-error=503", "Unknown rejected", 0),
        ("server-error-after-order", "Unknown rejected", 1),
        ("signature-foreign", "Unknown unverified signature_mismatch", 1),
        ("signature-malformed", "Unknown unverified malformed_signature", 1),
        ("signature-missing", "Unknown unverified missing_header", 1),
        ("signature-wrong", "Unknown unverified signature_mismatch", 1),
        ("slow=1000000", "made", 1),
        ("slow=1", "Unknown timed_out", 1),
        ("too-many-requests=soon", "Unknown rejected", 0),
        ("truncate=400", "Unknown interrupted", 1),
        ("unknown-fields", "made", 1),
    ];
    for (fault, expected, orders) in rows {
        let simulator = fixed().start().await.unwrap();
        let prepared = prepared(MINIMAL, "request-1");
        simulator.fail_next(fault.parse().unwrap());
        let once = once(&simulator);
        let ended = match once.send(&prepared).await {
            Ok(_) => "made".to_owned(),
            Err(error) => {
                let verification = error.verification().map(|error| format!(" {}", error.code()));
                format!("{:?} {}{}", error.outcome(), error.code(), verification.unwrap_or_default())
            }
        };
        assert_eq!(ended, expected, "{fault}");
        assert_eq!(simulator.orders().len(), orders, "{fault}");
        // The fault is over: the same bytes under the same id lead to the one order.
        let again = client(&simulator).send(&prepared).await.unwrap();
        assert_eq!(again.is_replayed(), orders == 1, "{fault}");
        assert_eq!(simulator.orders().len(), 1, "{fault}");
    }
    let tried: Vec<_> = rows.iter().map(|(fault, ..)| fault.parse::<Fault>().unwrap().kind().name).collect();
    for kind in FaultKind::ALL.iter().filter(|kind| kind.stage != Stage::Notification) {
        assert!(tried.contains(&kind.name) || kind.name == "refuse-connections", "{} is not tried", kind.name);
    }
}

/// An answer that ends anywhere before its end is no answer.
#[tokio::test]
async fn an_answer_cut_at_any_byte_is_unknown() {
    let simulator = fixed().start().await.unwrap();
    let answer = send(&simulator, signed_post(&simulator, "request-0", MINIMAL, now())).await;
    let once = once(&simulator);
    let mut made = false;
    // The head is not counted exactly; what matters is that the cut passes over all of it and over the body.
    for bytes in (0..answer.body().len() + 1_000).step_by(7) {
        let invoice = format!("INV-{bytes}");
        let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = invoice.as_str().into());
        let prepared = prepared(&body, &invoice);
        simulator.fail_next(format!("truncate={bytes}").parse().unwrap());
        match once.send(&prepared).await {
            Ok(_) => made = true,
            Err(error) => {
                assert!(!made, "a longer piece of the answer is a whole one too: {bytes}");
                assert_eq!((error.outcome(), error.code()), (Outcome::Unknown, "interrupted"), "{bytes}");
            }
        }
        assert!(client(&simulator).send(&prepared).await.unwrap().is_replayed(), "{bytes}");
    }
    assert!(made, "at last nothing is cut");
}

#[tokio::test]
async fn a_request_reset_anywhere_makes_one_order_at_most() {
    let simulator = fixed().start().await.unwrap();
    for eighth in 0..10 {
        let invoice = format!("INV-{eighth}");
        let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = invoice.as_str().into());
        let prepared = prepared(&body, &invoice);
        simulator.fail_next(format!("reset-in-request={}", eighth * 150).parse().unwrap());
        // The client tries again by itself.
        client(&simulator).send(&prepared).await.unwrap();
        assert_eq!(simulator.orders().len(), eighth + 1);
    }
}

#[tokio::test]
async fn a_closed_port_refuses_connections() {
    let simulator = fixed().start().await.unwrap();
    let once = once(&simulator);
    simulator.fail_next("refuse-connections=1h".parse().unwrap());
    let error = loop {
        // The port closes a moment later.
        match once.send(&prepared(MINIMAL, "request-1")).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert!(matches!(error.code(), "connect" | "interrupted"), "{error}");
    simulator.stop().await.unwrap();

    let simulator = fixed().start().await.unwrap();
    simulator.fail_next("refuse-connections=1ms".parse().unwrap());
    let patient = builder(&simulator, simulator.credentials().clone())
        .retry(RetryPolicy::default().with_attempts(10))
        .build()
        .unwrap();
    patient.send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert_eq!(simulator.orders().len(), 1);
}

#[tokio::test]
async fn a_fault_is_asked_for_in_four_ways() {
    let missing = |answer: &Response<Bytes>| !answer.headers().contains_key("signature");
    // Standing: everything is struck.
    let simulator = fixed().fault("signature-missing".parse().unwrap()).start().await.unwrap();
    for id in ["request-1", "request-1"] {
        assert!(missing(&send(&simulator, signed_post(&simulator, id, MINIMAL, now())).await));
    }
    // Once.
    let simulator = fixed().start().await.unwrap();
    simulator.fail_next("signature-missing".parse().unwrap());
    for expected in [true, false] {
        let answer = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())).await;
        assert_eq!(missing(&answer), expected);
    }
    // By header, which the signature does not cover.
    for (value, status, expected) in [
        ("signature-missing", 409, true),
        ("latency=1ms, signature-missing", 409, true),
        ("", 409, false),
        ("signature-lost", 400, true),
    ] {
        let mut request = signed_post(&simulator, "request-1", MINIMAL, now());
        request.headers_mut().insert(FAULT_HEADER, value.parse().unwrap());
        let answer = send(&simulator, request).await;
        assert_eq!((answer.status().as_u16(), missing(&answer)), (status, expected), "{value}");
        if status == 400 {
            let reason = "header Simulator-Fault: `signature-lost` is no fault; `doku simulator --list-faults` has all";
            assert_eq!(text(&answer), json!({ "message": reason }).to_string());
        }
    }
    // By invoice number, the first time.
    let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = "SIM-SIGNATURE-MISSING-7".into());
    for expected in [true, false] {
        let answer = send(&simulator, signed_post(&simulator, "request-2", &body, now())).await;
        assert_eq!(missing(&answer), expected);
    }
}

/// Each row: a fault of a notification, and what a shop that verifies makes of all that comes for one payment.
#[tokio::test]
async fn a_shop_sees_every_fault_of_a_notification() {
    let rows = [
        ("notify-before-answer", &["SUCCESS 100000"][..]),
        ("notify-duplicate=3", &["SUCCESS 100000", "SUCCESS 100000", "SUCCESS 100000"]),
        ("notify-forged", &["signature_mismatch", "SUCCESS 100000"]),
        ("notify-late=2h", &["SUCCESS 100000"]),
        ("notify-never", &[]),
        ("notify-reordered", &["SUCCESS 100000", "FAILED 100000"]),
        ("notify-reserialised", &["signature_mismatch", "SUCCESS 100000"]),
        ("notify-tampered", &["signature_mismatch", "SUCCESS 100000"]),
        ("notify-unknown-invoice", &["SUCCESS 100000 of INV-NOBODY-00000003", "SUCCESS 100000"]),
        ("notify-unreadable", &["unreadable", "SUCCESS 100000"]),
        ("notify-unsigned", &["missing_header", "SUCCESS 100000"]),
        ("notify-wrong-amount", &["SUCCESS 1", "SUCCESS 100000"]),
        ("notify-wrong-target", &["signature_mismatch", "SUCCESS 100000"]),
    ];
    for (fault, expected) in rows {
        let (url, mut received) = script(&[]).await;
        let simulator = fixed().notification_url(url).start().await.unwrap();
        simulator.fail_next(fault.parse().unwrap());
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let paid = simulator.pay(INVOICE).await;
        assert_eq!(paid.is_err(), fault == "notify-before-answer", "{fault}: it is paid already");
        assert_eq!(simulator.orders()[0].status, TransactionStatus::Success, "{fault}");
        if fault.starts_with("notify-late") {
            assert!(received.is_empty());
        }
        simulator.advance(Duration::from_secs(24 * 3600)).await;
        let verifier = Verifier::new(simulator.credentials().clone());
        let mut seen = Vec::new();
        while let Ok((headers, body)) = received.try_recv() {
            seen.push(match verifier.verify("/n", &headers, &body) {
                Err(error) => error.code().to_owned(),
                Ok(notification) => match (notification.status(), notification.amount()) {
                    (Some(status), Some(amount)) => match notification.invoice_number() {
                        Some(INVOICE) => format!("{status} {amount}"),
                        other => format!("{status} {amount} of {}", other.unwrap()),
                    },
                    _ => "unreadable".to_owned(),
                },
            });
        }
        assert_eq!(seen, expected, "{fault}");
    }
    assert_eq!(rows.len(), FaultKind::ALL.iter().filter(|kind| kind.stage == Stage::Notification).count());
}

/// A client that tries once and does not wait long.
fn once(simulator: &Simulator) -> Client {
    builder(simulator, simulator.credentials().clone())
        .retry(RetryPolicy::NEVER)
        .attempt_timeout(Duration::from_secs(1))
        .build()
        .unwrap()
}
