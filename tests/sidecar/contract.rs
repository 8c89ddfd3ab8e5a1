//! The contract: every answer that a test sees must be in it.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::{
    service::Came,
    wire::{Answer, Request},
    world::{Shop, World},
};

const TEXT: &str = include_str!("../../src/sidecar/openapi.yaml");

fn contract() -> &'static Value {
    static CONTRACT: OnceLock<Value> = OnceLock::new();
    CONTRACT.get_or_init(|| serde_saphyr::from_str(TEXT).unwrap())
}

fn resolved(mut value: &'static Value) -> &'static Value {
    while let Some(reference) = value["$ref"].as_str() {
        value = contract().pointer(reference.strip_prefix('#').unwrap()).expect("a reference leads somewhere");
    }
    value
}

fn paths() -> &'static Map<String, Value> {
    contract()["paths"].as_object().unwrap()
}

/// Returns the operation that a request is for.
fn operation(request: &Request) -> Option<&'static Value> {
    let path = request.path.split('?').next().unwrap_or_default();
    let fits = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template
                .iter()
                .zip(&path)
                .all(|(part, given)| part == given || (part.starts_with('{') && !given.is_empty()))
    };
    let (_, item) = paths().iter().find(|(template, _)| fits(template))?;
    item.get(request.method.to_ascii_lowercase())
}

/// Fails where the contract does not have this answer to this request.
pub(crate) fn check(request: &Request, answer: &Answer) {
    let place = format!("{} {} {}", request.method, request.path, answer.status);
    // What is refused before it is looked at has no operation.
    if matches!(answer.status, 400 | 431) && answer.body.is_empty() {
        return;
    }
    let content = match operation(request) {
        Some(operation) if answer.code_of_host_or_method().is_none() => {
            let response = &operation["responses"][answer.status.to_string()];
            assert!(response.is_object(), "the contract has no such answer: {place} {answer:?}");
            let response = resolved(response);
            for header in ["Location", "Retry-After", "Idempotent-Replayed", "Preference-Applied", "WWW-Authenticate"] {
                let described = response["headers"].as_object().is_some_and(|headers| headers.contains_key(header));
                assert!(answer.header(header).is_none() || described, "{place} does not describe {header}");
            }
            &response["content"]
        }
        _ => &resolved(&contract()["components"]["responses"]["NotFound"])["content"],
    };
    // A contract names a type without its parameters.
    let kind = answer.header("content-type").and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let Some(schema) = content[kind].get("schema") else { panic!("the contract has no {kind} for {place}") };
    if kind.ends_with("json") {
        let mut schema = schema.clone();
        schema["components"] = contract()["components"].clone();
        let errors: Vec<_> = jsonschema::validator_for(&schema)
            .unwrap()
            .iter_errors(&answer.json())
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{place}: {errors:?} {answer:?}");
    }
}

/// Fails where a forwarded effect is not what the contract says.
pub(crate) fn check_forwarded(came: &Came) {
    let webhook = &contract()["webhooks"]["effect"]["post"];
    let mut schema = webhook["requestBody"]["content"][came.header("content-type")]["schema"].clone();
    schema["components"] = contract()["components"].clone();
    let body = serde_json::from_str(&came.body).unwrap();
    jsonschema::validator_for(&schema).unwrap().validate(&body).unwrap();
    for parameter in webhook["parameters"].as_array().unwrap() {
        let value = came.header(parameter["name"].as_str().unwrap());
        let value = value.parse::<u64>().map_or_else(|_| value.into(), Value::from);
        jsonschema::validator_for(&parameter["schema"]).unwrap().validate(&value).unwrap();
    }
}

/// Every operation of the contract is there, and its examples are what its schemas say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_is_there() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    shop.notify(&world.notification("INV-1", "SUCCESS")).await;
    let mut seen = 0;
    for (template, item) in paths() {
        for (method, operation) in item.as_object().unwrap() {
            let method = match method.as_str() {
                "get" => "GET",
                "post" => "POST",
                _ => continue,
            };
            let path = template.replace("{invoice_number}", "INV-1").replace("{id}", "1").replace("{code}", "refused");
            let body = match operation.pointer("/requestBody/content/application~1json/example") {
                Some(example) if template != "/orders" => example.to_string().into_bytes(),
                Some(_) => crate::world::order("INV-1"),
                None => Vec::new(),
            };
            let answer = shop.send(&Shop::request(method, &path).body(body)).await;
            // This sidecar forwards nothing.
            let forwards_not = template.ends_with("/deliver") && answer.status == 409;
            assert!(answer.status < 300 || forwards_not, "{method} {path}: {answer:?}");
            seen += 1;
        }
    }
    assert_eq!(seen, 13);
}

/// The codes of the contract are those that there are.
#[test]
fn every_code_is_in_the_contract() {
    let codes: Vec<_> = doku_sidecar::Code::ALL.iter().map(|code| json!(code.as_str())).collect();
    assert_eq!(contract()["components"]["schemas"]["Code"]["enum"], json!(codes));
    let routes: Vec<_> = paths().keys().map(String::as_str).collect();
    let readme = include_str!("../../src/sidecar/README.md");
    let missing: Vec<_> = routes.into_iter().filter(|route| !readme.contains(*route)).collect();
    assert_eq!(missing, [""; 0], "the README has every path");
}
