//! `doku simulator`: the local gateway until it is told to stop.

use clap::Args;
use doku_indodana::simulator::{CLIENT_ID, Delivery, DeliveryResult, Event, Happening, SECRET_KEY, Simulator};

use super::output::{self, Exit, Failure, clean};

/// Run the local gateway: DOKU's side of an order, in memory
///
/// Prints its URL on standard output, says on standard error what happens, and stops at Ctrl-C or SIGTERM. It listens on 127.0.0.1 alone and moves no money.
#[derive(Args)]
pub(crate) struct Run {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// Where notifications go unless an order overrides it: an http URL on this machine
    #[arg(long, value_name = "URL")]
    notification_url: Option<String>,
}

impl Run {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        super::block_on(async {
            let mut builder = Simulator::builder().port(self.port).on_event(|event| {
                if let Some(line) = line(event) {
                    output::say(&line);
                }
            });
            let notifies = self.notification_url.is_some();
            if let Some(url) = self.notification_url {
                builder = builder.notification_url(url);
            }
            let simulator = builder.start().await.map_err(|error| Failure::usage(error.to_string()))?;
            let stopped = stop_signal()?;
            output::print(simulator.url())?;
            output::say(&hints(simulator.url()));
            if !notifies {
                output::say(NO_NOTIFICATIONS);
            }
            let signal = stopped.await;
            output::say(&format!("stopped by {signal}"));
            simulator.stop().await;
            Ok(Exit::Done)
        })
    }
}

/// What is said at the start without `--notification-url`.
const NO_NOTIFICATIONS: &str = "
warning: no --notification-url is given, so no notification is sent unless an order overrides it";

/// Returns what is said of an event.
fn line(event: &Event) -> Option<String> {
    Some(match &event.what {
        Happening::Made(order) => {
            format!("order {} of {} rupiah made: {}", clean(&order.invoice_number), order.amount, order.payment_url)
        }
        Happening::Settled(order) => format!("order {} is {}", clean(&order.invoice_number), order.status),
        Happening::Notified(delivery) => {
            format!("notification of order {} {}", clean(&delivery.invoice_number), delivered(delivery))
        }
        _ => return None,
    })
}

/// Returns what became of a notification.
fn delivered(delivery: &Delivery) -> String {
    let url = clean(&delivery.url);
    match &delivery.result {
        DeliveryResult::Answered { status, .. } if delivery.is_acknowledged() => format!("to {url}: answered {status}"),
        DeliveryResult::Answered { status, .. } => {
            format!("to {url}: answered {status}, which does not acknowledge it; answer 2xx")
        }
        DeliveryResult::NoAnswer { reason } => format!("to {url}: not answered: {reason}"),
        DeliveryResult::NotSent { reason } if url.is_empty() => format!("not sent: {reason}"),
        DeliveryResult::NotSent { reason } => format!("to {url}: not sent: {reason}"),
        _ => format!("to {url}: unknown"),
    }
}

/// Returns how to use the gateway.
fn hints(url: &str) -> String {
    format!(
        "the local gateway listens on {url}; its page lists the orders; Ctrl-C stops it

its credentials, known to everyone:
  export DOKU_CLIENT_ID={CLIENT_ID}
  export DOKU_SECRET_KEY={SECRET_KEY}

an order:
  doku order create order.json --simulator {url}
the same, signed for curl:
  doku order create order.json --simulator {url} --curl | sh"
    )
}

/// Returns what waits until the process is asked to stop, and then says by what. It is listening on return.
pub(crate) fn stop_signal() -> Result<impl Future<Output = &'static str>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let deaf = |error: std::io::Error| Failure::new(Exit::Internal, format!("signals cannot be received: {error}"));
        let mut interrupt = signal(SignalKind::interrupt()).map_err(deaf)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(deaf)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => "ctrl-c",
                _ = terminate.recv() => "sigterm",
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        // For ever if the system cannot report it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "ctrl-c"
    })
}
