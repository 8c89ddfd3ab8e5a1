//! What is proven of a notification, and what is made of it.

use std::time::{Duration, SystemTime};

use doku_indodana::{
    Age, Credentials, NoteCode, Notification, Rupiah, VerificationError, Verifier,
    check::{Kind, check},
    error::{PayloadError, TargetVariant},
    signature::{Components, Time, digest, sign},
    types::TransactionStatus,
};
use http::HeaderMap;

use crate::violations::example;

const TARGET: &str = "/payments/notifications";
/// 2021-07-07T08:50:43Z.
const SENT: u64 = 1_625_647_843;

fn credentials() -> Credentials {
    Credentials::new("BRN-0000-1234567890123".parse().unwrap(), "SK-not-a-real-key".parse().unwrap())
}

/// Signs a notification for a target.
fn headers(target: &str, timestamp: &str, body: &[u8]) -> HeaderMap {
    let credentials = credentials();
    let components = Components {
        client_id: credentials.client_id(),
        request_id: &"450ec2b0-5631-4876-a3ee-33a93ee39daa".parse().unwrap(),
        time: Time::Request(&doku_indodana::Timestamp::from_received(timestamp).unwrap()),
        target: &target.parse().unwrap(),
        digest: Some(&digest(body)),
    };
    let mut headers = HeaderMap::new();
    headers.insert("client-id", credentials.client_id().as_str().parse().unwrap());
    headers.insert("request-id", components.request_id.as_str().parse().unwrap());
    headers.insert("request-timestamp", timestamp.parse().unwrap());
    headers.insert("signature", sign(credentials.secret_key(), &components).to_string().parse().unwrap());
    headers
}

fn receive(body: &[u8]) -> Notification {
    let headers = headers(TARGET, "2021-07-07T08:50:43Z", body);
    Verifier::new(credentials()).verify(TARGET, &headers, body).unwrap()
}

#[test]
fn a_notification_is_verified_and_read() {
    let notification = receive(example("payment_notification.notification.success").as_bytes());
    assert_eq!(notification.status(), Some(&TransactionStatus::Success));
    assert_eq!(notification.amount(), Some(Rupiah::try_from(100_000).unwrap()));
    let payment = notification.payment().unwrap();
    assert_eq!(notification.invoice_number(), Some(payment.order.invoice_number.as_str()));
}

#[test]
fn d_24_repetitions_of_12_hours_verify() {
    let notification = receive(b"{}");
    for hours_in_minutes in [30, 6 * 60, 12 * 60, 17 * 60 + 30] {
        let age = Duration::from_secs(hours_in_minutes * 60);
        assert_eq!(notification.age(SystemTime::UNIX_EPOCH + Duration::from_secs(SENT) + age), Age::Late(age));
    }
}

#[test]
fn d_26_failed_is_not_final() {
    for (status, is_final) in [
        ("PENDING", false),
        ("SUCCESS", true),
        ("FAILED", false),
        ("EXPIRED", true),
        ("REFUNDED", true),
        ("TIMEOUT", false),
        ("REDIRECT", false),
        ("VOIDED", false),
        ("success", false),
    ] {
        assert_eq!(TransactionStatus::from(status).is_final(), is_final, "{status}");
        assert_eq!(TransactionStatus::from(status).as_str(), status);
    }
}

#[test]
fn d_27_a_signature_without_padding_verifies() {
    let mut headers = headers(TARGET, "2021-07-07T08:50:43Z", b"{}");
    let signature = headers["signature"].to_str().unwrap().trim_end_matches('=').to_owned();
    headers.insert("signature", signature.parse().unwrap());
    let notification = Verifier::new(credentials()).verify(TARGET, &headers, b"{}").unwrap();
    assert_eq!(notification.body(), b"{}");
}

#[test]
fn d_28_a_late_notification_verifies() {
    let notification = receive(b"{}");
    let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(SENT);
    let seconds = Duration::from_secs;
    for (now, expect) in [
        (sent, Age::Fresh),
        (sent + seconds(300), Age::Fresh),
        (sent + seconds(301), Age::Late(seconds(301))),
        (sent + seconds(12 * 3600), Age::Late(seconds(12 * 3600))),
        (sent - seconds(300), Age::Fresh),
        (sent - seconds(301), Age::Future(seconds(301))),
        (SystemTime::UNIX_EPOCH, Age::Future(seconds(SENT))),
        (SystemTime::UNIX_EPOCH - seconds(1), Age::Future(seconds(SENT + 1))),
    ] {
        assert_eq!(notification.age(now), expect);
    }
    let headers = headers(TARGET, "yesterday", b"{}");
    let odd = Verifier::new(credentials()).verify(TARGET, &headers, b"{}").unwrap();
    assert_eq!(odd.age(sent), Age::Unknown);
}

