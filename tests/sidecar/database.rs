//! Sidecars on one PostgreSQL.

use std::time::Duration;

use crate::{
    cluster::{Cluster, database},
    world::{Shop, World, order},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sidecars_on_one_database_share_the_work() {
    let Some(address) = database().await else { return };
    let world = World::new().await;
    let (first, second) = (world.start_at(&address).await, world.start_at(&address).await);
    for number in 0..6 {
        let invoice_number = format!("INV-{number}");
        let (one, other) =
            tokio::join!(first.post("/orders", order(&invoice_number)), second.post("/orders", order(&invoice_number)));
        assert!(matches!((one.status, other.status), (200..=202, 200..=202)), "{one:?} {other:?}");
        let paid = world.notification(&invoice_number, "SUCCESS");
        let (one, other) = tokio::join!(first.notify(&paid), second.notify(&paid));
        assert_eq!((one.status, other.status), (200, 200));
    }
    let keyed = |number: &str| Shop::request("POST", "/orders").with("Idempotency-Key", "cart-1").body(order(number));
    let (one, other) = (keyed("INV-A"), keyed("INV-B"));
    let (one, other) = tokio::join!(first.send(&one), second.send(&other));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422], "one key, one order");
    // One is cut off in the middle of a call; the other takes it over.
    world.fail_next("no-answer");
    let request = Shop::request("POST", "/orders").with("Prefer", "wait=1").body(order("INV-9"));
    assert_eq!(first.send(&request).await.status, 202);
    drop(first);
    world.simulator.advance(Duration::from_secs(180)).await;
    second.until("/orders/INV-9", |order| order["payment_url"].is_string()).await;
    let effects = second.get("/effects?open").await.json();
    assert_eq!(effects["effects"].as_array().unwrap().len(), 6);
    assert_eq!(world.made(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_is_said_and_loses_nothing() {
    // A server of its own, because it is stopped.
    let Some(cluster) = Cluster::start().await else { return };
    let world = World::new().await;
    let shop = world.start_at(&cluster.database().await).await;
    let placed = shop.place("INV-1").await.json();
    let paid = world.notification("INV-1", "SUCCESS");
    cluster.cut_the_power();
    for path in ["/orders/INV-1", "/orders", "/effects"] {
        let answer = shop.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "store_unavailable"), "{path}");
    }
    let answer = shop.post("/orders", order("INV-2")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")), "{answer:?}");
    assert_eq!((shop.get("/readyz").await.status, shop.get("/livez").await.status), (503, 200));
    assert_eq!(shop.notify(&paid).await.status, 503);
    cluster.serve();
    cluster.wait().await;
    assert_eq!(shop.notify(&paid).await.status, 200);
    assert_eq!(shop.post("/orders", order("INV-2")).await.status, 201);
    let found = shop.get("/orders/INV-1").await.json();
    assert_eq!((&found["payment_url"], found["state"].as_str()), (&placed["payment_url"], Some("SUCCESS")));
    assert_eq!(world.made(), 2);
}
