//! `doku order create` and `doku order status`.

mod stored;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use doku_indodana::{
    Client, Environment, Error, GeneratedOrder, Outcome, PreparedOrder, RequestId, SignedRequest, Timestamp,
    check::Kind, error::Language,
};
use serde::Serialize;
use serde_json::{Map, json};

use super::{
    check::Inspection,
    confirmation,
    environment::{self, Destination},
    input,
    outcome::{self, failure},
    output::{self, Exit, Failure, clean, shell_word},
    record::Record,
    simulator::stop_signal,
    store::Location,
};

/// Generate an order, or ask for its status
#[derive(Args)]
pub(crate) struct OrderArgs {
    #[command(subcommand)]
    command: OrderCommand,
}

#[derive(Subcommand)]
enum OrderCommand {
    Create(CreateArgs),
    Status(StatusArgs),
}

impl OrderArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            OrderCommand::Create(create) => create.run(),
            OrderCommand::Status(status) => status.run(),
        }
    }
}

/// A body that breaks the contract, as JSON.
#[derive(Serialize)]
struct Refused<F> {
    error: Option<Record>,
    #[serde(flatten)]
    findings: F,
}

/// Check, sign and send an order, verify the answer, print the payment URL
///
/// Sends exactly the bytes of the file. If it is not known whether an order exists, the command says how to send the
/// same order again; that makes no second one. At a terminal, amount and invoice number of an order for production are
/// shown, and a person has to type yes; elsewhere --live suffices.
///
/// With --store, or where DOKU_STORE is set, the order is placed through a store, which is made where there is none: it is
/// on the disk before it is sent. The same order again, also after a crash, is the same order.
#[derive(Args)]
struct CreateArgs {
    /// The file of the order, or - for standard input
    file: PathBuf,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    location: Location,
    /// The id of the request, for an order that may have been sent under it before; a new UUID without it
    ///
    /// The same id with the same bytes is the same order. What is refused, or does not get through, says nothing of the
    /// times before, so that the order may exist all the same. A store makes and keeps the id of an order itself.
    #[arg(long, value_name = "ID", conflicts_with = "store")]
    request_id: Option<RequestId>,
    /// Print the signed request and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a curl command that sends the signed request, and send nothing
    #[arg(long, conflicts_with = "json")]
    curl: bool,
    /// Do not ask before an order is sent to production
    #[arg(long)]
    yes: bool,
    /// Make advisories violations
    #[arg(long)]
    deny_advisories: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl CreateArgs {
    fn run(&self) -> Result<Exit, Failure> {
        let environment = self.destination.environment()?;
        let input = input::read(&self.file)?;
        let inspection = Inspection::new(&input, Kind::Request, Language::English, self.deny_advisories);
        if self.json && !inspection.is_valid() {
            let failure = Failure::new(Exit::Violations, format!("{}; {}", inspection.summary(), self.not_sent()));
            let error = failure.record().cloned().map(|record| match &self.request_id {
                Some(id) => record.sent_before(id),
                None => record,
            });
            output::print_json(&Refused { error, findings: inspection.to_json() })?;
            return Ok(Exit::Violations);
        }
        inspection.show();
        if !inspection.is_valid() {
            output::say(&inspection.summary());
            output::say(self.not_sent());
            return Ok(Exit::Violations);
        }
        let credentials = environment::credentials(&environment)?;
        let request_id = self.request_id.clone().map_or_else(new_request_id, Ok)?;
        let mut prepared = PreparedOrder::from_json(input.bytes.clone(), request_id)
            .map_err(|error| Failure::new(Exit::Violations, error.to_string()))?;
        if self.request_id.is_some() {
            prepared = prepared.assume_sent();
        }
        if self.dry_run || self.curl {
            return self.print_request(&prepared.sign(&credentials, &timestamp()?), &environment);
        }
        let location = self.location.find()?;
        if location.is_some() && self.request_id.is_some() {
            let message = "a store makes and keeps the request id of an order itself; nothing was sent";
            return Err(Failure::usage(message).help("leave --request-id out, or unset DOKU_STORE"));
        }
        if environment == Environment::Production && !self.yes {
            confirmation::ask(&prepared)?;
        }
        let client = Client::new(environment.clone(), credentials).map_err(|error| failure(&error))?;
        if let Some(location) = location {
            return super::block_on(stored::place(client, &prepared, location, self.json));
        }
        super::block_on(self.send(&prepared, &environment, &client))
    }

    /// Says that nothing was sent, as far as that is known.
    fn not_sent(&self) -> &'static str {
        match self.request_id {
            Some(_) => "nothing was sent now; if it was sent before under this request id, an order may exist",
            None => "nothing was sent",
        }
    }

