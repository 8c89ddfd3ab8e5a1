//! The merchant's side of the demonstration: receives notifications on 127.0.0.1, verifies them, and has the pages that a
//! browser comes back to.

use std::{io, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, State},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use doku_indodana::{
    Credentials, Notification, NotificationEndpoint, Verifier,
    axum_0_8::{Acknowledgement, NotificationRejection, VerifiedNotification},
};
use http::HeaderMap;
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
    time::timeout,
};

/// The path of the notification URL.
pub(crate) const PATH: &str = "/payments/notifications";

/// The path that a browser comes back to after a payment.
const PAID: &str = "/paid";

/// The path that a browser comes back to without one.
const CANCELLED: &str = "/cancelled";

/// How long a browser may take to come back, and its page to be sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// A notification as it came in.
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) verdict: Result<Notification, NotificationRejection>,
}

/// Listens until it is stopped, or the process ends.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
    visited: Arc<Notify>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
}

#[derive(Clone)]
struct Merchant {
    endpoint: NotificationEndpoint,
    received: mpsc::UnboundedSender<Received>,
    visited: Arc<Notify>,
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
        let visited = Arc::new(Notify::new());
        let routes = Router::new()
            .route(PATH, post(receive))
            .route(PAID, get(visit))
            .route(CANCELLED, get(visit))
            .with_state(Merchant { endpoint, received: sender, visited: Arc::clone(&visited) });
        let (stop, stopped) = oneshot::channel::<()>();
        let until = async move {
            // Dropped or sent, it is the end.
            let _ = stopped.await;
        };
        let server = tokio::spawn(axum::serve(listener, routes).with_graceful_shutdown(until).into_future());
        Ok(Self { url, received, visited, stop, server })
    }

    /// Returns where the browser of a customer comes back to: after a payment, and without one.
    pub(crate) fn callback_urls(&self) -> (String, String) {
        let base = self.url.strip_suffix(PATH).unwrap_or(&self.url);
        (format!("{base}{PAID}"), format!("{base}{CANCELLED}"))
    }

    /// Waits for the browser and sends its page, but not for ever: a program that pressed the button does not come back.
    pub(crate) async fn see_off(self) {
        let Self { visited, stop, server, .. } = self;
        if timeout(PATIENCE, visited.notified()).await.is_ok() && stop.send(()).is_ok() {
            let _ = timeout(PATIENCE, server).await;
        }
    }

    /// Waits for the next notification.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        self.received.recv().await
    }
}

/// What a browser shows when it comes back.
const BACK: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Back at the shop</title>\
    <h1>Back at the shop</h1><p>What became of the order says the notification, not that this page was opened. The \
    terminal shows it. You can close this page.</p></html>";

async fn visit(State(merchant): State<Merchant>) -> Html<&'static str> {
    merchant.visited.notify_one();
    Html(BACK)
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
