//! Messages as DOKU signs them, for the tests of those who receive them.
//!
//! Ids, time and bytes are always the same, so they can stand in snapshots. Nothing is sent and no clock is read.
//!
//! ```
//! use doku_indodana::{Rupiah, TransactionStatus, VerificationError, Verifier, testing};
//!
//! let verifier = Verifier::new(testing::credentials());
//! let message = testing::signed_notification().with_invoice_number("INV-7").with_status("FAILED");
//! let notification = verifier.verify(testing::TARGET, &message.headers(), &message.body())?;
//! assert_eq!(notification.invoice_number(), Some("INV-7"));
//! assert_eq!(notification.status(), Some(&TransactionStatus::Failed));
//! assert_eq!(notification.amount(), Rupiah::try_from(100_000).ok());
//!
//! // The same with another amount than the signed one: a handler must refuse it.
//! let forged = message.tampered();
//! let error = verifier.verify(testing::TARGET, &forged.headers(), &forged.body()).unwrap_err();
//! assert_eq!(error, VerificationError::SignatureMismatch { keys: 1 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, header::CONTENT_TYPE};

use crate::{
    contract::generated::{scalar::TransactionStatus, types::PaymentNotification},
    message::{
        credentials::Credentials,
        json,
        money::Rupiah,
        signature::{self, RequestId, RequestTarget, Time, Timestamp},
        signed::{JSON, sign_headers},
    },
};

/// The client id of [`credentials`]. It is nobody's.
pub const CLIENT_ID: &str = "BRN-0000-1234567890123";

/// The secret key of [`credentials`]. Everyone knows it; it protects nothing.
pub const SECRET_KEY: &str = "SK-not-a-real-key";

/// The path that a notification is signed for, unless it is given another.
pub const TARGET: &str = "/payments/notifications";

/// The `Request-Id` of a notification, unless it is given another.
pub const REQUEST_ID: &str = "450ec2b0-5631-4876-a3ee-33a93ee39daa";

/// The time of every message, unless it is given another.
pub const TIMESTAMP: &str = "2026-01-05T08:48:43Z";

/// What is reported, unless it is changed: the order INV-20260105-0001 over 100000 rupiah is paid.
const NOTIFICATION: &str = include_str!("../spec/examples/payment_notification.notification.success.json");

/// Returns [`CLIENT_ID`] and [`SECRET_KEY`].
pub fn credentials() -> Credentials {
    Credentials::new(
        CLIENT_ID.parse().expect("the constant is a client id"),
        SECRET_KEY.parse().expect("the constant is a secret key"),
    )
}

/// Returns a notification as DOKU sends it: signed with [`credentials`] for [`TARGET`], about a paid order.
pub fn signed_notification() -> SignedNotification {
    SignedNotification {
        credentials: credentials(),
        target: TARGET.parse().expect("the constant is a path"),
        request_id: REQUEST_ID.parse().expect("the constant is a request id"),
        timestamp: timestamp(),
        payment: json::from_slice(NOTIFICATION.as_bytes()).expect("the example is a notification"),
        body: None,
        tampered: false,
    }
}

/// Returns an answer as DOKU signs it, with status 200 and [`TIMESTAMP`]. `request_id` and `target` are those of the
/// request.
///
/// ```
/// use doku_indodana::{Verifier, testing};
///
/// let request_id = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b".parse()?;
/// let target = "/orders/v1/status/INV-1".parse()?;
/// let answer = testing::signed_response(&testing::credentials(), &request_id, &target, "{}");
/// let verifier = Verifier::new(testing::credentials());
/// let verified = verifier.verify_response(target.as_str(), &request_id, answer.headers(), answer.body())?;
/// assert_eq!(verified.body(), b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn signed_response(
    credentials: &Credentials,
    request_id: &RequestId,
    target: &RequestTarget,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    let digest = signature::digest(response.body());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    sign_headers(headers, credentials, request_id, Time::Response(&timestamp()), target, Some(&digest));
    response
}

