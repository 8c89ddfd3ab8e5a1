//! The answers of the simulator: signed as DOKU does, or as a fault or a switch wants it.

use std::time::SystemTime;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::{
    doku::{
        body,
        fault::{AnswerEffect, Fault, strikes},
        switch::Switches,
    },
    time::timestamp,
};
use doku_indodana::{
    Credentials, RequestId, SecretKey,
    signature::{self, Components, PREFIX, Time, string_to_sign, write_headers},
};

/// What will be answered, before it is signed.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
    /// The request that is answered, once it is known to be the merchant's.
    caller: Option<RequestId>,
    pub(crate) standing: Standing,
    /// For the timeline.
    pub(crate) verdict: &'static str,
    pub(crate) invoice_number: Option<String>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

/// What an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Generated,
    Refused,
    Replayed,
    Status,
}

impl Reply {
    /// Refuses a request of which it is not known who sent it.
    pub(crate) fn unknown(status: StatusCode, body: Vec<u8>, verdict: &'static str) -> Self {
        let (caller, invoice_number, header) = (None, None, None);
        Self { status, body: body.into(), caller, standing: Standing::Refused, verdict, invoice_number, header }
    }

    /// Refuses a request because what is answered could be forgotten.
    pub(crate) fn unwritable() -> Self {
        let text = "The simulator cannot write its state file";
        Self::unknown(StatusCode::SERVICE_UNAVAILABLE, body::message(text), "unwritable")
    }

    pub(crate) fn refusal(status: StatusCode, body: Vec<u8>, caller: RequestId, verdict: &'static str) -> Self {
        Self { caller: Some(caller), ..Self::unknown(status, body, verdict) }
    }

    pub(crate) fn success(status: StatusCode, body: Bytes, caller: RequestId, standing: Standing) -> Self {
        let verdict = if standing == Standing::Replayed { "replayed" } else { "accepted" };
        Self { body, standing, ..Self::refusal(status, Vec::new(), caller, verdict) }
    }

    /// Sets the order that the answer is about.
    pub(crate) fn about(self, invoice_number: String) -> Self {
        Self { invoice_number: Some(invoice_number), ..self }
    }

    /// Returns the answer of something between the merchant and DOKU, if one of the faults puts it there: the request
    /// never arrives.
    pub(crate) fn before_order(faults: &[Fault]) -> Option<Self> {
        faults.iter().filter_map(Fault::answer).find_map(|effect| {
            let reply = |status: StatusCode, text: &str| Self::unknown(status, body::message(text), "not_arrived");
            match effect {
                AnswerEffect::Redirect(url) => Some(reply(StatusCode::TEMPORARY_REDIRECT, "Moved").with(LOCATION, url)),
                AnswerEffect::ResetBeforeOrder => Some(reply(StatusCode::INTERNAL_SERVER_ERROR, "Reset")),
                AnswerEffect::ServerError(status) => Some(reply(server_error(*status), "INTERNAL SERVER ERROR")),
                AnswerEffect::TooManyRequests(wait) => {
                    Some(reply(StatusCode::TOO_MANY_REQUESTS, "Too many requests").with(RETRY_AFTER, wait))
                }
                _ => None,
            }
        })
    }

    /// Puts another answer in its place, if one of the faults does; the order stays made.
    pub(crate) fn after_order(self, faults: &[Fault]) -> Self {
        faults.iter().filter_map(Fault::answer).fold(self, |reply, effect| match effect {
            AnswerEffect::Empty => Self { status: StatusCode::OK, body: Bytes::new(), ..reply },
            AnswerEffect::EchoAmount => reply.edit(|answer| answer["order"]["amount"] = json!(1)),
            AnswerEffect::EchoInvoiceNumber => {
                reply.edit(|answer| answer["order"]["invoice_number"] = json!("ANOTHER-1"))
            }
            AnswerEffect::Html => {
                let page = b"<!doctype html>\n<title>Maintenance</title>\n<p>We are back soon.\n".to_vec();
                let html =
                    Self { invoice_number: reply.invoice_number, ..Self::unknown(StatusCode::OK, page, reply.verdict) };
                html.with(CONTENT_TYPE, "text/html")
            }
            AnswerEffect::NotJson => {
                Self { status: StatusCode::OK, body: Bytes::from_static(b"{\"order\": {\"amount\": "), ..reply }
            }
            AnswerEffect::PaymentFailed => reply.edit(|answer| {
                if let Some(payment) = answer["payment"].as_object_mut() {
                    payment.remove("url");
                    payment.insert("status".to_owned(), json!("FAILED"));
                }
            }),
            AnswerEffect::PaymentUrl(url) => reply.edit(|answer| answer["payment"]["url"] = json!(url)),
            AnswerEffect::ServerErrorAfterOrder(status) => {
                let body = body::message("INTERNAL SERVER ERROR");
                Self {
                    invoice_number: reply.invoice_number,
                    ..Self::unknown(server_error(*status), body, reply.verdict)
                }
            }
            AnswerEffect::UnknownFields => reply.edit(|answer| {
                answer["order"]["currency"] = json!("IDR");
                answer["promotion"] = json!({ "id": 7, "names": ["a", "b"] });
            }),
            _ => reply,
        })
    }

