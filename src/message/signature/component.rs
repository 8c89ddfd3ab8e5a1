//! The parts of the string to sign, each a type, so that no line can be smuggled into another.

use std::{
    fmt,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use time::{Date, Month, OffsetDateTime};

use super::PREFIX;
use crate::message::{credentials::ClientId, error::ComponentError};

/// The parts of the string to sign, in DOKU's order.
#[derive(Clone, Copy, Debug)]
pub struct Components<'a> {
    /// `Client-Id`.
    pub client_id: &'a ClientId,
    /// `Request-Id`; of an answer, that of the request.
    pub request_id: &'a RequestId,
    /// `Request-Timestamp` or `Response-Timestamp`.
    pub time: Time<'a>,
    /// `Request-Target`; of an answer, that of the request.
    pub target: &'a RequestTarget,
    /// `Digest` of the body; `None` for a `GET`, which has no such line.
    pub digest: Option<&'a Digest>,
}

impl Components<'_> {
    /// Calls `take` with each piece of the string to sign.
    pub(super) fn each_part(&self, mut take: impl FnMut(&str)) {
        take("Client-Id:");
        take(self.client_id.as_str());
        take("\nRequest-Id:");
        take(self.request_id.as_str());
        match self.time {
            Time::Request(timestamp) => {
                take("\nRequest-Timestamp:");
                take(timestamp.as_str());
            }
            Time::Response(timestamp) => {
                take("\nResponse-Timestamp:");
                take(timestamp.as_str());
            }
        }
        take("\nRequest-Target:");
        take(self.target.as_str());
        if let Some(digest) = self.digest {
            take("\nDigest:");
            take(digest.as_str());
        }
    }
}

/// Which of the two time lines a message has.
#[derive(Clone, Copy, Debug)]
pub enum Time<'a> {
    /// A request or a notification: `Request-Timestamp`.
    Request(&'a Timestamp),
    /// An answer: `Response-Timestamp`.
    Response(&'a Timestamp),
}

/// Returns whether every byte is one of these. It looks at all of them, many at once, since hardly a text has another.
fn every(text: &str, is: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |all, byte| all & is(byte))
}

/// The id of a request, 1 to 128 visible ASCII characters; DOKU's key of idempotency.
///
/// Source: page, Request Header Explanation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(String);

