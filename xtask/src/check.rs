//! The rules that the contract, the examples, the vectors and the documentation keep beyond OpenAPI.

mod contract;
mod documentation;
mod effect;
mod fixture;
mod link;
mod prose;
mod shape;
#[cfg(test)]
mod tests;
mod translation;

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use self::contract::schemas;
pub(crate) use self::{documentation::is_personal, fixture::payload};
use crate::{
    codegen::{self, CONTRACT, REQUEST},
    diff,
    table::{Vectors, unproven},
};

/// The vectors of the rules, relative to the package.
pub(crate) const VECTORS: &str = "spec/vectors/violations.json";

const LEDGER: &str = "spec/deviations.toml";
const READING: &str = "spec/page/indodana.json";
const EXAMPLES: &str = "spec/examples";
/// What the changes of a vector are made in.
const BASE: &str = "spec/examples/generate_order.request.minimal.json";

/// Operations, and what an example of each may be.
const KINDS: [(&str, &[&str]); 3] = [
    ("generate_order", &["request", "response", "error"]),
    ("payment_notification", &["notification"]),
    ("check_status", &["status", "error"]),
];

/// Checks the contract, and the names of the examples.
///
/// # Errors
///
/// Where a file cannot be read, or a rule is broken: each place with its rule.
pub(crate) fn run() -> Result<(), String> {
    let text = read(CONTRACT)?;
    let contract: Value = serde_saphyr::from_str(&text).map_err(|error| format!("{CONTRACT}: {error}"))?;
    let ledger = read(LEDGER)?;
    let ids: BTreeSet<_> = ledger.lines().filter_map(|line| line.strip_prefix("id = \"")?.strip_suffix('"')).collect();
    let mut findings = findings(&contract, &ids);
    let table: toml::Table = ledger.parse().map_err(|error| format!("{LEDGER}: {error}"))?;
    let table = serde_json::to_value(table).map_err(|error| format!("{LEDGER}: {error}"))?;
    effect::deviations(&contract, &json(READING)?, &table, &mut findings);
    let vectors = Vectors::parse(&read(VECTORS)?)?;
    let generated = codegen::generate(&text).map_err(|error| error.to_string())?;
    let bundle: Value =
        serde_json::from_str(&generated.schemas).map_err(|error| format!("the schemas are no JSON: {error}"))?;
    let lacking = unproven(&bundle["$defs"], REQUEST, &vectors);
    findings.extend(lacking.iter().map(|id| format!("{VECTORS} has no vector {id} that does what its name says")));
    let all = json(VECTORS)?;
    effect::limits(&bundle["$defs"], &all, &mut findings);
    effect::advisories(&all, &ids, &mut findings);
    let judge = fixture::Judge::new(&bundle)?;
    judge.vectors(&all, &json(BASE)?, &mut findings);
    findings.extend(link::broken(Path::new("."))?);
    findings.extend(translation::differences(&read(translation::ORIGINAL)?, &read(translation::TRANSLATION)?));
    let mut count = 0;
    for entry in fs::read_dir(EXAMPLES).map_err(|error| format!("cannot read {EXAMPLES}: {error}"))? {
        let name = entry.map_err(|error| format!("cannot read {EXAMPLES}: {error}"))?.file_name();
        let name = name.to_string_lossy();
        findings.extend(misnomer(&name).map(|problem| format!("{EXAMPLES}/{name} {problem}")));
        judge.example(&name, &read(&format!("{EXAMPLES}/{name}"))?, &mut findings);
        count += 1;
    }
    if findings.is_empty() {
        let components = schemas(&contract).count();
        println!(
            "{CONTRACT} keeps the rules: {components} components, {} deviations, {count} examples; each constraint of a \
             request has its vectors",
            ids.len()
        );
        return Ok(());
    }
    Err(format!("{} rules are broken:\n  {}", findings.len(), findings.join("\n  ")))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

fn json(path: &str) -> Result<Value, String> {
    serde_json::from_str(&read(path)?).map_err(|error| format!("{path}: {error}"))
}

/// Returns a line for each place where the contract breaks a rule.
pub(crate) fn findings(contract: &Value, ledger: &BTreeSet<&str>) -> Vec<String> {
    let mut findings = Vec::new();
    documentation::documentation(contract, &mut findings);
    documentation::operations(contract, &mut findings);
    documentation::deviations(contract, "", ledger, &mut findings);
    documentation::people(contract, &mut findings);
    prose::limits(contract, &mut findings);
    shape::names(contract, &mut findings);
    shape::references(contract, &mut findings);
    shape::directions(contract, &mut findings);
    shape::refusals(contract, &mut findings);
    findings.extend(diff::verify(contract).err());
    findings
}

/// Returns what is wrong with the name of an example, if anything is.
fn misnomer(name: &str) -> Option<String> {
    let parts: Vec<_> = name.split('.').collect();
    let (operation, kind, note) = match parts[..] {
        [operation, kind, "json"] | [operation, kind, "invalid", "json"] => (operation, kind, None),
        [operation, kind, note, "json"] | [operation, kind, note, "invalid", "json"] => (operation, kind, Some(note)),
        _ => return Some("is not <operation>.<kind>[.note][.invalid].json".into()),
    };
    let Some((_, kinds)) = KINDS.iter().find(|(known, _)| *known == operation) else {
        return Some(format!("names no operation: {operation}"));
    };
    if !kinds.contains(&kind) {
        return Some(format!("is about {kind}, but {operation} has {}", kinds.join(", ")));
    }
    let plain = |note: &str| note.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    note.filter(|note| note.is_empty() || !plain(note)).map(|note| format!("has a note not in kebab-case: {note}"))
}
