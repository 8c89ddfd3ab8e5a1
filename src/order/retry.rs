//! When to try again, and how long to wait. Pure: the clock and the dice are arguments.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header::RETRY_AFTER};

use super::terms::{Moment, Terms};

/// How often a call is tried, and how long it waits in between.
///
/// The wait is a random part of `base × 2^(attempt − 1)` ("full jitter"), at most `cap`. A `Retry-After` of DOKU's is
/// honoured up to `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    base: Duration,
    cap: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, 200 ms, at most 5 s.
    fn default() -> Self {
        Self { attempts: 3, base: Duration::from_millis(200), cap: Duration::from_secs(5) }
    }
}

impl RetryPolicy {
    /// One attempt only.
    pub const NEVER: Self = Self { attempts: 1, base: Duration::ZERO, cap: Duration::ZERO };

    /// Sets the number of attempts, the first one included. 0 counts as 1, more than 10 as 10.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.clamp(1, 10), ..self }
    }

    /// Sets the longest first wait and the longest wait of all.
    #[must_use]
    pub fn with_waits(self, base: Duration, cap: Duration) -> Self {
        Self { base, cap, ..self }
    }

    /// Returns the number of attempts.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the wait after attempt number `attempt` (from 1), or `None` if that was the last one.
    pub(crate) fn wait(&self, attempt: u32, retry_after: Option<Duration>, dice: u64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        if let Some(asked) = retry_after {
            return Some(asked.min(self.cap));
        }
        let ceiling = self.base.saturating_mul(1 << (attempt - 1).min(16)).min(self.cap);
        let nanos = u64::try_from(ceiling.as_nanos()).unwrap_or(u64::MAX);
        Some(Duration::from_nanos(dice % nanos.saturating_add(1)))
    }
}

/// A call without an end of its own ends after a day.
const LONGEST_CALL: Duration = Duration::from_secs(24 * 3600);

/// The attempts of one call: how many were made, and what time is left. Its limits are those of [`Terms`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attempts {
    made: u32,
}

impl Attempts {
    /// Returns how many attempts were made.
    pub(crate) fn made(self) -> u32 {
        self.made
    }

    /// Counts an attempt, and returns how long it may take; `None` if no time is left for it.
    pub(crate) fn begin(&mut self, terms: &Terms, elapsed: Duration) -> Option<Duration> {
        self.made += 1;
        let left = terms.timeout.min(LONGEST_CALL).saturating_sub(elapsed);
        (!left.is_zero()).then(|| left.min(terms.attempt_timeout))
    }

    /// Returns the wait before the next attempt, or `None` if there is to be none. `asked` is what `Retry-After` asks for.
    pub(crate) fn wait(self, terms: &Terms, asked: Option<Duration>, moment: &Moment) -> Option<Duration> {
        let wait = terms.retry.wait(self.made, asked, moment.dice)?;
        moment.elapsed.checked_add(wait).filter(|end| *end < terms.timeout.min(LONGEST_CALL)).map(|_| wait)
    }
}

/// Returns whether an answer with this status is worth another attempt.
pub(crate) fn is_retryable(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// Returns what `Retry-After` asks for: seconds, or a date. `None` if it is absent or unreadable.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(attempt: u32, retry_after: Option<u64>, dice: u64, expect: Option<u64>) {
        let wait = RetryPolicy::default().wait(attempt, retry_after.map(Duration::from_secs), dice);
        assert_eq!(wait, expect.map(Duration::from_millis));
    }

    #[test]
    fn waits() {
        check(1, None, 0, Some(0));
        check(1, None, 200_000_000, Some(200));
        check(1, None, 200_000_001, Some(0));
        check(2, None, 400_000_000, Some(400));
        check(3, None, 0, None);
        check(1, Some(0), 7, Some(0));
        check(1, Some(3), 7, Some(3_000));
        check(1, Some(1_000_000_000), 7, Some(5_000));
        check(3, Some(3), 7, None);
    }

    #[test]
    fn retry_after_header() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
        for (text, expect) in [
            ("0", Some(0)),
            ("5", Some(5)),
            (" 5 ", Some(5)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 13 Sep 2020 12:26:45 GMT", Some(5)),
            ("Mon, 13 Sep 2010 12:26:45 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            assert_eq!(retry_after(&headers, now), expect.map(Duration::from_secs), "{text:?}");
        }
    }
}
