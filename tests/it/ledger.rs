//! The ledger `spec/deviations.toml`: that it is complete, and true of the contract.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use crate::violations::{contract, spec};

/// The kinds of evidence, as the head of the ledger explains them.
const KINDS: [&str; 13] = [
    "page",
    "checkout",
    "notification",
    "status",
    "settlement",
    "signature",
    "idempotency",
    "reference",
    "sibling",
    "library",
    "upstream",
    "observed",
    "inferred",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ledger {
    deviation: Vec<Deviation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deviation {
    id: String,
    title: String,
    field: Option<String>,
    page: String,
    contract: String,
    evidence: Vec<Evidence>,
    #[serde(default)]
    holds: Vec<Hold>,
    #[serde(default)]
    reads: Vec<Hold>,
    test: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    kind: String,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hold {
    pointer: String,
    value: Option<Value>,
    #[serde(default)]
    absent: bool,
    /// Of a list: what is in it, and what is not.
    contains: Option<Value>,
    lacks: Option<Value>,
}

#[test]
fn ids_are_unique_and_in_order() {
    // An entry that is gone leaves its number free for ever.
    let mut last = 0;
    for Deviation { id, title, .. } in ledger() {
        let number = id.strip_prefix("D-").and_then(|number| number.parse::<u32>().ok());
        let number = number.unwrap_or_else(|| panic!("{id} is no D-nn: {title}"));
        assert!(number > last, "{id} comes after D-{last:02}: {title}");
        assert_eq!(id, format!("D-{number:02}"));
        last = number;
    }
}

#[test]
fn entries_say_what_why_and_how_it_is_known() {
    for Deviation { id, title, field, page, contract, evidence, holds, reads: _, test } in ledger() {
        for text in [Some(title), field, Some(page), Some(contract)].into_iter().flatten() {
            assert!(!text.trim().is_empty(), "{id} has an empty text");
        }
        assert!(!evidence.is_empty(), "{id} has no evidence");
        for Evidence { kind, says } in evidence {
            assert!(KINDS.contains(&kind.as_str()), "{id}: {kind} is no kind of evidence");
            assert!(!says.trim().is_empty(), "{id} has evidence without words");
        }
        assert!(!holds.is_empty() || test.is_some(), "{id} has neither `holds` nor `test`: delete it, or pin it");
    }
}

#[test]
fn every_named_deviation_has_an_entry_and_every_entry_is_named() {
    let entries: BTreeSet<_> = ledger().into_iter().map(|entry| entry.id).collect();
    let named = named_deviations();
    for (id, path) in &named {
        assert!(entries.contains(id), "{} names {id}, which spec/deviations.toml does not have", path.display());
    }
    let unnamed: Vec<_> = entries.iter().filter(|id| !named.contains_key(*id)).collect();
    assert!(unnamed.is_empty(), "nothing names {unnamed:?}: delete the entries, or name them where they apply");
}

#[test]
fn what_holds_of_the_contract_is_true() {
    let contract = contract();
    for entry in ledger() {
        for Hold { pointer, value, absent, contains, lacks } in entry.holds {
            let id = &entry.id;
            if contains.is_some() || lacks.is_some() {
                let list = contract.pointer(&pointer).and_then(Value::as_array);
                let list = list.unwrap_or_else(|| panic!("{id}: {pointer} is no list"));
                assert!(contains.is_none_or(|value| list.contains(&value)), "{id}: {pointer}");
                assert!(lacks.is_none_or(|value| !list.contains(&value)), "{id}: {pointer}");
                continue;
            }
            assert_eq!(value.is_none(), absent, "{id}: {pointer} needs either `value` or `absent = true`");
            assert_eq!(contract.pointer(&pointer), value.as_ref(), "{id}: {pointer}");
            let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            assert!(contract.pointer(parent).is_some(), "{id}: there is no {parent}");
        }
    }
}

#[test]
fn what_an_entry_reads_of_the_page_is_in_the_last_reading() {
    let page: Value = serde_json::from_str(&spec("page/indodana.json")).expect("the reading is JSON");
    for entry in ledger() {
        for Hold { pointer, value, absent, .. } in entry.reads {
            let id = &entry.id;
            assert_eq!(value.is_none(), absent, "{id}: {pointer} needs either `value` or `absent = true`");
            assert_eq!(page.pointer(&pointer), value.as_ref(), "{id}: {pointer}");
        }
    }
}

#[test]
fn every_test_of_the_ledger_exists() {
    let mut missing = Vec::new();
    for Deviation { id, test, .. } in ledger() {
        let Some(test) = test else { continue };
        let (module, function) = test.split_once("::").unwrap_or_else(|| panic!("{id}: {test} has no module"));
        let prefix = format!("{}_", id.to_lowercase().replace('-', "_"));
        assert!(function.starts_with(&prefix), "{id}: {function} does not begin with {prefix}");
        let source = fs::read_to_string(root().join(format!("tests/it/{module}.rs"))).unwrap_or_default();
        if !source.contains(&format!("fn {function}()")) {
            missing.push(test);
        }
    }
    assert!(missing.is_empty(), "the ledger names tests that do not exist: {missing:#?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ledger() -> Vec<Deviation> {
    let ledger: Ledger = toml::from_str(&spec("deviations.toml")).expect("the ledger has its format");
    ledger.deviation
}

/// Returns the deviations that the contract, the sources, the tests and the documents name, each with one file.
fn named_deviations() -> BTreeMap<String, PathBuf> {
    let mut named = BTreeMap::new();
    let mut paths: Vec<_> = ["spec", "src", "tests", "README.md"].iter().map(|name| root().join(name)).collect();
    while let Some(path) = paths.pop() {
        if path.is_dir() && !path.ends_with("generated") {
            let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            paths.extend(entries.map(|entry| entry.expect("the folder can be read").path()));
        } else if path.extension().is_some_and(|extension| ["yaml", "rs", "md"].iter().any(|known| extension == *known))
        {
            // README.md may be absent from a package.
            let text = fs::read_to_string(&path).unwrap_or_default();
            named.extend(deviations_in(&text).map(|id| (id, path.clone())));
        }
    }
    named
}

/// Returns the numbers in a text: `D-07`, and `fn d_07_…` of a test.
fn deviations_in(text: &str) -> impl Iterator<Item = String> {
    let number = move |at: usize| {
        let digits = text.get(at..at + 2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let after = text[at + 2..].chars().next();
        (!after.is_some_and(char::is_alphanumeric)).then(|| format!("D-{digits}"))
    };
    let whole = move |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    let written = text.match_indices("D-").filter(move |(at, _)| whole(*at)).filter_map(move |(at, _)| number(at + 2));
    written.chain(text.match_indices("fn d_").filter_map(move |(at, _)| number(at + 5)))
}
