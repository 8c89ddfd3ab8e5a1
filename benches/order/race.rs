//! Candidates that run side by side, and the rows that compare them.

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;

/// Runs the candidates in turn, many rounds, and returns the median time of one run of each.
pub(crate) fn race<const N: usize>(runs: u64, candidates: [&mut dyn FnMut(); N]) -> [Duration; N] {
    medians(runs, candidates, |run, runs| {
        let start = Instant::now();
        (0..runs).for_each(|_| run());
        start.elapsed()
    })
}

/// As [`race`], in CPU time of this thread.
pub(crate) fn race_cpu<const N: usize>(runs: u64, candidates: [&mut dyn FnMut(); N]) -> [Duration; N] {
    medians(runs, candidates, |run, runs| {
        let start = ThreadTime::now();
        (0..runs).for_each(|_| run());
        start.elapsed()
    })
}

fn medians<const N: usize>(
    runs: u64,
    mut candidates: [&mut dyn FnMut(); N],
    time: impl Fn(&mut dyn FnMut(), u64) -> Duration,
) -> [Duration; N] {
    const ROUNDS: usize = 31;
    let mut times = [const { Vec::new() }; N];
    for _ in 0..ROUNDS {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            times.push(time(*candidate, runs / ROUNDS as u64 + 1) / (runs / ROUNDS as u64 + 1) as u32);
        }
    }
    times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2]
    })
}

pub(crate) fn row(what: &str, time: Duration, base: Duration) {
    let ratio = time.as_secs_f64() / base.as_secs_f64();
    println!("  {what:<46} {:>10.2} µs {ratio:>8.2}×", time.as_secs_f64() * 1e6);
}
