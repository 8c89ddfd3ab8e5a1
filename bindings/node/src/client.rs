//! Calls to DOKU: promises, on threads of their own.

use doku_indodana::{ClientBuilder, Credentials, Environment, RetryPolicy, SecretKey};
use doku_store::{Orders, OrdersBuilder};
use napi::{
    Env, Unknown,
    bindgen_prelude::{BigInt, Buffer, PromiseRaw},
};
use napi_derive::napi;

use crate::{
    argument::{Options, text},
    exact,
    failure::Failure,
    order::PreparedOrder,
    report,
    signature::secret,
};

/// Generates orders and asks for their status.
#[napi]
pub struct Client {
    client: doku_indodana::Client,
    client_id: String,
    deny_advisories: bool,
    further_keys: Vec<SecretKey>,
}

const OPTIONS: [&str; 10] = [
    "environment",
    "connectTimeout",
    "attemptTimeout",
    "timeout",
    "attempts",
    "denyAdvisories",
    "requireSignedStatus",
    "furtherKeys",
    "clientId",
    "secretKey",
];

#[napi]
impl Client {
    /// `from_env` takes the credentials from the environment.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Unknown<'_>, from_env: bool) -> napi::Result<Self> {
        Ok(Self::configure(options, from_env)?)
    }

    fn configure(options: Unknown<'_>, from_env: bool) -> Result<Self, Failure> {
        let known = if from_env { &OPTIONS[..8] } else { &OPTIONS[..] };
        let options = Options::new(options, "options", known)?;
        let environment = match options.require_text("environment")?.as_str() {
            "sandbox" => Environment::Sandbox,
            "production" => Environment::Production,
            url if url.contains("://") => Environment::custom(url)?,
            _ => return Err(Failure::Environment),
        };
        let credentials = if from_env {
            Credentials::from_env()?
        } else {
            let key = secret(options.require("secretKey")?)?;
            Credentials::new(options.require_text("clientId")?.parse()?, key)
        };
        let client_id = credentials.client_id().to_string();
        let deny_advisories = options.boolean("denyAdvisories")?.unwrap_or_default();
        let mut builder = doku_indodana::Client::builder(environment, credentials).deny_advisories(deny_advisories);
        if let Some(limit) = options.milliseconds("connectTimeout")? {
            builder = builder.connect_timeout(limit);
        }
        if let Some(limit) = options.milliseconds("attemptTimeout")? {
            builder = builder.attempt_timeout(limit);
        }
        if let Some(limit) = options.milliseconds("timeout")? {
            builder = builder.timeout(limit);
        }
        if let Some(attempts) = options.whole("attempts", 1, 10)? {
            let attempts = u32::try_from(attempts).unwrap_or(1);
            builder = builder.retry(RetryPolicy::default().with_attempts(attempts));
        }
        if let Some(require) = options.boolean("requireSignedStatus")? {
            builder = builder.require_signed_status(require);
        }
        let further_keys = options.elements("furtherKeys")?.into_iter().map(secret).collect::<Result<Vec<_>, _>>()?;
        builder = further_keys.iter().cloned().fold(builder, ClientBuilder::with_key);
        Ok(Self { client: builder.build()?, client_id, deny_advisories, further_keys })
    }

    /// Returns how a store of this client is opened: with all keys that messages may be signed with.
    pub(crate) fn store(&self) -> OrdersBuilder {
        let builder = Orders::builder(self.client.clone());
        self.further_keys.iter().cloned().fold(builder, OrdersBuilder::further_key)
    }

    #[napi(getter, catch_unwind)]
    pub fn environment(&self) -> String {
        self.client.environment().to_string()
    }

    #[napi(getter, catch_unwind)]
    pub fn client_id(&self) -> String {
        self.client_id.clone()
    }

    #[napi(getter, catch_unwind)]
    pub fn deny_advisories(&self) -> bool {
        self.deny_advisories
    }

    #[napi(catch_unwind)]
    pub fn send<'env>(&self, env: &'env Env, order: &PreparedOrder) -> napi::Result<PromiseRaw<'env, GeneratedOrder>> {
        let (client, order) = (self.client.clone(), order.0.clone());
        env.spawn_future(async move {
            let answer = client.send(&order).await.map_err(Failure::from)?;
            Ok(GeneratedOrder::from(&answer))
        })
    }

    #[napi(catch_unwind)]
    pub fn check_status<'env>(&self, env: &'env Env, id: Unknown<'_>) -> napi::Result<PromiseRaw<'env, CheckedStatus>> {
        let (client, id) = (self.client.clone(), text(id, "the id")?);
        env.spawn_future(async move {
            let answer = client.check_status(&id).await.map_err(Failure::from)?;
            Ok(CheckedStatus::from(&answer))
        })
    }
}

/// An order that exists at DOKU.
#[napi(object)]
pub struct GeneratedOrder {
    pub payment_url: String,
    pub payment_status: String,
    pub request_id: String,
    pub is_replayed: bool,
    pub attempts: u32,
    /// As JSON text.
    pub response: String,
    /// As JSON text.
    pub notes: String,
    pub timestamp: String,
    pub body: Buffer,
}

impl From<&doku_indodana::GeneratedOrder> for GeneratedOrder {
    fn from(order: &doku_indodana::GeneratedOrder) -> Self {
        Self {
            payment_url: order.payment_url().to_owned(),
            payment_status: order.payment_status().to_string(),
            request_id: order.request_id().to_string(),
            is_replayed: order.is_replayed(),
            attempts: order.attempts(),
            response: exact::write(order.response()),
            notes: report::notes(order.notes()),
            timestamp: order.verified().timestamp().to_string(),
            body: order.verified().body().to_vec().into(),
        }
    }
}

/// What DOKU says of an order.
#[napi(object)]
pub struct CheckedStatus {
    pub transaction_status: Option<String>,
    pub invoice_number: Option<String>,
    pub amount: Option<BigInt>,
    pub is_final: Option<bool>,
    /// As JSON text.
    pub answer: String,
    /// As JSON text.
    pub notes: String,
    pub timestamp: Option<String>,
    pub body: Option<Buffer>,
}

impl From<&doku_indodana::CheckedStatus> for CheckedStatus {
    fn from(status: &doku_indodana::CheckedStatus) -> Self {
        let verified = status.verified();
        Self {
            transaction_status: status.transaction_status().map(ToString::to_string),
            invoice_number: status.invoice_number().map(str::to_owned),
            amount: status.amount().map(|amount| amount.get().into()),
            is_final: status.transaction_status().map(doku_indodana::TransactionStatus::is_final),
            answer: exact::write(status.answer()),
            notes: report::notes(status.notes()),
            timestamp: verified.map(|verified| verified.timestamp().to_string()),
            body: verified.map(|verified| verified.body().to_vec().into()),
        }
    }
}
