//! What a person does with a store: list, close, prune, copy, check.

use doku_store::{Order, Orders, Rank, Store, StoreErrorKind, StoredNotification, Verdict};

use crate::world::{Book, DAY, HOUR, MINUTE, World, order, place, receive, run_once};

pub(crate) async fn an_order_is_closed_with_a_reason(world: World) {
    let orders = world.open().await;
    world.fail_next("reset-before-order");
    orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!(orders.unresolved().await.unwrap().len(), 1);
    let closed = orders.close("INV-1", " the customer paid in cash ").await.unwrap();
    assert_eq!((closed.close_reason(), closed.due_at()), (Some("the customer paid in cash"), None));
    assert_eq!(closed.rank(), Rank::Sent, "closing makes up no failure");
    assert_eq!(orders.unresolved().await.unwrap(), []);
    world.advance(DAY).await;
    assert_eq!(run_once(&orders, &Book::default()).await.calls, 0);
}

pub(crate) async fn a_closed_order_that_is_paid_has_its_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    orders.close("INV-1", "nobody came").await.unwrap();
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_reason_is_required(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    for reason in ["", "  ", "two\nlines", &"x".repeat(201)] {
        let error = orders.close("INV-1", reason).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NotPossible, "{reason:?}");
    }
    assert_eq!(orders.order("INV-1").await.unwrap().close_reason(), None);
}

pub(crate) async fn orders_are_listed_in_pages(world: World) {
    let orders = world.open().await;
    for number in [3, 1, 5, 2, 4] {
        place(&orders, &format!("INV-{number}")).await;
    }
    let mut after = String::new();
    let mut seen = Vec::new();
    loop {
        let page = orders.orders(&after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.invoice_number().to_owned();
        seen.extend(page.iter().map(|order| order.invoice_number().to_owned()));
    }
    assert_eq!(seen, ["INV-1", "INV-2", "INV-3", "INV-4", "INV-5"]);
}

pub(crate) async fn quarantine_is_listed(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "PENDING").await;
    world.notify(&orders, "INV-9", "SUCCESS").await;
    receive(&orders, &world.notification("INV-1", "SUCCESS").with_body("{}")).await;
    let all = orders.notifications("", false, 0, 10).await.unwrap();
    assert_eq!(
        all.iter().map(StoredNotification::verdict).collect::<Vec<_>>(),
        [Verdict::Accepted, Verdict::UnknownInvoice, Verdict::Unreadable]
    );
    let aside = orders.notifications("", true, 0, 10).await.unwrap();
    assert_eq!(aside, all[1..]);
    let of_one = orders.notifications("INV-1", false, 0, 10).await.unwrap();
    assert_eq!(of_one, all[..1]);
    assert_eq!(orders.notifications("", false, all[1].id(), 10).await.unwrap(), all[2..]);
}

pub(crate) async fn paid(world: &World, orders: &Orders, invoice_number: &str) {
    place(orders, invoice_number).await;
    world.notify(orders, invoice_number, "SUCCESS").await;
    run_once(orders, &Book::default()).await;
}

pub(crate) async fn prune_empties_bodies_of_what_ended(world: World) {
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    assert_eq!(orders.prune(DAY).await.unwrap(), 0, "it is not old enough");
    world.advance(2 * DAY).await;
    assert_eq!(orders.prune(DAY).await.unwrap(), 2, "an order and a notification");
    let order = orders.order("INV-1").await.unwrap();
    assert_eq!((order.body(), order.answer(), order.rank()), (None, None, Rank::Success));
    assert_eq!(orders.prune(DAY).await.unwrap(), 0);
}

pub(crate) async fn prune_keeps_what_is_open(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-PENDING").await;
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-SENT")).await.unwrap();
    place(&orders, "INV-UNDONE").await;
    world.notify(&orders, "INV-UNDONE", "SUCCESS").await;
    world.advance(90 * DAY).await;
    assert_eq!(orders.prune(DAY).await.unwrap(), 0);
    for invoice_number in ["INV-PENDING", "INV-SENT", "INV-UNDONE"] {
        assert!(orders.order(invoice_number).await.unwrap().body().is_some(), "{invoice_number}");
    }
}

pub(crate) async fn what_was_pruned_is_still_known(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS");
    receive(&orders, &message).await;
    run_once(&orders, &Book::default()).await;
    world.advance(2 * DAY).await;
    orders.prune(HOUR).await.unwrap();
    assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::Repeated));
    // The same bytes are the same order, and others are a conflict, though the bytes are gone.
    assert_eq!(orders.place_json(order("INV-1")).await.unwrap().rank(), Rank::Success);
    let other = crate::world::order_over("INV-1", 5_000);
    assert_eq!(orders.place_json(other).await.unwrap_err().kind(), StoreErrorKind::Conflict);
}

