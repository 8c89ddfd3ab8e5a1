//! `doku events`: what happened at a running simulator.

mod stream;

use std::env;

use clap::{Args, Subcommand};
use doku_indodana::Environment;
use doku_simulator::{Event, Happening, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};

use self::stream::Messages;
use super::{
    control::Control,
    environment::ENVIRONMENT_VARIABLE,
    output::{self, Exit, Failure, clean, heading},
    simulator::{line, stamp, stop_signal},
    trigger,
};

/// Show what happened at a running simulator, or send a notification again
#[derive(Args)]
pub(crate) struct EventsArgs {
    #[command(subcommand)]
    command: EventsCommand,
}

#[derive(Subcommand)]
enum EventsCommand {
    List(EventsListArgs),
    Tail(TailArgs),
    Resend(ResendArgs),
}

/// Which simulator, and how to print.
#[derive(Args)]
struct Where {
    /// The running simulator; DOKU_ENVIRONMENT if that is a URL, else http://127.0.0.1:4000
    #[arg(long, value_name = "URL")]
    simulator: Option<String>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// List what happened, oldest first: the latest 2,000 events
#[derive(Args)]
struct EventsListArgs {
    /// Only events after this number
    #[arg(long, value_name = "N", default_value_t = 0)]
    after: u64,
    /// Only events of this order, and refused requests whose body has its invoice number
    #[arg(long, value_name = "INVOICE")]
    order: Option<String>,
    #[command(flatten)]
    at: Where,
}

/// Follow what happens until Ctrl-C; the last ten events come first
///
/// With --json each event is one line of JSON. Ends with exit code 6 when the simulator stops.
#[derive(Args)]
struct TailArgs {
    /// Begin after this number, in place of the last ten
    #[arg(long, value_name = "N")]
    after: Option<u64>,
    /// Only events of this order
    #[arg(long, value_name = "INVOICE")]
    order: Option<String>,
    #[command(flatten)]
    at: Where,
}

/// Send a notification again, as a person at DOKU's dashboard does
///
/// Exit codes: 0 the merchant acknowledged it; 5 there is no such notification; 6 no answer; 7 the merchant did not acknowledge it.
#[derive(Args)]
struct ResendArgs {
    /// The number of the notification; `doku events list` has it
    number: u64,
    #[command(flatten)]
    at: Where,
}

/// So many events come first without `--after`.
const RECENT: usize = 10;

impl EventsArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match &self.command {
            EventsCommand::List(list) => super::block_on(list.run()),
            EventsCommand::Tail(tail) => super::block_on(tail.run()),
            EventsCommand::Resend(resend) => super::block_on(resend.run()),
        }
    }
}

impl Where {
    fn control(&self) -> Result<Control, Failure> {
        let variable = env::var(ENVIRONMENT_VARIABLE).ok();
        let variable = variable.filter(|value| value.starts_with("http://") || value.starts_with("https://"));
        let url = self.simulator.as_deref().or(variable.as_deref()).unwrap_or("http://127.0.0.1:4000");
        Control::new(&Environment::custom(url).map_err(|error| Failure::usage(error.to_string()))?)
    }
}

/// What the simulator answers. An event of a newer simulator is still JSON.
#[derive(Deserialize)]
struct EventList {
    events: Vec<Value>,
}

/// Returns the events after a number, of one order if one is named.
async fn listed(control: &Control, after: u64, order: Option<&str>) -> Result<Vec<Value>, Failure> {
    let EventList { mut events } = control.get(&["events"]).await?;
    events.retain(|event| number(event) > after && concerns(event, order));
    Ok(events)
}

fn number(event: &Value) -> u64 {
    event["number"].as_u64().unwrap_or_default()
}

/// Returns whether an event is about this order: made, or asked for by a request that was refused.
fn concerns(event: &Value, order: Option<&str>) -> bool {
    let asked = || match Event::deserialize(event).ok()?.what {
        Happening::Requested(exchange) => exchange.invoice_number(),
        _ => None,
    };
    order.is_none_or(|order| event["invoice_number"] == order || asked().as_deref() == Some(order))
}

impl EventsListArgs {
    async fn run(&self) -> Result<Exit, Failure> {
        let events = listed(&self.at.control()?, self.after, self.order.as_deref()).await?;
        if self.at.json {
            return output::print_json(&json!({ "events": events })).map(|()| Exit::Done);
        }
        if events.is_empty() {
            output::say(&match &self.order {
                Some(order) => format!("no event of order {}", clean(order)),
                None => "nothing happened yet".to_owned(),
            });
            return Ok(Exit::Done);
        }
        output::print(&heading(&format!("{:>6}  {:20}  {}", "number", "time", "event")))?;
        events.iter().try_for_each(|event| output::print(&row(event))).map(|()| Exit::Done)
    }
}

/// Returns an event as one line of the table.
fn row(event: &Value) -> String {
    let number = number(event);
    match Event::deserialize(event) {
        Ok(event) => format!("{number:>6}  {:20}  {}", stamp(event.time), line(&event)),
        Err(_) => format!("{number:>6}  {:20}  {}", "", clean(&event.to_string())),
    }
}

impl TailArgs {
    async fn run(&self) -> Result<Exit, Failure> {
        let stopped = stop_signal()?;
        tokio::select! {
            ended = self.follow() => ended,
            signal = stopped => {
                output::say(&format!("stopped by {signal}"));
                Ok(Exit::Done)
            }
        }
    }

    async fn follow(&self) -> Result<Exit, Failure> {
        let control = self.at.control()?;
        let after = match self.after {
            Some(after) => after,
            None => {
                let events = listed(&control, 0, None).await?;
                events.len().checked_sub(RECENT + 1).and_then(|at| events.get(at)).map_or(0, number)
            }
        };
        let mut messages = Messages::new(control.stream(after).await?);
        while let Some(event) = messages.next().await {
            if !concerns(&event, self.order.as_deref()) {
                continue;
            }
            output::print(&if self.at.json { event.to_string() } else { row(&event) })?;
        }
        Err(control.unreachable().note("the stream of events ended; the simulator was stopped"))
    }
}

impl ResendArgs {
    async fn run(&self) -> Result<Exit, Failure> {
        let attempt = self.at.control()?.resend(self.number).await?;
        let attempts = std::slice::from_ref(&attempt);
        if self.at.json {
            output::print_json(&json!({ "verdict": Verdict::of(attempts).code(), "attempts": attempts }))?;
            // What is wrong is in the document; standard output has no second one.
            return trigger::end(attempts).or_else(|failure| {
                output::report(&failure);
                Ok(failure.exit)
            });
        }
        trigger::print(&attempt)?;
        trigger::end(attempts)
    }
}
