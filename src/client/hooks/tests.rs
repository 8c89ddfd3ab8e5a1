//! What the generated client cannot do to an order.

use tokio::net::TcpSocket;

use super::*;
use crate::{Client, Credentials, Environment, Outcome, PreparedOrder};

/// A port of our own on which nobody listens, so that whatever is sent ends as `connect`.
fn closed_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    socket
}

fn client(closed: &TcpSocket) -> Client {
    let credentials = Credentials::new("BRN-1".parse().unwrap(), "key".parse().unwrap());
    let url = format!("http://{}", closed.local_addr().unwrap());
    Client::builder(Environment::custom(&url).unwrap(), credentials).build().unwrap()
}

fn order() -> PreparedOrder {
    let body = include_str!("../../../spec/examples/generate_order.request.minimal.json");
    PreparedOrder::from_json(body, "r-1".parse().unwrap()).unwrap()
}

#[tokio::test]
async fn other_bytes_are_not_sent() {
    let closed = closed_port();
    let (client, order) = (client(&closed), order());
    let call = ClientCall::new(client.config.clone(), Subject::Order(order.clone()));
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
    let closed = closed_port();
    let client = client(&closed);
    for (order, outcome) in [(order(), Outcome::NothingSent), (order().assume_sent(), Outcome::Unknown)] {
        let call = ClientCall::new(client.config.clone(), Subject::Order(order.clone()));
        let generated = client.generated(call.clone());
        let _ = generated.generate_order().send().await;
        drop(generated);
        let error = call.into_order(&order).unwrap_err();
        assert_eq!((error.code(), error.outcome()), ("bug", outcome));
        assert_eq!(error.request_id(), Some(order.request_id()));
    }
    let call = ClientCall::new(client.config.clone(), Subject::Status("x".to_owned(), "/x".parse().unwrap()));
    let error = call.into_status().unwrap_err();
    assert_eq!((error.code(), error.outcome()), ("bug", Outcome::Unknown));
}
