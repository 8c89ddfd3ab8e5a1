//! Orders in: through the sidecar, and by the library.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use doku_simulator::Simulator;
use tokio::task::JoinSet;

use crate::{
    load::{AT_ONCE, Caller, order},
    process::{Process, TOKEN, settle},
    row::{median, per_second, percentile, rate, size, time},
};

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Measure {
    rounds: usize,
    orders: usize,
    /// So many orders the sidecar has in the end, to see its memory.
    all: usize,
}

impl Measure {
    pub(crate) const QUICK: Self = Self { rounds: 3, orders: 400, all: 4_000 };
    pub(crate) const WHOLE: Self = Self { rounds: 9, orders: 2_000, all: 100_000 };
}

/// Rates, CPU for an order in seconds, and all times.
#[derive(Default)]
struct Figures {
    rates: Vec<f64>,
    cpu: Vec<f64>,
    times: Vec<Duration>,
}

pub(crate) async fn beside_library(measure: Measure) {
    let Measure { rounds, orders, all } = measure;
    let mut doku = Doku::start().await;
    let (ours, theirs) = (folder(), folder());
    settle(ours.path(), doku.simulator.url());
    let mut library = Process::start(&format!("library {} {}", theirs.path().display(), doku.simulator.url()));
    library.line().await;
    let mut sidecar = Process::start(&format!("sidecar {}", ours.path().display()));
    let addresses = sidecar.line().await;
    let api = addresses.split(' ').next().expect("two addresses").to_owned();
    let before = sidecar.resident();
    let (mut through, mut direct) = (Figures::default(), Figures::default());
    // Each has numbers of its own, because DOKU knows one order by each; the first round warms both up.
    for round in 0..=rounds {
        doku = doku.with_room_for(2 * orders).await;
        let first = 2 * round * orders;
        let (start, cpu) = (Instant::now(), library.cpu());
        library.tell(&format!("{first} {orders}")).await;
        let told = library.line().await;
        let times = told.split(' ').map(|micros| Duration::from_micros(micros.parse().expect("a number")));
        if round > 0 {
            direct.note(orders, start, library.cpu() - cpu, times.collect());
        }
        let (start, cpu) = (Instant::now(), sidecar.cpu());
        let times = place(&api, first + orders, orders).await;
        if round > 0 {
            through.note(orders, start, sidecar.cpu() - cpu, times);
        }
    }
    println!("orders placed, {AT_ONCE} at once, before a simulator on the same machine");
    let (direct, base) = (direct.told(), through.told());
    rate("by the library", direct.0, direct.0);
    rate("through the sidecar", base.0, direct.0);
    time("99 of 100 within, by the library", direct.2);
    time("99 of 100 within, through the sidecar", base.2);
    println!("  {:<58} {:>9.0} µs", "CPU for an order, by the library", direct.1 * 1e6);
    println!("  {:<58} {:>9.0} µs {:>7.2}×", "CPU for an order, through the sidecar", base.1 * 1e6, base.1 / direct.1);
    let placed = (rounds + 1) * orders;
    let between = sidecar.resident();
    for first in (placed..all).step_by(MOST_ORDERS) {
        let orders = MOST_ORDERS.min(all - first);
        doku = doku.with_room_for(orders).await;
        place(&api, placed + first, orders).await;
    }
    size("memory of the sidecar before", before);
    size(&format!("memory after {placed} orders"), between);
    size(&format!("memory after {} orders", all.max(placed)), sidecar.resident());
}

/// The simulator takes no more orders than this.
const MOST_ORDERS: usize = 10_000;

/// A simulator that is begun anew, at the same address, before it is full.
struct Doku {
    simulator: Simulator,
    orders: usize,
}

impl Doku {
    async fn start() -> Self {
        Self { simulator: Simulator::start().await.expect("a free port"), orders: 0 }
    }

    async fn with_room_for(self, orders: usize) -> Self {
        if self.orders + orders <= MOST_ORDERS {
            return Self { orders: self.orders + orders, ..self };
        }
        let port = self.simulator.url().rsplit_once(':').and_then(|(_, port)| port.parse().ok()).expect("a port");
        self.simulator.stop().await.expect("nothing is stored");
        let simulator = Simulator::builder().port(port).start().await.expect("the same port");
        Self { simulator, orders }
    }
}

impl Figures {
    fn note(&mut self, orders: usize, start: Instant, cpu: f64, times: Vec<Duration>) {
        self.rates.push(per_second(orders, start.elapsed()));
        self.cpu.push(cpu / orders as f64);
        self.times.extend(times);
    }

    /// Returns rate, CPU for an order, and what 99 of 100 do not exceed.
    fn told(mut self) -> (f64, f64, Duration) {
        self.times.sort();
        (median(self.rates), median(self.cpu), percentile(&self.times, 99))
    }
}

/// Places orders through the sidecar, and returns how long each took.
async fn place(api: &str, first: usize, count: usize) -> Vec<Duration> {
    let next = Arc::new(AtomicUsize::new(first));
    let mut placing = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (next, api) = (next.clone(), api.to_owned());
        placing.spawn(async move {
            let (mut caller, mut times) = (Caller::connect(&api).await, Vec::new());
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                if at >= first + count {
                    return times;
                }
                let body = order(at);
                let head = format!(
                    "POST /orders HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let request = [head.as_bytes(), &body].concat();
                let start = Instant::now();
                assert_eq!(caller.call(&request).await, 201, "an order is placed");
                times.push(start.elapsed());
            }
        });
    }
    placing.join_all().await.into_iter().flatten().collect()
}

/// From the start of the process to its first `ready`.
pub(crate) async fn start_to_ready(rounds: usize) {
    let folder = folder();
    settle(folder.path(), "http://127.0.0.1:1");
    let mut times = Vec::new();
    // The first makes the store.
    for _ in 0..=rounds {
        let start = Instant::now();
        let mut sidecar = Process::start(&format!("sidecar {}", folder.path().display()));
        let addresses = sidecar.line().await;
        let mut caller = Caller::connect(addresses.split(' ').next().expect("two addresses")).await;
        while caller.call(b"GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").await != 200 {
            tokio::task::yield_now().await;
        }
        times.push(start.elapsed());
    }
    println!("a sidecar on a store that is there");
    times.remove(0);
    times.sort();
    time("from its start to its first ready, the one in the middle", percentile(&times, 50));
    time("the longest", percentile(&times, 100));
}

/// Not in the folder of temporary files, which may be in memory.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}
