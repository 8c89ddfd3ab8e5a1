//! Types, straight-line code and schema are one contract: shown by orders that are made from it, within the limits and just
//! outside of them.

use doku_indodana::{
    GenerateOrderRequest, PreparedOrder,
    check::{self, Kind, check},
    json,
};
use proptest::prelude::*;
use serde_json::Value;

/// Choices of a generator, taken one after another; none left means the first choice, which is within the limits.
struct Choices(std::vec::IntoIter<u16>);

impl Choices {
    /// Returns a number below `count`: 0 more often than not.
    fn of(&mut self, count: usize) -> usize {
        let choice = usize::from(self.0.next().unwrap_or_default());
        if choice % 4 == 0 { (choice / 4) % count } else { 0 }
    }
}

/// Returns the JSON text of a value of this schema, or one that is just outside of it.
fn value(root: &Value, schema: &Value, choices: &mut Choices) -> String {
    let schema = match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => &root["$defs"][name],
        None => schema,
    };
    let kind = schema["type"].as_str().expect("every component of a request has a type");
    if choices.of(40) == 39 {
        return ["true", "\"\"", "[]", "{}", "0", "\"100000\""][choices.of(6)].to_owned();
    }
    match kind {
        "object" => object(root, schema, choices),
        "array" => {
            let length = [1, 0, 2, 3][choices.of(4)];
            let elements: Vec<_> = (0..length).map(|_| value(root, &schema["items"], choices)).collect();
            format!("[{}]", elements.join(","))
        }
        "string" => Value::from(text(schema, choices)).to_string(),
        _ => number(schema, choices),
    }
}

