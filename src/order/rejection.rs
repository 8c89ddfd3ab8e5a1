//! What DOKU says when it refuses, in any of the shapes that were seen (D-35): [`Reply`].

use serde_json::Value as SerdeValue;

use super::{event::Answer, refusal};
use crate::{
    contract::{
        generated::types::{ErrorBody, ErrorMessage},
        reader::{self, Reading},
    },
    error::Rejection,
    message::json::{Document, Value, ValueKind},
};

/// A refusal as it was read.
pub(crate) struct Reply {
    pub(crate) rejection: Rejection,
    /// Whether the rejection has all that the body says. Where it says more, that may speak of an order.
    is_whole: bool,
}

impl Reply {
    /// Returns whether it proves that there is no order: it says what the table lists as proof, and nothing else that could
    /// contradict it.
    pub(crate) fn proves_absence(&self) -> bool {
        self.is_whole && refusal::proves_absence(&self.rejection)
    }
}

/// Reads a refusal. What cannot be read has no code and no texts.
pub(crate) fn read(answer: &Answer<'_>, verified: bool) -> Reply {
    let mut rejection = Rejection { status: answer.status, code: None, messages: Vec::new(), verified, advice: None };
    let Ok(document) = Document::parse(answer.body) else { return Reply { rejection, is_whole: false } };
    let Ok(Reading { value: body, .. }) = reader::read_document::<ErrorBody>(&document) else {
        return Reply { rejection, is_whole: false };
    };
    let (inner_code, inner_message) = body.error.map_or((None, None), |error| (error.code, error.message));
    rejection.code = inner_code.or(body.code).or(body.response_code);
    for message in [inner_message, body.message].into_iter().flatten() {
        match message {
            ErrorMessage::String(text) => rejection.messages.push(text),
            ErrorMessage::Array(texts) => rejection.messages.extend(texts),
        }
    }
    rejection.messages.extend(body.error_messages.into_iter().flat_map(|messages| messages.0));
    if let Some(SerdeValue::String(status)) = body.status {
        rejection.code = rejection.code.or(Some(status));
    }
    rejection.advice = refusal::advice(&rejection);
    let is_whole = is_told(&rejection, document.root(), "");
    Reply { rejection, is_whole }
}

/// Returns whether all that a part of a body says is in the rejection. `name` is that of the member whose value it is.
fn is_told(rejection: &Rejection, value: Value<'_>, name: &str) -> bool {
    match value.kind() {
        ValueKind::Object if matches!(name, "" | "error") => {
            value.members().all(|(name, value)| is_told(rejection, value, &name.characters()))
        }
        ValueKind::Object => false,
        ValueKind::Array => value.elements().all(|element| is_told(rejection, element, name)),
        ValueKind::String => {
            let text = value.characters();
            // What kind of failure it is, and when and where: nothing of an order.
            matches!((name, &*text), ("type" | "timestamp" | "path", _) | ("status", "FAILED") | (_, ""))
                || rejection.code.as_deref() == Some(&*text)
                || rejection.messages.iter().any(|message| *message == *text)
        }
        // A code that is no text is none that is listed.
        ValueKind::Boolean | ValueKind::Number => {
            !matches!(name, "code" | "response_code" | "message" | "error_messages")
        }
        ValueKind::Null => true,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    /// Whether a refusal with this body and status 400 proves that there is no order.
    fn proves(body: &str) -> bool {
        let (headers, body) = (HeaderMap::new(), Bytes::copy_from_slice(body.as_bytes()));
        read(&Answer { status: 400, headers: &headers, body: &body }, false).proves_absence()
    }

    #[test]
    fn what_says_nothing_else_proves() {
        for body in [
            r#"{"error":{"code":"invalid_signature","message":"Invalid Header Signature","type":"invalid_request_error"}}"#,
            r#"{"code":"invalid_signature","message":"Invalid Header Signature"}"#,
            r#"{"error":{"code":"invalid_signature"},"code":"invalid_signature","message":null}"#,
            r#"{"message":["AMOUNT NOT MATCH"]}"#,
            r#"{"message":"AMOUNT NOT MATCH","status":400,"timestamp":"2026-01-05T08:48:42Z","path":"/x","retryable":false}"#,
            r#"{"error_messages":["order.invoice_number must be filled","order.amount must greater than 0"]}"#,
            r#"{"status":"FAILED","response_code":"INVALID_PARAMETER","message":"order.amount must be filled"}"#,
        ] {
            assert!(proves(body), "{body}");
        }
    }

    #[test]
    fn what_says_more_proves_nothing() {
        for body in [
            r#"{"error":{"code":"invalid_signature"},"code":"idempotent_request"}"#,
            r#"{"error":{"code":"invalid_signature"},"response_code":"DUPLICATE_TRANSACTION"}"#,
            r#"{"error":{"code":"invalid_signature"},"status":"SUCCESS"}"#,
            r#"{"error":{"code":"invalid_signature"},"code":7}"#,
            r#"{"message":["AMOUNT NOT MATCH",7]}"#,
            r#"{"error":{"code":"invalid_signature","detail":"INVOICE ALREADY USED"}}"#,
            r#"{"message":["AMOUNT NOT MATCH",{"text":"INVOICE ALREADY USED"}]}"#,
            r#"{"message":"AMOUNT NOT MATCH","error":"INVOICE ALREADY USED"}"#,
            r#"{"message":"AMOUNT NOT MATCH","errors":["INVOICE ALREADY USED"]}"#,
            r#"{"message":"AMOUNT NOT MATCH","detail":"INVOICE ALREADY USED"}"#,
            r#"{"message":"AMOUNT NOT MATCH","payment":{"url":"https://pay.example/1"}}"#,
            r#"{"message":"AMOUNT NOT MATCH","order":{"amount":100000}}"#,
            r#"{"code":"invalid_signature","message":"Invoice already used."}"#,
            r#"{"code":"invalid_signature","message":"the request is an idempotent_request"}"#,
            r#"["AMOUNT NOT MATCH"]"#,
            r#"{"message":"AMOUNT NOT MATCH"} x"#,
        ] {
            assert!(!proves(body), "{body}");
        }
    }
}
