//! Each class of change on the contract as it is: the lines of the text that differ, or the question.

mod rows;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::*;

/// Not the contract itself, which follows the page.
const TEXT: &str = include_str!("tests/contract.yaml");

fn page() -> Value {
    serde_json::from_str(include_str!("tests/page.json")).unwrap()
}

fn finding(
    class: Class,
    side: &'static str,
    section: &'static str,
    name: &str,
    fact: &str,
    before: Value,
    now: Value,
) -> Finding {
    Finding {
        class,
        breaks: Breaks::default(),
        side,
        section,
        name: name.to_owned(),
        fact: fact.to_owned(),
        before,
        now,
        page: Some(1),
        contract: None,
        deviations: vec![],
    }
}

/// Returns the page that says what a finding says.
fn page_of(finding: &Finding) -> Value {
    let mut page = page();
    if finding.section == "fields" {
        let row = &mut page[finding.side]["fields"][&finding.name];
        match (finding.fact.as_str(), finding.class) {
            ("", _) => *row = finding.now.clone(),
            ("enum", Class::EnumValueAdded) => row["enum"].as_array_mut().unwrap().push(finding.now.clone()),
            (fact, _) => row[fact] = finding.now.clone(),
        }
    }
    page
}

fn amended(finding: &Finding) -> Amendment {
    amend(&Contract::new(TEXT).unwrap(), &page_of(finding), finding)
}

/// Makes the edits in the text, checks that the contract keeps its rules, and returns the lines that differ.
#[track_caller]
fn lines(edits: &[Edit]) -> String {
    let text = apply(TEXT, edits).unwrap();
    let tree: Value = serde_saphyr::from_str(&text).unwrap();
    let marks = TEXT.lines().filter_map(|line| line.trim().strip_prefix("x-deviation: "));
    let ids: BTreeSet<_> = marks.chain(["D-05", "D-06"]).collect();
    assert_eq!(crate::check::findings(&tree, &ids), [""; 0]);
    let difference = TextDiff::from_lines(TEXT, &text);
    let lines = difference.iter_all_changes().filter_map(|line| match line.tag() {
        ChangeTag::Equal => None,
        ChangeTag::Delete => Some(format!("-{}", line.value())),
        ChangeTag::Insert => Some(format!("+{}", line.value())),
    });
    lines.collect()
}

#[track_caller]
fn check(finding: &Finding, expect: &str, breaks: &str) {
    let amendment = amended(finding);
    assert!(amendment.question.is_none(), "{amendment:?}");
    assert_eq!(lines(&amendment.edits), expect);
    let whom = super::breaks(&Contract::new(TEXT).unwrap(), &page_of(finding), finding).unwrap();
    assert_eq!(whom.map_or("", Breaks::text), breaks);
}

fn field(class: Class, name: &str, fact: &str, before: Value, now: Value) -> Finding {
    finding(class, "request", "fields", name, fact, before, now)
}

#[test]
fn limits_follow_the_page_with_their_words() {
    check(
        &field(Class::Loosened, "customer.first_name", "max", json!("16"), json!("32")),
        "-      description: First name of the customer. 1 to 16 characters, no control characters. Not truncated for you.\n\
         +      description: First name of the customer. 1 to 32 characters, no control characters. Not truncated for you.\n\
         -      maxLength: 16\n\
         +      maxLength: 32\n",
        "breaks nobody",
    );
    check(
        &field(Class::Tightened, "order.line_items.quantity", "max", json!("8"), json!("6")),
        "-      description: Number of units, 1 to 99,999,999 (8 digits).\n\
         +      description: Number of units, 1 to 999,999 (6 digits).\n\
         -      maximum: 99999999\n\
         +      maximum: 999999\n",
        "breaks those who send",
    );
    check(
        &field(Class::Loosened, "order.line_items.url", "max", json!("256"), Value::Null),
        "-      maxLength: 256\n",
        "breaks nobody",
    );
    check(
        &field(Class::Tightened, "order.line_items.type", "max", Value::Null, json!("64")),
        "+      maxLength: 64\n",
        "breaks those who send",
    );
}

