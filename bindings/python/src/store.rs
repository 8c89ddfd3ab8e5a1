//! The durable store: what `store.py` and `async_store.py` stand on.

use std::{
    future::Future,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, PoisonError},
};

use doku_store::{Orders, StoreError, StoreErrorKind};
use pyo3::{
    IntoPyObjectExt,
    prelude::*,
    types::{PyDict, PyString},
};

use crate::{
    body::body,
    connection::Connection,
    error,
    handout::Handout,
    input,
    message::header_map,
    option, report,
    runtime::{self, Owned, runtime},
    stored,
};

/// An open store. Each method returns a `concurrent.futures.Future`.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Store {
    /// Nothing once it is closed. Both locks are held only while the interpreter's is.
    orders: Owned<Mutex<Option<Orders>>>,
    _file: Option<OpenFile>,
}

/// A file that a store of this process has open.
///
/// SQLite believes that a process which was forked has the locks of its parent, and it has none. So the file is not opened
/// there: entries of other processes are those of a fork.
struct OpenFile(PathBuf);

static OPEN_FILES: Mutex<Vec<(u32, PathBuf)>> = Mutex::new(Vec::new());

impl OpenFile {
    fn new(py: Python<'_>, location: &str) -> PyResult<Option<Self>> {
        if location.contains("://") {
            return Ok(None);
        }
        let path = whole(Path::new(location.strip_prefix("sqlite:").unwrap_or(location)));
        let mut open = OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner);
        if open.iter().any(|(owner, other)| *owner != process::id() && *other == path) {
            let message = "the store was open when this process was forked, and SQLite's locks do not survive that; open \
                           it after the fork alone, or start the process by spawn";
            return Err(error::store(py, StoreErrorKind::Unusable, 503, message, None));
        }
        open.push((process::id(), path.clone()));
        Ok(Some(Self(path)))
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|entry| *entry == (process::id(), self.0.clone())) {
            open.swap_remove(at);
        }
    }
}

/// Returns the whole path of a file that may not exist yet.
fn whole(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    path.canonicalize().unwrap_or_else(|_| {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name))
    })
}

type Later<'py> = PyResult<Bound<'py, PyAny>>;

