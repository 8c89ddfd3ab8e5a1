//! Handlers that fail: their schedule, its end, and what they say.

use std::time::Duration;

use doku_store::{Effect, Handled, Orders, OrdersBuilder};

use crate::world::{Book, DAY, HOUR, MINUTE, World, place, run_once};

const SECOND: Duration = Duration::from_secs(1);

fn builder(world: &World) -> OrdersBuilder {
    world.builder().effect_schedule([5 * SECOND, 5 * MINUTE])
}

/// Returns a store with one effect, whose schedule has two waits.
async fn one_effect(world: &World) -> Orders {
    let orders = builder(world).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    orders
}

/// Hands over what is due to a handler that ends like this. Returns how many there were.
async fn hand_over(orders: &Orders, handled: Handled) -> usize {
    let worked = orders.run_once(move |_| std::future::ready(handled.clone())).await.unwrap();
    worked.effects + worked.failed_effects
}

async fn fail(orders: &Orders) -> usize {
    hand_over(orders, Handled::failed("no stock")).await
}

async fn only(orders: &Orders) -> Effect {
    let mut all = orders.effects(false, 0, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Lets the one effect fail until its schedule is spent.
async fn spend(world: &World, orders: &Orders) {
    for wait in [5 * SECOND, 5 * MINUTE] {
        assert_eq!(fail(orders).await, 1);
        assert!(!only(orders).await.is_dead());
        assert_eq!(fail(orders).await, 0, "not before its time");
        world.advance(wait).await;
    }
    assert_eq!(fail(orders).await, 1);
}

pub(crate) async fn a_spent_schedule_is_a_dead_letter(world: World) {
    let orders = one_effect(&world).await;
    spend(&world, &orders).await;
    let dead = only(&orders).await;
    assert_eq!((dead.is_dead(), dead.is_done(), dead.attempt(), dead.failures()), (true, false, 3, 3));
    assert_eq!(dead.dead_at(), Some(orders.clock().await.unwrap()));
    world.advance(30 * DAY).await;
    assert_eq!(fail(&orders).await, 0);
    assert_eq!(orders.take(10).await.unwrap(), []);
    assert_eq!(orders.dead_effects(0, 10).await.unwrap(), std::slice::from_ref(&dead));
    assert_eq!(orders.dead_effects(dead.id(), 10).await.unwrap(), []);
    assert_eq!(orders.effects(true, 0, 10).await.unwrap(), [dead], "it is not done");
    let counts = orders.counts().await.unwrap();
    assert_eq!((counts.effects, counts.open_effects, counts.dead_effects), (1, 1, 1));
}

pub(crate) async fn a_dead_letter_is_delivered_on_request(world: World) {
    let orders = one_effect(&world).await;
    spend(&world, &orders).await;
    let id = only(&orders).await.id();
    orders.deliver(id).await.unwrap();
    assert_eq!(orders.dead_effects(0, 10).await.unwrap(), []);
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.ids(), [id]);
    let done = only(&orders).await;
    assert_eq!((done.is_done(), done.is_dead(), done.last_error()), (true, false, None));
    assert_eq!(orders.counts().await.unwrap().dead_effects, 0);
}

pub(crate) async fn a_revived_dead_letter_has_its_whole_schedule_again(world: World) {
    let orders = one_effect(&world).await;
    spend(&world, &orders).await;
    orders.deliver(only(&orders).await.id()).await.unwrap();
    spend(&world, &orders).await;
    assert_eq!((only(&orders).await.is_dead(), only(&orders).await.attempt()), (true, 6));
}

pub(crate) async fn a_delivery_on_request_spends_a_step_like_any_other(world: World) {
    let orders = one_effect(&world).await;
    for _ in 0..2 {
        assert_eq!(fail(&orders).await, 1);
        orders.deliver(only(&orders).await.id()).await.unwrap();
    }
    assert_eq!(fail(&orders).await, 1);
    assert!(only(&orders).await.is_dead());
}

pub(crate) async fn a_dead_letter_that_is_overtaken_is_none(world: World) {
    let orders = builder(&world).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "FAILED").await;
    spend(&world, &orders).await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    assert_eq!(orders.dead_effects(0, 10).await.unwrap(), []);
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_handler_that_gives_up_makes_a_dead_letter_at_once(world: World) {
    let orders = one_effect(&world).await;
    assert_eq!(hand_over(&orders, Handled::given_up("gone")).await, 1);
    let dead = only(&orders).await;
    assert_eq!((dead.is_dead(), dead.last_error(), dead.last_answer()), (true, Some("gone"), Some("gone")));
}

pub(crate) async fn a_handler_may_ask_for_more_time(world: World) {
    let orders = one_effect(&world).await;
    assert_eq!(hand_over(&orders, Handled::failed("closed").not_before(HOUR)).await, 1);
    world.advance(HOUR - SECOND).await;
    assert_eq!(fail(&orders).await, 0);
    world.advance(SECOND).await;
    // Less than the schedule waits is of no account.
    assert_eq!(hand_over(&orders, Handled::failed("closed").not_before(SECOND)).await, 1);
    world.advance(5 * MINUTE - SECOND).await;
    assert_eq!(fail(&orders).await, 0);
    world.advance(SECOND).await;
    assert_eq!(fail(&orders).await, 1);
    assert!(only(&orders).await.is_dead());
}

pub(crate) async fn what_a_handler_says_is_kept(world: World) {
    let orders = one_effect(&world).await;
    assert_eq!(only(&orders).await.last_answer(), None);
    assert_eq!(hand_over(&orders, Handled::failed("x".repeat(301))).await, 1);
    assert_eq!(only(&orders).await.last_answer(), Some(&*"x".repeat(300)));
    world.advance(MINUTE).await;
    orders.run_once(|_| std::future::ready(Ok::<_, String>("parcel 7".to_owned()))).await.unwrap();
    let done = only(&orders).await;
    assert_eq!((done.is_done(), done.last_error(), done.last_answer()), (true, None, Some("parcel 7")));
}

pub(crate) async fn an_attempt_that_died_spends_no_step(world: World) {
    let orders = one_effect(&world).await;
    for _ in 0..5 {
        assert_eq!(orders.take(1).await.unwrap().len(), 1);
        world.advance(3 * MINUTE).await;
    }
    spend(&world, &orders).await;
    assert_eq!((only(&orders).await.is_dead(), only(&orders).await.attempt()), (true, 8));
}

pub(crate) async fn without_a_schedule_of_its_own_nothing_dies(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    for attempt in 1..=30 {
        assert_eq!(fail(&orders).await, 1, "{attempt}");
        world.advance(HOUR).await;
    }
    assert!(!only(&orders).await.is_dead());
}

pub(crate) async fn prune_keeps_the_order_of_a_dead_letter(world: World) {
    let orders = one_effect(&world).await;
    spend(&world, &orders).await;
    world.advance(365 * DAY).await;
    orders.prune(DAY).await.unwrap();
    assert!(orders.order("INV-1").await.unwrap().body().is_some());
}
