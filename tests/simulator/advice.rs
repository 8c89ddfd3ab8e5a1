//! What a newcomer is told: whether the shop did right, and what to do.

use base64::{Engine, engine::general_purpose::STANDARD};
use doku_simulator::{SECRET_KEY, Trigger, Verdict};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::*;

async fn page(simulator: &Simulator, query: &str) -> String {
    text(&get(simulator, &format!("{}/{query}", simulator.url())).await)
}

/// Each row: what is sent, what the shop answers, and what is said of it in both languages.
#[tokio::test]
async fn a_shop_that_refuses_a_forgery_is_right() {
    let right = ("right: the shop refused a forgery.", "benar: toko menolak notifikasi palsu.");
    let wrong = (
        "wrong: the shop took a forgery. Anybody can tell it that an order is paid.",
        "salah: toko menerima notifikasi palsu. Siapa pun bisa mengatakan bahwa suatu pesanan sudah dibayar.",
    );
    let either = (
        "genuine signature, wrong content: any answer is right if the shop delivers nothing.",
        "signature asli, isinya salah: jawaban apa pun benar asalkan toko tidak mengirim barang.",
    );
    let path = ("the shop takes no notification at this address: check the path", "periksa path URL notifikasi");
    let key = ("the shop refused a genuine notification: check its secret key", "periksa secret key-nya");
    let failed = ("the shop failed: look in its log.", "toko mengalami kegagalan: lihat log-nya.");
    let other = ("this does not acknowledge it; any 2xx does.", "jawab dengan 2xx.");
    let forgeries = ["forged", "reserialised", "tampered", "unsigned", "wrong-target"];
    let refused = forgeries.map(|kind| (kind, 401, Verdict::Refused, right, "good", ""));
    let taken = forgeries.map(|kind| (kind, 204, Verdict::Deceived, wrong, "wrong", " bad"));
    let content = ["wrong-amount", "unknown-invoice", "unreadable"];
    let content =
        content.into_iter().flat_map(|kind| [200, 422].map(|status| (kind, status, Verdict::Answered, either, "", "")));
    let genuine = [(404, path), (405, path), (401, key), (403, key), (500, failed), (302, other), (422, other)];
    let genuine = genuine.map(|(status, said)| ("success", status, Verdict::NotAcknowledged, said, "", " bad"));
    for (kind, status, verdict, said, tone, row) in refused.into_iter().chain(taken).chain(content).chain(genuine) {
        let shop = shop(StatusCode::from_u16(status).unwrap()).await;
        let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
        let attempts = simulator.trigger(Trigger::new(kind)).await.unwrap();
        assert_eq!(Verdict::of(&attempts), verdict, "{kind} {status}");
        let advice = attempts[0].advice().unwrap();
        assert!(said.0.starts_with(advice) || advice.starts_with(said.0), "{kind} {status}: {advice}");
        let english = page(&simulator, "").await;
        let class = if tone.is_empty() { "hint".to_owned() } else { format!("hint {tone}") };
        assert!(english.contains(&format!("<p class=\"{class}\">{}", said.0)), "{kind} {status}: {english}");
        assert!(english.contains(&format!("<li class=\"row{row}\" id=\"event-1\"")), "{kind} {status}: {english}");
        assert!(page(&simulator, "?lang=id").await.contains(said.1), "{kind} {status}");
    }
}

#[tokio::test]
async fn the_order_of_a_notification_on_request_is_nobodys() {
    let mut shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    for (kind, of) in [("success", None), ("unknown-invoice", None), ("unknown-invoice", Some(INVOICE))] {
        let mut trigger = Trigger::new(kind);
        trigger.invoice_number = of.map(str::to_owned);
        let attempts = simulator.trigger(trigger).await.unwrap();
        let (_, _, body) = shop.received.recv().await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let number = body["order"]["invoice_number"].as_str().unwrap();
        let digits = number.strip_prefix("INV-NOBODY-").unwrap();
        assert!(digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_digit()), "{number}");
        assert_eq!(attempts[0].invoice_number, of.unwrap_or(number), "{kind}");
    }
}

