//! The violation vectors and the examples of `spec`, run through the check of the crate.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use doku_indodana::{
    check::{Kind, check},
    error::Violation,
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};

/// The rules of a schema that the contract uses in requests.
const RULES: [&str; 15] = [
    "required",
    "additionalProperties",
    "type",
    "minLength",
    "maxLength",
    "pattern",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMaximum",
    "minItems",
    "x-decimal-places",
    "x-plain-digits",
    "x-reserved",
    "x-sum",
];

#[test]
fn vectors_have_the_findings_of_the_other_implementation() {
    let mut failures = Vec::new();
    for vector in vectors() {
        let payload = vector.utf8.unwrap_or_else(|| payload(&vector.changes));
        assert_eq!(vector.result == "valid", vector.violations.is_empty(), "{}", vector.id);
        let report = check(kind(&vector.kind), payload.as_bytes()).expect(&vector.id);
        for (expected, found) in [(&vector.violations, report.violations()), (&vector.advisories, report.advisories())]
        {
            let expected: Vec<_> = expected.iter().map(Finding::line).collect();
            let found: Vec<_> = found.iter().map(line).collect();
            if expected != found {
                failures.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", vector.id));
            }
        }
    }
    assert!(failures.is_empty(), "{} lists differ\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_rule_of_the_request_has_a_vector_on_each_side() {
    let mut expected = BTreeSet::new();
    expect_vectors(&contract()["components"]["schemas"], "GenerateOrderRequest", &mut expected);
    let ids: Vec<_> = vectors().into_iter().map(|vector| vector.id).collect();
    let missing: Vec<_> = expected
        .iter()
        .filter(|name| !ids.iter().any(|id| id == *name || id.starts_with(&format!("{name}."))))
        .collect();
    assert!(missing.is_empty(), "spec/vectors/violations.json has no vector for {missing:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "two vectors have the same id");
}

#[test]
fn examples_are_what_their_names_say() {
    let contract = spec("openapi.yaml");
    for path in examples() {
        let name = path.file_name().and_then(|name| name.to_str()).expect("the name of an example is text");
        let parts: Vec<_> = name.split('.').collect();
        let [operation, word, .., "json"] = parts[..] else {
            panic!("{name} is not <operation>.<kind>[.note][.invalid].json")
        };
        assert!(contract.contains(&format!("operationId: {operation}\n")), "{name}: no operation {operation}");
        let body = fs::read(&path).expect(name);
        let report = check(kind(word), &body).expect(name);
        let found: Vec<_> = report.violations().iter().map(line).collect();
        assert_eq!(!found.is_empty(), parts.contains(&"invalid"), "{name} has the violations {found:?}");
    }
}

/// One change of the minimal request: an operation of JSON Patch, or one with the exact text of a number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    op: String,
    path: String,
    #[serde(default)]
    value: Value,
    raw: Option<String>,
}

impl Change {
    /// Puts a value at a path.
    pub(crate) fn put(path: &str, value: impl Into<Value>) -> Self {
        Self { op: "add".into(), path: path.into(), value: value.into(), raw: None }
    }

    /// Puts a JSON text at a path.
    pub(crate) fn raw(path: &str, text: &str) -> Self {
        Self { op: "add".into(), path: path.into(), value: Value::Null, raw: Some(text.into()) }
    }

    /// Removes what is at a path.
    pub(crate) fn remove(path: &str) -> Self {
        Self { op: "remove".into(), path: path.into(), value: Value::Null, raw: None }
    }

    fn apply(&self, document: &mut Value, value: Value) {
        let (parent, last) = self.path.rsplit_once('/').expect("a path begins with a slash");
        let last = last.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(parent), self.op.as_str()) {
            (Some(Value::Object(members)), "remove") => {
                members.remove(&last).expect(&self.path);
            }
            (Some(Value::Object(members)), "add" | "replace") => {
                members.insert(last, value);
            }
            (Some(Value::Array(items)), "replace") => items[last.parse::<usize>().expect(&self.path)] = value,
            _ => panic!("cannot {} {}", self.op, self.path),
        }
    }
}

/// Returns the minimal request with changes.
pub(crate) fn payload(changes: &[Change]) -> String {
    let mut document = serde_json::from_str(&example("generate_order.request.minimal")).expect("the example is JSON");
    for (number, change) in changes.iter().enumerate() {
        let value = change.raw.as_ref().map_or_else(|| change.value.clone(), |_| placeholder(number).into());
        change.apply(&mut document, value);
    }
    let mut text = document.to_string();
    for (number, change) in changes.iter().enumerate() {
        if let Some(raw) = &change.raw {
            text = text.replace(&json!(placeholder(number)).to_string(), raw);
        }
    }
    text
}

