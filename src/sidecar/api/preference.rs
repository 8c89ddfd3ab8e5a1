//! How long a caller wants to wait: [`Preference`]. Source: RFC 7240.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Nobody waits longer: the call to DOKU ends before.
const LONGEST: u64 = 60;

/// What the header `Prefer` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preference {
    /// Answer as soon as the order is stored.
    pub(crate) respond_async: bool,
    /// Wait so many seconds for DOKU.
    pub(crate) wait: Option<u64>,
}

impl Preference {
    /// Reads the header. What is not known or malformed is passed over, and the first of two counts.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let mut preference = Self::default();
        let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
        for member in values.flat_map(|value| value.split(',')) {
            let member = member.split(';').next().unwrap_or_default();
            let (name, value) = member.split_once('=').map_or((member, ""), |(name, value)| (name, value));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "respond-async" if value.is_empty() => preference.respond_async = true,
                "wait" if preference.wait.is_none() => {
                    preference.wait = value.parse().ok().map(|wait: u64| wait.min(LONGEST))
                }
                _ => {}
            }
        }
        preference
    }

    /// Returns how long to wait for DOKU; `None` for as long as the call takes.
    pub(crate) fn patience(self) -> Option<Duration> {
        match self {
            Self { wait: Some(wait), .. } => Some(Duration::from_secs(wait)),
            Self { respond_async: true, .. } => Some(Duration::ZERO),
            _ => None,
        }
    }

    /// Says in an answer what was done.
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        let name = HeaderName::from_static("preference-applied");
        if self.respond_async {
            headers.append(name.clone(), HeaderValue::from_static("respond-async"));
        }
        if let Some(value) = self.wait.and_then(|wait| HeaderValue::try_from(format!("wait={wait}")).ok()) {
            headers.append(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read() {
        for (values, respond_async, wait) in [
            (&["respond-async"][..], true, None),
            (&["wait=5"], false, Some(5)),
            (&["respond-async, wait=5"], true, Some(5)),
            (&["return=minimal", "Wait = \"7\"; x=y"], false, Some(7)),
            (&["wait=5, wait=9"], false, Some(5)),
            (&["wait=900"], false, Some(60)),
            (&["wait=-1", "respond-async=no", "wait"], false, None),
            (&[], false, None),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("prefer", HeaderValue::from_static(value));
            }
            assert_eq!(Preference::read(&headers), Preference { respond_async, wait }, "{values:?}");
        }
    }
}