#[test]
fn d_39_a_target_that_differs_by_a_query_does_not_verify() {
    for (signed, configured, expect) in [
        (TARGET, "/payments/notifications?shop=1", Some(TargetVariant::QueryRemoved)),
        ("/payments/notifications?shop=1", TARGET, None),
        ("/payments/notifications/", TARGET, Some(TargetVariant::SlashAdded)),
        (TARGET, "/payments/notifications/", Some(TargetVariant::SlashRemoved)),
        (TARGET, "/shop/payments/notifications", Some(TargetVariant::PrefixRemoved)),
        (TARGET, "/a/b/payments/notifications", Some(TargetVariant::PrefixRemoved)),
        ("/api/payments/notifications", TARGET, Some(TargetVariant::PrefixAdded)),
        ("/other", TARGET, None),
    ] {
        let headers = headers(signed, "2021-07-07T08:50:43Z", b"{}");
        let error = Verifier::new(credentials()).verify(configured, &headers, b"{}").unwrap_err();
        let expect = match expect {
            Some(variant) => VerificationError::TargetMismatch { variant, signed: signed.to_owned() },
            None => VerificationError::SignatureMismatch { keys: 1 },
        };
        assert_eq!(error, expect, "signed {signed}, configured {configured}");
    }
    let error = Verifier::new(credentials()).verify("payments", &HeaderMap::new(), b"{}").unwrap_err();
    assert_eq!(error, VerificationError::MalformedTarget);
}

