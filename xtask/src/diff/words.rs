//! A difference in words.

use serde_json::{Map, Value};

use super::change::Change;

/// What the limits of a value are called.
const LIMITS: [(&str, &str, &str); 8] = [
    ("minLength", "at least", "characters"),
    ("maxLength", "at most", "characters"),
    ("minItems", "at least", "elements"),
    ("maxItems", "at most", "elements"),
    ("minimum", "at least", ""),
    ("maximum", "at most", ""),
    ("x-decimal-places", "at most", "decimals"),
    ("x-written-decimals", "at most", "decimals as written"),
];

/// Returns what differs, as the end of a sentence that begins with the place.
pub(super) fn told(change: &Change) -> String {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let (was, is) = (shown(before), shown(after));
    let Some(keyword) = change.keyword else {
        return if after.is_some() { format!("new: {is}") } else { format!("removed; it was {was}") };
    };
    if let Some((_, bound, unit)) = LIMITS.into_iter().find(|(name, ..)| *name == keyword) {
        let limit = |value: &str| format!("{bound} {value} {unit}").trim_end().to_owned();
        return match (before, after) {
            (None, _) => format!("{}, where there was no such limit", limit(&is)),
            (_, None) => format!("no limit any more, where it was {}", limit(&was)),
            _ => format!("{} instead of {was}", limit(&is)),
        };
    }
    let set = after.is_some_and(|value| value == true);
    match (keyword, before, after) {
        ("required", _, Some(value)) if value.is_boolean() => presence(set),
        ("required", Some(value), None) if value.is_boolean() => presence(false),
        ("required", _, Some(value)) if value.is_string() => format!("is now {is}"),
        ("nullable", ..) if set => "may be null".to_owned(),
        ("nullable", ..) => "can no longer be null".to_owned(),
        ("additionalProperties", ..) if after.is_some_and(|value| value == false) => "takes no other fields".to_owned(),
        ("additionalProperties", ..) => "takes other fields too".to_owned(),
        ("x-sensitive", ..) if set => "is redacted".to_owned(),
        ("x-sensitive", ..) => "is no longer redacted where it is printed".to_owned(),
        ("enum" | "x-extensible-enum", None, Some(value)) if value.is_string() => format!("new value `{is}`"),
        ("enum" | "x-extensible-enum", Some(value), None) if value.is_string() => format!("value `{was}` removed"),
        ("pattern", None, _) => format!("has to match `{is}`"),
        ("pattern", _, None) => format!("no longer has to match `{was}`"),
        ("pattern", ..) => format!("has to match `{is}` instead of `{was}`"),
        ("type" | "$ref", Some(_), Some(_)) => format!("is {} instead of {}", article(&is), article(&was)),
        ("name", ..) => format!("the type is called {is} instead of {was}"),
        ("target", ..) => format!("its address is `{is}` instead of `{was}`"),
        (_, None, _) => format!("`{keyword}` {is} added"),
        (_, _, None) => format!("`{keyword}` {was} removed"),
        _ => format!("`{keyword}` {is} instead of {was}"),
    }
}

fn presence(mandatory: bool) -> String {
    format!("is now {}", if mandatory { "mandatory" } else { "optional" })
}

fn article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// Returns a value in a few words.
pub(super) fn shown(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => text.trim().replace('\n', " "),
        Some(Value::Array(elements)) if elements.len() > 5 => format!("a list of {}", elements.len()),
        Some(Value::Object(members)) => object(members),
        Some(value) => value.to_string(),
    }
}

fn object(members: &Map<String, Value>) -> String {
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let kind = members.get("type").and_then(Value::as_str);
    let words = members.get("description").and_then(Value::as_str);
    match (kind, members.get("properties").and_then(Value::as_object)) {
        (None, None) if words.is_some() => words.unwrap_or_default().trim().replace('\n', " "),
        (_, Some(properties)) => format!("object of {}", properties.keys().cloned().collect::<Vec<_>>().join(", ")),
        (Some(kind), None) => kind.to_owned(),
        (None, None) => Value::Object(members.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        super::change::{Effect, Flow},
        *,
    };

    #[test]
    fn differences_are_told_as_one_says_them() {
        for (keyword, before, after, expect) in [
            (Some("maxLength"), json!(16), json!(32), "at most 32 characters instead of 16"),
            (Some("maxLength"), Value::Null, json!(64), "at most 64 characters, where there was no such limit"),
            (Some("minimum"), json!(1), Value::Null, "no limit any more, where it was at least 1"),
            (Some("required"), json!("optional"), json!("mandatory"), "is now mandatory"),
            (Some("required"), json!(true), Value::Null, "is now optional"),
            (Some("required"), Value::Null, json!(true), "is now mandatory"),
            (Some("nullable"), Value::Null, json!(true), "may be null"),
            (Some("x-sensitive"), json!(true), Value::Null, "is no longer redacted where it is printed"),
            (Some("enum"), Value::Null, json!("pharmacy"), "new value `pharmacy`"),
            (Some("enum"), json!("toys"), Value::Null, "value `toys` removed"),
            (Some("type"), json!("string"), json!("integer"), "is an integer instead of a string"),
            (
                Some("$ref"),
                json!({ "$ref": "#/components/schemas/City" }),
                json!({ "type": "object" }),
                "is an object instead of a City",
            ),
            (Some("pattern"), json!("^a$"), json!("^b$"), "has to match `^b$` instead of `^a$`"),
            (Some("default"), json!(1), Value::Null, "`default` 1 removed"),
            (None, Value::Null, json!("optional City"), "new: optional City"),
            (None, json!("optional City"), Value::Null, "removed; it was optional City"),
        ] {
            let some = |value: &Value| Some(value.clone()).filter(|value| !value.is_null());
            let change = Change {
                place: "City".to_owned(),
                keyword,
                before: some(&before),
                after: some(&after),
                effect: Effect::Text,
                flow: Flow::SENT,
            };
            assert_eq!(told(&change), expect);
        }
    }
}