fn placeholder(number: usize) -> String {
    format!("@raw:{number}@")
}

/// Returns the text of a file below `spec`.
pub(crate) fn spec(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the text of an example, by its name without `.json`.
pub(crate) fn example(name: &str) -> String {
    spec(&format!("examples/{name}.json"))
}

/// Returns the paths of all examples, sorted.
pub(crate) fn examples() -> BTreeSet<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/examples");
    let paths: BTreeSet<_> =
        fs::read_dir(folder).expect("spec/examples").map(|entry| entry.expect("spec/examples").path()).collect();
    assert!(paths.len() > 40, "spec/examples has only {} files", paths.len());
    paths
}

/// Returns the contract.
pub(crate) fn contract() -> Value {
    serde_saphyr::from_str(&spec("openapi.yaml")).expect("the contract is YAML")
}

/// Returns a limit of a component, which follows the page.
pub(crate) fn limit_of(component: &str, keyword: &str) -> usize {
    let limit = contract()["components"]["schemas"][component][keyword].as_u64();
    limit.and_then(|limit| limit.try_into().ok()).unwrap_or_else(|| panic!("{component} has no {keyword}"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    #[serde(rename = "description")]
    _description: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    #[serde(rename = "comment")]
    _comment: String,
    kind: String,
    utf8: Option<String>,
    #[serde(rename = "base")]
    _base: Option<Base>,
    #[serde(default)]
    changes: Vec<Change>,
    result: String,
    violations: Vec<Finding>,
    advisories: Vec<Finding>,
    #[serde(rename = "flags")]
    _flags: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    pointer: String,
    code: String,
    rule: String,
    limit: Box<RawValue>,
    deviation: Option<String>,
}

impl Finding {
    fn line(&self) -> String {
        let limit = limit(self.limit.get());
        format!(
            "{} {} {} {limit} {}",
            self.pointer,
            self.code,
            self.rule,
            self.deviation.as_deref().unwrap_or_default()
        )
    }
}

/// Returns a violation or an advisory in the form of [`Finding::line`].
fn line(violation: &Violation) -> String {
    let limit = limit(&json!(violation.limit()).to_string());
    let (pointer, code, rule) = (violation.pointer(), violation.code(), violation.rule());
    format!("{pointer} {code} {rule} {limit} {}", violation.deviation().unwrap_or_default())
}

/// Returns a JSON text in one spelling. Of 16 digits with a fraction `serde_json` does not read the nearest number, as the
/// standard library does.
fn limit(text: &str) -> String {
    match (text.parse::<u64>(), text.parse::<f64>()) {
        (Err(_), Ok(number)) => number.to_string(),
        _ => serde_json::from_str::<Value>(text).expect("a limit is JSON").to_string(),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Base {
    Minimal,
}

fn vectors() -> Vec<Vector> {
    let file: Vectors = serde_json::from_str(&spec("vectors/violations.json")).expect("the vectors have their format");
    file.vectors
}

fn kind(word: &str) -> Kind {
    match word {
        "request" => Kind::Request,
        "response" => Kind::Response,
        "notification" => Kind::Notification,
        "status" => Kind::Status,
        "error" => Kind::Error,
        _ => panic!("{word} is no kind of payload"),
    }
}

/// Collects the names of the vectors that the rules of a component, and of those it uses, ask for.
fn expect_vectors(schemas: &Value, component: &str, names: &mut BTreeSet<String>) {
    let schema = &schemas[component];
    for rule in RULES {
        // In OpenAPI 3.0 the flag changes what the number means; the rule is one.
        if rule == "maximum" && schema.get("exclusiveMaximum").is_some() {
            continue;
        }
        let number = matches!(schema["type"].as_str(), Some("integer" | "number"));
        if schema.get(rule).is_some() {
            names.insert(format!("{component}.{rule}.over"));
        }
        if schema.get(rule).is_some() && (rule != "type" || number) {
            names.insert(format!("{component}.{rule}.edge"));
        }
        if schema["x-advisory"].get(rule).is_some() {
            names.extend(["edge", "over"].map(|side| format!("{component}.x-advisory.{rule}.{side}")));
        }
    }
    let members = schema["properties"].as_object().into_iter().flat_map(|members| members.values());
    for child in members.chain(schema.get("items")) {
        if let Some((_, name)) = child["$ref"].as_str().and_then(|target| target.rsplit_once('/')) {
            expect_vectors(schemas, name, names);
        }
    }
}
