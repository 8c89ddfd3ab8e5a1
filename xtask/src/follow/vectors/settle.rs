//! What else a changed contract makes of a vector: values of another type, members that are mandatory now, findings that are none.

use serde_json::{Value, json};

use super::{
    LIMITS, VectorChange, blocks, names, remove,
    write::{self, object_line, resolved, valid},
};
use crate::{
    amend::{Edit, apply},
    check::payload,
    codegen::REQUEST,
};

/// Makes the bodies keep what the contract says now wherever they kept what it said, and drops findings that do not hold.
///
/// # Errors
///
/// Where the text is no list of vectors.
pub(super) fn settled(text: &mut String, change: &VectorChange<'_>) -> Result<(), String> {
    let mut idle = Vec::new();
    for (bytes, vector) in blocks(text)?.into_iter().rev() {
        let mut new = vector.clone();
        for step in new.get_mut("changes").and_then(Value::as_array_mut).into_iter().flatten() {
            let pointer = step["path"].as_str().unwrap_or_default().to_owned();
            let [before, now] = [change.before, change.now].map(|schemas| at(schemas, &pointer));
            fit(change, step, [before, now]);
        }
        fit_payload(change, &mut new);
        let has_text = ["utf8", "changes"].iter().any(|key| new.get(key).is_some());
        let body = has_text.then(|| payload(&new, change.base)).flatten();
        for list in ["violations", "advisories"] {
            if let Some(findings) = new.get_mut(list).and_then(Value::as_array_mut) {
                findings.retain(|finding| holds(change, finding, list, body.as_ref()));
            }
        }
        let mut lacking = Vec::new();
        let roots = [&change.before[REQUEST], &change.now[REQUEST]];
        body.iter().for_each(|body| missing(change, body, roots, "", &mut lacking));
        if let Some(findings) = new.get_mut("violations").and_then(Value::as_array_mut).filter(|_| !lacking.is_empty())
        {
            lacking.retain(|finding| !findings.contains(finding));
            findings.append(&mut lacking);
            findings.sort_by_key(|finding| [&finding["pointer"], &finding["code"]].map(Value::to_string));
            new["result"] = "invalid".into();
        }
        if new["violations"].as_array().is_some_and(Vec::is_empty) {
            new["result"] = "valid".into();
        }
        if new == vector {
            continue;
        }
        let id = vector["id"].as_str().unwrap_or_default();
        if id.split('.').any(|part| part == "over") && new["result"] == "valid" {
            idle.push(id.to_owned());
            continue;
        }
        flag(&mut new);
        let block = if new.get("changes").is_some() {
            write::vector(&new, !text[bytes.clone()].trim_end().ends_with(','))
        } else {
            without(&text[bytes.clone()], &vector, &new)
        };
        text.replace_range(bytes, &block);
    }
    // What refuses nothing any more proves nothing.
    idle.iter().try_for_each(|id| remove(text, id))
}

/// Sets the flags that follow from what a vector lists.
fn flag(vector: &mut Value) {
    let count = |list: &str| vector[list].as_array().map_or(0, Vec::len);
    let wanted = [("advisory", count("advisories") > 0), ("several", count("violations") > 1)];
    let Some(flags) = vector.get_mut("flags").and_then(Value::as_array_mut) else { return };
    flags.retain(|flag| wanted.iter().all(|(known, _)| flag != known));
    let sides = flags.iter().take_while(|flag| *flag == "edge" || *flag == "over").count();
    let new = wanted.into_iter().filter(|(_, has)| *has).map(|(flag, _)| Value::from(flag));
    flags.splice(sides..sides, new);
}

