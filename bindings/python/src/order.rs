//! An order on its way: prepared, signed, generated, asked for.

use bytes::Bytes;
use doku_indodana::{
    self as core, Credentials,
    types::{PaymentStatus, TransactionStatus},
};
use http::HeaderMap;
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict, PyString, PyTuple},
};

use crate::{body::body, error, input, json, message::VerifiedResponse, report, signature::fresh_request_id};

/// Checks an order, serialises it and freezes the bytes.
#[pyfunction]
#[pyo3(signature = (request, *, request_id = None, deny_advisories = false))]
pub(crate) fn prepare(
    request: &Bound<'_, PyAny>,
    request_id: Option<&Bound<'_, PyAny>>,
    deny_advisories: bool,
) -> PyResult<PreparedOrder> {
    let py = request.py();
    let request_id = request_id.map_or_else(|| fresh_request_id(py), input::request_id)?;
    let bytes = body(request)?;
    report::set_up();
    let prepare = || {
        let prepared = core::PreparedOrder::from_json(bytes, request_id)?;
        if deny_advisories { prepared.deny_advisories() } else { Ok(prepared) }
    };
    py.detach(prepare).map(PreparedOrder).map_err(|fault| error::core(py, &fault))
}

/// A checked order: frozen body bytes and their request id.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct PreparedOrder(pub(crate) core::PreparedOrder);

#[pymethods]
impl PreparedOrder {
    /// Says where an order comes from.
    #[new]
    #[pyo3(signature = (*_arguments, **_named))]
    fn new(py: Python<'_>, _arguments: &Bound<'_, PyTuple>, _named: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let message = "a PreparedOrder comes from prepare(request), client.prepare(request) or \
                       PreparedOrder.restore(body, request_id)";
        Err(error::input(py, true, "illegal_constructor", message, None))
    }

    /// Takes an order that was prepared and stored before it was sent. It may have been sent.
    #[staticmethod]
    #[pyo3(signature = (body, request_id))]
    fn restore(body: &Bound<'_, PyAny>, request_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (bytes, request_id) = stored(body, request_id)?;
        let prepared = core::PreparedOrder::restore(bytes, request_id);
        prepared.map(Self).map_err(|fault| error::syntax(body.py(), fault))
    }

    /// Freezes a body without checking it: what DOKU takes and the contract does not.
    #[staticmethod]
    #[pyo3(signature = (body, request_id))]
    fn danger_unchecked(body: &Bound<'_, PyAny>, request_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (bytes, request_id) = stored(body, request_id)?;
        let prepared = core::PreparedOrder::danger_unchecked(bytes, request_id);
        prepared.map(Self).map_err(|fault| error::syntax(body.py(), fault))
    }

    /// Takes a body with fields that the contract does not know; all else of it is checked.
    #[staticmethod]
    #[pyo3(signature = (body, request_id))]
    fn danger_with_unknown_fields(body: &Bound<'_, PyAny>, request_id: &Bound<'_, PyAny>) -> PyResult<Self> {
        let (bytes, request_id) = stored(body, request_id)?;
        report::set_up();
        let prepared = core::PreparedOrder::danger_with_unknown_fields(bytes, request_id);
        prepared.map(Self).map_err(|fault| error::core(body.py(), &fault))
    }

    /// Says that these bytes may have been sent before: of every order that is read back from storage.
    fn assume_sent(&self) -> Self {
        Self(self.0.clone().assume_sent())
    }

    #[getter]
    fn request_id(&self) -> &str {
        self.0.request_id().as_str()
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    #[getter]
    fn digest(&self) -> &str {
        self.0.digest().as_str()
    }

    #[getter]
    fn invoice_number(&self) -> Option<&str> {
        self.0.invoice_number()
    }

    #[getter]
    fn amount(&self) -> Option<u64> {
        self.0.amount().map(core::Rupiah::get)
    }

    #[getter]
    fn advisories<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let findings = json::from_value(py, &error::violations(&self.0.advisories()))?;
        error::record(py, "violations", (findings,))
    }

