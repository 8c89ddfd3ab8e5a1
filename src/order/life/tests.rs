//! What one answer says of an order, for every status, signature and body that matters; deadlines; events out of turn.

mod canned;

use std::time::{Duration, SystemTime};

use http::{HeaderName, header::RETRY_AFTER};

use self::canned::REQUEST_ID;
pub(super) use self::canned::{Canned, LISTED, Signing, URL, about, at, order, ours, terms};
use super::*;
use crate::{Error, GeneratedOrder, PreparedOrder, RetryPolicy};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Generated,
    Unusable,
    Failed,
    Listed,
    Nothing,
}

fn bodies() -> Vec<(String, Says)> {
    let (invoice, amount) = (order().invoice_number().unwrap().to_owned(), order().amount().unwrap().get());
    let text = |text: &str| serde_json::json!({ "message": [text] }).to_string();
    vec![
        (ours("PENDING", Some(URL)), Says::Generated),
        (ours("PENDING", None), Says::Unusable),
        (ours("PENDING", Some("")), Says::Unusable),
        (ours("PENDING", Some("http://pay.indodana.com/1")), Says::Unusable),
        (ours("SUCCESS", Some(URL)), Says::Unusable),
        (ours("EXPIRED", Some(URL)), Says::Unusable),
        (ours("failed", Some(URL)), Says::Unusable),
        (ours("", Some(URL)), Says::Unusable),
        (ours("FAILED", None), Says::Failed),
        (ours("FAILED", Some(URL)), Says::Failed),
        (about("INV-other", amount, "PENDING", Some(URL)), Says::Nothing),
        (about("INV-other", amount, "FAILED", None), Says::Nothing),
        (about(&invoice, amount + 1, "PENDING", Some(URL)), Says::Nothing),
        (about(&invoice, amount + 1, "FAILED", None), Says::Nothing),
        (LISTED.to_owned(), Says::Listed),
        (r#"{"code":"invalid_client_id"}"#.to_owned(), Says::Listed),
        (r#"{"error":{"code":"idempotent_request","message":"x"}}"#.to_owned(), Says::Nothing),
        (r#"{"error":{"code":"invalid_signature","message":"INVOICE ALREADY USED"}}"#.to_owned(), Says::Nothing),
        (text("INVOICE ALREADY USED"), Says::Nothing),
        (text("nomor invoice sudah digunakan"), Says::Nothing),
        (text("being processed"), Says::Nothing),
        (text("SYSTEM ERROR"), Says::Nothing),
        (
            r#"{"status":"FAILED","response_code":"INVALID_PARAMETER","message":"sedang diproses"}"#.into(),
            Says::Nothing,
        ),
        ("{}".to_owned(), Says::Nothing),
        ("<html>no</html>".to_owned(), Says::Nothing),
        (String::new(), Says::Nothing),
    ]
}

const STATUSES: [u16; 26] = [
    200, 201, 202, 204, 301, 302, 303, 307, 400, 401, 402, 403, 404, 408, 409, 410, 422, 423, 425, 429, 451, 500, 501,
    502, 503, 504,
];

/// One attempt, one answer, on an order of which nothing else was sent.
#[test]
fn what_one_answer_says() {
    let (terms, bodies) = (terms(), bodies());
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for status in STATUSES {
        for signing in Signing::ALL {
            for (body, says) in &bodies {
                let case = format!("{status} {signing:?} {body}");
                let order = order();
                let mut call = Call::new(&order, &terms);
                assert!(matches!(call.step(Event::Begin, &at(0)), Action::Send { .. }));
                let action = call.step(Canned::new(status, signing, body).event(), &at(0));

                let is_ours = matches!(signing, Signing::Ours | Signing::NextKey);
                let is_unsigned = matches!(signing, Signing::None | Signing::Echo);
                let is_refused = match says {
                    Says::Failed => is_ours,
                    Says::Listed => (is_ours || is_unsigned) && matches!(status, 400 | 401),
                    _ => false,
                };
                let is_there = is_ours && matches!(says, Says::Generated | Says::Unusable);
                let waits = matches!(status, 429 | 502 | 503 | 504) && !is_refused && !is_there;
                let stage = match (is_there, is_refused) {
                    (true, _) => Stage::Exists,
                    (_, true) => Stage::Refused,
                    _ if waits => Stage::InFlight(1),
                    _ => Stage::Unresolved(1),
                };
                assert_eq!(order.life().stage(), stage, "{case}");
                let word = match action {
                    Action::Wait(wait) => {
                        assert!(waits && wait.is_zero(), "{case}");
                        "wait".to_owned()
                    }
                    Action::Ended(Ok(generated)) => {
                        assert!(is_ours && *says == Says::Generated, "{case}");
                        assert_eq!((generated.payment_url(), generated.attempts()), (URL, 1), "{case}");
                        assert_eq!(generated.is_replayed(), status == 409, "{case}");
                        assert_eq!(generated.verified().body(), body.as_bytes());
                        assert_eq!(generated.request_id().as_str(), REQUEST_ID);
                        "generated".to_owned()
                    }
                    Action::Ended(Err(error)) => {
                        assert!(!waits, "{case}");
                        assert!(!is_ours || *says != Says::Generated, "{case}");
                        let outcome = if is_refused { Outcome::Refused } else { Outcome::Unknown };
                        assert_eq!(error.outcome(), outcome, "{case}: {error}");
                        assert_eq!(error.code(), code(status, signing, *says, body), "{case}: {error}");
                        if let Some(rejection) = error.rejection() {
                            assert_eq!((rejection.is_verified(), rejection.status()), (is_ours, status), "{case}");
                        }
                        error.code().to_owned()
                    }
                    Action::Send { .. } => panic!("{case}: it sends without a wait"),
                };
                *seen.entry(word).or_default() += 1;
            }
        }
    }
    assert_eq!(
        seen.into_keys().collect::<Vec<_>>(),
        ["failed", "generated", "rejected", "unreadable", "unverified", "wait"]
    );
}

/// Returns the code of the error that ends a call.
fn code(status: u16, signing: Signing, says: Says, body: &str) -> &'static str {
    let is_success = (200..300).contains(&status);
    match signing {
        Signing::Ours | Signing::NextKey => match says {
            Says::Failed => "failed",
            // Whatever the status, it has the form of an answer about an order.
            _ if is_success || body.starts_with(r#"{"order""#) => "unreadable",
            _ => "rejected",
        },
        Signing::OtherKey | Signing::OtherRequest | Signing::OtherClient => "unverified",
        _ if is_success => "unverified",
        _ => "rejected",
    }
}

#[test]
fn why_an_answer_is_not_ours() {
    for (signing, expect) in [
        (Signing::None, "missing_header"),
        (Signing::Aged, "missing_header"),
        (Signing::OtherKey, "signature_mismatch"),
        (Signing::OtherRequest, "request_id_mismatch"),
        (Signing::OtherClient, "client_id_mismatch"),
    ] {
        let error = answered(&Canned::new(200, signing, &ours("PENDING", Some(URL)))).unwrap_err();
        assert_eq!(error.verification().map(crate::VerificationError::code), Some(expect));
    }
    let unsigned = Canned::new(200, Signing::OtherKey, "{}").with(HeaderName::from_static("request-id"), "x");
    let error = answered(&unsigned).unwrap_err();
    assert_eq!(error.verification().map(crate::VerificationError::code), Some("request_id_mismatch"));
}

/// An order whose unchecked body has neither invoice number nor amount: what is signed for its `Request-Id` is about it.
#[test]
fn an_order_that_names_nothing() {
    let (order, terms) = (PreparedOrder::danger_unchecked("{}", REQUEST_ID.parse().unwrap()).unwrap(), terms());
    let mut call = Call::new(&order, &terms);
    let _ = call.step(Event::Begin, &at(0));
    let answer = Canned::new(200, Signing::Ours, &about("INV-any", 7, "PENDING", Some(URL)));
    let Action::Ended(Ok(generated)) = call.step(answer.event(), &at(0)) else { panic!("it is generated") };
    assert_eq!(generated.payment_url(), URL);
}

fn answered(answer: &Canned) -> Result<GeneratedOrder, Error> {
    let (order, terms) = (order(), terms());
    let mut call = Call::new(&order, &terms);
    let _ = call.step(Event::Begin, &at(0));
    match call.step(answer.event(), &at(0)) {
        Action::Ended(end) => end,
        action => panic!("{action:?}"),
    }
}

#[test]
fn headers_of_an_attempt() {
    let (order, terms) = (order(), terms());
    let mut call = Call::new(&order, &terms);
    let Action::Send { headers, timeout } = call.step(Event::Begin, &at(0)) else { panic!("it begins") };
    assert_eq!(timeout, Duration::from_secs(1));
    let signed = order.sign(&terms.credentials, &"2020-09-13T12:26:40Z".parse().unwrap());
    let mut expect = signed.headers().clone();
    expect.insert("accept", "application/json".parse().unwrap());
    assert_eq!(headers, expect);
}

#[test]
fn the_time_of_an_attempt_and_of_the_call() {
    let terms = terms().with_timeouts(Duration::from_secs(4), Duration::from_secs(10));
    let order = order();
    let mut call = Call::new(&order, &terms);
    for (elapsed, expect) in [(0, 4), (6, 4), (9, 1)] {
        let Action::Send { timeout, .. } = call.step(Event::Begin, &at(elapsed)) else { panic!("{elapsed}") };
        assert_eq!(timeout, Duration::from_secs(expect));
        if elapsed < 9 {
            let action = call.step(Event::NotSent(Failure::timed_out()), &at(elapsed));
            assert!(matches!(action, Action::Wait(Duration::ZERO)), "{action:?}");
        }
    }
    // No time is left for another attempt.
    let Action::Ended(Err(error)) = call.step(Event::NotSent(Failure::timed_out()), &at(10)) else { panic!("it ends") };
    assert_eq!((error.code(), error.outcome()), ("timed_out", Outcome::NothingSent));

    let order = self::order();
    let Action::Ended(Err(error)) = Call::new(&order, &terms).step(Event::Begin, &at(10)) else { panic!("it ends") };
    assert_eq!((error.code(), error.outcome()), ("timed_out", Outcome::NothingSent));
    assert_eq!(order.life(), Life::UNSENT);
}

#[test]
fn waits() {
    let terms = terms().with_retry(RetryPolicy::default().with_waits(Duration::from_secs(2), Duration::from_secs(3)));
    let wait = |answer: Canned, elapsed: u64| {
        let order = order();
        let mut call = Call::new(&order, &terms);
        let _ = call.step(Event::Begin, &at(0));
        match call.step(answer.event(), &at(elapsed)) {
            Action::Wait(wait) => Some(wait),
            Action::Ended(Err(error)) => {
                assert_eq!((error.code(), error.outcome()), ("rejected", Outcome::Unknown));
                None
            }
            action => panic!("{action:?}"),
        }
    };
    let busy = |asked: &'static str| Canned::new(503, Signing::None, "").with(RETRY_AFTER, asked);
    assert_eq!(wait(Canned::new(503, Signing::None, ""), 0), Some(Duration::from_nanos(7)));
    assert_eq!(wait(busy("1"), 0), Some(Duration::from_secs(1)));
    assert_eq!(wait(busy("Sun, 13 Sep 2020 12:26:42 GMT"), 0), Some(Duration::from_secs(2)));
    assert_eq!(wait(busy("99999999999999999999"), 0), Some(Duration::from_secs(3)));
    assert_eq!(wait(busy("3"), 6), Some(Duration::from_secs(3)));
    assert_eq!(wait(busy("3"), 7), None, "the call would be over");
}

/// A call without an end of its own ends after a day.
#[test]
fn the_longest_call() {
    let longest = RetryPolicy::default().with_waits(Duration::ZERO, Duration::MAX);
    let terms = terms().with_retry(longest).with_timeouts(Duration::MAX, Duration::MAX);
    let day = 24 * 3600;
    let order = order();
    let mut call = Call::new(&order, &terms);
    let Action::Send { timeout, .. } = call.step(Event::Begin, &at(day - 1)) else { panic!("it begins") };
    assert_eq!(timeout, Duration::from_secs(1));
    let answer = Canned::new(503, Signing::None, "").with(RETRY_AFTER, "99999999999999999999");
    let Action::Ended(Err(error)) = call.step(answer.event(), &at(day - 1)) else { panic!("it ends") };
    assert_eq!(error.code(), "rejected");
    let action = Call::new(&order, &terms).step(Event::Begin, &at(day));
    assert!(matches!(action, Action::Ended(Err(_))), "{action:?}");
}

/// What ends a call that cannot be tried again.
#[test]
fn failures() {
    let connect = || Failure::connect("http://127.0.0.1:1", "refused");
    for (event, code, outcome) in [
        (Event::NotSent(connect()), "connect", Outcome::NothingSent),
        (Event::NotSent(Failure::timed_out()), "timed_out", Outcome::NothingSent),
        (Event::Lost(Failure::timed_out()), "timed_out", Outcome::Unknown),
        (Event::Lost(Failure::interrupted("reset")), "interrupted", Outcome::Unknown),
        (Event::Lost(Failure::answer_too_large()), "answer_too_large", Outcome::Unknown),
    ] {
        let (order, terms) = (order(), terms().with_retry(RetryPolicy::NEVER));
        let mut call = Call::new(&order, &terms);
        let _ = call.step(Event::Begin, &at(0));
        let Action::Ended(Err(error)) = call.step(event, &at(0)) else { panic!("it ends") };
        assert_eq!((error.code(), error.outcome()), (code, outcome));
        assert_eq!(error.request_id(), Some(order.request_id()));
    }
    // An answer that is too long would be so again.
    let (order, terms) = (order(), terms());
    let mut call = Call::new(&order, &terms);
    let _ = call.step(Event::Begin, &at(0));
    let action = call.step(Event::Lost(Failure::answer_too_large()), &at(0));
    assert!(matches!(action, Action::Ended(Err(_))), "{action:?}");
}

#[test]
fn a_clock_that_cannot_be_written() {
    let (order, terms) = (order(), terms());
    for now in [SystemTime::UNIX_EPOCH - Duration::from_secs(1), SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40)]
    {
        let moment = Moment { now, ..at(0) };
        let Action::Ended(Err(error)) = Call::new(&order, &terms).step(Event::Begin, &moment) else {
            panic!("it ends")
        };
        assert_eq!(error.to_string(), "the clock is not between the years 1970 and 9999; set it");
        assert_eq!((error.outcome(), order.life()), (Outcome::NothingSent, Life::UNSENT));
    }
}

/// Whoever drives a call wrongly is told so, and never that there is no order where one may be.
#[test]
fn events_out_of_turn() {
    let answer = Canned::new(400, Signing::None, LISTED);
    let not_sent = || Event::NotSent(Failure::timed_out());
    let lost = || Event::Lost(Failure::timed_out());
    let good = Canned::new(200, Signing::Ours, &ours("PENDING", Some(URL)));
    let ended = || Canned::new(400, Signing::None, LISTED);
    for (events, outcome) in [
        (vec![not_sent()], Outcome::NothingSent),
        (vec![lost()], Outcome::Unknown),
        (vec![answer.event()], Outcome::Unknown),
        (vec![good.event()], Outcome::Unknown),
        (vec![Event::Begin, Event::Begin], Outcome::Unknown),
        (vec![Event::Begin, not_sent(), not_sent()], Outcome::NothingSent),
        (vec![Event::Begin, not_sent(), lost()], Outcome::Unknown),
        (vec![Event::Begin, not_sent(), answer.event()], Outcome::Unknown),
        (vec![Event::Begin, ended().leak(), Event::Begin], Outcome::Refused),
        (vec![Event::Begin, ended().leak(), not_sent()], Outcome::Refused),
        (vec![Event::Begin, ended().leak(), lost()], Outcome::Unknown),
        (vec![Event::Begin, ended().leak(), good.event()], Outcome::Unknown),
    ] {
        let case = format!("{events:?}");
        let (order, terms) = (order(), terms());
        let mut call = Call::new(&order, &terms);
        let last = events.into_iter().map(|event| call.step(event, &at(0))).last();
        let Some(Action::Ended(Err(error))) = last else { panic!("{case}: {last:?}") };
        assert_eq!((error.code(), error.outcome()), ("bug", outcome), "{case}");
        assert!(!error.is_retryable());
        drop(call);
        assert_eq!(order.life().outcome(), outcome, "{case}");
    }
}

#[test]
fn a_life_as_json() {
    let life = Life { under_way: 2, unresolved: 1, known: Known::Refused };
    let text = serde_json::to_string(&life).unwrap();
    assert_eq!(text, r#"{"under_way":2,"unresolved":1,"known":"refused"}"#);
    assert_eq!(serde_json::from_str::<Life>(&text).unwrap(), life);
    for text in ["{}", r#"{"under_way":0,"unresolved":0}"#, r#"{"under_way":-1,"unresolved":0,"known":"nothing"}"#] {
        assert!(serde_json::from_str::<Life>(text).is_err(), "{text}");
    }
}

#[test]
fn lives_that_are_read_back() {
    for (life, stage) in [
        (Life::UNSENT, Stage::Unsent),
        (Life::UNSENT.sending(), Stage::Unresolved(1)),
        (Life::POSSIBLY_SENT, Stage::Unresolved(1)),
        (Life::POSSIBLY_SENT.sending(), Stage::Unresolved(2)),
        (Life { known: Known::Refused, ..Life::UNSENT }, Stage::Refused),
        (Life { known: Known::Refused, ..Life::UNSENT }.sending(), Stage::Unresolved(1)),
        (Life { known: Known::Exists, ..Life::UNSENT }.sending(), Stage::Exists),
        (Life { under_way: u32::MAX, unresolved: u32::MAX, known: Known::Nothing }, Stage::Unresolved(u32::MAX)),
    ] {
        assert_eq!(life.restored().stage(), stage, "{life:?}");
        let order = PreparedOrder::restore_with("{}", REQUEST_ID.parse().unwrap(), life).unwrap();
        assert_eq!(order.life().stage(), stage, "{life:?}");
    }
    let restored = PreparedOrder::restore("{}", REQUEST_ID.parse().unwrap()).unwrap();
    assert_eq!(restored.life().stage(), Stage::Unresolved(1));
    assert_eq!(order().assume_sent().life().stage(), Stage::Unresolved(1));
}
