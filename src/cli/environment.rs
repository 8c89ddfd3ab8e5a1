//! Which environment a command talks to, and as whom.

use std::env;

use clap::Args;
use doku_indodana::{
    ClientId, Credentials, Environment,
    credentials::{CLIENT_ID_VARIABLE, SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE, client_id_from_env},
    error::CredentialsError,
};

use super::output::{self, Failure, shell_word};

pub(crate) const ENVIRONMENT_VARIABLE: &str = "DOKU_ENVIRONMENT";

/// The environment: exactly one of these, or the variable `DOKU_ENVIRONMENT`.
#[derive(Args)]
#[group(multiple = false)]
pub(crate) struct Destination {
    /// Send to DOKU's sandbox: no money moves
    #[arg(long)]
    sandbox: bool,
    /// Send to DOKU's production: real orders. Needed each time, whatever DOKU_ENVIRONMENT says
    #[arg(long)]
    live: bool,
    /// Send to a simulator, for example http://127.0.0.1:4000 of `doku simulator`
    #[arg(long, value_name = "URL")]
    simulator: Option<String>,
}

impl Destination {
    /// Returns the environment. Production is named by `--live` alone: a variable that was left over from another
    /// terminal, or an address, is not enough where money moves.
    pub(crate) fn environment(&self) -> Result<Environment, Failure> {
        let (environment, name) = match self {
            Self { sandbox: true, .. } => return Ok(Environment::Sandbox),
            Self { live: true, .. } => return Ok(Environment::Production),
            Self { simulator: Some(url), .. } => (custom(url)?, "--simulator"),
            _ => (from_env()?, ENVIRONMENT_VARIABLE),
        };
        if environment == Environment::Production {
            return Err(Failure::usage(format!(
                "{name} names doku's production, where orders are real, and this is not enough; nothing was sent"
            ))
            .help("add --live each time that production is meant; otherwise name --sandbox or --simulator URL"));
        }
        Ok(environment)
    }
}

fn from_env() -> Result<Environment, Failure> {
    let Some(value) = env::var_os(ENVIRONMENT_VARIABLE) else {
        return Err(Failure::usage("no environment is named").help(format!(
            "add --sandbox, --live or --simulator URL, or set {ENVIRONMENT_VARIABLE} to sandbox or a URL"
        )));
    };
    match value.to_str() {
        Some("sandbox") => Ok(Environment::Sandbox),
        Some("production") => Ok(Environment::Production),
        Some(url) if url.starts_with("http://") || url.starts_with("https://") => custom(url),
        // It may be a secret key in the wrong place, so it is not shown.
        _ => Err(Failure::usage(format!("{ENVIRONMENT_VARIABLE} names no environment"))
            .help("set it to sandbox or a URL such as http://127.0.0.1:4000; production is named by --live")),
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
        return credentials_or_simulators();
    }
    let credentials = Credentials::from_env()?;
    let is_doku = matches!(environment, Environment::Sandbox | Environment::Production);
    if is_doku && credentials.belong_to_simulator() {
        return Err(CredentialsError::Simulator.into());
    }
    Ok(credentials)
}

/// Returns the client id of an argument, or else of the environment. Neither is shown where it cannot be used, for it
/// may be the secret key.
pub(crate) fn client_id(argument: Option<&str>) -> Result<ClientId, Failure> {
    match argument {
        Some(text) => Ok(text.parse()?),
        None => client_id_from_env().map_err(|error| {
            let is_missing = matches!(error, CredentialsError::Missing { .. });
            let failure = Failure::from(error);
            if is_missing { failure.help("or give it with --client-id ID") } else { failure }
        }),
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
