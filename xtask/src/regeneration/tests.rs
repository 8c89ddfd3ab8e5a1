//! The difference that each change makes, as snapshots; lines that stay are left out.

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::{CHANGES, TriedChange};
use crate::{
    codegen::{self, Generated},
    table::{Tables, Vectors},
};

/// What is compared, and how it is made.
type Text = (&'static str, fn(&Generated) -> String);

const TEXTS: [Text; 3] = [
    ("API", crate::export::outline::outline),
    ("schemas", |generated| generated.schemas.clone()),
    ("fields.md", |generated| {
        let vectors = Vectors::parse(include_str!("../../../spec/vectors/violations.json")).unwrap();
        Tables::new(generated, &vectors).unwrap().markdown()
    }),
];

#[test]
fn each_change_makes_a_difference_of_its_own() {
    let contract: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
    // JSON is YAML.
    let texts = |contract: &Value| {
        let generated = codegen::generate(&contract.to_string()).unwrap();
        TEXTS.map(|(title, text)| (title, text(&generated)))
    };
    let before = texts(&contract);
    for change @ TriedChange { name, .. } in &CHANGES {
        let after = texts(&change.of(&contract));
        let parts = before.iter().zip(&after);
        let parts = parts.map(|((title, before), (_, after))| format!("== {title}\n{}", difference(before, after)));
        insta::assert_snapshot!(*name, parts.collect::<Vec<_>>().join("\n"));
    }
}

/// What would fail at run time is an error of the build, with its place.
#[test]
fn what_cannot_be_sent_is_not_built() {
    let contract: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
    let (path, item) = contract["paths"].as_object().unwrap().iter().next().unwrap();
    let parameters = item["post"]["parameters"].clone();
    let with = |parameter: Value| {
        let mut changed = contract.clone();
        let mut list = parameters.clone();
        list.as_array_mut().unwrap().push(parameter);
        changed["paths"].as_object_mut().unwrap().values_mut().next().unwrap()["post"]["parameters"] = list;
        codegen::generate(&changed.to_string()).err().map(|error| error.to_string())
    };
    let schema = json!({ "type": "string" });
    let number = parameters.as_array().unwrap().len();
    let place = format!("spec/openapi.yaml: #/paths/{path}/post/parameters/{number}: No-Such-Header");
    for (parameter, expect) in [
        (
            json!({ "name": "No-Such-Header", "in": "header", "required": true, "schema": schema }),
            Some("is mandatory, but nothing sends it"),
        ),
        (
            json!({ "name": "No-Such-Header", "in": "header", "required": true, "x-transport": "signed", "schema": schema }),
            Some("has `x-transport: signed`, but src/client/hooks.rs does not write it"),
        ),
        (
            json!({ "name": "No-Such-Header", "in": "query", "schema": schema }),
            Some("is no header and no part of the path"),
        ),
        (json!({ "name": "No-Such-Header", "in": "header", "schema": schema }), None),
    ] {
        let error = with(parameter);
        match expect {
            Some(expect) => {
                assert!(error.as_ref().is_some_and(|text| text.starts_with(&format!("{place} {expect}"))), "{error:?}")
            }
            None => assert_eq!(error, None),
        }
    }
}

fn difference(before: &str, after: &str) -> String {
    let difference = TextDiff::from_lines(before, after);
    let lines = difference.iter_all_changes().filter_map(|line| match line.tag() {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(format!("- {}", line.value())),
        ChangeTag::Insert => Some(format!("+ {}", line.value())),
    });
    lines.collect()
}

/// An address is renamed by one edit of the contract: no code has it. Comments, tests and help may show an example.
#[test]
fn no_code_has_an_address_of_the_contract() {
    let contract: Value = serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap();
    let addresses: Vec<_> = contract["paths"].as_object().unwrap().keys().collect();
    let mut found = Vec::new();
    let mut folders = vec![std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../src")).to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "js") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
                let named =
                    |line: &&str| addresses.iter().any(|address| line.contains(address.split('{').next().unwrap()));
                found.extend(code.filter(named).map(|line| format!("{}: {}", path.display(), line.trim())));
            }
        }
    }
    assert_eq!(found, [""; 0]);
}