    /// Signs the order for one attempt to send it with your own HTTP client.
    #[pyo3(signature = (client_id, secret_key, timestamp = None))]
    fn sign(
        &self,
        py: Python<'_>,
        client_id: &Bound<'_, PyAny>,
        secret_key: &Bound<'_, PyAny>,
        timestamp: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<SignedRequest> {
        let credentials: Credentials = input::credentials(client_id, secret_key)?;
        let timestamp = input::timestamp(py, timestamp)?;
        Ok(SignedRequest(self.0.sign(&credentials, &timestamp)))
    }

    fn __repr__(&self) -> String {
        format!("PreparedOrder(request_id='{}', {} bytes)", self.request_id(), self.0.body().len())
    }
}

/// Returns a body and its request id as they were stored.
fn stored(body: &Bound<'_, PyAny>, request_id: &Bound<'_, PyAny>) -> PyResult<(Bytes, core::RequestId)> {
    if body.is_instance_of::<PyString>() && input::bytes(request_id)?.is_some() {
        let message = "the arguments are swapped; pass the body first, then the request id";
        return Err(error::input(body.py(), true, "raw_bytes_needed", message, None));
    }
    let bytes = Bytes::copy_from_slice(&input::exact_body(body, "pass the bytes that .body gave")?);
    Ok((bytes, input::request_id(request_id)?))
}

/// A request that is ready to be sent by any HTTP client.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct SignedRequest(core::SignedRequest);

#[pymethods]
impl SignedRequest {
    #[getter]
    fn method(&self) -> &str {
        self.0.method().as_str()
    }

    #[getter]
    fn target(&self) -> &str {
        self.0.target().as_str()
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let headers: &HeaderMap = self.0.headers();
        for (name, value) in headers {
            dict.set_item(title_case(name.as_str()), value.to_str().unwrap_or_default())?;
        }
        Ok(dict)
    }

    #[getter]
    fn body<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.body())
    }

    /// Returns the whole request as text, for snapshot tests.
    fn to_text(&self) -> String {
        self.0.to_text()
    }

    fn __repr__(&self) -> String {
        format!("SignedRequest({} {}, {} bytes)", self.method(), self.target(), self.0.body().len())
    }
}

/// An order that exists at DOKU, with the page to send the customer to.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct GeneratedOrder(pub(crate) core::GeneratedOrder);

#[pymethods]
impl GeneratedOrder {
    /// The page to send the customer to.
    #[getter]
    fn payment_url(&self) -> &str {
        self.0.payment_url()
    }

    #[getter]
    fn payment_status(&self) -> &str {
        PaymentStatus::as_str(self.0.payment_status())
    }

    #[getter]
    fn request_id(&self) -> &str {
        self.0.request_id().as_str()
    }

    /// Whether this is DOKU's first answer again.
    #[getter]
    fn is_replayed(&self) -> bool {
        self.0.is_replayed()
    }

    #[getter]
    fn attempts(&self) -> u32 {
        self.0.attempts()
    }

    #[getter]
    fn response<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::from_value(py, self.0.response())
    }

    /// What did not fit the contract and is therefore absent from the response.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::notes(py, self.0.notes())
    }

    #[getter]
    fn verified(&self) -> VerifiedResponse {
        VerifiedResponse(self.0.verified().clone())
    }

    fn __repr__(&self) -> String {
        let replayed = if self.0.is_replayed() { "True" } else { "False" };
        format!(
            "GeneratedOrder(request_id='{}', is_replayed={replayed}, attempts={})",
            self.request_id(),
            self.attempts()
        )
    }
}

/// What DOKU says of an order.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct CheckedStatus(pub(crate) core::CheckedStatus);

#[pymethods]
impl CheckedStatus {
    #[getter]
    fn status(&self) -> Option<&str> {
        self.0.transaction_status().map(TransactionStatus::as_str)
    }

    #[getter]
    fn is_final(&self) -> bool {
        self.0.transaction_status().is_some_and(TransactionStatus::is_final)
    }

    #[getter]
    fn amount(&self) -> Option<u64> {
        self.0.amount().map(core::Rupiah::get)
    }

    #[getter]
    fn invoice_number(&self) -> Option<&str> {
        self.0.invoice_number()
    }

    #[getter]
    fn is_verified(&self) -> bool {
        self.0.is_verified()
    }

    #[getter]
    fn answer<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::from_value(py, self.0.answer())
    }

    /// What did not fit the contract and is therefore absent from the answer.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::notes(py, self.0.notes())
    }

    #[getter]
    fn verified(&self) -> Option<VerifiedResponse> {
        self.0.verified().cloned().map(VerifiedResponse)
    }

    fn __repr__(&self) -> String {
        let status = self.status().map_or_else(|| "None".to_owned(), |status| format!("{status:?}"));
        format!("CheckedStatus(status={status}, is_verified={})", if self.is_verified() { "True" } else { "False" })
    }
}

/// Writes a header name as DOKU does: `Client-Id` for `client-id`.
pub(crate) fn title_case(name: &str) -> String {
    let mut start = true;
    name.chars()
        .map(|letter| {
            let written = if start { letter.to_ascii_uppercase() } else { letter };
            start = letter == '-';
            written
        })
        .collect()
}
