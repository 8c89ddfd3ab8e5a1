//! What a value breaks.

use serde_json::{Value, json};

/// The codes of the rules, as `violations.md` lists them.
const CODES: [(&str, &str); 8] = [
    ("type", "wrong_type"),
    ("enum", "not_listed"),
    ("minLength", "too_short"),
    ("maxLength", "too_long"),
    ("pattern", "bad_format"),
    ("minimum", "too_small"),
    ("maximum", "too_large"),
    ("x-decimal-places", "too_precise"),
];

/// Returns what a value breaks of the rules of a text or a number, in the order of vectors.
pub(super) fn findings(schema: &Value, value: &Value, pointer: &str) -> Vec<Value> {
    let mut broken: Vec<(&str, Value)> = Vec::new();
    let kind = schema["type"].as_str().unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => value.is_number(),
    };
    let limit = |keyword: &str| schema.get(keyword).cloned();
    if !fits {
        broken.push(("type", kind.into()));
    }
    if limit("enum").is_some_and(|values| !values.as_array().is_some_and(|values| values.contains(value))) {
        broken.push(("enum", Value::Null));
    }
    if let Some(text) = value.as_str().filter(|_| kind == "string") {
        let length = text.chars().count() as u64;
        broken.extend(limit("minLength").filter(|least| least.as_u64() > Some(length)).map(|it| ("minLength", it)));
        broken.extend(limit("maxLength").filter(|most| most.as_u64() < Some(length)).map(|it| ("maxLength", it)));
        let matches = |pattern: &Value| {
            let pattern = pattern.as_str().and_then(|pattern| regex_lite::Regex::new(pattern).ok());
            pattern.is_some_and(|pattern| pattern.is_match(text))
        };
        broken.extend(limit("pattern").filter(|pattern| !matches(pattern)).map(|it| ("pattern", it)));
    }
    if let Some(number) = value.as_f64() {
        let over = |keyword: &str, is_over: fn(f64, f64) -> bool| {
            limit(keyword).filter(|limit| limit.as_f64().is_some_and(|limit| is_over(number, limit)))
        };
        broken.extend(over("minimum", |number, limit| number < limit).map(|it| ("minimum", it)));
        broken.extend(over("maximum", |number, limit| number > limit).map(|it| ("maximum", it)));
        broken.extend(over("exclusiveMaximum", |number, limit| number >= limit).map(|it| ("exclusiveMaximum", it)));
        let places = value.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len());
        let precise = limit("x-decimal-places").filter(|most| most.as_u64() < Some(places as u64));
        broken.extend(precise.map(|it| ("x-decimal-places", it)));
    }
    let code = |rule: &str| CODES.iter().find(|(known, _)| *known == rule).map_or("too_large", |(_, code)| code);
    broken.sort_by_key(|(rule, _)| code(rule));
    let finding =
        |(rule, limit): (&str, Value)| json!({ "pointer": pointer, "code": code(rule), "rule": rule, "limit": limit });
    broken.into_iter().map(finding).collect()
}
