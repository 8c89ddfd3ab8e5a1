//! A value as this contract writes one.

use serde_json::Value;

/// How long a line may be.
const WIDTH: usize = 120;

/// Returns a member of an object with its lines, each with its line feed.
pub(super) fn entry(key: &str, value: &Value, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let key = inline(&Value::from(key), false).unwrap_or_else(|| format!("{key:?}"));
    let line = inline(value, false).filter(|text| indent + key.len() + text.len() + 2 <= WIDTH || !value.is_array());
    if let Some(text) = line {
        return format!("{margin}{key}: {text}\n");
    }
    match value {
        Value::String(text) => {
            let lines: String = text.lines().map(|line| format!("{margin}  {line}\n")).collect();
            format!("{margin}{key}: |\n{lines}")
        }
        Value::Array(elements) => {
            let element = |element: &Value| match inline(element, false) {
                Some(text) => format!("{margin}  - {text}\n"),
                None => format!("{margin}  - {}", members(element, indent + 4).trim_start()),
            };
            format!("{margin}{key}:\n{}", elements.iter().map(element).collect::<String>())
        }
        value => format!("{margin}{key}:\n{}", members(value, indent + 2)),
    }
}

/// Returns the members of an object, each on lines of its own.
pub(super) fn members(value: &Value, indent: usize) -> String {
    value.as_object().into_iter().flatten().map(|(key, value)| entry(key, value, indent)).collect()
}

/// Returns a value on one line, where it fits on one.
pub(super) fn inline(value: &Value, in_list: bool) -> Option<String> {
    match value {
        Value::String(text) => scalar(text, in_list),
        Value::Array(elements) => {
            let elements: Option<Vec<_>> = elements.iter().map(|element| inline(element, true)).collect();
            elements.map(|elements| format!("[{}]", elements.join(", ")))
        }
        Value::Object(members) => members.is_empty().then(|| "{}".to_owned()),
        other => Some(other.to_string()),
    }
}

/// Returns a text plain where it is read as the same text, and in quotation marks otherwise.
fn scalar(text: &str, in_list: bool) -> Option<String> {
    if text.contains('\n') {
        return None;
    }
    let plain = if in_list { format!("[{text}]") } else { format!("key: {text}") };
    let is_plain = serde_saphyr::from_str::<Value>(&plain)
        .is_ok_and(|found| if in_list { found == Value::from(vec![text]) } else { found["key"] == text });
    let has_marks = text.is_empty() || text.starts_with('^') || text.contains(['\'', '"', '#']);
    if is_plain && !has_marks && !text.contains(": ") {
        return Some(text.to_owned());
    }
    Some(format!("'{}'", text.replace('\'', "''")))
}
