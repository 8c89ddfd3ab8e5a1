//! `doku demo`: the whole flow on the embedded simulator.

mod crash;

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::Args;
use doku_indodana::{
    Client, Credentials, Notification, PreparedOrder, RequestTarget, Timestamp, Verifier,
    check::{self, Kind},
    signature::{self, Components, Time, header},
};
use doku_simulator::Simulator;
use http::HeaderMap;

use super::{
    order::BEFORE_1970,
    outcome::failure,
    output::{self, Exit, Failure, heading},
    receiver::{PATH, Received, Receiver},
    simulator::stop_signal,
};

/// Show the whole flow on a simulator in this process: check, sign, send, verify, a crash, pay, notification, status
///
/// Needs no credentials and nothing leaves this machine.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// Wait for a person to pay in the browser; Ctrl-C ends
    #[arg(long)]
    interactive: bool,
    /// The port of the simulator; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// The order of the demonstration.
const ORDER: &str = include_str!("../../spec/examples/generate_order.request.minimal.json");

/// Where its customer goes who does not pay: an address that nobody has.
const CANCEL: &str = r#""callback_url_cancel": "https://merchant.example/cancel""#;

/// The time of the demonstration, unless a person takes part: 2026-01-05T03:00:00Z.
const TIME: u64 = 1_767_582_000;

/// The id of the demonstration's order. Its simulator lives as long as the command, so it is always new.
const REQUEST_ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";

impl DemoArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        super::block_on(async move {
            let stopped = stop_signal()?;
            let shown = tokio::select! {
                shown = self.show() => shown,
                signal = stopped => {
                    output::say(&format!("stopped by {signal}"));
                    Ok(())
                }
            };
            shown.map(|()| Exit::Done)
        })
    }

    async fn show(&self) -> Result<(), Failure> {
        let start = |error: io::Error| Failure::usage(error.to_string());
        let clock: fn() -> SystemTime =
            if self.interactive { super::now } else { || UNIX_EPOCH + Duration::from_secs(TIME) };
        let credentials = super::environment::simulator_credentials()?;
        let mut receiver = Receiver::start(credentials.clone()).await.map_err(start)?;
        let simulator = Simulator::builder()
            .port(self.port)
            .credentials(credentials.clone())
            .notification_url(receiver.url.as_str())
            .clock(clock)
            .ids(ids())
            .start()
            .await
            .map_err(start)?;
        let client = Client::builder(simulator.environment(), credentials.clone()).clock(clock).build();
        let client = client.map_err(|error| failure(&error))?;

        output::print("An order from check to status, on a simulator in this process. Nothing leaves this machine.\n")?;
        let prepared = check(&self.order(&receiver))?;
        let target = sign(&prepared, &credentials, clock)?;
        let payment_url = send(&client, &prepared, &credentials, &target).await?;
        send_again(&client, &prepared).await?;
        crash::show(ids()).await?;
        let invoice_number = prepared.invoice_number().expect("a checked order has an invoice number");
        if self.interactive {
            step("6. Pay: open this page in a browser and press a button; Ctrl-C ends")?;
            line(&payment_url)?;
        } else {
            step("6. Pay, as the customer does on the payment page")?;
            let internal = |error: doku_simulator::SimulatorError| Failure::new(Exit::Internal, error.to_string());
            let attempt = simulator.pay(invoice_number).await.map_err(internal)?;
            line(&format!("the simulator sends its notification to {}", attempt.url))?;
        }
        let received = receiver.next().await.ok_or_else(|| Failure::new(Exit::Internal, "the receiver is gone"))?;
        let Received { headers, verdict } = received;
        let notification = verdict.map_err(|error| Failure::new(Exit::Unverified, error.to_string()))?;
        verify(&notification, &credentials)?;
        refuse(&headers, &notification, credentials)?;
        status(&client, invoice_number).await?;
        next()?;
        if self.interactive {
            // A browser that comes back to a shop that is gone says that the site cannot be reached.
            receiver.see_off().await;
        }
        simulator.stop().await.map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        Ok(())
    }

    /// Returns the order. The browser of a person comes back to the shop of the demonstration.
    fn order(&self, receiver: &Receiver) -> String {
        if !self.interactive {
            return ORDER.to_owned();
        }
        let (paid, cancelled) = receiver.callback_urls();
        let urls = format!("\"callback_url\": \"{paid}\",\n    \"callback_url_cancel\": \"{cancelled}\"");
        ORDER.replace(CANCEL, &urls)
    }
}

fn check(order: &str) -> Result<PreparedOrder, Failure> {
    step("1. Check the order against the contract")?;
    let internal = |error: doku_indodana::Error| Failure::new(Exit::Internal, error.to_string());
    let report = check::check(Kind::Request, order.as_bytes()).map_err(|error| internal(error.into()))?;
    line(&format!("{} bytes of JSON: no violation, {} advisories", order.len(), report.advisories().len()))?;
    PreparedOrder::from_json(order.to_owned(), REQUEST_ID.parse()?).map_err(internal)
}

