//! The shop of a scenario that listens itself: receives notifications, verifies them, answers as it is told.

use std::{
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use doku_indodana::{Credentials, NotificationEndpoint, Verifier, signature::header::REQUEST_ID};
use http::{HeaderMap, StatusCode, header::CONTENT_TYPE};
use tokio::net::TcpListener;

/// A shop that listens for as long as the process lives.
pub(super) struct RunningShop {
    pub(super) url: String,
    inbox: Arc<Inbox>,
}

struct Inbox {
    path: String,
    verifier: Verifier,
    state: Mutex<InboxState>,
}

#[derive(Default)]
struct InboxState {
    /// What is answered whatever comes; `None` goes by the signature.
    answer: Option<StatusCode>,
    /// Request id, body and verdict of each.
    messages: Vec<(String, Bytes, bool)>,
}

impl RunningShop {
    /// Listens on 127.0.0.1; port 0 is a free one.
    pub(super) async fn start(port: u16, path: &str, credentials: Credentials) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let url = format!("http://{}{path}", listener.local_addr()?);
        let inbox = Inbox { path: path.to_owned(), verifier: Verifier::new(credentials), state: Mutex::default() };
        let inbox = Arc::new(inbox);
        // The path is compared here, because a router gives some characters a meaning.
        let routes = Router::new().fallback(post(receive)).with_state(Arc::clone(&inbox));
        tokio::spawn(async { axum::serve(listener, routes).await });
        Ok(Self { url, inbox })
    }

    /// Sets what is answered from now on; `None` goes by the signature.
    pub(super) fn answer(&self, status: Option<StatusCode>) {
        self.inbox.state().answer = status;
    }

    /// Returns whether the message with this request id and body was genuine; `None` if it did not come.
    pub(super) fn verdict(&self, request_id: &str, body: &str) -> Option<bool> {
        let state = self.inbox.state();
        let found = state.messages.iter().find(|(id, bytes, _)| id == request_id && bytes == body.as_bytes());
        found.map(|(_, _, genuine)| *genuine)
    }
}

impl Inbox {
    fn state(&self) -> MutexGuard<'_, InboxState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> Response {
    let genuine = inbox.verifier.verify(&inbox.path, &headers, &body).is_ok();
    let request_id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let mut state = inbox.state();
    state.messages.push((request_id, body, genuine));
    let status = state.answer.unwrap_or(if genuine { StatusCode::OK } else { StatusCode::UNAUTHORIZED });
    if status.is_success() {
        (status, [(CONTENT_TYPE, "application/json")], NotificationEndpoint::ACKNOWLEDGEMENT).into_response()
    } else {
        status.into_response()
    }
}
