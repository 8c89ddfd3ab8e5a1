//! Notifications as they were met in the field: what fits is read, what does not is a note, and never costs the message.

use std::{fs, path::Path};

use doku_indodana::testing::{TARGET, signed_notification};
use serde_json::{Value, json};

use super::{
    doku,
    listener::{Listener, MERCHANT},
};

/// Returns what `doku check`, `doku verify` and `doku listen` say of a body: the codes with their pointers.
fn met(name: &str) -> (Value, Value) {
    let path = format!("tests/cli/field/{name}.json");
    let body = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(&path)).unwrap();
    let checked = doku(&["check", "notification", &path, "--json"], &[], b"");
    let violations = checked.json()["violations"].as_array().unwrap().clone();
    let place = |fault: &Value| json!([fault["pointer"], fault["code"]]);
    assert_eq!(checked.code(), if violations.is_empty() { 0 } else { 3 }, "{name}");

    let message = signed_notification().with_body(body);
    let folder = tempfile::tempdir().unwrap();
    let headers = folder.path().join("headers");
    let lines = message.headers();
    let lines = lines.iter().map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()));
    fs::write(&headers, lines.collect::<String>()).unwrap();
    let verify =
        ["verify", "--kind", "notification", "--target", TARGET, "--headers", headers.to_str().unwrap(), &path];
    let verified = doku(&[&verify[..], &["--json"]].concat(), &MERCHANT, b"");
    assert_eq!(verified.code(), 0, "{name}: {}", verified.stderr);
    let mut facts = verified.json()["notification"].clone();

    let mut listener = Listener::start(&["--json"]);
    assert_eq!(listener.notify(TARGET, &message, "").status, 200, "what is genuine is acknowledged");
    let mut heard = listener.document()["notification"].take();
    for document in [&mut facts, &mut heard] {
        document.as_object_mut().unwrap().remove("age_seconds");
    }
    assert_eq!(facts, heard, "{name}");
    let notes: Vec<_> = facts["notes"].as_array().unwrap().iter().map(place).collect();
    let words = doku(&verify, &MERCHANT, b"");
    assert_eq!(words.stderr.matches("note: ").count(), notes.len(), "{}", words.stderr);
    let read = json!({ "status": facts["status"], "amount": facts["amount"], "notes": notes });
    (violations.iter().map(place).collect(), read)
}

#[test]
fn a_list_for_an_object_is_one_note() {
    let (violations, read) = met("additional-info-list");
    assert_eq!(violations, json!([["/additional_info", "wrong_type"]]));
    assert_eq!(read, json!({ "status": "SUCCESS", "amount": 90_000, "notes": [["/additional_info", "wrong_type"]] }));
}

#[test]
fn a_number_for_a_text_is_one_note() {
    let place = "/peer_to_peer_info/identifier/0/value";
    let (violations, read) = met("identifier-value-number");
    assert_eq!(violations, json!([[place, "wrong_type"]]));
    assert_eq!(read, json!({ "status": "SUCCESS", "amount": 90_000, "notes": [[place, "wrong_type"]] }));
}

#[test]
fn a_separator_of_thousands_makes_no_amount() {
    let (violations, read) = met("amount-text-thousands");
    assert_eq!(violations, json!([["/order/amount", "no_alternative"]]));
    assert_eq!(read, json!({ "status": null, "amount": null, "notes": [] }), "without an amount it cannot be read");
}

#[test]
fn a_fraction_of_a_rupiah_makes_no_amount() {
    let (violations, read) = met("amount-fraction");
    assert_eq!(violations, json!([["/order/amount", "no_alternative"]]));
    assert_eq!(read, json!({ "status": null, "amount": null, "notes": [] }), "without an amount it cannot be read");
}