pub(crate) async fn check_finds_nothing_in_a_sound_store(world: World) {
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    assert_eq!(orders.check().await.unwrap(), [""; 0]);
    assert!(!orders.has_failed());
}

pub(crate) async fn numbers_add_up(world: World) {
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    place(&orders, "INV-2").await;
    world.fail_next("reset-after-order");
    orders.place_json(order("INV-3")).await.unwrap();
    world.notify(&orders, "INV-2", "FAILED").await;
    world.notify(&orders, "INV-9", "SUCCESS").await;
    world.advance(MINUTE).await;
    let counts = orders.counts().await.unwrap();
    let numbers = (counts.orders, counts.unresolved, counts.due, counts.notifications);
    assert_eq!(numbers, (3, 1, 1, 3));
    assert_eq!((counts.quarantined, counts.effects, counts.open_effects), (1, 2, 1));
}

pub(crate) async fn nothing_personal_is_shown(world: World) {
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    let shown = [
        format!("{orders:?}"),
        format!("{:?}", orders.order("INV-1").await.unwrap()),
        format!("{:?}", orders.effects(false, 0, 10).await.unwrap()),
        format!("{:?}", orders.notifications("", false, 0, 10).await.unwrap()),
        format!("{:?}", receive(&orders, &world.notification("INV-1", "SUCCESS").tampered()).await),
        orders.place_json(crate::world::order_over("INV-1", 7)).await.unwrap_err().to_string(),
    ]
    .join("\n");
    for canary in ["Sari", "6281122334455", "Melati", "mail.example", doku_simulator::SECRET_KEY] {
        assert!(!shown.contains(canary), "{canary} is shown: {shown}");
    }
}

pub(crate) async fn a_store_that_is_opened_again_has_all(world: World) {
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    let (order, effects) = (orders.order("INV-1").await.unwrap(), orders.effects(false, 0, 9).await.unwrap());
    drop(orders);
    let again = world.open().await;
    assert_eq!(again.order("INV-1").await.unwrap(), order);
    assert_eq!(again.effects(false, 0, 9).await.unwrap(), effects);
}

pub(crate) async fn a_store_is_looked_after_without_a_key(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.fail_next("reset-before-order");
    orders.place_json(order("INV-2")).await.unwrap();
    drop(orders);
    let store = Store::open(&world.location).await.unwrap();
    assert_eq!(store.environment(), world.simulator.environment().base_url());
    assert_eq!(store.client_id(), doku_simulator::CLIENT_ID);
    assert_eq!(store.order("INV-1").await.unwrap().rank(), Rank::Pending);
    let unresolved = store.unresolved().await.unwrap();
    assert_eq!(unresolved.iter().map(Order::invoice_number).collect::<Vec<_>>(), ["INV-2"]);
    store.close("INV-2", "the customer paid in cash").await.unwrap();
    assert_eq!(store.counts().await.unwrap().unresolved, 0);
    let facts = store.facts().await.unwrap();
    let settings: Vec<_> = facts.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let expected = match facts.engine {
        "sqlite" => ["journal_mode wal", "synchronous full"],
        _ => ["fsync on", "synchronous_commit on"],
    };
    assert_eq!(settings, expected);
    assert_eq!(facts.mode.is_some(), facts.engine == "sqlite");
    assert!(facts.bytes > 0 && facts.schema > 0, "{facts:?}");
    drop(store);
    assert_eq!(Store::migrate(&world.location).await.unwrap().counts().await.unwrap().orders, 2);
    assert_eq!(world.open().await.order("INV-2").await.unwrap().close_reason(), Some("the customer paid in cash"));
}

pub(crate) async fn looking_makes_no_store(world: World) {
    for _ in 0..2 {
        for error in
            [Store::open(&world.location).await.unwrap_err(), Store::migrate(&world.location).await.unwrap_err()]
        {
            assert_eq!(error.kind(), StoreErrorKind::Unusable, "{error}");
            let text = error.to_string();
            assert!(
                text.contains("there is no such file;") || text.contains("there is none in this database;"),
                "{text}"
            );
        }
    }
    assert_eq!(std::fs::read_dir(world.folder()).unwrap().count(), 0, "nothing was made");
}
