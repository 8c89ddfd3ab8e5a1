//! From Python's values to the JSON text that is checked, signed and sent: exact digits, no float.

use bytes::Bytes;
use doku_indodana::json::{MAX_BYTES, MAX_DEPTH};
use pyo3::{
    prelude::*,
    sync::PyOnceLock,
    types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple, PyType},
};

use crate::{error, input};

/// Returns a body: JSON that is serialised already as it is, a dict as JSON.
pub(crate) fn body(value: &Bound<'_, PyAny>) -> PyResult<Bytes> {
    if let Some(bytes) = input::bytes(value)? {
        return Ok(Bytes::copy_from_slice(&bytes));
    }
    let py = value.py();
    if !value.is_instance_of::<PyDict>() {
        let model = value.hasattr("model_dump")?;
        let hint = if model { "; of a pydantic model pass model_dump(exclude_none=True)" } else { "" };
        let message =
            format!("the body is of type {}; pass a dict, or the json as bytes{hint}", input::type_name(value));
        return Err(error::input(py, true, "wrong_type", &message, Some("")));
    }
    let mut out = Vec::with_capacity(1024);
    match write(value, 0, &mut out) {
        Ok(()) => Ok(out.into()),
        Err(fault) => Err(fault.raise(py)),
    }
}

/// What cannot be written, and where: the keys and indices from the inside out.
struct Fault {
    kind: Kind,
    path: Vec<String>,
}

enum Kind {
    Bytes,
    Float,
    Key(String),
    NotFinite,
    Surrogate,
    TooDeep,
    TooLarge,
    Type(String),
    Python(PyErr),
}

impl From<Kind> for Fault {
    fn from(kind: Kind) -> Self {
        Self { kind, path: Vec::new() }
    }
}

impl From<PyErr> for Fault {
    fn from(error: PyErr) -> Self {
        Kind::Python(error).into()
    }
}

impl Fault {
    fn inside(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    fn raise(self, py: Python<'_>) -> PyErr {
        let steps = self.path.iter().rev().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")));
        let pointer: String = steps.collect();
        let (is_type, code, what) = match self.kind {
            Kind::Python(error) => return error,
            Kind::Bytes => (true, "wrong_type", "is bytes where text belongs; decode it to str".to_owned()),
            Kind::Float => {
                (true, "float", "is a float, which is not exact; pass an int or a decimal.Decimal".to_owned())
            }
            Kind::Key(name) => (true, "wrong_type", format!("has a key of type {name}; keys are str")),
            Kind::NotFinite => (false, "not_finite", "is no finite number; pass an int or a finite Decimal".to_owned()),
            Kind::Surrogate => (
                false,
                "lone_surrogate",
                "holds half of a surrogate pair, which is no character; pass text that was decoded without errors"
                    .to_owned(),
            ),
            Kind::TooDeep => {
                (false, "too_deep", format!("is nested deeper than {MAX_DEPTH} levels, or holds itself; flatten it"))
            }
            Kind::TooLarge => (false, "too_large", "makes the body longer than 16 MiB; send a smaller one".to_owned()),
            Kind::Type(name) => (
                true,
                "wrong_type",
                format!("is of type {name}; pass a dict, list, str, int, decimal.Decimal, bool or None"),
            ),
        };
        error::input(py, is_type, code, &format!("{} {what}", shown(&pointer)), Some(&pointer))
    }
}

/// Returns a pointer for people: names in it may come from outside, so it is kept short and without control characters.
fn shown(pointer: &str) -> String {
    if pointer.is_empty() {
        return "the body".to_owned();
    }
    let mut text: String =
        pointer.chars().take(128).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if pointer.chars().nth(128).is_some() {
        text.push('…');
    }
    text
}

fn write(value: &Bound<'_, PyAny>, depth: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    if out.len() > MAX_BYTES {
        return Err(Kind::TooLarge.into());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return string(text, out);
    }
    if value.is_none() {
        out.extend_from_slice(b"null");
    } else if let Ok(flag) = value.cast::<PyBool>() {
        out.extend_from_slice(if flag.is_true() { b"true" } else { b"false" });
    } else if let Ok(number) = value.cast::<PyInt>() {
        integer(number, out)?;
    } else if let Ok(object) = value.cast::<PyDict>() {
        open(depth, b'{', out)?;
        // A copy, because a dict that changes while it is read cannot be read on.
        for member in object.items() {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = member.extract()?;
            let Ok(name) = key.cast::<PyString>() else {
                return Err(Kind::Key(input::type_name(&key)).into());
            };
            comma(b'{', out);
            string(name, out)?;
            out.push(b':');
            write(&value, depth + 1, out).map_err(|fault| fault.inside(name.to_string_lossy()))?;
        }
        out.push(b'}');
    } else if let Ok(array) = value.cast::<PyList>() {
        elements(array.iter(), depth, out)?;
    } else if let Ok(array) = value.cast::<PyTuple>() {
        elements(array.iter(), depth, out)?;
    } else if value.is_instance_of::<PyFloat>() {
        return Err(Kind::Float.into());
    } else if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
        return Err(Kind::Bytes.into());
    } else if value.is_instance(decimal(value.py())?)? {
        decimal_number(value, out)?;
    } else {
        return Err(Kind::Type(input::type_name(value)).into());
    }
    Ok(())
}

