//! The check: [`check`].

use std::sync::Once;

use doku_indodana::check::Kind;
use pyo3::prelude::*;

use crate::{body::body, error, input, json};

/// Checks a body against the contract.
#[pyfunction]
#[pyo3(signature = (kind, value, *, deny_advisories = false))]
pub(crate) fn check<'py>(
    kind: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
    deny_advisories: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = kind.py();
    let name = input::text("the kind", kind)?;
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
        let names = Kind::ALL.map(Kind::as_str).join(", ");
        error::input(py, false, "unknown_kind", &format!("there is no such kind of body; it is one of {names}"), None)
    })?;
    let bytes = body(value)?;
    set_up();
    let report = py.detach(|| doku_indodana::check::check(kind, &bytes)).map_err(|fault| error::syntax(py, fault))?;
    let report = if deny_advisories { report.deny_advisories() } else { report };
    let [violations, advisories] =
        [report.violations(), report.advisories()].map(|findings| json::from_value(py, &error::violations(findings)));
    error::record(py, "report", (violations?, advisories?))
}

/// Sets the checks up while the interpreter's lock is held: a process that forks meanwhile would have half of them.
pub(crate) fn set_up() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        for kind in Kind::ALL {
            let _ = doku_indodana::check::check(kind, b"{}");
        }
    });
}
