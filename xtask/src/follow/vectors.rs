//! The vectors of `spec/vectors/violations.json`, made true of a changed contract: accepted at the edge, refused just over it.

mod broken;
mod limit;
mod settle;
mod write;

use std::ops::Range;

use serde_json::{Value, json};

pub(super) use self::settle::{converted, fits};
use self::{limit::moved, write::vector};
use crate::{
    amend::restated,
    codegen::REQUEST,
    fields::fields,
    table::{Vectors, unproven},
};

/// Limits that a value can stand at and just over.
const LIMITS: [&str; 7] =
    ["minLength", "maxLength", "minimum", "maximum", "exclusiveMaximum", "x-decimal-places", "pattern"];

/// The contract's components, before and now: JSON Schema 2020-12, as `cargo xtask export` makes it.
pub(super) struct VectorChange<'a> {
    pub(super) before: &'a Value,
    pub(super) now: &'a Value,
    /// The request that the changes of a vector are made in.
    pub(super) base: &'a Value,
}

/// Returns the vectors as they should be, and what could not be made.
///
/// # Errors
///
/// Where the text is no list of vectors.
pub(super) fn follow(text: &str, change: &VectorChange<'_>) -> Result<(String, Vec<String>), String> {
    let mut text = text.to_owned();
    let places = places(change.now);
    for (component, schema) in change.before.as_object().into_iter().flatten() {
        let paths: Vec<_> =
            places.iter().filter(|(_, name)| name == component).map(|(path, _)| path.as_str()).collect();
        match change.now.get(component) {
            None => remove(&mut text, &format!("{component}."))?,
            Some(now) if now["type"] != schema["type"] => remove(&mut text, &format!("{component}."))?,
            Some(now) => {
                for keyword in LIMITS {
                    match (&schema[keyword], &now[keyword]) {
                        (was, is) if was == is => {}
                        (_, Value::Null) => remove(&mut text, &format!("{component}.{keyword}."))?,
                        (Value::Null, _) => {}
                        (was, is) => moved(&mut text, component, keyword, [was, is], &paths)?,
                    }
                    let advised = |schema: &Value| schema["x-advisory"][keyword].clone();
                    match (advised(schema), advised(now)) {
                        (was, is) if was == is => {}
                        (_, Value::Null) => remove(&mut text, &format!("{component}.x-advisory.{keyword}."))?,
                        (Value::Null, _) => {}
                        (was, is) => {
                            moved(&mut text, &format!("{component}.x-advisory"), keyword, [&was, &is], &paths)?
                        }
                    }
                }
                if schema["enum"] != now["enum"] {
                    listed(&mut text, component, [&schema["enum"], &now["enum"]])?;
                }
                for member in names(&schema["required"]).filter(|name| !names(&now["required"]).any(|now| now == *name))
                {
                    remove(&mut text, &format!("{component}.required.over.{member}"))?;
                }
            }
        }
    }
    let was = self::places(change.before);
    let gone: Vec<_> = was.iter().map(|(path, _)| path.as_str()).collect();
    let gone: Vec<_> = gone.into_iter().filter(|path| !places.iter().any(|(known, _)| known == path)).collect();
    if !gone.is_empty() {
        without_fields(&mut text, &gone)?;
    }
    settle::settled(&mut text, change)?;
    let left = added(&mut text, change, &places)?;
    Ok((text, left))
}

/// Returns the vectors with the pointers of a field that has another name now.
pub(super) fn renamed(text: &str, was: &str, is: &str) -> String {
    let pattern = format!("\"(/{})([\"/])", was.split('.').collect::<Vec<_>>().join("(?:/[0-9]+)?/"));
    let Ok(pattern) = regex_lite::Regex::new(&pattern) else { return text.to_owned() };
    let name = is.rsplit('.').next().unwrap_or(is);
    let new = |found: &regex_lite::Captures<'_>| {
        let (parent, _) = found[1].rsplit_once('/').unwrap_or_default();
        format!("\"{parent}/{name}{}", &found[2])
    };
    pattern.replace_all(text, new).into_owned()
}

