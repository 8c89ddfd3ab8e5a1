//! New vectors, and how a vector is written.

use serde_json::{Map, Value, json};

use super::{VectorChange, broken::findings};

/// Returns the vector with an id, for a rule such as `maxLength.over`, of the component at a path of the request.
pub(super) fn made(change: &VectorChange<'_>, component: &str, rule: &str, id: &str, path: &str) -> Option<Value> {
    let (keyword, side) = rule.split_once('.')?;
    let over = match side.split('.').next()? {
        "edge" => false,
        "over" => true,
        _ => return None,
    };
    let schema = &change.now[component];
    if schema.get("properties").is_some() || schema.get("items").is_some() {
        return object(change, schema, keyword, over, id, path);
    }
    let (value, comment) = if over { beyond(schema, keyword)? } else { edge(schema, keyword)? };
    let raw = matches!(keyword, "type" if !over);
    let (steps, pointer) = placed(change, path, value.clone())?;
    let mut steps = steps;
    if raw && value.is_number() {
        let step = steps.last_mut()?.as_object_mut()?;
        step.shift_remove("value")?;
        step.insert("raw".into(), format!("{value}.0").into());
    }
    let violations = findings(schema, &value, &pointer);
    // A vector that does not do what its name says proves nothing.
    let stands = violations.iter().any(|finding| finding["rule"] == keyword);
    if stands != over || !over && !violations.is_empty() {
        return None;
    }
    let mut vector = whole(id, &comment, &steps, &violations, &value, raw);
    let mut advice = schema["x-advisory"].clone();
    if let Some(rules) = advice.as_object_mut().filter(|_| !violations.iter().any(|finding| finding["rule"] == "type"))
    {
        rules.insert("type".into(), schema["type"].clone());
        let mut advisories = findings(&advice, &value, &pointer);
        advisories.iter_mut().for_each(|finding| finding["deviation"] = advice["deviation"].clone());
        if !advisories.is_empty()
            && let Some(flags) = vector["flags"].as_array_mut()
        {
            let sides = flags.iter().take_while(|flag| *flag == "edge" || *flag == "over").count();
            flags.insert(sides, "advisory".into());
        }
        vector["advisories"] = advisories.into();
    }
    Some(vector)
}

/// Returns a vector on the members of an object.
fn object(change: &VectorChange<'_>, schema: &Value, keyword: &str, over: bool, id: &str, path: &str) -> Option<Value> {
    let valid = valid(change.now, schema)?;
    let mut value = valid.clone();
    let member = |finding: &str, name: &str, pointer: &str| {
        let code = if finding == "required" { "missing" } else { "unknown_field" };
        json!({ "pointer": format!("{pointer}/{name}"), "code": code, "rule": finding, "limit": null })
    };
    let (comment, found): (String, Option<(&str, String)>) = match (keyword, over) {
        ("type", true) => {
            let (steps, pointer) = placed(change, path, json!("x"))?;
            let kind = schema["type"].clone();
            let finding = json!({ "pointer": pointer, "code": "wrong_type", "rule": "type", "limit": kind });
            return Some(whole(id, "Text in its place.", &steps, &[finding], &json!("x"), false));
        }
        ("required", false) => ("Only the mandatory members.".into(), None),
        ("required", true) => {
            let name = super::names(&schema["required"]).next()?.to_owned();
            value.as_object_mut()?.shift_remove(&name)?;
            (format!("No {name}."), Some(("required", name)))
        }
        ("additionalProperties", false) => {
            for (name, property) in schema["properties"].as_object()? {
                value[name] = self::valid(change.now, property)?;
            }
            ("Every member.".into(), None)
        }
        ("additionalProperties", true) => {
            value["not_described"] = 1.into();
            ("A member that is not described.".into(), Some(("additionalProperties", "not_described".into())))
        }
        ("minItems", false) => ("One element.".into(), None),
        ("minItems", true) => {
            let (steps, pointer) = placed(change, path, json!([]))?;
            let finding =
                json!({ "pointer": pointer, "code": "too_few", "rule": "minItems", "limit": schema["minItems"] });
            return Some(whole(id, "No element.", &steps, &[finding], &json!([]), false));
        }
        _ => return None,
    };
    let (steps, pointer) = placed(change, path, value.clone())?;
    let findings: Vec<_> = found.into_iter().map(|(rule, name)| member(rule, &name, &pointer)).collect();
    Some(whole(id, &comment, &steps, &findings, &value, false))
}