    fn with(self, name: HeaderName, value: &str) -> Self {
        let header = HeaderValue::from_str(value).ok().map(|value| Box::new((name, value)));
        Self { header, ..self }
    }

    /// Changes the answer to generate order; refusals stay as they are.
    fn edit(self, change: impl FnOnce(&mut Value)) -> Self {
        if !matches!(self.standing, Standing::Generated | Standing::Replayed) {
            return self;
        }
        let Ok(mut answer) = serde_json::from_slice(&self.body) else { return self };
        change(&mut answer);
        Self { body: answer.to_string().into(), ..self }
    }

    /// Returns whether the answer is signed.
    fn is_signed(&self, switches: &Switches) -> bool {
        match self.standing {
            Standing::Generated => true,
            Standing::Refused => switches.errors_signed(),
            Standing::Replayed => switches.replay_signed(),
            Standing::Status => switches.status_signed(),
        }
    }

    /// Writes the answer and signs it, and returns what was signed.
    pub(crate) fn sign(
        self,
        credentials: &Credentials,
        target: &str,
        now: SystemTime,
        switches: &Switches,
        faults: &[Fault],
    ) -> (Response<Bytes>, Option<String>) {
        let signed = self.is_signed(switches) && !strikes(faults, &AnswerEffect::SignatureMissing);
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.header.map(|header| *header));
        let (Some(caller), Ok(target), true) = (self.caller, target.parse(), signed) else {
            return (response, None);
        };
        let other_body = strikes(faults, &AnswerEffect::SignatureWrong);
        let digest = signature::digest(if other_body { b"{}" } else { response.body() });
        let other_caller = strikes(faults, &AnswerEffect::EchoRequestId);
        let other_client = strikes(faults, &AnswerEffect::EchoClientId);
        let timestamp = timestamp(now);
        let components = Components {
            client_id: if other_client { foreign_client_id() } else { credentials.client_id() },
            request_id: if other_caller { foreign_request_id() } else { &caller },
            time: Time::Response(&timestamp),
            target: &target,
            digest: Some(&digest),
        };
        let key =
            if strikes(faults, &AnswerEffect::SignatureForeign) { foreign_key() } else { credentials.secret_key() };
        sign(response.headers_mut(), key, &components, switches.signatures_padded());
        if strikes(faults, &AnswerEffect::SignatureMalformed) {
            change_signature(response.headers_mut(), |text| text.trim_start_matches(PREFIX).to_owned());
        }
        (response, Some(string_to_sign(&components)))
    }
}

fn server_error(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Writes the four headers of a signed message.
pub(crate) fn sign(headers: &mut HeaderMap, key: &SecretKey, components: &Components<'_>, padded: bool) {
    write_headers(headers, key, components);
    if !padded {
        change_signature(headers, |text| text.trim_end_matches('=').to_owned());
    }
}

/// Changes the text of the signature header.
fn change_signature(headers: &mut HeaderMap, change: impl FnOnce(&str) -> String) {
    let Some(signature) = headers.get_mut("signature") else { return };
    let changed = change(signature.to_str().expect("a signature is visible ascii"));
    if let Ok(value) = HeaderValue::from_str(&changed) {
        *signature = value;
    }
}

/// Returns a key that is not the merchant's.
pub(crate) fn foreign_key() -> &'static SecretKey {
    static KEY: std::sync::LazyLock<SecretKey> =
        std::sync::LazyLock::new(|| "SK-of-somebody-else".parse().expect("the constant is a secret key"));
    &KEY
}

fn foreign_client_id() -> &'static doku_indodana::ClientId {
    static ID: std::sync::LazyLock<doku_indodana::ClientId> =
        std::sync::LazyLock::new(|| "SIM-9999-9999999999999".parse().expect("the constant is a client id"));
    &ID
}

fn foreign_request_id() -> &'static RequestId {
    static ID: std::sync::LazyLock<RequestId> =
        std::sync::LazyLock::new(|| "another-request".parse().expect("the constant is a request id"));
    &ID
}
