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

/// What users of the generated code can name: types, their fields and variants, and the setters of their builders.
#[test]
fn public_names_of_the_generated_code() {
    let code = artifact("client.rs");
    let mut names = Vec::new();
    for line in code.lines() {
        let item = line.trim_start();
        let indent = &line[..line.len() - item.len()];
        let words: Vec<&str> = item.split([' ', '<', '(', ':', ';', ',']).collect();
        match words[..] {
            ["pub", kind @ ("mod" | "struct" | "enum" | "fn"), name, ..] => {
                names.push(format!("{indent}{kind} {name}"))
            }
            ["pub", "const", "fn", name, ..] => names.push(format!("{indent}fn {name}")),
            ["impl", name, "{"] => names.push(format!("{indent}impl {name}")),
            _ => {}
        }
    }
    insta::assert_snapshot!("public_names", names.join("\n"));
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
