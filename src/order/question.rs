//! One question about an order: check status. Whatever ends it proves nothing of the order, but a status.

use crate::{
    contract::{
        generated::types::OrderStatus,
        reader::{self, Reading},
    },
    error::{Error, ErrorKind},
    message::signature::{RequestId, RequestTarget, VerificationError, header},
    order::{
        answer::CheckedStatus,
        event::{Action, Answer, Event, Failure},
        proof::{Proof, prove},
        rejection,
        retry::{self, Attempts},
        terms::{Moment, Terms},
    },
};

/// One call to ask for the status of an order, as often as it must be and may be. Each attempt has a `Request-Id` of its own.
pub(crate) struct Question<'a> {
    id: &'a str,
    target: &'a RequestTarget,
    terms: &'a Terms,
    require_signed: bool,
    request_ids: &'a (dyn Fn() -> RequestId + Send + Sync),
    request_id: Option<RequestId>,
    attempts: Attempts,
}

impl<'a> Question<'a> {
    /// Returns a question about the order with this invoice number or `Request-Id`, which stands in `target` as well.
    pub(crate) fn new(
        id: &'a str,
        target: &'a RequestTarget,
        terms: &'a Terms,
        require_signed: bool,
        request_ids: &'a (dyn Fn() -> RequestId + Send + Sync),
    ) -> Self {
        Self { id, target, terms, require_signed, request_ids, request_id: None, attempts: Attempts::default() }
    }

    /// Takes what happened, and returns what is to be done.
    pub(crate) fn step(&mut self, event: Event<'_>, moment: &Moment) -> Action<Result<CheckedStatus, Error>> {
        match event {
            Event::Begin => self.begin(moment),
            Event::NotSent(Failure { kind, is_retryable }) | Event::Lost(Failure { kind, is_retryable }) => {
                self.wait_or_end(is_retryable, None, moment, kind)
            }
            Event::Answered(answer) => match self.judge(&answer) {
                Ok(status) => Action::Ended(Ok(status)),
                Err(kind) => {
                    let is_retryable = answer.is_retryable();
                    let asked = is_retryable.then(|| retry::retry_after(answer.headers, moment.now)).flatten();
                    self.wait_or_end(is_retryable, asked, moment, kind)
                }
            },
        }
    }

    fn begin(&mut self, moment: &Moment) -> Action<Result<CheckedStatus, Error>> {
        let Some(timeout) = self.attempts.begin(self.terms, moment.elapsed) else {
            return self.end_with(ErrorKind::TimedOut);
        };
        let request_id = self.request_id.insert((self.request_ids)());
        match self.terms.headers(request_id, self.target, None, moment.now) {
            Ok(headers) => Action::Send { headers, timeout },
            Err(kind) => self.end_with(kind),
        }
    }

    fn judge(&self, answer: &Answer<'_>) -> Result<CheckedStatus, ErrorKind> {
        let status = answer.status;
        let request_id = self.request_id.as_ref().ok_or(ErrorKind::Bug("an answer came before the question"))?;
        let verified = match (prove(self.terms, request_id, self.target, answer), status) {
            (Proof::Wrong(error), _) => return Err(ErrorKind::Unverified { status, error }),
            (Proof::Verified(verified), 200) => Some(verified),
            (Proof::Unsigned, 200) if !self.require_signed => None,
            (Proof::Unsigned | Proof::Foreign, 200..=299) => {
                let error = VerificationError::MissingHeader { header: header::SIGNATURE };
                return Err(ErrorKind::Unverified { status, error });
            }
            (proof, _) => {
                let is_verified = matches!(proof, Proof::Verified(_));
                return Err(ErrorKind::StatusRejected(rejection::read(answer, is_verified).rejection));
            }
        };
        let unreadable = |reason: String| ErrorKind::Unreadable { status, reason };
        let read: Result<Reading<OrderStatus>, _> = reader::read(answer.body);
        let Reading { value, notes } = read.map_err(|error| unreadable(error.to_string()))?;
        if is_about_another(self.id, &value) {
            return Err(unreadable("it is about another order".to_owned()));
        }
        Ok(CheckedStatus { answer: value, notes, verified })
    }

    fn wait_or_end(
        &self,
        is_retryable: bool,
        asked: Option<std::time::Duration>,
        moment: &Moment,
        kind: ErrorKind,
    ) -> Action<Result<CheckedStatus, Error>> {
        let wait = is_retryable.then(|| self.attempts.wait(self.terms, asked, moment)).flatten();
        wait.map_or_else(|| self.end_with(kind), Action::Wait)
    }

    fn end_with(&self, kind: ErrorKind) -> Action<Result<CheckedStatus, Error>> {
        Action::Ended(Err(self.request_id.iter().fold(Error::question(kind), Error::with_request_id)))
    }
}

/// Returns whether an answer to a question about `id` is about another order.
fn is_about_another(id: &str, answer: &OrderStatus) -> bool {
    let invoice_number = answer.order.as_ref().and_then(|order| order.invoice_number.as_deref());
    let request_id = answer.transaction.as_ref().and_then(|transaction| transaction.original_request_id.as_deref());
    // An answer that holds the invoice number in both places says nothing of the request id (D-32).
    let is_telling = invoice_number.is_some() && request_id.is_some() && request_id != invoice_number;
    let is_invoice_only = invoice_number.is_some() && !is_request_id(id);
    (is_telling || is_invoice_only) && ![invoice_number, request_id].contains(&Some(id))
}

/// Returns whether an id has the form of the request ids that are made here, a UUID. Other texts may be either.
fn is_request_id(id: &str) -> bool {
    let digits = id.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
