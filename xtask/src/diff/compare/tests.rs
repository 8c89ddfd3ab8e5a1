//! Each keyword and each kind of place: one change of the contract, and all differences that it makes.

mod fields;
mod operations;

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{super::verify::verify, Directions, compare, compare_along};

fn contract() -> Value {
    static CONTRACT: LazyLock<Value> =
        LazyLock::new(|| serde_saphyr::from_str(include_str!("../../../../spec/openapi.yaml")).unwrap());
    CONTRACT.clone()
}

/// Compares the contract with a changed copy, there and back, and checks each difference: place, keyword, whom it
/// breaks.
#[track_caller]
fn check(change: impl Fn(&mut Value), there: &[&str], back: &[&str]) {
    let before = contract();
    let mut after = contract();
    change(&mut after);
    verify(&after).unwrap();
    let lines = |before, after| -> Vec<String> {
        let changes = compare(before, after).into_iter();
        changes
            .map(|change| match change.keyword {
                Some(keyword) => format!("{} {keyword}: {}", change.place, change.told()),
                None => format!(
                    "{} {}: {}",
                    change.place,
                    if change.after.is_some() { "added" } else { "removed" },
                    change.told()
                ),
            })
            .collect()
    };
    assert_eq!(lines(&before, &after), there);
    assert_eq!(lines(&after, &before), back);
}

/// Sets a keyword of a component; null removes it.
#[track_caller]
fn set(component: &str, keyword: &'static str, value: Value, there: &str, back: &str) {
    let place = component.replace("/properties/", ".");
    let place = place.replace("/items", "[]").replace("/anyOf/0", ".anyOf[0]");
    let lines = [there, back].map(|who| format!("{place} {keyword}: {who}"));
    let pointer = format!("/components/schemas/{component}");
    let change = move |contract: &mut Value| put(contract, &pointer, keyword, &value);
    check(change, &[&lines[0]], &[&lines[1]]);
}

#[track_caller]
fn put(contract: &mut Value, pointer: &str, member: &str, value: &Value) {
    let object = contract.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")).as_object_mut().unwrap();
    if value.is_null() {
        object.shift_remove(member).unwrap();
    } else {
        object.insert(member.to_owned(), value.clone());
    }
}

const SENDERS: &str = "breaks those who send";
const READERS: &str = "breaks those who read";
const MAY_SENDERS: &str = "may break those who send";
const MAY_READERS: &str = "may break those who read";
const MAY_BOTH: &str = "may break those who send and those who read";
const NOBODY: &str = "breaks nobody";
const LEAK: &str = "a leak: personal data that was redacted is printed";

/// Returns a limit of a component, which follows the page.
fn limit(component: &str, keyword: &str) -> u64 {
    contract()["components"]["schemas"][component][keyword].as_u64().unwrap()
}

#[test]
fn limits_of_requests_break_who_sends_when_they_get_tighter() {
    for (component, keyword, value) in [
        ("InvoiceNumber", "maxLength", json!(limit("InvoiceNumber", "maxLength") - 1)),
        ("InvoiceNumber", "minLength", json!(limit("InvoiceNumber", "minLength") + 1)),
        ("CallbackUrl", "maxLength", json!(255)),
        ("CustomerLastName", "minLength", json!(1)),
        ("LineItems", "minItems", json!(2)),
        ("LineItems", "maxItems", json!(10)),
        ("LineItems", "uniqueItems", json!(true)),
        ("Amount", "minimum", json!(10_000)),
        ("Amount", "maximum", json!(9_999_999_999_999_998_u64)),
        ("Price", "minimum", json!(0.5)),
        ("Price", "x-decimal-places", json!(0)),
        ("Quantity", "exclusiveMinimum", json!(true)),
        ("Quantity", "exclusiveMaximum", json!(true)),
    ] {
        set(component, keyword, value, SENDERS, NOBODY);
    }
    for (component, keyword) in [("LineItemName", "pattern"), ("Order", "x-sum"), ("Price", "x-decimal-places")] {
        set(component, keyword, Value::Null, NOBODY, SENDERS);
    }
    let longer = json!(limit("InvoiceNumber", "maxLength") + 1);
    for (keyword, value) in [("maxLength", longer), ("minLength", json!(0)), ("minLength", Value::Null)] {
        set("InvoiceNumber", keyword, value, NOBODY, SENDERS);
    }
}

#[test]
fn limits_of_answers_may_break_who_reads_when_they_get_wider() {
    for (component, keyword, value) in [
        ("ReceivedAmount/anyOf/0", "maximum", json!(99_999_999_999_999_999_u64)),
        ("ReceivedAmount/anyOf/0", "minimum", json!(-1)),
    ] {
        set(component, keyword, value, MAY_READERS, NOBODY);
    }
    set("OrderSummary/properties/invoice_number", "nullable", json!(true), READERS, NOBODY);
    set("PaymentReference", "nullable", Value::Null, NOBODY, READERS);
    set("OrderSummary/properties/invoice_number", "maxLength", json!(64), NOBODY, MAY_READERS);
    set("OrderSummary/properties/invoice_number", "pattern", json!("^.+$"), NOBODY, MAY_READERS);
}

