//! What a new row's component or property is.

use serde_json::{Map, Value, json};

use super::{super::limit, FREE};
use crate::{drift::Place, page};

/// Returns the property of an answer where it is a text; anything else needs a component.
pub(super) fn property(member: &str, path: &str, row: &Value) -> Option<Value> {
    let kind = page::same_kind(row["type"].as_str().unwrap_or_default());
    if !matches!(kind.as_str(), "string" | "enum" | "date" | "datetime" | "timestamp") {
        return None;
    }
    let known = row["enum"].as_array().map(|values| {
        let values: Vec<_> = values.iter().filter_map(Value::as_str).map(|value| format!("`{value}`")).collect();
        format!(" The page lists {}.", values.join(", "))
    });
    Some(json!({
        "description": format!("{}.{}", sentence(member), known.unwrap_or_default()),
        "x-source": format!("page: {path}"),
        "type": "string",
        "nullable": true,
    }))
}

/// Returns the component of a field of a request.
pub(super) fn schema(
    path: &str,
    member: &str,
    object: &Place<'_>,
    row: &Value,
    sample: Option<&Value>,
) -> Option<Value> {
    let owner = match object.at.last().map(String::as_str) {
        Some("LineItem") => " of the item".to_owned(),
        Some(owner) if object.at.len() == 3 && owner != "GenerateOrderRequest" => {
            format!(" of the {}", words_of(owner))
        }
        _ => String::new(),
    };
    let members = described(row, row["mandatory"] == "mandatory", sample)?;
    let limits = told(&members);
    let mut schema = Map::new();
    schema.insert("description".into(), format!("{}{owner}.{limits}", sentence(member)).into());
    schema.insert("x-source".into(), format!("page: {path}").into());
    schema.extend(members);
    Some(Value::Object(schema))
}

/// Returns what a row says of a value, in the keywords of the contract.
pub(super) fn described(row: &Value, mandatory: bool, sample: Option<&Value>) -> Option<Map<String, Value>> {
    let mut members = Map::new();
    let values = row["enum"].as_array();
    let digits = row["characters"] == json!(["numeric"]);
    let kind = match row["type"].as_str()? {
        "string" | "enum" | "date" | "datetime" => "string",
        "number" | "integer" | "int" | "long" => "integer",
        "decimal" | "float" | "double" => "number",
        "boolean" => "boolean",
        _ => return None,
    };
    members.insert("type".into(), kind.into());
    let least: Option<u64> = row["min"].as_str().and_then(|least| least.parse().ok());
    match (kind, values) {
        ("string", Some(values)) => {
            members.insert("enum".into(), values.clone().into());
        }
        ("string", None) => {
            members.extend(least.or(mandatory.then_some(1)).map(|least| ("minLength".into(), least.into())));
            members.extend(limit::keywords(kind, &row["max"])?.into_iter().map(|(key, value)| (key.into(), value)));
            let free = format!("{FREE}{}$", if mandatory { '+' } else { '*' });
            members.insert("pattern".into(), if digits { "^[0-9]+$".into() } else { free.into() });
        }
        // A whole number needs a type that holds it, and a largest value that the page does not give is none of ours.
        ("integer", _) if row["max"].is_null() => return None,
        ("integer" | "number", _) => {
            members.insert("minimum".into(), least.unwrap_or(0).into());
            members.extend(limit::keywords(kind, &row["max"])?.into_iter().map(|(key, value)| (key.into(), value)));
        }
        _ => {}
    }
    members.insert("example".into(), example(&members, sample));
    Some(members)
}

/// Returns a value that keeps the rules: the page's sample where it does.
fn example(members: &Map<String, Value>, sample: Option<&Value>) -> Value {
    let most = members.get("maxLength").and_then(Value::as_u64).unwrap_or(64) as usize;
    let least = members.get("minLength").and_then(Value::as_u64).unwrap_or(1) as usize;
    let digits = members.get("pattern").is_some_and(|pattern| pattern == "^[0-9]+$");
    if let Some(values) = members.get("enum").and_then(Value::as_array) {
        return values.first().cloned().unwrap_or_default();
    }
    match members["type"].as_str() {
        Some("string") => {
            let keeps = |text: &&str| {
                let length = text.chars().count();
                (least..=most).contains(&length) && (!digits || text.bytes().all(|byte| byte.is_ascii_digit()))
            };
            let sample = sample.and_then(Value::as_str).filter(keeps).map(str::to_owned);
            let word = if digits { "1234567890" } else { "Example" };
            sample.unwrap_or_else(|| word.chars().cycle().take(word.len().clamp(least, most.max(1))).collect()).into()
        }
        Some("boolean") => true.into(),
        _ => members.get("minimum").filter(|least| **least != 0).cloned().unwrap_or_else(|| 1.into()),
    }
}

fn told(members: &Map<String, Value>) -> String {
    let number = |key: &str| members.get(key).and_then(Value::as_u64);
    match (members["type"].as_str(), number("minLength"), number("maxLength"), members.get("enum")) {
        (_, _, _, Some(Value::Array(values))) => format!(" One of {} values.", values.len()),
        (Some("string"), Some(least), Some(most), _) => format!(" {least} to {most} characters."),
        (Some("string"), None, Some(most), _) => format!(" At most {most} characters."),
        (Some("integer"), ..) if number("maximum").is_some() => {
            format!(" At most {} digits.", number("maximum").unwrap_or_default().to_string().len())
        }
        _ => String::new(),
    }
}

pub(super) fn words(name: &str) -> String {
    name.replace(['_', '-'], " ")
}

fn sentence(name: &str) -> String {
    let words = words(name);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the words of a component's name: `peer to peer info`.
fn words_of(component: &str) -> String {
    let mut out = String::new();
    for letter in component.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push(' ');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
