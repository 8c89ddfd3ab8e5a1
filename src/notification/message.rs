//! What DOKU reports of a payment: [`Notification`], which exists only by verification.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;

use crate::{
    contract::{
        generated::{scalar::TransactionStatus, types::PaymentNotification},
        reader::{self, Note, Reading},
    },
    message::{
        error::PayloadError,
        money::Rupiah,
        signature::{RequestId, Timestamp},
    },
};

/// A notification that is proven to be DOKU's.
///
/// Store it, answer 2xx at once, and only then act on it. The same payment can be reported more than once, and a later
/// `SUCCESS` wins over a `FAILED` (D-26). Compare the invoice number and the amount with your own order.
///
/// `Debug` shows no part of the body.
#[derive(Clone)]
pub struct Notification {
    request_id: RequestId,
    timestamp: Timestamp,
    body: Bytes,
    payment: Result<Reading<PaymentNotification>, PayloadError>,
}

/// How old a message is. A label, not a verdict: DOKU repeats a notification after 30 minutes, 6 hours and 12 hours,
/// and whether a repetition has a new timestamp is not documented (D-28).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Age {
    /// At most five minutes old, or five minutes ahead of our clock.
    Fresh,
    /// So much older than now.
    Late(Duration),
    /// So far ahead of our clock.
    Future(Duration),
    /// The timestamp has a form that cannot be read.
    Unknown,
}

/// Within this distance of our clock a message is fresh.
const FRESH: Duration = Duration::from_secs(300);

impl Notification {
    pub(crate) fn new(request_id: RequestId, timestamp: Timestamp, body: Bytes) -> Self {
        let payment = reader::read(&body);
        Self { request_id, timestamp, body, payment }
    }

    /// Returns the `Request-Id` that DOKU gave to the notification.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// Returns the `Request-Timestamp`.
    pub fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// Returns how old the notification is at the time `now`.
    pub fn age(&self, now: SystemTime) -> Age {
        let Some(sent) = self.timestamp.unix_seconds().and_then(|seconds| u64::try_from(seconds).ok()) else {
            return Age::Unknown;
        };
        let sent = UNIX_EPOCH + Duration::from_secs(sent);
        match (now.duration_since(sent), sent.duration_since(now)) {
            (Ok(age), _) if age > FRESH => Age::Late(age),
            (_, Ok(lead)) if lead > FRESH => Age::Future(lead),
            _ => Age::Fresh,
        }
    }

    /// Returns the exact bytes that were verified, with fields that the contract does not know.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the payment.
    ///
    /// # Errors
    ///
    /// Where the verified body is not what the contract says. Store it and answer 2xx all the same: the message is
    /// genuine, and refusing it loses it.
    pub fn payment(&self) -> Result<&PaymentNotification, &PayloadError> {
        self.payment.as_ref().map(|reading| &reading.value)
    }

    /// Returns what did not fit the contract and is therefore absent from the payment; empty as a rule, and where the
    /// body cannot be read at all.
    pub fn notes(&self) -> &[Note] {
        self.payment.as_ref().map_or(&[], |reading| &reading.notes)
    }

    /// Returns the invoice number, if the body can be read.
    pub fn invoice_number(&self) -> Option<&str> {
        Some(&self.payment().ok()?.order.invoice_number)
    }

    /// Returns the amount in whole rupiah, if the body can be read.
    pub fn amount(&self) -> Option<Rupiah> {
        Some(self.payment().ok()?.order.amount)
    }

    /// Returns the status of the payment, if the body can be read.
    pub fn status(&self) -> Option<&TransactionStatus> {
        Some(&self.payment().ok()?.transaction.status)
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("request_id", &self.request_id)
            .field("timestamp", &self.timestamp)
            .field("body_length", &self.body.len())
            .field("readable", &self.payment.is_ok())
            .finish()
    }
}

impl TransactionStatus {
    /// Returns whether DOKU calls the status final. `FAILED` is not: the buyer may try again (D-26). A refund may still
    /// follow a success.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Expired | Self::Refunded)
    }
}
