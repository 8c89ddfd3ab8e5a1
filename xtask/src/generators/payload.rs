//! What the generated types are tried with: the violation vectors, and the examples of answers and notifications.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::check::VECTORS;

const EXAMPLES: &str = "spec/examples";

/// The component of each kind of payload.
pub(super) const COMPONENTS: [(&str, &str); 5] = [
    ("request", "GenerateOrderRequest"),
    ("response", "GenerateOrderResponse"),
    ("notification", "PaymentNotification"),
    ("status", "OrderStatus"),
    ("error", "ErrorBody"),
];

/// One JSON text, and what the contract says of it.
pub(super) struct Payload {
    /// The id of the vector, or the name of the example.
    pub(super) id: String,
    /// The component that it is to be read as.
    pub(super) component: &'static str,
    /// The text, which need not be what a JSON library would write.
    pub(super) text: String,
    /// The codes of its violations: none where it is valid, unknown for an example.
    pub(super) codes: BTreeSet<String>,
    /// Whether the contract accepts it.
    pub(super) valid: bool,
}

/// Returns the payloads of all violation vectors, and the examples that are no requests.
///
/// # Errors
///
/// Where a file cannot be read, or a vector is not as `spec/vectors/violations.md` describes it.
pub(super) fn payloads() -> Result<Vec<Payload>, String> {
    let document: Value = serde_json::from_str(&read(VECTORS)?).map_err(|error| format!("{VECTORS}: {error}"))?;
    let vectors = document["vectors"].as_array().ok_or_else(|| format!("{VECTORS} has no list of vectors"))?;
    let base = read(&format!("{EXAMPLES}/generate_order.request.minimal.json"))?;
    let mut payloads = vectors.iter().map(|vector| of_vector(vector, &base)).collect::<Result<Vec<_>, _>>()?;
    let entries = fs::read_dir(EXAMPLES).map_err(|error| format!("cannot read {EXAMPLES}: {error}"))?;
    let names: BTreeSet<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    for name in names {
        let parts: Vec<_> = name.split('.').collect();
        let kind = parts.get(1).copied().unwrap_or_default();
        if kind != "request" {
            payloads.push(Payload {
                component: component(kind).ok_or_else(|| format!("{EXAMPLES}/{name} is of no known kind"))?,
                text: read(&format!("{EXAMPLES}/{name}"))?,
                codes: BTreeSet::new(),
                valid: !parts.contains(&"invalid"),
                id: name,
            });
        }
    }
    Ok(payloads)
}

/// Returns the payloads as JSON, for programs that read them: a list of `component` and `text`.
pub(super) fn list(payloads: &[Payload]) -> String {
    payloads
        .iter()
        .map(|payload| json!({ "component": payload.component, "text": payload.text }))
        .collect::<Value>()
        .to_string()
}

fn of_vector(vector: &Value, base: &str) -> Result<Payload, String> {
    let id = vector["id"].as_str().ok_or("a vector has no id")?.to_owned();
    let text = match vector["utf8"].as_str() {
        Some(text) => text.to_owned(),
        None => changed(vector, base).ok_or_else(|| format!("{VECTORS}: {id} has changes that cannot be made"))?,
    };
    let violations = vector["violations"].as_array().map(Vec::as_slice).unwrap_or_default();
    let codes = violations.iter().filter_map(|violation| violation["code"].as_str()).map(str::to_owned).collect();
    let component = vector["kind"].as_str().and_then(component).ok_or_else(|| format!("{id} is of no known kind"))?;
    Ok(Payload { id, component, text, codes, valid: violations.is_empty() })
}

/// Returns the base of a vector with its changes, or nothing where they do not fit.
fn changed(vector: &Value, base: &str) -> Option<String> {
    let mut document: Value = serde_json::from_str(base).ok().filter(|_| vector["base"] == "minimal")?;
    let changes = vector["changes"].as_array()?;
    let placeholder = |number: usize| json!(format!("@raw:{number}@"));
    for (number, change) in changes.iter().enumerate() {
        let value = if change["raw"].is_string() { placeholder(number) } else { change["value"].clone() };
        let (parent, last) = change["path"].as_str()?.rsplit_once('/')?;
        let last = last.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(parent)?, change["op"].as_str()?) {
            (Value::Object(members), "remove") => drop(members.shift_remove(&last)?),
            (Value::Object(members), "add" | "replace") => drop(members.insert(last, value)),
            (Value::Array(items), "replace") => *items.get_mut(last.parse::<usize>().ok()?)? = value,
            (Value::Array(items), "add") if last == "-" => items.push(value),
            _ => return None,
        }
    }
    let mut text = document.to_string();
    for (number, change) in changes.iter().enumerate() {
        if let Some(raw) = change["raw"].as_str() {
            text = text.replace(&placeholder(number).to_string(), raw);
        }
    }
    Some(text)
}

fn component(kind: &str) -> Option<&'static str> {
    COMPONENTS.iter().find(|(name, _)| *name == kind).map(|(_, component)| *component)
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = r#"{ "order": { "amount": 1 }, "customer": { "email": "a@b.example" } }"#;

    #[test]
    fn raw_numbers_keep_their_text() {
        let vector = json!({ "id": "a", "kind": "request", "base": "minimal", "violations": [{ "code": "too_large" }],
        "changes": [
            { "op": "add", "path": "/order/amount", "raw": "100000.00" },
            { "op": "remove", "path": "/customer/email" },
            { "op": "add", "path": "/a~1b", "value": 1 },
        ]});
        let payload = of_vector(&vector, BASE).unwrap();
        assert!(payload.text.contains(r#""amount":100000.00}"#), "{}", payload.text);
        assert!(payload.text.ends_with(r#""a/b":1}"#) && !payload.text.contains("email"), "{}", payload.text);
        assert_eq!((payload.valid, payload.component), (false, "GenerateOrderRequest"));
        assert_eq!(payload.codes, BTreeSet::from(["too_large".to_owned()]));
        let vector = json!({ "id": "b", "base": "minimal", "changes": [{ "op": "remove", "path": "/x/y" }] });
        let error = of_vector(&vector, BASE).err().unwrap();
        assert_eq!(error, "spec/vectors/violations.json: b has changes that cannot be made");
    }
}