#[test]
fn types_break_who_uses_them() {
    set("Quantity", "type", json!("number"), SENDERS, SENDERS);
    set("OrderSummary/properties/invoice_number", "type", json!("integer"), READERS, READERS);
    set("CallbackUrl", "format", json!("uri"), SENDERS, SENDERS);
    set("ExpiredTime", "default", json!(60), SENDERS, SENDERS);
    set("InvoiceNumber", "pattern", json!("^[A-Z]+$"), MAY_SENDERS, MAY_SENDERS);
    set("Order/properties/callback_url", "$ref", json!("#/components/schemas/ProductUrl"), SENDERS, SENDERS);
    set("LineItems/items", "$ref", json!("#/components/schemas/Settlement"), SENDERS, SENDERS);
    set("ErrorMessages/items", "type", json!("integer"), READERS, READERS);
    set(
        "Order",
        "x-sum",
        json!({ "total": "amount", "items": "line_items", "factors": ["price"] }),
        MAY_SENDERS,
        MAY_SENDERS,
    );
    set("PaymentStatus", "enum", json!(["PENDING", "FAILED"]), READERS, READERS);
    set("Category", "enum", Value::Null, SENDERS, SENDERS);
    set("TransactionStatus", "x-extensible-enum", Value::Null, READERS, READERS);
}

#[test]
fn a_component_of_both_directions_breaks_both() {
    let share = |contract: &mut Value| {
        let reference = json!({ "$ref": "#/components/schemas/InvoiceNumber" });
        put(contract, "/components/schemas/StatusOrder/properties", "invoice_number", &reference);
    };
    let mut before = contract();
    share(&mut before);
    let mut after = before.clone();
    put(&mut after, "/components/schemas/InvoiceNumber", "pattern", &json!("^.$"));
    let changes = compare(&before, &after);
    assert_eq!(changes.iter().map(|change| change.breaks().text()).collect::<Vec<_>>(), [MAY_BOTH]);
    check(
        share,
        &["StatusOrder.invoice_number $ref: may break those who read"],
        &["StatusOrder.invoice_number $ref: breaks those who read"],
    );
}

#[test]
fn words_break_nobody() {
    for keyword in ["description", "x-source", "x-deviation", "example", "title"] {
        set("LineItemId", keyword, json!("D-10"), NOBODY, NOBODY);
    }
    set("City", "x-sensitive", Value::Null, LEAK, NOBODY);
    set("City", "deprecated", json!(true), NOBODY, NOBODY);
    set("CustomerEmail", "x-advisory", Value::Null, NOBODY, NOBODY);
    for (keyword, value) in [("maxLength", json!(17)), ("minLength", json!(4)), ("pattern", json!("@"))] {
        let line = format!("CustomerEmail.x-advisory {keyword}: breaks nobody");
        let pointer = "/components/schemas/CustomerEmail/x-advisory";
        check(|contract| put(contract, pointer, keyword, &value), &[&line], &[&line]);
    }
}

#[test]
fn values_of_lists_are_compared_one_by_one() {
    let at = |name: &str| format!("/components/schemas/{name}");
    let list = |pointer: String, keyword: &'static str, values: Value| {
        move |contract: &mut Value| put(contract, &pointer, keyword, &values)
    };
    check(
        list(at("SettlementType"), "enum", json!(["PERCENTAGE", "AMOUNT"])),
        &["SettlementType enum: breaks those who send", "SettlementType enum: breaks nobody"],
        &["SettlementType enum: breaks those who send", "SettlementType enum: breaks nobody"],
    );
    check(
        list(at("PaymentStatus"), "x-extensible-enum", json!(["PENDING", "FAILED", "SUCCESS"])),
        &["PaymentStatus x-extensible-enum: may break those who read"],
        &["PaymentStatus x-extensible-enum: breaks those who read"],
    );
    let order = list(at("PaymentStatus"), "x-extensible-enum", json!(["FAILED", "PENDING"]));
    check(
        order,
        &["PaymentStatus x-extensible-enum: breaks nobody"],
        &["PaymentStatus x-extensible-enum: breaks nobody"],
    );
}

#[test]
fn another_type_is_one_change() {
    let retype = |contract: &mut Value| {
        let schema = json!({
            "type": "integer", "minimum": 1, "description": contract["components"]["schemas"]["LineItemId"]["description"],
            "x-source": "page: order.line_items.id", "x-deviation": "D-11", "example": "1002",
        });
        put(contract, "/components/schemas", "LineItemId", &schema);
    };
    check(retype, &["LineItemId type: breaks those who send"], &["LineItemId type: breaks those who send"]);
}

/// Changes each value of the contract in turn: a word, a number, a flag, or one more member of an object or a list.
#[test]
fn no_difference_stays_unseen() {
    fn leaves(value: &Value, pointer: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    leaves(member, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
            Value::Array(elements) => {
                elements
                    .iter()
                    .enumerate()
                    .for_each(|(at, element)| leaves(element, &format!("{pointer}/{at}"), found));
                found.push(pointer.to_owned());
            }
            _ => found.push(pointer.to_owned()),
        }
    }
    let before = contract();
    let mut pointers = Vec::new();
    leaves(&before, "", &mut pointers);
    assert!(pointers.len() > 800, "{} leaves", pointers.len());
    let mut after = before.clone();
    let directions = [Directions::of(&before), Directions::of(&before)];
    for pointer in pointers {
        let leaf = after.pointer_mut(&pointer).unwrap();
        let was = leaf.clone();
        match leaf {
            Value::String(text) => text.push('2'),
            Value::Number(number) => *leaf = json!(number.as_f64().unwrap() + 7.0),
            Value::Bool(flag) => *leaf = json!(!*flag),
            Value::Array(elements) if elements.is_empty() => elements.push(json!("2")),
            Value::Array(elements) => drop(elements.pop()),
            _ => panic!("{pointer} is {leaf}"),
        }
        // Not every copy is a contract, but whatever can be compared differs.
        if verify(&after).is_ok() {
            assert!(!compare_along(&before, &after, &directions).is_empty(), "{pointer} is not compared");
        }
        *after.pointer_mut(&pointer).unwrap() = was;
    }
}
