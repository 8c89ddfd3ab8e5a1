//! What a call returns: [`GeneratedOrder`] and [`CheckedStatus`].

use std::fmt;

use url::Url;

use crate::{
    client::{environment::is_trusted, hooks::Progress},
    contract::{
        generated::{
            scalar::{PaymentStatus, TransactionStatus},
            types::{GenerateOrderResponse, OrderStatus},
        },
        reader::{Note, Reading},
    },
    error::{Error, ErrorKind, Outcome, Rejection},
    message::{money::Rupiah, signature::RequestId},
    notification::verifier::VerifiedResponse,
    order::request::PreparedOrder,
};

/// An order that exists at DOKU, with the page to send the customer to. Exists only by a verified answer.
#[derive(Clone)]
pub struct GeneratedOrder {
    request_id: RequestId,
    payment_url: String,
    response: GenerateOrderResponse,
    notes: Vec<Note>,
    answer: VerifiedResponse,
    replayed: bool,
    attempts: u32,
}

impl GeneratedOrder {
    /// Takes a verified answer that was read.
    pub(super) fn new(
        Reading { value: response, notes }: Reading<GenerateOrderResponse>,
        prepared: &PreparedOrder,
        progress: Progress,
    ) -> Result<Self, Error> {
        let request_id = prepared.request_id().clone();
        let refuse = |reason: &str| {
            let kind = ErrorKind::Unreadable { status: 200, reason: reason.to_owned() };
            Err(Error::new(kind, Outcome::Unknown).with_request_id(&request_id))
        };
        if prepared.invoice_number().is_some_and(|ours| ours != response.order.invoice_number) {
            return refuse("it is about another invoice number");
        }
        if prepared.amount().is_some_and(|ours| ours != response.order.amount) {
            return refuse("it is about another amount");
        }
        if response.payment.status == PaymentStatus::Failed {
            let rejection =
                Rejection { status: 200, code: Some("FAILED".to_owned()), messages: Vec::new(), verified: true };
            return Err(Error::new(ErrorKind::Failed(rejection), Outcome::Refused).with_request_id(&request_id));
        }
        let Some(payment_url) = response.payment.url.clone().filter(|url| !url.is_empty()) else {
            return refuse("it has no payment.url");
        };
        if !is_payment_url(&payment_url) {
            return refuse("payment.url is not an absolute https url");
        }
        let Some(answer) = progress.answer else {
            return refuse("its signature was not verified");
        };
        let Progress { replayed, attempts, .. } = progress;
        Ok(Self { request_id, payment_url, response, notes, answer, replayed, attempts })
    }

    /// Returns the page to send the customer to: an absolute `https` URL (`http` on a loopback address).
    pub fn payment_url(&self) -> &str {
        &self.payment_url
    }

    /// Returns the status of the payment, `PENDING` unless DOKU adds another.
    pub fn payment_status(&self) -> &PaymentStatus {
        &self.response.payment.status
    }

    /// Returns the id under which the order was generated. Check status takes it.
    pub fn request_id(&self) -> &RequestId {
        &self.request_id
    }

    /// Returns whether this is DOKU's first answer again, because the same order had been sent before.
    pub fn is_replayed(&self) -> bool {
        self.replayed
    }

    /// Returns how many attempts the call took.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the whole answer.
    pub fn response(&self) -> &GenerateOrderResponse {
        &self.response
    }

    /// Returns what did not fit the contract and is therefore absent from [`response`](Self::response); empty as a rule.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the timestamp and the exact bytes of the answer that were verified.
    pub fn verified(&self) -> &VerifiedResponse {
        &self.answer
    }
}

/// Returns whether a text can stand in a `Location` header as it is, and is `https`, or `http` on a loopback address.
///
/// A URL parser repairs much that a browser reads differently, so the text itself must be plain.
fn is_payment_url(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let absolute = text.starts_with("https://") || text.starts_with("http://");
    plain && absolute && Url::parse(text).is_ok_and(|url| is_trusted(&url))
}

impl fmt::Debug for GeneratedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedOrder")
            .field("request_id", &self.request_id)
            .field("replayed", &self.replayed)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Returns whether an id has the form of the request ids that are made here, a UUID. Other texts may be either.
fn is_request_id(id: &str) -> bool {
    uuid::Uuid::parse_str(id).is_ok()
}

/// What DOKU says of an order.
#[derive(Clone, Debug)]
pub struct CheckedStatus {
    answer: OrderStatus,
    notes: Vec<Note>,
    verified: Option<VerifiedResponse>,
}

impl CheckedStatus {
    /// Takes an answer to a question about `id`.
    pub(super) fn new(
        id: &str,
        Reading { value: answer, notes }: Reading<OrderStatus>,
        verified: Option<VerifiedResponse>,
    ) -> Result<Self, Error> {
        let invoice_number = answer.order.as_ref().and_then(|order| order.invoice_number.as_deref());
        let request_id = answer.transaction.as_ref().and_then(|transaction| transaction.original_request_id.as_deref());
        // An answer that holds the invoice number in both places says nothing of the request id (D-32).
        let is_telling = invoice_number.is_some() && request_id.is_some() && request_id != invoice_number;
        let is_invoice_only = invoice_number.is_some() && !is_request_id(id);
        if (is_telling || is_invoice_only) && ![invoice_number, request_id].contains(&Some(id)) {
            let reason = "it is about another order".to_owned();
            return Err(Error::new(ErrorKind::Unreadable { status: 200, reason }, Outcome::Unknown));
        }
        Ok(Self { answer, notes, verified })
    }

    /// Returns the status of the payment, if the answer has one.
    pub fn transaction_status(&self) -> Option<&TransactionStatus> {
        Some(&self.answer.transaction.as_ref()?.status)
    }

    /// Returns the amount in whole rupiah, if the answer has one.
    pub fn amount(&self) -> Option<Rupiah> {
        self.answer.order.as_ref()?.amount
    }

    /// Returns the invoice number, if the answer has one.
    pub fn invoice_number(&self) -> Option<&str> {
        self.answer.order.as_ref()?.invoice_number.as_deref()
    }

    /// Returns whether the answer carried a signature that verified. DOKU documents none for check status (D-30); TLS
    /// proves the host either way.
    pub fn is_verified(&self) -> bool {
        self.verified.is_some()
    }

    /// Returns the timestamp and the exact bytes of the answer, if its signature verified.
    pub fn verified(&self) -> Option<&VerifiedResponse> {
        self.verified.as_ref()
    }

    /// Returns the whole answer.
    pub fn answer(&self) -> &OrderStatus {
        &self.answer
    }

    /// Returns what did not fit the contract and is therefore absent from [`answer`](Self::answer); empty as a rule.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
