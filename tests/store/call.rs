//! Sending again and asking: what the loop does when nobody notifies.

use std::time::Duration;

use doku_store::{Alert, Rank, Verdict};

use crate::{
    receive::pay_unseen,
    world::{Book, DAY, HOUR, MINUTE, World, order, order_over, order_with, place, receive, run_once, rupiah},
};

pub(crate) async fn an_order_is_asked_for_until_it_is_paid(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    assert_eq!(run_once(&orders, &book).await.calls, 0, "not before two minutes");
    world.advance(3 * MINUTE).await;
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    assert_eq!(orders.order("INV-1").await.unwrap().last_outcome(), Some("status:PENDING"));
    pay_unseen(&world, "INV-1").await;
    world.advance(15 * MINUTE).await;
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_merchant_who_was_down_learns_all(world: World) {
    let orders = world.open().await;
    for invoice_number in ["INV-PAID", "INV-DECLINED", "INV-OPEN"] {
        place(&orders, invoice_number).await;
    }
    drop(orders);
    pay_unseen(&world, "INV-PAID").await;
    let _ = world.simulator.decline("INV-DECLINED").await;
    // All of DOKU's repetitions pass by.
    world.advance(3 * DAY).await;
    let orders = world.open().await;
    let book = Book::default();
    for _ in 0..3 {
        run_once(&orders, &book).await;
        world.advance(DAY).await;
    }
    assert_eq!(book.of("INV-PAID"), ["SUCCESS"]);
    assert_eq!(orders.order("INV-OPEN").await.unwrap().rank(), Rank::Expired);
    let declined = orders.order("INV-DECLINED").await.unwrap().rank();
    assert!(matches!(declined, Rank::Failed | Rank::Expired), "{declined}");
}

pub(crate) async fn not_found_proves_nothing(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-before-order");
    orders.place_json(order("INV-1")).await.unwrap();
    // As if the order were not published yet.
    let asked = {
        world.advance(2 * HOUR).await;
        run_once(&orders, &Book::default()).await;
        orders.order("INV-1").await.unwrap()
    };
    assert_eq!((asked.rank(), asked.last_outcome()), (Rank::Sent, Some("not_found")));
    assert!(asked.is_unresolved() && asked.due_at().is_some());
}

pub(crate) async fn a_spent_schedule_is_unresolved(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-before-order");
    orders.place_json(order("INV-1")).await.unwrap();
    for _ in 0..40 {
        world.advance(DAY).await;
        run_once(&orders, &Book::default()).await;
    }
    let spent = orders.order("INV-1").await.unwrap();
    assert_eq!((spent.rank(), spent.due_at()), (Rank::Sent, None), "no failure was made up");
    let unresolved = orders.unresolved().await.unwrap();
    assert_eq!(unresolved.len(), 1);
    assert_eq!(orders.effects(false, 0, 1).await.unwrap(), []);
}

pub(crate) async fn an_answer_that_is_missing_is_unresolved(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!(orders.unresolved().await.unwrap().len(), 1);
    world.advance(MINUTE).await;
    run_once(&orders, &Book::default()).await;
    assert_eq!(orders.unresolved().await.unwrap(), []);
}

pub(crate) async fn an_order_that_was_never_sent_ends_with_its_expiry(world: World) {
    let client = doku_indodana::Client::builder(
        // Nobody listens there: the port is of a local DOKU that has ended.
        {
            let gone = doku_simulator::Simulator::start().await.unwrap();
            let environment = gone.environment();
            gone.stop().await.unwrap();
            environment
        },
        world.simulator.credentials().clone(),
    );
    let client = client.retry(doku_indodana::RetryPolicy::NEVER).build().unwrap();
    let clock = world.simulator.clone();
    let builder = doku_store::Orders::builder(client).clock(move || clock.now()).calls_per_second(10_000.0);
    let orders = builder.open(&world.location).await.unwrap();
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((placed.rank(), placed.last_outcome()), (Rank::Sent, Some("not_sent")));
    let mut calls = 0;
    for _ in 0..8 {
        world.advance(10 * MINUTE).await;
        calls += run_once(&orders, &Book::default()).await.calls;
    }
    let ended = orders.order("INV-1").await.unwrap();
    assert_eq!((ended.rank(), ended.last_outcome()), (Rank::Refused, Some("never_sent")));
    assert!(calls >= 3, "{calls}");
    assert_eq!(orders.unresolved().await.unwrap(), []);
}

pub(crate) async fn a_failed_order_is_asked_for_until_an_hour_after_its_expiry(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    world.notify(&orders, "INV-1", "FAILED").await;
    world.advance(30 * MINUTE).await;
    pay_unseen(&world, "INV-1").await;
    run_once(&orders, &book).await;
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["FAILED", "SUCCESS"]);
    // Another one stays as it is, and is left alone in the end.
    place(&orders, "INV-2").await;
    world.notify(&orders, "INV-2", "FAILED").await;
    world.advance(3 * HOUR).await;
    for _ in 0..5 {
        run_once(&orders, &book).await;
    }
    let left = orders.order("INV-2").await.unwrap();
    assert!(left.rank() >= Rank::Failed && left.due_at().is_none() && !left.is_unresolved(), "{left:?}");
}

