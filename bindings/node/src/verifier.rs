//! Proof that a message is DOKU's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doku_indodana::{Age, Credentials, RequestId, signature::header};
use http::{HeaderMap, HeaderValue};
use napi::{
    Unknown,
    bindgen_prelude::{BigInt, Buffer},
};
use napi_derive::napi;

use crate::{
    argument::{number, received as raw, text},
    exact,
    failure::Failure,
    report,
    signature::secret,
};

/// Verifies what DOKU sends.
#[napi]
pub struct Verifier(doku_indodana::Verifier);

#[napi]
impl Verifier {
    #[napi(constructor, catch_unwind)]
    pub fn new(client_id: Unknown<'_>, keys: Vec<Unknown<'_>>) -> napi::Result<Self> {
        let client_id = text(client_id, "the client id")?.parse().map_err(Failure::from)?;
        let mut keys = keys.into_iter().map(secret);
        let missing = || Failure::kind("missing_option", "a verifier needs a secret key");
        let credentials = Credentials::new(client_id, keys.next().ok_or_else(missing)??);
        let verifier = doku_indodana::Verifier::new(credentials);
        let verifier = keys.try_fold(verifier, |verifier, key| key.map(|key| verifier.with_key(key)))?;
        Ok(Self(verifier))
    }

    #[napi(factory, catch_unwind)]
    pub fn from_env() -> napi::Result<Self> {
        Ok(Self(doku_indodana::Verifier::new(Credentials::from_env().map_err(Failure::from)?)))
    }

    #[napi(catch_unwind)]
    pub fn verify_notification(
        &self,
        target: Unknown<'_>,
        headers: Vec<Unknown<'_>>,
        received: Unknown<'_>,
    ) -> napi::Result<Notification> {
        let (target, headers, body) = (text(target, "the target")?, header_map(headers)?, raw(received)?);
        let verified = self.0.verify(&target, &headers, &body).map_err(Failure::from)?;
        Ok(Notification(verified))
    }

    #[napi(catch_unwind)]
    pub fn verify_response(
        &self,
        target: Unknown<'_>,
        request_id: Unknown<'_>,
        headers: Vec<Unknown<'_>>,
        received: Unknown<'_>,
    ) -> napi::Result<VerifiedResponse> {
        let id: RequestId = text(request_id, "the request id")?.parse().map_err(Failure::from)?;
        let (target, headers, body) = (text(target, "the target")?, header_map(headers)?, raw(received)?);
        let verified = self.0.verify_response(&target, &id, &headers, &body).map_err(Failure::UnverifiedAnswer)?;
        Ok(VerifiedResponse::from(&verified))
    }
}

/// An answer that is proven to be DOKU's.
#[napi(object)]
pub struct VerifiedResponse {
    pub timestamp: String,
    pub body: Buffer,
}

impl From<&doku_indodana::VerifiedResponse> for VerifiedResponse {
    fn from(verified: &doku_indodana::VerifiedResponse) -> Self {
        Self { timestamp: verified.timestamp().to_string(), body: verified.body().to_vec().into() }
    }
}

/// A notification that is proven to be DOKU's.
#[napi]
pub struct Notification(doku_indodana::Notification);

#[napi]
impl Notification {
    #[napi(getter, catch_unwind)]
    pub fn request_id(&self) -> String {
        self.0.request_id().to_string()
    }

    #[napi(getter, catch_unwind)]
    pub fn timestamp(&self) -> String {
        self.0.timestamp().to_string()
    }

    #[napi(getter, catch_unwind)]
    pub fn body(&self) -> Buffer {
        self.0.body().to_vec().into()
    }

    #[napi(getter, catch_unwind)]
    pub fn invoice_number(&self) -> Option<String> {
        self.0.invoice_number().map(str::to_owned)
    }

    #[napi(getter, catch_unwind)]
    pub fn amount(&self) -> Option<BigInt> {
        self.0.amount().map(|amount| amount.get().into())
    }

    #[napi(getter, catch_unwind)]
    pub fn status(&self) -> Option<String> {
        self.0.status().map(ToString::to_string)
    }

    #[napi(getter, catch_unwind)]
    pub fn is_final(&self) -> Option<bool> {
        self.0.status().map(doku_indodana::TransactionStatus::is_final)
    }

    /// As JSON text.
    #[napi(getter, catch_unwind)]
    pub fn payment(&self) -> Option<String> {
        self.0.payment().ok().map(exact::write)
    }

    #[napi(getter, catch_unwind)]
    pub fn unreadable(&self) -> Option<String> {
        self.0.payment().err().map(ToString::to_string)
    }

    /// As JSON text.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> String {
        report::notes(self.0.notes())
    }

    /// `now` is in milliseconds since 1970.
    #[napi(catch_unwind)]
    pub fn age(&self, now: Unknown<'_>) -> napi::Result<NotificationAge> {
        let milliseconds = number(now, "now")?;
        let since = Duration::try_from_secs_f64(milliseconds / 1000.0).ok();
        let now: Option<SystemTime> = since.and_then(|since| UNIX_EPOCH.checked_add(since));
        let now = now.ok_or_else(|| Failure::range("out_of_range", "now must be a time after 1970"))?;
        let (kind, distance) = match self.0.age(now) {
            Age::Fresh => ("fresh", None),
            Age::Late(distance) => ("late", Some(distance)),
            Age::Future(distance) => ("future", Some(distance)),
            _ => ("unknown", None),
        };
        let seconds = distance.and_then(|distance| i64::try_from(distance.as_secs()).ok());
        Ok(NotificationAge { kind: kind.to_owned(), seconds })
    }
}

/// How old a notification is.
#[napi(object)]
pub struct NotificationAge {
    pub kind: String,
    pub seconds: Option<i64>,
}

/// The headers that are looked at.
const NAMES: [&str; 5] =
    [header::CLIENT_ID, header::REQUEST_ID, header::REQUEST_TIMESTAMP, header::RESPONSE_TIMESTAMP, header::SIGNATURE];

/// Returns the headers that are looked at, from names and values in turn.
pub(crate) fn header_map(pairs: Vec<Unknown<'_>>) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::with_capacity(NAMES.len());
    for pair in pairs.chunks_exact(2) {
        let name = text(pair[0], "the name of a header")?;
        let Some(name) = NAMES.into_iter().find(|known| known.eq_ignore_ascii_case(&name)) else { continue };
        let value = text(pair[1], &format!("the header {name}"))?;
        // What no header can hold is malformed, as is what is not ASCII.
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap_or(NO_HEADER);
        headers.append(name, value);
    }
    Ok(headers)
}

/// A value that is refused as malformed: a tab is a header value, and no part of a signature.
const NO_HEADER: HeaderValue = HeaderValue::from_static("\t");
