//! What an answer means: whether it is DOKU's, and whether an order may exist.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::Value;

use super::{Answer, Config, Subject};
use crate::message::signature::header_name;
use crate::{
    contract::{
        generated::types::{ErrorBody, ErrorMessage, GenerateOrderResponse},
        reader::{self, Reading},
    },
    error::{Error, ErrorKind, Outcome, Rejection},
    message::{
        error::PayloadError,
        json::{Document, SyntaxError},
        signature::{RequestId, VerificationError, header},
    },
    notification::verifier::VerifiedResponse,
    order::request::PreparedOrder,
};

/// What `exec` found, for `post` to act on.
#[derive(Clone)]
pub(super) enum Verdict {
    /// Read `body`. `answer` is there if its signature verified.
    Accepted { replayed: bool, answer: Option<VerifiedResponse>, body: Bytes },
    /// Refuse it.
    Refused(Arc<Mutex<Option<Error>>>),
}

/// How an answer is signed.
enum Proof {
    /// The signature is right and covers the body.
    Verified(VerifiedResponse),
    /// There is no signature.
    Unsigned,
    /// There is one, and it proves nothing.
    Wrong(VerificationError),
}

/// Judges an answer, and tells whether it proves that there is no order. `may_exist` tells that another attempt may have
/// made it, in this call or before.
pub(super) fn judge(
    config: &Config,
    subject: &Subject,
    request_id: &RequestId,
    answer: &Answer,
    may_exist: bool,
) -> (Verdict, bool) {
    let status = answer.status.as_u16();
    let proof = prove(config, request_id, answer);
    let mut refused = false;
    let fault = match (subject, status, proof) {
        (Subject::Order(prepared), 409, Proof::Verified(verified)) if answers(&verified, prepared) => {
            return (Verdict::Accepted { replayed: true, answer: Some(verified), body: answer.body.clone() }, false);
        }
        (_, 200, Proof::Verified(verified)) => match Document::parse(verified.body()) {
            Ok(_) => return (accepted(answer, Some(verified)), false),
            Err(error) => unreadable(status, error),
        },
        (Subject::Status(_), 200, Proof::Unsigned) if !config.require_signed_status => {
            match Document::parse(&answer.body) {
                Ok(_) => return (accepted(answer, None), false),
                Err(error) => unreadable(status, error),
            }
        }
        (_, 200..=299, Proof::Unsigned) => {
            let error = VerificationError::MissingHeader { header: header::SIGNATURE };
            Error::new(ErrorKind::Unverified { status, error }, Outcome::Unknown)
        }
        (_, _, Proof::Wrong(error)) => Error::new(ErrorKind::Unverified { status, error }, Outcome::Unknown),
        (Subject::Order(_), _, proof) => {
            let rejection = rejection(answer, matches!(proof, Proof::Verified(_)));
            refused = outcome(&rejection) == Outcome::Refused;
            let outcome = if may_exist { Outcome::Unknown } else { outcome(&rejection) };
            Error::new(ErrorKind::Rejected(rejection), outcome)
        }
        // What is said of the status proves nothing of the order: "not found" included.
        (Subject::Status(_), _, proof) => {
            let rejection = rejection(answer, matches!(proof, Proof::Verified(_)));
            Error::new(ErrorKind::StatusRejected(rejection), Outcome::Unknown)
        }
    };
    (Verdict::Refused(Arc::new(Mutex::new(Some(fault.with_request_id(request_id))))), refused)
}

fn accepted(answer: &Answer, verified: Option<VerifiedResponse>) -> Verdict {
    Verdict::Accepted { replayed: false, answer: verified, body: answer.body.clone() }
}

fn unreadable(status: u16, error: SyntaxError) -> Error {
    let reason = PayloadError::Syntax(error).to_string();
    Error::new(ErrorKind::Unreadable { status, reason }, Outcome::Unknown)
}

/// Returns whether an order may exist after a refusal.
fn outcome(rejection: &Rejection) -> Outcome {
    let shaped = rejection.code.is_some() || !rejection.messages.is_empty();
    match rejection.status {
        // The request came too late, or its id was used before: something of it is known to DOKU.
        408 | 409 | 425 => Outcome::Unknown,
        429 => Outcome::Refused,
        400..=499 if speaks_of_an_order(rejection) => Outcome::Unknown,
        // A refusal is DOKU's own if it is signed or has DOKU's shape; a page of a proxy says nothing.
        400..=499 if rejection.verified || shaped => Outcome::Refused,
        _ => Outcome::Unknown,
    }
}

/// Returns whether a refusal says that an order is there already, or that DOKU failed after all. DOKU documents no texts,
/// so a word is enough: not to know is safer than to say that there is no order (D-46).
fn speaks_of_an_order(rejection: &Rejection) -> bool {
    const TELLING: [&str; 5] = ["already", "duplicat", "idempoten", "internal server error", "was used"];
    let texts = rejection.code.iter().chain(&rejection.messages);
    texts.map(|text| text.to_lowercase()).any(|text| TELLING.iter().any(|telling| text.contains(telling)))
}

fn prove(config: &Config, request_id: &RequestId, answer: &Answer) -> Proof {
    if !answer.headers.contains_key(header_name::SIGNATURE) {
        return Proof::Unsigned;
    }
    match config.verifier.prove(header::RESPONSE_TIMESTAMP, &answer.target, &answer.headers, &answer.body, false) {
        Ok(proof) if proof.request_id == *request_id => {
            Proof::Verified(VerifiedResponse::new(proof.timestamp, answer.body.clone()))
        }
        Ok(_) => Proof::Wrong(VerificationError::RequestIdMismatch),
        Err(error) => match answer.headers.get(header_name::REQUEST_ID) {
            Some(echo) if echo != request_id.as_str() => Proof::Wrong(VerificationError::RequestIdMismatch),
            _ => Proof::Wrong(error),
        },
    }
}

/// Returns whether the body is the answer to this very order.
fn answers(answer: &VerifiedResponse, prepared: &PreparedOrder) -> bool {
    let invoice_number = prepared.invoice_number();
    reader::read::<GenerateOrderResponse>(answer.body())
        .is_ok_and(|reading| Some(reading.value.order.invoice_number.as_str()) == invoice_number)
}

/// Reads whatever DOKU says of a refusal, in any of the shapes that were seen (D-35).
fn rejection(answer: &Answer, verified: bool) -> Rejection {
    let mut rejection = Rejection { status: answer.status.as_u16(), code: None, messages: Vec::new(), verified };
    let Ok(Reading { value: body, .. }) = reader::read::<ErrorBody>(&answer.body) else { return rejection };
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
    rejection
}
