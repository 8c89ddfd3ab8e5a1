//! Digest, string to sign and signature, for people with their own HTTP.

use std::time::{SystemTime, UNIX_EPOCH};

use doku_indodana::{
    ClientId, RequestId, RequestTarget, SecretKey, Timestamp,
    signature::{self, Components, Digest, Time},
};
use napi::{
    JsValue, Unknown, ValueType,
    bindgen_prelude::{FromNapiValue, JsObjectValue, Object},
};
use napi_derive::napi;

use crate::{
    argument::{self, Options, text},
    failure::Failure,
};

/// Returns the digest of a body.
#[napi(catch_unwind)]
pub fn digest(body: Unknown<'_>) -> napi::Result<String> {
    Ok(signature::digest(&argument::body(body, "Pass the exact bytes that are sent or were received")?).to_string())
}

/// Returns the text that is signed.
#[napi(catch_unwind)]
pub fn string_to_sign(components: Unknown<'_>) -> napi::Result<String> {
    Ok(Parts::read(components)?.with(signature::string_to_sign))
}

/// Returns the value of the `Signature` header.
#[napi(catch_unwind)]
pub fn sign(secret_key: Unknown<'_>, components: Unknown<'_>) -> napi::Result<String> {
    let key = secret(secret_key)?;
    Ok(Parts::read(components)?.with(|components| signature::sign(&key, components).to_string()))
}

/// Returns a secret key.
pub(crate) fn secret(value: Unknown<'_>) -> Result<SecretKey, Failure> {
    Ok(SecretKey::new(&text(value, "the secret key")?)?)
}

/// Returns a time of sending: text, or a `Date`, of which whole seconds are kept.
pub(crate) fn timestamp(value: Unknown<'_>) -> Result<Timestamp, Failure> {
    if !value.is_date()? {
        return Ok(Timestamp::from_received(&text(value, "the timestamp")?)?);
    }
    let text_of = Object::from_unknown(value)?;
    let method: napi::bindgen_prelude::Function<'_, (), f64> = text_of.get_named_property("getTime")?;
    let milliseconds = method.apply(text_of, ())?;
    if milliseconds.is_nan() {
        return Err(Failure::range("invalid_date", "the timestamp is a Date that is no time"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a Date is within 8.64e15 milliseconds")]
    Ok(Timestamp::from_unix_seconds((milliseconds / 1000.0).floor() as i64)?)
}

/// Returns the time now, in whole seconds.
#[expect(clippy::disallowed_methods, reason = "the default for who signs now")]
pub(crate) fn now() -> Result<Timestamp, Failure> {
    Ok(Timestamp::try_from(SystemTime::now().max(UNIX_EPOCH))?)
}

/// The parts of the string to sign, owned.
struct Parts {
    client_id: ClientId,
    request_id: RequestId,
    timestamp: Timestamp,
    is_response: bool,
    target: RequestTarget,
    digest: Option<Digest>,
}

impl Parts {
    fn read(value: Unknown<'_>) -> Result<Self, Failure> {
        let known = ["clientId", "requestId", "requestTimestamp", "responseTimestamp", "target", "digest"];
        let options = Options::new(value, "components", &known)?;
        let (request, response) = (options.get("requestTimestamp")?, options.get("responseTimestamp")?);
        let (time, is_response) = match (request, response) {
            (Some(time), None) => (time, false),
            (None, Some(time)) => (time, true),
            _ => {
                let message = "the components must have either requestTimestamp or responseTimestamp";
                return Err(Failure::kind("missing_option", message));
            }
        };
        // A digest that was forgotten would make a wrong signature, so a message without a body says so.
        let digest = options.require("digest")?;
        let digest = match digest.get_type()? {
            ValueType::Null => None,
            _ => Some(text(digest, "digest")?.parse()?),
        };
        Ok(Self {
            client_id: options.require_text("clientId")?.parse()?,
            request_id: options.require_text("requestId")?.parse()?,
            timestamp: timestamp(time)?,
            is_response,
            target: options.require_text("target")?.parse()?,
            digest,
        })
    }

    fn with<T>(&self, use_them: impl FnOnce(&Components<'_>) -> T) -> T {
        let time = if self.is_response { Time::Response(&self.timestamp) } else { Time::Request(&self.timestamp) };
        use_them(&Components {
            client_id: &self.client_id,
            request_id: &self.request_id,
            time,
            target: &self.target,
            digest: self.digest.as_ref(),
        })
    }
}
