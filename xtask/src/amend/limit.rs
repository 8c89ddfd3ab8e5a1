//! A limit as the page writes it, and the keywords that a contract writes it with.

use serde_json::{Value, json};

use super::{Edit, remove, set};

/// The keywords of a limit, in the order of the contract, with what each stands behind where it is new.
const ORDER: [&str; 9] =
    ["type", "minLength", "maxLength", "minimum", "maximum", "exclusiveMaximum", "x-decimal-places", "pattern", "enum"];

/// Returns the keywords of the largest value that a limit of the page allows: `16` digits, or `16.2`, of which two are decimals.
fn largest(kind: &str, page: &str) -> Option<Vec<(&'static str, Value)>> {
    let (digits, places) = match page.split_once('.') {
        Some((digits, places)) => (digits.parse::<u32>().ok()?, Some(places.parse::<u32>().ok()?)),
        None => (page.parse::<u32>().ok()?, None),
    };
    match (kind, places) {
        ("string", None) => Some(vec![("maxLength", digits.into())]),
        // A number beyond 18 digits has no type that holds it exactly.
        ("integer", None) if digits <= 18 => Some(vec![("maximum", json!(10_u64.pow(digits) - 1))]),
        ("number", places) => {
            let places = places.unwrap_or(2);
            let whole = digits.checked_sub(places).filter(|whole| *whole <= 18)?;
            let limit = json!(10_u64.pow(whole));
            Some(vec![("maximum", limit), ("exclusiveMaximum", true.into()), ("x-decimal-places", places.into())])
        }
        _ => None,
    }
}

/// Returns the keywords with which the page's largest value is written for a type; an empty list where the page has none.
pub(super) fn keywords(kind: &str, page: &Value) -> Option<Vec<(&'static str, Value)>> {
    match page {
        Value::Null => Some(Vec::new()),
        page => largest(kind, page.as_str()?),
    }
}

/// Returns the edits that give a schema another largest value.
pub(super) fn largest_edits(at: &[String], schema: &Value, page: &Value) -> Option<Vec<Edit>> {
    let kind = schema["type"].as_str()?;
    let wanted = keywords(kind, page)?;
    let owned: &[&str] = match kind {
        "string" => &["maxLength"],
        "integer" => &["maximum", "exclusiveMaximum"],
        _ => &["maximum", "exclusiveMaximum", "x-decimal-places"],
    };
    let mut edits: Vec<_> = owned
        .iter()
        .filter(|key| schema.get(key).is_some() && wanted.iter().all(|(name, _)| name != *key))
        .map(|key| remove(at, key))
        .collect();
    let mut known = schema.clone();
    for (key, value) in wanted {
        if known.get(key) != Some(&value) {
            edits.push(keyword(at, &known, key, value.clone()));
            known[key] = value;
        }
    }
    Some(edits)
}

/// Returns the edit that sets a keyword of a limit at its place among the others.
pub(super) fn keyword(at: &[String], schema: &Value, key: &str, value: Value) -> Edit {
    let before = ORDER.iter().take_while(|known| **known != key);
    let after = before.filter(|known| schema.get(known).is_some()).last();
    set(at, key, value, after.copied())
}
