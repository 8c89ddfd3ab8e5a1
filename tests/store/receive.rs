//! Notifications in.

use std::time::Duration;

use doku_indodana::{Timestamp, VerificationError, testing};
use doku_store::{Alert, Rank, StoredNotification, Verdict};
use http::StatusCode;

use crate::world::{Book, DAY, HOUR, MINUTE, World, order, place, receive, request_id, run_once, rupiah, timestamp};

pub(crate) async fn a_payment_has_one_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::Accepted);
    let effects = orders.effects(false, 0, 10).await.unwrap();
    assert_eq!(effects.len(), 1);
    assert_eq!((effects[0].invoice_number(), effects[0].status().as_str()), ("INV-1", "SUCCESS"));
    assert_eq!((effects[0].amount(), effects[0].source()), (rupiah(100_000), "notification"));
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Success);
}

pub(crate) async fn the_acknowledgement_is_dokus(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let response = receive(&orders, &world.notification("INV-1", "SUCCESS")).await.into_response();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.body(), r#"{"responseCode":"2000000","responseMessage":"Successful"}"#);
}

pub(crate) async fn the_same_notification_again_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS");
    let verdicts = [
        receive(&orders, &message).await.verdict(),
        receive(&orders, &message).await.verdict(),
        receive(&world.open().await, &message).await.verdict(),
    ];
    assert_eq!(verdicts, [Some(Verdict::Accepted), Some(Verdict::Repeated), Some(Verdict::Repeated)]);
    let counts = orders.counts().await.unwrap();
    assert_eq!((counts.notifications, counts.effects), (1, 1));
}

pub(crate) async fn a_repetition_under_a_new_id_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    for _ in 0..3 {
        assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::Accepted);
    }
    let counts = orders.counts().await.unwrap();
    assert_eq!((counts.notifications, counts.effects), (3, 1));
}

pub(crate) async fn sixty_four_at_once_have_one_effect(world: World) {
    let orders = world.open().await;
    for number in 0..10 {
        let invoice_number = format!("INV-{number}");
        place(&orders, &invoice_number).await;
        let message = world.notification(&invoice_number, "SUCCESS");
        let receiving = (0..64).map(|_| {
            let (orders, message) = (orders.clone(), message.clone());
            tokio::spawn(async move { receive(&orders, &message).await.verdict() })
        });
        let mut accepted = 0;
        for received in receiving.collect::<Vec<_>>() {
            match received.await.unwrap() {
                Some(Verdict::Accepted) => accepted += 1,
                verdict => assert_eq!(verdict, Some(Verdict::Repeated)),
            }
        }
        assert_eq!(accepted, 1);
    }
    let counts = orders.counts().await.unwrap();
    assert_eq!((counts.notifications, counts.effects), (10, 10));
}

pub(crate) async fn two_processes_have_one_effect(world: World) {
    let stores = [world.open().await, world.open().await, world.open().await];
    place(&stores[0], "INV-1").await;
    let messages: Vec<_> =
        ["FAILED", "SUCCESS", "FAILED", "SUCCESS"].iter().map(|status| world.notification("INV-1", status)).collect();
    let receiving = (0..36).map(|at| {
        let (orders, message) = (stores[at % 3].clone(), messages[at % 4].clone());
        tokio::spawn(async move { receive(&orders, &message).await.status() })
    });
    for status in receiving.collect::<Vec<_>>() {
        assert_eq!(status.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(stores[1].order("INV-1").await.unwrap().rank(), Rank::Success);
    let effects = stores[2].effects(false, 0, 10).await.unwrap();
    let paid = effects.iter().filter(|effect| effect.status().as_str() == "SUCCESS").count();
    assert_eq!(paid, 1, "{effects:?}");
    assert_eq!(stores[0].counts().await.unwrap().notifications, 4);
}

pub(crate) async fn what_is_not_genuine_is_refused_and_not_written(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let before = orders.counts().await.unwrap();
    let forged = receive(&orders, &world.notification("INV-1", "SUCCESS").tampered()).await;
    assert_eq!(forged.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(forged.verification(), Some(&VerificationError::SignatureMismatch { keys: 1 }));
    assert_eq!((forged.verdict(), forged.error().is_none()), (None, true));
    let unsigned = orders.receive(&http::HeaderMap::new(), "{}").await;
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(orders.counts().await.unwrap(), before);
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Pending);
}

pub(crate) async fn another_merchants_notification_is_not_genuine(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let theirs = world.notification("INV-1", "SUCCESS").with_credentials(testing::credentials());
    let answer = receive(&orders, &theirs).await;
    assert_eq!(answer.verification(), Some(&VerificationError::ClientIdMismatch));
    assert_eq!(orders.counts().await.unwrap().notifications, 0);
}

pub(crate) async fn a_flood_of_forgeries_writes_nothing(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let before = orders.counts().await.unwrap();
    let message = world.notification("INV-1", "SUCCESS");
    let (headers, body) = (message.headers(), message.body());
    // Every bit of the body, turned over.
    for bit in 0..body.len() * 8 {
        let mut forged = body.to_vec();
        forged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(orders.receive(&headers, &forged).await.status(), StatusCode::UNAUTHORIZED, "bit {bit}");
    }
    assert_eq!(orders.counts().await.unwrap(), before);
}

pub(crate) async fn a_body_that_is_too_long_is_refused(world: World) {
    let orders = world.open().await;
    let long = world.notification("INV-1", "SUCCESS").with_body(vec![b' '; (64 << 10) + 1]);
    assert_eq!(receive(&orders, &long).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let longest = world.notification("INV-1", "SUCCESS").with_body(vec![b' '; 64 << 10]);
    assert_eq!(receive(&orders, &longest).await.verdict(), Some(Verdict::Unreadable));
    assert_eq!(orders.counts().await.unwrap().notifications, 1);
}

pub(crate) async fn another_path_is_not_genuine(world: World) {
    let orders = world.builder().notification_path("/doku").open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS");
    assert_eq!(receive(&orders, &message).await.status(), StatusCode::UNAUTHORIZED);
    let message = message.with_target("/doku".parse().unwrap());
    assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::Accepted));
}

pub(crate) async fn a_further_key_is_good(world: World) {
    let key = || "SK-the-next-key".parse::<doku_indodana::SecretKey>().unwrap();
    let orders = world.builder().further_key(key()).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    let next = doku_indodana::Credentials::new(world.simulator.credentials().client_id().clone(), key());
    let message = world.notification("INV-1", "SUCCESS").with_credentials(next);
    assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::Accepted));
}

