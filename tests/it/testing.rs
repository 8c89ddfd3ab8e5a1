//! Messages that users test their handlers with: always the same, and as DOKU signs them.

use doku_indodana::{
    Credentials, Rupiah, TransactionStatus, VerificationError, Verifier,
    check::{self, Kind},
    error::TargetVariant,
    testing::{self, SignedNotification, TARGET, signed_notification, signed_response},
};
use http::Method;

use crate::violations::example;

fn verify(message: &SignedNotification) -> Result<doku_indodana::Notification, VerificationError> {
    Verifier::new(testing::credentials()).verify(TARGET, &message.headers(), &message.body())
}

#[test]
fn a_notification_is_always_the_same() {
    let request = signed_notification().to_request();
    assert_eq!((request.method(), request.uri().to_string()), (&Method::POST, TARGET.to_owned()));
    let mut text = String::new();
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\n", value.to_str().unwrap()));
    }
    text.push_str(std::str::from_utf8(request.body()).unwrap());
    insta::assert_snapshot!("notification", text);
    let again = signed_notification().to_request();
    assert_eq!((request.headers(), request.body()), (again.headers(), again.body()));
}

#[test]
fn a_notification_has_the_shape_of_the_example() {
    let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
    let body = signed_notification().body();
    assert_eq!(value(&body), value(example("payment_notification.notification.success").as_bytes()));
    assert!(check::check(Kind::Notification, &body).unwrap().is_valid());
    let failed = signed_notification().with_status("FAILED").with_amount(Rupiah::try_from(1).unwrap());
    let failed = value(&failed.with_invoice_number("INV \"7\"").body());
    assert_eq!(failed["transaction"]["status"], "FAILED");
    assert_eq!(failed["peer_to_peer_info"]["status"], "FAILED");
    assert_eq!((&failed["order"]["amount"], &failed["order"]["invoice_number"]), (&1.into(), &"INV \"7\"".into()));
}

#[test]
fn what_is_signed_verifies_and_nothing_else() {
    let other = Credentials::new("BRN-1".parse().unwrap(), "SK-another".parse().unwrap());
    let other_key = Credentials::new(testing::CLIENT_ID.parse().unwrap(), "SK-another".parse().unwrap());
    let wrong = VerificationError::SignatureMismatch { keys: 1 };
    let slash = TargetVariant::SlashAdded;
    let message = signed_notification;
    let max = Rupiah::try_from(9_999_999_999_999_999_u64).unwrap();
    for (name, message, expect) in [
        ("as it is", message(), None),
        ("status", message().with_status(TransactionStatus::Expired), None),
        (
            "id and time",
            message().with_request_id("1".parse().unwrap()).with_timestamp("2021-07-07T08:50:43Z".parse().unwrap()),
            None,
        ),
        ("no JSON", message().with_body("<html>"), None),
        ("tampered", message().tampered(), Some(wrong.clone())),
        ("tampered, no amount", message().with_amount(Rupiah::default()).tampered(), Some(wrong.clone())),
        ("tampered, largest amount", message().with_amount(max).tampered(), Some(wrong.clone())),
        ("tampered, own body", message().with_body("{}").tampered(), Some(wrong.clone())),
        ("another merchant", message().with_credentials(other), Some(VerificationError::ClientIdMismatch)),
        ("another key", message().with_credentials(other_key), Some(wrong)),
        (
            "another target",
            message().with_target("/payments/notifications/".parse().unwrap()),
            Some(VerificationError::TargetMismatch { variant: slash, signed: format!("{TARGET}/") }),
        ),
    ] {
        assert_eq!(verify(&message).err(), expect, "{name}");
    }
    let tampered = signed_notification().tampered();
    let amount: serde_json::Value = serde_json::from_slice(&tampered.body()).unwrap();
    assert_eq!(amount["order"]["amount"], 100_001);
}

#[test]
fn nothing_of_the_body_is_printed() {
    insta::assert_snapshot!(format!("{:?}", signed_notification()), @r#"SignedNotification { target: RequestTarget("/payments/notifications"), request_id: RequestId("450ec2b0-5631-4876-a3ee-33a93ee39daa"), timestamp: Timestamp("2026-01-05T08:48:43Z"), tampered: false, .. }"#);
}

#[test]
fn an_answer_verifies_for_its_request_alone() {
    let target = "/orders/v1/status/INV-1".parse().unwrap();
    let answer = signed_response(&testing::credentials(), &"1".parse().unwrap(), &target, "{}");
    assert_eq!(
        (answer.status().as_u16(), answer.headers()["response-timestamp"].to_str().unwrap()),
        (200, testing::TIMESTAMP)
    );
    let verifier = Verifier::new(testing::credentials());
    for (target, id, body, expect) in [
        ("/orders/v1/status/INV-1", "1", "{}", None),
        ("/orders/v1/status/INV-1", "2", "{}", Some(VerificationError::RequestIdMismatch)),
        ("/orders/v1/status/INV-2", "1", "{}", Some(VerificationError::SignatureMismatch { keys: 1 })),
        ("/orders/v1/status/INV-1", "1", "[]", Some(VerificationError::SignatureMismatch { keys: 1 })),
    ] {
        let verdict = verifier.verify_response(target, &id.parse().unwrap(), answer.headers(), body.as_bytes());
        assert_eq!(verdict.err(), expect, "{target} {id} {body}");
    }
}
