//! An order whose bytes are fixed: [`PreparedOrder`].

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use bytes::Bytes;
use http::HeaderMap;

use crate::{
    check::{self, Kind, Violation},
    contract::generated::{address, straight_line, types::GenerateOrderRequest},
    error::{Error, ErrorKind, Outcome},
    message::{
        credentials::Credentials,
        json::{Document, SyntaxError},
        money::Rupiah,
        signature::{self, Digest, RequestId, RequestTarget, Time, Timestamp},
        signed::{JSON, SignedRequest, sign_headers},
    },
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
    /// Attempts that may have made the order: those under way, and those whose end was not seen.
    unresolved: AtomicU32,
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
        let mut body = Vec::with_capacity(512 + 256 * request.order.line_items.len());
        straight_line::write_generate_order_request(request, &mut body);
        if !straight_line::is_generate_order_request(request) {
            enforce(&Document::parse(&body)?)?;
            let what = "the order is not within the contract, but the check does not say where; please report this";
            return Err(Error::new(ErrorKind::Build(what.to_owned()), Outcome::NothingSent));
        }
        let facts = Facts {
            invoice_number: Some(request.order.invoice_number.to_string()),
            amount: Some(request.order.amount),
        };
        Ok(Self::freeze(request_id, body.into(), facts, true))
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
        let prepared = Self::freeze(request_id, body, facts, true);
        let _ = prepared.0.schema_holds.set(());
        Ok(prepared)
    }

    /// Freezes a body without checking it against the contract: for an order that was stored after it was prepared,
    /// or where DOKU accepts more than the contract knows. It must be JSON all the same.
    ///
    /// # Errors
    ///
    /// Where the body is no JSON.
    pub fn danger_unchecked(body: impl Into<Bytes>, request_id: RequestId) -> Result<Self, SyntaxError> {
        let body = body.into();
        let facts = Facts::read(&Document::parse(&body)?);
        Ok(Self::freeze(request_id, body, facts, false))
    }

    fn freeze(request_id: RequestId, body: Bytes, facts: Facts, checked: bool) -> Self {
        let (digest, schema_holds, unresolved) = (OnceLock::new(), OnceLock::new(), AtomicU32::new(0));
        Self(Arc::new(Frozen { request_id, body, facts, digest, checked, schema_holds, unresolved }))
    }

    /// Says that these bytes may have been sent before under this id: by a process that ended, or by another client.
    /// From then on a refusal does not prove that there is no order, so [`Error::outcome`] says `Unknown`.
    ///
    /// Use it for every order that is read back from storage.
    #[must_use]
    pub fn assume_sent(self) -> Self {
        self.0.unresolved.fetch_add(1, Ordering::Relaxed);
        self
    }

    /// Makes advisories errors, as `-D warnings` does.
    ///
    /// # Errors
    ///
    /// With the advisories as violations, if there are any.
    pub fn deny_advisories(self) -> Result<Self, Error> {
        check::check(Kind::Request, &self.0.body)?.deny_advisories().into_result()?;
        Ok(self)
    }

    /// Returns the advisories: limits that DOKU's page states and contradicts.
    pub fn advisories(&self) -> Vec<Violation> {
        check::check(Kind::Request, &self.0.body).map(|report| report.advisories().to_vec()).unwrap_or_default()
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

    /// Counts an attempt from before its first byte, so that one that is dropped half-way is not forgotten. Returns
    /// whether another attempt may have made the order.
    #[cfg(feature = "client")]
    pub(crate) fn begin_attempt(&self) -> bool {
        self.0.unresolved.fetch_add(1, Ordering::Relaxed) > 0
    }

    /// Takes back an attempt that certainly made no order.
    #[cfg(feature = "client")]
    pub(crate) fn end_attempt_without_order(&self) {
        self.0.unresolved.fetch_sub(1, Ordering::Relaxed);
    }

    /// Returns whether the contract is enforced.
    #[cfg(feature = "client")]
    pub(crate) fn is_checked(&self) -> bool {
        self.0.checked
    }

    /// Runs the contract's schema over the bytes, once.
    #[cfg(feature = "client")]
    pub(crate) fn check_schema(&self) -> Result<(), Error> {
        if self.0.checked && self.0.schema_holds.get().is_none() {
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
