//! Effects: once, whatever comes in whatever order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use doku_store::{Alert, Effect, Orders, Rank, StoreErrorKind, Verdict};

use crate::world::{Book, DAY, HOUR, MINUTE, World, place, run_once};

const STATUSES: [&str; 5] = ["PENDING", "FAILED", "EXPIRED", "SUCCESS", "REFUNDED"];

/// Returns all orders of the five statuses, each with a repetition of its first at the end.
fn orders_of_arrival() -> Vec<Vec<&'static str>> {
    fn extend(prefix: &[&'static str], all: &mut Vec<Vec<&'static str>>) {
        if prefix.len() == STATUSES.len() {
            all.push([prefix, &prefix[..1]].concat());
        }
        for status in STATUSES {
            if !prefix.contains(&status) {
                extend(&[prefix, &[status]].concat(), all);
            }
        }
    }
    let mut all = Vec::new();
    extend(&[], &mut all);
    all
}

pub(crate) async fn every_order_of_five_statuses_ends_in_one_state(world: World) {
    let orders = world.open().await;
    let arrivals = orders_of_arrival();
    assert_eq!(arrivals.len(), 120);
    let mut running = Vec::new();
    for (number, arrival) in arrivals.into_iter().enumerate() {
        let invoice_number = format!("INV-{number}");
        place(&orders, &invoice_number).await;
        let messages: Vec<_> = arrival.iter().map(|status| world.notification(&invoice_number, status)).collect();
        let orders = orders.clone();
        running.push(tokio::spawn(async move {
            for message in &messages {
                let verdict = crate::world::receive(&orders, message).await.verdict();
                assert_eq!(verdict, Some(Verdict::Accepted));
            }
            invoice_number
        }));
    }
    for done in running {
        let order = orders.order(&done.await.unwrap()).await.unwrap();
        assert_eq!(order.rank(), Rank::Refunded);
        assert_eq!(order.alerts().iter().collect::<Vec<_>>(), [Alert::PaidAndExpired]);
    }
    // Of each order one effect is left to be acted on: the highest.
    let book = Book::default();
    run_once(&orders, &book).await;
    for number in 0..120 {
        assert_eq!(book.of(&format!("INV-{number}")), ["REFUNDED"]);
    }
}

pub(crate) async fn a_late_failure_does_not_undo_a_payment(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    world.notify(&orders, "INV-1", "SUCCESS").await;
    run_once(&orders, &book).await;
    world.notify(&orders, "INV-1", "FAILED").await;
    run_once(&orders, &book).await;
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Success);
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_payment_after_a_failure_has_both_effects(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    for status in ["FAILED", "SUCCESS"] {
        world.notify(&orders, "INV-1", status).await;
        run_once(&orders, &book).await;
    }
    assert_eq!(book.of("INV-1"), ["FAILED", "SUCCESS"]);
}

pub(crate) async fn an_effect_that_was_overtaken_is_not_handed_over(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    world.notify(&orders, "INV-1", "FAILED").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
    let effects = orders.effects(false, 0, 10).await.unwrap();
    assert_eq!(effects.iter().map(Effect::is_overtaken).collect::<Vec<_>>(), [true, false]);
}

pub(crate) async fn an_overtaken_effect_cannot_be_ended(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "FAILED").await;
    let failed = orders.take(1).await.unwrap().remove(0);
    // The handler is busy with the failure while the payment comes.
    world.notify(&orders, "INV-1", "SUCCESS").await;
    assert!(!orders.done(&failed).await.unwrap(), "its transaction is rolled back");
    let paid = orders.take(10).await.unwrap();
    assert_eq!((paid.len(), paid[0].status().as_str()), (1, "SUCCESS"));
    assert!(orders.done(&paid[0]).await.unwrap());
}

pub(crate) async fn a_payment_after_expiry_is_an_alert_and_an_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    for status in ["EXPIRED", "SUCCESS"] {
        world.notify(&orders, "INV-1", status).await;
        run_once(&orders, &book).await;
    }
    assert_eq!(book.of("INV-1"), ["EXPIRED", "SUCCESS"]);
    let unresolved = orders.unresolved().await.unwrap();
    assert_eq!(unresolved.len(), 1);
    assert!(unresolved[0].alerts().contains(Alert::PaidAndExpired));
}

/// Runs a handler once over what is due; it fails the first `failures` times in its own way.
async fn fails_then_succeeds<F>(world: World, patience: Duration, fail: fn() -> F, says: &str)
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let orders = world.builder().handler_timeout(patience).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let failed = orders.run_once(move |_| fail()).await.unwrap();
    assert_eq!((failed.effects, failed.failed_effects), (0, 1));
    let open = orders.effects(true, 0, 10).await.unwrap();
    assert_eq!((open.len(), open[0].last_error()), (1, Some(says)));
    // Not at once again, and then under the same id.
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.ids(), [0_i64; 0]);
    world.advance(MINUTE).await;
    run_once(&orders, &book).await;
    assert_eq!(book.ids(), [open[0].id()]);
    world.advance(MINUTE).await;
    run_once(&orders, &book).await;
    assert_eq!(book.ids().len(), 1);
}

pub(crate) async fn a_handler_that_fails_gets_the_effect_again(world: World) {
    fails_then_succeeds(world, MINUTE, || std::future::ready(Err("no stock".to_owned())), "no stock").await;
}

pub(crate) async fn a_handler_that_panics_gets_the_effect_again(world: World) {
    fails_then_succeeds(world, MINUTE, || async { panic!("this panic is part of the test") }, "the handler panicked")
        .await;
}

pub(crate) async fn a_handler_that_hangs_gets_the_effect_again(world: World) {
    fails_then_succeeds(world, Duration::from_millis(20), std::future::pending, "the handler took too long").await;
}

