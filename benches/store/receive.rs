//! Notifications in, until they are acknowledged.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use doku_store::{Orders, Verdict};
use tokio::task::JoinSet;

use crate::{
    bare::Bare,
    row::{median, per_second, percentile, rate, resident, size, time},
    stock::{Message, Standing, Stock, messages},
};

/// Nobody is there: nothing is sent here.
const NOWHERE: &str = "http://127.0.0.1:1";

/// So many receive at once; so many rows of the floor share a commit.
const AT_ONCE: usize = 32;

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Measure {
    rounds: usize,
    single: usize,
    grouped: usize,
    pub(crate) seconds: usize,
}

impl Measure {
    pub(crate) const QUICK: Self = Self { rounds: 3, single: 60, grouped: 640, seconds: 2 };
    pub(crate) const WHOLE: Self = Self { rounds: 9, single: 300, grouped: 4_800, seconds: 20 };
}

/// One after the other, and many at once, in turn with the floor.
pub(crate) async fn beside_bare(measure: Measure) {
    let Measure { rounds, single, grouped, .. } = measure;
    let count = rounds * (single + grouped);
    let floor = Stock::new(count, Standing::Pending, NOWHERE).await;
    let store = Stock::new(count, Standing::Pending, NOWHERE).await;
    let (bare, orders) = (Bare::new(&floor), store.open().await);
    let all = messages(0..count);
    let mut rates = [const { Vec::new() }; 4];
    let mut at = 0;
    for _ in 0..rounds {
        for (size, group, floor) in [(single, 1, 0), (grouped, AT_ONCE, 2)] {
            let start = Instant::now();
            tokio::task::block_in_place(|| bare.write(&all[at..at + size], at, group));
            rates[floor].push(per_second(size, start.elapsed()));
            let start = Instant::now();
            receive(&orders, &all, at, size, group).await;
            rates[floor + 1].push(per_second(size, start.elapsed()));
            at += size;
        }
    }
    let [bare_single, single, bare_grouped, grouped] = rates.map(median);
    println!("notifications acknowledged, each on the disk");
    rate("bare rusqlite, a commit each", bare_single, bare_single);
    rate("this store, one after the other", single, bare_single);
    rate("bare rusqlite, 32 in a commit", bare_grouped, bare_grouped);
    rate("this store, 32 at once: verify, judge, store, acknowledge", grouped, bare_grouped);
}

/// Has messages received, so many at once.
async fn receive(orders: &Orders, all: &Arc<Vec<Message>>, first: usize, count: usize, at_once: usize) {
    let next = Arc::new(AtomicUsize::new(first));
    let mut receivers = JoinSet::new();
    for _ in 0..at_once {
        let (orders, all, next) = (orders.clone(), all.clone(), next.clone());
        receivers.spawn(async move {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= first + count {
                    return;
                }
                accept(&orders, &all[at]).await;
            }
        });
    }
    while let Some(received) = receivers.join_next().await {
        received.expect("it was accepted");
    }
}

async fn accept(orders: &Orders, message: &Message) {
    let acknowledgement = orders.receive(&message.headers, &message.body).await;
    assert_eq!(acknowledgement.verdict(), Some(Verdict::Accepted), "{acknowledgement:?}");
}

/// Each message comes at its own time, whether the ones before are answered or not, and its time counts from then.
pub(crate) async fn open_loop(rate: usize, seconds: usize) {
    let count = rate * seconds;
    let stock = Stock::new(count, Standing::Pending, NOWHERE).await;
    let (orders, all) = (stock.open().await, messages(0..count));
    let before = resident();
    let mut half = before;
    let start = tokio::time::Instant::now();
    let mut answers = JoinSet::new();
    let mut times = Vec::with_capacity(count);
    for at in 0..count {
        let due = start + Duration::from_micros(at as u64 * 1_000_000 / rate as u64);
        tokio::time::sleep_until(due).await;
        let (orders, all) = (orders.clone(), all.clone());
        answers.spawn(async move {
            accept(&orders, &all[at]).await;
            due.elapsed()
        });
        while let Some(answer) = answers.try_join_next() {
            times.push(answer.expect("it was accepted"));
        }
        if at == count / 2 {
            half = resident();
        }
    }
    while let Some(answer) = answers.join_next().await {
        times.push(answer.expect("it was accepted"));
    }
    let held = per_second(count, start.elapsed());
    times.sort();
    println!("{rate} notifications a second, for {seconds} s, whatever is answered");
    crate::row::rate("acknowledged", held, rate as f64);
    time("half of them within", percentile(&times, 50));
    time("99 of 100 within", percentile(&times, 99));
    time("all within", percentile(&times, 100));
    size("memory before", before);
    size("memory half-way", half);
    size("memory after", resident());
}
