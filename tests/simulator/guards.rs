//! What the simulator keeps to itself, and what it refuses: people in logs, bytes that only look the same, odd callers.

use doku_simulator::Trigger;

use super::{lifecycle::script, *};

#[tokio::test]
async fn debug_shows_no_person() {
    let shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    simulator.pay(INVOICE).await.unwrap();
    let refused = changed(MINIMAL, |order| order["customer"]["email"] = "no address".into());
    assert_eq!(send(&simulator, signed_post(&simulator, "request-2", &refused, now())).await.status(), 400);
    let told = format!("{:#?} {:?}", simulator.events(), simulator.notifications());
    assert!(told.contains("Exchange") && told.contains("Attempt") && told.contains("Answered"), "{told}");
    let order: Value = serde_json::from_str(MINIMAL).unwrap();
    for person in ["/customer", "/billing_address"] {
        for (name, value) in order.pointer(person).unwrap().as_object().unwrap() {
            let Some(text) = value.as_str().filter(|text| text.len() > 3) else { continue };
            assert!(!told.contains(text), "{person}/{name}");
        }
    }
    assert!(!told.contains("no address") && !told.contains("HMACSHA256"), "{told}");
}

/// What a shop gets that parses a body and writes it anew.
fn rewritten(body: &[u8]) -> [String; 3] {
    let value: Value = serde_json::from_slice(body).unwrap();
    let text = value.to_string();
    // As Python's `json.dumps` does it, which has no colon or comma within the texts of a notification but those of times.
    let spaced = text.replace("\":", "\": ").replace(",\"", ", \"");
    [text, spaced, serde_json::to_string_pretty(&value).unwrap()]
}

#[tokio::test]
async fn a_body_that_was_written_anew_does_not_verify() {
    for (style, differs) in [("spaced", true), ("escaped", true), ("compact", false)] {
        let mut shop = shop(StatusCode::OK).await;
        let simulator = fixed().notification_url(shop.url("/n")).switch("body-style", style).start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let told = simulator.pay(INVOICE).await.unwrap();
        let (_, headers, body) = shop.received.recv().await.unwrap();
        assert_eq!(told.body.as_bytes(), body, "the event has the bytes that were sent");
        assert_valid(Kind::Notification, &body);
        let verifier = Verifier::new(simulator.credentials().clone());
        verifier.verify("/n", &headers, &body).unwrap();
        let anew = rewritten(&body);
        // A map of this parser sorts its members, so that only its length can be compared where it is compact.
        assert_eq!(anew.iter().all(|text| text.len() != body.len()), differs, "{style}");
        for text in anew.iter().filter(|text| text.as_bytes() != body) {
            let error = verifier.verify("/n", &headers, text.as_bytes()).unwrap_err();
            assert_eq!(error.code(), "signature_mismatch", "{style}");
        }
        let attempts = simulator.trigger(Trigger::new("reserialised")).await.unwrap();
        let (_, headers, body) = shop.received.recv().await.unwrap();
        assert_eq!(verifier.verify("/n", &headers, &body).unwrap_err().code(), "signature_mismatch", "{style}");
        assert_valid(Kind::Notification, &body);
        assert_eq!(attempts[0].fault.as_deref(), Some("notify-reserialised"));
    }
}

#[tokio::test]
async fn the_fault_of_an_invoice_number_strikes_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || fixed().state_file(folder.path().join("state")).start();
    let body = changed(MINIMAL, |order| order["order"]["invoice_number"] = "SIM-SERVER-ERROR-1".into());
    let simulator = start().await.unwrap();
    let answer = send(&simulator, signed_post(&simulator, "request-1", &body, now())).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    // Nothing is written after the answer.
    let saved = std::fs::read(folder.path().join("state")).unwrap();
    simulator.stop().await.unwrap();
    std::fs::write(folder.path().join("state"), saved).unwrap();
    let simulator = start().await.unwrap();
    let answer = send(&simulator, signed_post(&simulator, "request-1", &body, now())).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn two_hosts_are_refused() {
    let simulator = fixed().start().await.unwrap();
    for path in ["/", "/simulator/orders", "/orders/v1/status/INV-1", "/nowhere", "/healthz"] {
        let mut asked = request(Method::GET, path, "");
        asked.headers_mut().append("host", "elsewhere.example".parse().unwrap());
        let answer = send(&simulator, asked).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(text(&answer), r#"{"message":"The request has more than one Host"}"#);
    }
    assert!(simulator.events().is_empty());
}

#[tokio::test]
async fn every_page_has_a_policy() {
    let (url, _received) = script(&[]).await;
    let simulator = fixed().notification_url(url).start().await.unwrap();
    let order = client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let page = order.payment_url().strip_prefix(simulator.url()).unwrap();
    for path in [
        "/",
        "/?lang=id",
        "/timeline/changes?after=0",
        "/assets/style.css",
        "/favicon.ico",
        page,
        "/pay/none",
        "/simulator",
        "/simulator/orders",
        "/simulator/events",
    ] {
        let answer = send(&simulator, request(Method::GET, path, "")).await;
        let policy = answer.headers().get("content-security-policy").map(|policy| policy.to_str().unwrap().to_owned());
        let policy = policy.unwrap_or_else(|| panic!("{path}: {answer:?}"));
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test]
async fn an_acknowledgement_with_the_documented_body_is_recognised() {
    for (body, recognised) in [
        (doku_indodana::NotificationEndpoint::ACKNOWLEDGEMENT, true),
        ("{ \"responseMessage\": \"OK\", \"responseCode\": \"2000000\" }", true),
        ("", false),
        ("OK", false),
        ("{\"responseCode\":\"4010000\"}", false),
    ] {
        let routes = Router::new().fallback(move || async move { body });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/n", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, routes).await });
        let simulator = fixed().notification_url(url).start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let attempt = simulator.pay(INVOICE).await.unwrap();
        assert!(attempt.is_acknowledged(), "any 2xx acknowledges");
        assert_eq!(attempt.has_acknowledgement(), recognised, "{body}");
        let page = text(&get(&simulator, simulator.url()).await);
        assert_eq!(page.contains("any 2xx acknowledges"), !recognised, "{body}");
    }
}

#[tokio::test]
async fn both_windows_of_the_clock_can_be_had() {
    for (drift, accepted) in [("3600", true), ("300", false)] {
        let simulator = fixed().switch("clock-drift", drift).start().await.unwrap();
        let late = now() + Duration::from_secs(301);
        let answer = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, late)).await;
        assert_eq!(answer.status().is_success(), accepted, "{drift}: {}", text(&answer));
    }
}
