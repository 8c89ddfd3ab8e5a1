//! The façade over the generated client: [`Client`].

mod attempt;
mod builder;
mod call;
pub(crate) mod environment;
pub(crate) mod generated;
mod hooks;

use std::{sync::Arc, time::SystemTime};

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use self::builder::ClientBuilder;
use crate::{
    client::{
        call::{ClientCall, Subject},
        environment::Environment,
        generated::Client as Generated,
    },
    contract::generated::{
        address,
        types::{GenerateOrderRequest, StatusId},
    },
    error::{Error, ErrorKind},
    message::{
        credentials::Credentials,
        signature::{RequestId, RequestTarget},
    },
    order::{
        answer::{CheckedStatus, GeneratedOrder},
        life::Terms,
        request::PreparedOrder,
    },
};

/// What all calls of a client share.
pub(crate) struct Config {
    pub(crate) terms: Terms,
    pub(crate) require_signed_status: bool,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) request_ids: Arc<dyn Fn() -> RequestId + Send + Sync>,
    pub(crate) dice: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// Generates orders and asks for their status. Cheap to clone; the clones share their connections.
///
/// ```no_run
/// use doku_indodana::{Client, Credentials, Environment};
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let doku = Client::new(Environment::Sandbox, Credentials::from_env()?)?;
/// let status = doku.check_status("INV-1").await?;
/// println!("{:?}", status.transaction_status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) environment: Environment,
    pub(crate) config: Arc<Config>,
    pub(crate) deny_advisories: bool,
}

impl Client {
    /// Returns a client with the default deadlines: 3 s to connect, 10 s for an attempt, 30 s for the whole call.
    ///
    /// # Errors
    ///
    /// Where the system's certificates cannot be read.
    pub fn new(environment: Environment, credentials: Credentials) -> Result<Self, Error> {
        Self::builder(environment, credentials).build()
    }

    /// Returns a builder, for other deadlines, retries, ids or clocks.
    pub fn builder(environment: Environment, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(environment, credentials)
    }

    /// Returns where this client sends to.
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Returns the credentials that it signs with.
    pub fn credentials(&self) -> &Credentials {
        &self.config.terms.credentials
    }

    /// Serialises, checks and freezes an order under a new `Request-Id` (UUID v4). Nothing is sent.
    ///
    /// # Errors
    ///
    /// With all violations of the contract.
    pub fn prepare(&self, request: &GenerateOrderRequest) -> Result<PreparedOrder, Error> {
        self.prepare_with_id(request, (self.config.request_ids)())
    }

    /// As [`Client::prepare`], under an id of your own.
    ///
    /// # Errors
    ///
    /// With all violations of the contract.
    pub fn prepare_with_id(
        &self,
        request: &GenerateOrderRequest,
        request_id: RequestId,
    ) -> Result<PreparedOrder, Error> {
        let prepared = PreparedOrder::new(request, request_id)?;
        if self.deny_advisories { prepared.deny_advisories() } else { Ok(prepared) }
    }

    /// As [`Client::prepare_with_id`], with a body that was serialised elsewhere; its bytes are frozen as they are.
    ///
    /// # Errors
    ///
    /// With all violations of the contract, or where the body is no JSON.
    pub fn prepare_json(&self, body: impl Into<Bytes>, request_id: RequestId) -> Result<PreparedOrder, Error> {
        let prepared = PreparedOrder::from_json(body, request_id)?;
        if self.deny_advisories { prepared.deny_advisories() } else { Ok(prepared) }
    }

    /// Checks, signs and sends an order, verifies the answer and then decodes it.
    ///
    /// To be able to send the same order again after a crash, use [`Client::prepare`], store the order, and
    /// [`Client::send`] it. Whoever drops the returned future half-way does not know whether there is an order.
    ///
    /// # Errors
    ///
    /// [`Error::outcome`] tells whether an order may exist.
    pub async fn generate_order(&self, request: &GenerateOrderRequest) -> Result<GeneratedOrder, Error> {
        self.send(&self.prepare(request)?).await
    }

    /// Sends a prepared order, again if it must be: always the same bytes under the same `Request-Id`, each attempt
    /// with its own timestamp and signature.
    ///
    /// Whoever drops the returned future half-way does not know whether there is an order: send it again.
    ///
    /// # Errors
    ///
    /// [`Error::outcome`] tells whether an order may exist, from all that was sent of it: by this call, by earlier ones
    /// with the same prepared order, at the same time or before, and before [`PreparedOrder::restore`].
    pub async fn send(&self, prepared: &PreparedOrder) -> Result<GeneratedOrder, Error> {
        prepared.check_before_sending(self.deny_advisories)?;
        let call = ClientCall::new(self.config.clone(), Subject::Order(prepared.clone()));
        let client = self.generated(call.clone());
        // What the generated client returns says nothing; the call knows how it ended.
        let _ = client.generate_order().body(prepared.bytes()).send().await;
        drop(client);
        call.into_order(prepared)
    }

    /// Asks for the status of an order by its invoice number or by the `Request-Id` that generated it, both as text.
    ///
    /// Ask at the earliest 60 seconds after the payment.
    ///
    /// # Errors
    ///
    /// "Not found" is a rejection with status 404. An answer about another order is refused. No error proves that there is no
    /// order, so [`Error::outcome`] is `Unknown` for each.
    pub async fn check_status(&self, id: &str) -> Result<CheckedStatus, Error> {
        let refuse = |why| Error::question(ErrorKind::Configuration(format!("check status: {why}")));
        let status_id: StatusId =
            id.parse().map_err(|_| refuse("the id must be 1 to 128 characters without control characters"))?;
        if matches!(id, "." | "..") {
            return Err(refuse("an id of dots is lost in a path; use the request id of the order"));
        }
        let target: RequestTarget = address::CHECK_STATUS
            .replace("{id}", &utf8_percent_encode(id, PATH).to_string())
            .parse()
            .map_err(|_| refuse("the id is too long; use the request id of the order"))?;
        let call = ClientCall::new(self.config.clone(), Subject::Status(id.to_owned(), target));
        let client = self.generated(call.clone());
        let _ = client.check_status().id(status_id).send().await;
        drop(client);
        call.into_status()
    }

    pub(crate) fn generated(&self, call: ClientCall) -> Generated {
        Generated::new_with_client(self.environment.base_url(), self.http.clone(), call)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("environment", &self.environment)
            .field("client_id", self.config.terms.credentials.client_id())
            .finish_non_exhaustive()
    }
}

/// What stays as it is in the path of check status.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
