//! The merchant's side of the demonstration: receives notifications on 127.0.0.1, and verifies them.

use std::{io, net::Ipv4Addr};

use axum::{
    Router,
    extract::{FromRef, State},
    response::{IntoResponse, Response},
    routing::post,
};
use doku_indodana::{
    Credentials, Notification, NotificationEndpoint, Verifier,
    axum_0_8::{Acknowledgement, NotificationRejection, VerifiedNotification},
};
use http::HeaderMap;
use tokio::{net::TcpListener, sync::mpsc};

/// The path of the notification URL.
pub(crate) const PATH: &str = "/payments/notifications";

/// A notification as it came in.
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) verdict: Result<Notification, NotificationRejection>,
}

/// Listens as long as the process lives.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

#[derive(Clone)]
struct Merchant {
    endpoint: NotificationEndpoint,
    received: mpsc::UnboundedSender<Received>,
}

impl FromRef<Merchant> for NotificationEndpoint {
    fn from_ref(merchant: &Merchant) -> Self {
        merchant.endpoint.clone()
    }
}

impl Receiver {
    /// Listens on a free port.
    pub(crate) async fn start(credentials: Credentials) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}{PATH}", listener.local_addr()?);
        let (sender, received) = mpsc::unbounded_channel();
        let endpoint = NotificationEndpoint::new(Verifier::new(credentials), PATH).map_err(io::Error::other)?;
        let routes = Router::new().route(PATH, post(receive)).with_state(Merchant { endpoint, received: sender });
        tokio::spawn(async { axum::serve(listener, routes).await });
        Ok(Self { url, received })
    }

    /// Waits for the next notification.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        self.received.recv().await
    }
}

/// Acknowledges what is genuine.
async fn receive(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    verdict: Result<VerifiedNotification, NotificationRejection>,
) -> Response {
    let response =
        verdict.as_ref().map_or_else(|why| why.status().into_response(), |_| Acknowledgement.into_response());
    let verdict = verdict.map(|VerifiedNotification(notification)| notification);
    // Nobody waits any more when the command ends.
    let _ = merchant.received.send(Received { headers, verdict });
    response
}
