//! How a client is made: [`ClientBuilder`].

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use tower::{BoxError, util::AndThenLayer};
use uuid::Uuid;

use super::{Client, Config};
use crate::{
    client::environment::Environment,
    error::{Error, ErrorKind, Outcome},
    message::{
        credentials::{Credentials, CredentialsError, SecretKey},
        signature::RequestId,
    },
    order::{life::Terms, retry::RetryPolicy},
};

/// Makes a [`Client`] with other deadlines, retries, ids or clocks than the defaults.
pub struct ClientBuilder {
    environment: Environment,
    connect_timeout: Duration,
    deny_advisories: bool,
    config: Config,
}

impl ClientBuilder {
    pub(super) fn new(environment: Environment, credentials: Credentials) -> Self {
        let config = Config {
            terms: Terms::new(credentials),
            require_signed_status: false,
            clock: Arc::new(now),
            request_ids: Arc::new(new_request_id),
            dice: Arc::new(roll),
        };
        Self { environment, connect_timeout: Duration::from_secs(3), deny_advisories: false, config }
    }

    /// Sets how long a connection may take to be made. 3 s by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, connection and answer included. 10 s by default.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.config.terms.attempt_timeout = timeout;
        self
    }

    /// Sets how long the whole call may take, all attempts and waits included. 30 s by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.terms.timeout = timeout;
        self
    }

    /// Adds a key that answers may be signed with, while DOKU changes from one to the other. Requests are signed with the key
    /// of the credentials. [`Verifier::with_key`](crate::Verifier::with_key) does the same for notifications.
    #[must_use]
    pub fn with_key(mut self, key: SecretKey) -> Self {
        self.config.terms = self.config.terms.with_key(key);
        self
    }

    /// Sets how often a call is tried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.config.terms.retry = policy;
        self
    }

    /// Refuses orders with advisories, as `-D warnings` does.
    #[must_use]
    pub fn deny_advisories(mut self, deny: bool) -> Self {
        self.deny_advisories = deny;
        self
    }

    /// Refuses an answer to check status without a signature. Off by default, because DOKU documents none (D-30).
    #[must_use]
    pub fn require_signed_status(mut self, require: bool) -> Self {
        self.config.require_signed_status = require;
        self
    }

    /// Sets where the time comes from. The system's clock by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.config.clock = Arc::new(clock);
        self
    }

    /// Sets where new request ids come from. UUID v4 by default. Each must be unique.
    #[must_use]
    pub fn request_ids(mut self, make: impl Fn() -> RequestId + Send + Sync + 'static) -> Self {
        self.config.request_ids = Arc::new(make);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// Where the simulator's credentials are given for DOKU's own sandbox or production, or the system's certificates
    /// cannot be read.
    pub fn build(self) -> Result<Client, Error> {
        let is_doku = matches!(self.environment, Environment::Sandbox | Environment::Production);
        if is_doku && self.config.terms.credentials.belong_to_simulator() {
            return Err(CredentialsError::Simulator.into());
        }
        let refuse = |what: &str| Error::new(ErrorKind::Configuration(what.to_owned()), Outcome::NothingSent);
        let tls = tls(&self.environment).map_err(|_| {
            refuse("the system's certificates cannot be used; install the ca-certificates of the system")
        })?;
        // No redirects: a signed request is for one host. No decompression: the signed bytes are those received.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .http1_title_case_headers()
            .retry(reqwest::retry::never())
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.connect_timeout)
            .connector_layer(AndThenLayer::new(listen))
            .build()
            .map_err(|_| refuse("the http client cannot be set up"))?;
        Ok(Client {
            http,
            environment: self.environment,
            config: Arc::new(self.config),
            deny_advisories: self.deny_advisories,
        })
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientBuilder").field("environment", &self.environment).finish_non_exhaustive()
    }
}

/// Returns TLS by ring, which starts 20 times faster than aws-lc-rs, and the system's certificates.
///
/// A simulator on plain loopback needs none, so they are not read for it.
fn tls(environment: &Environment) -> Result<ClientConfig, rustls::Error> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    if environment.base_url().starts_with("https:") {
        Ok(versions.with_platform_verifier()?.with_no_client_auth())
    } else {
        Ok(versions.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
    }
}

/// How long a connection is listened to before its first use.
const QUIET: Duration = Duration::from_millis(5);

/// Lets a new connection wait before its first request, because an answer that stood in it before is no answer to that
/// request. hyper refuses a connection on which something came before it was asked for.
async fn listen<C>(connection: C) -> Result<C, BoxError> {
    tokio::time::sleep(QUIET).await;
    Ok(connection)
}

#[expect(clippy::disallowed_methods, reason = "the default clock of the client")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the default ids of the client")]
pub(crate) fn new_request_id() -> RequestId {
    let mut text = Uuid::encode_buffer();
    let text = Uuid::new_v4().hyphenated().encode_lower(&mut text);
    text.parse().expect("a uuid is a request id")
}

#[expect(clippy::disallowed_methods, reason = "the default dice of the client")]
fn roll() -> u64 {
    Uuid::new_v4().as_u64_pair().0
}
