//! Line items from what a shop adds up: [`line_items_from_totals`].

use doku_indodana::{LineItems, Totals};
use pyo3::prelude::*;

use crate::{body::body, error, json};

/// Makes line items whose sum is the amount of the totals.
#[pyfunction]
pub(crate) fn line_items_from_totals<'py>(totals: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = totals.py();
    let bytes = body(totals)?;
    let items = Totals::from_json(&bytes).and_then(|totals| LineItems::from_totals(&totals));
    json::from_value(py, &items.map_err(|fault| error::input(py, false, "totals", &fault.to_string(), None))?)
}
