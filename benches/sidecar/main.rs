//! What the sidecar costs beside the same calls by the library, measured in one run on one disk.
//!
//! `cargo bench --package doku-sidecar`; with `-- --quick` in about half a minute. Every commit waits for the disk.
//!
//! - orders placed, 16 at once, through the sidecar and by `Orders`, each in a process of its own, before the same simulator:
//!   how many in a second, how long one of them takes, and the CPU of that process;
//! - notifications that come at their own time, 2,000 a second, whether the ones before are answered or not;
//! - the memory of the sidecar's process, before and after all these orders;
//! - the time from the start of the process to its first `ready`;
//! - the size of the command as it is released, where it is built: `cargo build --release --package doku-cli`.

mod load;
mod notifications;
mod orders;
mod process;
#[path = "../store/row.rs"]
#[allow(dead_code, reason = "the benchmark of the store has more rows")]
mod row;

use std::path::Path;

fn main() {
    if let Ok(task) = std::env::var(process::TASK) {
        return process::run(&task);
    }
    let quick = std::env::args().any(|word| word == "--quick");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let measure = if quick { orders::Measure::QUICK } else { orders::Measure::WHOLE };
    runtime.block_on(orders::beside_library(measure));
    runtime.block_on(notifications::open_loop(2_000, if quick { 2 } else { 20 }));
    runtime.block_on(orders::start_to_ready(if quick { 5 } else { 20 }));
    binary();
}

/// Prints the size of the command, where it is built. The profile strips it.
fn binary() {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("release").join("doku");
    match std::fs::metadata(&program) {
        Ok(metadata) => row::size("the command doku, released and stripped", metadata.len()),
        Err(_) => println!("  the command doku is not built: cargo build --release --package doku-cli"),
    }
}
