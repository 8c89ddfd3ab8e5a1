//! What is looked at before an order is sent.

use super::*;

const MINIMAL: &str = include_str!("../../../spec/examples/generate_order.request.minimal.json");

/// An order as it would be if the two ways to check it differed: taken for checked, with these bytes.
fn order(body: &str, checked: bool, life: Life) -> PreparedOrder {
    let body = Bytes::copy_from_slice(body.as_bytes());
    let facts = Facts::read(&Document::parse(&body).expect("a body is json"));
    PreparedOrder::freeze("r-1".parse().expect("an id"), body, facts, checked, life)
}

#[track_caller]
fn check(order: &PreparedOrder, deny_advisories: bool, expect: Option<(&str, Outcome)>) {
    let error = order.check_before_sending(deny_advisories).err();
    assert_eq!(error.as_ref().map(|error| (error.code(), error.outcome())), expect);
}

#[test]
fn what_the_schema_refuses_is_not_sent() {
    let broken = MINIMAL.replace("s.w@mail.example", "no address");
    let refused: Life = serde_json::from_str(r#"{"under_way":0,"unresolved":0,"known":"refused"}"#).unwrap();
    check(&order(&broken, true, Life::UNSENT), false, Some(("violations", Outcome::NothingSent)));
    check(&order(&broken, true, refused), false, Some(("violations", Outcome::Refused)));
    // What may have been sent is sent again, and what nobody wanted to be checked is sent.
    check(&order(&broken, true, Life::POSSIBLY_SENT), true, None);
    check(&order(&broken, false, Life::UNSENT), true, None);
    check(&order(MINIMAL, true, Life::UNSENT), true, None);
}

#[test]
fn advisories_are_refused_where_they_are_denied() {
    let advised = MINIMAL.replace("s.w@mail.example", "sari.w@mail.example");
    check(&order(&advised, true, Life::UNSENT), false, None);
    check(&order(&advised, true, Life::UNSENT), true, Some(("violations", Outcome::NothingSent)));
    check(&order(&advised, true, Life::POSSIBLY_SENT), true, None);
    check(&order(&advised, false, Life::UNSENT), true, None);
}

#[test]
fn the_schema_runs_once() {
    let order = order(MINIMAL, true, Life::UNSENT);
    assert!(order.0.schema_holds.get().is_none());
    check(&order, false, None);
    assert!(order.0.schema_holds.get().is_some());
    // With the proof at hand nothing is read again.
    let broken = MINIMAL.replace("s.w@mail.example", "no address");
    let proven = self::order(&broken, true, Life::UNSENT);
    proven.0.schema_holds.set(()).unwrap();
    check(&proven, false, None);
}
