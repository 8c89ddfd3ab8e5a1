//! Times as DOKU writes them, and durations as people do.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doku_indodana::Timestamp;

/// Returns a time as DOKU writes it. A clock before 1970 or after 9999 is taken for the nearest time that has a text.
pub(super) fn timestamp(time: SystemTime) -> Timestamp {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    Timestamp::try_from(time.clamp(UNIX_EPOCH, UNIX_EPOCH + LAST)).expect("the years 1970 to 9999 have a text")
}

/// Returns a timestamp with the digits of a clock in Jakarta (UTC+7).
pub(super) fn jakarta(time: SystemTime) -> Timestamp {
    timestamp(time.checked_add(Duration::from_secs(7 * 3600)).unwrap_or(time))
}

/// No clock counts further than this from its start, so that no time overflows.
pub(crate) const LONGEST: Duration = Duration::from_secs(1000 * 365 * 24 * 3600);

/// Reads a duration as people write it: `90`, `90s`, `30m`, `12h`, `2d`, `250ms`. `None` for any other text, and for
/// more than a thousand years.
pub fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let seconds = match &text[digits..] {
        "ms" => return Some(Duration::from_millis(number)).filter(|duration| *duration <= LONGEST),
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs).filter(|duration| *duration <= LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("90", Some(90_000)),
            ("90s", Some(90_000)),
            ("30m", Some(1_800_000)),
            ("12h", Some(43_200_000)),
            ("2d", Some(172_800_000)),
            ("250ms", Some(250)),
            ("0", Some(0)),
            ("", None),
            ("h", None),
            ("-1s", None),
            ("1.5h", None),
            ("1 h", None),
            ("99999999999999999999s", None),
            ("18446744073709551615d", None),
            ("9999999d", None),
        ] {
            assert_eq!(parse_duration(text), expected.map(Duration::from_millis), "{text:?}");
        }
    }
}
