//! A test for each entry of `spec/deviations.toml` that is about a schema.

use std::fs;

use doku_indodana::{
    PreparedOrder,
    check::{Kind, Report, check},
    error::Violation,
};
use serde_json::{Value, json};

use crate::violations::{Change, example, examples, limit_of, payload, spec};

#[test]
fn d_01_email_of_17_characters_is_sent() {
    advised([Change::put("/customer/email", "sari@mail.example")], ["/customer/email too_long D-01"]);
    sent([Change::put("/customer/email", "s.w@mail.example")]);
}

#[test]
fn d_02_a_first_name_that_is_too_long_is_refused() {
    let most = limit_of("CustomerFirstName", "maxLength");
    refused([Change::put("/customer/first_name", "x".repeat(most + 1))], ["/customer/first_name too_long"]);
    sent([Change::put("/customer/first_name", "x".repeat(most))]);
}

#[test]
fn d_03_categories_that_are_not_listed_are_refused() {
    for category in ["ELECTRONIC", "fee", "gift-and-flowers"] {
        refused([Change::put("/order/line_items/0/category", category)], ["/order/line_items/0/category not_listed"]);
    }
    sent([Change::put("/order/line_items/0/category", "others")]);
}

#[test]
fn d_04_parts_of_an_address_are_text() {
    for part in ["address", "city", "postal_code", "phone", "country_code"] {
        let pointer = format!("/billing_address/{part}");
        refused([Change::put(&pointer, 12960)], [format!("{pointer} wrong_type")]);
    }
}

#[test]
fn d_05_callback_url_with_a_fragment_is_sent() {
    let fragment = Change::put("/order/callback_url", "https://merchant.example/#/return");
    advised([fragment], ["/order/callback_url bad_format D-05"]);
    sent([Change::put("/order/callback_url", "https://merchant.example/return?order=INV-1")]);
}

#[test]
fn d_06_phone_with_a_leading_zero_is_sent() {
    advised([Change::put("/customer/phone", "081939815480")], ["/customer/phone bad_format D-06"]);
    refused([Change::put("/customer/phone", "+6281122334455")], ["/customer/phone bad_format"]);
}

#[test]
fn d_07_price_has_16_digits_of_which_two_are_decimals() {
    sent(order("100000000000000", &[("99999999999999.99", "1"), ("0.01", "1")]));
    refused(order("100000000000000", &[("100000000000000", "1")]), ["/order/line_items/0/price too_large"]);
    refused(
        order("1", &[("0.995", "1"), ("0.005", "1")]),
        ["/order/line_items/0/price too_precise", "/order/line_items/1/price too_precise"],
    );
}

#[test]
fn d_08_amount_has_16_digits() {
    sent(order("9999999999999999", &[("99999999999999", "100"), ("99", "1")]));
    refused(order("10000000000000000", &[("10000000000", "1000000")]), ["/order/amount too_large"]);
    for written in ["100.00", "1e2", "100.0"] {
        advised(order(written, &[("100", "1")]), ["/order/amount not_plain D-08"]);
    }
}

#[test]
fn d_09_cancel_url_is_mandatory() {
    refused([Change::remove("/order/callback_url_cancel")], ["/order/callback_url_cancel missing"]);
    refused([Change::put("/order/callback_url_cancel", "/cancel")], ["/order/callback_url_cancel bad_format"]);
}

#[test]
fn d_10_details_of_an_item_may_be_left_out() {
    sent([]);
    sent([Change::put("/order/line_items/0/image_url", "https://merchant.example/1002.jpg")]);
}

#[test]
fn d_11_sku_is_an_unknown_field() {
    refused([Change::put("/order/line_items/0/sku", "1002")], ["/order/line_items/0/sku unknown_field"]);
}

#[test]
fn d_12_name_of_an_item_has_its_limit_in_characters() {
    let most = limit_of("LineItemName", "maxLength");
    sent([Change::put("/order/line_items/0/name", "x".repeat(most))]);
    refused([Change::put("/order/line_items/0/name", "x".repeat(most + 1))], ["/order/line_items/0/name too_long"]);
}

