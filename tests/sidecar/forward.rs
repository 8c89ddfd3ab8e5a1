//! Effects, forwarded to a service: what arrives, what each answer means, and that nothing is lost.

use std::{collections::BTreeMap, time::Duration};

use doku_sidecar::EFFECT_SCHEDULE;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::{
    contract,
    service::{Came, Reply, Service},
    world::{Settings, Shop, World, timestamp},
};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const OLD_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);

fn settings(world: &World, url: &str) -> Settings {
    let file = world.secret("forward", &format!("{SECRET}\n"));
    world.settings().set("forward.url", url).set("forward.secret_files", &format!("[{file:?}]"))
}

async fn start(world: &World, service: &Service) -> Shop {
    world.start_with(&settings(world, &service.url()).set("forward.timeout", "1s")).await
}

/// Has an order paid; its effect is forwarded.
pub(crate) async fn pay(world: &World, shop: &Shop, invoice_number: &str) {
    shop.place(invoice_number).await;
    assert_eq!(shop.notify(&world.notification(invoice_number, "SUCCESS")).await.status, 200);
}

/// Moves the clock, and has the loop look at once: it does after each notification.
pub(crate) async fn advance(world: &World, shop: &Shop, duration: Duration) {
    world.simulator.advance(duration).await;
    assert_eq!(shop.notify(&world.notification("INV-UNKNOWN", "PENDING")).await.status, 200);
}

/// Lets time pass, and waits until each attempt that is due has ended: time that passes during an attempt ends its lease.
async fn advance_and_settle(world: &World, shop: &Shop, duration: Duration) {
    advance(world, shop, duration).await;
    let now = timestamp(world.simulator.now()).to_string();
    let is_settled = |effect: &Value| {
        effect["done"] == true || effect["attempt"] == effect["failures"] && effect["due_at"].as_str() > Some(&now)
    };
    shop.until("/effects", |page| page["effects"].as_array().unwrap().iter().all(is_settled)).await;
}

/// Waits until the answer to an attempt is stored.
pub(crate) async fn answered(shop: &Shop, id: u64, attempt: u64) -> Value {
    let is_stored =
        |effect: &Value| effect["attempt"] == attempt && (effect["done"] == true || effect["failures"] == attempt);
    shop.until(&format!("/effects/{id}"), is_stored).await
}