async fn quarantined(orders: &doku_store::Orders) -> Vec<StoredNotification> {
    orders.notifications("", true, 0, 100).await.unwrap()
}

pub(crate) async fn an_unreadable_body_is_kept(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    for (at, body) in ["", "[]", "{}", "no json", r#"{"order":{"invoice_number":"INV-1"}}"#].into_iter().enumerate() {
        let message = world.notification("INV-1", "SUCCESS").with_body(body);
        assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::Unreadable), "{body}");
        assert_eq!(quarantined(&orders).await.len(), at + 1);
    }
    assert_eq!(orders.counts().await.unwrap().effects, 0);
    // The line is not blocked.
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::Accepted);
}

pub(crate) async fn an_unknown_invoice_is_kept_and_matched_later(world: World) {
    let orders = world.open().await;
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::UnknownInvoice);
    assert_eq!(world.notify(&orders, "INV-2", "SUCCESS").await, Verdict::UnknownInvoice);
    assert_eq!(orders.counts().await.unwrap().effects, 0);
    let placed = orders.place_json(order("INV-1")).await.unwrap();
    assert_eq!(placed.rank(), Rank::Success);
    let effects = orders.effects(false, 0, 10).await.unwrap();
    assert_eq!((effects.len(), effects[0].invoice_number()), (1, "INV-1"));
    let rest = quarantined(&orders).await;
    assert_eq!((rest.len(), rest[0].invoice_number()), (1, Some("INV-2")));
}

pub(crate) async fn a_notification_before_the_answer_counts(world: World) {
    let orders = world.open().await;
    world.fail_next("no-answer");
    let placing = {
        let orders = orders.clone();
        tokio::spawn(async move { orders.place_json(order("INV-1")).await })
    };
    while world.made() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.notify(&orders, "INV-1", "SUCCESS").await, Verdict::Accepted);
    placing.abort();
    let paid = orders.order("INV-1").await.unwrap();
    assert_eq!(paid.rank(), Rank::Success);
    // A customer who comes back is not sent to pay again.
    assert_eq!(orders.place_json(order("INV-1")).await.unwrap().payment_url(), None);
    assert_eq!(world.simulator.orders()[0].received, 1);
}

pub(crate) async fn another_amount_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS").with_amount(rupiah(1));
    assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::OtherAmount));
    let order = orders.order("INV-1").await.unwrap();
    assert_eq!(order.rank(), Rank::Pending);
    assert!(order.alerts().contains(Alert::OtherAmount) && order.is_unresolved());
    assert_eq!(quarantined(&orders).await.len(), 1);
    assert_eq!(orders.counts().await.unwrap().effects, 0);
}

pub(crate) async fn another_amount_is_asked_for(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS").with_amount(rupiah(1));
    receive(&orders, &message).await;
    let book = Book::default();
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    let order = orders.order("INV-1").await.unwrap();
    assert_eq!((order.last_outcome(), order.rank()), (Some("status:PENDING"), Rank::Pending));
    assert_eq!(book.of("INV-1"), [""; 0]);
}

