//! What one answer says of the order, whatever else was sent of it.

use super::{Answer, Terms};
use crate::{
    contract::{
        generated::{scalar::PaymentStatus, types::GenerateOrderResponse},
        reader::{self, Reading},
    },
    error::{ErrorKind, Rejection},
    message::signature::{RequestTarget, VerificationError, header},
    notification::verifier::VerifiedResponse,
    order::{
        answer::GeneratedOrder,
        payment_url::is_payment_url,
        proof::{Proof, prove},
        rejection::{self, Reply},
        request::PreparedOrder,
    },
};

/// What one answer says of the order.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is there, and can be paid.
    Generated(Box<GeneratedOrder>),
    /// It is there, and the answer is of no use.
    Unusable(ErrorKind),
    /// This attempt made no order.
    Refused(ErrorKind),
    /// This attempt may have made it.
    Unresolved(ErrorKind),
}

/// Judges the answer to an attempt. `attempts` is how many were made.
pub(super) fn judge(
    order: &PreparedOrder,
    terms: &Terms,
    target: &RequestTarget,
    attempts: u32,
    answer: &Answer<'_>,
) -> Verdict {
    let status = answer.status;
    match prove(terms, order.request_id(), target, answer) {
        Proof::Verified(verified) => match reader::read::<GenerateOrderResponse>(verified.body()) {
            Ok(reading) => judge_response(order, attempts, status, reading, verified),
            Err(error) if is_success(status) => {
                Verdict::Unresolved(ErrorKind::Unreadable { status, reason: error.to_string() })
            }
            Err(_) => judge_rejection(rejection::read(answer, true)),
        },
        Proof::Unsigned | Proof::Foreign if is_success(status) => {
            let error = VerificationError::MissingHeader { header: header::SIGNATURE };
            Verdict::Unresolved(ErrorKind::Unverified { status, error })
        }
        Proof::Unsigned => judge_rejection(rejection::read(answer, false)),
        Proof::Foreign => Verdict::Unresolved(ErrorKind::Rejected(rejection::read(answer, false).rejection)),
        Proof::Wrong(error) => Verdict::Unresolved(ErrorKind::Unverified { status, error }),
    }
}

fn is_success(status: u16) -> bool {
    (200..=299).contains(&status)
}

fn judge_rejection(reply: Reply) -> Verdict {
    let proves = reply.proves_absence();
    let kind = ErrorKind::Rejected(reply.rejection);
    if proves { Verdict::Refused(kind) } else { Verdict::Unresolved(kind) }
}

/// Judges a verified answer that has the form of one about an order: under any status it is about that order.
fn judge_response(
    order: &PreparedOrder,
    attempts: u32,
    status: u16,
    Reading { value: response, notes }: Reading<GenerateOrderResponse>,
    answer: VerifiedResponse,
) -> Verdict {
    let unreadable = |reason: &str| ErrorKind::Unreadable { status, reason: reason.to_owned() };
    if order.invoice_number().is_some_and(|ours| ours != response.order.invoice_number) {
        return Verdict::Unresolved(unreadable("it is about another invoice number"));
    }
    if order.amount().is_some_and(|ours| ours != response.order.amount) {
        return Verdict::Unresolved(unreadable("it is about another amount"));
    }
    match (&response.payment.status, response.payment.url.as_deref()) {
        (PaymentStatus::Failed, _) => {
            let code = Some(PaymentStatus::Failed.as_str().to_owned());
            let rejection = Rejection { status, code, messages: Vec::new(), verified: true, advice: None };
            Verdict::Refused(ErrorKind::Failed(rejection))
        }
        (PaymentStatus::Pending, None | Some("")) => Verdict::Unusable(unreadable("it has no payment.url")),
        (PaymentStatus::Pending, Some(url)) if !is_payment_url(url) => {
            Verdict::Unusable(unreadable("payment.url is not an absolute https url"))
        }
        (PaymentStatus::Pending, Some(url)) => Verdict::Generated(Box::new(GeneratedOrder {
            request_id: order.request_id().clone(),
            payment_url: url.to_owned(),
            response,
            notes,
            answer,
            // The first answer again (D-29).
            replayed: status == 409,
            attempts,
        })),
        _ => Verdict::Unusable(unreadable("its payment status is neither PENDING nor FAILED")),
    }
}
