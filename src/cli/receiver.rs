//! The merchant's side of the demonstration: receives notifications on 127.0.0.1, and verifies them.

use std::{io, net::Ipv4Addr, sync::Arc};

use axum::{Router, body::Bytes, extract::State, routing::post};
use doku_indodana::{Credentials, Notification, VerificationError, Verifier};
use http::{HeaderMap, StatusCode};
use tokio::{net::TcpListener, sync::mpsc};

/// The path of the notification URL.
pub(crate) const PATH: &str = "/payments/notifications";

/// A notification as it came in.
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) verdict: Result<Notification, VerificationError>,
}

/// Listens as long as the process lives.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

struct Merchant {
    verifier: Verifier,
    received: mpsc::UnboundedSender<Received>,
}

impl Receiver {
    /// Listens on a free port.
    pub(crate) async fn start(credentials: Credentials) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}{PATH}", listener.local_addr()?);
        let (sender, received) = mpsc::unbounded_channel();
        let merchant = Arc::new(Merchant { verifier: Verifier::new(credentials), received: sender });
        let routes = Router::new().route(PATH, post(receive)).with_state(merchant);
        tokio::spawn(async { axum::serve(listener, routes).await });
        Ok(Self { url, received })
    }

    /// Waits for the next notification.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        self.received.recv().await
    }
}

/// Verifies the raw message before anything else, and acknowledges what is genuine.
async fn receive(State(merchant): State<Arc<Merchant>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let verdict = merchant.verifier.verify(PATH, &headers, &body);
    let status = if verdict.is_ok() { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    // Nobody waits any more when the command ends.
    let _ = merchant.received.send(Received { headers, body, verdict });
    status
}
