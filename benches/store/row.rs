//! The rows of the table, and what they are made of.

use std::time::Duration;

/// Prints a rate, and how it stands to another.
pub(crate) fn rate(what: &str, rate: f64, base: f64) {
    println!("  {what:<58} {rate:>9.0} /s {:>7.2}×", rate / base);
}

/// Prints a time in milliseconds.
pub(crate) fn time(what: &str, time: Duration) {
    println!("  {what:<58} {:>9.1} ms", time.as_secs_f64() * 1e3);
}

/// Prints a size in mebibytes.
pub(crate) fn size(what: &str, bytes: u64) {
    println!("  {what:<58} {:>9.1} MiB", bytes as f64 / f64::from(1 << 20));
}

/// Returns how many there were in a second.
pub(crate) fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

/// Returns the one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns the value that so many of a hundred do not exceed.
pub(crate) fn percentile(sorted: &[Duration], part: usize) -> Duration {
    sorted[(sorted.len() * part / 100).min(sorted.len() - 1)]
}

/// Returns what the process holds in memory. Source: proc_pid_statm(5), in pages of 4 KiB.
pub(crate) fn resident() -> u64 {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    told.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}
