//! The generated types: built, serialised, checked, described, and silent about people.

mod number;

use std::collections::BTreeMap;

use doku_indodana::{
    Address, Customer, GenerateOrderRequest, LineItem, Order, PeerToPeerInfo, PreparedOrder, Price, Rupiah,
    check::{self, Kind, check},
    error::Language,
    json::{self, Document},
    types,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::violations::{contract, example, limit_of};

fn order(price: Price, quantity: u32, amount: u64) -> Order {
    let item = LineItem::builder()
        .name("Ayam geprek")
        .price(price)
        .quantity(quantity)
        .id("1002")
        .category(types::Category::FoodAndBeverage)
        .image_url("https://merchant.example/1002.jpg");
    Order::builder()
        .invoice_number("INV-1")
        .amount(amount)
        .line_items(vec![item.try_into().unwrap()])
        .callback_url_cancel("https://merchant.example/cancel")
        .try_into()
        .unwrap()
}

fn request(order: Order) -> GenerateOrderRequest {
    GenerateOrderRequest::builder()
        .order(order)
        .peer_to_peer_info(PeerToPeerInfo::builder().merchant_unique_reference("60123").expired_time(60))
        .customer(Customer::builder().first_name("Sari").email("s.w@mail.example").phone("6281122334455"))
        .billing_address(
            Address::builder()
                .first_name("Sari")
                .address("Jalan Melati No. 25")
                .city("Jakarta")
                .postal_code("12960")
                .phone("6281122334455")
                .country_code("IDN"),
        )
        .try_into()
        .unwrap()
}

fn price(hundredths: u64) -> Price {
    Price::from_hundredths(hundredths).unwrap()
}

#[test]
fn a_built_request_is_what_is_sent() {
    let request = request(order(price(1_999_950), 2, 39_999));
    let prepared = PreparedOrder::new(&request, "r-1".parse().unwrap()).unwrap();
    insta::assert_snapshot!("built_request", String::from_utf8_lossy(prepared.body()));
    assert_eq!(prepared.invoice_number(), Some("INV-1"));
    assert_eq!(prepared.advisories(), []);
}

/// What only straight-line code and the schema hold, not the types.
#[test]
fn limits_beyond_the_types() {
    let build = |change: fn(&mut GenerateOrderRequest)| {
        let mut request = request(order(price(5_000_000), 2, 100_000));
        change(&mut request);
        PreparedOrder::new(&request, "r-1".parse().unwrap())
    };
    for (expect, change) in [
        ("/order/line_items too_few", (|request| request.order.line_items.0.clear()) as fn(&mut GenerateOrderRequest)),
        ("/order/amount too_small", |request| {
            request.order.amount = Rupiah::default();
            request.order.line_items.0[0].price = Price::default();
        }),
        ("/order/amount sum_mismatch", |request| request.order.amount = Rupiah::MAX),
        ("/additional_info/settlement too_few", |request| {
            let info = types::AdditionalInfo::builder().settlement(vec![]);
            request.additional_info = Some(info.try_into().unwrap());
        }),
    ] {
        let error = build(change).unwrap_err();
        let found: Vec<_> = error.violations().iter().map(|v| format!("{} {}", v.pointer(), v.code())).collect();
        assert!(found.contains(&expect.to_owned()), "{expect}: {found:?}");
    }
    let prepared = build(|request| {
        request.billing_address.address = "Jalan \"Melati\"\nNo. 25 \\ Ω".parse().unwrap();
        request.shipping_address = Some(request.billing_address.clone());
        let settlement = types::Settlement::builder()
            .bank_account_settlement_id("SBA-0001-123123123")
            .value(price(3_333))
            .type_(types::SettlementType::Percentage);
        let info = types::AdditionalInfo::builder()
            .override_notification_url("https://shop.example/payments/notifications")
            .settlement(vec![settlement.try_into().unwrap()]);
        request.additional_info = Some(info.try_into().unwrap());
    })
    .unwrap();
    let read: GenerateOrderRequest = serde_json::from_slice(prepared.body()).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), String::from_utf8_lossy(prepared.body()));
}

