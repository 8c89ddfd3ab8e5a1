//! From JSON text to Python's values: integers as int, other numbers as Decimal, never a float.

use doku_indodana::json::{Document, Value, ValueKind};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyInt, PyList, PyType},
};
use serde::Serialize;

use crate::error;

/// Returns an answer or a record as a dict.
pub(crate) fn from_value<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_vec(value).unwrap_or_default();
    let document = Document::parse(&text).map_err(|fault| error::syntax(py, fault))?;
    read(py, document.root())
}

fn read<'py>(py: Python<'py>, value: Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value.kind() {
        ValueKind::Null => py.None().into_bound(py),
        ValueKind::Boolean => value.as_bool().into_pyobject(py)?.into_any(),
        ValueKind::String => value.as_str().into_pyobject(py)?.into_any(),
        ValueKind::Number => {
            let digits = value.number_text().unwrap_or("0");
            let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            if is_integer { py.get_type::<PyInt>().call1((digits,))? } else { decimal(py)?.call1((digits,))? }
        }
        ValueKind::Array => {
            let list = PyList::empty(py);
            for element in value.elements() {
                list.append(read(py, element)?)?;
            }
            list.into_any()
        }
        ValueKind::Object => {
            let dict = PyDict::new(py);
            for (key, value) in value.members() {
                dict.set_item(key.as_str(), read(py, value)?)?;
            }
            dict.into_any()
        }
    })
}

fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}