fn sign(
    prepared: &PreparedOrder,
    credentials: &Credentials,
    clock: fn() -> SystemTime,
) -> Result<RequestTarget, Failure> {
    step("2. Sign the exact bytes")?;
    let seconds = clock().duration_since(UNIX_EPOCH).map_err(|_| Failure::usage(BEFORE_1970))?.as_secs();
    let timestamp = Timestamp::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))?;
    let request = prepared.sign(credentials, &timestamp);
    let components = Components {
        client_id: credentials.client_id(),
        request_id: prepared.request_id(),
        time: Time::Request(&timestamp),
        target: request.target(),
        digest: Some(prepared.digest()),
    };
    lines("string to sign", &signature::string_to_sign(&components))?;
    line(&format!("Signature: {}", value(request.headers(), header::SIGNATURE)))?;
    Ok(request.target().clone())
}

async fn send(
    client: &Client,
    prepared: &PreparedOrder,
    credentials: &Credentials,
    target: &RequestTarget,
) -> Result<String, Failure> {
    step("3. Send it, and verify the answer before reading it")?;
    let order = client.send(prepared).await.map_err(|error| failure(&error))?;
    line(&format!("sent to {}, answered at attempt {}", client.environment(), order.attempts()))?;
    let components = Components {
        client_id: credentials.client_id(),
        request_id: order.request_id(),
        time: Time::Response(order.verified().timestamp()),
        target,
        digest: Some(&signature::digest(order.verified().body())),
    };
    lines("string to sign of the answer", &signature::string_to_sign(&components))?;
    line("verified: the signature covers the answer's exact bytes, our request id and our path")?;
    line(&format!("payment URL: {}", order.payment_url()))?;
    Ok(order.payment_url().to_owned())
}

async fn send_again(client: &Client, prepared: &PreparedOrder) -> Result<(), Failure> {
    step("4. Send the same order again, as after a lost answer")?;
    let order = client.send(prepared).await.map_err(|error| failure(&error))?;
    let what = if order.is_replayed() { "the first answer again, and no second order" } else { "a new answer" };
    line(&format!("verified: {what}"))
}

fn verify(notification: &Notification, credentials: &Credentials) -> Result<(), Failure> {
    step("7. Verify the notification: raw headers and raw body, before any JSON parser")?;
    let target: RequestTarget = PATH.parse()?;
    let digest = signature::digest(notification.body());
    let components = Components {
        client_id: credentials.client_id(),
        request_id: notification.request_id(),
        time: Time::Request(notification.timestamp()),
        target: &target,
        digest: Some(&digest),
    };
    lines("string to sign", &signature::string_to_sign(&components))?;
    let status = notification.status().map_or_else(String::new, ToString::to_string);
    let amount = notification.amount().map_or_else(String::new, |amount| amount.to_string());
    let invoice_number = notification.invoice_number().unwrap_or_default();
    line(&format!("verified: {invoice_number} over {amount} rupiah is {status}; answered 200"))
}

fn refuse(headers: &HeaderMap, notification: &Notification, credentials: Credentials) -> Result<(), Failure> {
    step("8. Refuse a copy with another amount")?;
    let mut text = String::from_utf8_lossy(notification.body()).into_owned();
    let amount = text.find("\"amount\"").expect("a notification has an amount");
    let digit = text[amount..].find(|character: char| character.is_ascii_digit()).expect("an amount has a digit");
    text.insert(amount + digit, '9');
    match Verifier::new(credentials).verify(PATH, headers, text.as_bytes()) {
        Ok(_) => Err(Failure::new(Exit::Internal, "a tampered notification was accepted; please report this")),
        Err(error) => line(&format!("refused: {error}")),
    }
}

async fn status(client: &Client, invoice_number: &str) -> Result<(), Failure> {
    step("9. Ask for the status")?;
    let status = client.check_status(invoice_number).await.map_err(|error| failure(&error))?;
    let word = status.transaction_status().map_or_else(String::new, ToString::to_string);
    let proof = if status.is_verified() { "verified" } else { "unsigned" };
    line(&format!("{proof}: {invoice_number} is {word}"))
}

/// Says what to do next, by commands that work as they are printed.
fn next() -> Result<(), Failure> {
    step("Next")?;
    let doku = output::program();
    for (what, command) in [
        ("pay in the browser yourself", "demo --interactive"),
        ("run the same simulator, to build against", "simulator"),
        ("write an order, and check it", "spec example > order.json"),
        ("", "check request order.json"),
        (
            "send it to the simulator, while that runs in another terminal",
            "order create order.json --simulator http://127.0.0.1:4000",
        ),
        (
            "send it to DOKU's sandbox, with your own DOKU_CLIENT_ID and DOKU_SECRET_KEY set",
            "order create order.json --sandbox",
        ),
    ] {
        if !what.is_empty() {
            line(&format!("{what}:"))?;
        }
        line(&format!("  {doku} {command}"))?;
    }
    Ok(())
}

fn step(title: &str) -> Result<(), Failure> {
    output::print(&format!("\n{}\n", heading(title)))
}

fn line(text: &str) -> Result<(), Failure> {
    output::print(&format!("   {text}\n"))
}

fn lines(title: &str, text: &str) -> Result<(), Failure> {
    line(&format!("{title}:"))?;
    text.lines().try_for_each(|part| line(&format!("  {part}")))
}

fn value<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Returns ids that are the same each time.
fn ids() -> impl Fn() -> u128 + Send + Sync {
    let count = AtomicU64::new(0);
    move || 0xd0c0_0000_0000_4000_8000_0000_0000_0000 + u128::from(count.fetch_add(1, Ordering::Relaxed))
}
