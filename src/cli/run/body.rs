//! The body of an order, with fields set in its text, so that everything else stays as it was written.

use std::{collections::BTreeMap, fs, path::Path};

use doku_indodana::json::{Document, Value as Place, ValueKind};
use serde_json::Value;

use super::{place::Source, scenario::OrderStep};
use crate::output::clean;

/// The order of a scenario that gives none.
const EXAMPLE: &str = include_str!("../../../spec/examples/generate_order.request.minimal.json");

impl OrderStep {
    /// Returns the exact body.
    pub(super) fn bytes(&self, source: &Source<'_>) -> Result<String, String> {
        let text = match (&self.file, &self.body) {
            (Some(_), Some(_)) => return Err("an order has a file or a body, not both".to_owned()),
            (Some(file), None) => text_of(&source.directory.join(file))?,
            (None, Some(body)) => exact(body).map(|()| body.to_string())?,
            (None, None) => EXAMPLE.to_owned(),
        };
        self.set.iter().try_fold(text, |text, (path, value)| set(&text, path, value))
    }
}

/// Returns the text of a file.
pub(super) fn text_of(path: &Path) -> Result<String, String> {
    fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {}", clean(&path.to_string_lossy()), error.kind()))
}

/// Sets the field at a path with dots, in the text of an object.
fn set(text: &str, path: &str, value: &Value) -> Result<String, String> {
    exact(value)?;
    let document = Document::parse(text.as_bytes()).map_err(|error| format!("the order is not json: {error}"))?;
    let mut place = document.root();
    let names: Vec<_> = path.split('.').collect();
    for (at, name) in names.iter().enumerate() {
        let next = if place.kind() == ValueKind::Array {
            name.parse().ok().and_then(|index: usize| place.elements().nth(index))
        } else {
            place.get(name)
        };
        match next {
            Some(next) => place = next,
            None => return insert(text, place, path, &names[at..], value),
        }
    }
    let span = place.span();
    Ok(format!("{}{value}{}", &text[..span.start], &text[span.end..]))
}

/// Adds a member, within objects of its own where the path goes deeper.
fn insert(text: &str, place: Place<'_>, path: &str, names: &[&str], value: &Value) -> Result<String, String> {
    let [name, inner @ ..] = names else { return Err(format!("the path `{path}` is empty")) };
    if place.kind() != ValueKind::Object || names.iter().any(|name| name.is_empty()) {
        return Err(format!("the path `{path}` leads to nothing in the order; write it as order.invoice_number"));
    }
    let value = inner.iter().rev().fold(value.to_string(), |inner, name| format!("{{{}:{inner}}}", Value::from(*name)));
    let comma = if place.is_empty() { "" } else { "," };
    let after = place.span().start + 1;
    Ok(format!("{}{}:{value}{comma}{}", &text[..after], Value::from(*name), &text[after..]))
}

/// So many digits of a number survive the double that YAML's numbers go through.
const EXACT_DIGITS: usize = 15;

/// Refuses numbers that may not be what was written.
fn exact(value: &Value) -> Result<(), String> {
    match value {
        Value::Number(number) if number.is_f64() => {
            let text = number.to_string();
            if text.bytes().filter(u8::is_ascii_digit).count() > EXACT_DIGITS || text.contains('e') {
                return Err(
                    "a number with a fraction has more than 15 digits; put the order into a file of its own".into()
                );
            }
            Ok(())
        }
        Value::Array(elements) => elements.iter().try_for_each(exact),
        Value::Object(members) => members.values().try_for_each(exact),
        _ => Ok(()),
    }
}

/// Returns the values of `set` as the control API takes them.
pub(super) fn fields(set: &BTreeMap<String, Value>) -> Result<Vec<(&String, &Value)>, String> {
    set.values().try_for_each(exact)?;
    Ok(set.iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::set;

    #[test]
    fn a_field_is_set_and_the_rest_stays() {
        let text = "{ \"a\": {\"price\": 10.50}, \"l\": [1, 2.00] , \"e\": {} }";
        for (path, value, expected) in [
            ("a.price", json!(7), "{ \"a\": {\"price\": 7}, \"l\": [1, 2.00] , \"e\": {} }"),
            ("l.0", json!("x"), "{ \"a\": {\"price\": 10.50}, \"l\": [\"x\", 2.00] , \"e\": {} }"),
            ("e.b.c", json!(true), "{ \"a\": {\"price\": 10.50}, \"l\": [1, 2.00] , \"e\": {\"b\":{\"c\":true}} }"),
            ("n", json!(null), "{\"n\":null, \"a\": {\"price\": 10.50}, \"l\": [1, 2.00] , \"e\": {} }"),
        ] {
            assert_eq!(set(text, path, &value).unwrap(), expected, "{path}");
        }
        for (path, value, expected) in [
            ("l.9", json!(1), "the path `l.9` leads to nothing in the order; write it as order.invoice_number"),
            ("a..b", json!(1), "the path `a..b` leads to nothing in the order; write it as order.invoice_number"),
            (
                "a",
                json!(1234567890123456.5),
                "a number with a fraction has more than 15 digits; put the order into a file of its own",
            ),
        ] {
            assert_eq!(set(text, path, &value).unwrap_err(), expected, "{path}");
        }
    }
}