#[pymethods]
impl Store {
    /// Opens a store of a client.
    #[staticmethod]
    #[pyo3(signature = (connection, location, /, **options))]
    fn open<'py>(
        connection: &Bound<'py, Connection>,
        location: &Bound<'py, PyAny>,
        options: Option<&Bound<'py, PyDict>>,
    ) -> Later<'py> {
        let py = connection.py();
        let is_text = location.is_instance_of::<PyString>();
        let path = if is_text { location.clone() } else { py.import("os")?.call_method1("fspath", (location,))? };
        let location = input::text("the location of the store", &path)?.to_owned();
        let mut builder = connection.get().store(py)?;
        for (name, value) in options.into_iter().flatten() {
            builder = option::set(builder, &name, &value)?;
        }
        let file = OpenFile::new(py, &location)?;
        report::set_up();
        runtime::submit(py, async move { builder.open(location).await }, |py, orders| {
            Self { orders: Owned::new(Mutex::new(Some(orders))), _file: file }.into_bound_py_any(py)
        })
    }

    fn place<'py>(&self, request: &Bound<'py, PyAny>) -> Later<'py> {
        let body = body(request)?;
        self.call(request.py(), |orders| async move { orders.place_json(body).await }, stored::order)
    }

    fn place_json<'py>(&self, body: &Bound<'py, PyAny>) -> Later<'py> {
        let bytes = input::exact_body(body, "pass the json as bytes; place takes a dict")?.into_owned();
        self.call(body.py(), |orders| async move { orders.place_json(bytes).await }, stored::order)
    }

    /// Places an order under a key of the caller's own.
    fn place_keyed<'py>(&self, request: &Bound<'py, PyAny>, key: &Bound<'py, PyAny>) -> Later<'py> {
        let (body, key) = (body(request)?, own_key(key)?);
        let place = |orders: Orders| async move { orders.place_keyed(body, key.as_deref()).await };
        self.call(request.py(), place, stored::placed)
    }

    /// Stores an order for the loop.
    fn enqueue<'py>(&self, request: &Bound<'py, PyAny>, key: &Bound<'py, PyAny>) -> Later<'py> {
        let (body, key) = (body(request)?, own_key(key)?);
        let enqueue = |orders: Orders| async move { orders.enqueue(body, key.as_deref()).await };
        self.call(request.py(), enqueue, stored::placed)
    }

    fn receive<'py>(&self, headers: &Bound<'py, PyAny>, body: &Bound<'py, PyAny>) -> Later<'py> {
        let py = headers.py();
        let (headers, body) = (header_map(headers)?, input::raw_body(body)?.into_owned());
        let receive = |orders: Orders| async move { Ok(orders.receive(&headers, body).await) };
        self.call(py, receive, |py, answer| stored::acknowledgement(py, &answer))
    }

    fn order<'py>(&self, invoice_number: &Bound<'py, PyAny>) -> Later<'py> {
        let number = input::text(INVOICE_NUMBER, invoice_number)?.to_owned();
        self.call(invoice_number.py(), |orders| async move { orders.order(&number).await }, stored::order)
    }

    fn orders<'py>(&self, after: &Bound<'py, PyAny>, limit: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, after, limit) = (after.py(), input::text("after", after)?.to_owned(), page(limit)?);
        self.call(py, move |orders| async move { orders.orders(&after, limit).await }, stored::orders)
    }

    fn unresolved<'py>(&self, py: Python<'py>) -> Later<'py> {
        self.call(py, |orders| async move { orders.unresolved().await }, stored::orders)
    }

    fn reconcile<'py>(&self, invoice_number: &Bound<'py, PyAny>) -> Later<'py> {
        let number = input::text(INVOICE_NUMBER, invoice_number)?.to_owned();
        self.call(invoice_number.py(), |orders| async move { orders.reconcile(&number).await }, stored::order)
    }

    fn close<'py>(&self, invoice_number: &Bound<'py, PyAny>, reason: &Bound<'py, PyAny>) -> Later<'py> {
        let number = input::text(INVOICE_NUMBER, invoice_number)?.to_owned();
        let reason = input::text("the reason", reason)?.to_owned();
        let close = |orders: Orders| async move { orders.close(&number, &reason).await };
        self.call(invoice_number.py(), close, stored::order)
    }

    fn effects<'py>(
        &self,
        py: Python<'py>,
        open: &Bound<'py, PyAny>,
        after: &Bound<'py, PyAny>,
        limit: &Bound<'py, PyAny>,
    ) -> Later<'py> {
        let (open, after, limit) = (input::flag("open", open)?, number("after", after)?, page(limit)?);
        self.call(py, move |orders| async move { orders.effects(open, after, limit).await }, stored::effects)
    }

    fn dead_effects<'py>(&self, after: &Bound<'py, PyAny>, limit: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, after, limit) = (after.py(), number("after", after)?, page(limit)?);
        self.call(py, move |orders| async move { orders.dead_effects(after, limit).await }, stored::effects)
    }

    fn effect<'py>(&self, id: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, id) = (id.py(), number(EFFECT, id)?);
        self.call(py, move |orders| async move { orders.effect(id).await }, stored::effect)
    }

    fn deliver<'py>(&self, id: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, id) = (id.py(), number(EFFECT, id)?);
        self.call(py, move |orders| async move { orders.deliver(id).await }, nothing)
    }

    fn take<'py>(&self, limit: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, limit) = (limit.py(), page(limit)?);
        self.call(py, move |orders| async move { orders.take(limit).await }, stored::effects)
    }

    /// Ends an effect that was taken, if this is still its attempt.
    fn done<'py>(&self, id: &Bound<'py, PyAny>, attempt: &Bound<'py, PyAny>) -> Later<'py> {
        let (py, id, attempt) = (id.py(), number(EFFECT, id)?, number("the attempt", attempt)?);
        let done = move |orders: Orders| async move {
            let effect = orders.effect(id).await?;
            // An attempt is never counted back, so what is another's now stays another's.
            if effect.attempt() == attempt { orders.done(&effect).await } else { Ok(false) }
        };
        self.call(py, done, |py, done| done.into_bound_py_any(py))
    }

    fn notifications<'py>(
        &self,
        invoice_number: &Bound<'py, PyAny>,
        quarantined: &Bound<'py, PyAny>,
        after: &Bound<'py, PyAny>,
        limit: &Bound<'py, PyAny>,
    ) -> Later<'py> {
        let py = invoice_number.py();
        let invoice_number = input::text(INVOICE_NUMBER, invoice_number)?.to_owned();
        let quarantined = input::flag("quarantined", quarantined)?;
        let (after, limit) = (number("after", after)?, page(limit)?);
        let list =
            move |orders: Orders| async move { orders.notifications(&invoice_number, quarantined, after, limit).await };
        self.call(py, list, stored::notifications)
    }

    /// Empties what ended before so many seconds.
    fn prune<'py>(&self, age: &Bound<'py, PyAny>) -> Later<'py> {
        let py = age.py();
        let age = input::seconds("the age", age, "pass a timedelta")?.ok_or_else(|| {
            error::input(py, false, "out_of_range", "the age is negative; pass a timedelta of zero or more", None)
        })?;
        self.call(py, move |orders| async move { orders.prune(age).await }, |py, rows| rows.into_bound_py_any(py))
    }

    fn backup<'py>(&self, to: &Bound<'py, PyAny>) -> Later<'py> {
        let py = to.py();
        let path = py.import("os")?.call_method1("fspath", (to,))?;
        let to = input::text("the path of the copy", &path)?.to_owned();
        self.call(py, move |orders| async move { orders.backup(to).await }, nothing)
    }

    fn check<'py>(&self, py: Python<'py>) -> Later<'py> {
        let check = |orders: Orders| async move { orders.check().await };
        self.call(py, check, |py, damages| damages.into_bound_py_any(py))
    }

    fn warnings<'py>(&self, py: Python<'py>) -> Later<'py> {
        let warnings = |orders: Orders| async move { orders.warnings().await };
        self.call(py, warnings, |py, warnings| warnings.into_bound_py_any(py))
    }

    fn counts<'py>(&self, py: Python<'py>) -> Later<'py> {
        let counts = |orders: Orders| async move { orders.counts().await };
        self.call(py, counts, |py, counts| stored::counts(py, &counts))
    }

    /// Whether the store failed for good.
    #[getter]
    fn has_failed(&self, py: Python<'_>) -> PyResult<bool> {
        self.opened(py).map(|orders| orders.has_failed())
    }

    /// Starts the loop; with `once`, it does what is due and ends.
    fn hand_out(&self, py: Python<'_>, once: bool) -> PyResult<Handout> {
        let orders = self.opened(py)?;
        let _entered = runtime()?.enter();
        Ok(Handout::new(if once { orders.hand_out_once() } else { orders.hand_out() }))
    }

    /// Closes the store. Calls that are under way end first.
    fn close_store<'py>(&self, py: Python<'py>) -> Later<'py> {
        let open = self.orders.get().and_then(|orders| orders.lock().unwrap_or_else(PoisonError::into_inner).take());
        let close = async move {
            // Waits for the thread that writes.
            let _ = tokio::task::spawn_blocking(move || drop(open)).await;
            Ok::<(), StoreError>(())
        };
        runtime::submit(py, close, nothing)
    }
}

