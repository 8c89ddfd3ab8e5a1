//! The page for people: what it shows, to whom, and what it never shows.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    service::{Reply, Service},
    wire::{Answer, Request},
    world::{Shop, TOKEN, World, order, order_with},
};

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn request(path: &str) -> Request {
    Request::new("GET", path).with("Host", "127.0.0.1").with("Authorization", basic("anyone", TOKEN))
}

/// Sends a request; its answer must be a page that can do nothing.
async fn send(shop: &Shop, request: &Request) -> Answer {
    let answer = request.send(shop.0.api_address()).await;
    let page = String::from_utf8(answer.body.clone()).unwrap();
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name} of {}", request.path);
    }
    // The one style of the page is the one that its policy allows.
    let style = between(&page, "<style>", "</style>");
    let policy = format!(
        "default-src 'none'; img-src data:; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        STANDARD.encode(Sha256::digest(style))
    );
    assert_eq!(answer.header("content-security-policy"), Some(&*policy));
    for absent in ["<script", "style=\"", "src=", "http:", "https:", "onload"] {
        assert!(!page.contains(absent), "{absent} is in {page}");
    }
    answer
}

/// Returns a page that is there.
async fn open(shop: &Shop, path: &str) -> String {
    let answer = send(shop, &request(path)).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    String::from_utf8(answer.body).unwrap()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to} in {text}")).0
}

/// Returns the titles of a page's lists, each with the invoice numbers below it.
fn lists(page: &str) -> Vec<(String, Vec<String>)> {
    let list = |section: &str| {
        let title = between(section, "<h2>", "</h2>").replace("<bdi>", "").replace("</bdi>", "");
        let numbers = section.split("<bdi>").skip(1).filter(|rest| rest.contains("</bdi></a>"));
        let numbers = numbers.map(|rest| rest.split_once("</bdi></a>").unwrap().0.to_owned());
        (title, numbers.collect())
    };
    page.split("<section>").skip(1).map(list).collect()
}

fn list(title: &str, numbers: &[&str]) -> (String, Vec<String>) {
    (title.to_owned(), numbers.iter().map(|number| (*number).to_owned()).collect())
}

