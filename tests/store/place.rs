//! Orders in.

use doku_store::{Alerts, Order, Orders, OrdersBuilder, Point, Rank, StoreErrorKind};

use crate::world::{Book, HOUR, MINUTE, World, order, order_over, order_with, place, receive, request_id, run_once};

pub(crate) async fn a_placed_order_is_stored_and_made(world: World) {
    let orders = world.open().await;
    let placed = place(&orders, "INV-1").await;
    assert!(placed.payment_url().unwrap().starts_with(world.simulator.url()));
    assert_eq!((placed.amount().get(), placed.attempts()), (100_000, 1));
    assert_eq!(placed.last_outcome(), Some("answered"));
    assert_eq!(placed.reference(), Some("60123"));
    assert_eq!(orders.order("INV-1").await.unwrap(), placed);
    assert_eq!(placed.body(), Some(&order("INV-1")[..]));
    let made = world.simulator.orders();
    assert_eq!((made.len(), made[0].request_id.as_str()), (1, placed.request_id()));
}

pub(crate) async fn a_typed_order_is_placed(world: World) {
    let orders = world.open().await;
    let request: doku_indodana::GenerateOrderRequest = serde_json::from_slice(&order("INV-1")).unwrap();
    let placed = orders.place(&request).await.unwrap();
    assert_eq!(placed.rank(), Rank::Pending);
    assert_eq!(orders.place(&request).await.unwrap(), placed);
    assert_eq!(world.made(), 1);
}

pub(crate) async fn the_same_order_again_is_the_same_order(world: World) {
    let orders = world.open().await;
    let placed = place(&orders, "INV-1").await;
    world.advance(MINUTE).await;
    assert_eq!(place(&orders, "INV-1").await, placed);
    assert_eq!(world.simulator.orders()[0].received, 1, "it was not even sent again");
}

pub(crate) async fn the_same_order_from_another_process_is_the_same_order(world: World) {
    let (first, second) = (world.open().await, world.open().await);
    let placed = place(&first, "INV-1").await;
    assert_eq!(place(&second, "INV-1").await, placed);
    assert_eq!(world.made(), 1);
}

pub(crate) async fn another_order_under_the_number_is_a_conflict(world: World) {
    let orders = world.open().await;
    let placed = place(&orders, "INV-1").await;
    let error = orders.place_json(order_over("INV-1", 200_000)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Conflict);
    assert!(error.to_string().contains("nothing was stored or sent"), "{error}");
    assert_eq!(orders.order("INV-1").await.unwrap(), placed);
    assert_eq!(world.simulator.orders()[0].received, 1);
}

pub(crate) async fn an_order_that_breaks_the_contract_is_not_stored(world: World) {
    let orders = world.open().await;
    let wrong = order_with("INV-1", |order| order["order"]["amount"] = 99_999.into());
    let error = orders.place_json(wrong).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Order);
    assert_eq!(error.violations().len(), 1);
    assert_eq!(orders.order("INV-1").await.unwrap_err().kind(), StoreErrorKind::NotFound);
    assert_eq!(world.made(), 0);
}

pub(crate) async fn what_is_no_json_is_not_stored(world: World) {
    let orders = world.open().await;
    for body in ["", "{", "null", r#"{"order":{},"order":{}}"#] {
        assert_eq!(orders.place_json(body).await.unwrap_err().kind(), StoreErrorKind::Order, "{body:?}");
    }
    assert_eq!(orders.counts().await.unwrap().orders, 0);
}

pub(crate) async fn a_key_stays_with_its_order(world: World) {
    let orders = world.open().await;
    let place = async |invoice_number: &str, key| orders.place_keyed(order(invoice_number), Some(key)).await;
    let placed = place("INV-1", "key-1").await.unwrap();
    assert!(!placed.is_repeated());
    let again = place("INV-1", "key-1").await.unwrap();
    assert_eq!((again.is_repeated(), again.order()), (true, placed.order()));
    // Another number under the key: the fault of those who number each try anew. A conflict comes after it.
    for reused in [order("INV-2"), order_over("INV-1", 200_000)] {
        let error = orders.place_keyed(reused, Some("key-1")).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::KeyReused);
    }
    // What is refused binds no key, and a stored order may be called by a further one.
    let wrong = order_with("INV-3", |order| order["order"]["amount"] = 1.into());
    assert_eq!(orders.place_keyed(wrong, Some("key-2")).await.unwrap_err().kind(), StoreErrorKind::Order);
    let error = orders.place_keyed(order_over("INV-1", 200_000), Some("key-2")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Conflict);
    assert!(place("INV-1", "key-2").await.unwrap().is_repeated());
    assert_eq!(place("INV-3", "key-2").await.unwrap_err().kind(), StoreErrorKind::KeyReused);
    let long = "k".repeat(256);
    for key in ["", "with space", "sch\u{fc}", long.as_str()] {
        assert_eq!(place("INV-4", key).await.unwrap_err().kind(), StoreErrorKind::NotPossible, "{key:?}");
    }
    assert_eq!((world.made(), orders.counts().await.unwrap().orders), (1, 1));
}