#[test]
fn d_13_the_samples_of_the_page_are_of_two_orders() {
    let [request, response] = ["generate_order.request.page-sample.invalid", "generate_order.response.page-sample"]
        .map(|name| serde_json::from_str::<Value>(&example(name)).expect(name));
    assert_ne!(request["order"]["invoice_number"], response["order"]["invoice_number"]);
    assert_ne!(request["order"]["amount"], response["order"]["amount"]);
}

#[test]
fn d_14_no_placeholder_is_an_example() {
    let texts = examples().into_iter().map(|path| fs::read_to_string(path).expect("an example is text"));
    for text in texts.chain([spec("openapi.yaml")]) {
        assert!(!text.contains("vl9DBTX5KhEiXmnpOD0TSm8PYQknuHPdyHSTSc3W6Ps"), "the page's request signature");
        assert!(!text.contains("9UPUFzOqJc47aJzD9ESOTcWg6TMsg3mqSP+DnUO8ENE"), "the page's response signature");
    }
}

#[test]
fn d_15_shipping_address_may_be_left_out() {
    sent([]);
    sent([Change::put("/shipping_address", address())]);
}

#[test]
fn d_16_country_code_is_any_text() {
    sent([Change::put("/billing_address/country_code", "ID")]);
    refused([Change::put("/billing_address/country_code", "\t")], ["/billing_address/country_code bad_format"]);
}

#[test]
fn d_17_postal_code_is_any_text() {
    sent([Change::put("/billing_address/postal_code", "SW1A 1AA")]);
    refused([Change::put("/billing_address/postal_code", 12960)], ["/billing_address/postal_code wrong_type"]);
}

#[test]
fn d_18_reference_has_any_length() {
    sent([Change::put("/peer_to_peer_info/merchant_unique_reference", "x".repeat(1000))]);
}

