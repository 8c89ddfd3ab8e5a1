//! `doku listen`: receives notifications on this machine, verifies them, shows them, and passes them on.

mod entry;
mod forward;
mod seen;
mod server;

use std::{
    io,
    net::Ipv4Addr,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use clap::Args;
use doku_indodana::{Client, Credentials, Environment, NotificationEndpoint, RequestTarget, Verifier};
use doku_store::{NOTIFICATION_PATH, Orders, Store};
use http::{Method, Response, StatusCode, header, request::Parts};
use http_body_util::Full;
use tokio::{net::TcpListener, sync::mpsc};

use self::{
    entry::{Entry, RequestFault},
    forward::Forwarder,
    seen::Seen,
};
use super::{
    environment, outcome,
    output::{self, Exit, Failure},
    simulator::stop_signal,
    store::{self, Location},
};

/// Receive notifications, verify and show them, and pass them on to a handler
///
/// Prints its URL on standard output, and stops at Ctrl-C or SIGTERM. It listens on 127.0.0.1 alone; a tunnel or a
/// proxy brings DOKU's notifications to it. What does not verify is shown with the reason and answered 401.
/// The client id is read from DOKU_CLIENT_ID, the secret key from DOKU_SECRET_KEY or from the file that
/// DOKU_SECRET_KEY_FILE names; if none is set, the simulator's own are used.
///
/// With --store, or where DOKU_STORE is set, each genuine notification is in the store and on the disk before it is passed
/// on or answered; where it cannot be stored, the answer is 503, and it is not passed on. The store must exist: `doku
/// order create --store` makes one. Then the path is /payments/notifications unless --target names another.
#[derive(Args)]
pub(crate) struct ListenArgs {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4001)]
    port: u16,
    /// The path of the notification URL as DOKU has it, if a proxy rewrites it; without it, the path of each request
    #[arg(long, value_name = "PATH")]
    target: Option<RequestTarget>,
    /// Pass notifications on to this URL, with the path and the query of each added to it
    ///
    /// Headers and body are passed on as they came, so that the handler verifies the same signature itself, and its
    /// answer is what the sender gets. Redirects are not followed.
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    #[command(flatten)]
    location: Location,
    /// A host besides localhost, 127.0.0.0/8 and ::1 that may be passed on to
    #[arg(long, value_name = "HOST", requires = "forward_to")]
    allow: Vec<String>,
    /// Pass on what does not verify as well
    #[arg(long, requires = "forward_to")]
    forward_unverified: bool,
    /// How long the handler may take, in seconds; then the sender gets 504
    #[arg(long, value_name = "SECONDS", requires = "forward_to", default_value_t = 10,
          value_parser = clap::value_parser!(u64).range(1..=300))]
    timeout: u64,
    /// The status to answer with, where nothing is passed on
    #[arg(long, value_name = "STATUS", conflicts_with = "forward_to", default_value_t = 200,
          value_parser = clap::value_parser!(u16).range(200..=599))]
    answer: u16,
    /// Show bodies, which hold personal data
    #[arg(long)]
    show_body: bool,
    /// Print JSON, one document a line: where it listens, then each notification
    #[arg(long)]
    json: bool,
}

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 64 * 1024;

impl ListenArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        super::block_on(async {
            let listener =
                TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await.map_err(|error| taken(self.port, &error))?;
            let address = listener.local_addr().map_err(|error| taken(self.port, &error))?;
            let timeout = Duration::from_secs(self.timeout);
            let forwarder = self.forward_to.as_deref().map(|url| Forwarder::new(url, &self.allow, timeout, address));
            let forwarder = forwarder.transpose()?;
            let (credentials, orders) = match self.location.find()? {
                Some(location) => self.open(location).await.map(|(credentials, orders)| (credentials, Some(orders)))?,
                None => (environment::credentials_or_simulators()?, None),
            };
            let target = match (&self.target, &orders) {
                (None, Some(_)) => Some(NOTIFICATION_PATH.parse()?),
                (target, _) => target.clone(),
            };
            let stopped = stop_signal()?;
            let url = format!("http://{address}");
            if self.json {
                output::print_json_line(&serde_json::json!({ "event": "listening", "url": url }))?;
            } else {
                output::print(&url)?;
            }
            output::say(&self.hints(&url, target.as_ref(), orders.is_some(), forwarder.as_ref()));
            let (shown, mut entries) = mpsc::unbounded_channel();
            let reception = Reception {
                verifier: Verifier::new(credentials),
                target,
                orders,
                forwarder,
                forward_unverified: self.forward_unverified,
                answer: StatusCode::from_u16(self.answer).expect("the option takes statuses alone"),
                show_body: self.show_body,
                seen: Mutex::default(),
                shown,
            };
            let stop = async { output::say(&format!("stopped by {}", stopped.await)) };
            let mut server = pin!(server::serve(listener, Arc::new(reception), stop));
            let mut number = 0;
            loop {
                let entry = tokio::select! {
                    biased;
                    Some(entry) = entries.recv() => entry,
                    () = &mut server => break,
                };
                number += 1;
                self.print(number, &entry)?;
            }
            // What was answered while the server stopped.
            while let Ok(entry) = entries.try_recv() {
                number += 1;
                self.print(number, &entry)?;
            }
            Ok(Exit::Done)
        })
    }

    /// Opens a store that exists. What it belongs to says which credentials may be used.
    async fn open(&self, location: String) -> Result<(Credentials, Orders), Failure> {
        let store = Store::open(&location).await.map_err(|error| store::failure(&error))?;
        let environment = Environment::custom(store.environment())
            .map_err(|error| Failure::usage(format!("the store belongs to an environment of another kind: {error}")))?;
        drop(store);
        let credentials = environment::credentials(&environment)?;
        let client = Client::new(environment, credentials.clone()).map_err(|error| outcome::failure(&error))?;
        let path = self.target.as_ref().map_or(NOTIFICATION_PATH, RequestTarget::as_str);
        let opened = Orders::builder(client).notification_path(path).open(location).await;
        Ok((credentials, opened.map_err(|error| store::failure(&error))?))
    }

    fn print(&self, number: u64, entry: &Entry) -> Result<(), Failure> {
        if self.json {
            return output::print_json_line(&entry.to_json(number));
        }
        output::say(&entry.to_text(number));
        Ok(())
    }

    /// Returns what the command does, for people.
    fn hints(&self, url: &str, target: Option<&RequestTarget>, stores: bool, forwarder: Option<&Forwarder>) -> String {
        let does = match (forwarder, self.forward_unverified) {
            (Some(forwarder), false) => format!("passes on to {} what verifies", forwarder.base()),
            (Some(forwarder), true) => format!("passes on to {} everything", forwarder.base()),
            (None, _) => format!("answers {} to what verifies", self.answer),
        };
        let stores = if stores { "stores what verifies, " } else { "" };
        let target = match target {
            Some(target) => format!("verifies for the path {target}"),
            None => "verifies for the path of each request".to_owned(),
        };
        format!("listens on {url}, {target}, {stores}{does}; Ctrl-C stops it")
    }
}

