//! Values that are carried from one step to the next: `${name}` in texts, and paths into results.

use std::collections::BTreeMap;

use serde_json::Value;

/// Returns every name of a `${name}` in a text, with its offset.
pub(super) fn references(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(|(at, _)| Some((at, text[at + 2..].split_once('}')?.0)))
}

/// Puts the values in place of their names, everywhere in a value. A text that is nothing but `${name}` becomes the value
/// itself.
///
/// # Errors
///
/// The name that there is not.
pub(super) fn fill(value: &mut Value, values: &BTreeMap<String, Value>) -> Result<(), String> {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
                && !name.contains("${")
            {
                *value = values.get(name).ok_or(name)?.clone();
                return Ok(());
            }
            let mut filled = String::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once("${") {
                let Some((name, after)) = after.split_once('}') else { break };
                filled.push_str(before);
                match values.get(name).ok_or(name)? {
                    Value::String(text) => filled.push_str(text),
                    other => filled.push_str(&other.to_string()),
                }
                rest = after;
            }
            filled.push_str(rest);
            *text = filled;
        }
        Value::Array(elements) => elements.iter_mut().try_for_each(|element| fill(element, values))?,
        Value::Object(members) => members.values_mut().try_for_each(|member| fill(member, values))?,
        _ => {}
    }
    Ok(())
}

/// Returns what is at a path: names and numbers with dots between them, or a JSON pointer.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.starts_with('/') {
        return value.pointer(path);
    }
    path.split('.').try_fold(value, |value, name| match value {
        Value::Array(elements) => elements.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_take_the_place_of_their_names() {
        let values = BTreeMap::from([("n".to_owned(), json!(7)), ("url".to_owned(), json!("http://a"))]);
        for (text, expected) in [
            (json!("${n}"), json!(7)),
            (json!("${url}/${n}"), json!("http://a/7")),
            (json!(["${url}", { "a": "x${n}" }]), json!(["http://a", { "a": "x7" }])),
            (json!("$n {n} ${"), json!("$n {n} ${")),
        ] {
            let mut value = text.clone();
            fill(&mut value, &values).unwrap();
            assert_eq!(value, expected, "{text}");
        }
        assert_eq!(fill(&mut json!("a ${b} c"), &values), Err("b".to_owned()));
    }

    #[test]
    fn paths_lead_into_results() {
        let value = json!({ "a": [{ "b.c": 1, "d": null }] });
        for (path, expected) in [
            ("a.0.d", Some(json!(null))),
            ("/a/0/b.c", Some(json!(1))),
            ("a.1", None),
            ("a.x", None),
            ("a.0.b.c", None),
        ] {
            assert_eq!(at(&value, path), expected.as_ref(), "{path}");
        }
    }
}
