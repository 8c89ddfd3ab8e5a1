//! How the parameter of a fault is read; `None` where it is none that the fault takes.

use std::time::Duration;

use crate::time::parse_duration;

/// Reads any time, for waits by the simulator's clock.
pub(super) fn time(text: &str) -> Option<Duration> {
    parse_duration(text)
}

/// Reads a time of at most an hour, for waits in real time.
pub(super) fn short(text: &str) -> Option<Duration> {
    parse_duration(text).filter(|duration| *duration <= Duration::from_secs(3600))
}

pub(super) fn bytes(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// Reads so many bytes a second.
pub(super) fn rate(text: &str) -> Option<u32> {
    text.parse().ok().filter(|rate| (1..=1_000_000).contains(rate))
}

pub(super) fn times(text: &str) -> Option<u32> {
    text.parse().ok().filter(|times| (1..=100).contains(times))
}

pub(super) fn server_error(text: &str) -> Option<u16> {
    text.parse().ok().filter(|status| (500..600).contains(status))
}

/// Reads a text of at most 2048 characters that an HTTP header can carry.
pub(super) fn header(text: &str) -> Option<String> {
    let fits = (1..=2048).contains(&text.len()) && text.is_ascii() && http::HeaderValue::from_str(text).is_ok();
    fits.then(|| text.to_owned())
}