pub(crate) async fn a_key_races_for_one_order(world: World) {
    let (first, second) = (world.open().await, world.open().await);
    let placing = (0..8).map(|number| {
        let orders = if number % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move { orders.place_keyed(order(&format!("INV-{number}")), Some("key-1")).await })
    });
    let mut made = 0;
    for placed in placing.collect::<Vec<_>>() {
        match placed.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::KeyReused),
        }
    }
    assert_eq!((made, world.made(), first.counts().await.unwrap().orders), (1, 1, 1));
}

pub(crate) async fn what_is_enqueued_is_sent_by_the_loop(world: World) {
    let orders = world.open().await;
    let stored = orders.enqueue(order("INV-1"), Some("key-1")).await.unwrap();
    assert_eq!((stored.is_repeated(), stored.order().rank(), world.made()), (false, Rank::Prepared, 0));
    assert!(orders.enqueue(order("INV-1"), None).await.unwrap().is_repeated());
    let error = orders.enqueue(order_over("INV-1", 200_000), None).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Conflict);
    assert_eq!(orders.enqueue(order("INV-2"), Some("key-1")).await.unwrap_err().kind(), StoreErrorKind::KeyReused);
    assert_eq!(run_once(&orders, &Book::default()).await.calls, 1);
    let sent = orders.order("INV-1").await.unwrap();
    assert_eq!((sent.rank(), sent.request_id(), world.made()), (Rank::Pending, stored.order().request_id(), 1));
    assert!(orders.effects_of("INV-1").await.unwrap().is_empty());
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let effects = orders.effects_of("INV-1").await.unwrap();
    assert_eq!(effects.iter().map(|effect| effect.status().to_string()).collect::<Vec<_>>(), ["SUCCESS"]);
    assert_eq!(orders.unresolved_after("", 10).await.unwrap(), []);
}

pub(crate) async fn a_double_click_makes_one_order(world: World) {
    let (first, second) = (world.open().await, world.open().await);
    let clicks = (0..8).map(|click| {
        let orders = if click % 2 == 0 { first.clone() } else { second.clone() };
        tokio::spawn(async move { orders.place_json(order("INV-1")).await.unwrap() })
    });
    let mut urls = std::collections::BTreeSet::new();
    for click in clicks.collect::<Vec<_>>() {
        let placed = click.await.unwrap();
        urls.insert((placed.request_id().to_owned(), placed.payment_url().map(str::to_owned)));
    }
    assert_eq!(urls.len(), 1, "{urls:?}");
    assert_eq!(world.made(), 1);
}

pub(crate) async fn many_orders_at_once_are_all_made(world: World) {
    let orders = world.open().await;
    let placing = (0..40).map(|number| {
        let orders = orders.clone();
        tokio::spawn(async move { place(&orders, &format!("INV-{number}")).await })
    });
    for placed in placing.collect::<Vec<_>>() {
        assert!(placed.await.unwrap().payment_url().is_some());
    }
    assert_eq!((world.made(), orders.counts().await.unwrap().orders), (40, 40));
}

pub(crate) async fn an_answer_that_was_lost_leaves_the_order_sent(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-after-order");
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((placed.rank(), placed.payment_url()), (Rank::Sent, None));
    assert_eq!(placed.last_outcome(), Some("unknown"));
    // It is due again two seconds after it was placed.
    world.advance(MINUTE).await;
    assert_eq!(run_once(&orders, &Book::default()).await.calls, 1);
    let answered = orders.order("INV-1").await.unwrap();
    assert_eq!((answered.rank(), answered.last_outcome()), (Rank::Pending, Some("replayed")));
    assert_eq!(answered.request_id(), placed.request_id());
    assert_eq!(world.made(), 1);
}

pub(crate) async fn placing_again_after_a_lost_answer_brings_the_first_order(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-after-order");
    let lost = orders.place_json(order("INV-1")).await.unwrap();
    let again = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((again.rank(), again.last_outcome()), (Rank::Pending, Some("replayed")));
    assert_eq!(again.request_id(), lost.request_id());
    assert_eq!((world.made(), world.simulator.orders()[0].received), (1, 2));
}