#[test]
fn a_genuine_body_that_cannot_be_read_is_not_lost() {
    for (body, expect) in [
        ("<html>", "the body is not json: line 1, column 1: the character does not belong here"),
        (r#"["INV-1", 5]"#, "the body is not what the contract says: the whole body must be an object, found an array"),
        (r#"{"order":["INV-1",1],"transaction":{"status":"SUCCESS"}}"#, "/order must be an object, found an array"),
        (
            r#"{"order":{"invoice_number":"INV-1","amount":1.5},"transaction":{"status":"SUCCESS"}}"#,
            "/order/amount is no amount: the amount has a fraction of a rupiah",
        ),
        (
            r#"{"order":{"invoice_number":7,"amount":1},"transaction":{"status":"SUCCESS"}}"#,
            "/order/invoice_number must be a string, found a number",
        ),
        (
            r#"{"order":{"invoice_number":"a","amount":"canary"},"transaction":{"status":"SUCCESS"}}"#,
            "/order/amount is no amount: the text is not a decimal number",
        ),
        (
            r#"{"order":{"invoice_number":"a","amount":1,"am\u006funt":2},"transaction":{"status":"SUCCESS"}}"#,
            "written twice",
        ),
        (r#"{"transaction":{"status":"SUCCESS"}}"#, "/order is required and missing"),
    ] {
        let notification = receive(body.as_bytes());
        assert_eq!(notification.body(), body.as_bytes());
        assert_eq!(notification.status(), None);
        let error = notification.payment().unwrap_err();
        assert!(error.to_string().contains(expect), "{body}: {error}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    assert!(matches!(receive(b"").payment(), Err(PayloadError::Syntax(_))));
}

#[test]
fn a_side_field_that_does_not_fit_costs_nothing_but_itself() {
    for (name, pointer, text) in [
        ("additional-info-list", "/additional_info", "/additional_info must be an object, found an array"),
        (
            "identifier-value-number",
            "/peer_to_peer_info/identifier/0/value",
            "/peer_to_peer_info/identifier/0/value must be a string, found a number",
        ),
    ] {
        let notification = receive(example(&format!("payment_notification.notification.{name}.invalid")).as_bytes());
        assert_eq!(notification.invoice_number(), Some("INV-20210707-0001"), "{name}");
        assert_eq!(notification.amount(), Rupiah::try_from(90_000).ok(), "{name}");
        assert_eq!(notification.status(), Some(&TransactionStatus::Success), "{name}");
        let [note] = notification.notes() else { panic!("{name}: {:?}", notification.notes()) };
        assert_eq!((note.pointer(), note.code()), (pointer, NoteCode::WrongType), "{name}");
        assert_eq!(note.to_string(), text);
        let details = notification.payment().unwrap().peer_to_peer_info.as_ref().unwrap();
        assert_eq!(details.identifier.as_ref().map(|identifiers| identifiers.len()), Some(1), "{name}");
    }
    assert_eq!(receive(example("payment_notification.notification.success").as_bytes()).notes(), []);
    assert_eq!(receive(b"<html>").notes(), []);
}

#[test]
fn what_may_be_thousands_or_a_fraction_is_no_amount() {
    for (name, text) in [
        ("amount-thousands", "/order/amount is no amount: the amount has more than two decimals"),
        ("amount-fraction", "/order/amount is no amount: the amount has a fraction of a rupiah"),
    ] {
        let body = example(&format!("payment_notification.notification.{name}.invalid"));
        let notification = receive(body.as_bytes());
        assert_eq!(notification.amount(), None, "{name}");
        let error = notification.payment().unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
        let report = check(Kind::Notification, body.as_bytes()).unwrap();
        let found: Vec<_> = report.violations().iter().map(doku_indodana::check::Violation::pointer).collect();
        assert_eq!(found, ["/order/amount"], "{name}");
    }
}

#[test]
fn unknown_fields_and_values_survive() {
    let body = example("payment_notification.notification.unknown-fields");
    let notification = receive(body.as_bytes());
    notification.payment().unwrap();
    assert_eq!(notification.body(), body.as_bytes());
}

#[test]
fn amounts_are_read_as_doku_writes_them() {
    for (amount, expect) in [
        ("100000", Some(100_000)),
        ("100000.0", Some(100_000)),
        ("100000.00", Some(100_000)),
        ("1e5", Some(100_000)),
        ("\"100000\"", Some(100_000)),
        ("\"100000.00\"", Some(100_000)),
        ("0", Some(0)),
        ("9999999999999999.00", Some(9_999_999_999_999_999)),
        ("10000000000000000", None),
        ("-1", None),
        ("0.5", None),
        ("\"1,000\"", None),
        ("1.0E7", Some(10_000_000)),
        ("\"1\"", Some(1)),
        ("\"9999999999999999.0\"", Some(9_999_999_999_999_999)),
        ("\"00000000000000001\"", None),
        ("20.000", None),
        ("\"20.000\"", None),
        ("\"1.000\"", None),
        ("\"100000.000\"", None),
        ("\"100000.01\"", None),
        ("\"1e5\"", None),
        ("\"-1\"", None),
        ("\"+1\"", None),
        ("\" 1\"", None),
        ("\"1.\"", None),
        ("20000.50", None),
        ("99999.99999999999999999", None),
        ("\"\"", None),
        ("null", None),
        ("true", None),
    ] {
        let body = format!(r#"{{"order":{{"invoice_number":"a","amount":{amount}}},"transaction":{{"status":"X"}}}}"#);
        assert_eq!(receive(body.as_bytes()).amount().map(Rupiah::get), expect, "{amount}");
        assert_eq!(check(Kind::Notification, body.as_bytes()).unwrap().is_valid(), expect.is_some(), "{amount}");
    }
}

#[test]
fn nothing_of_the_body_is_printed() {
    let notification = receive(example("payment_notification.notification.success").as_bytes());
    insta::assert_snapshot!(format!("{notification:?}"), @r#"Notification { request_id: RequestId("450ec2b0-5631-4876-a3ee-33a93ee39daa"), timestamp: Timestamp("2021-07-07T08:50:43Z"), body_length: 727, readable: true }"#);
}

#[test]
fn messages() {
    let errors = [
        VerificationError::ClientIdMismatch,
        VerificationError::DuplicateHeader { header: "Signature" },
        VerificationError::MalformedHeader { header: "Request-Id" },
        VerificationError::MalformedSignature,
        VerificationError::MalformedTarget,
        VerificationError::MissingHeader { header: "Signature" },
        VerificationError::RequestIdMismatch,
        VerificationError::SignatureMismatch { keys: 1 },
        VerificationError::SignatureMismatch { keys: 2 },
        VerificationError::TargetMismatch { variant: TargetVariant::SlashAdded, signed: "/n/".to_owned() },
    ];
    let lines: Vec<_> = errors.iter().map(|error| format!("{}: {error}", error.code())).collect();
    insta::assert_snapshot!("verification_errors", lines.join("\n"));
}