/// Places an order whose answer is lost.
async fn lose(world: &World, shop: &Shop, invoice_number: &str) {
    world.fail_next("reset-after-order");
    assert_eq!(shop.post("/orders", order(invoice_number)).await.status, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_store_says_so() {
    let world = World::new().await;
    let shop = world.start().await;
    for (path, says) in [
        ("/page", "No order has been placed yet."),
        ("/page?list=unresolved", "Nothing is unresolved."),
        ("/page?list=dead", "There are no dead letters."),
        ("/page?list=aside", "No notification has been set aside."),
        ("/page?list=open", "All effects are done."),
        ("/page?invoice=INV", "No order has an invoice number that begins like this."),
        ("/page?lang=id", "Belum ada pesanan."),
        ("/page?list=nonsense&after=nonsense&x=%FF", "No order has been placed yet."),
    ] {
        let page = open(&shop, path).await;
        assert!(page.contains(says), "{path}: {page}");
        assert_eq!(lists(&page).len(), 1, "{path}");
    }
    for path in ["/page/order", "/page/order?invoice=INV-1", "/page/order?invoice=%FF"] {
        let answer = send(&shop, &request(path)).await;
        let page = String::from_utf8(answer.body).unwrap();
        assert_eq!(answer.status, 404, "{path}");
        assert!(page.contains("neither an order nor a notification has this invoice number"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_person_has_to_look_at_comes_first() {
    let (world, service) = (World::new().await, Service::start().await);
    service.always(Reply::status("410 Gone", "closed <b>for</b> good"));
    let secret = world.secret("forward", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let settings = world.settings().set("forward.url", &service.url());
    let shop = world.start_with(&settings.set("forward.secret_files", &format!("[{secret:?}]"))).await;
    shop.place("INV-1").await;
    lose(&world, &shop, "INV-2").await;
    shop.place("INV-3").await;
    shop.notify(&world.notification("INV-3", "SUCCESS")).await;
    shop.until("/effects/1", |effect| effect["dead"] == true).await;
    let page = open(&shop, "/page").await;
    assert_eq!(
        lists(&page),
        [
            list("Unresolved orders", &["INV-2"]),
            list("Dead letters", &["INV-3"]),
            list("All orders", &["INV-1", "INV-2", "INV-3"]),
        ]
    );
    assert!(page.contains("DOKU's answer is missing, so an order may exist."), "{page}");
    assert!(page.contains("last answer: <q>answered 410: closed &lt;b&gt;for&lt;/b&gt; good</q>"), "{page}");
    for (path, expected) in [
        ("/page?list=unresolved", list("Unresolved orders", &["INV-2"])),
        ("/page?list=dead", list("Dead letters", &["INV-3"])),
        ("/page?list=open", list("Open effects", &["INV-3"])),
        ("/page?list=dead&after=1", list("Dead letters", &[])),
    ] {
        assert_eq!(lists(&open(&shop, path).await), [expected], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_shown_with_all_that_came_of_it() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    shop.notify(&world.notification("INV-1", "FAILED")).await;
    shop.notify(&world.notification("INV-1", "SUCCESS")).await;
    shop.notify(&world.notification("INV-1", "SETTLED <i>")).await;
    let page = open(&shop, "/page/order?invoice=INV-1").await;
    // Where it is, and where it was.
    let picture = between(&page, "<svg", "</svg>");
    for (class, times) in [("<circle class=\"present good\"", 1), ("<circle class=\"passed\"", 4), ("<circle", 8)] {
        assert_eq!(picture.matches(class).count(), times, "{class} in {picture}");
    }
    assert!(picture.contains("aria-label=\"State of the order: SUCCESS\""), "{picture}");
    for text in
        ["Rp100.000", "unresolved", "a status that is not known here was reported", "eff_1", "overtaken", "eff_2"]
    {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let notifications = page.split("<h2>Notifications</h2>").nth(1).unwrap();
    for text in
        [">FAILED<", ">SUCCESS<", ">SETTLED &lt;i&gt;<", ">accepted<", ">unknown_status<", "2026-01-05 08:45:42"]
    {
        assert!(notifications.contains(text), "{text} is not in {notifications}");
    }
    // What names an order that nobody placed is found as well.
    shop.notify(&world.notification("INV-9", "SUCCESS")).await;
    assert_eq!(lists(&open(&shop, "/page?list=aside").await), [list("Notifications set aside", &["INV-1", "INV-9"])]);
    let page = open(&shop, "/page/order?invoice=INV-9").await;
    assert!(page.contains("No order with this number is stored, but notifications name it."), "{page}");
    let page = open(&shop, "/page/order?invoice=INV-1&lang=id").await;
    assert!(page.contains("<html lang=\"id\">") && page.contains("Sudah dibayar."), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_what_begins_like_it() {
    let world = World::new().await;
    let shop = world.start().await;
    for number in ["A", "A-1", "A-10", "A-2", "B", "a-1", "A%+ &"] {
        shop.place(number).await;
    }
    for (search, found) in [
        ("A-1", &["A-1", "A-10"][..]),
        ("%20A-1%20", &["A-1", "A-10"]),
        ("A", &["A", "A%+ &amp;", "A-1", "A-10", "A-2"]),
        ("A%25%2B+%26", &["A%+ &amp;"]),
        ("C", &[]),
        ("-1", &[]),
    ] {
        let title = search.replace("%20", "").replace("%25%2B+%26", "%+ &amp;");
        let page = open(&shop, &format!("/page?invoice={search}")).await;
        assert_eq!(lists(&page), [list(&format!("Orders that begin with {title}"), found)], "{search}");
    }
    let page = open(&shop, "/page?invoice=A&after=A-1").await;
    assert_eq!(lists(&page), [list("Orders that begin with A", &["A-10", "A-2"])]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_goes_on() {
    let world = World::new().await;
    let shop = world.start().await;
    for number in 0..120 {
        shop.0.orders().enqueue(order(&format!("INV {number:03}")), None).await.unwrap();
    }
    for begin in ["/page", "/page?invoice=INV"] {
        let (mut path, mut seen, mut pages) = (begin.to_owned(), Vec::new(), 0);
        loop {
            let page = open(&shop, &path).await;
            let (_, numbers) = lists(&page).pop().unwrap();
            seen.extend(numbers);
            pages += 1;
            if !page.contains("rel=\"next\"") {
                break;
            }
            let next = between(&page, "<p class=\"next\"><a href=\"", "\"");
            path = next.replace("&amp;", "&");
        }
        let expected: Vec<_> = (0..120).map(|number| format!("INV {number:03}")).collect();
        assert_eq!((seen, pages), (expected, 3), "{begin}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_invoice_number_breaks_out() {
    let world = World::new().await;
    let shop = world.start().await;
    for number in
        ["<script>alert(1)</script>", "\"><img src=x onload=1>", "'&amp;\u{202e}", "..", "../../x", "a/b?c#d%3C"]
    {
        shop.place(number).await;
        let path = format!("/page/order?invoice={}", percent(number));
        for path in ["/page".to_owned(), format!("/page?invoice={}", percent(number)), path] {
            let answer = request(&path).send(shop.0.api_address()).await;
            let page = String::from_utf8(answer.body).unwrap();
            let escaped = number.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            assert_eq!(answer.status, 200, "{path}");
            assert!(page.contains(&format!("<bdi>{escaped}</bdi>")), "{number} is not in {page}");
            assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        }
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_named() {
    let world = World::new().await;
    let shop = world.start().await;
    let customer = order_with("INV-1", |order| {
        order["customer"]["first_name"] = "Kanari Kenari".into();
        order["customer"]["email"] = "kenari@example.com".into();
        order["customer"]["phone"] = "6281999888777".into();
    });
    let placed = shop.post("/orders", customer).await.json();
    shop.notify(&world.notification("INV-1", "SUCCESS")).await;
    lose(&world, &shop, "INV-2").await;
    assert_eq!(shop.post("/orders/INV-2/close", r#"{"reason":"kenari left"}"#).await.status, 200);
    let payment_url = placed["payment_url"].as_str().unwrap();
    for path in ["/page", "/page/order?invoice=INV-1", "/page/order?invoice=INV-2", "/page?list=open"] {
        let page = open(&shop, path).await;
        assert!(page.contains("INV-"), "{page}");
        for text in ["Kanari", "kenari", "6281999888777", TOKEN, payment_url, "/pay/"] {
            assert!(!page.contains(text), "{text} is in {page}");
        }
    }
    assert!(open(&shop, "/page/order?invoice=INV-2").await.contains("closed by a person"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_needs_a_token_as_password() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    for path in ["/page", "/page/order?invoice=INV-1"] {
        let bare = request(path).without("Authorization");
        for (authorization, status) in [
            (None, 401),
            (Some(basic("", TOKEN)), 200),
            (Some(basic("anyone", TOKEN)), 200),
            (Some(format!("Bearer {TOKEN}")), 200),
            (Some(basic(TOKEN, "")), 401),
            (Some(basic("", &format!("{TOKEN}x"))), 401),
            (Some(basic("", &TOKEN[1..])), 401),
            (Some(format!("Basic {}", STANDARD.encode(TOKEN))), 401),
            (Some(format!("Basic {TOKEN}")), 401),
            (Some("Basic".to_owned()), 401),
        ] {
            let request =
                authorization.iter().fold(bare.clone(), |request, value| request.with("Authorization", value));
            let answer = send(&shop, &request).await;
            let page = String::from_utf8_lossy(&answer.body);
            assert_eq!(
                (answer.status, page.contains("Rp100.000")),
                (status, status == 200),
                "{path} {authorization:?}"
            );
            let challenge = (status == 401).then_some("Basic realm=\"doku\", charset=\"UTF-8\"");
            assert_eq!(answer.header("www-authenticate"), challenge);
        }
        let twice = request(path).with("Authorization", basic("", TOKEN));
        assert_eq!(send(&shop, &twice).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_shown_is_said_in_both_languages() {
    let world = World::new().await;
    let shop = world.start().await;
    let nobody = |path: &str| request(path).without("Authorization");
    for (request, status, heading) in [
        (nobody("/page"), 401, "The token is missing or wrong"),
        (nobody("/page?lang=id"), 401, "Token tidak ada atau salah"),
        (nobody("/page/order?invoice=INV-1&lang=id"), 401, "Token tidak ada atau salah"),
        (request("/page/order?invoice=INV-1"), 404, "There is no such thing"),
        (request("/page/order?invoice=INV-1&lang=id"), 404, "Tidak ada yang seperti itu"),
    ] {
        let answer = send(&shop, &request).await;
        let page = String::from_utf8(answer.body).unwrap();
        assert_eq!((answer.status, between(&page, "<h1>", "</h1>")), (status, heading), "{}", request.path);
        assert_eq!(between(&page, "<title>", "</title>"), heading);
    }
}

/// A browser sends a password by itself, also where a page of another site has it send a form.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_changes_nothing() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    for (method, path) in [
        ("POST", "/orders"),
        ("POST", "/orders/INV-1/close"),
        ("POST", "/effects/1/done"),
        ("GET", "/orders/INV-1?refresh"),
        ("GET", "/orders"),
    ] {
        let request = Shop::request(method, path).without("Authorization").with("Authorization", basic("", TOKEN));
        let answer = shop.send(&request.body(order("INV-2"))).await;
        assert_eq!((answer.status, answer.code().as_str()), (401, "unauthorized"), "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"doku\""));
    }
    for path in ["/page", "/page/order?invoice=INV-1"] {
        let answer = shop.post(path, "x=1").await;
        assert_eq!((answer.status, answer.code().as_str()), (405, "method_not_allowed"));
        let elsewhere = request(path).without("Host").with("Host", "evil.example");
        assert_eq!(elsewhere.send(shop.0.api_address()).await.code(), "misdirected");
        let head = Request { method: "HEAD", ..request(path) }.send(shop.0.api_address()).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
    assert_eq!(world.made(), 1);
}
