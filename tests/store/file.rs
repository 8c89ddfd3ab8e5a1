//! Files that are no store, or not ours: each is refused with a text that helps, and left as it was.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use doku_store::{Orders, StoreErrorKind, rusqlite::Connection};
use http::StatusCode;

use crate::{
    keeping::paid,
    world::{Book, World, order, place, receive, run_once},
};

/// Opens what is at a path, which must be refused, and returns the text without the path.
async fn refused(world: &World, path: &Path) -> String {
    let before = fs::read(path).ok();
    let error = world.builder().open(path.to_str().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable, "{error}");
    assert!(fs::read(path).ok() == before, "the file was changed");
    error.to_string().replace(path.to_str().unwrap(), "FILE")
}

fn write(world: &World, name: &str, bytes: &[u8]) -> PathBuf {
    let path = world.folder().join(name);
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// Returns the path of a sound store with one order, closed.
async fn store(world: &World) -> PathBuf {
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    PathBuf::from(&world.location)
}

#[tokio::test]
async fn a_new_store_is_private_and_whole() {
    let world = World::sqlite().await;
    let orders = world.open().await;
    let mode = |suffix: &str| {
        let metadata = fs::metadata(format!("{}{suffix}", world.location)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode(""), mode("-wal"), mode("-shm")), (0o600, 0o600, 0o600));
    drop(orders);
    let mut names: Vec<_> =
        fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["doku.db"], "nothing else is left behind");
}

#[tokio::test]
async fn an_empty_file_is_no_store() {
    let world = World::sqlite().await;
    let path = write(&world, "empty.db", b"");
    assert_eq!(
        refused(&world, &path).await,
        "the store FILE cannot be used: it is empty, and a store never is; if there never were orders in it, remove it, \
         else restore a backup"
    );
}

#[tokio::test]
async fn a_text_is_no_store() {
    let world = World::sqlite().await;
    for bytes in [&b"short"[..], &[b'x'; 5_000], b"SQLite format 3\0"] {
        let path = write(&world, "text.db", bytes);
        assert_eq!(
            refused(&world, &path).await,
            "the store FILE cannot be used: it is no sqlite database; name the file of a store, or one that does not \
             exist yet"
        );
    }
}

#[tokio::test]
async fn another_programs_database_is_refused() {
    let world = World::sqlite().await;
    let path = write(&world, "shop.db", b"");
    let shop = Connection::open(&path).unwrap();
    shop.execute_batch("create table orders (id integer); insert into orders values (1)").unwrap();
    drop(shop);
    assert_eq!(
        refused(&world, &path).await,
        "the store FILE cannot be used: it is another program's database; name another file"
    );
}

#[tokio::test]
async fn a_file_that_is_cut_off_is_refused() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    let whole = fs::read(&path).unwrap();
    for length in [whole.len() - 1, whole.len() - 4_096, 4_096, 512] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(
            refused(&world, &path).await,
            format!(
                "the store FILE cannot be used: it is cut off: {length} bytes of {}; keep it, and restore a backup",
                whole.len()
            )
        );
    }
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    Connection::open(&path).unwrap().execute("update doku_meta set version = 99", []).unwrap();
    assert_eq!(
        refused(&world, &path).await,
        "the store FILE cannot be used: a newer version of this library made it (schema 99, this one knows 3); install \
         that version"
    );
}

#[tokio::test]
async fn a_file_that_others_may_read_is_refused() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    for mode in [0o644, 0o640, 0o604] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(
            refused(&world, &path).await,
            format!(
                "the store FILE cannot be used: others may read it (mode {mode:03o}), and it holds customers' data; run \
                 chmod 600 on it"
            )
        );
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    world.builder().open(path.to_str().unwrap()).await.unwrap();
}

#[tokio::test]
async fn another_client_ids_store_is_refused() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    let theirs = doku_indodana::testing::credentials();
    let client = doku_indodana::Client::new(world.simulator.environment(), theirs).unwrap();
    let error = Orders::open(client, path.to_str().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    let text = error.to_string();
    assert!(text.contains("it belongs to client id SIM-0001-0000000000001, and this client is BRN-0000"), "{text}");
}