/// Returns each field of a request by its path, with its component.
fn places(definitions: &Value) -> Vec<(String, String)> {
    let fields = fields(definitions, REQUEST).into_iter();
    fields.filter_map(|field| Some((field.path, field.component?.to_owned()))).collect()
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Returns each vector with its place in the text, its line feed included.
fn blocks(text: &str) -> Result<Vec<(Range<usize>, Value)>, String> {
    const START: &str = "\n    { \"id\": ";
    let starts: Vec<_> = text.match_indices(START).map(|(at, _)| at + 1).collect();
    let end = text.rfind("\n  ]").map(|at| at + 1).ok_or("the vectors have no end")?;
    let ends = starts.iter().skip(1).copied().chain([end]);
    let block = |(start, end): (usize, usize)| {
        let value = text[start..end].trim_end().trim_end_matches(',');
        let value = serde_json::from_str(value).map_err(|error| format!("a vector is no JSON: {error}"))?;
        Ok((start..end, value))
    };
    starts.iter().copied().zip(ends).map(block).collect()
}

/// Removes the vectors whose ids begin so, or are so.
fn remove(text: &mut String, prefix: &str) -> Result<(), String> {
    let is_meant = |vector: &Value| {
        vector["id"].as_str().is_some_and(|id| match prefix.strip_suffix('.') {
            Some(_) => id.starts_with(prefix),
            None => id == prefix || id.starts_with(&format!("{prefix}.")),
        })
    };
    for (bytes, _) in blocks(text)?.into_iter().rev().filter(|(_, vector)| is_meant(vector)) {
        text.replace_range(bytes, "");
    }
    // The last one has no comma behind it.
    *text = text.replace(" },\n  ]", " }\n  ]");
    Ok(())
}

/// Takes the fields that are gone out of all vectors: what puts them there, and what is found in them.
fn without_fields(text: &mut String, gone: &[&str]) -> Result<(), String> {
    let is_gone = |pointer: &Value| pointer.as_str().is_some_and(|pointer| gone.contains(&&*path(pointer)));
    for (bytes, mut vector) in blocks(text)?.into_iter().rev() {
        // A whole payload is somebody's own words.
        if vector.get("changes").is_none() {
            continue;
        }
        let before = vector.clone();
        for (list, key) in [("changes", "path"), ("violations", "pointer"), ("advisories", "pointer")] {
            if let Some(elements) = vector[list].as_array_mut() {
                elements.retain(|element| !is_gone(&element[key]));
            }
        }
        for change in vector["changes"].as_array_mut().into_iter().flatten() {
            let at = path(change["path"].as_str().unwrap_or_default());
            if let Some(value) = change.get_mut("value") {
                prune(value, &at, gone);
            }
        }
        if vector != before {
            let last = !text[bytes.clone()].trim_end().ends_with(',');
            text.replace_range(bytes, &write::vector(&vector, last));
        }
    }
    Ok(())
}

/// Takes the members that are gone out of a value at a path.
fn prune(value: &mut Value, at: &str, gone: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| !gone.contains(&&*format!("{at}.{name}")));
            members.iter_mut().for_each(|(name, member)| prune(member, &format!("{at}.{name}"), gone));
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| prune(element, &format!("{at}[]"), gone)),
        _ => {}
    }
}

/// Returns the path of a pointer: `order.line_items[].price`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        match part.parse::<usize>() {
            Ok(_) => path += "[]",
            Err(_) if path.is_empty() => path += part,
            Err(_) => path += &format!(".{part}"),
        }
    }
    path
}

/// Gives the vector that has all values of a list the values that it has now.
fn listed(text: &mut String, component: &str, values: [&Value; 2]) -> Result<(), String> {
    let [was, is] = values.map(|values| values.as_array().cloned().unwrap_or_default());
    if was.is_empty() || is.is_empty() {
        return remove(text, &format!("{component}.enum."));
    }
    let id = format!("{component}.enum.edge");
    let found = blocks(text)?.into_iter().find(|(_, vector)| vector["id"] == *id);
    let Some((bytes, mut vector)) = found else { return Ok(()) };
    let count = [&was, &is].map(|values| values.len().to_string());
    let mut elements = 0;
    for change in vector["changes"].as_array_mut().into_iter().flatten() {
        let Some(list) = change["value"].as_array_mut() else { continue };
        let Some(pattern) = list.first().cloned() else { continue };
        let member = pattern.as_object().and_then(|members| members.iter().find(|(_, value)| was.contains(value)));
        let Some((member, _)) = member else { continue };
        *list = is
            .iter()
            .enumerate()
            .map(|(number, value)| {
                let mut element = pattern.clone();
                element[member] = value.clone();
                if element["id"].is_string() {
                    element["id"] = number.to_string().into();
                }
                element
            })
            .collect();
        elements = list.len();
    }
    if elements == 0 {
        // Each value has a vector of its own, which stays right where the value is still listed.
        return Ok(());
    }
    for change in vector["changes"].as_array_mut().into_iter().flatten() {
        if change["value"] == json!(was.len()) {
            change["value"] = elements.into();
        }
    }
    let comment = vector["comment"].as_str().unwrap_or_default();
    vector["comment"] = restated(comment, &count[0], &count[1]).unwrap_or_else(|| comment.to_owned()).into();
    let last = !text[bytes.clone()].trim_end().ends_with(',');
    text.replace_range(bytes, &write::vector(&vector, last));
    Ok(())
}

/// Adds the vectors that the constraints of the contract lack.
fn added(text: &mut String, change: &VectorChange<'_>, places: &[(String, String)]) -> Result<Vec<String>, String> {
    let mut left = Vec::new();
    for id in unproven(change.now, REQUEST, &Vectors::parse(text)?) {
        let Some((component, rule)) = id.split_once('.') else { continue };
        let made = places.iter().find(|(_, name)| name == component).map(|(path, _)| path.as_str());
        let made = made.and_then(|path| write::made(change, component, rule, &id, path));
        let Some(new) = made else {
            left.push(format!("spec/vectors/violations.json: write {id}"));
            continue;
        };
        let known = blocks(text)?;
        let own = known
            .iter()
            .rev()
            .find(|(_, vector)| vector["id"].as_str().is_some_and(|id| id.starts_with(&format!("{component}."))));
        let end = own.or_else(|| known.last()).map(|(bytes, _)| bytes.end).ok_or("there are no vectors")?;
        let is_last = known.last().is_some_and(|(bytes, _)| bytes.end == end);
        if is_last {
            let trimmed = text[..end].trim_end().len();
            text.replace_range(trimmed..end, ",\n");
            let at = trimmed + 2;
            text.insert_str(at, &vector(&new, true));
        } else {
            text.insert_str(end, &vector(&new, false));
        }
    }
    Ok(left)
}

#[cfg(test)]
mod tests;
