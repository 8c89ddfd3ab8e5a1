//! An order whose bytes are fixed: [`PreparedOrder`].

#[cfg(all(test, feature = "client"))]
mod tests;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use bytes::Bytes;
use http::HeaderMap;

use crate::{
    check::{self, Code, Kind, Violation},
    contract::generated::{address, straight_line, types::GenerateOrderRequest},
    error::{Error, ErrorKind, Outcome},
    message::{
        credentials::Credentials,
        json::{Document, SyntaxError},
        money::Rupiah,
        signature::{self, Digest, RequestId, RequestTarget, Time, Timestamp},
        signed::{JSON, SignedRequest, sign_headers},
    },
    order::life::Life,
};

/// A checked order: frozen body bytes and their `Request-Id`.
///
/// Sending it again is safe: DOKU answers the same id with the same bytes by its first answer. What was checked,
/// signed and sent is one byte string.
///
/// `Debug` shows the length and the digest of the body, not the body.
#[derive(Clone)]
pub struct PreparedOrder(Arc<Frozen>);

struct Frozen {
    request_id: RequestId,
    body: Bytes,
    facts: Facts,
    digest: OnceLock<Digest>,
    /// Whether the contract is enforced.
    checked: bool,
    /// Set once the contract's schema ran over these very bytes.
    schema_holds: OnceLock<()>,
    /// What is known of the order. All clones share it.
    life: Mutex<Life>,
}

/// What an answer must be about.
struct Facts {
    invoice_number: Option<String>,
    amount: Option<Rupiah>,
}

impl Facts {
    fn read(document: &Document<'_>) -> Self {
        let text = |pointer| Some(document.pointer(pointer)?.as_str()?.into_owned());
        let amount =
            || document.pointer("/order/amount")?.number_text().and_then(|digits| Rupiah::from_number(digits).ok());
        Self { invoice_number: text("/order/invoice_number"), amount: amount() }
    }
}

impl PreparedOrder {
    /// Checks the request, serialises it and freezes the bytes.
    ///
    /// The types of the request hold most rules of the contract by themselves; what they do not hold is checked here, by
    /// code generated from the contract. The client runs the contract's schema over the outgoing bytes once more.
    ///
    /// # Errors
    ///
    /// With all violations of the contract; nothing is sent.
    pub fn new(request: &GenerateOrderRequest, request_id: RequestId) -> Result<Self, Error> {
        let mut body = Vec::with_capacity(1024 + 256 * request.order.line_items.len());
        straight_line::write_generate_order_request(request, &mut body);
        if !straight_line::is_generate_order_request(request) {
            enforce(&Document::parse(&body)?)?;
            let what = "the order is not within the contract, and the check does not say where";
            return Err(Error::new(ErrorKind::Bug(what), Outcome::NothingSent));
        }
        let facts = Facts {
            invoice_number: Some(request.order.invoice_number.as_str().to_owned()),
            amount: Some(request.order.amount),
        };
        Ok(Self::freeze(request_id, body.into(), facts, true, Life::UNSENT))
    }

    /// Takes a body that was serialised elsewhere, checks it and freezes it as it is.
    ///
    /// # Errors
    ///
    /// Where the body is no JSON, or with all violations of the contract; nothing is sent.
    pub fn from_json(body: impl Into<Bytes>, request_id: RequestId) -> Result<Self, Error> {
        let body = body.into();
        let document = Document::parse(&body)?;
        enforce(&document)?;
        let facts = Facts::read(&document);
        let prepared = Self::freeze(request_id, body, facts, true, Life::UNSENT);
        let _ = prepared.0.schema_holds.set(());
        Ok(prepared)
    }

