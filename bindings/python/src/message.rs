//! What DOKU sends: headers and raw body in, a proof out.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use doku_indodana::{self as core, Age, Credentials, signature::header};
use http::{HeaderMap, HeaderName, HeaderValue};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyList, PyString, PyTuple},
};

use crate::{error, input, json};

/// Verifies what DOKU sends, with one key or several.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Verifier {
    core: core::Verifier,
    client_id: String,
}

impl Verifier {
    fn with(credentials: Credentials) -> Self {
        let client_id = credentials.client_id().to_string();
        Self { core: core::Verifier::new(credentials), client_id }
    }
}

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(signature = (client_id, secret_key, *further_keys))]
    fn new(
        client_id: &Bound<'_, PyAny>,
        secret_key: &Bound<'_, PyAny>,
        further_keys: &Bound<'_, PyTuple>,
    ) -> PyResult<Self> {
        let Self { mut core, client_id } = Self::with(input::credentials(client_id, secret_key)?);
        for key in further_keys {
            core = core.with_key(input::key(&key)?);
        }
        Ok(Self { core, client_id })
    }

    /// Takes DOKU_CLIENT_ID, and DOKU_SECRET_KEY or the file that DOKU_SECRET_KEY_FILE names.
    #[staticmethod]
    fn from_env(py: Python<'_>) -> PyResult<Self> {
        let credentials = Credentials::from_env().map_err(|fault| input::refused_credentials(py, fault))?;
        Ok(Self::with(credentials))
    }

    /// Verifies a notification: the path of its URL as DOKU has it, all headers, the raw body before any JSON parser.
    #[pyo3(signature = (target, headers, body))]
    fn verify_notification(
        &self,
        target: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        body: &Bound<'_, PyAny>,
    ) -> PyResult<Notification> {
        let py = target.py();
        let (target, headers) = (input::text("the target", target)?, header_map(headers)?);
        let body = input::raw_body(body)?;
        let verdict = py.detach(|| self.core.verify(target, &headers, &body));
        verdict.map(|core| Notification(Arc::new(core))).map_err(|fault| error::verification(py, &fault, None))
    }

    /// Verifies an answer to a request of yours: its target and request id, the headers and the raw body of the answer.
    #[pyo3(signature = (target, request_id, headers, body))]
    fn verify_response(
        &self,
        target: &Bound<'_, PyAny>,
        request_id: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        body: &Bound<'_, PyAny>,
    ) -> PyResult<VerifiedResponse> {
        let py = target.py();
        let (target, headers) = (input::text("the target", target)?, header_map(headers)?);
        let request_id = input::request_id(request_id)?;
        let body = input::raw_body(body)?;
        let verdict = py.detach(|| self.core.verify_response(target, &request_id, &headers, &body));
        // What it answers may have made an order.
        let outcome = Some(core::error::Outcome::Unknown);
        verdict.map(VerifiedResponse).map_err(|fault| error::verification(py, &fault, outcome))
    }

    fn __repr__(&self) -> String {
        format!("Verifier(client_id='{}')", self.client_id)
    }
}

/// As `Verifier(client_id, secret_key).verify_notification(target, headers, body)`.
#[pyfunction]
#[pyo3(signature = (client_id, secret_key, target, headers, body))]
pub(crate) fn verify_notification(
    client_id: &Bound<'_, PyAny>,
    secret_key: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
) -> PyResult<Notification> {
    Verifier::with(input::credentials(client_id, secret_key)?).verify_notification(target, headers, body)
}

/// As `Verifier(client_id, secret_key).verify_response(target, request_id, headers, body)`.
#[pyfunction]
#[pyo3(signature = (client_id, secret_key, target, request_id, headers, body))]
pub(crate) fn verify_response(
    client_id: &Bound<'_, PyAny>,
    secret_key: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    request_id: &Bound<'_, PyAny>,
    headers: &Bound<'_, PyAny>,
    body: &Bound<'_, PyAny>,
) -> PyResult<VerifiedResponse> {
    Verifier::with(input::credentials(client_id, secret_key)?).verify_response(target, request_id, headers, body)
}

/// A notification that is proven to be DOKU's.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Notification(Arc<core::Notification>);

#[pymethods]
impl Notification {
    #[getter]
    fn request_id(&self) -> &str {
        self.0.request_id().as_str()
    }

    #[getter]
    fn timestamp(&self) -> &str {
        self.0.timestamp().as_str()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    /// The invoice number; None if the body cannot be read.
    #[getter]
    fn invoice_number(&self) -> Option<&str> {
        self.0.invoice_number()
    }

    /// The amount in whole rupiah; None if the body cannot be read.
    #[getter]
    fn amount(&self) -> Option<u64> {
        self.0.amount().map(core::Rupiah::get)
    }

    /// The status of the payment; None if the body cannot be read.
    #[getter]
    fn status(&self) -> Option<&str> {
        self.0.status().map(core::TransactionStatus::as_str)
    }

    /// Whether DOKU calls the status final. FAILED is not: a later SUCCESS wins.
    #[getter]
    fn is_final(&self) -> bool {
        self.0.status().is_some_and(core::TransactionStatus::is_final)
    }

    /// The fields that the contract knows, amounts as int; None if the body cannot be read.
    #[getter]
    fn payment<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.0.payment().ok().map(|payment| json::from_value(py, payment)).transpose()
    }