#[tokio::test]
async fn another_environments_store_is_refused() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    let credentials = doku_indodana::testing::credentials();
    let client = doku_indodana::Client::new(doku_indodana::Environment::Production, credentials).unwrap();
    let text = Orders::open(client, path.to_str().unwrap()).await.unwrap_err().to_string();
    assert!(text.contains("and this client talks to https://api.doku.com; name another store"), "{text}");
}

#[tokio::test]
async fn places_where_no_store_can_be() {
    let world = World::sqlite().await;
    let folder = world.folder();
    fs::write(folder.join("file"), "").unwrap();
    std::os::unix::fs::symlink(folder.join("nowhere"), folder.join("link")).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for (name, what) in [
        ("no/such/folder/doku.db", "its folder does not exist; make the folder first"),
        ("file/doku.db", "its folder is a file; name a file within a folder"),
        ("link", "it is a link that leads nowhere; correct the link"),
        ("folder", "it is no file; name a file"),
    ] {
        let path = folder.join(name);
        assert_eq!(refused(&world, &path).await, format!("the store FILE cannot be used: {what}"));
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said() {
    let world = World::sqlite().await;
    // Nobody may write there, the superuser included.
    let path = Path::new("/proc/self/doku.db");
    let text = refused(&world, path).await;
    assert!(text.starts_with("the store FILE cannot be used: it cannot be made: "), "{text}");
}

#[tokio::test]
async fn locations_that_are_no_file() {
    let world = World::sqlite().await;
    for (location, what) in [
        ("", "a store needs a file: what is in memory does not survive a crash"),
        (":memory:", "a store needs a file: what is in memory does not survive a crash"),
        (
            "mysql://root:secret@db/doku",
            "a store cannot be at mysql://; name a file, or an address that begins with postgres://",
        ),
    ] {
        let error = world.builder().open(location).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (StoreErrorKind::Unusable, what));
    }
}

#[tokio::test]
async fn a_damaged_page_is_found_and_nothing_is_acknowledged() {
    let world = World::sqlite().await;
    let path = store(&world).await;
    let mut bytes = fs::read(&path).unwrap();
    let pages = bytes.len() / 4_096;
    // Every page but the first, whose header says what file it is.
    for page in 1..pages {
        bytes[page * 4_096..(page + 1) * 4_096].fill(0xAA);
    }
    fs::write(&path, &bytes).unwrap();
    let error = world.builder().open(&world.location).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert!(error.to_string().contains("damaged"), "{error}");
    assert!(fs::read(&path).unwrap() == bytes, "the file was changed");
}

#[tokio::test]
async fn a_full_store_answers_503_and_keeps_what_it_has() {
    let world = World::sqlite().await;
    let orders = world.builder().greatest_size(200_000).open(&world.location).await.unwrap();
    place(&orders, "INV-1").await;
    let mut stored = 0;
    let full = loop {
        let message = world.notification("INV-1", "PENDING");
        let answer = receive(&orders, &message).await;
        if answer.status() != StatusCode::OK {
            break (answer, message);
        }
        stored += 1;
        assert!(stored < 1_000, "it is never full");
    };
    assert_eq!(full.0.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.0.error().unwrap().kind(), StoreErrorKind::Unavailable);
    assert_eq!(
        full.0.error().unwrap().to_string(),
        "the store is full: nothing was written; make room on the disk, or raise the limit of its size"
    );
    assert_eq!(full.0.into_response().headers()["retry-after"], "60");
    assert_eq!(orders.counts().await.unwrap().notifications, stored, "all that was acknowledged is there");
    assert!(!orders.has_failed(), "it can be used again when there is room");
    // An order is refused too, and nothing is sent.
    let made = world.made();
    let mut error = None;
    for number in 2..100 {
        error = orders.place_json(order(&format!("INV-{number}"))).await.err();
        if error.is_some() {
            break;
        }
    }
    assert_eq!(error.unwrap().kind(), StoreErrorKind::Unavailable);
    assert_eq!(u64::try_from(world.made()).unwrap(), orders.counts().await.unwrap().orders);
    assert!(world.made() >= made);
    drop(orders);
    // With room, DOKU's next attempt is stored.
    let orders = world.open().await;
    assert_eq!(receive(&orders, &full.1).await.status(), StatusCode::OK);
    assert_eq!(orders.check().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_store_that_another_program_locks_for_too_long_answers_503() {
    let world = World::sqlite().await;
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    let other = Connection::open(&world.location).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let message = world.notification("INV-1", "SUCCESS");
    let answer = receive(&orders, &message).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.error().unwrap().to_string().contains("locked by another process"), "{answer:?}");
    other.execute_batch("rollback").unwrap();
    assert_eq!(receive(&orders, &message).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_merchants_own_tables_share_the_file_and_the_transaction() {
    let world = World::sqlite().await;
    let orders = world.open().await;
    place(&orders, "INV-1").await;
    world.notify(&orders, "INV-1", "SUCCESS").await;
    let mut shop = Connection::open(&world.location).unwrap();
    shop.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    shop.execute_batch("create table orders (invoice text primary key, paid integer not null)").unwrap();
    let effect = orders.take(1).await.unwrap().remove(0);
    let now = orders.clock().await.unwrap();

    // Rolled back: neither the sale nor the end of the effect is there.
    let transaction = shop.transaction().unwrap();
    transaction.execute("insert into orders values ('INV-1', 1)", []).unwrap();
    assert!(effect.done_in(&transaction, now).unwrap());
    transaction.rollback().unwrap();
    assert!(!orders.effect(effect.id()).await.unwrap().is_done());

    // Committed: both. A second time: nothing.
    let transaction = shop.transaction().unwrap();
    transaction.execute("insert into orders values ('INV-1', 1)", []).unwrap();
    assert!(effect.done_in(&transaction, now).unwrap());
    transaction.commit().unwrap();
    assert!(orders.effect(effect.id()).await.unwrap().is_done());
    let transaction = shop.transaction().unwrap();
    assert!(!effect.done_in(&transaction, now).unwrap());
    drop(transaction);
    // The store opens as before.
    drop(orders);
    let orders = world.open().await;
    assert_eq!(run_once(&orders, &Book::default()).await.effects, 0);
}

#[tokio::test]
async fn many_processes_that_make_a_store_at_once_make_one() {
    let world = World::sqlite().await;
    let opening = (0..8).map(|_| {
        let (builder, location) = (world.builder(), world.location.clone());
        tokio::spawn(async move { builder.open(location).await.unwrap() })
    });
    let mut stores = Vec::new();
    for opened in opening.collect::<Vec<_>>() {
        stores.push(opened.await.unwrap());
    }
    for (number, orders) in stores.iter().enumerate() {
        place(orders, &format!("INV-{number}")).await;
    }
    assert_eq!(stores[0].counts().await.unwrap().orders, 8);
}

#[tokio::test]
async fn a_backup_is_a_store() {
    let world = World::sqlite().await;
    let orders = world.open().await;
    paid(&world, &orders, "INV-1").await;
    let copy = world.folder().join("copy.db");
    orders.backup(&copy).await.unwrap();
    paid(&world, &orders, "INV-2").await;
    let copied = world.builder().open(copy.to_str().unwrap()).await.unwrap();
    assert_eq!(copied.order("INV-1").await.unwrap(), orders.order("INV-1").await.unwrap());
    assert_eq!(copied.order("INV-2").await.unwrap_err().kind(), StoreErrorKind::NotFound);
    assert_eq!(copied.check().await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_backup_overwrites_nothing() {
    let world = World::sqlite().await;
    let orders = world.open().await;
    let there = world.folder().join("there.db");
    fs::write(&there, "mine").unwrap();
    let error = orders.backup(&there).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unusable);
    assert!(error.to_string().contains("it exists"), "{error}");
    assert_eq!(fs::read(&there).unwrap(), b"mine");
    let nowhere = world.folder().join("no/such/folder/copy.db");
    assert_eq!(orders.backup(nowhere).await.unwrap_err().kind(), StoreErrorKind::Unusable);
}