pub(crate) async fn an_unknown_status_is_kept(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    assert_eq!(world.notify(&orders, "INV-1", "SETTLED").await, Verdict::UnknownStatus);
    let order = orders.order("INV-1").await.unwrap();
    assert!(order.alerts().contains(Alert::UnknownStatus) && order.is_unresolved());
    assert_eq!(quarantined(&orders).await[0].status(), Some("SETTLED"));
    assert_eq!(orders.counts().await.unwrap().effects, 0);
}

/// Returns a notification whose time is this far from now.
fn aged(world: &World, age: Duration, ahead: bool) -> testing::SignedNotification {
    let now = world.simulator.now();
    let at: Timestamp = timestamp(if ahead { now + age } else { now - age });
    world.notification("INV-1", "SUCCESS").with_timestamp(at)
}

pub(crate) async fn a_late_notification_is_confirmed_first(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    pay_unseen(&world, "INV-1").await;
    assert_eq!(receive(&orders, &aged(&world, 6 * HOUR, false)).await.verdict(), Some(Verdict::Unconfirmed));
    assert_eq!(orders.counts().await.unwrap().effects, 0);
    let book = Book::default();
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    assert_eq!(run_once(&orders, &book).await.calls, 0);
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
    assert_eq!(orders.effects(false, 0, 1).await.unwrap()[0].source(), "check_status");
}

pub(crate) async fn a_notification_from_the_future_is_confirmed_first(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    pay_unseen(&world, "INV-1").await;
    assert_eq!(receive(&orders, &aged(&world, 13 * HOUR, true)).await.verdict(), Some(Verdict::Unconfirmed));
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_late_notification_that_is_not_confirmed_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    // DOKU itself says that nothing is paid.
    receive(&orders, &aged(&world, 6 * HOUR, false)).await;
    let book = Book::default();
    assert_eq!(run_once(&orders, &book).await.calls, 1);
    let order = orders.order("INV-1").await.unwrap();
    assert_eq!((order.rank(), order.last_outcome()), (Rank::Pending, Some("status:PENDING")));
    assert_eq!(book.of("INV-1"), [""; 0]);
    assert!(order.due_at().is_some(), "it is asked for further on");
}

pub(crate) async fn a_second_body_under_one_id_has_no_effect_of_its_own(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let same = request_id("one-and-the-same");
    let pending = world.notification("INV-1", "PENDING").with_request_id(same.clone());
    let paid = world.notification("INV-1", "SUCCESS").with_request_id(same);
    assert_eq!(receive(&orders, &pending).await.verdict(), Some(Verdict::Accepted));
    assert_eq!(receive(&orders, &paid).await.verdict(), Some(Verdict::ReusedRequestId));
    let order = orders.order("INV-1").await.unwrap();
    assert!(order.alerts().contains(Alert::ReusedRequestId));
    assert_eq!((order.rank(), orders.counts().await.unwrap().effects), (Rank::Pending, 0));
    // Both are kept, and DOKU is asked.
    assert_eq!(orders.counts().await.unwrap().notifications, 2);
    pay_unseen(&world, "INV-1").await;
    let book = Book::default();
    run_once(&orders, &book).await;
    assert_eq!(book.of("INV-1"), ["SUCCESS"]);
}

pub(crate) async fn a_month_later_the_same_is_still_known(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let message = world.notification("INV-1", "SUCCESS");
    receive(&orders, &message).await;
    world.advance(31 * DAY).await;
    orders.prune(DAY).await.unwrap();
    assert_eq!(receive(&orders, &message).await.verdict(), Some(Verdict::Repeated));
    // The same payment under a new id, signed a month ago, says nothing new.
    let old = message.with_request_id(request_id("another"));
    assert_eq!(receive(&orders, &old).await.verdict(), Some(Verdict::Unconfirmed));
    assert_eq!(orders.counts().await.unwrap().effects, 1);
}

pub(crate) async fn a_pending_notification_has_no_effect(world: World) {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    for status in ["PENDING", "TIMEOUT", "REDIRECT"] {
        assert_eq!(world.notify(&orders, "INV-1", status).await, Verdict::Accepted);
    }
    assert_eq!(orders.order("INV-1").await.unwrap().rank(), Rank::Pending);
    assert_eq!(orders.counts().await.unwrap().effects, 0);
    world.advance(MINUTE).await;
}

/// Pays at DOKU without a notification that comes.
pub(crate) async fn pay_unseen(world: &World, invoice_number: &str) {
    let _ = world.simulator.pay(invoice_number).await;
    let status =
        world.simulator.orders().iter().find(|order| order.invoice_number == invoice_number).unwrap().status.clone();
    assert_eq!(status.as_str(), "SUCCESS");
}
