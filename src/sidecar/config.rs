//! What a sidecar is told at its start: [`Config`].

mod forward;
mod setting;
mod source;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use doku_indodana::{Client, ClientId, Credentials, Environment, SecretKey};
use doku_store::NOTIFICATION_PATH;

pub use self::setting::{SETTINGS, Setting};
use self::source::Source;
use crate::{Address, StartError, forward::Forwarder, gate::host_name, secret_file, tls::TlsFiles, token::Tokens};

/// Where the API listens, unless it is told otherwise.
const API: &str = "127.0.0.1:4100";

/// Where notifications come in, unless it is told otherwise.
const NOTIFICATIONS: &str = "127.0.0.1:4101";

/// What a sidecar is told at its start. Nothing of it can be changed by a request. `Debug` shows no secret.
#[derive(Debug)]
pub struct Config {
    pub(crate) client: Client,
    pub(crate) further_keys: Vec<SecretKey>,
    pub(crate) store: String,
    pub(crate) api: Address,
    pub(crate) tokens: Option<Tokens>,
    pub(crate) hosts: Vec<String>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) notifications: SocketAddr,
    pub(crate) notification_path: String,
    pub(crate) forwarder: Option<Forwarder>,
}

impl Config {
    /// Reads a file of settings, TOML. Paths within it are as they stand there.
    ///
    /// # Errors
    ///
    /// Where the file or a file that it names cannot be read, others may read it, or a setting cannot be used.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        let text = secret_file::read(path).map_err(|what| StartError::text(format!("{}: {what}", path.display())))?;
        Self::from_toml(&text)
    }

    /// Takes the text of a file of settings.
    ///
    /// # Errors
    ///
    /// As [`Config::read`].
    pub fn from_toml(text: &str) -> Result<Self, StartError> {
        Self::from_source(&Source::file(text)?, None)
    }

    /// Takes the variables of an environment: all of a file's settings, and `DOKU_SECRET_KEY`.
    ///
    /// # Errors
    ///
    /// As [`Config::read`].
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, StartError> {
        let (source, secret_key) = Source::environment(variables)?;
        Self::from_source(&source, secret_key)
    }

    fn from_source(source: &Source, secret_key: Option<String>) -> Result<Self, StartError> {
        let environment = environment(source)?;
        let credentials = credentials(source, secret_key)?;
        let mut further_keys = Vec::new();
        for path in source.list("further_secret_key_files") {
            further_keys.push(key_of_file(path).map_err(|what| source.error("further_secret_key_files", what))?);
        }
        let client = further_keys.iter().cloned().fold(Client::builder(environment, credentials), |builder, key| {
            // While DOKU changes from one key to the other, its answers come under either.
            builder.with_key(key)
        });
        let client = client.build().map_err(|error| StartError::text(error.to_string()))?;
        let api: Address =
            source.one("api.listen").unwrap_or(API).parse().map_err(|what: String| source.error("api.listen", what))?;
        let config = Self {
            client,
            further_keys,
            store: source.needed("store", "a file, such as /var/lib/doku/doku.db, or postgres://…")?.to_owned(),
            tokens: tokens(source, &api)?,
            hosts: hosts(source)?,
            tls: TlsFiles::read(
                source.one("api.certificate_file"),
                source.one("api.key_file"),
                source.one("api.client_ca_file"),
            )
            .map_err(|(key, what)| source.error(key, what))?,
            api,
            notifications: notifications(source)?,
            notification_path: source.one("notifications.path").unwrap_or(NOTIFICATION_PATH).to_owned(),
            forwarder: forward::read(source)?,
        };
        if config.tls.is_some() && matches!(config.api, Address::Unix(_)) {
            return Err(source.error("api.certificate_file", "a unix socket has no tls; leave it out"));
        }
        Ok(config)
    }
}

fn environment(source: &Source) -> Result<Environment, StartError> {
    let key = "environment";
    match source.needed(key, "sandbox, production, or the url of a simulator")? {
        "sandbox" => Ok(Environment::Sandbox),
        "production" => Ok(Environment::Production),
        url if url.starts_with("http://") || url.starts_with("https://") => {
            Environment::custom(url).map_err(|error| source.error(key, error.to_string()))
        }
        // It may be a secret in the wrong place, so it is not shown.
        _ => Err(source.error(key, "names no environment; set it to sandbox, production, or the url of a simulator")),
    }
}

fn credentials(source: &Source, secret_key: Option<String>) -> Result<Credentials, StartError> {
    let client_id = source.needed("client_id", "the client id of doku's dashboard, such as BRN-…")?;
    let client_id: ClientId = client_id.parse().map_err(|error| source.error("client_id", format!("{error}")))?;
    let key = "secret_key_file";
    let secret_key = match (secret_key, source.one(key)) {
        (Some(_), Some(_)) => {
            return Err(source.error(key, "and DOKU_SECRET_KEY are both set; leave one out"));
        }
        (Some(secret), None) => {
            SecretKey::new(&secret).map_err(|error| StartError::setting("DOKU_SECRET_KEY", error.to_string()))?
        }
        (None, _) => {
            let path = source.needed(key, "the path of a file that holds the secret key")?;
            key_of_file(path).map_err(|what| source.error(key, what))?
        }
    };
    Ok(Credentials::new(client_id, secret_key))
}

/// Reads a secret key. The path is not shown, because it may be the key.
fn key_of_file(path: &str) -> Result<SecretKey, String> {
    let text = secret_file::read(Path::new(path))?;
    SecretKey::new(text.trim_end_matches(['\n', '\r'])).map_err(|error| error.to_string())
}

fn tokens(source: &Source, api: &Address) -> Result<Option<Tokens>, StartError> {
    let key = "api.tokens_file";
    match source.one(key) {
        Some(path) => Tokens::read(PathBuf::from(path)).map(Some).map_err(|what| source.error(key, what)),
        // The file system says who may use a socket.
        None if matches!(api, Address::Unix(_)) => Ok(None),
        None => Err(source.error(
            key,
            "is not set, and every program of this machine could place orders; set it to a file with a token of 16 or \
             more characters in each line, or listen on unix:/PATH",
        )),
    }
}

fn hosts(source: &Source) -> Result<Vec<String>, StartError> {
    let key = "api.hosts";
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte))
    };
    source
        .list(key)
        .iter()
        .map(|name| match host_name(name) {
            Some(host) if is_name(name) && host == name => Ok(name.to_ascii_lowercase()),
            _ => Err(source.error(key, "must be names of hosts without port, such as sidecar or 10.0.0.7")),
        })
        .collect()
}

fn notifications(source: &Source) -> Result<SocketAddr, StartError> {
    let key = "notifications.listen";
    let text = source.one(key).unwrap_or(NOTIFICATIONS);
    text.parse().map_err(|_| source.error(key, "must be an address and a port, such as 127.0.0.1:4101"))
}
