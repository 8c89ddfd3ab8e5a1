//! What the store does in a second, beside what SQLite does alone, measured in one run on one disk.
//!
//! `cargo bench --package doku-store`; with `-- --quick` in less than half a minute. Every commit waits for the disk.
//!
//! - notifications received, one after the other and 32 at once, against a bare loop of the same rows in commits of the
//!   same size;
//! - notifications that come at their own time, 200 and 2,000 a second, whether the ones before are answered or not;
//! - the way from opening a store of 100,000 waiting orders to the first one that is sent;
//! - orders and effects drained by the loop;
//! - what the process holds in memory before, in the middle and after.

mod bare;
mod drain;
mod receive;
mod row;
mod stock;

fn main() {
    let quick = std::env::args().any(|word| word == "--quick");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let receive = if quick { receive::Measure::QUICK } else { receive::Measure::WHOLE };
    runtime.block_on(receive::beside_bare(receive));
    for rate in [200, 2_000] {
        runtime.block_on(receive::open_loop(rate, receive.seconds));
    }
    let (waiting, drained) = if quick { (20_000, 2_000) } else { (100_000, 20_000) };
    runtime.block_on(drain::start(waiting));
    runtime.block_on(drain::orders(drained));
    runtime.block_on(drain::effects(drained));
}