#[test]
fn values_stand_in_their_alphabetical_place_and_are_counted() {
    check(
        &field(Class::EnumValueAdded, "order.line_items.category", "enum", Value::Null, json!("pharmacy")),
        "-      description: Category of the item, one of 4 values; `others` where none fits.\n\
         +      description: Category of the item, one of 5 values; `others` where none fits.\n\
         +        - pharmacy\n",
        "breaks nobody",
    );
    check(
        &field(Class::EnumValueRemoved, "order.line_items.category", "enum", json!("telco"), Value::Null),
        "-      description: Category of the item, one of 4 values; `others` where none fits.\n\
         +      description: Category of the item, one of 3 values; `others` where none fits.\n\
         -        - telco\n",
        "breaks those who send",
    );
    check(
        &finding(Class::EnumValueAdded, "response", "fields", "payment.status", "enum", Value::Null, json!("HELD")),
        "-      x-extensible-enum: [PENDING, FAILED]\n+      x-extensible-enum: [PENDING, FAILED, HELD]\n",
        "may break those who read",
    );
}

#[test]
fn presence_follows_the_page() {
    check(
        &field(Class::MadeMandatory, "customer.last_name", "mandatory", json!("optional"), json!("mandatory")),
        "-      required: [first_name, email, phone]\n+      required: [last_name, first_name, email, phone]\n",
        "breaks those who send",
    );
    check(
        &field(Class::MadeOptional, "order.line_items.id", "mandatory", json!("mandatory"), json!("optional")),
        "-      required: [name, price, quantity, id, category]\n+      required: [name, price, quantity, category]\n",
        "breaks nobody",
    );
}

#[test]
fn what_the_page_does_not_decide_is_asked() {
    let row = json!({ "type": "string", "mandatory": "optional", "max": "12" });
    let voucher = amended(&field(Class::FieldAdded, "order.voucher", "", Value::Null, row)).question.unwrap();
    assert_eq!(voucher.text, "order.voucher is new: does it tell a person apart?");
    assert_eq!(voucher.answers.iter().map(|answer| answer.word).collect::<Vec<_>>(), ["personal", "open"]);
    assert!(lines(&voucher.answers[0].edits).contains("x-sensitive: true"));
    assert!(!lines(&voucher.answers[1].edits).contains("x-sensitive: true"));

    let shared = field(Class::Tightened, "order.callback_url", "max", Value::Null, json!("255"));
    let shared = amended(&shared).question.unwrap();
    assert_eq!(
        shared.text,
        "order.callback_url: the page changed max from nothing to 255 here alone, but CallbackUrl describes \
         order.callback_url_cancel too"
    );
    assert_eq!(shared.answers.iter().map(|answer| answer.word).collect::<Vec<_>>(), ["all", "apart", "hand"]);
    assert_eq!(lines(&shared.answers[0].edits), "+      maxLength: 255\n");
    let apart = lines(&shared.answers[1].edits);
    assert!(apart.starts_with("-          $ref: '#/components/schemas/CallbackUrl'\n+          $ref: '#/components/schemas/OrderCallbackUrl'\n+    OrderCallbackUrl:\n"), "{apart}");

    let gone = field(Class::FieldRemoved, "order.line_items.image_url", "", json!({ "type": "string" }), Value::Null);
    let gone = amended(&gone).question.unwrap();
    assert_eq!(gone.text, "the page has no row for order.line_items.image_url any more");
    assert!(lines(&gone.answers[0].edits).starts_with("-        image_url:\n"));
}

