//! Rows of tables: columns, names, nesting.

use serde_json::{Map, Value};

use super::{clean, facts};

/// Returns path and facts of a row; `nesting` holds indents and paths of the rows above.
pub(super) fn field(
    name: &str,
    kind: &str,
    mandatory_cell: &str,
    text: &str,
    nesting: &mut Vec<(usize, String)>,
) -> Result<(String, Value), String> {
    let (indent, name) = indented(name);
    let name = normal(&name);
    if !is_path(&name) {
        return Err(format!("a row whose name is no field: {name}"));
    }
    nesting.retain(|(above, _)| *above < indent);
    let path = match nesting.last() {
        Some((_, parent)) => {
            let root = parent.split('.').next().unwrap_or_default();
            let whole = name.contains('.') && name.split('.').next() == Some(root);
            if whole { name } else { format!("{parent}.{name}") }
        }
        None => name,
    };
    nesting.push((indent, path.clone()));
    let mandatory = mandatory(mandatory_cell).ok_or_else(|| {
        format!("{path} is neither mandatory, optional nor conditional but `{}`", clean(mandatory_cell))
    })?;
    let kind = clean(kind).to_lowercase();
    let (kind, limit) = match kind.split_once('(') {
        Some((kind, limit)) => (kind.trim().to_owned(), limit.trim_end_matches(')').trim().to_owned()),
        None => (kind, String::new()),
    };
    if kind.is_empty() {
        return Err(format!("{path} has no type"));
    }
    let text = if limit.is_empty() { text.to_owned() } else { format!("{text} Max length: {limit}") };
    let mut facts: Map<_, _> =
        [("type".into(), kind.clone().into()), ("mandatory".into(), mandatory.into())].into_iter().collect();
    facts.extend(facts::facts(&text));
    if kind == "enum" && !facts.contains_key("enum") {
        return Err(format!("{path} is an enum whose values were not found"));
    }
    Ok((path, Value::Object(facts)))
}

/// Returns how far a name is indented, and the name. One space is noise of the form.
fn indented(name: &str) -> (usize, String) {
    let marks = "↳└├─│>»–•·→-";
    let is_mark = |letter: char| letter.is_whitespace() || marks.contains(letter);
    let rest = name.trim_start_matches(is_mark);
    let width = |letter| match letter {
        '\t' => 4,
        '\u{2003}' => 2,
        letter if marks.contains(letter) => 2,
        _ => 1,
    };
    let width: usize = name[..name.len() - rest.len()].chars().map(width).sum();
    (if width == 1 { 0 } else { width }, clean(rest))
}

/// Returns a path without marks of lists.
fn normal(path: &str) -> String {
    let parts = path.split('.').map(|part| part.split('[').next().unwrap_or_default().trim());
    let parts = parts.filter(|part| !part.is_empty() && part.parse::<usize>().is_err() && *part != "*");
    parts.collect::<Vec<_>>().join(".")
}

/// Tells whether a text is a name of a field or a dotted path of names.
pub(super) fn is_path(text: &str) -> bool {
    let (_, text) = indented(text);
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let text = normal(&text);
    !text.is_empty() && text.split('.').all(part)
}

/// Returns `mandatory`, `optional` or `conditional`.
pub(super) fn mandatory(text: &str) -> Option<&'static str> {
    match text.trim().trim_end_matches(['*', '.']).to_lowercase().as_str() {
        "mandatory" | "required" | "yes" | "m" => Some("mandatory"),
        "optional" | "no" | "o" => Some("optional"),
        "conditional" | "c" => Some("conditional"),
        _ => None,
    }
}

/// Returns what a column holds, from its name.
pub(super) fn column(name: &str) -> Option<&'static str> {
    match clean(name).trim_matches('*').to_lowercase().as_str() {
        "parameter" | "parameters" | "field" | "field name" | "name" | "attribute" | "header" => Some("name"),
        "type" | "data type" => Some("type"),
        "mandatory" | "required" | "m/o" | "mandatory/optional" => Some("mandatory"),
        "description" | "explanation" | "remark" | "notes" => Some("description"),
        "length" | "max length" | "max. length" | "maximum length" => Some("max"),
        "value" => Some("value"),
        _ => None,
    }
}
