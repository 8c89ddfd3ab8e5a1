//! The events of the control API: those that are kept, and the stream of those to come.

use std::{convert::Infallible, sync::Arc};

use crate::{doku::body, run::service::Service, told::event::Event};
use axum::{
    Json,
    extract::{Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event as Message, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use serde::Deserialize;
use serde_json::json;

/// So many follow the events at once, so that they do not take all connections.
const MOST_READERS: usize = 100;

/// Which events are asked for.
#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: u64,
}

pub(crate) async fn list(State(service): State<Arc<Service>>, Query(After { after }): Query<After>) -> Response {
    let memory = service.memory();
    let events: Vec<_> = memory.journal.after(after).collect();
    Json(json!({ "events": events })).into_response()
}

pub(crate) async fn follow(
    State(service): State<Arc<Service>>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Response {
    if service.told.receiver_count() >= MOST_READERS {
        let text = body::message("There are 100 streams already");
        return (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, "application/json")], text).into_response();
    }
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    Sse::new(events(service, last.unwrap_or(after))).keep_alive(KeepAlive::default()).into_response()
}

/// Returns the events after a number, those to come included, until the simulator stops. A slow reader misses what is no
/// longer kept.
fn events(service: Arc<Service>, after: u64) -> impl Stream<Item = Result<Message, Infallible>> {
    let told = service.told.subscribe();
    stream::unfold((service, told, after), |(service, mut told, last)| async move {
        loop {
            // Marked as seen before the look, so that what is told after it is not overlooked.
            told.borrow_and_update();
            let next = service.memory().journal.after(last).next().map(|event| (event.number, message(event)));
            if let Some((number, message)) = next {
                return Some((Ok(message), (service, told, number)));
            }
            tokio::select! {
                () = service.stopped() => return None,
                _ = told.changed() => {}
            }
        }
    })
}

fn message(event: &Event) -> Message {
    let text = serde_json::to_string(event).expect("an event can be written as json");
    Message::default().id(event.number.to_string()).data(text)
}
