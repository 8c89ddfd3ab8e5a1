//! What only PostgreSQL has: the merchant's own transaction, in SQL, and settings that are refused.

use doku_store::{Orders, Rank, StoreErrorKind};
use tokio_postgres::{Client, NoTls, error::SqlState};

use crate::world::{Book, World, order, order_over, order_with, place, run_once};

async fn shop(world: &World) -> Client {
    let (client, connection) = tokio_postgres::connect(&world.location, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A store whose clock is the database's, as a merchant has it.
async fn open(world: &World) -> Orders {
    // DOKU and the client go by the system's clock then.
    let (environment, credentials) = (world.simulator.environment(), world.simulator.credentials().clone());
    let clock = world.simulator.clone();
    let client = doku_indodana::Client::builder(environment, credentials).clock(move || clock.now()).build().unwrap();
    Orders::builder(client).calls_per_second(1_000.0).open(&world.location).await.unwrap()
}

#[tokio::test]
async fn an_order_is_enqueued_in_the_merchants_transaction() {
    let Some(world) = World::postgres().await else { return };
    let orders = open(&world).await;
    let mut shop = shop(&world).await;
    shop.batch_execute("create table carts (id text primary key)").await.unwrap();
    let body = &order("INV-1")[..];

    // Rolled back: neither the cart nor the order is there.
    let transaction = shop.transaction().await.unwrap();
    transaction.execute("insert into carts values ('1')", &[]).await.unwrap();
    transaction.query("select doku.enqueue($1, 'first')", &[&body]).await.unwrap();
    transaction.rollback().await.unwrap();
    assert_eq!(orders.order("INV-1").await.unwrap_err().kind(), StoreErrorKind::NotFound);

    // Committed: both. The loop sends it.
    let transaction = shop.transaction().await.unwrap();
    transaction.execute("insert into carts values ('1')", &[]).await.unwrap();
    let id: String = transaction.query_one("select doku.enqueue($1, 'first')", &[&body]).await.unwrap().get(0);
    transaction.commit().await.unwrap();
    assert_eq!(id, "first");
    let stored = orders.order("INV-1").await.unwrap();
    assert_eq!((stored.rank(), stored.attempts()), (Rank::Prepared, 0));
    assert_eq!(run_once(&orders, &Book::default()).await.calls, 1);
    let sent = orders.order("INV-1").await.unwrap();
    assert_eq!((sent.rank(), sent.request_id()), (Rank::Pending, "first"));

    // The same again is the first one's; another is a unique_violation.
    let again: String = shop.query_one("select doku.enqueue($1, 'second')", &[&body]).await.unwrap().get(0);
    assert_eq!(again, "first");
    let other = &order_over("INV-1", 5_000)[..];
    let error = shop.query("select doku.enqueue($1)", &[&other]).await.unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::UNIQUE_VIOLATION));
    assert!(error.as_db_error().unwrap().message().contains("stored with another order"));
    assert_eq!(world.made(), 1);
}

