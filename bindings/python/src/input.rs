//! Arguments: text, raw bytes, times and durations, each refused with a word of what belongs there.

use std::{borrow::Cow, fmt::Display, ops::RangeInclusive, time::Duration};

use doku_indodana::{
    ClientId, Credentials, Error, RequestId, SecretKey, Timestamp,
    error::{ComponentError, CredentialsError},
};
use pyo3::{
    prelude::*,
    types::{
        PyBool, PyBoolMethods, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMemoryView, PyString, PyTuple,
    },
};

use crate::error;

/// The longest wait of a schedule, a year.
const LONGEST_WAIT: Duration = Duration::from_secs(31_536_000);

/// Returns a text argument. `what` names it in errors, for example `the secret key`.
pub(crate) fn text<'a>(what: &str, value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    let py = value.py();
    let Ok(text) = value.cast::<PyString>() else {
        let message = format!("{what} is of type {}; pass it as str", type_name(value));
        return Err(error::input(py, true, "wrong_type", &message, None));
    };
    text.to_str().map_err(|_| {
        let message = format!(
            "{what} holds half of a surrogate pair, which is no character; pass text that was decoded without errors"
        );
        error::input(py, false, "lone_surrogate", &message, None)
    })
}

/// Returns an argument that is bytes already, in whichever of Python's types; `None` for anything else.
pub(crate) fn bytes<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Option<Cow<'a, [u8]>>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().into()));
    }
    if let Ok(bytes) = value.cast::<PyByteArray>() {
        return Ok(Some(bytes.to_vec().into()));
    }
    if value.cast::<PyMemoryView>().is_ok() {
        let bytes = value.call_method0("tobytes")?;
        return Ok(Some(bytes.cast::<PyBytes>()?.as_bytes().to_vec().into()));
    }
    Ok(None)
}

/// Returns a body that was received: raw bytes, and nothing that a parser or a decoder made of them.
pub(crate) fn raw_body<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, [u8]>> {
    let hint = if value.is_instance_of::<PyString>() {
        "pass the raw bytes as they were received, before any decoding"
    } else if value.is_instance_of::<PyDict>() || value.is_instance_of::<PyList>() {
        "pass the raw bytes as they were received, before any json parser"
    } else {
        "pass the raw bytes as they were received"
    };
    exact_body(value, hint)
}

/// Returns the bytes of a body. `hint` says which, where it is something else.
pub(crate) fn exact_body<'a>(value: &'a Bound<'_, PyAny>, hint: &str) -> PyResult<Cow<'a, [u8]>> {
    bytes(value)?.ok_or_else(|| {
        let message = format!("the body is of type {}; {hint}", type_name(value));
        error::input(value.py(), true, "raw_bytes_needed", &message, None)
    })
}

/// Returns a time limit in seconds, at least a millisecond and at most an hour.
pub(crate) fn limit(what: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let limit = seconds(what, value, "pass seconds as int or float")?;
    limit.filter(|limit| (Duration::from_millis(1)..=Duration::from_secs(3600)).contains(limit)).ok_or_else(|| {
        let message = format!("{what} is out of range; pass 0.001 to 3600 seconds");
        error::input(value.py(), false, "out_of_range", &message, None)
    })
}

/// Returns the waits of a schedule in seconds, each of a year at most: a list or a tuple, which may be empty.
pub(crate) fn waits(what: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<Duration>> {
    let py = value.py();
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        let message = format!("{what} is of type {}; pass a list of seconds", type_name(value));
        return Err(error::input(py, true, "wrong_type", &message, None));
    }
    let each = format!("a wait of {what}");
    let wait = |value: PyResult<Bound<'_, PyAny>>| {
        let wait = seconds(&each, &value?, "pass seconds as int or float")?;
        wait.filter(|wait| *wait <= LONGEST_WAIT).ok_or_else(|| {
            let message = format!("{each} is out of range; pass 0 to {} seconds", LONGEST_WAIT.as_secs());
            error::input(py, false, "out_of_range", &message, None)
        })
    };
    value.try_iter()?.map(wait).collect()
}

/// Returns seconds as a duration; `None` for what is negative, not finite or too much. `hint` says what belongs there.
pub(crate) fn seconds(what: &str, value: &Bound<'_, PyAny>, hint: &str) -> PyResult<Option<Duration>> {
    if value.is_instance_of::<PyBool>() || !(value.is_instance_of::<PyInt>() || value.is_instance_of::<PyFloat>()) {
        let message = format!("{what} is of type {}; {hint}", type_name(value));
        return Err(error::input(value.py(), true, "wrong_type", &message, None));
    }
    Ok(value.extract().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

/// Returns a whole number in a range.
pub(crate) fn whole<N>(what: &str, value: &Bound<'_, PyAny>, range: RangeInclusive<N>) -> PyResult<N>
where
    N: PartialOrd + Display + for<'py> FromPyObjectOwned<'py>,
{
    if value.is_instance_of::<PyBool>() || !value.is_instance_of::<PyInt>() {
        let message = format!("{what} is of type {}; pass an int", type_name(value));
        return Err(error::input(value.py(), true, "wrong_type", &message, None));
    }
    value.extract().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let message = format!("{what} is out of range; pass {} to {}", range.start(), range.end());
        error::input(value.py(), false, "out_of_range", &message, None)
    })
}

/// Returns an option that is on or off.
pub(crate) fn flag(what: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.cast::<PyBool>().map(PyBoolMethods::is_true).map_err(|_| {
        let message = format!("{what} is of type {}; pass True or False", type_name(value));
        error::input(value.py(), true, "wrong_type", &message, None)
    })
}

/// Returns client id and secret key.
pub(crate) fn credentials(client_id: &Bound<'_, PyAny>, secret_key: &Bound<'_, PyAny>) -> PyResult<Credentials> {
    let py = client_id.py();
    let id: ClientId = text("the client id", client_id)?.parse().map_err(|fault| refused_credentials(py, fault))?;
    Ok(Credentials::new(id, key(secret_key)?))
}

/// Returns a secret key.
pub(crate) fn key(value: &Bound<'_, PyAny>) -> PyResult<SecretKey> {
    SecretKey::new(text("the secret key", value)?).map_err(|fault| refused_credentials(value.py(), fault))
}

/// Returns the secret keys of an option that is a list or a tuple of them.
pub(crate) fn keys(what: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<SecretKey>> {
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        let message = format!("{what} is of type {}; pass a list of secret keys", type_name(value));
        return Err(error::input(value.py(), true, "wrong_type", &message, None));
    }
    value.try_iter()?.map(|value| key(&value?)).collect()
}

/// Returns a request id.
pub(crate) fn request_id(value: &Bound<'_, PyAny>) -> PyResult<RequestId> {
    text("the request id", value)?.parse().map_err(|fault| refused(value.py(), fault))
}

/// Returns a timestamp as DOKU writes it, or the time now.
pub(crate) fn timestamp(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<Timestamp> {
    match value {
        Some(value) => text("the timestamp", value)?.parse(),
        None => Timestamp::from_unix_seconds(py.import("time")?.call_method0("time")?.extract::<f64>()?.floor() as i64),
    }
    .map_err(|fault| refused(py, fault))
}

/// Returns the exception for a part that cannot be signed.
pub(crate) fn refused(py: Python<'_>, fault: ComponentError) -> PyErr {
    error::core(py, &Error::from(fault))
}

pub(crate) fn refused_credentials(py: Python<'_>, fault: CredentialsError) -> PyErr {
    error::core(py, &Error::from(fault))
}

/// Returns the name of the type of a value.
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "unknown".to_owned(), |name| name.to_string())
}