impl RequestId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = ComponentError;

    fn from_str(text: &str) -> Result<Self, ComponentError> {
        if text.is_empty() || text.len() > 128 || !every(text, |byte| byte.is_ascii_graphic()) {
            return Err(ComponentError::RequestId);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A time as DOKU writes it: UTC, whole seconds, `yyyy-MM-ddTHH:mm:ssZ`.
///
/// Source: page, Request Header Explanation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the timestamp of so many seconds since 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    ///
    /// Years before 0 and after 9999 have no such text.
    pub fn from_unix_seconds(seconds: i64) -> Result<Self, ComponentError> {
        let time = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| ComponentError::Timestamp)?;
        let year = u32::try_from(time.year()).map_err(|_| ComponentError::Timestamp)?;
        let mut text = String::with_capacity(20);
        let mut put = |number: u32, width: u32, after: &str| {
            for place in (0..width).rev() {
                text.push(char::from(b'0' + (number / 10_u32.pow(place) % 10) as u8));
            }
            text.push_str(after);
        };
        put(year, 4, "-");
        put(u8::from(time.month()).into(), 2, "-");
        put(time.day().into(), 2, "T");
        put(time.hour().into(), 2, ":");
        put(time.minute().into(), 2, ":");
        put(time.second().into(), 2, "Z");
        Ok(Self(text))
    }

    /// Takes a timestamp as it was received. Any visible ASCII text of at most 64 characters will do, because the
    /// signature decides whether it is genuine.
    ///
    /// # Errors
    ///
    /// Text with blanks, control or other characters.
    pub fn from_received(text: &str) -> Result<Self, ComponentError> {
        if text.is_empty() || text.len() > 64 || !every(text, |byte| matches!(byte, b' '..=b'~')) {
            return Err(ComponentError::Timestamp);
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the timestamp as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the seconds since 1970-01-01T00:00:00Z; `None` if the text has another form than DOKU's.
    pub fn unix_seconds(&self) -> Option<i64> {
        let bytes: &[u8; 20] = self.0.as_bytes().try_into().ok()?;
        let number = |from: usize, to: usize| {
            bytes[from..to]
                .iter()
                .try_fold(0_u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
        };
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'Z')];
        if separators.iter().any(|&(at, separator)| bytes[at] != separator) {
            return None;
        }
        let small = |from, to| number(from, to).and_then(|number| u8::try_from(number).ok());
        let date = Date::from_calendar_date(
            i32::try_from(number(0, 4)?).ok()?,
            Month::try_from(small(5, 7)?).ok()?,
            small(8, 10)?,
        )
        .ok()?;
        let time = time::Time::from_hms(small(11, 13)?, small(14, 16)?, small(17, 19)?).ok()?;
        Some(date.with_time(time).assume_utc().unix_timestamp())
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = ComponentError;

    /// Returns the time in whole seconds. The years before 1970 and after 9999 are refused: no clock that is right is there.
    fn try_from(time: SystemTime) -> Result<Self, ComponentError> {
        let seconds = time.duration_since(UNIX_EPOCH).map_err(|_| ComponentError::Timestamp)?.as_secs();
        Self::from_unix_seconds(i64::try_from(seconds).map_err(|_| ComponentError::Timestamp)?)
    }
}

impl FromStr for Timestamp {
    type Err = ComponentError;

    /// Takes exactly DOKU's form, and only times that exist.
    fn from_str(text: &str) -> Result<Self, ComponentError> {
        let timestamp = Self(text.to_owned());
        if timestamp.unix_seconds().is_none() {
            return Err(ComponentError::Timestamp);
        }
        Ok(timestamp)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The path of a request as it stands on the request line: begins with `/`, visible ASCII, no `#`.
///
/// Source: DOKU, Signature Component, Request-Target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestTarget(String);

impl RequestTarget {
    /// Returns the path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestTarget {
    type Err = ComponentError;

    fn from_str(text: &str) -> Result<Self, ComponentError> {
        let plain = every(text, |byte| byte.is_ascii_graphic() & (byte != b'#'));
        if !text.starts_with('/') || !plain || text.len() > 2048 {
            return Err(ComponentError::RequestTarget);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RequestTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The digest of a body: Base64 of SHA-256, 44 characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; Self::LENGTH]);

impl Digest {
    /// Characters of a digest.
    pub(super) const LENGTH: usize = 44;

    pub(super) fn from_base64(text: [u8; Self::LENGTH]) -> Self {
        Self(text)
    }

    /// Returns the digest as text.
    pub fn as_str(&self) -> &str {
        // Base64 is ASCII, so the text is always there.
        std::str::from_utf8(&self.0).expect("base64 is ascii")
    }
}

impl FromStr for Digest {
    type Err = ComponentError;

    /// Takes a digest that was computed elsewhere.
    fn from_str(text: &str) -> Result<Self, ComponentError> {
        let decodes = STANDARD.decode(text).is_ok_and(|hash| hash.len() == 32);
        let bytes = text.as_bytes().try_into().ok().filter(|_| decodes);
        bytes.map(Self).ok_or(ComponentError::Digest)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A signature. Its text is the value of the `Signature` header. It cannot be compared: use
/// [`verify`](super::verify).
#[derive(Clone)]
pub struct Signature([u8; 32]);

impl Signature {
    pub(super) fn from_mac(mac: [u8; 32]) -> Self {
        Self(mac)
    }
}

impl Signature {
    /// Returns the value of the header.
    pub(super) fn text(&self) -> [u8; PREFIX.len() + Digest::LENGTH] {
        let mut text = [0; PREFIX.len() + Digest::LENGTH];
        let (prefix, base64) = text.split_at_mut(PREFIX.len());
        prefix.copy_from_slice(PREFIX.as_bytes());
        STANDARD.encode_slice(self.0, base64).expect("32 bytes are 44 characters of base64");
        text
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).expect("base64 is ascii"))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(***)")
    }
}