/// A notification of DOKU's for a test. Made by [`signed_notification`]; signed when it is read.
///
/// `Debug` shows nothing of the body.
#[derive(Clone)]
pub struct SignedNotification {
    credentials: Credentials,
    target: RequestTarget,
    request_id: RequestId,
    timestamp: Timestamp,
    payment: PaymentNotification,
    body: Option<Bytes>,
    tampered: bool,
}

impl SignedNotification {
    /// Signs with other credentials.
    #[must_use]
    pub fn with_credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// Signs for another path.
    #[must_use]
    pub fn with_target(mut self, target: RequestTarget) -> Self {
        self.target = target;
        self
    }

    /// Sets the `Request-Id`.
    #[must_use]
    pub fn with_request_id(mut self, request_id: RequestId) -> Self {
        self.request_id = request_id;
        self
    }

    /// Sets the `Request-Timestamp`.
    #[must_use]
    pub fn with_timestamp(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = timestamp;
        self
    }

    /// Sets the invoice number.
    #[must_use]
    pub fn with_invoice_number(mut self, invoice_number: impl Into<String>) -> Self {
        self.payment.order.invoice_number = invoice_number.into();
        self
    }

    /// Sets the amount.
    #[must_use]
    pub fn with_amount(mut self, amount: Rupiah) -> Self {
        self.payment.order.amount = amount;
        self
    }

    /// Sets the status of the payment, for example `TransactionStatus::Failed` or `"FAILED"`.
    #[must_use]
    pub fn with_status(mut self, status: impl Into<TransactionStatus>) -> Self {
        let status = status.into();
        if let Some(details) = &mut self.payment.peer_to_peer_info {
            details.status = Some(status.to_string());
        }
        self.payment.transaction.status = status;
        self
    }

    /// Sets the exact bytes of the body, in place of invoice number, amount and status. Anything will do.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Changes the body after it was signed: the amount is another, or a body of your own has a blank more at its end.
    #[must_use]
    pub fn tampered(mut self) -> Self {
        self.tampered = true;
        self
    }

    /// Returns the path that it is signed for.
    pub fn target(&self) -> &RequestTarget {
        &self.target
    }

    /// Returns the headers, signature included.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(5);
        headers.insert(CONTENT_TYPE, JSON);
        let digest = signature::digest(&self.signed_body());
        let time = Time::Request(&self.timestamp);
        sign_headers(&mut headers, &self.credentials, &self.request_id, time, &self.target, Some(&digest));
        headers
    }

    /// Returns the exact bytes of the body.
    pub fn body(&self) -> Bytes {
        match (&self.body, self.tampered) {
            (_, false) => self.signed_body(),
            (Some(body), true) => [body, &b" "[..]].concat().into(),
            (None, true) => {
                let mut payment = self.payment.clone();
                // Another number that has no more digits.
                payment.order.amount = Rupiah::try_from(payment.order.amount.get() ^ 1).expect("it has no more digits");
                to_bytes(&payment)
            }
        }
    }

    /// Returns the whole request: `POST`, the path alone as its URI, headers and body.
    ///
    /// # Panics
    ///
    /// If the target has a character that no URI has, such as `<`.
    pub fn to_request(&self) -> Request<Bytes> {
        let mut request = Request::new(self.body());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.as_str().parse().expect("the target can stand in a uri");
        *request.headers_mut() = self.headers();
        request
    }

    fn signed_body(&self) -> Bytes {
        self.body.clone().unwrap_or_else(|| to_bytes(&self.payment))
    }
}

impl std::fmt::Debug for SignedNotification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedNotification")
            .field("target", &self.target)
            .field("request_id", &self.request_id)
            .field("timestamp", &self.timestamp)
            .field("tampered", &self.tampered)
            .finish_non_exhaustive()
    }
}

fn timestamp() -> Timestamp {
    TIMESTAMP.parse().expect("the constant is a timestamp")
}

fn to_bytes(payment: &PaymentNotification) -> Bytes {
    serde_json::to_vec(payment).expect("texts and whole numbers can be written").into()
}
