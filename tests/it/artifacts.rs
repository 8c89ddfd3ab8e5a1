//! `spec/generated`: the files are what the library gives out.

use std::fs;

use doku_indodana::check::{Kind, openapi_30, openapi_31, schema};
use serde_json::Value;

use crate::violations::spec;

#[test]
fn contracts_are_those_of_the_library() {
    check("openapi-3.0.json", openapi_30());
    check("openapi-3.1.json", openapi_31());
}

#[test]
fn schemas_are_those_of_the_library() {
    for kind in Kind::ALL {
        let component = kind.component();
        let document = schema(component).expect(component);
        let artifact: Value = serde_json::from_str(&artifact(&format!("schemas/{component}.json"))).expect(component);
        assert!(artifact == document, "schemas/{component}.json differs from schema({component:?}); {REMEDY}");
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/generated/schemas");
    // Beside the files stand folders: the same schemas in other dialects.
    let files =
        fs::read_dir(folder).expect(folder).filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_file()));
    assert_eq!(files.count(), Kind::ALL.len(), "each kind of body has one schema");
}

const REMEDY: &str = "run `cargo xtask export`";

#[track_caller]
fn check(name: &str, text: &str) {
    // The texts are long, so the difference is left to the command.
    assert!(artifact(name) == text, "{name} differs from the library's; {REMEDY}");
}

fn artifact(name: &str) -> String {
    spec(&format!("generated/{name}")).replace("\r\n", "\n")
}
