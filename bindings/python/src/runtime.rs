//! Where calls run: one Tokio runtime in each process.

use std::{
    future::Future,
    mem, process,
    sync::{Mutex, PoisonError},
};

use pyo3::{
    exceptions::PyOSError,
    prelude::*,
    sync::PyOnceLock,
    types::{PyCFunction, PyDict, PyTuple},
};
use tokio::runtime::{Builder, Runtime};

use crate::error::Raise;

/// The runtime and the process that it belongs to.
///
/// The lock is held only while the interpreter's lock is, so no process forks in between. After a fork the threads of
/// the old runtime are not there any more: it is left as it is, and the new process has one of its own.
static RUNTIME: Mutex<Option<(u32, &'static Runtime)>> = Mutex::new(None);

/// Calls mostly wait, so few threads serve many.
const THREADS: usize = 2;

pub(crate) fn runtime() -> PyResult<&'static Runtime> {
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    match *slot {
        Some((owner, runtime)) if owner == process::id() => Ok(runtime),
        _ => {
            let made = Builder::new_multi_thread()
                .worker_threads(THREADS)
                .thread_name("doku-indodana")
                .enable_all()
                .build()
                .map_err(|fault| PyOSError::new_err(format!("the threads for calls cannot be started: {fault}")))?;
            let runtime: &'static Runtime = Box::leak(Box::new(made));
            *slot = Some((process::id(), runtime));
            Ok(runtime)
        }
    }
}

/// Runs a call, and returns a `concurrent.futures.Future` of what it ends with. To cancel that drops the call.
pub(crate) fn submit<'py, T, E>(
    py: Python<'py>,
    call: impl Future<Output = Result<T, E>> + Send + 'static,
    wrap: impl for<'a> FnOnce(Python<'a>, T) -> PyResult<Bound<'a, PyAny>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: Send + 'static,
    E: Raise,
{
    let future = future_class(py)?.call0()?;
    let shared = future.clone().unbind();
    let runtime = runtime()?;
    let call = runtime.spawn(call);
    let handle = call.abort_handle();
    runtime.spawn(async move {
        // An error here is a panic; or the call was cancelled, and nobody waits.
        let result = call.await.ok();
        // To wait for the interpreter's lock must not hold up other calls. At its end there is no interpreter.
        let done = move || Python::try_attach(|py| settle(shared.bind(py), result, wrap));
        tokio::task::spawn_blocking(done);
    });
    let cancel = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| -> PyResult<()> {
        if arguments.get_item(0)?.call_method0("cancelled")?.is_truthy()? {
            handle.abort();
        }
        Ok(())
    };
    future.call_method1("add_done_callback", (PyCFunction::new_closure(py, None, None, cancel)?,))?;
    Ok(future)
}

/// Gives a future its result. It may have been cancelled meanwhile: then nobody waits for it.
fn settle<T, E: Raise>(
    future: &Bound<'_, PyAny>,
    result: Option<Result<T, E>>,
    wrap: impl for<'a> FnOnce(Python<'a>, T) -> PyResult<Bound<'a, PyAny>>,
) {
    let py = future.py();
    let result = match result {
        Some(Ok(value)) => wrap(py, value),
        Some(Err(fault)) => Err(fault.raise(py)),
        None => Err(E::fault_of_ours(py)),
    };
    let _ = match result {
        Ok(value) => future.call_method1("set_result", (value,)),
        Err(fault) => future.call_method1("set_exception", (fault,)),
    };
}

fn future_class(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = || Ok::<_, PyErr>(py.import("concurrent.futures")?.getattr("Future")?.unbind());
    Ok(CLASS.get_or_try_init(py, make)?.bind(py))
}

/// What belongs to the process that made it. After a fork the other process leaves it alone: to use it, or only to drop
/// it, may wait for threads that are not there.
pub(crate) struct Owned<T> {
    process: u32,
    /// Always there, until it is dropped.
    value: Option<T>,
}

impl<T> Owned<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { process: process::id(), value: Some(value) }
    }

    /// Returns the value, in the process that made it.
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.process == process::id())
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if self.process != process::id() {
            mem::forget(self.value.take());
        }
    }
}