    /// Takes an order that was prepared and stored before it was sent, after a crash for example. It may have been sent.
    ///
    /// `body` and `request_id` are what [`PreparedOrder::body`] and [`PreparedOrder::request_id`] gave. What may have been sent
    /// is not checked again: no check can undo it, and to send the same bytes again is how to learn whether there is an
    /// order. A refusal does not prove that there is none, so [`Error::outcome`] says `Unknown`, unless DOKU proves otherwise.
    ///
    /// ```
    /// use doku_indodana::{Outcome, PreparedOrder};
    ///
    /// let stored = include_bytes!("../../spec/examples/generate_order.request.minimal.json");
    /// let order = PreparedOrder::restore(&stored[..], "r-1".parse()?)?;
    /// assert_eq!(order.life().outcome(), Outcome::Unknown);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the body is no JSON: then it is not what was stored.
    pub fn restore(body: impl Into<Bytes>, request_id: RequestId) -> Result<Self, SyntaxError> {
        Self::restore_with(body, request_id, Life::POSSIBLY_SENT)
    }

    /// As [`PreparedOrder::restore`], with the life that was stored before the last call: [`Life::sending`] of the order's.
    ///
    /// A life that was stored without it does not know of that call, and would say that nothing was sent.
    ///
    /// # Errors
    ///
    /// Where the body is no JSON.
    pub fn restore_with(body: impl Into<Bytes>, request_id: RequestId, life: Life) -> Result<Self, SyntaxError> {
        let body = body.into();
        let facts = Facts::read(&Document::parse(&body)?);
        Ok(Self::freeze(request_id, body, facts, false, life.restored()))
    }

    /// Freezes a body without checking it against the contract, where DOKU accepts more than the contract knows. It must be
    /// JSON all the same. For an order that was stored, [`PreparedOrder::restore`] is the one.
    ///
    /// # Errors
    ///
    /// Where the body is no JSON.
    pub fn danger_unchecked(body: impl Into<Bytes>, request_id: RequestId) -> Result<Self, SyntaxError> {
        Self::restore_with(body, request_id, Life::UNSENT)
    }

    /// Takes a body with fields that the contract does not know, on purpose: all else of it is checked. It is for a field that
    /// DOKU describes elsewhere, such as the account of a merchant with sub-accounts (D-45).
    ///
    /// Dangerous, because a slip in the name of a field is not found.
    ///
    /// ```
    /// use doku_indodana::PreparedOrder;
    ///
    /// let mut order: serde_json::Value =
    ///     serde_json::from_str(include_str!("../../spec/examples/generate_order.request.minimal.json"))?;
    /// order["additional_info"]["account"]["id"] = "SAC-0001".into();
    /// let order = PreparedOrder::danger_with_unknown_fields(order.to_string(), "r-1".parse()?)?;
    /// assert_eq!(order.invoice_number(), Some("INV-20260105-0001"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PreparedOrder::from_json`], but for unknown fields.
    pub fn danger_with_unknown_fields(body: impl Into<Bytes>, request_id: RequestId) -> Result<Self, Error> {
        let body = body.into();
        let document = Document::parse(&body)?;
        let report = check::check_document(Kind::Request, &document);
        let others = report.violations().iter().filter(|violation| violation.code() != Code::UnknownField);
        let others: Vec<_> = others.cloned().collect();
        if !others.is_empty() {
            return Err(Error::new(ErrorKind::Violations(others), Outcome::NothingSent));
        }
        let facts = Facts::read(&document);
        Ok(Self::freeze(request_id, body, facts, false, Life::UNSENT))
    }

    fn freeze(request_id: RequestId, body: Bytes, facts: Facts, checked: bool, life: Life) -> Self {
        let (digest, schema_holds, life) = (OnceLock::new(), OnceLock::new(), Mutex::new(life));
        Self(Arc::new(Frozen { request_id, body, facts, digest, checked, schema_holds, life }))
    }

    /// Says that these bytes may have been sent before under this id: by a process that ended, or by another client.
    /// From then on a refusal does not prove that there is no order, so [`Error::outcome`] says `Unknown`.
    ///
    /// [`PreparedOrder::restore`] does so.
    #[must_use]
    pub fn assume_sent(self) -> Self {
        self.lock_life().possibly_sent();
        self
    }

    /// Returns what is known of the order now, from all that was sent of it. Store it with the order, to be told more than
    /// `Unknown` after a crash.
    pub fn life(&self) -> Life {
        *self.lock_life()
    }

