//! From errors of the core to Python's exceptions, which are classes in `errors.py`.

use std::error::Error as _;

use doku_indodana::{
    Error, Note, VerificationError,
    error::{Language, Outcome, SyntaxError, Violation},
};
use doku_store::{StoreError, StoreErrorKind};
use pyo3::{call::PyCallArgs, prelude::*, sync::PyOnceLock};
use serde_json::{Value, json};

use crate::json;

/// Makes an object by a function of `_records.py`.
pub(crate) fn record<'py>(py: Python<'py>, make: &str, arguments: impl PyCallArgs<'py>) -> PyResult<Bound<'py, PyAny>> {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || py.import("doku_indodana._records").map(Bound::unbind))?;
    module.bind(py).getattr(make)?.call1(arguments)
}

/// What a call can end with instead of its result.
pub(crate) trait Raise: Send + 'static {
    /// Returns the exception for it.
    fn raise(&self, py: Python<'_>) -> PyErr;
    /// Returns the exception for a call that ended by a fault of ours.
    fn fault_of_ours(py: Python<'_>) -> PyErr;
}

impl Raise for Error {
    fn raise(&self, py: Python<'_>) -> PyErr {
        core(py, self)
    }

    fn fault_of_ours(py: Python<'_>) -> PyErr {
        let message = "the call ended by a fault of this library, please report it; an order may exist: send the same \
                       prepared order again or check its status";
        exception(
            py,
            "error",
            &json!({
                "code": "bug",
                "outcome": "unknown",
                "message": message,
                "request_id": null,
                "retryable": true,
                "violations": [],
                "rejection": null,
                "verification": null,
                "syntax": null,
            }),
        )
    }
}

impl Raise for StoreError {
    fn raise(&self, py: Python<'_>) -> PyErr {
        let order = self.order_error().map(details);
        store(py, self.kind(), self.http_status().as_u16(), &self.to_string(), order)
    }

    fn fault_of_ours(py: Python<'_>) -> PyErr {
        let message = "the call ended by a fault of this library, please report it; what was stored is seen through, \
                       and the same order placed again is the same order";
        store(py, StoreErrorKind::Bug, 500, message, None)
    }
}

/// Returns the exception for what a store does not do. `order` has what is wrong with the order.
pub(crate) fn store(
    py: Python<'_>,
    kind: StoreErrorKind,
    http_status: u16,
    message: &str,
    order: Option<Value>,
) -> PyErr {
    let record = json!({ "kind": kind.code(), "http_status": http_status, "message": message, "order": order });
    exception(py, "store_error", &record)
}

/// Returns the exception for an error of the core.
pub(crate) fn core(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, "error", &details(error))
}

/// Returns what there is to say of an error of the core.
fn details(error: &Error) -> Value {
    let mut record = serde_json::to_value(error).unwrap_or_default();
    record["message"] = with_sources(error).into();
    record["violations"] = violations(error.violations());
    if let Some(verification) = error.verification() {
        record["verification"]["message"] = verification.to_string().into();
    }
    record
}

/// Returns the exception for what is no JSON.
pub(crate) fn syntax(py: Python<'_>, error: SyntaxError) -> PyErr {
    core(py, &error.into())
}

/// Returns the exception for a message that is not proven to be DOKU's; `outcome` if it answers an order.
pub(crate) fn verification(py: Python<'_>, error: &VerificationError, outcome: Option<Outcome>) -> PyErr {
    let mut verification = json!(error);
    verification["message"] = error.to_string().into();
    exception(py, "unproven", &json!({ "verification": verification, "outcome": outcome }))
}

/// Returns violations as JSON, with their texts for people.
pub(crate) fn violations(violations: &[Violation]) -> Value {
    let record = |violation: &Violation| {
        let mut record = json!(violation);
        record["message"] = violation.message(Language::English).into();
        record["message_indonesian"] = violation.message(Language::Indonesian).into();
        record
    };
    violations.iter().map(record).collect()
}

/// Returns the notes of what was read, each with its text.
pub(crate) fn notes<'py>(py: Python<'py>, notes: &[Note]) -> PyResult<Bound<'py, PyAny>> {
    let records: Value = notes
        .iter()
        .map(|note| json!({ "pointer": note.pointer(), "code": note.code(), "message": note.message() }))
        .collect();
    record(py, "notes", (json::from_value(py, &records)?,))
}

/// Returns an `InputError`, or an `InputTypeError` where the type is wrong.
pub(crate) fn input(py: Python<'_>, is_type: bool, code: &str, message: &str, pointer: Option<&str>) -> PyErr {
    record(py, "fault", (is_type, message, code, pointer)).map_or_else(|error| error, PyErr::from_value)
}

fn exception(py: Python<'_>, make: &str, details: &Value) -> PyErr {
    json::from_value(py, details)
        .and_then(|details| record(py, make, (details,)))
        .map_or_else(|error| error, PyErr::from_value)
}

/// Returns the text of an error and of what caused it, as one line.
fn with_sources(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
