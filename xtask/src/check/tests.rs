//! Each rule: a change of the contract, and what is said about it.

use std::sync::LazyLock;

use serde_json::json;

use super::*;

fn contract() -> Value {
    static CONTRACT: LazyLock<Value> =
        LazyLock::new(|| serde_saphyr::from_str(include_str!("../../../spec/openapi.yaml")).unwrap());
    CONTRACT.clone()
}

/// Checks that one change of the contract has these findings and no others.
#[track_caller]
fn check(pointer: &str, keyword: &str, value: Value, expect: &str) {
    let mut contract = contract();
    let mut ledger = BTreeSet::new();
    let before = findings(&contract, &ledger);
    let ids: Vec<_> = (1..100).map(|number| format!("D-{number:02}")).collect();
    assert!(before.iter().all(|line| line.contains("names a deviation")), "{before:?}");
    ledger.extend(ids.iter().map(String::as_str));
    assert_eq!(findings(&contract, &ledger), [""; 0]);
    contract.pointer_mut(pointer).unwrap()[keyword] = value;
    assert_eq!(findings(&contract, &ledger).join("; "), expect);
}

#[test]
fn each_rule_finds_what_breaks_it() {
    let at = |name: &str| format!("/components/schemas/{name}");
    check(&at("Order"), "description", json!(" "), "Order has no description");
    check(&at("Channel/properties/id"), "x-source", Value::Null, "Channel.id has no x-source");
    check(&at("Order"), "additionalProperties", json!(true), "Order is sent, so it needs additionalProperties: false");
    check(
        &at("Transaction"),
        "additionalProperties",
        json!(false),
        "Transaction is received, so it must not have additionalProperties: false",
    );
    check(
        &at("ExpiredTime"),
        "default",
        json!(60),
        "ExpiredTime is sent, so it must not have a default: it would always be sent",
    );
    check(
        &at("ReceivedAmount/anyOf/0"),
        "format",
        json!("int64"),
        "ReceivedAmount must not have format: int64, which some languages make no number",
    );
    check(
        "/paths/~1orders~1v1~1status~1{id}/get/responses",
        "5XX",
        json!({ "description": "a" }),
        "check_status has no schema for 5XX",
    );
    check(
        "/components/responses/Failed/content/application~1json/schema",
        "$ref",
        json!("#/components/schemas/Order"),
        "refusals need one schema, not {\"#/components/schemas/ErrorBody\", \"#/components/schemas/Order\"}",
    );
    check(
        &at("CustomerEmail/x-advisory"),
        "deviation",
        json!("D-100"),
        "/components/schemas/CustomerEmail names a deviation that spec/deviations.toml does not have",
    );
    check(&at("City"), "x-sensitive", json!(false), "Address.city is personal, so it needs x-sensitive: true");
    check(
        &at("PaymentReference/properties"),
        "phone",
        json!({ "description": "a", "x-source": "a", "type": "string" }),
        "PaymentReference.phone is personal, so it needs x-sensitive: true",
    );
    check(
        &at("CallbackUrl"),
        "format",
        json!("uri"),
        "CallbackUrl must not have format: uri, which some languages rewrite, and lose the limits of",
    );
    let inline = |keyword: &str, value: Value| {
        let mut schema = json!({ "description": "a", "x-source": "a", "type": "string" });
        schema[keyword] = value;
        schema
    };
    for (keyword, value) in [("enum", json!(["a"])), ("maxLength", json!(9)), ("pattern", json!("a"))] {
        check(
            &at("Origin/properties"),
            "product",
            inline(keyword, value),
            &format!("Origin has {keyword} in a schema without a name; make it a component"),
        );
    }
    check(
        &at("Origin/properties"),
        "product",
        inline("properties", json!({})),
        "Origin has properties in a schema without a name; make it a component",
    );
    check(
        &at("ErrorMessages"),
        "items",
        json!({ "type": "object" }),
        "ErrorMessages has properties in a schema without a name; make it a component",
    );
    check(
        "/components/headers/Signature/schema",
        "maxLength",
        json!(9),
        "Signature has maxLength in a schema without a name; make it a component",
    );
    check(
        "/paths/~1orders~1v1~1status~1{id}/get/parameters/0",
        "schema",
        json!({ "$ref": "#/components/schemas/No" }),
        "#/components/schemas/No is referred to and does not exist; StatusId is used by no operation",
    );
    check(
        "/components/schemas",
        "Idle",
        json!({ "description": "a", "x-source": "a", "type": "string" }),
        "Idle is used by no operation",
    );
    check(&at("Refund"), "required", json!(["date"]), "Refund.date is mandatory and not described");
    check(
        "/components/parameters/RequestId",
        "x-source",
        Value::Null,
        "components/parameters/RequestId has no x-source",
    );
    check("/components/headers/Signature", "description", json!(""), "components/headers/Signature has no description");
    check("/paths/~1orders~1v1~1status~1{id}/get", "summary", json!(""), "check_status has no summary");
    check(
        "/paths/~1orders~1v1~1status~1{id}/get/parameters/0",
        "description",
        json!(""),
        "check_status has no description",
    );
    check(
        &at("City"),
        "minimun",
        json!(1),
        "/components/schemas/City/minimun is a keyword of a schema that xtask/src/diff/grammar.rs lacks",
    );
}

#[test]
fn names_of_examples_are_read() {
    assert_eq!(misnomer("check_status.error.json"), None);
    assert_eq!(misnomer("generate_order.request.too-long.invalid.json"), None);
    for (name, expect) in [
        ("order.json", "is not <operation>.<kind>[.note][.invalid].json"),
        ("refund.request.json", "names no operation: refund"),
        ("check_status.request.json", "is about request, but check_status has status, error"),
        ("check_status.status.Two.json", "has a note not in kebab-case: Two"),
    ] {
        assert_eq!(misnomer(name).as_deref(), Some(expect));
    }
}