fn whole(id: &str, comment: &str, changes: &[Value], violations: &[Value], value: &Value, raw: bool) -> Value {
    let mut flags = Vec::new();
    let parts: Vec<_> = id.split('.').collect();
    flags.extend(["edge", "over"].into_iter().filter(|flag| parts.contains(flag)));
    let text = value.as_str().unwrap_or_default();
    let is_long = value.is_number() && (raw || value.is_f64() || value.to_string().len() > 15);
    for (flag, has) in [
        ("several", violations.len() > 1),
        ("number", is_long),
        ("unicode", !text.is_ascii()),
        ("control", text.chars().any(|letter| letter.is_ascii_control())),
    ] {
        flags.extend(has.then_some(flag));
    }
    json!({
        "id": id, "comment": comment, "kind": "request", "base": "minimal", "changes": changes,
        "result": if violations.is_empty() { "valid" } else { "invalid" },
        "violations": violations, "advisories": [], "flags": flags,
    })
}

/// Returns the changes that put a value at a path of the base, and its pointer.
fn placed(change: &VectorChange<'_>, path: &str, value: Value) -> Option<(Vec<Value>, String)> {
    // Below what the base lacks, the whole of it is put there.
    let pointer = format!("/{}", path.replace("[]", "/0").replace('.', "/"));
    let parts: Vec<_> = pointer.split('/').skip(1).collect();
    let mut at = String::new();
    let mut present = change.base;
    for (number, part) in parts.iter().enumerate() {
        let next = match part.parse::<usize>() {
            Ok(place) => present.get(place),
            Err(_) => present.get(part),
        };
        at = format!("{at}/{part}");
        let is_last = number + 1 == parts.len();
        if let (Some(next), false) = (next, is_last) {
            present = next;
            continue;
        }
        let op = if next.is_some() { "replace" } else { "add" };
        let mut schema = component(change.now, path, number + 1)?;
        let mut new = value;
        // From the inside to the outside.
        for depth in (number + 1..parts.len()).rev() {
            schema = component(change.now, path, depth)?;
            let mut around = valid(change.now, schema)?;
            match parts[depth].parse::<usize>() {
                Ok(_) => around = json!([new]),
                Err(_) => around[parts[depth]] = new,
            }
            new = around;
        }
        let _ = schema;
        return Some((vec![json!({ "op": op, "path": at, "value": new })], pointer.clone()));
    }
    None
}

/// Returns the schema of the first parts of a path.
fn component<'s>(definitions: &'s Value, path: &str, depth: usize) -> Option<&'s Value> {
    let pointer = path.replace("[]", ".0");
    let mut schema = &definitions[crate::codegen::REQUEST];
    for part in pointer.split('.').take(depth) {
        let next = if part == "0" { &schema["items"] } else { &schema["properties"][part] };
        schema = resolved(definitions, next);
    }
    (!schema.is_null()).then_some(schema)
}

pub(super) fn resolved<'s>(definitions: &'s Value, schema: &'s Value) -> &'s Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    name.map_or(schema, |name| &definitions[name])
}

/// Returns a value that keeps the rules: examples, and of objects what is mandatory.
pub(super) fn valid(definitions: &Value, schema: &Value) -> Option<Value> {
    let schema = resolved(definitions, schema);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return Some(example.clone());
    }
    if let Some(items) = schema.get("items") {
        return Some(json!([valid(definitions, items)?]));
    }
    let properties = schema.get("properties")?;
    let mut object = Map::new();
    for name in super::names(&schema["required"]) {
        object.insert(name.to_owned(), valid(definitions, &properties[name])?);
    }
    Some(Value::Object(object))
}

