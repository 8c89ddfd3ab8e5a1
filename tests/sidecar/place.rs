//! Orders in.

use std::time::Duration;

use crate::{
    link::{Link, Weather},
    wire::Answer,
    world::{Shop, World, order, order_with},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_placed_once() {
    let world = World::new().await;
    let shop = world.start().await;
    let placed = shop.place("INV-1").await;
    let document = placed.json();
    assert!(document["payment_url"].as_str().unwrap().starts_with(world.simulator.url()));
    assert_eq!((document["state"].as_str(), document["amount"].as_u64()), (Some("PENDING"), Some(100_000)));
    assert_eq!(placed.header("location"), Some("/orders/INV%2D1"));
    assert_eq!(placed.header("idempotent-replayed"), None);
    let again = shop.post("/orders", order("INV-1")).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
    assert_eq!(again.json(), document);
    let found = shop.get("/orders/INV%2D1").await;
    assert_eq!((found.status, found.json()["effects"].as_array().map(Vec::len)), (200, Some(0)));
    assert_eq!(world.made(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_an_order_is_refused() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    let wrong = order_with("INV-2", |order| order["order"]["amount"] = 1.into());
    let other = order_with("INV-1", |order| {
        order["order"]["amount"] = 200_000.into();
        order["order"]["line_items"][0]["price"] = 200_000.into();
    });
    for (body, status, code) in [
        (Vec::new(), 400, "syntax"),
        (b"{".to_vec(), 400, "syntax"),
        (wrong, 422, "violations"),
        (other, 409, "invoice_used"),
        (vec![b' '; 17 << 20], 413, "too_large"),
    ] {
        let answer = shop.post("/orders", body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{answer:?}");
    }
    assert_eq!(world.made(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stays_with_its_order() {
    let world = World::new().await;
    let shop = world.start().await;
    let place = |key: &str, body| Shop::request("POST", "/orders").with("Idempotency-Key", key).body(body);
    assert_eq!(shop.send(&place("key-1", order("INV-1"))).await.status, 201);
    assert_eq!(shop.send(&place("\"key-1\"", order("INV-1"))).await.status, 200);
    let reused = shop.send(&place("key-1", order("INV-2"))).await;
    assert_eq!((reused.status, reused.code().as_str()), (422, "key_reused"));
    let none = shop.send(&place("no key", order("INV-2"))).await;
    assert_eq!((none.status, none.code().as_str()), (400, "bad_request"));
    assert_eq!(world.made(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_missing_is_said_and_comes_later() {
    let world = World::new().await;
    let shop = world.start().await;
    world.fail_next("reset-after-order");
    let answer = shop.post("/orders", order("INV-1")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (202, Some("2")), "{answer:?}");
    assert_eq!(answer.header("location"), Some("/orders/INV%2D1"));
    assert_eq!(answer.json()["payment_url"], serde_json::Value::Null);
    world.simulator.advance(Duration::from_secs(60)).await;
    shop.until("/orders/INV-1", |order| order["payment_url"].is_string()).await;
    assert_eq!(world.made(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_want_to_wait_is_answered_at_once() {
    let world = World::new().await;
    let shop = world.start().await;
    let request = Shop::request("POST", "/orders").with("Prefer", "respond-async").body(order("INV-1"));
    let answer = shop.send(&request).await;
    assert_eq!((answer.status, answer.header("preference-applied")), (202, Some("respond-async")), "{answer:?}");
    shop.until("/orders/INV-1", |order| order["payment_url"].is_string()).await;
    let request = Shop::request("POST", "/orders").with("Prefer", "wait=30").body(order("INV-2"));
    let answer = shop.send(&request).await;
    assert_eq!((answer.status, answer.header("preference-applied")), (201, Some("wait=30")), "{answer:?}");
    assert_eq!(world.made(), 2);
}

/// A repeat while the first is under way, here or in another process, is no conflict: the order is stored, and has a place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_while_the_first_is_under_way_is_answered_202() {
    let world = World::new().await;
    let doku = world.simulator.url().strip_prefix("http://").unwrap().parse().unwrap();
    let link = Link::open(&[doku], 1).await;
    let (here, elsewhere) = (world.start_over(&link).await, world.start_over(&link).await);
    // Each request to DOKU is taken, and nothing comes back.
    link.set(Weather::Hole);
    let place = || Shop::request("POST", "/orders").with("Idempotency-Key", "cart-1").body(order("INV-1"));
    let under_way = |shop: &Shop| {
        let (api, request) = (shop.0.api_address().clone(), place());
        tokio::spawn(async move { request.send(&api).await })
    };
    let first = under_way(&here);
    here.until("/orders/INV-1", |order| order["state"] == "SENT").await;
    let second = under_way(&elsewhere);
    for shop in [&here, &elsewhere] {
        for prefer in ["respond-async", "wait=0", "wait=1"] {
            is_replayed(&shop.send(&place().with("Prefer", prefer)).await);
        }
        // Another order is a conflict at any time.
        let other = shop.send(&place().body(order("INV-2"))).await;
        assert_eq!((other.status, other.code().as_str()), (422, "key_reused"));
        let other = order_with("INV-1", |order| order["customer"]["first_name"] = "Dewi".into());
        let other = shop.post("/orders", other).await;
        assert_eq!((other.status, other.code().as_str()), (409, "invoice_used"));
    }
    let first = first.await.unwrap();
    assert_eq!((first.status, first.header("idempotent-replayed")), (202, None), "{first:?}");
    is_replayed(&second.await.unwrap());

    link.set(Weather::Fair);
    // A repeat sends it now, whatever the loops still wait for.
    let placing = async {
        loop {
            let answer = elsewhere.send(&place()).await;
            if answer.status == 200 {
                return answer;
            }
            is_replayed(&answer);
        }
    };
    let placed = tokio::time::timeout(Duration::from_secs(120), placing).await.expect("it is placed in the end");
    assert!(placed.json()["payment_url"].is_string(), "{placed:?}");
    assert_eq!(world.made(), 1);
}

/// Asserts what a repeat is told of an order whose answer is missing.
fn is_replayed(answer: &Answer) {
    let headers = ["location", "retry-after", "idempotent-replayed"].map(|name| answer.header(name));
    assert_eq!((answer.status, headers), (202, [Some("/orders/INV%2D1"), Some("2"), Some("true")]), "{answer:?}");
    assert_eq!(answer.json()["state"], "SENT");
}
