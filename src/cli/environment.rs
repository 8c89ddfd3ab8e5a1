//! Which gateway a command talks to, and as whom.

use std::env;

use clap::Args;
use doku_indodana::{
    Credentials, Environment,
    credentials::{CLIENT_ID_VARIABLE, SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE},
};

use super::output::{self, Failure, shell_word};

pub(crate) const ENVIRONMENT_VARIABLE: &str = "DOKU_ENVIRONMENT";

/// The gateway: exactly one of these, or the variable `DOKU_ENVIRONMENT`.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Gateway {
    /// Send to DOKU's sandbox: no money moves
    #[arg(long)]
    sandbox: bool,
    /// Send to DOKU's production: real orders
    #[arg(long)]
    live: bool,
    /// Send to a gateway of your own, for example http://127.0.0.1:4000 of `doku simulator`
    #[arg(long, value_name = "URL")]
    simulator: Option<String>,
}

impl Gateway {
    pub(crate) fn environment(&self) -> Result<Environment, Failure> {
        match self {
            Self { sandbox: true, .. } => Ok(Environment::Sandbox),
            Self { live: true, .. } => Ok(Environment::Production),
            Self { simulator: Some(url), .. } => custom(url),
            _ => match env::var(ENVIRONMENT_VARIABLE).as_deref() {
                Ok("sandbox") => Ok(Environment::Sandbox),
                Ok("production") => Ok(Environment::Production),
                Ok(url) if url.starts_with("http://") || url.starts_with("https://") => custom(url),
                Ok(_) => Err(Failure::usage(format!("{ENVIRONMENT_VARIABLE} names no environment"))
                    .help("set it to sandbox, production, or a URL such as http://127.0.0.1:4000")),
                Err(_) => Err(Failure::usage("no environment is named").help(format!(
                    "add --sandbox, --live or --simulator URL, or set {ENVIRONMENT_VARIABLE} to sandbox, production or a URL"
                ))),
            },
        }
    }
}

fn custom(url: &str) -> Result<Environment, Failure> {
    Environment::custom(url).map_err(|error| Failure::usage(error.to_string()))
}

/// Returns the arguments that name an environment again.
pub(crate) fn arguments(environment: &Environment) -> String {
    match environment {
        Environment::Sandbox => "--sandbox".to_owned(),
        Environment::Production => "--live".to_owned(),
        other => format!("--simulator {}", shell_word(other.base_url())),
    }
}

/// Reads the credentials. On a loopback address those of the simulator stand in if none are set.
pub(crate) fn credentials(environment: &Environment) -> Result<Credentials, Failure> {
    // Plain http is possible on loopback addresses alone.
    if environment.base_url().starts_with("http://") {
        credentials_or_simulators()
    } else {
        Ok(Credentials::from_env()?)
    }
}

/// Reads the credentials. Those of the simulator stand in if none are set.
pub(crate) fn credentials_or_simulators() -> Result<Credentials, Failure> {
    if are_set() {
        return Ok(Credentials::from_env()?);
    }
    output::say(&format!("note: no {CLIENT_ID_VARIABLE} is set, so the simulator's own credentials are used"));
    simulator_credentials()
}

/// Returns whether any variable of the credentials is set.
pub(crate) fn are_set() -> bool {
    let names = [CLIENT_ID_VARIABLE, SECRET_KEY_VARIABLE, SECRET_KEY_FILE_VARIABLE];
    names.into_iter().any(|name| env::var_os(name).is_some())
}

/// Returns the credentials of the simulator, which protect nothing.
pub(crate) fn simulator_credentials() -> Result<Credentials, Failure> {
    Ok(Credentials::new(doku_simulator::CLIENT_ID.parse()?, doku_simulator::SECRET_KEY.parse()?))
}