/// What is sent again goes where the simulator sends now, unless the order or whoever asked for it named another place.
#[tokio::test]
async fn a_notification_follows_the_simulator_to_another_url() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let shop = shop(StatusCode::INTERNAL_SERVER_ERROR).await;
    let start = |to: &str| fixed().notification_url(shop.url(to)).state_file(&path).start();
    let simulator = start("/old").await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let overridden = changed(MINIMAL, |order| {
        order["order"]["invoice_number"] = "INV-2".into();
        order["additional_info"] = json!({ "override_notification_url": shop.url("/override") });
    });
    client(&simulator).send(&prepared(&overridden, "request-2")).await.unwrap();
    simulator.pay(INVOICE).await.unwrap();
    simulator.pay("INV-2").await.unwrap();
    let mut named = Trigger::new("success");
    named.url = Some(shop.url("/named"));
    simulator.trigger(named).await.unwrap();
    let error = start("/new").await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ResourceBusy);
    let text =
        format!("the state file {} is in use by another simulator; stop it or name another file", path.display());
    assert_eq!(error.to_string(), text);
    simulator.stop().await.unwrap();

    let simulator = start("/new").await.unwrap();
    for (number, to) in [(1, "/new"), (2, "/override"), (3, "/named")] {
        assert_eq!(simulator.resend(number).await.unwrap().url, shop.url(to));
    }
    simulator.advance(Duration::from_secs(1_800)).await;
    let repeated = simulator.notifications().into_iter().rev().find(|attempt| attempt.notification == 1).unwrap();
    assert_eq!((repeated.number, repeated.url), (3, shop.url("/new")));
}

/// Each row: what the shop signs in place of the string to sign, and what the timeline says of it.
#[tokio::test]
async fn a_wrong_signature_names_the_mistake() {
    let mac = |text: &str, key: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()
    };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let signature = |text: &str| format!("HMACSHA256={}", STANDARD.encode(mac(text, SECRET_KEY)));
    let simulator = fixed().start().await.unwrap();
    let good = signed_post(&simulator, "request-1", MINIMAL, now());
    let right = format!(
        "Client-Id:SIM-0001-0000000000001\nRequest-Id:request-1\nRequest-Timestamp:{}\nRequest-Target:{GENERATE_ORDER}\nDigest:{}",
        timestamp(now()),
        STANDARD.encode(Sha256::digest(MINIMAL)),
    );
    assert_eq!(good.headers()["signature"], signature(&right));
    let without_digest = right.split("\nDigest").next().unwrap();
    let target = |target: &str| signature(&right.replace(GENERATE_ORDER, target));
    let rows = [
        (signature(&format!("{right}\n")), "line-feed", "a line feed at the end"),
        (signature(&right.replace('\n', "\r\n")), "crlf", "joined the lines with CRLF"),
        (target(&format!("http://127.0.0.1{GENERATE_ORDER}")), "url", "signed the URL"),
        (target(&format!("{GENERATE_ORDER}/")), "slash", "with other slashes"),
        (target(&GENERATE_ORDER[1..]), "slash", "with other slashes"),
        (signature(right.trim_end_matches('=')), "digest-unpadded", "without its padding"),
        (
            signature(&format!("{without_digest}\nDigest:{}", hex(&Sha256::digest(MINIMAL)))),
            "digest-hex",
            "a Digest in hex",
        ),
        (
            signature(&format!("{without_digest}\nDigest:{}", STANDARD.encode(hex(&Sha256::digest(MINIMAL))))),
            "digest-of-hex",
            "Base64 of the digest’s hex digits",
        ),
        (signature(without_digest), "no-digest", "signed no line Digest"),
        (signature(&right.replace("Request-Timestamp", "Response-Timestamp")), "time", "another line for the time"),
        (hex(&mac(&right, SECRET_KEY)), "malformed-hex", "It looks like hex"),
        (format!("HMACSHA256={}", hex(&mac(&right, SECRET_KEY))), "malformed-hex", "It looks like hex"),
        (STANDARD.encode(mac(&right, SECRET_KEY)), "malformed-prefix", "The prefix is missing"),
        ("HMACSHA256=short".to_owned(), "malformed", "is not HMACSHA256= and the Base64 of 32 bytes."),
        (format!("HMACSHA256={}", STANDARD.encode(mac(&right, "SK-other"))), "", "Compare line by line."),
    ];
    for (signature, code, words) in rows {
        let mut request = signed_post(&simulator, "request-1", MINIMAL, now());
        request.headers_mut().insert("signature", signature.parse().unwrap());
        let answer = send(&simulator, request).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{code}");
        assert!(!text(&answer).contains(words), "{code}: DOKU says none of it");
        let events = simulator.events();
        let Happening::Requested(exchange) = &events.last().unwrap().what else { panic!("a request") };
        assert_eq!(exchange.mistake.as_deref().unwrap_or_default(), code, "{words}");
        let last = events.len() - 1;
        let row = text(&get(&simulator, &format!("{}/timeline/changes?after={last}", simulator.url())).await);
        assert!(row.contains(words), "{code}: {row}");
        assert!(row.contains(&format!("<b>{INVOICE}</b>")), "{row}");
    }
    let mut status = signed_get(&simulator, INVOICE, now());
    let path = format!("/orders/v1/status/{INVOICE}");
    let signed = right.replace(GENERATE_ORDER, &path);
    let signed = signed.replace("request-1", "status-1");
    let signed =
        format!("{}\nDigest:{}", signed.split("\nDigest").next().unwrap(), STANDARD.encode(Sha256::digest(b"")));
    status.headers_mut().insert("signature", signature(&signed).parse().unwrap());
    send(&simulator, status).await;
    assert!(page(&simulator, "?lang=id").await.contains("Toko menandatangani baris Digest. GET tidak memilikinya."));
}

