//! A field of a notification that is set on the command line: `order.amount=50000`.

use serde_json::Value;

/// Reads `PATH=VALUE`. The value is JSON, or else a text.
pub(super) fn field(text: &str) -> Result<(String, Value), String> {
    let (path, value) = text.split_once('=').ok_or("write it as PATH=VALUE, such as order.amount=50000")?;
    if path.split('.').any(str::is_empty) {
        return Err("the path has an empty name; write it as order.invoice_number".to_owned());
    }
    let parsed = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    // A number goes through a double where it is no whole one, and must come out as it went in.
    let exact = match &parsed {
        Value::Number(number) => number.to_string() == value.trim(),
        Value::Array(_) | Value::Object(_) => is_exact(&parsed),
        _ => true,
    };
    if exact {
        Ok((path.to_owned(), parsed))
    } else {
        Err("this number cannot be sent digit by digit; write amounts as whole rupiah, or as a text in quotes, or set \
             the simulator's switch amount-format"
            .to_owned())
    }
}

/// Returns whether all numbers within are whole ones, which are exact.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(elements) => elements.iter().all(is_exact),
        Value::Object(members) => members.values().all(is_exact),
        _ => true,
    }
}
