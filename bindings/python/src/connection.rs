//! Calls to DOKU: what both clients of `client.py` stand on.

use std::{
    process,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use doku_indodana::{Client, ClientBuilder, Credentials, Environment, RetryPolicy, SecretKey};
use doku_store::{Orders, OrdersBuilder};
use pyo3::{IntoPyObjectExt, prelude::*, types::PyDict};

use crate::{
    error, input,
    order::{CheckedStatus, GeneratedOrder, PreparedOrder},
    report, runtime,
};

/// A client of the core and how it is made: after a fork it is made again.
#[pyclass(frozen, module = "doku_indodana")]
pub(crate) struct Connection {
    settings: Settings,
    /// The client and the process that it belongs to. Held only while the interpreter's lock is.
    client: Mutex<(u32, Client)>,
}

struct Settings {
    environment: Environment,
    credentials: Credentials,
    options: Options,
}

/// What can be set; the core knows the defaults.
#[derive(Default)]
struct Options {
    connect_timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    timeout: Option<Duration>,
    attempts: Option<u32>,
    deny_advisories: bool,
    require_signed_status: bool,
    further_keys: Vec<SecretKey>,
}

impl Options {
    fn new(py: Python<'_>, given: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let mut options = Self::default();
        for (name, value) in given.into_iter().flatten() {
            let name = input::text("the name of an option", &name)?.to_owned();
            match name.as_str() {
                "connect_timeout" => options.connect_timeout = Some(input::limit(&name, &value)?),
                "attempt_timeout" => options.attempt_timeout = Some(input::limit(&name, &value)?),
                "timeout" => options.timeout = Some(input::limit(&name, &value)?),
                "attempts" => options.attempts = Some(input::whole(&name, &value, 1..=10)?),
                "deny_advisories" => options.deny_advisories = input::flag(&name, &value)?,
                "require_signed_status" => options.require_signed_status = input::flag(&name, &value)?,
                "further_keys" => options.further_keys = input::keys(&name, &value)?,
                _ => {
                    let message = format!("there is no option {name}; see doku_indodana.Options");
                    return Err(error::input(py, true, "unknown_option", &message, None));
                }
            }
        }
        Ok(options)
    }
}

impl Settings {
    fn build(&self) -> Result<Client, doku_indodana::Error> {
        let mut builder = Client::builder(self.environment.clone(), self.credentials.clone())
            .deny_advisories(self.options.deny_advisories)
            .require_signed_status(self.options.require_signed_status);
        if let Some(timeout) = self.options.connect_timeout {
            builder = builder.connect_timeout(timeout);
        }
        if let Some(timeout) = self.options.attempt_timeout {
            builder = builder.attempt_timeout(timeout);
        }
        if let Some(timeout) = self.options.timeout {
            builder = builder.timeout(timeout);
        }
        if let Some(attempts) = self.options.attempts {
            builder = builder.retry(RetryPolicy::default().with_attempts(attempts));
        }
        self.options.further_keys.iter().cloned().fold(builder, ClientBuilder::with_key).build()
    }
}

#[pymethods]
impl Connection {
    #[new]
    #[pyo3(signature = (environment, client_id, secret_key, /, **options))]
    fn new(
        environment: &Bound<'_, PyAny>,
        client_id: &Bound<'_, PyAny>,
        secret_key: &Bound<'_, PyAny>,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Self::with(environment, input::credentials(client_id, secret_key)?, options)
    }

    #[staticmethod]
    #[pyo3(signature = (environment, /, **options))]
    fn from_env(environment: &Bound<'_, PyAny>, options: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let fail = |fault| input::refused_credentials(environment.py(), fault);
        Self::with(environment, Credentials::from_env().map_err(fail)?, options)
    }

    /// Sends a prepared order; returns a `concurrent.futures.Future`.
    fn send<'py>(&self, py: Python<'py>, prepared: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let Ok(order) = prepared.cast::<PreparedOrder>() else {
            let message = format!("what is sent is of type {}; pass what prepare returned", input::type_name(prepared));
            return Err(error::input(py, true, "wrong_type", &message, None));
        };
        let (client, order) = (self.client(py)?, order.get().0.clone());
        report::set_up();
        runtime::submit(py, async move { client.send(&order).await }, |py, order| {
            GeneratedOrder(order).into_bound_py_any(py)
        })
    }

    /// Asks for the status of an order; returns a `concurrent.futures.Future`.
    fn check_status<'py>(&self, py: Python<'py>, id: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let (client, id) = (self.client(py)?, input::text("the id", id)?.to_owned());
        runtime::submit(py, async move { client.check_status(&id).await }, |py, status| {
            CheckedStatus(status).into_bound_py_any(py)
        })
    }

    #[getter]
    fn environment(&self) -> String {
        self.settings.environment.to_string()
    }

    #[getter]
    fn client_id(&self) -> &str {
        self.settings.credentials.client_id().as_str()
    }

    #[getter]
    fn deny_advisories(&self) -> bool {
        self.settings.options.deny_advisories
    }
}

impl Connection {
    fn with(
        environment: &Bound<'_, PyAny>,
        credentials: Credentials,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = environment.py();
        let settings =
            Settings { environment: environment_of(environment)?, credentials, options: Options::new(py, options)? };
        let client = settings.build().map_err(|fault| error::core(py, &fault))?;
        Ok(Self { settings, client: Mutex::new((process::id(), client)) })
    }

    /// Returns how a store of this client is opened: with all keys that messages may be signed with.
    pub(crate) fn store(&self, py: Python<'_>) -> PyResult<OrdersBuilder> {
        let builder = Orders::builder(self.client(py)?);
        Ok(self.settings.options.further_keys.iter().cloned().fold(builder, OrdersBuilder::further_key))
    }

    fn client(&self, py: Python<'_>) -> PyResult<Client> {
        let mut slot = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.0 != process::id() {
            let client = self.settings.build().map_err(|fault| error::core(py, &fault))?;
            // The connections of the old one belong to the other process, which goes on to use them.
            std::mem::forget(std::mem::replace(&mut *slot, (process::id(), client)));
        }
        Ok(slot.1.clone())
    }
}

fn environment_of(value: &Bound<'_, PyAny>) -> PyResult<Environment> {
    let py = value.py();
    match input::text("the environment", value)? {
        "sandbox" => Ok(Environment::Sandbox),
        "production" => Ok(Environment::Production),
        url if url.contains("://") => Environment::custom(url).map_err(|fault| error::core(py, &fault)),
        _ => {
            let message = r#"there is no such environment; pass "sandbox", "production", or a url such as "http://127.0.0.1:4000""#;
            Err(error::input(py, false, "configuration", message, None))
        }
    }
}
