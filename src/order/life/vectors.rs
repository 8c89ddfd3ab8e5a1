//! The vectors of answers, `spec/vectors/answers.json`: what other languages make of an answer is what the machine makes of it.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use super::{Action, Answer, Call, Event, Moment, Terms};
use crate::{Credentials, Outcome, PreparedOrder, RetryPolicy};

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    client_id: String,
    keys: [String; 2],
    request_id: String,
    invoice_number: String,
    amount: u64,
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
    outcome: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Body {
    Utf8(String),
    Base64(String),
}

#[test]
fn an_answer_says_what_the_vectors_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/vectors/answers.json");
    let file: File = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(file.vectors.len() > 200, "only {} vectors", file.vectors.len());
    let wrong: Vec<_> = file.vectors.iter().filter_map(difference).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns what the machine says of an order that was sent once, and answered with this, where the vector says otherwise.
fn difference(vector: &Vector) -> Option<String> {
    let order = include_str!("../../../spec/examples/generate_order.request.minimal.json");
    let order = PreparedOrder::from_json(order, vector.request_id.parse().unwrap()).unwrap();
    assert_eq!(order.invoice_number(), Some(&*vector.invoice_number));
    assert_eq!(order.amount().unwrap().get(), vector.amount);
    let [key, next_key] = [&vector.keys[0], &vector.keys[1]].map(|key| key.parse().unwrap());
    let terms = Terms::new(Credentials::new(vector.client_id.parse().unwrap(), key))
        .with_key(next_key)
        .with_retry(RetryPolicy::NEVER);
    let mut headers = HeaderMap::new();
    for (name, value) in &vector.headers {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse::<HeaderValue>().unwrap());
    }
    let body = match &vector.body {
        Body::Utf8(text) => Bytes::copy_from_slice(text.as_bytes()),
        Body::Base64(text) => STANDARD.decode(text).unwrap().into(),
    };
    let moment = Moment { now: SystemTime::UNIX_EPOCH, elapsed: Duration::ZERO, dice: 0 };
    let mut call = Call::new(&order, &terms);
    let Action::Send { .. } = call.step(Event::Begin, &moment) else { panic!("it begins") };
    let answer = Answer { status: vector.status, headers: &headers, body: &body };
    let Action::Ended(result) = call.step(Event::Answered(answer), &moment) else { panic!("it is tried once") };
    let said = match result {
        Ok(_) => "generated",
        Err(error) => match error.outcome() {
            Outcome::NothingSent => "nothing_sent",
            Outcome::Refused => "refused",
            Outcome::Unknown => "unknown",
        },
    };
    (said != vector.outcome).then(|| format!("{}: {said}, not {}", vector.id, vector.outcome))
}