#[tokio::test]
async fn what_was_enqueued_unchecked_is_checked_before_it_is_sent() {
    let Some(world) = World::postgres().await else { return };
    let orders = open(&world).await;
    let shop = shop(&world).await;
    let wrong = &order_with("INV-1", |order| order["order"]["line_items"][0]["quantity"] = 7.into())[..];
    shop.query("select doku.enqueue($1)", &[&wrong]).await.unwrap();
    // A body whose key says something else than what a strict reader reads.
    let twice = String::from_utf8(order("INV-2").to_vec()).unwrap().replacen('{', r#"{"order":{},"#, 1);
    shop.query("select doku.enqueue($1)", &[&twice.as_bytes()]).await.unwrap();
    run_once(&orders, &Book::default()).await;
    for invoice_number in ["INV-1", "INV-2"] {
        let refused = orders.order(invoice_number).await.unwrap();
        assert_eq!((refused.rank(), refused.last_outcome()), (Rank::Refused, Some("violations")), "{invoice_number}");
    }
    assert_eq!(world.made(), 0);
    // What has no key at all is not stored.
    for body in [r#"{"order":{}}"#, "[]", r#"{"order":{"invoice_number":"INV-3","amount":0.5}}"#] {
        assert!(shop.query("select doku.enqueue($1)", &[&body.as_bytes()]).await.is_err(), "{body}");
    }
    assert_eq!(orders.counts().await.unwrap().orders, 2);
}

#[tokio::test]
async fn an_effect_ends_in_the_merchants_transaction() {
    let Some(world) = World::postgres().await else { return };
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let mut shop = shop(&world).await;
    shop.batch_execute("create table sales (invoice text primary key)").await.unwrap();
    let taken = shop.query("select effect, invoice_number, status, attempt from doku.take()", &[]).await.unwrap();
    assert_eq!(taken.len(), 1);
    let (effect, attempt): (i64, i64) = (taken[0].get(0), taken[0].get(3));
    assert_eq!((taken[0].get::<_, &str>(1), taken[0].get::<_, &str>(2)), ("INV-1", "SUCCESS"));
    assert!(shop.query("select * from doku.take()", &[]).await.unwrap().is_empty(), "it is leased");

    let transaction = shop.transaction().await.unwrap();
    transaction.execute("insert into sales values ('INV-1')", &[]).await.unwrap();
    assert_eq!(transaction.query("select doku.done($1, $2)", &[&effect, &attempt]).await.unwrap().len(), 1);
    transaction.rollback().await.unwrap();
    assert!(!orders.effect(effect).await.unwrap().is_done());

    let transaction = shop.transaction().await.unwrap();
    transaction.execute("insert into sales values ('INV-1')", &[]).await.unwrap();
    assert_eq!(transaction.query("select doku.done($1, $2)", &[&effect, &attempt]).await.unwrap().len(), 1);
    transaction.commit().await.unwrap();
    assert!(orders.effect(effect).await.unwrap().is_done());
    assert!(shop.query("select doku.done($1, $2)", &[&effect, &attempt]).await.unwrap().is_empty(), "done twice");
}

#[tokio::test]
async fn a_dead_letter_is_not_taken_in_sql() {
    let Some(world) = World::postgres().await else { return };
    let orders = world.builder().effect_schedule([]).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let shop = shop(&world).await;
    let take = "select effect, attempt from doku.take()";
    let taken = shop.query_one(take, &[]).await.unwrap();
    let (effect, attempt): (i64, i64) = (taken.get(0), taken.get(1));
    // The merchant's own wait counts, whatever the loop's schedule is.
    let failed = "select doku.failed($1, $2, 'no stock', '0')";
    assert_eq!(shop.query(failed, &[&effect, &attempt]).await.unwrap().len(), 1);
    let open = orders.effect(effect).await.unwrap();
    assert_eq!((open.last_answer(), open.failures(), open.is_dead()), (Some("no stock"), 1, false));

    shop.execute("update doku.effects set due_at = 0", &[]).await.unwrap();
    orders.run_once(|_| std::future::ready(Err::<(), _>("no stock"))).await.unwrap();
    assert!(orders.effect(effect).await.unwrap().is_dead());
    shop.execute("update doku.effects set due_at = 0", &[]).await.unwrap();
    assert!(shop.query(take, &[]).await.unwrap().is_empty());
    orders.deliver(effect).await.unwrap();
    let again = shop.query_one(take, &[]).await.unwrap();
    assert_eq!(shop.query("select doku.done($1, $2)", &[&effect, &again.get::<_, i64>(1)]).await.unwrap().len(), 1);
    assert_eq!(orders.effect(effect).await.unwrap().last_answer(), None);
}

#[tokio::test]
async fn a_database_that_may_forget_is_refused() {
    let Some(world) = World::postgres().await else { return };
    let client = shop(&world).await;
    let name: String = client.query_one("select current_database()", &[]).await.unwrap().get(0);
    client.batch_execute(&format!("alter database {name} set synchronous_commit = off")).await.unwrap();
    let error = world.builder().open(&world.location).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert!(error.to_string().starts_with("postgresql has synchronous_commit = off"), "{error}");
}

#[tokio::test]
async fn schemas_that_are_not_ours_are_refused() {
    let Some(world) = World::postgres().await else { return };
    let client = shop(&world).await;
    client.batch_execute("create schema doku").await.unwrap();
    let text = world.builder().open(&world.location).await.unwrap_err().to_string();
    assert_eq!(text, "the schema doku of this database is another program's; name another database");
    client.batch_execute("drop schema doku").await.unwrap();
    drop(world.open().await);
    client.batch_execute("update doku.meta set version = 99").await.unwrap();
    let text = world.builder().open(&world.location).await.unwrap_err().to_string();
    assert!(text.contains("a newer version of this library made it (schema 99, this one knows 3)"), "{text}");
    client.batch_execute("update doku.meta set version = 3, client_id = 'BRN-OTHER'").await.unwrap();
    let text = world.builder().open(&world.location).await.unwrap_err().to_string();
    assert!(text.contains("it belongs to client id BRN-OTHER"), "{text}");
}

#[tokio::test]
async fn addresses_that_lead_nowhere() {
    let Some(world) = World::postgres().await else { return };
    let missing = world.location.rsplit_once('/').unwrap().0.to_owned() + "/nosuch";
    // A port of our own on which nobody listens.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let closed = format!("postgres://user:secret@{}/doku", socket.local_addr().unwrap());
    for (address, kind, what) in [
        (&*closed, StoreErrorKind::Unavailable, "it cannot be reached"),
        (&missing, StoreErrorKind::Unusable, "it has no database of this name"),
        ("postgres://user:secret@host:port/doku", StoreErrorKind::Unusable, "the address of postgresql cannot be read"),
    ] {
        let error = world.builder().open(address).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(what) && !error.to_string().contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn many_processes_that_make_a_schema_at_once_make_one() {
    let Some(world) = World::postgres().await else { return };
    let opening = (0..8).map(|_| {
        let (builder, location) = (world.builder(), world.location.clone());
        tokio::spawn(async move { builder.open(location).await.unwrap() })
    });
    for (number, opened) in opening.collect::<Vec<_>>().into_iter().enumerate() {
        place(&opened.await.unwrap(), &format!("INV-{number}")).await;
    }
    assert_eq!(world.open().await.counts().await.unwrap().orders, 8);
}

#[tokio::test]
async fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let Some(cluster) = crate::cluster::Cluster::start().await else { return };
    let mut world = World::sqlite().await;
    world.location = cluster.database().await;
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let sending: Vec<_> = (0..40)
            .map(|_| {
                let (orders, message) = (orders.clone(), world.notification("INV-1", "SUCCESS"));
                tokio::spawn(async move {
                    let status = crate::world::receive(&orders, &message).await.status();
                    (status, message.headers()["request-id"].to_str().unwrap().to_owned())
                })
            })
            .collect();
        if round < 2 {
            cluster.cut_the_power();
        }
        for sent in sending {
            let (status, id) = sent.await.unwrap();
            assert!(status == 200 || status == 503, "{status}");
            acknowledged.extend((status == 200).then_some(id));
        }
        if round < 2 {
            cluster.serve();
            cluster.wait().await;
        }
    }
    assert!(acknowledged.len() >= 40, "{}", acknowledged.len());
    // It connects again by itself.
    let kept = orders.notifications("INV-1", false, 0, 10_000).await.unwrap();
    for id in &acknowledged {
        assert_eq!(kept.iter().filter(|kept| kept.request_id() == id).count(), 1, "{id}");
    }
    assert_eq!(orders.effects(false, 0, 10).await.unwrap().len(), 1);
    assert_eq!(orders.check().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn warnings_name_who_holds_old_rows_back() {
    let Some(world) = World::postgres().await else { return };
    let orders = world.builder().lease(std::time::Duration::ZERO).open(&world.location).await.unwrap();
    assert_eq!(orders.warnings().await.unwrap(), [""; 0]);
    let shop = shop(&world).await;
    shop.batch_execute("begin isolation level repeatable read; select count(*) from doku.orders").await.unwrap();
    let process: i32 = shop.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    let found = orders.warnings().await.unwrap();
    let end = format!(
        " s (process {process}, user doku, idle in transaction), and nothing that ended since can be cleared away: end it"
    );
    assert!(found.len() == 1 && found[0].ends_with(&end), "{found:?}");
    // What is stored is sound all the same.
    assert_eq!(orders.check().await.unwrap(), [""; 0]);
    // One that is within its time is nobody's trouble.
    assert_eq!(world.open().await.warnings().await.unwrap(), [""; 0]);
    shop.batch_execute("commit").await.unwrap();
    assert_eq!(orders.warnings().await.unwrap(), [""; 0]);
}