    /// Why the body cannot be read; None if it can.
    #[getter]
    fn payment_error(&self) -> Option<String> {
        self.0.payment().err().map(ToString::to_string)
    }

    /// What did not fit the contract and is therefore absent from the payment.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::notes(py, self.0.notes())
    }

    /// Returns how old it is at a time: an aware datetime, seconds since 1970, or now.
    #[pyo3(signature = (now = None))]
    fn age<'py>(&self, py: Python<'py>, now: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        let now = match now {
            Some(now) => moment(now)?,
            None => moment(&py.import("time")?.call_method0("time")?)?,
        };
        let (kind, distance) = match UNIX_EPOCH.checked_add(now).map(|now| self.0.age(now)) {
            Some(Age::Fresh) => ("fresh", None),
            Some(Age::Late(age)) => ("late", Some(age)),
            Some(Age::Future(lead)) => ("future", Some(lead)),
            _ => ("unknown", None),
        };
        error::record(py, "age", (kind, distance.map(|distance| distance.as_secs_f64())))
    }

    fn __repr__(&self) -> String {
        format!("Notification(request_id='{}', {} bytes)", self.request_id(), self.0.body().len())
    }
}

/// An answer that is proven to be DOKU's.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct VerifiedResponse(pub(crate) core::VerifiedResponse);

#[pymethods]
impl VerifiedResponse {
    #[getter]
    fn timestamp(&self) -> &str {
        self.0.timestamp().as_str()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    fn __repr__(&self) -> String {
        format!("VerifiedResponse(timestamp='{}', {} bytes)", self.timestamp(), self.0.body().len())
    }
}

/// Returns seconds since 1970 of a datetime that knows its zone, or of a number.
fn moment(now: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let py = now.py();
    let is_datetime = now.hasattr("tzinfo")? && now.hasattr("timestamp")?;
    if is_datetime && now.getattr("tzinfo")?.is_none() {
        let message = "the time has no zone; pass an aware datetime, such as datetime.now(timezone.utc)";
        return Err(error::input(py, false, "naive_time", message, None));
    }
    let seconds = if is_datetime { &now.call_method0("timestamp")? } else { now };
    let hint = "pass an aware datetime, or seconds since 1970 as int or float";
    let out_of_range = |message| error::input(py, false, "out_of_range", message, None);
    let seconds = input::seconds("the time", seconds, hint)?
        .ok_or_else(|| out_of_range("the time is no time after 1970; pass an aware datetime, or seconds since 1970"))?;
    if seconds > YEAR_9999 {
        return Err(out_of_range("the time is after the year 9999; pass seconds, not milliseconds"));
    }
    Ok(seconds)
}

/// The last second that a datetime can tell.
const YEAR_9999: Duration = Duration::from_secs(253_402_300_799);

/// Returns headers for the core, from a mapping or from pairs, names and values being str or bytes.
///
/// Those that are not signed are left out. A value that HTTP cannot carry is passed on as an empty one, so that the core
/// refuses it in its own order.
pub(crate) fn header_map(headers: &Bound<'_, PyAny>) -> PyResult<HeaderMap> {
    let py = headers.py();
    let refuse = |what: &Bound<'_, PyAny>| {
        let are = if what.is(headers) { "are" } else { "have a part that is" };
        let message = format!(
            "the headers {are} of type {}; pass a mapping or pairs, names and values being str or bytes",
            input::type_name(what)
        );
        error::input(py, true, "wrong_type", &message, None)
    };
    if headers.is_none() || headers.is_instance_of::<PyString>() || headers.is_instance_of::<PyBytes>() {
        return Err(refuse(headers));
    }
    let pairs = if headers.hasattr("items")? { headers.call_method0("items")? } else { headers.clone() };
    let mut map = HeaderMap::new();
    for pair in pairs.try_iter().map_err(|_| refuse(headers))? {
        let pair = pair?;
        let parts: Vec<_> = match pair.is_instance_of::<PyTuple>() || pair.is_instance_of::<PyList>() {
            true => pair.try_iter()?.collect::<PyResult<_>>()?,
            false => Vec::new(),
        };
        let [name, value] = &parts[..] else { return Err(refuse(&pair)) };
        let octets = |part: &Bound<'_, PyAny>| match part.cast::<PyString>() {
            Ok(text) => Ok(text.to_str().map(|text| text.as_bytes().to_vec()).unwrap_or_default()),
            Err(_) => input::bytes(part)?.map(Cow::into_owned).ok_or_else(|| refuse(part)),
        };
        let (name, value) = (octets(name)?, octets(value)?);
        let Some(name) = SIGNED.iter().find(|signed| signed.as_bytes().eq_ignore_ascii_case(&name)) else { continue };
        let value = HeaderValue::from_bytes(&value).unwrap_or_else(|_| HeaderValue::from_static(""));
        map.append(HeaderName::try_from(*name).map_err(|_| refuse(headers))?, value);
    }
    Ok(map)
}

const SIGNED: [&str; 5] =
    [header::CLIENT_ID, header::REQUEST_ID, header::REQUEST_TIMESTAMP, header::RESPONSE_TIMESTAMP, header::SIGNATURE];
