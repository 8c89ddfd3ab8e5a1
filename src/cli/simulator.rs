//! `doku simulator`: the simulator until it is told to stop.

mod listing;
mod log;
mod seed;
mod welcome;

use std::{io, net::IpAddr, path::PathBuf};

use clap::Args;
use doku_indodana::Credentials;
use doku_simulator::{Fault, Simulator, SimulatorBuilder};
use serde_json::json;

pub(crate) use self::{
    log::{Format, SimulatorLog, delivered, line, span, stamp},
    seed::Ids,
};
use super::{
    control::health,
    environment::simulator_credentials,
    output::{self, Exit, Failure},
};

/// Run the simulator: DOKU's side of an order
///
/// Prints its URL on standard output, says on standard error what happens, and stops at Ctrl-C or SIGTERM. It listens
/// on 127.0.0.1 unless --bind says otherwise, sends notifications to this machine and to allowed hosts alone, and moves
/// no money. A port that is taken, a wrong setting or a state file that cannot be used ends it with exit code 2.
#[derive(Args)]
pub(crate) struct SimulatorArgs {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// The address to listen on. Any other than a loopback address lets others in: they can pay every order, read
    /// customers' data, make it send requests to any port of this machine, and read what is answered
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// What payment URLs begin with, where the simulator is reached by another name: http://simulator:4000
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Where notifications go unless an order overrides it: an http URL on this machine or an allowed host
    #[arg(long, value_name = "URL")]
    notification_url: Option<String>,
    /// Allow notifications to this host too, by exactly this name or address; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<String>,
    /// Set a switch; may be repeated
    #[arg(long = "switch", value_name = "NAME=VALUE", value_parser = switch)]
    switches: Vec<(String, String)>,
    /// Let a fault strike everything; may be repeated
    #[arg(long = "fault", value_name = "NAME[=PARAMETER]", value_parser = standing)]
    faults: Vec<Fault>,
    /// Let so many seconds pass at the simulator in one second
    #[arg(long, value_name = "N", default_value_t = 1)]
    time_scale: u32,
    /// Keep orders, notifications, events, switches and clock in a file; it is read if it is there
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Make ids and payment URLs from this number: the same number and the same state file give the same ones
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Know the credentials of DOKU_CLIENT_ID and DOKU_SECRET_KEY in place of the simulator's own; never production's
    #[arg(long)]
    credentials_from_env: bool,
    /// How standard error is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    log: Format,
    /// Write bodies to the log too; they hold customers' data
    #[arg(long)]
    log_bodies: bool,
    /// Print results as JSON
    #[arg(long)]
    json: bool,
    /// Print what is not documented at DOKU and can be set, and end
    #[arg(long, group = "instead")]
    list_switches: bool,
    /// Print what can go wrong on request, and end
    #[arg(long, group = "instead")]
    list_faults: bool,
    /// Ask the simulator at this URL whether it is healthy, and end: exit code 0 or 6
    #[arg(long, value_name = "URL", group = "instead")]
    health: Option<String>,
}