/// Returns a value at the edge of a rule, and a remark on it.
fn edge(schema: &Value, keyword: &str) -> Option<(Value, String)> {
    let limit = schema[keyword].as_u64();
    let is_text = schema["type"] == "string";
    Some(match (keyword, limit) {
        ("minLength" | "maxLength", Some(limit)) => (text(schema, limit as usize).into(), characters(limit)),
        ("pattern", _) if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("^\\x00")) => {
            let fits = schema["maxLength"].as_u64().is_none_or(|most| most >= 3);
            (if fits { "\u{80}é名" } else { "é" }.into(), "What is no control character of ASCII.".into())
        }
        ("pattern", _) => (text(schema, 1).into(), "One digit.".into()),
        ("enum", _) => (schema["enum"].as_array()?.last()?.clone(), "The last value of the list.".into()),
        ("type", _) if !is_text => (valid(&Value::Null, schema)?, "With a decimal that is zero.".into()),
        ("minimum" | "maximum", Some(limit)) => (limit.into(), format!("{limit}.")),
        ("exclusiveMaximum", Some(limit)) => ((limit - 1).into(), format!("One less than {limit}.")),
        ("x-decimal-places", Some(_)) => (json!(1.25), "Two decimals.".into()),
        _ => return None,
    })
}

/// Returns a value just over a rule, and a remark on it.
fn beyond(schema: &Value, keyword: &str) -> Option<(Value, String)> {
    let limit = schema[keyword].as_u64();
    let is_text = schema["type"] == "string";
    Some(match (keyword, limit) {
        ("minLength", Some(limit)) => (text(schema, (limit - 1) as usize).into(), characters(limit - 1)),
        ("maxLength", Some(limit)) => (text(schema, limit as usize + 1).into(), characters(limit + 1)),
        ("pattern", _) if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("^\\x00")) => {
            ("x\n".into(), "A line feed at the end.".into())
        }
        ("pattern", _) => ("x".into(), "A letter.".into()),
        ("enum", _) => ("no-such-value-of-any-list".into(), "A value that no page lists.".into()),
        ("type", _) if is_text => (Value::Null, "Null for text.".into()),
        ("type", _) => ("1".into(), "Text for a number.".into()),
        ("minimum", Some(limit)) => (json!(limit as i64 - 1), format!("One less than {limit}.")),
        ("maximum", Some(limit)) => ((limit + 1).into(), format!("One more than {limit}.")),
        ("exclusiveMaximum", Some(limit)) => (limit.into(), format!("{limit}.")),
        ("x-decimal-places", Some(2)) => (json!(1.125), "Three decimals.".into()),
        _ => return None,
    })
}

fn characters(count: u64) -> String {
    if count == 1 { "One character.".to_owned() } else { format!("{count} characters.") }
}

fn text(schema: &Value, length: usize) -> String {
    if schema["pattern"] == "^[0-9]+$" { "1" } else { "x" }.repeat(length)
}

/// Returns a vector as the file has it: a line for id, payload, result, each list and the flags.
pub(super) fn vector(vector: &Value, is_last: bool) -> String {
    let line = |key: &str| format!("\"{key}\": {}", literal(&vector[key]));
    let list = |key: &str| {
        let elements: Vec<_> = vector[key].as_array().into_iter().flatten().map(object_line).collect();
        match &elements[..] {
            [] => format!("\"{key}\": []"),
            [one] => format!("\"{key}\": [{one}]"),
            many => format!("\"{key}\": [\n        {}\n      ]", many.join(",\n        ")),
        }
    };
    format!(
        "    {{ {}, {}, {},\n      {}, {},\n      {},\n      {},\n      {},\n      {} }}{}\n",
        line("id"),
        line("comment"),
        line("kind"),
        line("base"),
        list("changes"),
        line("result"),
        list("violations"),
        list("advisories"),
        line("flags"),
        if is_last { "" } else { "," }
    )
}

pub(super) fn object_line(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten();
    let members: Vec<_> = members.map(|(key, value)| format!("\"{key}\": {}", literal(value))).collect();
    format!("{{ {} }}", members.join(", "))
}

/// Returns a value as the file has it: on one line, and invisible characters escaped.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members =
                members.iter().map(|(key, value)| format!("{}: {}", literal(&key.as_str().into()), literal(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(elements) => format!("[{}]", elements.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::String(_) => {
            let mut out = String::new();
            for letter in value.to_string().chars() {
                let is_invisible =
                    matches!(letter, '\u{7f}'..='\u{a0}' | '\u{300}'..='\u{36f}' | '\u{2028}' | '\u{2029}');
                match (is_invisible, u32::from(letter)) {
                    (true, code) => out.push_str(&format!("\\u{code:04x}")),
                    (false, _) => out.push(letter),
                }
            }
            out
        }
        other => other.to_string(),
    }
}
