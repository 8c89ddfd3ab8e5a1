//! Stores that an older version made: brought up to date when they are opened, with all that is in them.

use doku_store::{Handled, Orders, Rank, Store, StoreErrorKind, rusqlite::Connection};

use crate::world::{Book, HOUR, MINUTE, World, run_once};

/// The address of DOKU in the stores of version 1.
const SQLITE_ENVIRONMENT: &str = "http://127.0.0.1:34845";

fn sqlite(world: &World) {
    let environment = world.simulator.environment().base_url().to_owned();
    let text = include_str!("version_1/sqlite.sql").replace(SQLITE_ENVIRONMENT, &environment);
    let path = std::path::Path::new(&world.location);
    std::os::unix::fs::OpenOptionsExt::mode(std::fs::OpenOptions::new().create_new(true).write(true), 0o600)
        .open(path)
        .unwrap();
    let file = Connection::open(path).unwrap();
    file.execute_batch("pragma journal_mode = wal").unwrap();
    file.execute_batch(&text).unwrap();
}

/// What holds for a store of version 1 that was opened by this one.
async fn has_all(world: &World, orders: &Orders) {
    let ranks =
        [("INV-1", Rank::Success), ("INV-2", Rank::Success), ("INV-3", Rank::Expired), ("INV-4", Rank::Pending)];
    for (invoice_number, rank) in ranks {
        let order = orders.order(invoice_number).await.unwrap();
        assert_eq!((order.rank(), order.amount().get()), (rank, 100_000), "{invoice_number}");
    }
    let effects = orders.effects(false, 0, 10).await.unwrap();
    let facts: Vec<_> =
        effects.iter().map(|effect| (effect.is_done(), effect.failures(), effect.last_answer())).collect();
    assert_eq!(facts, [(true, 0, None), (false, 1, Some("no stock")), (false, 0, None)]);
    assert_eq!(orders.check().await.unwrap(), [""; 0]);

    world.advance(MINUTE).await;
    let book = Book::default();
    run_once(orders, &book).await;
    let mut ids = book.ids();
    ids.sort_unstable();
    assert_eq!(ids, [2, 3]);
    // The ids of the first three are those of the notifications that are stored.
    for _ in 0..3 {
        world.notification("INV-4", "FAILED");
    }
    world.notify(orders, "INV-4", "FAILED").await;
    orders.run_once(|_| std::future::ready(Handled::given_up("gone"))).await.unwrap();
    assert_eq!(orders.dead_effects(0, 10).await.unwrap()[0].invoice_number(), "INV-4");
}

#[tokio::test]
async fn a_file_of_version_1_is_brought_up_to_date() {
    let world = World::sqlite().await;
    sqlite(&world);
    has_all(&world, &world.open().await).await;
    world.advance(HOUR).await;
    let orders = world.open().await;
    assert_eq!(orders.counts().await.unwrap().effects, 4, "a second opening finds it so");
}

/// Whoever looks after a store does not change it unasked.
#[tokio::test]
async fn a_file_of_version_1_is_looked_at_after_it_was_migrated() {
    let world = World::sqlite().await;
    sqlite(&world);
    let before = std::fs::read(&world.location).unwrap();
    let error = Store::open(&world.location).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    let text = error.to_string();
    assert!(text.contains("an older version of this library made it (schema 1, this one has "), "{text}");
    assert!(text.ends_with("bring it up to date: `doku store migrate`, or open it with `Orders`"), "{text}");
    assert!(std::fs::read(&world.location).unwrap() == before, "the file was changed");
    Store::migrate(&world.location).await.unwrap();
    let store = Store::open(&world.location).await.unwrap();
    assert_eq!(store.order("INV-1").await.unwrap().rank(), Rank::Success);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_bring_a_file_up_to_date_at_once() {
    let world = World::sqlite().await;
    sqlite(&world);
    let opening = (0..8).map(|_| tokio::spawn(world.builder().open(world.location.clone())));
    let mut opened = Vec::new();
    for orders in opening.collect::<Vec<_>>() {
        opened.push(orders.await.unwrap().unwrap());
    }
    has_all(&world, &opened[7]).await;
}

#[cfg(feature = "postgres")]
async fn postgres(world: &World) {
    let environment = world.simulator.environment().base_url().to_owned();
    let text = include_str!("version_1/postgres.sql").replace("http://127.0.0.1:41489", &environment);
    let (shop, connection) = tokio_postgres::connect(&world.location, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    shop.batch_execute(&text).await.unwrap();
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn a_database_of_version_1_is_brought_up_to_date() {
    let Some(world) = World::postgres().await else { return };
    postgres(&world).await;
    has_all(&world, &world.open().await).await;
    assert_eq!(world.open().await.counts().await.unwrap().effects, 4, "a second opening finds it so");
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_processes_bring_a_database_up_to_date_at_once() {
    let Some(world) = World::postgres().await else { return };
    postgres(&world).await;
    let opening = (0..8).map(|_| tokio::spawn(world.builder().open(world.location.clone())));
    let mut opened = Vec::new();
    for orders in opening.collect::<Vec<_>>() {
        opened.push(orders.await.unwrap().unwrap());
    }
    has_all(&world, &opened[7]).await;
}