impl SimulatorArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        if self.list_switches {
            return listing::switches(self.json).map(|()| Exit::Done);
        }
        if self.list_faults {
            return listing::faults(self.json).map(|()| Exit::Done);
        }
        if let Some(url) = &self.health {
            return super::block_on(health(url)).map(|()| Exit::Done);
        }
        let log = SimulatorLog { format: self.log, bodies: self.log_bodies };
        self.serve(log).map_err(|failure| log.failure(failure))
    }

    fn serve(self, log: SimulatorLog) -> Result<Exit, Failure> {
        super::block_on(async {
            let stopped = stop_signal()?;
            if !self.bind.is_loopback() {
                log.warn(&welcome::exposed(self.bind));
            }
            let continues = self.state.as_ref().filter(|path| path.exists());
            let simulator = self.builder(log)?.on_event(move |event| log.event(event)).start();
            let simulator = simulator.await.map_err(|error| Failure::usage(self.unstarted(&error)))?;
            self.welcome(&simulator, log)?;
            if let Some(path) = continues {
                log.say("read", &welcome::read(simulator.orders().len(), path));
            }
            let signal = tokio::select! {
                signal = stopped => Some(signal),
                () = simulator.ended() => None,
            };
            if let Some(signal) = signal {
                log.say("stopped", &format!("stopped by {signal}"));
            }
            // Where it cannot write its state file, it has said so already, with the reason.
            simulator.stop().await.map_err(|error| Failure::new(Exit::Internal, error.to_string()))?;
            signal.map(|_| Exit::Done).ok_or_else(|| {
                Failure::new(Exit::Internal, "the simulator stopped by itself; a line before says why, start it again")
            })
        })
    }

    fn builder(&self, log: SimulatorLog) -> Result<SimulatorBuilder, Failure> {
        let mut builder = Simulator::builder()
            .port(self.port)
            .address(self.bind)
            .time_scale(self.time_scale)
            .credentials(credentials(self.credentials_from_env, log)?);
        if let Some(url) = &self.public_url {
            builder = builder.public_url(url);
        }
        if let Some(url) = &self.notification_url {
            builder = builder.notification_url(url);
        }
        if let Some(path) = &self.state {
            builder = builder.state_file(path);
        }
        if let Some(seed) = self.seed {
            let ids = Ids::new(seed, self.state.as_deref());
            builder = builder.ids(move || ids.next());
        }
        builder = self.allowed_hosts.iter().fold(builder, SimulatorBuilder::allow_host);
        builder = self.switches.iter().fold(builder, |builder, (name, value)| builder.switch(name, value));
        Ok(self.faults.iter().fold(builder, |builder, fault| builder.fault(fault.clone())))
    }

    /// Returns why the simulator did not start; a port that is taken by the name of its option.
    fn unstarted(&self, error: &io::Error) -> String {
        match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "port {} of {} is in use; stop the program that has it or choose another port with --port; 0 takes a \
                 free one",
                self.port, self.bind
            ),
            _ => error.to_string(),
        }
    }

    /// Tells a program, or a newcomer, what there is.
    fn welcome(&self, simulator: &Simulator, log: SimulatorLog) -> Result<(), Failure> {
        let client_id = simulator.credentials().client_id().as_str();
        if self.json {
            output::print(&json!({ "url": simulator.url(), "client_id": client_id }).to_string())?;
        } else {
            output::print(simulator.url())?;
        }
        // By a public name it may be reached from elsewhere alone.
        let environment = simulator.environment();
        let local = if self.public_url.is_some() { environment.base_url() } else { simulator.url() };
        match self.log {
            Format::Text => log
                .say("listening", &welcome::text(simulator.url(), local, client_id, self.notification_url.as_deref())),
            Format::Json => log.say("listening", simulator.url()),
        }
        if self.notification_url.is_none() {
            log.warn(welcome::NO_NOTIFICATIONS);
        }
        Ok(())
    }
}

/// Returns the credentials that a simulator of this process knows.
pub(crate) fn credentials(from_env: bool, log: SimulatorLog) -> Result<Credentials, Failure> {
    if !from_env {
        return simulator_credentials();
    }
    let credentials = Credentials::from_env()?;
    if !credentials.client_id().as_str().starts_with(OWN) {
        log.warn(&format!(
            "the client id does not begin with {OWN}, so its secret key may be a real one, and the simulator signs with \
             it; nothing in a key tells the sandbox's from production's, so see to it that it is not production's"
        ));
    }
    Ok(credentials)
}

/// How client ids begin that are made for the simulator.
const OWN: &str = "SIM-";

/// Reads `NAME=VALUE`. Whether there is such a switch says the simulator.
fn switch(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, such as replay-status=200")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Reads a fault that can strike everything.
fn standing(text: &str) -> Result<Fault, String> {
    let fault: Fault = text.parse().map_err(|error: doku_simulator::SimulatorError| error.to_string())?;
    if fault.kind().name == "refuse-connections" {
        return Err(
            "a simulator that always refuses connections is of no use; ask for it by `POST /simulator/faults`, once"
                .to_owned(),
        );
    }
    Ok(fault)
}

/// Returns what waits until the process is asked to stop, and then says by what. It is listening on return.
pub(crate) fn stop_signal() -> Result<impl Future<Output = &'static str>, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let deaf = |error: io::Error| Failure::new(Exit::Internal, format!("signals cannot be received: {error}"));
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
