//! The reader of what DOKU says and the check agree: made from the contract, and from bodies that were changed at random.

mod body;

use proptest::prelude::*;
use serde_json::Value;

use self::body::{Body, full, optional_fields};
use super::{Kind, check};
use crate::{
    contract::{
        generated::types::{ErrorBody, GenerateOrderResponse, OrderStatus, PaymentNotification},
        reader::{NoteCode, Reading, Received, read},
    },
    message::error::PayloadError,
};

/// What is received.
const KINDS: [Kind; 4] = [Kind::Response, Kind::Notification, Kind::Status, Kind::Error];

/// One value of each JSON type, as text.
const TYPES: [&str; 6] = ["5", "\"text\"", "true", "null", "[]", "{}"];

/// What was read, written as JSON again, and the notes: pointer and code.
type Outcome = Result<(Value, Vec<(String, NoteCode)>), String>;

fn read_as(kind: Kind, body: &str) -> Outcome {
    fn outcome<T: Received + serde::Serialize>(body: &str) -> Outcome {
        match read::<T>(body.as_bytes()) {
            Ok(Reading { value, notes }) => Ok((
                serde_json::to_value(value).expect("what was read can be written"),
                notes.iter().map(|note| (note.pointer().to_owned(), note.code())).collect(),
            )),
            Err(PayloadError::Shape(text)) => Err(text),
            Err(error) => panic!("{body}: {error}"),
        }
    }
    match kind {
        Kind::Response => outcome::<GenerateOrderResponse>(body),
        Kind::Notification => outcome::<PaymentNotification>(body),
        Kind::Status => outcome::<OrderStatus>(body),
        Kind::Error => outcome::<ErrorBody>(body),
        Kind::Request => unreachable!("a request is sent"),
    }
}

fn violations(kind: Kind, body: &str) -> Vec<String> {
    let report = check(kind, body.as_bytes()).expect("the body is JSON");
    report.violations().iter().map(|violation| violation.pointer().to_owned()).collect()
}

#[test]
fn a_full_body_is_read_in_full() {
    for kind in KINDS {
        let body = full(kind);
        let (value, notes) = read_as(kind, &body.to_string()).unwrap();
        assert_eq!(notes, [], "{kind:?}");
        assert_eq!(value, body.to_value(), "{kind:?}");
    }
}

#[test]
fn an_optional_field_of_any_type_costs_nothing_but_itself() {
    let mut noted = 0;
    for kind in KINDS {
        let before = full(kind);
        for pointer in optional_fields(kind) {
            for text in TYPES {
                let mut body = before.clone();
                *body.at(&pointer).expect(&pointer) = Body::Raw(text.to_owned());
                let body = body.to_string();
                let what = format!("{kind:?} {pointer} {text}");
                let (value, notes) = read_as(kind, &body).unwrap_or_else(|error| panic!("{what}: {error}"));
                let mut expected = before.to_value();
                match &notes[..] {
                    [] => {
                        assert_eq!(violations(kind, &body), [""; 0], "{what}");
                        *expected.pointer_mut(&pointer).unwrap() = serde_json::from_str(text).unwrap();
                        without_null(&mut expected, &pointer);
                    }
                    [(place, code)] => {
                        noted += 1;
                        // Where a missing member keeps its part from being read, the note names that member.
                        let inside = *code == NoteCode::Missing && text == "{}";
                        assert!(*place == pointer || (inside && place.starts_with(&pointer)), "{what}: {place}");
                        assert_eq!(violations(kind, &body), [place.as_str()], "{what}");
                        *expected.pointer_mut(&pointer).unwrap() = Value::Null;
                        without_null(&mut expected, &pointer);
                    }
                    several => panic!("{what}: {several:?}"),
                }
                assert_eq!(value, expected, "{what}");
            }
        }
    }
    assert!(noted > 200, "{noted} notes: the fields of the contract were not found");
}

/// Takes a member that is null out of its object, because an absent member is not written.
fn without_null(body: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a field has a name");
    if let Some(members) = body.pointer_mut(parent).and_then(Value::as_object_mut)
        && members[name].is_null()
    {
        members.remove(name);
    }
}

#[test]
fn a_required_field_decides() {
    for (kind, pointer) in [
        (Kind::Response, "/order"),
        (Kind::Response, "/order/invoice_number"),
        (Kind::Response, "/order/amount"),
        (Kind::Response, "/payment"),
        (Kind::Response, "/payment/status"),
        (Kind::Notification, "/order"),
        (Kind::Notification, "/order/invoice_number"),
        (Kind::Notification, "/order/amount"),
        (Kind::Notification, "/transaction"),
        (Kind::Notification, "/transaction/status"),
    ] {
        let mut body = full(kind);
        body.remove(pointer);
        let error = read_as(kind, &body.to_string()).unwrap_err();
        assert_eq!(error, format!("{pointer} is required and missing"));
        assert_eq!(violations(kind, &body.to_string()), [pointer]);
        for text in ["true", "null", "[]"] {
            let mut body = full(kind);
            *body.at(pointer).unwrap() = Body::Raw(text.to_owned());
            let error = read_as(kind, &body.to_string()).unwrap_err();
            assert!(error.starts_with(&format!("{pointer} must be ")), "{error}");
            assert_eq!(violations(kind, &body.to_string()), [pointer]);
        }
    }
}

#[test]
fn elements_that_do_not_fit_are_left_out() {
    let body = r#"{"error_messages":["one",2,"three",null],"message":["a",{},"b"]}"#;
    let (value, notes) = read_as(Kind::Error, body).unwrap();
    assert_eq!(value, serde_json::json!({"error_messages": ["one", "three"], "message": ["a", "b"]}));
    let places: Vec<_> = notes.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(places, ["/error_messages/1", "/error_messages/3", "/message/1"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// What the check calls valid is read without a note, what is read without a note is valid, and each note stands
    /// where the check has a violation.
    #[test]
    fn reader_and_check_agree(kind in prop::sample::select(&KINDS[..]), changes in body::changes()) {
        let mut body = full(kind);
        for change in &changes {
            body.change(change);
        }
        let body = body.to_string();
        let violations = violations(kind, &body);
        let covered = |place: &str| violations.iter().any(|violation| place.starts_with(violation.as_str()));
        match read_as(kind, &body) {
            Ok((_, notes)) => {
                prop_assert_eq!(notes.is_empty(), violations.is_empty(), "{}: {:?} {:?}", body, notes, violations);
                for (pointer, _) in &notes {
                    prop_assert!(covered(pointer), "{}: note at {}, violations at {:?}", body, pointer, violations);
                }
            }
            Err(text) => {
                let place = text.split(' ').next().unwrap_or_default();
                let place = if text.starts_with("the whole body") { "" } else { place };
                prop_assert!(covered(place), "{}: fault {}, violations at {:?}", body, text, violations);
            }
        }
    }

    /// Every spelling of a number, as a number and as text: one verdict.
    #[test]
    fn amounts_are_judged_alike(number in body::number(), text in any::<bool>()) {
        let amount = if text { format!("\"{number}\"") } else { number };
        let body = format!(r#"{{"order":{{"invoice_number":"a","amount":{amount}}},"transaction":{{"status":"X"}}}}"#);
        let read = read_as(Kind::Notification, &body);
        prop_assert_eq!(read.is_ok(), violations(Kind::Notification, &body).is_empty(), "{}: {:?}", amount, read);
    }
}
