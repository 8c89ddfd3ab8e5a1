//! The timeline: what it shows, and its forms with and without a script.

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

/// Returns a form as a browser without a script sends it.
fn form(path: &str, fields: &str) -> Request<Full<Bytes>> {
    let mut request = request(Method::POST, path, fields.to_owned());
    request.headers_mut().insert("content-type", FORM.parse().unwrap());
    request
}

/// Returns a page without what differs from run to run: ports, what is signed with them, times of the wall clock.
fn steady(simulator: &Simulator, shop: &Shop, page: &str) -> String {
    let mut page = page.replace(simulator.url(), "http://simulator").replace(&shop.address.to_string(), "shop");
    for event in simulator.events() {
        if let Happening::Requested(exchange) = event.what {
            let digest = exchange.answer_string_to_sign.iter().flat_map(|text| text.split_once("Digest:"));
            let signature = exchange.answer_headers.iter().filter(|(name, _)| name == "Signature");
            for value in digest.map(|(_, digest)| digest).chain(signature.map(|(_, value)| value.as_str())) {
                page = page.replace(value, "…");
            }
        }
    }
    let without_time = |line: &str| match (line.rfind("<small>"), line.rfind(" ms</small>")) {
        (Some(start), Some(end)) if start < end => format!("{}<small>0{}", &line[..start], &line[end..]),
        _ => line.to_owned(),
    };
    let lines = page.lines().filter(|line| !line.contains("<dt>Date</dt>"));
    lines.map(without_time).collect::<Vec<_>>().join("\n")
}

async fn changes(simulator: &Simulator, query: &str) -> String {
    text(&get(simulator, &format!("{}/timeline/changes{query}", simulator.url())).await)
}

#[tokio::test]
async fn an_order_is_shown_from_its_request_to_the_shops_answer() {
    let shop = shop(StatusCode::INTERNAL_SERVER_ERROR).await;
    let simulator = fixed().notification_url(shop.url("/payments/notifications")).start().await.unwrap();
    let refused = send(&simulator, request(Method::POST, GENERATE_ORDER, "{}")).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let made = send(&simulator, signed_post(&simulator, "request-1", MINIMAL, now())).await;
    assert_eq!(made.status(), StatusCode::OK);
    simulator.pay(INVOICE).await.unwrap();
    insta::assert_snapshot!("timeline", steady(&simulator, &shop, &changes(&simulator, "?after=0").await));

    let later = changes(&simulator, "?after=4&lang=id").await;
    assert!(later.contains("id=\"event-5\"") && !later.contains("id=\"event-4\""), "{later}");
    assert!(later.contains("dijawab <span class=\"badge bad\">500</span>"), "{later}");
}