/// A sum that no integer holds is no amount either.
#[test]
fn sums_do_not_overflow() {
    let item = r#"{"name":"x","price":99999999999999.99,"quantity":99999999,"id":"0","category":"others"}"#;
    let items = vec![item; 17_100].join(",");
    let body = example("generate_order.request.minimal");
    let document = Document::parse(body.as_bytes()).unwrap();
    let (before, after) = body.split_at(document.pointer("/order/line_items").unwrap().span().start);
    let length = document.pointer("/order/line_items").unwrap().span().len();
    let report = check(Kind::Request, format!("{before}[{items}]{}", &after[length..]).as_bytes()).unwrap();
    let found: Vec<_> = report.violations().iter().map(|violation| violation.code().as_str()).collect();
    assert_eq!(found, ["sum_mismatch"]);
}

/// Names from outside are cut and cleaned, and long lists end.
#[test]
fn texts_of_violations_are_safe_to_log() {
    let keys: Vec<String> = (0..30).map(|n| format!(r#""\\u001b[31m\\n{n}{}": 1"#, "x".repeat(200))).collect();
    let error = PreparedOrder::from_json(format!("{{{}}}", keys.join(",")), "r-1".parse().unwrap()).unwrap_err();
    let text = error.to_string();
    assert!(!text.contains(|c: char| c.is_control()), "{text}");
    assert!(text.ends_with("; and 14 more"), "{text}");
    assert_eq!(error.violations().len(), 34);
}

#[test]
fn the_exact_request_can_be_printed() {
    let prepared = PreparedOrder::new(&request(order(price(5_000_000), 2, 100_000)), "r-1".parse().unwrap()).unwrap();
    let credentials = doku_indodana::Credentials::new("BRN-1".parse().unwrap(), "SK-1".parse().unwrap());
    let signed = prepared.sign(&credentials, &"2021-07-07T08:45:42Z".parse().unwrap());
    insta::assert_snapshot!("signed_request", signed.to_text());
}

/// Returns the violations of an error: pointer and code.
fn found(error: &doku_indodana::Error) -> Vec<String> {
    error.violations().iter().map(|violation| format!("{} {}", violation.pointer(), violation.code())).collect()
}

#[test]
fn builders_say_what_is_wrong() {
    let long = |component| "x".repeat(limit_of(component, "maxLength") + 1);
    let email = long("CustomerEmail") + "@mail.example";
    for (what, result, expect) in [
        (
            "too long",
            Customer::builder().first_name("Wulandari ".repeat(30)).email("a@b.c").phone("62"),
            &["/first_name too_long"][..],
        ),
        ("missing", Customer::builder().first_name("Sari").email("a@b.c"), &["/phone missing"]),
        ("pattern", Customer::builder().first_name("Sari").email("a@b.c").phone("+62"), &["/phone bad_format"]),
        ("long e-mail", Customer::builder().first_name("Sari").email(email).phone("62"), &["/email too_long"]),
        (
            "optional",
            Customer::builder().first_name("Sari").last_name(long("CustomerLastName")).email("a@b.c").phone("62"),
            &["/last_name too_long"],
        ),
        (
            "all at once",
            Customer::builder().first_name("").last_name(long("CustomerLastName")).email("a"),
            &[
                "/email bad_format",
                "/email too_short",
                "/first_name bad_format",
                "/first_name too_short",
                "/last_name too_long",
                "/phone missing",
            ],
        ),
    ] {
        let refused = Customer::try_from(result).unwrap_err();
        assert!(!format!("{refused} {refused:?}").contains("Wulandari"), "{what}: {refused:?}");
        let error = doku_indodana::Error::from(refused);
        assert_eq!(found(&error), expect, "{what}");
        assert_eq!(error.outcome(), doku_indodana::Outcome::NothingSent);
    }
    // What the types hold and what they do not, at every depth, as the check of the same JSON has it.
    let order = Order::builder()
        .invoice_number(long("InvoiceNumber"))
        .amount(0)
        .line_items(Vec::<LineItem>::new())
        .callback_url_cancel("nowhere");
    let request = GenerateOrderRequest::builder()
        .order(order)
        .peer_to_peer_info(PeerToPeerInfo::builder().merchant_unique_reference("60123").expired_time(0))
        .customer(Customer::builder().first_name("Sari").email("a@b.c").phone("+62"));
    let error = doku_indodana::Error::from(GenerateOrderRequest::try_from(request).unwrap_err());
    let expected = [
        "/billing_address missing",
        "/customer/phone bad_format",
        "/order/amount too_small",
        "/order/callback_url_cancel bad_format",
        "/order/invoice_number too_long",
        "/order/line_items too_few",
        "/peer_to_peer_info/expired_time too_small",
    ];
    assert_eq!(found(&error), expected);
    // Of money, the error alone is known: the rule that it broke is told, and no sum.
    for (price, expect) in [
        ("0.001", "/price too_precise"),
        ("-5", "/price too_small"),
        ("100000000000000", "/price too_large"),
        ("ten", "/price wrong_type"),
    ] {
        let item = LineItem::builder().name("x").price(price).quantity(1).id("x").category("others");
        assert_eq!(found(&LineItem::try_from(item).unwrap_err().into()), [expect], "{price}");
    }
    // An error of the caller's own has no value; its text is told.
    struct Own;
    impl TryFrom<Own> for types::LineItemId {
        type Error = std::fmt::Error;

        fn try_from(_: Own) -> Result<Self, std::fmt::Error> {
            Err(std::fmt::Error)
        }
    }
    let item = LineItem::builder().name("x").price(1).quantity(1).id(Own).category("others");
    let error = doku_indodana::Error::from(LineItem::try_from(item).unwrap_err());
    assert!(error.to_string().starts_with("error converting supplied value for id: an error occurred"), "{error}");
    let most = i64::try_from(limit_of("Quantity", "maximum")).unwrap();
    for quantity in [0, -1, most + 1] {
        let expect = format!("not a whole number from 1 to {most}");
        assert_eq!(types::Quantity::try_from(quantity).unwrap_err().to_string(), expect);
    }
    assert_eq!(types::Quantity::try_from(most).unwrap(), types::Quantity::MAX);
}

#[test]
fn people_do_not_print() {
    let printed = format!("{:?}", request(order(price(5_000_000), 2, 100_000)));
    for personal in ["Sari", "s.w@mail.example", "6281122334455", "Melati", "Jakarta", "12960"] {
        assert!(!printed.contains(personal), "{personal} in {printed}");
    }
    assert!(printed.contains("CustomerEmail(***)") && printed.contains("INV-1"), "{printed}");

    // DOKU's texts may repeat what a customer typed.
    for body in [
        r#"{"message": ["Sari"], "status": "Sari", "code": "Sari", "response_code": "Sari"}"#,
        r#"{"error": {"message": "Sari", "code": "Sari", "type": "Sari"}, "error_messages": ["Sari"]}"#,
    ] {
        let body: types::ErrorBody = json::from_slice(body.as_bytes()).unwrap();
        let parts = format!("{body:?} {:?} {:?} {:?}", body.error, body.message, body.error_messages);
        assert!(parts.starts_with("ErrorBody(***)") && !parts.contains("Sari"), "{parts}");
    }
}

/// The schemas that schemars gives for the generated types are those of the contract.
#[test]
fn json_schemas_equal_the_contract() {
    let mut generator = schemars::SchemaGenerator::default();
    for schema in [
        generator.subschema_for::<GenerateOrderRequest>(),
        generator.subschema_for::<types::GenerateOrderResponse>(),
        generator.subschema_for::<types::PaymentNotification>(),
        generator.subschema_for::<types::OrderStatus>(),
        generator.subschema_for::<types::ErrorBody>(),
        generator.subschema_for::<types::RequestIdHeader>(),
        generator.subschema_for::<types::TimestampHeader>(),
        generator.subschema_for::<types::StatusId>(),
    ] {
        assert!(schema.get("$ref").is_some(), "{schema:?}");
    }
    let described: BTreeMap<String, Value> = generator.take_definitions(true).into_iter().collect();
    // A header that the client does not send is described by the contract alone.
    let contract = contract();
    let parameters = contract["components"]["parameters"].as_object().unwrap().values();
    let headers: Vec<_> = parameters.filter_map(|parameter| parameter["schema"]["$ref"].as_str()).collect();
    let is_header = |name: &str| headers.contains(&&*format!("#/components/schemas/{name}"));
    let names: Vec<&str> = check::names().filter(|name| described.contains_key(*name) || !is_header(name)).collect();
    assert_eq!(described.keys().map(String::as_str).collect::<Vec<_>>(), names);
    for name in names {
        let expected = check::schema(name).unwrap()["$defs"][name].clone();
        assert_eq!(described[name], expected, "{name}");
    }
}

/// Every keyword of every component is still there after the conversion, but for those with another form.
#[test]
fn no_limit_of_the_contract_is_lost() {
    let contract = contract();
    for (name, component) in contract["components"]["schemas"].as_object().unwrap() {
        let schema = check::schema(name).unwrap()["$defs"][name.as_str()].clone();
        for (keyword, value) in component.as_object().unwrap() {
            match keyword.as_str() {
                "nullable" => assert!(schema.to_string().contains("\"null\""), "{name}"),
                "example" => assert_eq!(schema["examples"][0], *value, "{name}"),
                "maximum" if component.get("exclusiveMaximum").is_some() => {
                    assert_eq!(schema["exclusiveMaximum"], *value, "{name}");
                }
                "exclusiveMaximum" | "properties" | "items" | "oneOf" | "anyOf" | "type" => {
                    assert!(schema.get(keyword).is_some(), "{name} lost {keyword}");
                }
                _ => assert_eq!(schema[keyword], *value, "{name}: {keyword}"),
            }
        }
    }
}

#[test]
fn own_types_are_described_too() {
    let schema = schemars::schema_for!(check::Report);
    insta::assert_json_snapshot!("report_schema", schema);
}

#[test]
fn messages_in_both_languages() {
    let bodies = [
        r#"{"order":{"invoice_number":"","amount":0,"line_items":[],"nick\u006eame":1,"callback_url_cancel":"x"},"customer":{"first_name":"a name that is far too long","email":"not an address","phone":7}}"#.to_owned(),
        example("generate_order.request.sum-mismatch.invalid"),
        example("generate_order.request.three-decimals.invalid"),
        example("generate_order.request.page-sample.invalid"),
    ];
    let mut lines = Vec::new();
    for body in bodies {
        let report = check(Kind::Request, body.as_bytes()).unwrap();
        for violation in report.violations().iter().chain(report.advisories()) {
            for language in [Language::English, Language::Indonesian] {
                lines.push(format!("{} {}: {}", violation.pointer(), violation.code(), violation.message(language)));
            }
        }
    }
    insta::assert_snapshot!("violation_messages", lines.join("\n"));
}

#[test]
fn a_report_is_json_for_machines() {
    let body = example("generate_order.request.page-sample.invalid");
    let report = check(Kind::Request, body.as_bytes()).unwrap();
    insta::assert_json_snapshot!("report", report);
    assert!(report.is_valid() || report.violations().len() == 1);
    assert!(!report.deny_advisories().is_valid());
}

#[test]
fn sensitive_fields() {
    for (pointer, sensitive) in [
        ("/customer/email", true),
        ("/shipping_address/phone", true),
        ("/billing_address/city", true),
        ("/order/invoice_number", false),
        ("/order/line_items/0/name", false),
        ("/nowhere", true),
        ("", false),
    ] {
        assert_eq!(check::is_sensitive(Kind::Request, pointer), sensitive, "{pointer}");
    }
}

proptest! {
    /// What the types and the sum allow, the check of the bytes allows; and the bytes read back to the same value.
    #[test]
    fn types_and_check_agree(hundredths in 1_u64..=10_000_000_000_000, hundreds in 1_u32..=100, off in any::<bool>()) {
        let total = hundredths * u64::from(hundreds);
        let amount = total + u64::from(off);
        let quantity = hundreds * 100;
        let body = serde_json::to_vec(&request(order(price(hundredths), quantity, amount))).unwrap();
        let report = check(Kind::Request, &body).unwrap();
        prop_assert_eq!(report.is_valid(), !off);
        let prepared = PreparedOrder::new(&request(order(price(hundredths), quantity, amount)), "r-1".parse().unwrap());
        prop_assert_eq!(prepared.map(|prepared| prepared.body().to_vec()).ok(), (!off).then(|| body.clone()));
        let document = Document::parse(&body).unwrap();
        let written = document.pointer("/order/line_items/0/price").unwrap().number_text().unwrap();
        prop_assert_eq!(written.parse::<Price>().unwrap().hundredths(), hundredths);
    }
}