/// Returns what is kept of an effect after its first attempt.
async fn kept(shop: &Shop, id: u64) -> String {
    let effect = answered(shop, id, 1).await;
    let state = match (&effect["done"], &effect["dead"]) {
        (Value::Bool(true), _) => "done",
        (_, Value::Bool(true)) => "dead",
        _ => "open",
    };
    let due = effect["due_at"].as_str().unwrap_or("never");
    format!("{state}, due {due}, {}", effect["last_answer"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives() {
    let (world, service) = (World::new().await, Service::start().await);
    let shop = start(&world, &service).await;
    let mut arrived = String::new();
    for status in ["FAILED", "EXPIRED", "SUCCESS", "REFUNDED"] {
        let invoice_number = format!("INV-{status}");
        shop.place(&invoice_number).await;
        shop.notify(&world.notification(&invoice_number, status)).await;
        let came = service.came().await;
        came.is_signed_with(SECRET, 0);
        contract::check_forwarded(&came);
        arrived.push_str(&came.text(service.address));
        if status == "SUCCESS" {
            let readme = include_str!("../../src/sidecar/README.md");
            let signature = came.header("webhook-signature");
            assert!(readme.contains(signature) && readme.contains(&came.body), "the README shows another one");
        }
    }
    insta::assert_snapshot!(arrived);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_secrets_sign_both() {
    let (world, service) = (World::new().await, Service::start().await);
    let files = [world.secret("new", SECRET), world.secret("old", OLD_SECRET)];
    let settings = settings(&world, &service.url()).set("forward.secret_files", &format!("{files:?}"));
    let shop = world.start_with(&settings).await;
    pay(&world, &shop, "INV-1").await;
    let came = service.came().await;
    came.is_signed_with(SECRET, 0);
    came.is_signed_with(OLD_SECRET, 1);
    assert_eq!(came.header("webhook-signature").split(' ').count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_each_answer_makes_of_an_effect() {
    let (world, service) = (World::new().await, Service::start().await);
    let shop = start(&world, &service).await;
    let long = "x".repeat(1_000);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n";
    let endless = "HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\nfffffffff\r\n";
    let mut all = String::new();
    for (at, (name, reply)) in [
        ("200", Reply::status("200 OK", "{\"thanks\": true}")),
        ("200 without a body", Reply::status("200 OK", "")),
        ("202", Reply::status("202 Accepted", "later\r\n\x1b[31mred")),
        ("204", Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())),
        ("302", Reply::with("302 Found", "location: https://shop.example/new?token=secret\r\n", "")),
        ("307 to itself", Reply::with("307 Temporary Redirect", &format!("location: {}\r\n", service.url()), "")),
        ("308 to nowhere", Reply::status("308 Permanent Redirect", "")),
        ("400", Reply::status("400 Bad Request", "no json")),
        ("404", Reply::status("404 Not Found", "<html>\n  <h1>Not Found</h1>\n</html>")),
        ("410", Reply::status("410 Gone", "closed")),
        ("429 for an hour", Reply::with("429 Too Many Requests", "retry-after: 3600\r\n", "")),
        ("500", Reply::status("500 Internal Server Error", &long)),
        ("503 for a year", Reply::with("503 Service Unavailable", "retry-after: 31536000\r\n", "")),
        ("no answer", Reply::Stuck(Vec::new())),
        ("no http", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())),
        ("a head that is cut off", Reply::Bytes(b"HTTP/1.1 200 O".to_vec())),
        ("no head at all", Reply::Bytes(Vec::new())),
        ("a body that is cut off", Reply::Bytes(format!("{head}\r\nhalf").into_bytes())),
        ("a body that stops", Reply::Stuck(format!("{head}\r\nhalf").into_bytes())),
        ("a body without end", Reply::Endless(endless.into())),
        ("a body that is no text", Reply::status("500 Oh", "\0\u{7}\u{202e}\u{fffd}")),
    ]
    .into_iter()
    .enumerate()
    {
        service.next(reply);
        pay(&world, &shop, &format!("INV-{at}")).await;
        let kept = kept(&shop, at as u64 + 1).await.replace(&service.address.to_string(), "ADDRESS");
        all.push_str(&format!("{name}\n  {kept}\n"));
        assert_eq!(service.rest().await.len(), 1, "{name}: it is sent once, and nothing is followed");
    }
    insta::assert_snapshot!(all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_not_there() {
    let world = World::new().await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let shop = world.start_with(&settings(&world, &format!("http://{address}/"))).await;
    pay(&world, &shop, "INV-1").await;
    assert_eq!(kept(&shop, 1).await, "open, due 2026-01-05T08:45:47Z, no connection: connection refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_without_tls_where_tls_is_needed() {
    let world = World::new().await;
    let service = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", service.local_addr().unwrap());
    let shop = world.start_with(&settings(&world, &url)).await;
    pay(&world, &shop, "INV-1").await;
    // It answers without TLS, which is not read as an answer.
    let (mut stream, _) = service.accept().await.unwrap();
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
    let why = "no connection: received corrupt message of type InvalidContentType";
    assert_eq!(kept(&shop, 1).await, format!("open, due 2026-01-05T08:45:47Z, {why}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_that_is_spent_is_a_dead_letter_until_it_is_delivered() {
    let (world, service) = (World::new().await, Service::start().await);
    let shop = start(&world, &service).await;
    service.always(Reply::status("500 Oh", "no stock"));
    pay(&world, &shop, "INV-1").await;
    let mut attempts: Vec<Came> = Vec::new();
    for (number, wait) in (1..).zip(EFFECT_SCHEDULE) {
        attempts.push(service.came().await);
        let effect = answered(&shop, 1, number).await;
        // A look before its time finds nothing to do.
        advance(&world, &shop, wait - SECOND).await;
        assert_eq!((&effect["dead"], effect["attempt"].as_u64()), (&Value::Bool(false), Some(number)));
        advance(&world, &shop, SECOND).await;
    }
    attempts.push(service.came().await);
    let dead = shop.until("/effects/1", |effect| effect["dead"] == true).await;
    assert_eq!((dead["attempt"].as_u64(), dead["due_at"].as_str()), (Some(10), None));
    assert_eq!(dead["last_answer"], "answered 500: no stock");
    advance(&world, &shop, 24 * 30 * HOUR).await;
    assert_eq!(shop.get("/effects?dead").await.json()["effects"][0], dead);

    // Each attempt is the same event, signed when it was made.
    let waits: Vec<_> = attempts
        .windows(2)
        .map(|pair| {
            let at = |came: &Came| came.header("webhook-timestamp").parse::<u64>().unwrap();
            Duration::from_secs(at(&pair[1]) - at(&pair[0]))
        })
        .collect();
    assert_eq!(waits, EFFECT_SCHEDULE);
    for attempt in &attempts {
        assert_eq!((attempt.header("webhook-id"), &attempt.body), ("eff_1", &attempts[0].body));
        attempt.is_signed_with(SECRET, 0);
    }

    service.always(Reply::status("200 OK", "shipped"));
    assert_eq!(shop.post("/effects/eff_1/deliver", "").await.status, 202);
    assert_eq!(service.came().await.body, attempts[0].body);
    let done = shop.until("/effects/1", |effect| effect["done"] == true).await;
    assert_eq!((&done["dead"], &done["last_answer"]), (&Value::Bool(false), &"answered 200: shipped".into()));
    assert_eq!(shop.post("/effects/1/deliver", "").await.status, 409);
    assert_eq!(service.rest().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_down_for_a_day_gets_all_of_it_once() {
    let (world, service) = (World::new().await, Service::start().await);
    let shop = start(&world, &service).await;
    service.always(Reply::status("502 Bad Gateway", ""));
    for number in 1..=5 {
        pay(&world, &shop, &format!("INV-{number}")).await;
        for wait in [4 * SECOND, HOUR, 3 * HOUR] {
            advance_and_settle(&world, &shop, wait).await;
        }
    }
    service.rest().await;
    service.always(Reply::status("200 OK", ""));
    let mut shipped = BTreeMap::<String, usize>::new();
    for _ in 0..30 {
        advance_and_settle(&world, &shop, HOUR).await;
        let open = shop.get("/effects?open").await.json();
        if open["effects"].as_array().unwrap().is_empty() {
            break;
        }
    }
    shop.until("/effects?open", |page| page["effects"].as_array().unwrap().is_empty()).await;
    for came in service.rest().await {
        *shipped.entry(came.header("webhook-id").to_owned()).or_default() += 1;
    }
    let each_once: BTreeMap<_, _> = (1..=5).map(|id| (format!("eff_{id}"), 1)).collect();
    assert_eq!(shipped, each_once);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_that_dies_in_an_attempt_leaves_it_to_the_next() {
    let (world, service) = (World::new().await, Service::start().await);
    let shop = start(&world, &service).await;
    service.next(Reply::Stuck(Vec::new()));
    pay(&world, &shop, "INV-1").await;
    let first = service.came().await;
    drop(shop);
    let shop = start(&world, &service).await;
    advance(&world, &shop, 180 * SECOND).await;
    let second = service.came().await;
    assert_eq!((first.header("webhook-id"), &first.body), (second.header("webhook-id"), &second.body));
    let done = answered(&shop, 1, 2).await;
    assert_eq!((&done["done"], done["failures"].as_u64()), (&Value::Bool(true), Some(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sidecars_forward_each_effect_once() {
    let (world, service) = (World::new().await, Service::start().await);
    let shops = [start(&world, &service).await, start(&world, &service).await];
    for number in 0..20 {
        pay(&world, &shops[number % 2], &format!("INV-{number}")).await;
    }
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(service.came().await.header("webhook-id").to_owned());
    }
    shops[0].until("/effects?open", |page| page["effects"].as_array().unwrap().is_empty()).await;
    ids.extend(service.rest().await.iter().map(|came| came.header("webhook-id").to_owned()));
    ids.sort();
    let mut each_once: Vec<_> = (1..=20).map(|id| format!("eff_{id}")).collect();
    each_once.sort();
    assert_eq!(ids, each_once);
}

/// The environment of a process cannot be changed while it runs, so a case runs in a process of its own.
#[test]
fn a_proxy_of_the_environment_is_not_used() {
    let nobody = "http://127.0.0.1:9";
    let run = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "forward::two_secrets_sign_both"])
        .envs(
            ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
                .map(|name| (name, nobody)),
        )
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_forwarded_where_nothing_says_so() {
    let world = World::new().await;
    let shop = world.start().await;
    pay(&world, &shop, "INV-1").await;
    advance(&world, &shop, HOUR).await;
    assert_eq!(shop.get("/effects/1").await.json()["attempt"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_cannot_be_used() {
    let world = World::new().await;
    let file = |name: &str, text: &str| format!("[{:?}]", world.secret(name, text));
    std::fs::write(world.path("open"), SECRET).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(world.path("open"), std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let base = || settings(&world, "https://shop.example/effects");
    let mut said = String::new();
    for (name, settings) in [
        ("a url that is none", base().set("forward.url", "shop.example")),
        ("http to another machine", base().set("forward.url", "http://shop.example/")),
        ("a url with a password", base().set("forward.url", "https://u:p@shop.example/")),
        ("no secret", base().set("forward.secret_files", "")),
        ("three secrets", base().set("forward.secret_files", &format!("{:?}", vec![world.path("forward"); 3]))),
        ("a secret that is not there", base().set("forward.secret_files", &format!("[{SECRET:?}]"))),
        ("a secret that others may read", base().set("forward.secret_files", &format!("[{:?}]", world.path("open")))),
        ("a secret without its prefix", base().set("forward.secret_files", &file("bare", &SECRET[6..]))),
        ("a secret that is too short", base().set("forward.secret_files", &file("short", "whsec_c2hvcnQ="))),
        ("a secret that is no base64", base().set("forward.secret_files", &file("text", "whsec_secret secret"))),
        ("no time", base().set("forward.timeout", "0s")),
        ("too long a time", base().set("forward.timeout", "51s")),
        ("a time that is none", base().set("forward.timeout", "1m")),
        ("secrets without a url", base().set("forward.url", "")),
    ] {
        let why = doku_sidecar::Config::from_toml(&settings.text()).unwrap_err().to_string();
        assert!(!why.contains(&SECRET[6..]), "{why}");
        said.push_str(&format!("{name}\n  {why}\n"));
    }
    insta::assert_snapshot!(said);
    let plain = base().set("forward.url", "http://shop:8080/").set("forward.danger_plain_http_hosts", "[\"shop\"]");
    let config = doku_sidecar::Config::from_toml(&plain.text()).unwrap();
    assert!(!format!("{config:?}").contains(&SECRET[6..]));
}