    async fn send(
        &self,
        prepared: &PreparedOrder,
        environment: &Environment,
        client: &Client,
    ) -> Result<Exit, Failure> {
        output::say(&format!("sending to {} under request id {}", environment.base_url(), prepared.request_id()));
        let stopped = stop_signal()?;
        let sent = tokio::select! {
            biased;
            sent = client.send(prepared) => sent,
            signal = stopped => {
                let message = format!("stopped by {signal} before doku answered; an order may exist");
                let failure = outcome::stopped(message, Some(prepared.request_id()));
                return Err(self.send_again(failure, prepared, environment));
            }
        };
        match sent {
            Ok(order) => self.print_order(&order).map(|()| Exit::Done),
            Err(error) => {
                let mut failure = failure(&error);
                if let Some(port) = closed_port(&error, environment) {
                    failure = failure.help(format!("start the simulator first: doku simulator --port {port}"));
                }
                if is_known_to_doku(&error) {
                    failure = failure.help(ask_for_it(prepared, environment));
                } else if error.outcome() == Outcome::Unknown || error.is_retryable() {
                    failure = self.send_again(failure, prepared, environment);
                } else if error.outcome() == Outcome::Refused {
                    failure = failure.help("correct what doku names; then send it under a new request id");
                }
                Err(failure)
            }
        }
    }

    fn print_order(&self, order: &GeneratedOrder) -> Result<(), Failure> {
        if self.json {
            return output::print_json(&json!({
                "payment_url": order.payment_url(),
                "request_id": order.request_id().as_str(),
                "replayed": order.is_replayed(),
                "attempts": order.attempts(),
                "response": order.response(),
            }));
        }
        let what = if order.is_replayed() { "sent before; this is the first answer again" } else { "generated" };
        output::say(&format!("order {} {what}; the answer is verified", clean(&order.response().order.invoice_number)));
        output::print(order.payment_url())
    }

    /// Adds how to send the same order again.
    fn send_again(&self, failure: Failure, prepared: &PreparedOrder, environment: &Environment) -> Failure {
        let file = self.file.to_string_lossy();
        let again = format!(
            "doku order create {} {} --request-id {}",
            shell_word(&file),
            environment::arguments(environment),
            shell_word(prepared.request_id().as_str())
        );
        let stdin = if input::is_stdin(&self.file) { ", with the same bytes on standard input" } else { "" };
        failure.help(format!("send the same order again{stdin}; it makes no second one:\n  {again}"))
    }

    fn print_request(&self, request: &SignedRequest, environment: &Environment) -> Result<Exit, Failure> {
        let url = format!("{}{}", environment.base_url(), request.target());
        if self.curl {
            output::say("note: the timestamp is signed; the command works for about an hour");
            let file = (!input::is_stdin(&self.file)).then(|| self.file.to_str()).flatten();
            output::print(&curl(request, &url, file))?;
        } else if self.json {
            let value = |value: &http::HeaderValue| value.to_str().expect(SIGNED).to_owned();
            let headers: Map<_, _> = request.headers().iter().map(|(k, v)| (k.to_string(), value(v).into())).collect();
            output::print_json(&json!({
                "method": request.method().as_str(),
                "url": url,
                "headers": headers,
                "body": String::from_utf8_lossy(request.body()),
            }))?;
        } else {
            output::print(&request.to_text())?;
        }
        output::say("nothing was sent");
        Ok(Exit::Done)
    }
}

/// Returns whether DOKU refused because it has an order of this invoice number or request id: sending the same again is
/// refused again.
fn is_known_to_doku(error: &Error) -> bool {
    let refused = error.rejection().is_some_and(|rejection| matches!(rejection.status(), 400 | 422));
    refused && error.outcome() == Outcome::Unknown
}

/// Returns how to find out about an order that was there before, and what to do for a new one.
fn ask_for_it(prepared: &PreparedOrder, environment: &Environment) -> String {
    let invoice_number = prepared.invoice_number().expect("a checked order has an invoice number");
    let arguments = environment::arguments(environment);
    format!(
        "ask for its status before you make another order, or send it under its first request id:\n  doku order status {} {arguments}",
        shell_word(invoice_number)
    )
}