fn taken(port: u16, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::AddrInUse => Failure::usage(format!("port {port} of 127.0.0.1 is in use"))
            .help("stop the program that has it, or choose another with --port; 0 takes a free one"),
        kind => Failure::usage(format!("cannot listen on port {port} of 127.0.0.1: {kind}"))
            .help("choose another port with --port; 0 takes a free one"),
    }
}

/// What is done with each request.
struct Reception {
    verifier: Verifier,
    target: Option<RequestTarget>,
    orders: Option<Orders>,
    forwarder: Option<Forwarder>,
    forward_unverified: bool,
    answer: StatusCode,
    show_body: bool,
    seen: Mutex<Seen>,
    shown: mpsc::UnboundedSender<Entry>,
}

impl Reception {
    /// Answers a request whose body was read, and shows it.
    async fn receive(&self, head: Parts, body: Bytes) -> Response<Full<Bytes>> {
        let mut entry = Entry::new(&head);
        let target = self.target.as_ref().map_or(head.uri.path(), RequestTarget::as_str);
        match self.verifier.verify(target, &head.headers, &body) {
            Ok(notification) => {
                entry.again = self.seen.lock().unwrap_or_else(PoisonError::into_inner).again(&notification);
                entry.verified(&notification);
            }
            Err(error) => entry.fault = Some(RequestFault::Unverified(error)),
        }
        let mut unstored = None;
        if let Some(orders) = self.orders.as_ref().filter(|_| entry.fault.is_none()) {
            let answer = orders.receive(&head.headers, &body).await;
            let why = || answer.error().map_or_else(|| answer.status().to_string(), ToString::to_string);
            entry.stored = Some(answer.verdict().ok_or_else(why));
            unstored = (!answer.status().is_success()).then(|| answer.into_response().map(Full::from));
        }
        let passes = entry.fault.is_none() || self.forward_unverified;
        let response = match &self.forwarder {
            _ if unstored.is_some() => unstored.unwrap_or_default(),
            Some(forwarder) if passes => {
                let (forwarded, response) = forwarder.forward(&head, body.clone()).await;
                entry.forwarded = Some(forwarded);
                response
            }
            _ if entry.fault.is_some() => empty(StatusCode::UNAUTHORIZED),
            _ if self.answer.is_success() => acknowledged(self.answer),
            _ => empty(self.answer),
        };
        if self.show_body {
            entry.body = Some(body);
        } else if let Some(forwarded) = &mut entry.forwarded {
            forwarded.hide_body();
        }
        self.show(entry, &response);
        response
    }

    /// Answers a request whose body was not read, and shows it.
    fn refuse(&self, head: &Parts, fault: RequestFault) -> Response<Full<Bytes>> {
        let mut response = empty(fault.status());
        if fault.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(Method::POST.as_str()));
        } else {
            // What is left of the body is not read.
            response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        }
        let mut entry = Entry::new(head);
        entry.fault = Some(fault);
        self.show(entry, &response);
        response
    }

    fn show(&self, mut entry: Entry, response: &Response<Full<Bytes>>) {
        entry.answered = response.status();
        // Nobody reads any more when the command ends.
        let _ = self.shown.send(entry);
    }
}

/// Returns an answer with the body that DOKU's code generator expects.
fn acknowledged(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(NotificationEndpoint::ACKNOWLEDGEMENT));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json"));
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
