//! The command `doku`: parse, run, exit code.
//!
//! Standard output carries the result, standard error everything for people. All printing goes through [`output`].

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod check;
mod confirmation;
mod contract;
mod control;
mod demo;
mod doctor;
mod environment;
mod events;
mod explain;
mod fields;
mod input;
mod listen;
mod new;
mod order;
mod outcome;
mod output;
mod receiver;
mod record;
mod run;
mod secret;
mod sidecar;
mod signature;
mod simulator;
mod source;
mod spec;
mod store;
mod transport;
mod trigger;

use std::{ffi::OsString, io, process::ExitCode, time::SystemTime};

use clap::{
    CommandFactory, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};
use clap_complete::Shell;

use self::output::{Exit, Failure};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let exit = run(&arguments).unwrap_or_else(|failure| {
        if arguments.iter().any(|argument| argument == "--json") {
            outcome::print(&failure);
        }
        output::report(&failure);
        failure.exit
    });
    exit.into()
}

fn run(arguments: &[OsString]) -> Result<Exit, Failure> {
    secret::refuse(arguments)?;
    match Doku::try_parse_from(arguments) {
        Ok(doku) => doku.command.run(),
        Err(mut error) if error.use_stderr() => {
            if let Some(tip) = store::tip(arguments, &error) {
                error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
            }
            let text = secret::hide(&error.render().ansi().to_string());
            output::say_styled(&text);
            let message = first_paragraph(&text.to_string());
            Err(Failure::usage(message).told())
        }
        Err(help) => output::print_styled(&help.render()).map(|()| Exit::Done),
    }
}

/// Returns what is wrong with the arguments as one line, without the usage.
fn first_paragraph(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = text.find("\n\n").unwrap_or(text.len());
    text[..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Pay later with Indodana through DOKU: check, sign, send and verify
#[derive(Parser)]
#[command(name = "doku", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Doku {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Environment:
  DOKU_CLIENT_ID        the client id from the DOKU dashboard
  DOKU_SECRET_KEY       the secret key; never an argument
  DOKU_SECRET_KEY_FILE  or a file that holds it
  DOKU_ENVIRONMENT      sandbox, or the URL of a simulator; production needs --live each time
  DOKU_STORE            the store: a file, or postgres://user:password@host/database
  DOKU_STORE_FILE       or a file that holds this address
  NO_COLOR              no colours

Exit codes:
  0 done                            4 not verified
  1 internal                        5 refused by DOKU
  2 usage or configuration          6 transport, outcome unknown
  3 the body breaks the contract    7 an expectation is not met
                                    8 unresolved orders";

#[derive(Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Order(order::OrderArgs),
    Check(check::CheckArgs),
    Sign(signature::SignArgs),
    Verify(signature::VerifyArgs),
    Explain(explain::ExplainArgs),
    Simulator(simulator::SimulatorArgs),
    Sidecar(sidecar::SidecarArgs),
    Listen(listen::ListenArgs),
    Doctor(doctor::DoctorArgs),
    Trigger(trigger::TriggerArgs),
    Events(events::EventsArgs),
    Run(run::RunArgs),
    Store(store::StoreArgs),
    New(new::NewArgs),
    Spec(spec::SpecArgs),
    Completions(CompletionsArgs),
}

impl Command {
    fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Demo(demo) => demo.run(),
            Self::Order(order) => order.run(),
            Self::Check(check) => check.run(),
            Self::Sign(sign) => sign.run(),
            Self::Verify(verify) => verify.run(),
            Self::Explain(explain) => explain.run(),
            Self::Simulator(simulator) => simulator.run(),
            Self::Sidecar(sidecar) => sidecar.run(),
            Self::Listen(listen) => listen.run(),
            Self::Doctor(doctor) => doctor.run(),
            Self::Trigger(trigger) => trigger.run(),
            Self::Events(events) => events.run(),
            Self::Run(run) => run.run(),
            Self::Store(store) => store.run(),
            Self::New(new) => new.run(),
            Self::Spec(spec) => spec.run(),
            Self::Completions(completions) => completions.run(),
        }
    }
}

/// Print the completions of a shell
///
/// For example: `doku completions bash > ~/.local/share/bash-completion/completions/doku`
#[derive(clap::Args)]
struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

impl CompletionsArgs {
    fn run(&self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Doku::command(), "doku", &mut script);
        output::print(&String::from_utf8_lossy(&script)).map(|()| Exit::Done)
    }
}

/// Runs a future to its end on this thread.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let internal = |error: io::Error| Failure::new(Exit::Internal, format!("the runtime cannot be started: {error}"));
    let runtime = runtime.map_err(internal)?;
    let result = runtime.block_on(future);
    // A name that is still being looked up would keep a stopped command waiting.
    runtime.shutdown_background();
    result
}

/// Returns the time.
#[expect(clippy::disallowed_methods, reason = "the clock of the command")]
fn now() -> SystemTime {
    SystemTime::now()
}