const INVOICE_NUMBER: &str = "the invoice number";
const EFFECT: &str = "the id of the effect";

impl Store {
    fn call<'py, T, C>(
        &self,
        py: Python<'py>,
        call: impl FnOnce(Orders) -> C,
        wrap: impl for<'a> FnOnce(Python<'a>, T) -> PyResult<Bound<'a, PyAny>> + Send + 'static,
    ) -> Later<'py>
    where
        T: Send + 'static,
        C: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        runtime::submit(py, call(self.opened(py)?), wrap)
    }

    fn opened(&self, py: Python<'_>) -> PyResult<Orders> {
        let Some(orders) = self.orders.get() else {
            let message = "the store was opened before this process was forked; open it after the fork";
            return Err(error::store(py, StoreErrorKind::Unusable, 503, message, None));
        };
        let orders = orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        orders.ok_or_else(|| {
            let message = "the store is closed; open it again";
            error::store(py, StoreErrorKind::NotPossible, 409, message, None)
        })
    }
}

fn nothing(py: Python<'_>, (): ()) -> PyResult<Bound<'_, PyAny>> {
    Ok(py.None().into_bound(py))
}

/// Returns the caller's own key of an order, if there is one; the core knows which texts are keys.
fn own_key(key: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if key.is_none() { Ok(None) } else { Ok(Some(input::text("the key", key)?.to_owned())) }
}

fn page(limit: &Bound<'_, PyAny>) -> PyResult<u32> {
    input::whole("limit", limit, 1..=10_000)
}

fn number(what: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    input::whole(what, value, 0..=i64::MAX)
}