    /// Returns the life, for the one machine that changes it.
    pub(super) fn lock_life(&self) -> MutexGuard<'_, Life> {
        // Each change of it is one assignment, so it is whole even if its owner panicked.
        self.0.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks the order before it is sent: by the schema of the contract, once, and for advisories where they are denied.
    /// What may have been sent is not checked: the check cannot undo it.
    #[cfg(feature = "client")]
    pub(crate) fn check_before_sending(&self, deny_advisories: bool) -> Result<(), Error> {
        let outcome = self.life().outcome();
        if !self.0.checked || outcome == Outcome::Unknown {
            return Ok(());
        }
        let checked =
            self.check_schema().and_then(|()| if deny_advisories { self.enforce_advisories() } else { Ok(()) });
        checked.map_err(|error| error.with_outcome(outcome))
    }

    /// Makes advisories errors, as `-D warnings` does.
    ///
    /// # Errors
    ///
    /// With the advisories as violations, if there are any.
    pub fn deny_advisories(self) -> Result<Self, Error> {
        self.enforce_advisories()?;
        Ok(self)
    }

    fn enforce_advisories(&self) -> Result<(), Error> {
        check::check(Kind::Request, &self.0.body)?.deny_advisories().into_result()
    }

    /// Returns the advisories: limits that DOKU's page states and contradicts.
    pub fn advisories(&self) -> Vec<Violation> {
        let report = check::check(Kind::Request, &self.0.body).expect("the body of a prepared order is json");
        report.advisories().to_vec()
    }

    /// Returns the id under which these bytes are sent, each time.
    pub fn request_id(&self) -> &RequestId {
        &self.0.request_id
    }

    /// Returns the exact bytes that are sent. Store them with the id before sending, to send them again after a crash.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns the invoice number in the body; `None` only if an unchecked body has none.
    pub fn invoice_number(&self) -> Option<&str> {
        self.0.facts.invoice_number.as_deref()
    }

    /// Returns the digest of the body, computed once.
    pub fn digest(&self) -> &Digest {
        self.0.digest.get_or_init(|| signature::digest(&self.0.body))
    }

    /// Signs the order for one attempt to send it. Each attempt has its own timestamp.
    pub fn sign(&self, credentials: &Credentials, timestamp: &Timestamp) -> SignedRequest {
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(http::header::CONTENT_TYPE, JSON);
        let target = generate_order_target();
        sign_headers(
            &mut headers,
            credentials,
            self.request_id(),
            Time::Request(timestamp),
            target,
            Some(self.digest()),
        );
        SignedRequest::post(target, headers, self.0.body.clone())
    }

    /// Returns the amount in the body; `None` only if an unchecked body has none.
    pub fn amount(&self) -> Option<Rupiah> {
        self.0.facts.amount
    }

    /// Runs the contract's schema over the bytes, once.
    #[cfg(feature = "client")]
    fn check_schema(&self) -> Result<(), Error> {
        if self.0.schema_holds.get().is_none() {
            enforce(&Document::parse(&self.0.body)?)?;
            let _ = self.0.schema_holds.set(());
        }
        Ok(())
    }

    /// Returns the frozen bytes, shared.
    #[cfg(feature = "client")]
    pub(crate) fn bytes(&self) -> Bytes {
        self.0.body.clone()
    }
}

impl fmt::Debug for PreparedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedOrder")
            .field("request_id", self.request_id())
            .field("body_length", &self.0.body.len())
            .field("digest", self.digest())
            .field("checked", &self.0.checked)
            .field("life", &self.life())
            .finish()
    }
}

/// Returns the request target of generate order.
pub(crate) fn generate_order_target() -> &'static RequestTarget {
    static TARGET: OnceLock<RequestTarget> = OnceLock::new();
    TARGET.get_or_init(|| address::GENERATE_ORDER.parse().expect("the contract's path is a request target"))
}

/// Runs the contract's schema over a body.
fn enforce(document: &Document<'_>) -> Result<(), Error> {
    if check::is_valid(Kind::Request, document) {
        return Ok(());
    }
    check::check_document(Kind::Request, document).into_result()
}
