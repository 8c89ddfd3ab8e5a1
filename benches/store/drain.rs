//! What waits in a store when it is opened, and how quickly it is worked off.

use std::{
    io::Read as _,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use doku_store::Effect;
use tokio::sync::Notify;

use crate::{
    row::{per_second, rate, resident, size, time},
    stock::{Standing, Stock, invoice_number, millis},
};

/// A DOKU that hangs up on everybody. Tells when the first byte of each request came.
fn deaf() -> (String, mpsc::Receiver<Instant>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut byte = [0];
            if stream.read(&mut byte).is_ok_and(|count| count > 0) && sender.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

async fn done(_: Effect) -> Result<(), String> {
    Ok(())
}

/// From opening a store with so many waiting orders to the first one that is sent.
pub(crate) async fn start(waiting: usize) {
    let (url, sent) = deaf();
    let stock = Stock::new(waiting, Standing::Waiting, &url).await;
    let before = resident();
    let start = Instant::now();
    let orders = stock.open().await;
    let opened = start.elapsed();
    let (told, first) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let first = sent.recv_timeout(Duration::from_secs(60)).expect("an order is sent");
        // Whoever comes later is heard as well.
        let _ = told.send(first - start);
        while sent.recv().is_ok() {}
    });
    let mut sent = Duration::ZERO;
    orders.run(done, async { sent = first.await.expect("an order is sent") }).await.expect("the store is well");
    println!("a store with {waiting} orders that wait to be sent");
    time("opened within", opened);
    time("first order sent within", sent);
    size("memory before", before);
    size("memory after", resident());
}

/// Orders are claimed, sent to a DOKU that hangs up, and settled.
pub(crate) async fn orders(count: usize) {
    let (url, sent) = deaf();
    std::thread::spawn(move || while sent.recv().is_ok() {});
    let stock = Stock::new(count, Standing::Waiting, &url).await;
    let orders = stock.open().await;
    let start = Instant::now();
    let worked = orders.run_once(done).await.expect("the store is well");
    assert_eq!(worked.calls, count);
    println!("{count} orders drained by the loop");
    let claims = per_second(count, start.elapsed());
    rate("claimed, sent in vain, settled (aim: 2,000)", claims, 2_000.0);
}

/// Effects are claimed, handed over and ended: by the loop, and in batches by hand.
pub(crate) async fn effects(count: usize) {
    let stock = Stock::new(0, Standing::Pending, "http://127.0.0.1:1").await;
    let add = |from: usize| {
        let connection = stock.connect();
        connection.execute_batch("begin immediate").expect("nobody else writes");
        let sql = include_str!("../../src/store/sqlite/statements/effect_insert.sql");
        for number in from..from + count {
            let values = (invoice_number(number), "SUCCESS", 100_000, "notification", millis() - 1);
            connection.execute(sql, values).expect("a new row");
        }
        connection.execute_batch("commit").expect("room on the disk");
    };
    add(0);
    let orders = stock.open().await;
    let (handled, all) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let told = all.clone();
    let handler = move |_: Effect| {
        if handled.fetch_add(1, Ordering::Relaxed) + 1 == count {
            told.notify_one();
        }
        std::future::ready(Ok::<(), String>(()))
    };
    let start = Instant::now();
    orders.run(handler, all.notified()).await.expect("the store is well");
    let by_the_loop = per_second(count, start.elapsed());
    add(count);
    let start = Instant::now();
    let mut ended = 0;
    while ended < count {
        let taken = orders.take(50).await.expect("the store is well");
        let ending: Vec<_> = taken
            .into_iter()
            .map(|effect| {
                let orders = orders.clone();
                tokio::spawn(async move { orders.done(&effect).await })
            })
            .collect();
        for end in ending {
            ended += usize::from(end.await.expect("no panic").expect("the store is well"));
        }
    }
    let by_hand = per_second(count, start.elapsed());
    println!("{count} effects drained");
    rate("by the loop: claimed, handed over, ended (aim: 2,000)", by_the_loop, 2_000.0);
    rate("taken in batches of 50, each ended (aim: 2,000)", by_hand, 2_000.0);
}
