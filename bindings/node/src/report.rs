//! What a check found, as JSON for `index.js`.

use doku_indodana::{
    Note,
    check::Report,
    error::{Language, Violation},
};
use serde_json::{Value, json};

/// Returns a report as JSON text.
pub(crate) fn text(report: &Report) -> String {
    json!({
        "valid": report.is_valid(),
        "violations": violations(report.violations()),
        "advisories": violations(report.advisories()),
    })
    .to_string()
}

/// Returns the notes of what was read as JSON text.
pub(crate) fn notes(notes: &[Note]) -> String {
    let note = |note: &Note| json!({ "pointer": note.pointer(), "code": note.code(), "message": note.message() });
    Value::from_iter(notes.iter().map(note)).to_string()
}

/// Returns violations with their texts.
pub(crate) fn violations(violations: &[Violation]) -> Vec<Value> {
    violations.iter().map(violation).collect()
}

/// Returns a violation with its texts.
pub(crate) fn violation(violation: &Violation) -> Value {
    let mut record = json!(violation);
    record["message"] = violation.message(Language::English).into();
    record["messageIndonesian"] = violation.message(Language::Indonesian).into();
    record
}
