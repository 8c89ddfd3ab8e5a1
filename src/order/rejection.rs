//! What DOKU says when it refuses, in any of the shapes that were seen (D-35).

use serde_json::Value;

use super::{event::Answer, refusal};
use crate::{
    contract::{
        generated::types::{ErrorBody, ErrorMessage},
        reader::{self, Reading},
    },
    error::Rejection,
};

/// Reads a refusal. What cannot be read has no code and no texts.
pub(crate) fn read(answer: &Answer<'_>, verified: bool) -> Rejection {
    let mut rejection = Rejection { status: answer.status, code: None, messages: Vec::new(), verified, advice: None };
    let Ok(Reading { value: body, .. }) = reader::read::<ErrorBody>(answer.body) else { return rejection };
    let (inner_code, inner_message) = body.error.map_or((None, None), |error| (error.code, error.message));
    rejection.code = inner_code.or(body.code).or(body.response_code);
    for message in [inner_message, body.message].into_iter().flatten() {
        match message {
            ErrorMessage::String(text) => rejection.messages.push(text),
            ErrorMessage::Array(texts) => rejection.messages.extend(texts),
        }
    }
    rejection.messages.extend(body.error_messages.into_iter().flat_map(|messages| messages.0));
    if let Some(Value::String(status)) = body.status {
        rejection.code = rejection.code.or(Some(status));
    }
    rejection.advice = refusal::advice(&rejection);
    rejection
}
