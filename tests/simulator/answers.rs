//! Checks in DOKU's order, replays, refusals, check status.

use super::*;

/// Each row breaks one check and all that come after it, so the answer tells the order of the checks.
#[tokio::test]
async fn a_request_is_checked_in_dokus_order() {
    let simulator = fixed().start().await.unwrap();
    let error = |code: &str, message: &str| json!({"error": {"code": code, "message": message, "type": "invalid_request_error"}});
    let required = |name: &str| error("invalid_header_request", &format!("Header {name} is required"));
    let late = "Header Request-Timestamp is not in +- 3600 second of now";
    // Steps are undone from the top: the first row still has them all.
    let rows: [(&str, Option<&str>, Value); 10] = [
        ("client-id", None, required("Client-Id")),
        ("request-id", None, required("Request-Id")),
        ("request-timestamp", None, required("Request-Timestamp")),
        ("signature", None, required("Signature")),
        ("request-id", Some("not visible"), error("invalid_header_request", "Invalid format Header Request-Id")),
        (
            "request-timestamp",
            Some("2026-01-05 08:45:42"),
            error("invalid_header_request", "Invalid format Header Request-Timestamp"),
        ),
        ("request-timestamp", Some("2026-01-05T07:45:41Z"), error("request_time_out_of_range", late)),
        ("client-id", Some("SIM-0002-0000000000002"), error("invalid_client_id", "Invalid Client-Id")),
        ("signature", Some("HMACSHA256=AAAA"), error("invalid_signature", "Invalid Header Signature")),
        ("", None, json!({"error_messages": ["order.invoice_number must be filled"]})),
    ];
    let body = changed(MINIMAL, |order| {
        order["order"].as_object_mut().unwrap().remove("invoice_number");
    });
    for (at, (name, _, expected)) in rows.iter().enumerate() {
        let mut request = signed_post(&simulator, "request-1", &body, now());
        for (name, value, _) in rows[at..].iter().rev().filter(|(name, ..)| !name.is_empty()) {
            match value {
                Some(value) => drop(request.headers_mut().insert(*name, value.parse().unwrap())),
                None => drop(request.headers_mut().remove(*name)),
            }
        }
        let answer = send(&simulator, request).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{at} {name}");
        assert_eq!(&serde_json::from_slice::<Value>(answer.body()).unwrap(), expected, "{at} {name}");
        assert_valid(Kind::Error, answer.body());
        let known = name.is_empty();
        assert_eq!(answer.headers().contains_key("signature"), known, "{at} {name}");
        assert_eq!(answer.headers().contains_key("response-timestamp"), known, "{at} {name}");
        if known {
            verify(&simulator, "request-1", &answer);
        }
    }
    assert!(simulator.orders().is_empty());
}

#[tokio::test]
async fn all_violations_are_named_without_values() {
    let simulator = fixed().start().await.unwrap();
    let body = changed(MINIMAL, |order| {
        order["order"]["line_items"][0]["category"] = "ELECTRONIC".into();
        order["customer"]["first_name"] = "Canary".repeat(3).into();
        order["order"]["amount"] = 1.into();
    });
    for (body, expected) in [
        (
            body.as_str(),
            &[
                "customer.first_name has 18 characters",
                "order.amount is not the sum",
                "order.line_items[0].category is not one",
            ][..],
        ),
        ("[]", &["body must be of type object and is of type array"]),
        ("{", &["the body is not json: "]),
        ("", &["the body is not json: "]),
    ] {
        let answer = send(&simulator, signed_post(&simulator, "request-1", body, now())).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        verify(&simulator, "request-1", &answer);
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let messages = answer["error_messages"].as_array().unwrap();
        assert_eq!(messages.len(), expected.len(), "{messages:?}");
        for (message, expected) in messages.iter().zip(expected) {
            assert!(message.as_str().unwrap().starts_with(expected), "{message}");
        }
        assert!(!answer.to_string().contains("Canary") && !answer.to_string().contains("ELECTRONIC"), "{answer}");
    }
}

