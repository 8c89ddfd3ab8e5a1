//! The schemas once more in draft-07, without our own keywords, for libraries that load no other.

use serde_json::{Map, Value, json};

/// Members whose keys are names and not keywords.
const NAMED: [&str; 2] = ["properties", "$defs"];

/// Returns the draft-07 twin of a document in 2020-12.
///
/// Keywords that begin with `x-` are left out, and with them the sums, the decimals of prices and the advisories; a
/// strict library would refuse them. What is left means the same in both.
pub(super) fn twin(document: &Value) -> Value {
    let document = translate(document, true);
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": "Without sums, decimals of prices and advisories, which JSON Schema cannot say.",
        "title": document["title"],
        // Beside `$ref`, draft-07 ignores everything.
        "allOf": [{ "$ref": document["$ref"] }],
        "definitions": document["definitions"],
    })
}

/// Translates a schema, or an object of schemas by name.
fn translate(value: &Value, is_schema: bool) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| !(is_schema && key.starts_with("x-")));
            let mut translated: Map<_, _> = kept
                .map(|(key, member)| match (key.as_str(), member) {
                    ("$ref", Value::String(reference)) if is_schema => {
                        (key.clone(), reference.replacen("#/$defs/", "#/definitions/", 1).into())
                    }
                    ("$defs", _) if is_schema => ("definitions".to_owned(), translate(member, false)),
                    // Of PHP and Python `$` is also the place before a last line feed; of JSON Schema it is the end alone.
                    ("pattern", Value::String(pattern)) if is_schema && pattern.ends_with('$') => {
                        (key.clone(), format!(r"{pattern}(?!\n)").into())
                    }
                    ("examples" | "enum", _) if is_schema => (key.clone(), member.clone()),
                    (name, _) => (key.clone(), translate(member, !(is_schema && NAMED.contains(&name)))),
                })
                .collect();
            // A library of draft-04 reads it as a mark beside `maximum`, so that both say the same.
            if let Some(limit) = translated.get("exclusiveMaximum").filter(|limit| is_schema && limit.is_number()) {
                translated.insert("maximum".to_owned(), limit.clone());
            }
            Value::Object(translated)
        }
        Value::Array(elements) => elements.iter().map(|element| translate(element, is_schema)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_keywords_go_and_names_stay() {
        let document = json!({ "$schema": "2020-12", "title": "A", "$ref": "#/$defs/A", "$defs": {
            "A": {
                "type": "object",
                "x-sum": { "total": "b" },
                "properties": { "x-name": { "$ref": "#/$defs/x-b" }, "$defs": { "type": ["string", "null"] } },
                "examples": [{ "x-name": 1 }],
            },
            "x-b": { "anyOf": [{ "type": "integer", "x-decimal-places": 0, "exclusiveMaximum": 5 }, { "pattern": "^a$" }] },
        }});
        let twin = twin(&document);
        assert_eq!(twin["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_eq!(twin["allOf"], json!([{ "$ref": "#/definitions/A" }]));
        let expected = json!({
            "A": {
                "type": "object",
                "properties": { "x-name": { "$ref": "#/definitions/x-b" }, "$defs": { "type": ["string", "null"] } },
                "examples": [{ "x-name": 1 }],
            },
            "x-b": { "anyOf": [{ "type": "integer", "exclusiveMaximum": 5, "maximum": 5 }, { "pattern": "^a$(?!\\n)" }] },
        });
        assert_eq!(twin["definitions"], expected);
    }
}
