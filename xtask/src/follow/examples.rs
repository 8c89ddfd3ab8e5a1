//! The examples of `spec/examples` that change with the page: the full request, the least one, and the page's own sample.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::vectors::{converted, fits};
use crate::{
    amend::{Edit, apply},
    codegen::REQUEST,
    drift::{Class, Drift, plain},
};

/// The request with every field, and the one with none that may be left out.
const FULL: &str = "generate_order.request.full.json";
const LEAST: &str = "generate_order.request.minimal.json";

/// The page's sample with what is wrong in it made right.
const CORRECTED: &str = "generate_order.request.page-corrected.json";

/// The page's samples, by side.
const SAMPLES: [(&str, &str); 2] = [
    ("request", "generate_order.request.page-sample.invalid.json"),
    ("response", "generate_order.response.page-sample.json"),
];

/// Puts new fields into the full request, mandatory ones into the least, takes out what is gone, and follows the page's samples.
///
/// `definitions` are the components before and now.
///
/// Returns what is left to do.
///
/// # Errors
///
/// Where an example cannot be read or written.
pub(super) fn follow(folder: &Path, definitions: [&Value; 2], drift: &Drift) -> Result<Vec<String>, String> {
    let [before, definitions] = definitions;
    for path in requests(folder)? {
        let name = path.display();
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let mut text = fs::read_to_string(&path).map_err(|error| format!("cannot read {name}: {error}"))?;
        let value: Value = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        let mut edits = Vec::new();
        let (full, least) = (file == FULL, file == LEAST || file == CORRECTED);
        complete(definitions, &definitions[REQUEST], &value, full, &mut Vec::new(), &mut edits);
        if !full && !least {
            // Of another example only what was described and is not any more goes.
            let mut known = Vec::new();
            complete(before, &before[REQUEST], &value, full, &mut Vec::new(), &mut known);
            edits.retain(|edit| matches!(edit, Edit::Remove { .. }) && !known.contains(edit));
        }
        let roots = [&before[REQUEST], &definitions[REQUEST]];
        convert([before, definitions], roots, &value, &mut Vec::new(), &mut edits);
        if !edits.is_empty() {
            text = apply(&text, &edits)?;
            fs::write(&path, text).map_err(|error| format!("cannot write {name}: {error}"))?;
        }
    }
    let mut left = Vec::new();
    for (side, file) in SAMPLES {
        let path = folder.join(file);
        let Ok(mut text) = fs::read_to_string(&path) else { continue };
        let before = text.clone();
        for finding in
            drift.changes.iter().filter(|finding| finding.side == side && finding.class == Class::SampleChanged)
        {
            match sample(&text, &finding.name, &finding.now) {
                Some(edited) => text = edited,
                None => left.push(format!(
                    "{}: {} is {} on the page now",
                    path.display(),
                    plain(&finding.name),
                    finding.now
                )),
            }
        }
        if text != before {
            fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    Ok(left)
}

/// Returns the examples of requests, but for the page's own sample.
fn requests(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("cannot read {}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("generate_order.request.") && SAMPLES.iter().all(|(_, sample)| *sample != name) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Collects the edits that give a body its new members, and take the members out that are not described any more.
fn complete(
    definitions: &Value,
    schema: &Value,
    value: &Value,
    full: bool,
    at: &mut Vec<String>,
    edits: &mut Vec<Edit>,
) {
    let schema = resolved(definitions, schema);
    if let (Some(elements), items @ Value::Object(_)) = (value.as_array(), &schema["items"]) {
        for (number, element) in elements.iter().enumerate() {
            at.push(number.to_string());
            complete(definitions, items, element, full, at, edits);
            at.pop();
        }
    }
    let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object()) else { return };
    for key in members.keys().filter(|key| !properties.contains_key(*key)) {
        edits.push(Edit::Remove { at: at.clone(), key: key.clone() });
    }
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
    for (name, property) in properties {
        match members.get(name) {
            Some(member) => {
                at.push(name.clone());
                complete(definitions, property, member, full, at, edits);
                at.pop();
            }
            None if full || required(name) => {
                if let Some(value) = example(definitions, property, full) {
                    edits.push(Edit::Set { at: at.clone(), key: name.clone(), value, after: None });
                }
            }
            None => {}
        }
    }
}

/// Collects the edits that give a value another type, or take a value that is listed, where it kept the rule before.
fn convert(definitions: [&Value; 2], schemas: [&Value; 2], value: &Value, at: &mut Vec<String>, edits: &mut Vec<Edit>) {
    let [before, now] = [0, 1].map(|side| resolved(definitions[side], schemas[side]));
    if before.is_null() || now.is_null() {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                at.push(name.clone());
                convert(definitions, [&before["properties"][name], &now["properties"][name]], member, at, edits);
                at.pop();
            }
        }
        Value::Array(elements) => {
            for (number, element) in elements.iter().enumerate() {
                at.push(number.to_string());
                convert(definitions, [&before["items"], &now["items"]], element, at, edits);
                at.pop();
            }
        }
        leaf if fits(before, leaf) && !fits(now, leaf) => {
            let Some((key, above)) = at.split_last() else { return };
            let new = converted(definitions[1], now, leaf);
            edits.extend(new.map(|value| Edit::Set { at: above.to_vec(), key: key.clone(), value, after: None }));
        }
        _ => {}
    }
}

fn example(definitions: &Value, schema: &Value, full: bool) -> Option<Value> {
    let schema = resolved(definitions, schema);
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return Some(example.clone());
    }
    if let Some(items) = schema.get("items") {
        return Some(Value::Array(vec![example(definitions, items, full)?]));
    }
    let mut object = serde_json::Map::new();
    for (name, property) in schema["properties"].as_object()? {
        let required = schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
        if full || required {
            object.insert(name.clone(), example(definitions, property, full)?);
        }
    }
    Some(Value::Object(object))
}

fn resolved<'s>(definitions: &'s Value, schema: &'s Value) -> &'s Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    name.map_or(schema, |name| &definitions[name])
}

/// Returns a sample with another value at a path such as `order.line_items[0].category`; null takes it out.
fn sample(text: &str, path: &str, now: &Value) -> Option<String> {
    let mut keys = Vec::new();
    for part in path.split('.') {
        let mut pieces = part.split('[');
        keys.push(pieces.next()?.to_owned());
        keys.extend(pieces.map(|piece| piece.trim_end_matches(']').to_owned()));
    }
    let key = keys.pop()?;
    let edit = match now {
        Value::Null => Edit::Remove { at: keys, key },
        value => Edit::Set { at: keys, key, value: value.clone(), after: None },
    };
    apply(text, &[edit]).ok()
}