pub(crate) async fn placing_again_after_a_crash_brings_the_order(world: World) {
    // A future that is dropped while DOKU works is what a crash leaves.
    let orders = world.open().await;
    world.fail_next("no-answer");
    let placing = orders.place_json(order("INV-1"));
    let sent = async {
        while world.made() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        placed = placing => panic!("it was answered: {placed:?}"),
        () = sent => {}
    }
    drop(orders);
    let orders = world.open().await;
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Sent);
    let again = place(&orders, "INV-1").await;
    assert_eq!(again.last_outcome(), Some("replayed"));
    assert_eq!(world.made(), 1);
}

pub(crate) async fn an_order_that_never_left_is_sent_later(world: World) {
    let orders = world.open().await;
    world.fail_next("refuse-connections=200ms");
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((placed.rank(), placed.last_outcome()), (Rank::Sent, Some("not_sent")));
    assert_eq!(world.made(), 0);
    // The port comes back by itself.
    while world.client().check_status("INV-1").await.unwrap_err().rejection().is_none() {}
    world.advance(MINUTE).await;
    run_once(&orders, &Book::default()).await;
    let sent = orders.order("INV-1").await.unwrap();
    assert_eq!((sent.rank(), sent.last_outcome()), (Rank::Pending, Some("answered")));
    assert_eq!(sent.request_id(), placed.request_id());
}

/// A store whose client signs with a wrong key, so that DOKU refuses.
async fn refused(world: &World) -> Orders {
    with_wrong_key(world).open(&world.location).await.unwrap()
}

fn with_wrong_key(world: &World) -> OrdersBuilder {
    let credentials = doku_indodana::Credentials::new(
        world.simulator.credentials().client_id().clone(),
        "SK-not-the-key".parse().unwrap(),
    );
    let clock = world.simulator.clone();
    let client = doku_indodana::Client::builder(world.simulator.environment(), credentials)
        .retry(doku_indodana::RetryPolicy::NEVER)
        .clock(move || clock.now())
        .build()
        .unwrap();
    let clock = world.simulator.clone();
    let builder = Orders::builder(client).clock(move || clock.now()).calls_per_second(10_000.0);
    builder.patience(std::time::Duration::ZERO)
}

pub(crate) async fn a_refused_order_is_refused_and_stays_so(world: World) {
    let orders = refused(&world).await;
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((placed.rank(), placed.payment_url()), (Rank::Refused, None));
    assert_eq!(placed.last_outcome(), Some("refused:invalid_signature"));
    assert_eq!(orders.place_json(order("INV-1")).await.unwrap(), placed);
    world.advance(HOUR * 24).await;
    assert_eq!(run_once(&orders, &Book::default()).await.calls, 0);
    assert_eq!(orders.unresolved().await.unwrap(), []);
    assert_eq!(orders.effects(false, 0, 10).await.unwrap(), [], "a refusal is no effect: who placed it knows");
}

pub(crate) async fn a_refusal_of_what_may_exist_is_no_refusal(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-1")).await.unwrap();
    drop(orders);
    // The key is changed for a wrong one: DOKU refuses what it has made.
    let orders = refused(&world).await;
    let again = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!((again.rank(), again.last_outcome()), (Rank::Sent, Some("unknown:invalid_signature")));
    assert_eq!(orders.unresolved().await.unwrap().len(), 1);
    drop(orders);
    let orders = world.open().await;
    assert_eq!(place(&orders, "INV-1").await.last_outcome(), Some("replayed"));
}

/// A place of an order in a process of its own, which waits between DOKU's answer and its storing.
struct Placing {
    answered: tokio::sync::mpsc::UnboundedReceiver<()>,
    go_on: std::sync::mpsc::Sender<()>,
    placed: tokio::task::JoinHandle<Order>,
}

impl Placing {
    /// Returns when DOKU has answered.
    async fn begin(world: &World, orders: OrdersBuilder, invoice_number: &'static str) -> Self {
        let (answers, answered) = tokio::sync::mpsc::unbounded_channel();
        let (go_on, goes_on) = std::sync::mpsc::channel();
        let goes_on = std::sync::Mutex::new(goes_on);
        let wait = move |point| {
            if point == Point::AnswerReceived {
                answers.send(()).unwrap();
                goes_on.lock().unwrap().recv().unwrap();
            }
        };
        let orders = orders.on_point(wait).open(&world.location).await.unwrap();
        let placed = tokio::spawn(async move { orders.place_json(order(invoice_number)).await.unwrap() });
        let mut placing = Self { answered, go_on, placed };
        placing.answered.recv().await.unwrap();
        placing
    }

