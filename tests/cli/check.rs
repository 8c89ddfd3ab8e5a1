//! `doku check`: findings at their places.

use super::doku;

const EXAMPLES: &str = "spec/examples/generate_order.request.";

fn check(name: &str) {
    let run = doku(&["check", "request", &format!("{EXAMPLES}{name}.json")], &[], b"");
    insta::assert_snapshot!(format!("check_{name}"), run.to_text());
}

#[test]
fn the_pages_own_sample_is_refused() {
    check("page-sample.invalid");
}

#[test]
fn the_corrected_sample_has_advisories_alone() {
    check("page-corrected");
}

#[test]
fn a_missing_member_points_at_its_object() {
    check("missing-field.invalid");
}

#[test]
fn an_unknown_member_points_at_its_key() {
    check("unknown-field.invalid");
}

#[test]
fn values_point_at_themselves() {
    for name in ["wrong-type.invalid", "too-long.invalid", "sum-mismatch.invalid", "no-items.invalid"] {
        check(name);
    }
}

#[test]
fn a_valid_order_has_one_line() {
    let run = doku(&["check", "request", &format!("{EXAMPLES}minimal.json")], &[], b"");
    let line = format!("{EXAMPLES}minimal.json: valid, 0 violations, 0 advisories\n");
    assert_eq!((run.code(), run.stdout(), run.stderr.as_str()), (0, line.as_str(), ""));
}

#[test]
fn every_kind_is_checked() {
    for (kind, file) in [
        ("response", "generate_order.response.page-sample.json"),
        ("notification", "payment_notification.notification.success.json"),
        ("status", "check_status.status.success.json"),
        ("error", "generate_order.error.wrapped.json"),
    ] {
        let run = doku(&["check", kind, &format!("spec/examples/{file}")], &[], b"");
        assert_eq!(run.code(), 0, "{file}: {}", run.stderr);
    }
    let run = doku(&["check", "response", "spec/examples/generate_order.response.no-payment.invalid.json"], &[], b"");
    assert_eq!(run.code(), 3);
    assert!(run.stderr.contains("error[missing]: /payment is missing"), "{}", run.stderr);
}

#[test]
fn denied_advisories_are_violations() {
    let file = format!("{EXAMPLES}page-corrected.json");
    let allowed = doku(&["check", "request", &file, "--json"], &[], b"").json();
    let run = doku(&["check", "request", &file, "--json", "--deny-advisories"], &[], b"");
    let denied = run.json();
    assert_eq!((run.code(), &denied["valid"]), (3, &false.into()));
    assert_eq!(denied["violations"], allowed["advisories"]);
    assert_eq!(denied["advisories"].as_array().map(Vec::len), Some(0));
}

#[test]
fn json_is_one_document_and_nothing_else() {
    let body = "{\"order\": 1,\n \"é\": \"x\"}";
    let run = doku(&["check", "request", "-", "--json"], &[], body.as_bytes());
    assert_eq!((run.code(), run.stderr.as_str()), (3, ""));
    insta::assert_snapshot!("check_json", run.stdout());
}

#[test]
fn messages_are_in_indonesian_too() {
    let run = doku(&["check", "request", "-", "--lang", "id"], &[], b"{\"order\": 1}");
    insta::assert_snapshot!("check_indonesian", run.to_text());
}

#[test]
fn personal_values_are_masked() {
    let body = r#"{"customer": {"first_name": "Andréas Andréas Andréas", "nik": "3174012345678901", "email": 5},
 "billing_address": {"city": ["Jakarta Pusat"], "first_name": "Sri \"Ayu\"", "country_code": 5}, "order": {"amount": "1"}}"#;
    let run = doku(&["check", "request", "-"], &[], body.as_bytes());
    for value in ["ndréas", "3174", "Jakarta", "Ayu"] {
        assert!(!run.stderr.contains(value) && !run.stdout().contains(value), "{value}: {}", run.stderr);
    }
    insta::assert_snapshot!("check_masked", run.to_text());
}

#[test]
fn a_value_of_another_type_is_masked() {
    for body in [
        r#"{"customer": "Sari Wulandari 081122334455"}"#,
        r#"{"customer": 81122334455}"#,
        r#"{"customer": ["Sari", "081122334455"]}"#,
        r#"{"order": {"line_items": {"name": "Sari", "x": {"name": "Sari"}}}}"#,
        r#"{"order": {"line_items": "Sari"}}"#,
        r#"{"order": {"line_items": ["Sari"]}}"#,
        r#"{"order": {"invoice_number": {"name": "Sari"}}}"#,
        r#""Sari""#,
        r#"["Sari"]"#,
    ] {
        for kind in ["request", "notification", "status"] {
            let run = doku(&["check", kind, "-"], &[], body.as_bytes());
            assert!(!run.stderr.contains("Sari") && !run.stderr.contains("1122"), "{kind} {body}: {}", run.stderr);
        }
    }
    let run = doku(&["check", "request", "-"], &[], br#"{"customer": "Sari Wulandari", "order": {"amount": "50000"}}"#);
    assert!(run.stderr.contains(r#"{"customer": "**************", "order": {"amount": "*****"}}"#), "{}", run.stderr);
}

#[test]
fn a_value_that_is_not_listed_names_the_nearest() {
    for (category, help) in [
        (
            "ELECTRONIC",
            "the nearest value in the list is `electronics-and-telecom`; `doku spec schema Category` prints all",
        ),
        ("food and beverages", "the nearest value in the list is `food-and-beverage`; `doku spec schema"),
        ("zzzzzz", "`doku spec schema Category` prints the list"),
        ("", "`doku spec schema Category` prints the list"),
    ] {
        let body = format!(r#"{{"order": {{"line_items": [{{"category": "{category}"}}]}}}}"#);
        let run = doku(&["check", "request", "-"], &[], body.as_bytes());
        assert!(run.stderr.contains(&format!("= help: {help}")), "{category}: {}", run.stderr);
        let indonesian = doku(&["check", "request", "-", "--lang", "id"], &[], body.as_bytes());
        assert!(indonesian.stderr.contains("`doku spec schema Category` mencetak semua"), "{}", indonesian.stderr);
    }
}

#[test]
fn text_from_outside_cannot_move_the_cursor() {
    let run = doku(&["check", "request", "-"], &[], r#"{"\u001b[2J\u202e": 1, "order": {}}"#.as_bytes());
    assert!(run.stderr.contains("unknown_field"), "{}", run.stderr);
    assert!(!run.stderr.contains(['\u{1b}', '\u{202e}']), "{}", run.stderr);
}

#[test]
fn a_long_line_and_many_findings_stay_readable() {
    let items = r#"{"price":"x"},"#.repeat(300);
    let body = format!(r#"{{"order":{{"line_items":[{items}{{}}]}}}}"#);
    let run = doku(&["check", "request", "-"], &[], body.as_bytes());
    assert_eq!(run.code(), 3);
    assert!(run.stderr.lines().all(|line| line.len() < 400));
    assert!(run.stderr.contains("/order/line_items/300/name is missing"));
}