/// Makes a whole payload that keeps the contract keep it still.
fn fit_payload(change: &VectorChange<'_>, vector: &mut Value) {
    let valid = vector["result"] == "valid";
    let Some(text) = vector["utf8"].as_str().filter(|_| valid) else { return };
    let Ok(body) = serde_json::from_str::<Value>(text) else { return };
    let mut found = Vec::new();
    edits(change, &body, [&change.before[REQUEST], &change.now[REQUEST]], &mut Vec::new(), &mut found);
    if let Some(text) = (!found.is_empty()).then(|| apply(text, &found).ok()).flatten() {
        vector["utf8"] = text.into();
    }
}

/// Returns the vector of a whole payload without the findings that it has no more.
fn without(block: &str, before: &Value, now: &Value) -> String {
    let mut block = block.to_owned();
    for list in ["violations", "advisories"] {
        let [was, is] = [before, now].map(|vector| {
            let findings: Vec<_> = vector[list].as_array().into_iter().flatten().map(object_line).collect();
            match &findings[..] {
                [] => format!("\"{list}\": []"),
                [one] => format!("\"{list}\": [{one}]"),
                many => format!("\"{list}\": [\n        {}\n      ]", many.join(",\n        ")),
            }
        });
        block = block.replacen(&was, &is, 1);
    }
    for key in ["utf8", "result", "flags"] {
        let [was, is] = [before, now].map(|vector| format!("\"{key}\": {}", write::literal(&vector[key])));
        block = block.replacen(&was, &is, 1);
    }
    block
}

/// Collects the edits that make a value fit that fitted, and give an object the members that are mandatory now.
fn edits(change: &VectorChange<'_>, value: &Value, schemas: [&Value; 2], at: &mut Vec<String>, found: &mut Vec<Edit>) {
    let [before, now] = [resolved(change.before, schemas[0]), resolved(change.now, schemas[1])];
    if before.is_null() || now.is_null() {
        return;
    }
    let put =
        |at: &[String], key: &str, value: Value| Edit::Set { at: at.to_vec(), key: key.to_owned(), value, after: None };
    match value {
        Value::Object(members) => {
            let is_gone =
                |name: &&String| before["properties"].get(*name).is_some() && now["properties"].get(*name).is_none();
            let gone = members.keys().filter(is_gone);
            found.extend(gone.map(|name| Edit::Remove { at: at.clone(), key: name.clone() }));
            for (name, property) in now["properties"].as_object().into_iter().flatten() {
                let Some(member) = members.get(name) else {
                    if is_new(before, now, name)
                        && let Some(value) = valid(change.now, property)
                    {
                        found.push(put(at, name, value));
                    }
                    continue;
                };
                at.push(name.clone());
                edits(change, member, [&before["properties"][name], property], at, found);
                at.pop();
            }
        }
        Value::Array(elements) => {
            for (number, element) in elements.iter().enumerate() {
                at.push(number.to_string());
                edits(change, element, [&before["items"], &now["items"]], at, found);
                at.pop();
            }
        }
        leaf if fits(before, leaf) && !fits(now, leaf) => {
            if let (Some(new), Some((key, above))) = (converted(change.now, now, leaf), at.split_last()) {
                found.push(put(above, key, new));
            }
        }
        _ => {}
    }
}

/// Makes the value of a change fit, and the text of one that stands as it is sent.
fn fit(change: &VectorChange<'_>, step: &mut Value, schemas: [&Value; 2]) {
    let mut found = Vec::new();
    if let Some(raw) = step["raw"].as_str() {
        let Ok(value) = serde_json::from_str(raw) else { return };
        edits(change, &value, schemas, &mut Vec::new(), &mut found);
        if let Some(raw) = (!found.is_empty()).then(|| apply(raw, &found).ok()).flatten() {
            step["raw"] = raw.into();
        }
        return;
    }
    let Some(value) = step.get_mut("value") else { return };
    edits(change, value, schemas, &mut Vec::new(), &mut found);
    // An edit of the whole value has no key; such a one is a vector of the component itself.
    found.iter().for_each(|edit| drop(edit.apply(value)));
    let [before, now] = [resolved(change.before, schemas[0]), resolved(change.now, schemas[1])];
    if !before.is_null() && !now.is_null() && fits(before, value) && !fits(now, value) {
        *value = converted(change.now, now, value).unwrap_or(Value::Null);
    }
}