fn elements<'py>(
    elements: impl Iterator<Item = Bound<'py, PyAny>>,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    open(depth, b'[', out)?;
    for (at, element) in elements.enumerate() {
        comma(b'[', out);
        write(&element, depth + 1, out).map_err(|fault| fault.inside(at.to_string()))?;
    }
    out.push(b']');
    Ok(())
}

fn open(depth: usize, bracket: u8, out: &mut Vec<u8>) -> Result<(), Fault> {
    if depth == MAX_DEPTH {
        return Err(Kind::TooDeep.into());
    }
    out.push(bracket);
    Ok(())
}

fn comma(bracket: u8, out: &mut Vec<u8>) {
    // What stands before the first member is the bracket itself: no value ends with one that opens.
    if out.last() != Some(&bracket) {
        out.push(b',');
    }
}

fn string(text: &Bound<'_, PyString>, out: &mut Vec<u8>) -> Result<(), Fault> {
    let text = text.to_str().map_err(|_| Kind::Surrogate)?;
    // Writing to memory does not fail.
    serde_json::to_writer(&mut *out, text).map_err(|_| Kind::TooLarge.into())
}

/// Writes the digits of an int; those of a subclass too, whatever it prints.
fn integer(number: &Bound<'_, PyInt>, out: &mut Vec<u8>) -> Result<(), Fault> {
    if let Ok(small) = number.extract::<i64>() {
        out.extend_from_slice(small.to_string().as_bytes());
        return Ok(());
    }
    // Python writes no more than 4,300 digits.
    let digits = number.py().get_type::<PyInt>().call_method1("__repr__", (number,)).map_err(|_| Kind::TooLarge)?;
    out.extend_from_slice(digits.cast::<PyString>().map_err(PyErr::from)?.to_str()?.as_bytes());
    Ok(())
}

/// Writes the digits of a Decimal, unless it is not finite: all of them, without an exponent or zeros at the end.
fn decimal_number(number: &Bound<'_, PyAny>, out: &mut Vec<u8>) -> Result<(), Fault> {
    let class = decimal(number.py())?;
    if !class.call_method1("is_finite", (number,))?.is_truthy()? {
        return Err(Kind::NotFinite.into());
    }
    let digits = class.call_method1("__str__", (number,))?;
    plain(digits.cast::<PyString>().map_err(PyErr::from)?.to_str()?, out).ok_or(Kind::TooLarge.into())
}

/// Writes a decimal number such as `-1.50E+3` without its exponent; `None` if it is too long for any body.
fn plain(number: &str, out: &mut Vec<u8>) -> Option<()> {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |number| ("-", number));
    let (mantissa, exponent) = number.split_once('E').unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = [whole, fraction].concat();
    let digits = all.trim_start_matches('0').trim_end_matches('0');
    if digits.is_empty() {
        out.push(b'0');
        return Some(());
    }
    // How many digits stand before the point: it is negative for zeros behind it.
    let leading = all.len() - all.trim_start_matches('0').len();
    let point = exponent.parse::<i64>().ok()?.checked_add(i64::try_from(whole.len()).ok()?)?;
    let point = point.checked_sub(i64::try_from(leading).ok()?)?;
    let distance = usize::try_from(point.unsigned_abs()).ok().filter(|distance| *distance <= MAX_BYTES)?;
    out.extend_from_slice(sign.as_bytes());
    if point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + distance, b'0');
        out.extend_from_slice(digits.as_bytes());
    } else if distance < digits.len() {
        out.extend_from_slice(&digits.as_bytes()[..distance]);
        out.push(b'.');
        out.extend_from_slice(&digits.as_bytes()[distance..]);
    } else {
        out.extend_from_slice(digits.as_bytes());
        out.resize(out.len() + distance - digits.len(), b'0');
    }
    Some(())
}

fn decimal(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    DECIMAL.import(py, "decimal", "Decimal")
}