#[tokio::test]
async fn the_empty_page_tells_what_to_set() {
    let simulator = fixed().start().await.unwrap();
    let answer = get(&simulator, simulator.url()).await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert_eq!(
        policy,
        "default-src 'none'; connect-src 'self'; img-src data:; script-src 'self'; style-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    let page = text(&answer);
    for expected in [
        &format!("<code>{}</code>", simulator.url()),
        "<code>SIM-0001-0000000000001</code>",
        "<code>SK-simulator-known-to-everyone</code>",
        "<dt>Notification URL</dt><dd>none yet, so no notification is sent</dd>",
        "doku simulator --notification-url http://127.0.0.1:8080/payments/notifications",
    ] {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let loaded: Vec<_> = page.split(['\'', '"']).filter(|text| text.starts_with("/assets/")).collect();
    assert_eq!(loaded, ["/assets/style.css", "/assets/timeline.css", "/assets/timeline.js"]);
    for (path, kind) in loaded.iter().zip(["text/css", "text/css", "text/javascript"]) {
        let asset = send(&simulator, request(Method::GET, path, "")).await;
        assert_eq!(asset.headers()["content-type"], format!("{kind}; charset=utf-8"), "{path}");
    }
    let indonesian = text(&get(&simulator, &format!("{}/?lang=id", simulator.url())).await);
    assert!(indonesian.contains("<html lang=\"id\">") && indonesian.contains("Arahkan toko ke sini"), "{indonesian}");
}

#[tokio::test]
async fn a_key_of_ones_own_is_never_shown() {
    let credentials = Credentials::new("SIM-0001-0000000000001".parse().unwrap(), "SK-of-my-own".parse().unwrap());
    let simulator = fixed().credentials(credentials).start().await.unwrap();
    let page = text(&get(&simulator, simulator.url()).await);
    assert!(page.contains("the one that the simulator was started with"), "{page}");
    assert!(!page.contains("SK-"), "{page}");
}

#[tokio::test]
async fn what_comes_from_outside_is_escaped() {
    let simulator = fixed().start().await.unwrap();
    let hostile = "<img src=x onerror=alert(1)>\"'&";
    let mut refused = request(Method::POST, GENERATE_ORDER, hostile);
    refused.headers_mut().insert("x-header", hostile.parse().unwrap());
    send(&simulator, refused).await;
    let fields = "kind=success&invoice_number=%3Cimg+src%3Dx%3E&url=http%3A%2F%2F127.0.0.1%3A1%2F%3Cimg%3E";
    send(&simulator, form("/timeline/trigger", fields)).await;
    let page = text(&get(&simulator, simulator.url()).await);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;'&amp;") && page.contains("&lt;img src=x&gt;"));
    assert!(!page.contains("<img"), "{page}");
    assert!(page.contains("id=\"order-_3cimg_20src_3dx_3e\""), "{page}");
}

#[tokio::test]
async fn a_long_text_is_cut_between_characters() {
    let simulator = fixed().start().await.unwrap();
    for (length, shown, cut) in [(16 << 10, 8_192, false), ((16 << 10) + 1, 8_192, true), (40_001, 8_192, true)] {
        let body: String = "é".repeat(length / 2) + &"x".repeat(length % 2);
        send(&simulator, request(Method::POST, GENERATE_ORDER, body)).await;
        let last = simulator.events().last().unwrap().number - 1;
        let row = changes(&simulator, &format!("?after={last}")).await;
        assert_eq!(row.matches('é').count(), shown, "{length}");
        assert_eq!(row.contains("the rest is in the list of events as JSON"), cut, "{length}");
    }
}

#[tokio::test]
async fn the_pages_themselves_are_no_events() {
    let simulator = fixed().start().await.unwrap();
    for path in ["/", "/timeline/changes?after=0", "/assets/style.css", "/favicon.ico", "/pay/unknown"] {
        send(&simulator, request(Method::GET, path, "")).await;
    }
    assert!(simulator.events().is_empty());
}

#[tokio::test]
async fn every_form_works_without_a_script() {
    let shop = shop(StatusCode::OK).await;
    let simulator = fixed().notification_url(shop.url("/notifications")).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let order = format!("#order-{INVOICE}");
    for (path, fields, place, shown) in [
        ("/timeline/order", "invoice_number=INV-20260105-0001&action=pay", &*order, "badge success"),
        ("/timeline/order", "invoice_number=INV-20260105-0001&action=refund", &order, "badge refunded"),
        ("/timeline/notification", "notification=1", &order, "Notification 1, attempt 2"),
        ("/timeline/clock", "advance=6h", "#clock", "Moved forward by 6 h"),
        ("/timeline/fault", "fault=latency&parameter=2s", "#faults", "<li><code>latency=2s</code></li>"),
        ("/timeline/fault", "fault=empty&parameter=", "#faults", "<li><code>empty</code></li>"),
        ("/timeline/fault/clear", "", "#faults", "<div id=\"armed\">\n</div>"),
        ("/timeline/switches", "failed=final&clock-drift=3600", "#switches", "failed=final"),
        ("/timeline/switches", "defaults=1&failed=final", "#switches", "failed=not-final"),
        ("/timeline/trigger", "kind=forged&invoice_number=INV-20260105-0001&url=", &order, "notify-forged"),
    ] {
        let done = send(&simulator, form(path, fields)).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER, "{path} {fields}");
        assert_eq!(done.headers()["location"], format!("/{place}"), "{path} {fields}");
        let page = text(&get(&simulator, simulator.url()).await);
        assert!(page.contains(shown), "{path} {fields}: {page}");
    }
    // Only what was changed is an event.
    let page = text(&get(&simulator, simulator.url()).await);
    assert!(!page.contains("clock-drift=3600"), "{page}");
    let indonesian = send(&simulator, form("/timeline/clock?lang=id", "advance=1")).await;
    assert_eq!(indonesian.headers()["location"], "/?lang=id#clock");
}

#[tokio::test]
async fn what_cannot_be_done_is_said() {
    let simulator = fixed().start().await.unwrap();
    for (path, fields, reason) in [
        ("/timeline/order", "invoice_number=INV-1&action=pay", "the simulator has no order with this invoice number"),
        ("/timeline/order", "invoice_number=INV-1&action=eat", "an order is told to pay, decline, expire or refund"),
        ("/timeline/notification", "notification=7", "the simulator has no notification 7"),
        ("/timeline/notification", "notification=x", "a notification is named by its number"),
        ("/timeline/clock", "advance=soon", "the clock is moved by a time such as 90s, 30m, 12h or 2d"),
        ("/timeline/fault", "fault=latency&parameter=soon", "its parameter is a time of at most an hour"),
        ("/timeline/switches", "failed=perhaps", "the switch failed takes not-final, final"),
        ("/timeline/trigger", "kind=nothing", "is no trigger"),
        ("/timeline/trigger", "%ff%fe", "is no trigger"),
    ] {
        let page = send(&simulator, form(path, fields)).await;
        assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields}");
        let page = text(&page);
        let alert = page.lines().find(|line| line.starts_with("<p id=\"alert\"")).unwrap();
        assert!(alert.contains(reason), "{path} {fields}: {alert}");

        let mut by_script = form(path, fields);
        by_script.headers_mut().insert("accept", "text/plain".parse().unwrap());
        let answer = send(&simulator, by_script).await;
        assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY, "{path} {fields}");
        assert!(text(&answer).contains(reason) && !text(&answer).contains('<'), "{path} {fields}");
    }
    let mut by_script = form("/timeline/clock", "advance=1s");
    by_script.headers_mut().insert("accept", "text/plain".parse().unwrap());
    let answer = send(&simulator, by_script).await;
    assert_eq!((answer.status(), answer.body().len()), (StatusCode::NO_CONTENT, 0));
}