#[tokio::test]
async fn the_time_window_is_one_hour_either_way() {
    let simulator = fixed().start().await.unwrap();
    for (seconds, accepted) in [(-3601, false), (-3600, true), (0, true), (3600, true), (3601, false)] {
        let time = UNIX_EPOCH + Duration::from_secs(NOW.saturating_add_signed(seconds));
        let status = send(&simulator, signed_get(&simulator, "unknown", time)).await.status();
        let expected = if accepted { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
        assert_eq!(status, expected, "{seconds}");
    }
}

#[tokio::test]
async fn the_same_request_again_gets_the_first_answer_with_409() {
    let simulator = fixed().start().await.unwrap();
    let doku = client(&simulator);
    let prepared = prepared(FULL, "request-1");
    let first = doku.send(&prepared).await.unwrap();
    simulator.pay("INV-20260105-0002").await.unwrap();
    let again = doku.send(&prepared).await.unwrap();
    assert!(again.is_replayed());
    assert_eq!(again.payment_url(), first.payment_url());
    assert_eq!(simulator.orders()[0].received, 2);
    assert_eq!(simulator.orders().len(), 1);

    let one = send(&simulator, signed_post(&simulator, "request-1", FULL, now())).await;
    let late = now() + Duration::from_secs(60);
    let two = send(&simulator, signed_post(&simulator, "request-1", FULL, late)).await;
    assert_eq!(one.status(), StatusCode::CONFLICT);
    assert_eq!(one.body(), two.body());
    verify(&simulator, "request-1", &one);
    assert_valid(Kind::Response, one.body());
    let answer: Value = serde_json::from_slice(one.body()).unwrap();
    let request: Value = serde_json::from_str(FULL).unwrap();
    assert_eq!(answer["additional_info"], request["additional_info"]);
    assert_eq!(
        answer["peer_to_peer_info"]["merchant_unique_reference"],
        request["peer_to_peer_info"]["merchant_unique_reference"]
    );
}

#[tokio::test]
async fn a_used_request_id_and_a_used_invoice_number_are_refused() {
    let simulator = fixed().start().await.unwrap();
    let doku = client(&simulator);
    doku.send(&prepared(MINIMAL, "request-1")).await.unwrap();

    let other = changed(MINIMAL, |order| order["order"]["invoice_number"] = "INV-2".into());
    let error = doku.send(&prepared(&other, "request-1")).await.unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!((rejection.status(), rejection.code()), (400, Some("idempotent_request")));
    assert!(rejection.is_verified());
    assert_eq!(error.outcome(), Outcome::Unknown);

    let error = doku.send(&prepared(MINIMAL, "request-2")).await.unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!(rejection.status(), 400);
    assert_eq!(rejection.messages(), ["INVOICE ALREADY USED"]);
    assert!(rejection.is_verified());
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(simulator.orders().len(), 1);
}

#[tokio::test]
async fn check_status_takes_the_path_as_it_was_sent() {
    let simulator = fixed().start().await.unwrap();
    let doku = client(&simulator);
    let invoice = "INV/2026 01&ü%?#";
    let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = invoice.into());
    doku.send(&prepared(&body, "request/1?")).await.unwrap();
    for id in [invoice, "request/1?"] {
        assert_eq!(doku.check_status(id).await.unwrap().invoice_number(), Some(invoice), "{id}");
    }
    let error = doku.check_status("INV-2").await.unwrap_err();
    let rejection = error.rejection().unwrap();
    assert_eq!((rejection.status(), rejection.code(), rejection.is_verified()), (404, Some("data_not_found"), true));
    let answer = send(&simulator, signed_get(&simulator, "%ff", now())).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_valid(Kind::Error, answer.body());
}

#[tokio::test]
async fn answers_keep_the_contract() {
    let simulator = fixed().start().await.unwrap();
    for (at, body) in [MINIMAL, FULL].into_iter().enumerate() {
        let id = format!("request-{at}");
        let answer = send(&simulator, signed_post(&simulator, &id, body, now())).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.headers()["client-id"], "SIM-0001-0000000000001");
        verify(&simulator, &id, &answer);
        assert_valid(Kind::Response, answer.body());
        let status = send(&simulator, signed_get(&simulator, &id, now())).await;
        assert_eq!(status.status(), StatusCode::OK);
        assert_valid(Kind::Status, status.body());
    }
    let answer = send(&simulator, signed_post(&simulator, "request-0", MINIMAL, now())).await;
    insta::assert_snapshot!("answer", text(&answer).replace(simulator.url(), "http://127.0.0.1:PORT"));
}
