//! What the generated client cannot do to an order.

use super::*;
use crate::{Client, Credentials, Environment, Outcome};

fn client() -> Client {
    let credentials = Credentials::new("BRN-1".parse().unwrap(), "key".parse().unwrap());
    // Nobody listens there, so whatever is sent ends as `connect`.
    Client::builder(Environment::custom("http://127.0.0.1:1").unwrap(), credentials).build().unwrap()
}

fn order() -> PreparedOrder {
    let body = include_str!("../../../spec/examples/generate_order.request.minimal.json");
    PreparedOrder::from_json(body, "r-1".parse().unwrap()).unwrap()
}

#[tokio::test]
async fn other_bytes_are_not_sent() {
    let (client, order) = (client(), order());
    let call = Call::new(client.config.clone(), Subject::Order(order.clone()));
    let generated = client.generated(call.clone());
    let _ = generated.generate_order().body(&b"{}"[..]).send().await;
    drop(generated);
    let error = call.into_order(&order).unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("bug", Outcome::NothingSent));
    assert_eq!(
        error.to_string(),
        "the outgoing bytes are not those of the prepared order: a fault of this library; please report it; nothing was sent"
    );
}

/// An argument that the generated client refuses: nothing was sent.
#[tokio::test]
async fn a_call_that_the_generated_client_does_not_take() {
    let client = client();
    for (order, outcome) in [(order(), Outcome::NothingSent), (order().assume_sent(), Outcome::Unknown)] {
        let call = Call::new(client.config.clone(), Subject::Order(order.clone()));
        let generated = client.generated(call.clone());
        let _ = generated.generate_order().send().await;
        drop(generated);
        let error = call.into_order(&order).unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("bug", outcome));
        assert_eq!(error.request_id(), Some(order.request_id()));
    }
    let call = Call::new(client.config.clone(), Subject::Status("x".to_owned(), "/x".parse().unwrap()));
    let error = call.into_status().unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("bug", Outcome::Unknown));
}