#[tokio::test]
async fn another_site_cannot_use_the_forms() {
    let simulator = fixed().start().await.unwrap();
    for path in ["order", "notification", "clock", "fault", "fault/clear", "trigger", "switches"] {
        let path = format!("/timeline/{path}");
        for (name, value) in [("origin", "https://merchant.example"), ("sec-fetch-site", "cross-site")] {
            let mut foreign = form(&path, "advance=6h&fault=empty&kind=success");
            foreign.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(send(&simulator, foreign).await.status(), StatusCode::FORBIDDEN, "{path} {name}");
        }
        let mut renamed = form(&path, "");
        renamed.headers_mut().insert("host", "merchant.example".parse().unwrap());
        assert_eq!(send(&simulator, renamed).await.status(), StatusCode::FORBIDDEN, "{path}");
        let read = send(&simulator, request(Method::GET, &path, "")).await;
        assert_eq!(read.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    assert!(simulator.events().iter().all(|event| matches!(event.what, Happening::Requested(_))));
}

#[tokio::test]
async fn a_page_has_200_events_and_leads_to_the_others() {
    let simulator = fixed().start().await.unwrap();
    for number in 0..250 {
        send(&simulator, form("/timeline/clock", &format!("advance={number}s"))).await;
    }
    let rows = |page: &str| {
        let numbers = page.split("data-number=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        numbers.collect::<Vec<_>>()
    };
    for (query, first, last, links) in [
        ("/", 250, 51, [false, true]),
        ("/?before=51", 50, 1, [true, false]),
        ("/?before=999&lang=id", 250, 51, [true, true]),
        ("/?before=0", 0, 0, [true, false]),
        ("/?before=x", 250, 51, [false, true]),
    ] {
        let page = text(&send(&simulator, request(Method::GET, query, "")).await);
        let rows = rows(&page);
        let ends = rows.first().zip(rows.last()).map(|(first, last)| (first.clone(), last.clone()));
        assert_eq!(ends, (first > 0).then(|| (first.to_string(), last.to_string())), "{query}");
        assert_eq!([page.contains("rel=\"next\""), page.contains("rel=\"prev\"")], links, "{query}");
        assert_eq!(page.contains("data-after=\"250\""), !links[0], "{query}");
    }
}
