//! Orders whose bytes are fixed.

use doku_indodana::{Credentials, RequestTarget, SignedRequest};
use napi::{
    Unknown, ValueType,
    bindgen_prelude::{BigInt, Buffer},
};
use napi_derive::napi;

use crate::{
    argument::{Options, body, bytes, text},
    exact,
    failure::Failure,
    json, report,
    signature::{now, secret, timestamp},
};

/// A checked order.
#[napi]
pub struct PreparedOrder(pub(crate) doku_indodana::PreparedOrder);

/// Checks an order and freezes its bytes.
#[napi(catch_unwind)]
pub fn prepare(request: Unknown<'_>, request_id: Unknown<'_>, deny_advisories: bool) -> napi::Result<PreparedOrder> {
    let id = text(request_id, "the request id")?.parse().map_err(Failure::from)?;
    let body = json::freeze(request)?;
    let order = doku_indodana::PreparedOrder::from_json(body, id).map_err(Failure::from)?;
    let order = if deny_advisories { order.deny_advisories().map_err(Failure::from)? } else { order };
    Ok(PreparedOrder(order))
}

/// Takes an order that was stored before it was sent, and may have been sent.
#[napi(catch_unwind)]
pub fn restore(stored: Unknown<'_>, request_id: Unknown<'_>) -> napi::Result<PreparedOrder> {
    if stored.get_type()? == ValueType::String && bytes(request_id)?.is_some() {
        let message = "the arguments are swapped; pass the body first, then the request id";
        return Err(Failure::kind("not_bytes", message).into());
    }
    let stored = body(stored, "Pass the bytes that .body gave")?;
    let id = text(request_id, "the request id")?.parse().map_err(Failure::from)?;
    Ok(PreparedOrder(doku_indodana::PreparedOrder::restore(stored, id).map_err(Failure::from)?))
}

/// Freezes a body without checking it: what DOKU takes and the contract does not.
#[napi(catch_unwind)]
pub fn unchecked(stored: Unknown<'_>, request_id: Unknown<'_>) -> napi::Result<PreparedOrder> {
    let body = body(stored, "Pass the JSON as a Buffer")?;
    let id = text(request_id, "the request id")?.parse().map_err(Failure::from)?;
    Ok(PreparedOrder(doku_indodana::PreparedOrder::danger_unchecked(body, id).map_err(Failure::from)?))
}

/// Takes a body with fields that the contract does not know; all else of it is checked.
#[napi(catch_unwind)]
pub fn with_unknown_fields(stored: Unknown<'_>, request_id: Unknown<'_>) -> napi::Result<PreparedOrder> {
    let body = body(stored, "Pass the JSON as a Buffer")?;
    let id = text(request_id, "the request id")?.parse().map_err(Failure::from)?;
    let order = doku_indodana::PreparedOrder::danger_with_unknown_fields(body, id).map_err(Failure::from)?;
    Ok(PreparedOrder(order))
}

#[napi]
impl PreparedOrder {
    #[napi(getter, catch_unwind)]
    pub fn request_id(&self) -> String {
        self.0.request_id().to_string()
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
    pub fn digest(&self) -> String {
        self.0.digest().to_string()
    }

    /// As JSON text.
    #[napi(getter, catch_unwind)]
    pub fn advisories(&self) -> String {
        exact::write(&report::violations(&self.0.advisories()))
    }

    /// Signs the order for one attempt to send it.
    #[napi(catch_unwind)]
    pub fn sign(&self, options: Unknown<'_>) -> napi::Result<Signed> {
        let (credentials, time, _) = signer(options, &["clientId", "secretKey", "timestamp"])?;
        Ok(Signed::from(&self.0.sign(&credentials, &time)))
    }
}

/// Signs a request without a body.
#[napi(catch_unwind)]
pub fn sign_get(options: Unknown<'_>) -> napi::Result<Signed> {
    let known = ["clientId", "secretKey", "timestamp", "requestId", "target"];
    let (credentials, time, options) = signer(options, &known)?;
    let id = options.require_text("requestId")?.parse().map_err(Failure::from)?;
    let target: RequestTarget = options.require_text("target")?.parse().map_err(Failure::from)?;
    Ok(Signed::from(&SignedRequest::get(&credentials, &id, &time, &target)))
}

/// A request that is ready to be sent.
#[napi(object)]
pub struct Signed {
    pub method: String,
    pub target: String,
    /// Names and values in turn.
    pub headers: Vec<String>,
    pub body: Buffer,
    pub text: String,
}

impl From<&SignedRequest> for Signed {
    fn from(request: &SignedRequest) -> Self {
        let pairs = request.headers().iter().map(|(name, value)| [name.as_str(), value.to_str().unwrap_or_default()]);
        Self {
            method: request.method().to_string(),
            target: request.target().to_string(),
            headers: pairs.flatten().map(str::to_owned).collect(),
            body: request.body().to_vec().into(),
            text: request.to_text(),
        }
    }
}

fn signer<'o>(
    options: Unknown<'o>,
    known: &[&str],
) -> Result<(Credentials, doku_indodana::Timestamp, Options<'o>), Failure> {
    let options = Options::new(options, "options", known)?;
    let key = secret(options.require("secretKey")?)?;
    let credentials = Credentials::new(options.require_text("clientId")?.parse()?, key);
    // What is sent now has the form that DOKU asks for.
    let time = match options.get("timestamp")? {
        Some(time) => timestamp(time)?.as_str().parse()?,
        None => now()?,
    };
    Ok((credentials, time, options))
}