pub(crate) async fn a_paid_order_is_asked_for_a_refund(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let book = Book::default();
    pay_unseen(&world, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    run_once(&orders, &book).await;
    let _ = world.simulator.refund("INV-1").await;
    world.advance(25 * HOUR).await;
    world.advance(2 * HOUR).await;
    run_once(&orders, &book).await;
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS", "REFUNDED"]);
}

pub(crate) async fn check_status_with_another_amount_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    drop(orders);
    // Another local DOKU has another order under the number.
    let other = World::sqlite().await;
    let theirs = other.open().await;
    theirs.place_json(order_over("INV-1", 200_000)).await.unwrap();
    pay_unseen(&other, "INV-1").await;
    let clock = world.simulator.clone();
    let sees_the_other = {
        // The store's file belongs to the first address, so it is the first that is made to know another order.
        drop(clock);
        receive(&theirs, &other.notification("INV-1", "SUCCESS").with_amount(rupiah(100_000))).await
    };
    assert_eq!(sees_the_other.verdict(), Some(Verdict::OtherAmount));
    let before = theirs.order("INV-1").await.unwrap();
    assert!(before.alerts().contains(Alert::OtherAmount));
    assert_eq!(theirs.effects(false, 0, 1).await.unwrap(), []);
    // DOKU's own word, with our amount, has one.
    let book = Book::default();
    run_once(&theirs, &book).await;
    run_once(&theirs, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn too_many_requests_stop_all_calls(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.fail_next("too-many-requests");
    let throttled = orders.place_json(order("INV-2")).await.unwrap();
    assert_eq!((throttled.rank(), throttled.payment_url()), (Rank::Sent, None));
    // The loop claims nothing while it pauses, though both are due.
    world.advance(5 * MINUTE).await;
    let due = orders.counts().await.unwrap().due;
    assert_eq!(due, 2);
    let waiting = tokio::time::timeout(Duration::from_millis(300), async {
        orders.run_once(|_| std::future::ready(Ok::<(), String>(()))).await
    });
    assert!(waiting.await.is_err(), "it waits for the pause to end");
    assert_eq!(orders.counts().await.unwrap().due, 2);
    assert_eq!(world.made(), 1);
}

pub(crate) async fn a_claim_that_nobody_finished_is_taken_up_again(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    pay_unseen(&world, "INV-1").await;
    world.advance(3 * MINUTE).await;
    // A process claims and dies: the call hangs, and its future is dropped.
    world.fail_next("no-answer");
    let (before, book) = (world.requests(), Book::default());
    tokio::select! {
        _ = run_once(&orders, &book) => panic!("it waits for an answer that never comes"),
        () = async { while world.requests() == before { tokio::task::yield_now().await } } => {}
    }
    drop(orders);
    let orders = world.open().await;
    let book = Book::default();
    assert_eq!(run_once(&orders, &book).await.calls, 0, "it is leased");
    world.advance(3 * MINUTE).await;
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_clock_that_jumps_back_loses_nothing(world: World) {
    let (simulator, back) = (world.simulator.clone(), std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0)));
    let jump = back.clone();
    let builder = world
        .builder()
        .clock(move || simulator.now() - Duration::from_secs(jump.load(std::sync::atomic::Ordering::SeqCst)));
    let orders = builder.open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    pay_unseen(&world, "INV-1").await;
    back.store(13 * 3_600, std::sync::atomic::Ordering::SeqCst);
    // The notification now seems to come from the future.
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::Unconfirmed);
    let book = Book::default();
    run_once(&orders, &book).await;
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
    place(&orders, "INV-2").await;
    back.store(0, std::sync::atomic::Ordering::SeqCst);
    world.notify(&orders, "INV-2", "SUCCESS").await;
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-2"), ["SUCCESS"]);
}

pub(crate) async fn one_order_is_asked_for_on_request(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    pay_unseen(&world, "INV-1").await;
    let paid = orders.reconcile("INV-1").await.unwrap();
    assert_eq!((paid.rank(), paid.last_outcome()), (Rank::Success, Some("status:SUCCESS")));
    // One without an answer is sent again.
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-2")).await.unwrap();
    let answered = orders.reconcile("INV-2").await.unwrap();
    assert_eq!((answered.rank(), answered.last_outcome()), (Rank::Pending, Some("replayed")));
}

pub(crate) async fn the_callers_drain_a_backlog(world: World) {
    let orders = world.open().await;
    for number in 0..50 {
        let body =
            order_with(&format!("INV-{number}"), |order| order["peer_to_peer_info"]["expired_time"] = 600.into());
        orders.place_json(body).await.unwrap();
    }
    for number in 0..50 {
        pay_unseen(&world, &format!("INV-{number}")).await;
    }
    world.advance(5 * MINUTE).await;
    let book = Book::default();
    let worked = run_once(&orders, &book).await;
    assert_eq!((worked.calls, worked.effects), (50, 50));
    assert_eq!(orders.counts().await.unwrap().due, 0);
}