    async fn end(self) -> Order {
        self.go_on.send(()).unwrap();
        self.placed.await.unwrap()
    }
}

/// A call is refused while another one is under way, which makes the order, and is answered or is not.
pub(crate) async fn a_refusal_beside_another_call_is_no_refusal(world: World) {
    let lost = Some("reset-after-order");
    for (invoice_number, fault, is_first) in
        [("INV-1", None, true), ("INV-2", None, false), ("INV-3", lost, true), ("INV-4", lost, false)]
    {
        let refused = Placing::begin(&world, with_wrong_key(&world), invoice_number).await;
        fault.into_iter().for_each(|fault| world.fail_next(fault));
        let made = Placing::begin(&world, world.builder(), invoice_number).await;
        let rank = if fault.is_some() { Rank::Sent } else { Rank::Pending };
        if is_first {
            assert_eq!(refused.end().await.rank(), Rank::Sent, "{fault:?}");
            assert_eq!(made.end().await.rank(), rank);
        } else {
            assert_eq!(made.end().await.rank(), rank);
            assert_eq!(refused.end().await.rank(), rank, "{fault:?}");
        }
        let orders = world.open().await;
        let unresolved = orders.unresolved().await.unwrap();
        assert_eq!(unresolved.len(), usize::from(fault.is_some()), "{unresolved:?}");
        world.advance(MINUTE * 11).await;
        run_once(&orders, &Book::default()).await;
        let order = orders.order(invoice_number).await.unwrap();
        assert_eq!((order.rank(), order.alerts()), (Rank::Pending, Alerts::default()), "{fault:?}");
    }
    assert_eq!(world.made(), 4);
}

pub(crate) async fn a_crash_between_two_refusals_forgets_nothing(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-1")).await.unwrap();
    drop(orders);
    for _ in 0..3 {
        let orders = refused(&world).await;
        world.advance(MINUTE * 11).await;
        run_once(&orders, &Book::default()).await;
        assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Sent, "an order exists");
    }
}

pub(crate) async fn an_order_that_was_not_sent_can_be_refused(world: World) {
    let orders = refused(&world).await;
    world.fail_next("refuse-connections=200ms");
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!(placed.last_outcome(), Some("not_sent"));
    drop(orders);
    while world.client().check_status("INV-1").await.unwrap_err().rejection().is_none() {}
    // That nothing left is remembered, so the refusal proves that there is no order.
    let orders = refused(&world).await;
    world.advance(MINUTE).await;
    run_once(&orders, &Book::default()).await;
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Refused);
    assert_eq!(world.made(), 0);
}

pub(crate) async fn an_unverified_answer_is_no_answer(world: World) {
    for (number, fault) in
        ["signature-wrong", "signature-missing", "echo-amount", "html", "empty", "truncate"].into_iter().enumerate()
    {
        let orders = world.open().await;
        let invoice_number = format!("INV-{number}");
        world.fail_next(fault);
        let placed = orders.place_json(order(&invoice_number)).await.unwrap();
        assert_eq!((placed.rank(), placed.payment_url()), (Rank::Sent, None), "{fault}");
        assert_eq!(place(&orders, &invoice_number).await.last_outcome(), Some("replayed"), "{fault}");
        assert_eq!(world.made(), number + 1, "{fault}");
    }
}

pub(crate) async fn an_order_that_is_not_stored_is_not_found(world: World) {
    let orders = world.open().await;
    for error in [
        orders.order("INV-1").await.unwrap_err(),
        orders.close("INV-1", "no such order").await.unwrap_err(),
        orders.reconcile("INV-1").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), StoreErrorKind::NotFound);
        assert_eq!(error.to_string(), "no order with this invoice number is stored");
    }
    assert_eq!(orders.effect(1).await.unwrap_err().kind(), StoreErrorKind::NotFound);
}

pub(crate) async fn a_used_request_id_is_said(world: World) {
    let orders = world.builder().request_ids(|| request_id("always-the-same")).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    let error = orders.place_json(order("INV-2")).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Bug);
    assert!(error.to_string().contains("request id"), "{error}");
    assert_eq!(world.made(), 1);
    // The store is as good as before.
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, doku_store::Verdict::Accepted);
    let forged = world.notification("INV-1", "SUCCESS").tampered();
    assert_eq!(receive(&orders, &forged).await.status(), 401);
}