#[tokio::test]
async fn nothing_is_compared_where_nothing_is() {
    let simulator = fixed().start().await.unwrap();
    for (method, path, words) in [
        (Method::POST, "/v2/generate-order", "<p>nothing is at this address</p>"),
        (
            Method::POST,
            &*format!("{GENERATE_ORDER}/"),
            "There is nothing at this address. Remove the slash at the end.",
        ),
        (Method::GET, "/orders/v1/status/INV-1/", "There is nothing at this address. Remove the slash at the end."),
        (Method::GET, GENERATE_ORDER, "<p>this address takes another method</p>"),
    ] {
        send(&simulator, request(method, path, "")).await;
        let last = simulator.events().len() - 1;
        let row = text(&get(&simulator, &format!("{}/timeline/changes?after={last}", simulator.url())).await);
        assert!(row.contains(words) && !row.contains("none: a header is missing"), "{path}: {row}");
    }
}

#[tokio::test]
async fn what_will_not_happen_is_said_when_the_order_is_made() {
    let simulator = fixed().start().await.unwrap();
    let order = changed(MINIMAL, |order| {
        order["order"]["invoice_number"] = "SIM-LATE-1".into();
        order["additional_info"] = json!({ "override_notification_url": "https://shop.example/n" });
    });
    client(&simulator).send(&prepared(&order, "request-1")).await.unwrap();
    let Happening::Made(made) = &simulator.events()[0].what else { panic!("an order") };
    let why = made.undeliverable.as_deref().unwrap();
    assert!(why.starts_with("the notification url is not on this machine"), "{why}");
    let page = page(&simulator, "").await;
    assert!(page.contains(&format!("<p class=\"hint\">{why}</p>")), "{page}");
    assert!(page.contains("<code>https://shop.example/n</code> <span class=\"badge bad\">cannot be sent there</span>"));
    assert!(page.contains("begins with SIM- asks for a fault. This one names none"), "{page}");
    assert!(page.contains("The shop goes on with its own clock."), "{page}");
}

#[tokio::test]
async fn the_control_api_lists_its_addresses() {
    let simulator = fixed().start().await.unwrap();
    let about: Value =
        serde_json::from_slice(get(&simulator, &format!("{}/simulator", simulator.url())).await.body()).unwrap();
    let addresses = about["addresses"].as_array().unwrap();
    for entry in addresses {
        let (method, path) = entry["address"].as_str().unwrap().split_once(' ').unwrap();
        let path = path.replace("{invoice_number}", "INV-1").replace("{action}", "pay").replace("{number}", "1");
        if path.ends_with("/stream") {
            continue;
        }
        let answer = send(&simulator, request(method.parse().unwrap(), &path, "")).await;
        assert!(!text(&answer).contains("No static resource") && answer.status() != 405, "{method} {path}");
    }
    assert_eq!(addresses.len(), 13);
}
