//! Effects that are asked for, for handlers that are no futures of Rust's.

use std::time::Duration;

use doku_indodana::{Client, RetryPolicy};
use doku_store::{Orders, StoreErrorKind};

use crate::world::{HOUR, World, order_with, place};

pub(crate) async fn what_is_handed_out_is_done_once(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let handout = orders.hand_out();
    let handed = handout.next().await.unwrap().unwrap();
    assert_eq!((handed.effect().invoice_number(), handed.effect().attempt()), ("INV-1", 1));
    handout.stop();
    handed.done();
    // The loop ends when all that it handed out has ended.
    assert!(handout.next().await.unwrap().is_none());
    assert!(handout.next().await.unwrap().is_none());
    assert_eq!(orders.effects(true, 0, 10).await.unwrap(), []);
}

pub(crate) async fn what_was_dropped_is_handed_out_again(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    for (attempt, why) in [(1, "the handler did not say how it ended"), (2, "no stock")] {
        let handout = orders.hand_out_once();
        let handed = handout.next().await.unwrap().unwrap();
        assert_eq!(handed.effect().attempt(), attempt);
        if attempt == 1 {
            drop(handed)
        } else {
            handed.failed(why)
        }
        assert!(handout.next().await.unwrap().is_none());
        assert_eq!((handout.worked().effects, handout.worked().failed_effects), (0, 1));
        assert_eq!(orders.effects(true, 0, 1).await.unwrap()[0].last_error(), Some(why));
        world.advance(HOUR).await;
    }
}

pub(crate) async fn what_waited_too_long_is_not_handed_out(world: World) {
    let patience = Duration::from_millis(20);
    let orders = world.builder().handler_timeout(patience).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let handout = orders.hand_out_once();
    // Nobody asks, until the loop has given the effect up.
    while orders.effects(true, 0, 1).await.unwrap()[0].last_error() != Some("the handler took too long") {
        tokio::task::yield_now().await;
    }
    assert!(handout.next().await.unwrap().is_none());
    assert_eq!(handout.worked().failed_effects, 1);
}

pub(crate) async fn a_strict_client_stores_no_json_with_advisories(world: World) {
    let client = Client::builder(world.simulator.environment(), world.simulator.credentials().clone())
        .retry(RetryPolicy::NEVER)
        .deny_advisories(true)
        .build()
        .unwrap();
    let orders = Orders::open(client, &world.location).await.unwrap();
    let body = order_with("INV-1", |order| order["customer"]["phone"] = "081122334455".into());
    let error = orders.place_json(body).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Order);
    let pointers: Vec<_> = error.violations().iter().map(doku_indodana::error::Violation::pointer).collect();
    assert_eq!(pointers, ["/customer/phone"]);
    assert_eq!(orders.counts().await.unwrap().orders, 0);
}