#[test]
fn a_deviation_is_kept_and_its_advisory_follows() {
    check(
        &field(Class::Loosened, "customer.email", "max", json!("16"), json!("32")),
        "-        E-mail address of the customer, at most 128 characters. The page says 16 and shows one of 17.\n\
         +        E-mail address of the customer, at most 128 characters. The page says 32 and shows one of 17.\n\
         -        maxLength: 16\n\
         +        maxLength: 32\n",
        "breaks nobody",
    );
    // The page says what the contract has said all along.
    check(&field(Class::Loosened, "customer.email", "max", json!("16"), json!("128")), "", "");
    let more = amended(&field(Class::Loosened, "customer.email", "max", json!("16"), json!("200"))).question.unwrap();
    assert_eq!(more.text, "customer.email: the page allows 200 now, more than the 128 of the contract");
    check(&field(Class::Retyped, "billing_address.city", "type", json!("number"), json!("string")), "", "");
}

#[test]
fn another_type_brings_its_rules() {
    check(
        &field(Class::Retyped, "order.line_items.type", "type", json!("string"), json!("decimal")),
        "-      type: string\n\
         -      pattern: '^[^\\x00-\\x1f\\x7f]*$'\n\
         -      example: meal\n\
         +      type: number\n\
         +      minimum: 0\n\
         +      example: 1\n",
        "breaks those who send",
    );
    // A whole number without a largest value has no type, nor has one of 64 digits.
    let open = amended(&field(Class::Retyped, "order.line_items.type", "type", json!("string"), json!("number")));
    assert_eq!(open.left, ["order.line_items.type: type is number now; edit the contract by hand"]);
    let long = amended(&field(Class::Retyped, "order.line_items.id", "type", json!("string"), json!("number")));
    assert_eq!(long.left, ["order.line_items.id: type is number now; edit the contract by hand"]);
}

#[test]
fn addresses_and_headers_follow_the_page() {
    let address =
        |version: u8| json!(format!("https://api-sandbox.doku.com/indodana-peer-to-peer/v{version}/generate-order"));
    check(
        &finding(Class::EndpointChanged, "request", "endpoint", "api endpoint (sandbox)", "", address(2), address(3)),
        "-  /indodana-peer-to-peer/v2/generate-order:\n+  /indodana-peer-to-peer/v3/generate-order:\n",
        "breaks those who send",
    );
    let host = json!("https://sandbox.doku.com/indodana-peer-to-peer/v2/generate-order");
    check(
        &finding(Class::EndpointChanged, "request", "endpoint", "api endpoint (sandbox)", "", address(2), host),
        "-  - url: https://api-sandbox.doku.com\n+  - url: https://sandbox.doku.com\n",
        "breaks those who send",
    );
    check(
        &finding(Class::HeaderChanged, "request", "headers", "Request-Id", "max", json!("128"), json!("64")),
        "-      description: Unique id of this request; the key of idempotency. 1 to 128 visible ASCII characters.\n\
         +      description: Unique id of this request; the key of idempotency. 1 to 64 visible ASCII characters.\n\
         -      description: Unique id of a request, 1 to 128 visible ASCII characters.\n\
         +      description: Unique id of a request, 1 to 64 visible ASCII characters.\n\
         -      maxLength: 128\n\
         +      maxLength: 64\n",
        "breaks those who send",
    );
    let answered = finding(Class::HeaderChanged, "response", "headers", "Trace-Id", "", Value::Null, json!({}));
    let answered = amended(&answered);
    assert!(lines(&answered.edits).ends_with(
        "+    TraceId:\n+      description: What the page lists as Trace-Id.\n+      schema:\n+        type: string\n"
    ));
    let sent =
        finding(Class::HeaderChanged, "request", "headers", "Channel-Id", "", Value::Null, json!({ "max": "16" }));
    let sent = amended(&sent).question.unwrap();
    assert_eq!(sent.text, "the page lists a header Channel-Id of the request, and nothing sends it");
    let optional = lines(&sent.answers[0].edits);
    assert!(optional.contains("+        - $ref: '#/components/parameters/ChannelId'\n"), "{optional}");
    assert!(optional.contains("+    ChannelIdHeader:\n"), "{optional}");
}
