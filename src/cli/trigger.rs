//! `doku trigger`: one notification on request, genuine or forged, and what the merchant makes of it.

mod field;
mod verdict;

use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use doku_indodana::Environment;
use doku_simulator::{Attempt, AttemptResult, Simulator, TRIGGERS, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

use self::field::field;
pub(crate) use self::verdict::end;
use super::{
    control::Control,
    output::{self, Exit, Failure, clean},
    simulator::{SimulatorLog, credentials, delivered, stop_signal},
};

/// Send one notification, genuine or forged, and say what the merchant makes of it
///
/// Without --simulator, a simulator that lives for this one notification sends it to the URL of --to. With it, the running
/// simulator does: `success`, `failed`, `expired` and `refunded` then change the order of --invoice-number, unless --to or
/// --set is given.
///
/// Exit codes: 0 the merchant acknowledged it, or refused a forgery; 4 the merchant acknowledged a forgery, so anybody
/// can tell it that an order is paid; 5 the order's status does not allow it; 6 no answer; 7 the merchant did not acknowledge a genuine one.
#[derive(Args)]
pub(crate) struct TriggerArgs {
    /// What is sent
    #[arg(value_parser = kinds())]
    kind: String,
    /// The order that it is about; one that nobody made without it
    #[arg(long, value_name = "NUMBER")]
    invoice_number: Option<String>,
    /// Where it goes; without it, where the running simulator sends the notifications of the order
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Set a field, such as order.amount=50000; the value is JSON, or else a text; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = field)]
    set: Vec<(String, Value)>,
    /// Let the simulator at this URL send it, for example http://127.0.0.1:4000
    #[arg(long, value_name = "URL")]
    simulator: Option<String>,
    /// Allow this host beside this machine; may be repeated
    #[arg(long = "allow-host", value_name = "HOST", conflicts_with = "simulator")]
    allowed_hosts: Vec<String>,
    /// Sign with the credentials of DOKU_CLIENT_ID and DOKU_SECRET_KEY; never production's
    #[arg(long, conflicts_with = "simulator")]
    credentials_from_env: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// Returns the parser of the kinds, each with its help.
fn kinds() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(TRIGGERS.map(|(kind, about)| PossibleValue::new(kind).help(about)))
}

/// What the simulator answers.
#[derive(Deserialize)]
pub(crate) struct Triggered {
    pub(crate) attempts: Vec<Attempt>,
}

impl TriggerArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let result = super::block_on(async {
            let stopped = stop_signal()?;
            tokio::select! {
                attempts = self.deliver() => attempts,
                signal = stopped => {
                    Err(Failure::new(Exit::Unknown, format!("stopped by {signal} before the merchant answered")))
                }
            }
        });
        self.show(&result?)
    }

    async fn deliver(&self) -> Result<Vec<Attempt>, Failure> {
        if let Some(url) = &self.simulator {
            let environment = Environment::custom(url).map_err(|error| Failure::usage(error.to_string()))?;
            return self.ask(&Control::new(&environment)?).await;
        }
        if self.to.is_none() {
            return Err(Failure::usage("name where it goes: --to URL, or --simulator URL for a running simulator"));
        }
        let mut builder = Simulator::builder().credentials(credentials(self.credentials_from_env, SimulatorLog::TEXT)?);
        for host in &self.allowed_hosts {
            builder = builder.allow_host(host);
        }
        let simulator = builder.start().await.map_err(|error| Failure::usage(error.to_string()))?;
        let attempts = self.ask(&Control::new(&simulator.environment())?).await;
        simulator.stop().await.map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
        attempts
    }

    async fn ask(&self, control: &Control) -> Result<Vec<Attempt>, Failure> {
        let body = json!({
            "kind": self.kind,
            "invoice_number": self.invoice_number,
            "url": self.to,
            "set": self.set,
        });
        let triggered: Triggered = control.post(&["trigger"], &body).await?;
        Ok(triggered.attempts)
    }

    /// Returns what to look at in the shop, where its answer does not tell.
    fn look(&self) -> Option<&'static str> {
        match self.kind.as_str() {
            "duplicate" => Some("look in the shop: it must have delivered once"),
            "reordered" => Some("look in the shop: the order must still be paid"),
            _ => None,
        }
    }

    fn show(&self, attempts: &[Attempt]) -> Result<Exit, Failure> {
        if self.json {
            output::print_json(&json!({
                "kind": self.kind,
                "verdict": Verdict::of(attempts).code(),
                "attempts": attempts,
            }))?;
        } else {
            attempts.iter().try_for_each(print)?;
        }
        if let Some(look) = self.look() {
            output::say(look);
        }
        let ended = end(attempts);
        if self.json {
            // What is wrong is in the document; standard output has no second one.
            return ended.or_else(|failure| {
                output::report(&failure);
                Ok(failure.exit)
            });
        }
        ended
    }
}

/// Prints one attempt: its ids, where it went and what the merchant answered.
pub(crate) fn print(attempt: &Attempt) -> Result<(), Failure> {
    let mut ids = match (attempt.notification, attempt.number) {
        (0, _) => String::new(),
        (number, 0) => format!("beside notification {number}, "),
        (number, attempt) => format!("notification {number}, attempt {attempt}, "),
    };
    if let Some(fault) = &attempt.fault {
        ids.push_str(&format!("{}, ", clean(fault)));
    }
    let request_id = attempt.header("request-id").map_or_else(|| "none".to_owned(), clean);
    let mut text = format!("{ids}order {}, request id {request_id}\n", clean(&attempt.invoice_number));
    text.push_str(&format!("  {} ({} ms)\n", delivered(attempt), attempt.milliseconds));
    if let AttemptResult::Answered { answer_body, .. } = &attempt.result
        && !answer_body.is_empty()
    {
        text.push_str(&format!("  {}\n", clean(answer_body)));
    }
    output::print(&text)
}