#[test]
fn d_19_amounts_come_in_four_spellings() {
    let answer = |amount| {
        format!(r#"{{"order":{{"invoice_number":"INV-1","amount":{amount}}},"payment":{{"status":"PENDING"}}}}"#)
    };
    for amount in ["100000", "100000.0", "100000.00", r#""100000""#] {
        accepted(Kind::Response, &answer(amount));
    }
    let report = check(Kind::Response, answer(r#""100000.50""#).as_bytes()).expect("the answer is JSON");
    assert_eq!(report.violations().iter().map(Violation::pointer).collect::<Vec<_>>(), ["/order/amount"]);
}

#[test]
fn d_20_order_and_transaction_are_enough_for_a_notification() {
    accepted(Kind::Notification, &example("payment_notification.notification.order-and-transaction-only"));
    accepted(Kind::Notification, &example("payment_notification.notification.akulaku-sample"));
}

#[test]
fn d_21_reference_stands_in_either_place() {
    let reference = json!({ "merchant_unique_reference": "60123" });
    accepted(Kind::Notification, &notification(&json!({ "payment": reference })));
    accepted(Kind::Notification, &notification(&json!({ "peer_to_peer_info": reference })));
}

#[test]
fn d_22_misspelt_identifier_is_accepted() {
    let identifer = json!([{ "name": "INDODANA_ORDER_ID", "value": "INV-1" }]);
    accepted(Kind::Notification, &notification(&json!({ "peer_to_peer_info": { "identifer": identifer } })));
}

#[test]
fn d_23_virtual_account_number_is_accepted() {
    let number = json!({ "peer_to_peer_info": { "virtual_account_number": "2900800000000003" } });
    accepted(Kind::Notification, &notification(&number));
}

#[test]
fn d_32_original_request_id_is_any_text() {
    accepted(Kind::Status, r#"{"transaction":{"status":"SUCCESS","original_request_id":"INV-67220100000"}}"#);
}

#[test]
fn d_33_parts_of_a_status_answer_are_null_or_missing() {
    accepted(Kind::Status, &example("check_status.status.null-ids"));
    accepted(Kind::Status, "{}");
}

#[test]
fn d_34_members_of_a_settlement_are_mandatory() {
    let settlement = |share: Value| [Change::put("/additional_info", json!({ "settlement": [share] }))];
    let pointer = |member| format!("/additional_info/settlement/0/{member}");
    sent(settlement(json!({ "bank_account_settlement_id": "SBA-0001", "value": 10, "type": "PERCENTAGE" })));
    refused(settlement(json!({ "value": 10, "type": "FIX" })), [pointer("bank_account_settlement_id missing")]);
    refused(
        settlement(json!({ "bank_account_settlement_id": "SBA-0001", "value": "10", "type": "FIX" })),
        [pointer("value wrong_type")],
    );
}

#[test]
fn d_35_every_shape_of_an_error_is_accepted() {
    for shape in ["wrapped", "wrapped-without-type", "unwrapped", "message-list", "error-messages", "glossary"] {
        accepted(Kind::Error, &example(&format!("generate_order.error.{shape}")));
    }
    accepted(Kind::Error, &example("check_status.error.no-route"));
}

#[test]
fn d_40_notification_url_is_absolute() {
    let url = |url: &str| [Change::put("/additional_info", json!({ "override_notification_url": url }))];
    sent(url("https://shop.example/payments/notifications"));
    sent(url("http://[::1]:8080/payments/notifications"));
    let pointer = "/additional_info/override_notification_url bad_format D-40";
    advised(url("http://shop.example/payments/notifications"), [pointer]);
    advised(url("http://127.shop.example/payments/notifications"), [pointer]);
    refused(url("/payments/notifications"), ["/additional_info/override_notification_url bad_format"]);
}

#[test]
fn d_42_expired_time_may_be_left_out() {
    sent([]);
    sent([Change::put("/peer_to_peer_info/expired_time", 60)]);
}

#[test]
fn d_43_quantity_of_zero_is_refused() {
    refused(order("1", &[("1", "1"), ("5", "0")]), ["/order/line_items/1/quantity too_small"]);
    sent(order("1", &[("1", "1"), ("0", "5")]));
}

#[test]
fn d_44_control_characters_are_refused() {
    sent([Change::put("/order/line_items/0/name", "Ayam é 名 😀 ~!@#$%^&*()")]);
    sent([Change::put("/billing_address/address", "Jalan Melati No. 25\nRT 01")]);
    for character in ['\0', '\t', '\n', '\r', '\x1f', '\x7f'] {
        let name = Change::put("/order/line_items/0/name", format!("Ayam{character}"));
        refused([name], ["/order/line_items/0/name bad_format"]);
    }
    for number in ["INV/2025/I/0009", "INV;9", "INV 100%", "INV?9", "INV#9", "INV\\9"] {
        advised([Change::put("/order/invoice_number", number)], ["/order/invoice_number bad_format D-44"]);
    }
}

#[test]
fn d_45_fields_of_other_channels_are_refused() {
    let hold = Change::put("/additional_info", json!({ "hold_settlement": true }));
    refused([hold], ["/additional_info/hold_settlement unknown_field"]);
    refused([Change::put("/order/currency", "IDR")], ["/order/currency unknown_field"]);
    // A merchant with sub-accounts sends one on purpose; what else is wrong is found.
    let account = || Change::put("/additional_info", json!({ "account": { "id": "SAC-0001" } }));
    let prepare = |changes: &[Change]| {
        PreparedOrder::danger_with_unknown_fields(payload(changes), "r-1".parse().expect("a request id"))
    };
    let prepared = prepare(&[account()]).expect("an order");
    assert_eq!(prepared.body(), payload(&[account()]).as_bytes());
    let error = prepare(&[account(), Change::put("/customer/phone", "+62")]).expect_err("a phone with a plus");
    assert_eq!(findings(error.violations()), ["/customer/phone bad_format"]);
}

#[test]
fn d_47_parts_of_an_identifier_may_be_null() {
    let identifier = json!([{ "name": null, "value": null }, {}]);
    accepted(Kind::Notification, &notification(&json!({ "peer_to_peer_info": { "identifier": identifier } })));
}

#[test]
fn d_49_unknown_statuses_are_accepted() {
    accepted(Kind::Response, &example("generate_order.response.unknown-fields"));
    accepted(Kind::Notification, &notification(&json!({ "transaction": { "status": "VOIDED" } })));
}

#[test]
fn d_51_texts_without_a_length_are_sent() {
    let long = "x".repeat(1000);
    sent([Change::put("/order/callback_url_cancel", format!("https://merchant.example/{long}"))]);
    for path in ["/order/line_items/0/type", "/billing_address/first_name", "/billing_address/address"] {
        sent([Change::put(path, long.as_str())]);
    }
}

#[test]
fn d_52_an_order_has_at_least_one_item() {
    refused([Change::put("/order/line_items", json!([]))], ["/order/amount sum_mismatch", "/order/line_items too_few"]);
}

#[test]
fn d_53_parts_of_a_shipping_address_are_mandatory_where_it_is_sent() {
    let changes = [Change::put("/shipping_address", address()), Change::remove("/shipping_address/city")];
    refused(changes, ["/shipping_address/city missing"]);
}

#[test]
fn d_54_sum_of_the_items_is_the_amount() {
    sent(order("100", &[("33.33", "3"), ("0.01", "1")]));
    refused(order("100", &[("33.33", "3")]), ["/order/amount sum_mismatch"]);
    for id in ["discount", "shippingfee", "TaxFee"] {
        advised([Change::put("/order/line_items/0/id", id)], ["/order/line_items/0/id reserved D-54"]);
    }
}

#[test]
fn d_56_conditional_fields_may_be_missing() {
    accepted(Kind::Response, &example("generate_order.response.failed"));
    let details = json!({ "created_date": null, "expired_date_utc": null, "merchant_unique_reference": null });
    accepted(Kind::Notification, &notification(&json!({ "peer_to_peer_info": details })));
}

/// Asserts that the minimal request with these changes is sent, and nothing said.
fn sent(changes: impl IntoIterator<Item = Change>) {
    advised(changes, [] as [&str; 0]);
}

/// Asserts that the minimal request with these changes is sent with these advisories: pointer, code, number.
fn advised<'a>(changes: impl IntoIterator<Item = Change>, expected: impl IntoIterator<Item = &'a str>) {
    let report = report(changes);
    assert_eq!(findings(report.violations()), [""; 0]);
    assert_eq!(findings(report.advisories()), expected.into_iter().collect::<Vec<_>>());
}

/// Asserts that the minimal request with these changes is refused with these violations: pointer, code.
fn refused(changes: impl IntoIterator<Item = Change>, expected: impl IntoIterator<Item = impl Into<String>>) {
    let expected: Vec<String> = expected.into_iter().map(Into::into).collect();
    assert_eq!(findings(report(changes).violations()), expected);
}

/// Asserts that an answer, a notification or an error is what the contract describes.
fn accepted(kind: Kind, body: &str) {
    let report = check(kind, body.as_bytes()).expect("the body is JSON");
    assert_eq!(findings(report.violations()), [""; 0], "{body}");
}

fn report(changes: impl IntoIterator<Item = Change>) -> Report {
    let changes: Vec<_> = changes.into_iter().collect();
    check(Kind::Request, payload(&changes).as_bytes()).expect("the request is JSON")
}

fn findings(violations: &[Violation]) -> Vec<String> {
    let text = |violation: &Violation| match violation.deviation() {
        Some(deviation) => format!("{} {} {deviation}", violation.pointer(), violation.code()),
        None => format!("{} {}", violation.pointer(), violation.code()),
    };
    violations.iter().map(text).collect()
}

/// Returns the changes that give the order this amount and items of these prices and quantities, digits as they are.
fn order(amount: &str, items: &[(&str, &str)]) -> [Change; 2] {
    let item = |(price, quantity): &(&str, &str)| {
        format!(r#"{{"name":"x","price":{price},"quantity":{quantity},"id":"x","category":"others"}}"#)
    };
    let items: Vec<_> = items.iter().map(item).collect();
    [Change::raw("/order/amount", amount), Change::raw("/order/line_items", &format!("[{}]", items.join(",")))]
}

fn address() -> Value {
    let request: Value = serde_json::from_str(&payload(&[])).expect("the request is JSON");
    request["billing_address"].clone()
}

/// Returns a notification of the least that there is, with further members.
fn notification(members: &Value) -> String {
    let mut body = json!({
        "order": { "invoice_number": "INV-1", "amount": 100_000 },
        "transaction": { "status": "SUCCESS" },
    });
    for (name, value) in members.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body.to_string()
}
