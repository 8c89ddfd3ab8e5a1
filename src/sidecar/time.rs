//! A time as text: [`text`].

use std::time::{SystemTime, UNIX_EPOCH};

use doku_indodana::Timestamp;

/// Returns a time as text, in whole seconds of UTC.
pub(crate) fn text(at: SystemTime) -> String {
    // Beyond the year 9999 there is no text; an order that expires then never does.
    Timestamp::try_from(at.max(UNIX_EPOCH))
        .map_or_else(|_| "9999-12-31T23:59:59Z".to_owned(), |timestamp| timestamp.to_string())
}
