//! What is stored stays, whatever stops when.

use std::time::Duration;

use doku_sidecar::{Config, Sidecar};
use serde_json::Value;

use crate::{
    link::{Link, Weather},
    world::{Shop, World, order, timestamp},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_all() {
    let world = World::new().await;
    let shop = world.start().await;
    let placed = shop.place("INV-1").await.json();
    let keyed = Shop::request("POST", "/orders").with("Idempotency-Key", "key-2").body(order("INV-2"));
    assert_eq!(shop.send(&keyed).await.status, 201);
    let paid = world.notification("INV-1", "SUCCESS");
    assert_eq!(shop.notify(&paid).await.status, 200);
    let before = shop.get("/effects").await.json();
    shop.0.stop().await;
    let shop = world.start().await;
    assert_eq!(shop.get("/effects").await.json(), before);
    let found = shop.get("/orders/INV-1").await.json();
    assert_eq!((&found["payment_url"], found["state"].as_str()), (&placed["payment_url"], Some("SUCCESS")));
    let again = shop.send(&keyed).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(shop.send(&keyed.body(order("INV-3"))).await.code(), "key_reused");
    assert_eq!(shop.notify(&paid).await.status, 200);
    assert_eq!(shop.get("/effects").await.json(), before);
    assert_eq!(world.made(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_sidecars_order_is_sent_by_the_next() {
    let world = World::new().await;
    let shop = world.start().await;
    world.fail_next("no-answer");
    let request = Shop::request("POST", "/orders").with("Prefer", "wait=1").body(order("INV-1"));
    assert_eq!(shop.send(&request).await.status, 202);
    // Cut off in the middle of its call: nobody has told the store how that ended.
    drop(shop);
    let shop = world.start().await;
    world.simulator.advance(Duration::from_secs(180)).await;
    let order = shop.until("/orders/INV-1", |order| order["payment_url"].is_string()).await;
    assert_eq!(order["last_outcome"], "replayed");
    assert_eq!(world.made(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sidecars_share_one_store() {
    let world = World::new().await;
    let (first, second) = (world.start().await, world.start().await);
    for number in 0..8 {
        let invoice_number = format!("INV-{number}");
        let (one, other) =
            tokio::join!(first.post("/orders", order(&invoice_number)), second.post("/orders", order(&invoice_number)));
        for answer in [&one, &other] {
            assert!(matches!(answer.status, 200..=202), "{answer:?}");
        }
        let paid = world.notification(&invoice_number, "SUCCESS");
        let (one, other) = tokio::join!(first.notify(&paid), second.notify(&paid));
        assert_eq!((one.status, other.status), (200, 200));
    }
    assert_eq!(world.made(), 8);
    let effects = first.get("/effects?open").await.json();
    let effects = effects["effects"].as_array().unwrap();
    assert_eq!(effects.len(), 8);
    for effect in effects {
        let path = format!("/effects/{}/done", effect["id"]);
        let body = format!(r#"{{"attempt":{}}}"#, effect["attempt"]);
        let (one, other) = tokio::join!(first.post(&path, body.clone()), second.post(&path, body));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "one of the two acts on it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doku_that_is_down_delays_and_loses_nothing() {
    let world = World::new().await;
    let shop = world.start().await;
    let mut answers = Vec::new();
    for fault in ["server-error=503", "reset-before-order", "reset-in-request=10"] {
        world.fail_next(fault);
        let invoice_number = format!("INV-{}", answers.len());
        answers.push(shop.post("/orders", order(&invoice_number)).await.status);
    }
    assert_eq!(answers, [202, 202, 202]);
    world.simulator.advance(Duration::from_secs(60)).await;
    for number in 0..answers.len() {
        shop.until(&format!("/orders/INV-{number}"), |order| order["payment_url"].is_string()).await;
    }
    assert_eq!(world.made(), answers.len());
}

/// A store that is full: an order is stored or refused with 503, and what is stored is never answered with that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_loses_nothing() {
    let world = World::new().await;
    let settings = world.settings();
    let config = Config::from_toml(&settings.text()).unwrap();
    let store = world.path("doku.db");
    let orders = world.builder().greatest_size(200 << 10).open(store.to_str().unwrap()).await.unwrap();
    let shop = Shop(Sidecar::with_orders(config, orders).run().await.unwrap());
    let mut stored = Vec::new();
    let full = loop {
        let invoice_number = format!("INV-{}", stored.len());
        let answer = shop.post("/orders", order(&invoice_number)).await;
        if answer.status == 503 {
            break (invoice_number, answer);
        }
        assert!(matches!(answer.status, 201 | 202), "{answer:?}");
        stored.push(invoice_number);
    };
    assert_eq!((full.1.code().as_str(), full.1.header("retry-after")), ("store_unavailable", Some("5")));
    assert_eq!(shop.get(&format!("/orders/{}", full.0)).await.status, 404);
    for invoice_number in &stored {
        assert_eq!(shop.get(&format!("/orders/{invoice_number}")).await.status, 200);
    }
    // The log of the file may still take a few; at last a notification is not acknowledged, so that DOKU repeats it.
    let refused = loop {
        let answer = shop.notify(&world.notification(&stored[0], "PENDING")).await;
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!(refused.status, 503);
    assert_eq!(world.made(), stored.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_under_way_is_answered_before_the_end() {
    let world = World::new().await;
    let shop = world.start().await;
    world.fail_next("latency=1s");
    let api = shop.0.api_address().clone();
    let request = Shop::request("POST", "/orders").body(order("INV-1"));
    let placing = tokio::spawn(async move { request.send(&api).await });
    while shop.0.orders().order("INV-1").await.is_err() {
        tokio::task::yield_now().await;
    }
    shop.0.stop().await;
    assert_eq!(placing.await.unwrap().status, 201);
}

/// DOKU cannot be reached for a day. What may have been sent stays open, and in the end a person has to look at it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doku_that_is_down_for_a_day_is_waited_for() {
    let world = World::new().await;
    let doku = world.simulator.url().strip_prefix("http://").unwrap().parse().unwrap();
    let link = Link::open(&[doku], 1).await;
    let shop = world.start_over(&link).await;
    let open = shop.place("INV-OPEN").await.json();
    let wake = || world.notification("INV-UNKNOWN", "PENDING");
    // From now on each request is taken, and nothing comes back.
    link.set(Weather::Hole);
    let request = |number: &str| Shop::request("POST", "/orders").with("Prefer", "wait=1").body(order(number));
    for number in ["INV-1", "INV-2", "INV-3"] {
        assert_eq!(shop.send(&request(number)).await.status, 202);
    }
    link.set(Weather::Closed);
    // Nobody notifies of this.
    world.simulator.pay("INV-OPEN").await.unwrap();
    for _ in 0..24 {
        world.simulator.advance(Duration::from_secs(3_600)).await;
        assert_eq!(shop.notify(&wake()).await.status, 200);
        shop.until("/orders", nothing_is_due(&world)).await;
        // An unknown fate is never turned into a failure.
        for number in ["INV-1", "INV-2", "INV-3"] {
            let order = shop.get(&format!("/orders/{number}")).await.json();
            assert_eq!((order["state"].as_str(), &order["payment_url"]), (Some("SENT"), &Value::Null), "{order}");
        }
    }
    link.set(Weather::Fair);
    for _ in 0..31 {
        world.simulator.advance(Duration::from_secs(24 * 3_600)).await;
        assert_eq!(shop.notify(&wake()).await.status, 200);
        shop.until("/orders", nothing_is_due(&world)).await;
    }
    let unresolved = shop.get("/orders?unresolved").await.json();
    let listed: Vec<_> =
        unresolved["orders"].as_array().unwrap().iter().map(|order| &order["invoice_number"]).collect();
    assert_eq!(listed, ["INV-1", "INV-2", "INV-3"], "DOKU knows none of them, which is no proof");
    let paid = shop.get("/orders/INV-OPEN").await.json();
    assert_eq!((paid["state"].as_str(), &paid["payment_url"]), (Some("SUCCESS"), &open["payment_url"]));
    assert_eq!((world.made(), paid["effects"].as_array().unwrap().len()), (1, 1));
}

/// Returns whether a page of orders has none that is due.
fn nothing_is_due(world: &World) -> impl Fn(&Value) -> bool {
    let now = timestamp(world.simulator.now()).to_string();
    move |page| {
        let is_due = |order: &Value| order["due_at"].as_str().is_some_and(|due| due <= now.as_str());
        !page["orders"].as_array().unwrap().iter().any(is_due)
    }
}