pub(crate) async fn a_handler_that_dies_gets_the_effect_again_under_the_same_id(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let taken = orders.take(10).await.unwrap();
    assert_eq!(taken.len(), 1);
    drop(orders);
    let orders = world.open().await;
    assert_eq!(orders.take(10).await.unwrap(), [], "it is leased");
    world.advance(3 * MINUTE).await;
    let again = orders.take(10).await.unwrap();
    assert_eq!((again[0].id(), again[0].attempt()), (taken[0].id(), 2));
    assert!(orders.done(&again[0]).await.unwrap());
}

pub(crate) async fn whoever_ends_late_ends_nothing(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let late = orders.take(1).await.unwrap().remove(0);
    world.advance(3 * MINUTE).await;
    let second = orders.take(1).await.unwrap().remove(0);
    assert!(!orders.done(&late).await.unwrap());
    assert!(orders.done(&second).await.unwrap());
    assert!(!orders.done(&second).await.unwrap(), "once");
}

pub(crate) async fn two_takers_never_get_the_same(world: World) {
    let stores = [world.open().await, world.open().await];
    for number in 0..60 {
        let invoice_number = format!("INV-{number}");
        place(&stores[0], &invoice_number).await;
        world.notify(&stores[0], &invoice_number, "SUCCESS").await;
    }
    let takers = (0..8).map(|at| {
        let orders: Orders = stores[at % 2].clone();
        tokio::spawn(async move {
            let mut ids = Vec::new();
            loop {
                let taken = orders.take(3).await.unwrap();
                if taken.is_empty() {
                    return ids;
                }
                ids.extend(taken.iter().map(Effect::id));
            }
        })
    });
    let mut ids = Vec::new();
    for taker in takers.collect::<Vec<_>>() {
        ids.extend(taker.await.unwrap());
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (60, 60));
}

pub(crate) async fn a_done_effect_is_not_delivered_again(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let book = Book::default();
    run_once(&orders, &book).await;
    let error = orders.deliver(book.ids()[0]).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NotPossible);
    assert_eq!(orders.deliver(404).await.unwrap_err().kind(), StoreErrorKind::NotFound);
}

pub(crate) async fn an_open_effect_is_delivered_on_request(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let fails = |_| std::future::ready(Err::<(), _>("no stock"));
    orders.run_once(fails).await.unwrap();
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.ids(), [0_i64; 0], "it is not due yet");
    orders.deliver(orders.effects(true, 0, 1).await.unwrap()[0].id()).await.unwrap();
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn the_loop_hands_over_and_stops(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (seen, mut seeing) = tokio::sync::mpsc::unbounded_channel();
    let running = {
        let orders = orders.clone();
        tokio::spawn(async move {
            let handler = move |effect: Effect| {
                let seen = seen.clone();
                async move { seen.send(effect.status().to_string()).map_err(|_| "nobody listens") }
            };
            orders.run(handler, async move { drop(stopped.await) }).await
        })
    };
    world.notify(&orders, "INV-1", "SUCCESS").await;
    assert_eq!(seeing.recv().await.as_deref(), Some("SUCCESS"));
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    // What was under way is finished.
    assert_eq!(orders.effects(true, 0, 10).await.unwrap(), []);
}

pub(crate) async fn the_loop_without_effects_leaves_them(world: World) {
    let orders = world.open().await;
    assert_eq!(orders.last_turn(), None, "nothing goes round yet");
    let body = crate::world::order("INV-1");
    world.fail_next("reset-after-order");
    orders.place_json(body).await.unwrap();
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = {
        let orders = orders.clone();
        tokio::spawn(async move { orders.run_without_effects(async move { drop(stopped.await) }).await })
    };
    world.advance(DAY + HOUR).await;
    tokio::time::timeout(Duration::from_secs(30), async {
        // The turn that calls ends after the call.
        while orders.order("INV-1").await.unwrap().attempts() < 2 || orders.last_turn().is_none() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the loop calls DOKU and ends its turn");
    assert!(world.open().await.last_turn().is_none(), "another process's loop is its own matter");
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(orders.last_turn(), None, "it has ended");
    let open = orders.effects(true, 0, 10).await.unwrap();
    assert_eq!((open.len(), open[0].attempt()), (1, 0));
}

pub(crate) async fn two_loops_share_the_work(world: World) {
    let stores = [world.open().await, world.open().await];
    let total = 40;
    let count = Arc::new(AtomicUsize::new(0));
    let all = Arc::new(tokio::sync::Notify::new());
    let book = Book::default();
    let loops: Vec<_> = stores
        .iter()
        .map(|orders| {
            let (orders, count, all, book) = (orders.clone(), count.clone(), all.clone(), book.clone());
            tokio::spawn(async move {
                let end = all.clone();
                let handler = move |effect: Effect| {
                    book.write(&effect);
                    if count.fetch_add(1, Ordering::SeqCst) + 1 == total {
                        all.notify_waiters();
                        all.notify_one();
                    }
                    std::future::ready(Ok::<(), String>(()))
                };
                tokio::time::timeout(Duration::from_secs(30), orders.run(handler, async move { end.notified().await }))
                    .await
                    .unwrap()
            })
        })
        .collect();
    for number in 0..total {
        let invoice_number = format!("INV-{number}");
        place(&stores[number % 2], &invoice_number).await;
        world.notify(&stores[number % 2], &invoice_number, "SUCCESS").await;
    }
    for running in loops {
        running.await.unwrap().unwrap();
    }
    for number in 0..total {
        assert_eq!(book.of(&format!("INV-{number}")), ["SUCCESS"]);
    }
    world.advance(HOUR + DAY).await;
}