fn object(root: &Value, schema: &Value, choices: &mut Choices) -> String {
    let mut members = Vec::new();
    for (name, of) in schema["properties"].as_object().expect("an object has properties") {
        let required = schema["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
        let absent = if required { choices.of(30) == 29 } else { choices.of(3) != 1 };
        if !absent {
            members.push(format!("\"{name}\":{}", value(root, of, choices)));
        }
    }
    if choices.of(40) == 39 {
        members.push("\"unknown\":1".to_owned());
    }
    format!("{{{}}}", members.join(","))
}

fn text(schema: &Value, choices: &mut Choices) -> String {
    let example = schema["examples"][0].as_str().expect("every text has an example").to_owned();
    if let Some(listed) = schema["enum"].as_array() {
        let listed = listed[choices.of(listed.len())].as_str().expect("a list of texts");
        return [listed.to_owned(), format!("{listed}x"), listed.to_uppercase()][choices.of(3)].clone();
    }
    let limit = |keyword: &str| schema[keyword].as_u64().and_then(|limit| usize::try_from(limit).ok());
    let (least, most) = (limit("minLength").unwrap_or(0), limit("maxLength").unwrap_or(300));
    let filler = ["1", "a", "é", "😀", " ", "\n", "\t", "\u{7f}", "\u{80}", "@", ":", ".", "-"][choices.of(13)];
    let filled = |length: usize| filler.repeat(length);
    match choices.of(9) {
        0 => example,
        1 => filled(most),
        2 => filled(most + 1),
        3 => filled(least),
        4 => filled(least.saturating_sub(1)),
        5 => format!("{example}{filler}"),
        6 => format!("{filler}{example}"),
        7 => String::new(),
        _ => format!("a:{}", filled(most.saturating_sub(2))),
    }
}

fn number(schema: &Value, choices: &mut Choices) -> String {
    let example = schema["examples"][0].as_u64().expect("every number has an example");
    let least = schema["minimum"].as_u64().expect("every number has a least");
    let most = schema["maximum"].as_u64().or_else(|| schema["exclusiveMaximum"].as_u64()).expect("and a most");
    let number = match choices.of(7) {
        0 => example.to_string(),
        1 => least.to_string(),
        2 => (i128::from(least) - 1).to_string(),
        3 => most.to_string(),
        4 => (most + 1).to_string(),
        5 => (most - 1).to_string(),
        _ => format!("{most}0000000000000000000"),
    };
    let tail = ["", ".0", ".00", ".000", ".5", ".25", ".001", "e0", "e1", "E-1", ".10e1", "e400", "e-400"];
    match choices.of(16) {
        at if at < tail.len() => format!("{number}{}", tail[at]),
        13 => format!("\"{number}\""),
        14 => format!("{number}.00000000000000000001"),
        _ => format!("{}.99999999999999999999", number.trim_start_matches('-')),
    }
}

/// Puts the amount that the items make into an order, where they make whole rupiah.
fn balanced(body: &str) -> String {
    let Ok(mut order) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
    let sum: Option<u64> = order["order"]["line_items"].as_array().and_then(|items| {
        items.iter().try_fold(0_u64, |sum, item| {
            sum.checked_add(item["price"].as_u64()?.checked_mul(item["quantity"].as_u64()?)?)
        })
    });
    match (sum, order.pointer_mut("/order/amount")) {
        (Some(sum), Some(amount)) => *amount = sum.into(),
        _ => return body.to_owned(),
    }
    order.to_string()
}

/// Returns pointer and code of each violation.
fn found(violations: &[check::Violation]) -> Vec<String> {
    violations.iter().map(|violation| format!("{} {}", violation.pointer(), violation.code())).collect()
}

/// Judges one order by schema, by types and straight-line code, and as bytes. Returns whether it is valid.
fn judge(body: &str) -> Result<bool, TestCaseError> {
    let id = || "r-1".parse().expect("a request id");
    let report = check(Kind::Request, body.as_bytes()).expect("the order is JSON");
    let as_bytes = PreparedOrder::from_json(body.to_owned(), id());
    prop_assert_eq!(as_bytes.is_ok(), report.is_valid(), "{}: {:?}", body, as_bytes.err());
    match json::from_slice::<GenerateOrderRequest>(body.as_bytes()) {
        Err(error) => prop_assert!(!report.is_valid(), "{}: the types refuse it: {}", body, error),
        Ok(request) => match PreparedOrder::new(&request, id()) {
            // What only straight-line code holds is told in full, as for the bytes.
            Err(error) => prop_assert_eq!(found(error.violations()), found(report.violations()), "{}: {}", body, error),
            Ok(prepared) => {
                prop_assert!(report.is_valid(), "{}: {:?}", body, found(report.violations()));
                let written = check(Kind::Request, prepared.body()).expect("what is written is JSON");
                prop_assert_eq!(found(written.violations()), [""; 0], "{}", body);
                let again: GenerateOrderRequest = json::from_slice(prepared.body()).expect("what is written is read");
                let again = PreparedOrder::new(&again, id()).expect("and is valid");
                prop_assert_eq!(again.body(), prepared.body());
            }
        },
    }
    Ok(report.is_valid())
}

#[test]
fn the_first_choices_are_an_order() {
    let root = check::schema("GenerateOrderRequest").expect("a component");
    let body = value(&root, &root["$defs"]["GenerateOrderRequest"], &mut Choices(Vec::new().into_iter()));
    assert!(judge(&balanced(&body)).expect("one verdict"), "{body}");
}

/// The one difference: serde reads null as absent, so the types do; what they write has no null. As bytes it is refused.
#[test]
fn null_is_absent_for_the_types_alone() {
    let root = check::schema("GenerateOrderRequest").expect("a component");
    let body = value(&root, &root["$defs"]["GenerateOrderRequest"], &mut Choices(Vec::new().into_iter()));
    let mut order: Value = serde_json::from_str(&balanced(&body)).expect("an order");
    order["additional_info"] = Value::Null;
    let report = check(Kind::Request, order.to_string().as_bytes()).expect("the order is JSON");
    assert_eq!(found(report.violations()), ["/additional_info wrong_type"]);
    let request: GenerateOrderRequest = json::from_slice(order.to_string().as_bytes()).expect("null is absent");
    let prepared = PreparedOrder::new(&request, "r-1".parse().expect("a request id")).expect("a valid order");
    assert!(!String::from_utf8_lossy(prepared.body()).contains("null"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// One verdict on each order, from the schema, from the types with straight-line code, and on the bytes.
    #[test]
    fn types_straight_line_code_and_schema_agree(
        choices in prop_oneof![
            prop::collection::vec(any::<u16>(), 0..60),
            prop::collection::vec(prop_oneof![9 => Just(1_u16), 1 => any::<u16>()], 0..60),
        ],
        balance in any::<bool>(),
    ) {
        let root = check::schema("GenerateOrderRequest").expect("a component");
        let body = value(&root, &root["$defs"]["GenerateOrderRequest"], &mut Choices(choices.into_iter()));
        judge(&if balance { balanced(&body) } else { body })?;
    }
}
