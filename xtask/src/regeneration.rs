//! What a change of the contract makes of the generated code, the schemas and the tables: the difference alone.

mod outline;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use crate::{
    codegen::{self, Generated},
    table::{Tables, Vectors},
};

fn contract() -> Value {
    serde_saphyr::from_str(include_str!("../../spec/openapi.yaml")).unwrap()
}

/// Snapshots what a change makes of the contract's results; lines that stay are left out.
#[track_caller]
fn check(name: &str, change: impl Fn(&mut Value)) {
    let mut changed = contract();
    change(&mut changed);
    // JSON is YAML.
    let [before, after] = [contract(), changed].map(|contract| codegen::generate(&contract.to_string()).unwrap());
    let texts = [
        ("API", outline::outline as fn(&Generated) -> String),
        ("schemas", |generated| generated.schemas.clone()),
        ("fields.md", |generated| {
            let vectors = Vectors::parse(include_str!("../../spec/vectors/violations.json")).unwrap();
            Tables::new(generated, &vectors).unwrap().markdown()
        }),
    ];
    let parts = texts.map(|(title, text)| format!("== {title}\n{}", difference(&text(&before), &text(&after))));
    insta::assert_snapshot!(name, parts.join("\n"));
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

#[track_caller]
fn at<'a>(contract: &'a mut Value, pointer: &str) -> &'a mut Value {
    contract.pointer_mut(pointer).unwrap_or_else(|| panic!("the contract has no {pointer}"))
}

fn component(kind: Value) -> Value {
    let mut schema = json!({ "description": "A new one.", "x-source": "page: new" });
    let Value::Object(members) = kind else { panic!("a schema is an object") };
    schema.as_object_mut().unwrap().extend(members);
    schema
}

fn add_voucher(contract: &mut Value) {
    let schemas = at(contract, "/components/schemas");
    schemas["Voucher"] = component(json!({ "type": "string", "minLength": 1, "maxLength": 12 }));
    schemas["Order"]["properties"]["voucher"] = json!({ "$ref": "#/components/schemas/Voucher" });
}

#[test]
fn longer_limit() {
    check("longer_limit", |contract| at(contract, "/components/schemas/CustomerFirstName")["maxLength"] = json!(32));
}

#[test]
fn tighter_limit_of_a_number() {
    check("tighter_limit_of_a_number", |contract| {
        at(contract, "/components/schemas/Amount")["minimum"] = json!(10_000)
    });
}

#[test]
fn new_optional_field() {
    check("new_optional_field", add_voucher);
}

#[test]
fn new_mandatory_field() {
    check("new_mandatory_field", |contract| {
        add_voucher(contract);
        at(contract, "/components/schemas/Order/required").as_array_mut().unwrap().push(json!("voucher"));
    });
}

#[test]
fn field_made_mandatory() {
    check("field_made_mandatory", |contract| {
        at(contract, "/components/schemas/Customer/required").as_array_mut().unwrap().push(json!("last_name"));
    });
}

#[test]
fn field_removed() {
    check("field_removed", |contract| {
        at(contract, "/components/schemas/LineItem/properties").as_object_mut().unwrap().shift_remove("image_url");
        at(contract, "/components/schemas").as_object_mut().unwrap().shift_remove("ProductImageUrl");
    });
}

#[test]
fn field_retyped() {
    check("field_retyped", |contract| {
        let schemas = at(contract, "/components/schemas");
        schemas["PostalCode"] =
            component(json!({ "type": "integer", "minimum": 1, "maximum": 99999, "x-sensitive": false }));
    });
}

#[test]
fn new_category() {
    check("new_category", |contract| {
        at(contract, "/components/schemas/Category/enum").as_array_mut().unwrap().push(json!("crypto-currency"));
    });
}

#[test]
fn new_answer_field() {
    check("new_answer_field", |contract| {
        at(contract, "/components/schemas/Payment/properties")["token"] =
            component(json!({ "type": "string", "nullable": true }));
    });
}

#[test]
fn new_answer_status() {
    check("new_answer_status", |contract| {
        at(contract, "/components/schemas/PaymentStatus/x-extensible-enum").as_array_mut().unwrap().push(json!("HELD"));
    });
}

#[test]
fn new_error_shape() {
    check("new_error_shape", |contract| {
        let schemas = at(contract, "/components/schemas");
        schemas["FieldError"] = component(json!({
            "type": "object",
            "properties": { "field": component(json!({ "type": "string", "nullable": true })) },
        }));
        schemas["FieldErrors"] = component(
            json!({ "type": "array", "nullable": true, "items": { "$ref": "#/components/schemas/FieldError" } }),
        );
        schemas["ErrorBody"]["properties"]["errors"] = json!({ "$ref": "#/components/schemas/FieldErrors" });
    });
}

#[test]
fn second_paylater_operation() {
    check("second_paylater_operation", |contract| {
        let mut item = contract["paths"]["/indodana-peer-to-peer/v2/generate-order"].clone();
        item["post"].as_object_mut().unwrap().shift_remove("callbacks");
        item["post"]["operationId"] = json!("generate_akulaku_order");
        contract["paths"]["/akulaku-peer-to-peer/v2/generate-order"] = item;
    });
}
