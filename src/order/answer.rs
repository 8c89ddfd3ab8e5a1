//! What DOKU answers, once it is verified and read: [`GeneratedOrder`] and [`CheckedStatus`].

use std::fmt;

use crate::{
    contract::{
        generated::{
            scalar::{PaymentStatus, TransactionStatus},
            types::{GenerateOrderResponse, OrderStatus},
        },
        reader::Note,
    },
    message::{money::Rupiah, signature::RequestId},
    notification::verifier::VerifiedResponse,
};

/// An order that exists at DOKU, with the page to send the customer to. Exists only by a verified answer.
#[derive(Clone)]
pub struct GeneratedOrder {
    pub(crate) request_id: RequestId,
    pub(crate) payment_url: String,
    pub(crate) response: GenerateOrderResponse,
    pub(crate) notes: Vec<Note>,
    pub(crate) answer: VerifiedResponse,
    pub(crate) replayed: bool,
    pub(crate) attempts: u32,
}

impl GeneratedOrder {
    /// Returns the page to send the customer to: an absolute `https` URL (`http` on a loopback address).
    pub fn payment_url(&self) -> &str {
        &self.payment_url
    }

    /// Returns the status of the payment: `PENDING`.
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

impl fmt::Debug for GeneratedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedOrder")
            .field("request_id", &self.request_id)
            .field("replayed", &self.replayed)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// What DOKU says of an order.
#[derive(Clone, Debug)]
pub struct CheckedStatus {
    pub(crate) answer: OrderStatus,
    pub(crate) notes: Vec<Note>,
    pub(crate) verified: Option<VerifiedResponse>,
}

impl CheckedStatus {
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