/// Returns the port of this machine at which nobody answered.
fn closed_port<'e>(error: &Error, environment: &'e Environment) -> Option<&'e str> {
    // Plain http is possible on loopback addresses alone.
    let address = environment.base_url().strip_prefix("http://").filter(|_| error.code() == "connect")?;
    Some(address.rsplit_once(':').map_or("80", |(_, port)| port))
}

/// Returns a command that sends exactly these bytes: from their file, or else from the command itself.
fn curl(request: &SignedRequest, url: &str, file: Option<&str>) -> String {
    let headers = request.headers().iter().map(|(name, value)| {
        let header = format!("{name}: {}", value.to_str().expect(SIGNED));
        format!("--header '{}'", header.replace('\'', r"'\''"))
    });
    let mut arguments = vec![format!("curl --request {}", request.method()), shell_word(url)];
    arguments.extend(headers);
    let body = String::from_utf8_lossy(request.body());
    match file {
        Some(file) => arguments.push(format!("--data-binary {}", shell_word(&format!("@{file}")))),
        None => {
            arguments.insert(0, format!("printf %s '{}' |", body.replace('\'', r"'\''")));
            arguments.push("--data-binary @-".to_owned());
        }
    }
    arguments.join(" \\\n  ")
}

/// Ask for the status of an order
///
/// Ask at the earliest 60 seconds after the payment. "Not found" does not prove that there is no order, and no other
/// answer without a status does.
///
/// Exit codes: 0 there is a status; 2 nothing can be asked like this; 4 the answer is not proven to be DOKU's; 6 no answer, or
/// one that tells no status, such as "not found": the order may exist.
#[derive(Args)]
struct StatusArgs {
    /// An invoice number, or the request id that generated the order
    id: String,
    #[command(flatten)]
    destination: Destination,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl StatusArgs {
    fn run(&self) -> Result<Exit, Failure> {
        let environment = self.destination.environment()?;
        let credentials = environment::credentials(&environment)?;
        let client = Client::new(environment, credentials).map_err(|error| failure(&error))?;
        super::block_on(async {
            let stopped = stop_signal()?;
            let checked = tokio::select! {
                biased;
                checked = client.check_status(&self.id) => checked,
                signal = stopped => {
                    let message = format!("stopped by {signal} before doku answered");
                    return Err(outcome::stopped(message, None).help("ask again"));
                }
            };
            let status = match checked {
                Ok(status) => status,
                // Signed or not: that the question was refused says nothing of the order.
                Err(error) => {
                    return Err(failure(&error).help("ask again after 60 seconds, or with the request id of the order"));
                }
            };
            if self.json {
                output::print_json(&json!({
                    "id": self.id,
                    "status": status.transaction_status(),
                    "verified": status.is_verified(),
                    "answer": status.answer(),
                }))?;
                return Ok(Exit::Done);
            }
            if !status.is_verified() {
                output::say("note: the answer is not signed; only TLS proves that it is doku's");
            }
            if let (Some(invoice_number), Some(amount)) = (status.invoice_number(), status.amount()) {
                output::say(&format!("order {} of {amount} rupiah", clean(invoice_number)));
            }
            let word =
                status.transaction_status().map_or_else(|| "none".to_owned(), |status| clean(&status.to_string()));
            output::print(&word).map(|()| Exit::Done)
        })
    }
}

/// What is wrong with a clock whose time cannot be signed.
pub(crate) const BEFORE_1970: &str = "the clock of this machine is before the year 1970; set it";

/// The invariant of the headers of a signed request.
const SIGNED: &str = "what is signed is visible ascii";

/// Returns the time as DOKU writes it.
fn timestamp() -> Result<Timestamp, Failure> {
    let since_epoch = super::now().duration_since(std::time::UNIX_EPOCH).map_err(|_| Failure::usage(BEFORE_1970))?;
    Ok(Timestamp::from_unix_seconds(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))?)
}

#[expect(clippy::disallowed_methods, reason = "the ids of the command")]
pub(crate) fn new_request_id() -> Result<RequestId, Failure> {
    Ok(uuid::Uuid::new_v4().to_string().parse()?)
}
