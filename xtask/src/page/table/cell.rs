//! What stands in a cell: the name of a column, a field or a header, a type, a presence, a length.

use super::{super::clean, Role};

/// Returns what a column holds, from its name.
pub(in crate::page) fn role_of(name: &str) -> Option<Role> {
    let name = clean(name);
    if name.contains(['.', '_']) || ["request", "response"].iter().any(|word| name.to_lowercase().contains(word)) {
        return None;
    }
    let lower = name.trim_matches(['*', ':', '?', ' ']).to_lowercase();
    if lower.is_empty() || lower.split_whitespace().count() > 4 || lower.chars().count() > 40 {
        return None;
    }
    let words: Vec<_> = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let starts = |known: &[&str]| words.iter().any(|word| known.iter().any(|start| word.starts_with(start)));
    Some(
        if starts(&[
            "description",
            "explanation",
            "remark",
            "definition",
            "keterangan",
            "deskripsi",
            "penjelasan",
            "comment",
        ]) || has(&["note", "notes", "detail", "details", "information", "meaning"])
        {
            Role::Description
        } else if starts(&["mandatory", "wajib", "presence", "optional", "conditional"])
            || has(&["required", "necessity"])
            || matches!(lower.as_str(), "m/o" | "m/o/c" | "m")
        {
            Role::Presence
        } else if has(&["type", "tipe", "datatype"]) {
            Role::Kind
        } else if has(&["length", "len", "max", "maximum", "panjang", "size"]) {
            Role::Length
        } else if has(&[
            "parameter",
            "parameters",
            "field",
            "fields",
            "attribute",
            "attributes",
            "property",
            "name",
            "header",
            "headers",
            "key",
            "nama",
            "variable",
            "element",
            "tag",
        ]) {
            Role::Name
        } else if has(&["value", "values", "nilai"]) {
            Role::Value
        } else {
            return None;
        },
    )
}

/// Returns `mandatory`, `optional` or `conditional`.
pub(in crate::page) fn presence(text: &str) -> Option<&'static str> {
    let text = clean(text);
    match text.trim_matches(|letter: char| "*.() †‡§¹²³⁴⁵⁶⁷⁸⁹".contains(letter)).to_lowercase().as_str()
    {
        "mandatory" | "required" | "yes" | "m" | "y" | "wajib" | "ya" | "true" | "✓" | "✔" => Some("mandatory"),
        "optional" | "no" | "o" | "n" | "opsional" | "tidak" | "tidak wajib" | "not required" | "not mandatory"
        | "false" => Some("optional"),
        "conditional" | "c" | "kondisional" | "bersyarat" | "conditional mandatory" | "conditionally mandatory" => {
            Some("conditional")
        }
        _ => None,
    }
}

pub(in crate::page) const TYPES: [&str; 25] = [
    "string",
    "number",
    "integer",
    "int",
    "long",
    "decimal",
    "float",
    "double",
    "enum",
    "json",
    "object",
    "array",
    "boolean",
    "bool",
    "date",
    "datetime",
    "timestamp",
    "str",
    "list",
    "numeric",
    "text",
    "map",
    "alphanumeric",
    "bigdecimal",
    "uuid",
];

/// Tells whether a cell is a type: a known word, alone, with a limit in brackets, or of something.
pub(in crate::page) fn is_type(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    let first = word.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    TYPES.contains(&first) && word.split_whitespace().count() <= 4 && !word.ends_with('.')
}

/// Tells whether a text is a name of a field or a dotted path of names.
pub(in crate::page) fn is_path(text: &str) -> bool {
    let (_, text) = indented(text);
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let text = normal(&text);
    let small = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_') || text.contains(['.', '_'])
    };
    !text.is_empty() && text.split('.').all(part) && small(&text)
}

/// Tells whether a text is a name of a header: a capital at least, or a hyphen, and neither a point nor an underscore.
pub(in crate::page) fn is_header(text: &str) -> bool {
    let text = text.trim();
    let letters = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric());
    let single = ["Signature", "Digest", "Authorization", "Accept", "Host", "Date", "Origin"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.split('-').all(letters)
        && (text.contains('-') || single.iter().any(|known| known.eq_ignore_ascii_case(text)))
}

pub(super) fn is_length(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_digit() || ".,- –".contains(letter))
        && text.contains(|letter: char| letter.is_ascii_digit())
}

/// Returns a name, and the remark or the mark of a footnote behind it: `order.id*`, `Request-Id (optional)`.
pub(in crate::page) fn marked(text: &str) -> (&str, &str) {
    let whole = text.trim();
    let named = whole.trim_matches(['`', '"', '\'']);
    let is_mark = |letter: char| "*†‡§¹²³⁴⁵⁶⁷⁸⁹".contains(letter);
    let bare = named.trim_end_matches(|letter: char| is_mark(letter) || letter == ' ');
    if bare.len() < named.len() && named.ends_with(is_mark) && !bare.is_empty() {
        return (bare, named[bare.len()..].trim());
    }
    match named.split_once(" (") {
        Some((bare, remark)) if named.ends_with(')') && !remark.contains('(') => {
            (bare.trim(), &named[bare.len() + 1..])
        }
        _ => (named, ""),
    }
}

/// Returns how far a name is indented, and the name. One space is noise of the form.
pub(super) fn indented(name: &str) -> (usize, String) {
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
pub(super) fn normal(path: &str) -> String {
    let parts = path.split('.').map(|part| part.split('[').next().unwrap_or_default().trim());
    let parts = parts.filter(|part| !part.is_empty() && part.parse::<usize>().is_err() && *part != "*");
    parts.collect::<Vec<_>>().join(".")
}
