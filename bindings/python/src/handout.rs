//! Effects that are handed to a handler of Python's.

use std::sync::{Arc, Mutex, PoisonError};

use pyo3::{IntoPyObjectExt, prelude::*};

use crate::{
    runtime::{self, Owned},
    stored,
};

/// The loop, which hands out effects. Whoever drops it stops it.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Handout(Owned<Arc<doku_store::Handout>>);

impl Handout {
    pub(crate) fn new(handout: doku_store::Handout) -> Self {
        Self(Owned::new(Arc::new(handout)))
    }
}

#[pymethods]
impl Handout {
    /// Returns a `concurrent.futures.Future` of the next effect; None when the loop has ended.
    fn next<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // After a fork nothing comes any more.
        let handout = self.0.get().cloned();
        let next = async move {
            match handout {
                Some(handout) => handout.next().await,
                None => Ok(None),
            }
        };
        runtime::submit(py, next, |py, handed| match handed {
            Some(handed) => Handed::new(py, handed)?.into_bound_py_any(py),
            None => Ok(py.None().into_bound(py)),
        })
    }

    /// Has the loop end.
    fn stop(&self) {
        if let Some(handout) = self.0.get() {
            handout.stop();
        }
    }

    /// What was done, once the loop has ended.
    #[getter]
    fn worked<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        stored::worked(py, self.0.get().map(|handout| handout.worked()).unwrap_or_default())
    }
}

/// An effect that was handed out. Dropped without a word, it failed.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Handed {
    effect: Py<PyAny>,
    handed: Owned<Mutex<Option<doku_store::Handed>>>,
}

impl Handed {
    fn new(py: Python<'_>, handed: doku_store::Handed) -> PyResult<Self> {
        let effect = stored::effect(py, handed.effect().clone())?.unbind();
        Ok(Self { effect, handed: Owned::new(Mutex::new(Some(handed))) })
    }

    fn take(&self) -> Option<doku_store::Handed> {
        self.handed.get()?.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[pymethods]
impl Handed {
    #[getter]
    fn effect(&self, py: Python<'_>) -> Py<PyAny> {
        self.effect.clone_ref(py)
    }

    /// Says that the effect was acted on.
    fn done(&self) {
        if let Some(handed) = self.take() {
            handed.done();
        }
    }

    /// Says why the effect could not be acted on.
    fn failed(&self, why: &str) {
        if let Some(handed) = self.take() {
            handed.failed(why);
        }
    }
}
