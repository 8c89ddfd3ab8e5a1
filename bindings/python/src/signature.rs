//! For people with their own HTTP client: digest, string to sign, headers.

use doku_indodana::{
    RequestId, RequestTarget, Timestamp,
    signature::{self, Components, Digest, Time, header},
};
use pyo3::{prelude::*, types::PyDict};

use crate::{error, input};

/// Returns the digest of a body.
#[pyfunction]
#[pyo3(signature = (body))]
pub(crate) fn digest(body: &Bound<'_, PyAny>) -> PyResult<String> {
    let bytes = input::exact_body(body, EXACT)?;
    Ok(body.py().detach(|| signature::digest(&bytes)).to_string())
}

const EXACT: &str = "pass the exact bytes that are sent or were received";

/// Returns a new request id.
#[pyfunction]
pub(crate) fn new_request_id(py: Python<'_>) -> PyResult<String> {
    fresh_request_id(py).map(|id| id.to_string())
}

/// Returns the text that is signed.
#[pyfunction]
#[pyo3(signature = (*, client_id, request_id, timestamp, method, target, body = None, digest = None, answer = false))]
#[expect(clippy::too_many_arguments, reason = "the parts of the string, by name")]
pub(crate) fn string_to_sign(
    py: Python<'_>,
    client_id: &Bound<'_, PyAny>,
    request_id: &Bound<'_, PyAny>,
    timestamp: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    body: Option<&Bound<'_, PyAny>>,
    digest: Option<&Bound<'_, PyAny>>,
    answer: bool,
) -> PyResult<String> {
    let client_id =
        input::text("the client id", client_id)?.parse().map_err(|fault| input::refused_credentials(py, fault))?;
    let request_id = input::request_id(request_id)?;
    let timestamp = Timestamp::from_received(input::text("the timestamp", timestamp)?)
        .map_err(|fault| input::refused(py, fault))?;
    let target = request_target(target)?;
    let digest = digest_of(method, body, digest)?;
    let time = if answer { Time::Response(&timestamp) } else { Time::Request(&timestamp) };
    Ok(signature::string_to_sign(&Components {
        client_id: &client_id,
        request_id: &request_id,
        time,
        target: &target,
        digest: digest.as_ref(),
    }))
}

/// Signs a request: the headers to send with it.
#[pyfunction]
#[pyo3(signature = (client_id, secret_key, *, request_id, method, target, body = None, digest = None, timestamp = None))]
#[expect(clippy::too_many_arguments, reason = "the parts of a request, by name")]
pub(crate) fn sign<'py>(
    py: Python<'py>,
    client_id: &Bound<'py, PyAny>,
    secret_key: &Bound<'py, PyAny>,
    request_id: &Bound<'py, PyAny>,
    method: &Bound<'py, PyAny>,
    target: &Bound<'py, PyAny>,
    body: Option<&Bound<'py, PyAny>>,
    digest: Option<&Bound<'py, PyAny>>,
    timestamp: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let credentials = input::credentials(client_id, secret_key)?;
    let request_id = input::request_id(request_id)?;
    let target = request_target(target)?;
    let digest = digest_of(method, body, digest)?;
    let timestamp = input::timestamp(py, timestamp)?;
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &request_id,
        time: Time::Request(&timestamp),
        target: &target,
        digest: digest.as_ref(),
    };
    let headers = PyDict::new(py);
    headers.set_item(header::CLIENT_ID, credentials.client_id().as_str())?;
    headers.set_item(header::REQUEST_ID, request_id.as_str())?;
    headers.set_item(header::REQUEST_TIMESTAMP, timestamp.as_str())?;
    headers.set_item(header::SIGNATURE, signature::sign(credentials.secret_key(), &components).to_string())?;
    Ok(headers)
}

/// Makes a request id, UUID v4, of the system's randomness: two processes after a fork never make the same.
pub(crate) fn fresh_request_id(py: Python<'_>) -> PyResult<RequestId> {
    let mut random = [0; 16];
    let fail =
        |_| error::input(py, false, "no_randomness", "the system gives no random bytes; pass a request id", None);
    getrandom::fill(&mut random).map_err(fail)?;
    let id = uuid::Builder::from_random_bytes(random).into_uuid().hyphenated().to_string();
    id.parse().map_err(|fault| input::refused(py, fault))
}

fn request_target(value: &Bound<'_, PyAny>) -> PyResult<RequestTarget> {
    input::text("the request target", value)?.parse().map_err(|fault| input::refused(value.py(), fault))
}

/// Returns the digest of the body or the given one. A `GET` has neither, anything else must have one of them.
fn digest_of(
    method: &Bound<'_, PyAny>,
    body: Option<&Bound<'_, PyAny>>,
    digest: Option<&Bound<'_, PyAny>>,
) -> PyResult<Option<Digest>> {
    let py = method.py();
    let refuse = |code, message| Err(error::input(py, false, code, message, None));
    match (input::text("the method", method)?, body, digest) {
        ("GET", None, None) => Ok(None),
        ("GET", ..) => refuse("unexpected_body", "a GET is signed without a body; leave it out, or pass method POST"),
        ("POST", Some(body), None) => {
            let bytes = input::exact_body(body, EXACT)?;
            Ok(Some(py.detach(|| signature::digest(&bytes))))
        }
        ("POST", None, Some(digest)) => {
            input::text("the digest", digest)?.parse().map(Some).map_err(|fault| input::refused(py, fault))
        }
        ("POST", Some(_), Some(_)) => refuse(
            "unexpected_digest",
            "both body and digest are given; pass the body, or its digest where there is none",
        ),
        ("POST", None, None) => {
            refuse("missing_body", "a POST is signed with its body; pass the exact bytes, b\"\" if empty")
        }
        _ => refuse("unknown_method", "there is no such method here; pass GET or POST"),
    }
}