/// Tells whether a member is mandatory now, and was not.
fn is_new(before: &Value, now: &Value, name: &str) -> bool {
    let required = |schema: &Value| names(&schema["required"]).any(|required| required == name);
    required(now) && !required(before)
}

/// Adds what a body lacks that is mandatory now.
fn missing(change: &VectorChange<'_>, value: &Value, schemas: [&Value; 2], pointer: &str, found: &mut Vec<Value>) {
    let [before, now] = [resolved(change.before, schemas[0]), resolved(change.now, schemas[1])];
    match value {
        Value::Object(members) => {
            for (name, property) in now["properties"].as_object().into_iter().flatten() {
                let at = format!("{pointer}/{name}");
                match members.get(name) {
                    Some(member) => missing(change, member, [&before["properties"][name], property], &at, found),
                    None if is_new(before, now, name) => {
                        found.push(json!({ "pointer": at, "code": "missing", "rule": "required", "limit": null }));
                    }
                    None => {}
                }
            }
        }
        Value::Array(elements) => {
            for (number, element) in elements.iter().enumerate() {
                missing(change, element, [&before["items"], &now["items"]], &format!("{pointer}/{number}"), found);
            }
        }
        _ => {}
    }
}

/// Tells whether a value has the type of a schema and is one of its list.
pub(in super::super) fn fits(schema: &Value, value: &Value) -> bool {
    let kind = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    kind && schema["enum"].as_array().is_none_or(|values| values.contains(value))
}

/// Returns a value of the type that a schema has: the same where it can be written so, and an example otherwise.
pub(in super::super) fn converted(definitions: &Value, schema: &Value, value: &Value) -> Option<Value> {
    let same = match schema["type"].as_str()? {
        "string" if value.is_number() => value.to_string().into(),
        "integer" | "number" => value.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default(),
        _ => Value::Null,
    };
    let listed = || schema["enum"].as_array().and_then(|values| values.first().cloned());
    Some(same)
        .filter(|same| !same.is_null() && fits(schema, same))
        .or_else(|| valid(definitions, schema))
        .or_else(listed)
}

/// Tells whether a finding of a vector still is one.
fn holds(change: &VectorChange<'_>, finding: &Value, list: &str, body: Option<&Value>) -> bool {
    let pointer = finding["pointer"].as_str().unwrap_or_default();
    let rule = finding["rule"].as_str().unwrap_or_default();
    if rule == "required" {
        let (parent, member) = pointer.rsplit_once('/').unwrap_or_default();
        let required = |schemas| names(&at(schemas, parent)["required"]).any(|name| name == member);
        return required(change.now) || !required(change.before);
    }
    let rules = |schemas| {
        let schema = at(schemas, pointer);
        if list == "advisories" { &schema["x-advisory"] } else { schema }
    };
    let (before, now) = (rules(change.before), rules(change.now));
    if before == now || !(LIMITS.contains(&rule) || matches!(rule, "enum" | "type")) {
        return true;
    }
    let Some(value) = body.and_then(|body| body.pointer(pointer)) else { return true };
    let mut now = now.clone();
    if let (Some(rules), "advisories") = (now.as_object_mut(), list) {
        rules.insert("type".into(), at(change.now, pointer)["type"].clone());
    }
    super::broken::findings(&now, value, pointer).iter().any(|found| found["rule"] == rule)
}

/// Returns the schema of what a pointer into a request names.
fn at<'s>(schemas: &'s Value, pointer: &str) -> &'s Value {
    pointer.split('/').skip(1).fold(&schemas[REQUEST], |schema, part| {
        let schema = resolved(schemas, schema);
        let next =
            if part == "-" || part.parse::<usize>().is_ok() { &schema["items"] } else { &schema["properties"][part] };
        resolved(schemas, next)
    })
}
