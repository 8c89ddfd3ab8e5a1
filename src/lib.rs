#![cfg_attr(feature = "client", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "Types, check, signature and verification of DOKU's Indodana API; the client is feature `client`."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "axum-0-8")]
pub mod axum_0_8;
#[cfg(feature = "client")]
mod client;
pub mod credentials;
mod endpoint;
#[cfg(feature = "client")]
mod environment;
pub mod error;
mod generated;
#[cfg(feature = "client")]
mod hooks;
pub mod json;
mod money;
mod notification;
mod prepared;
#[cfg(feature = "client")]
mod retry;
pub mod schema;
pub mod signature;
mod signed;
#[cfg(feature = "simulator")]
pub mod simulator;
#[cfg(feature = "testing")]
pub mod testing;
mod verifier;

#[cfg(feature = "client")]
pub use crate::{
    client::{CheckedStatus, Client, ClientBuilder, GeneratedOrder},
    environment::{BaseUrl, Environment},
    retry::RetryPolicy,
};
pub use crate::{
    credentials::{ClientId, Credentials, SecretKey},
    endpoint::NotificationEndpoint,
    error::{Error, Outcome, VerificationError},
    money::{Price, Rupiah},
    notification::{Age, Notification},
    prepared::PreparedOrder,
    signature::{RequestId, RequestTarget, Timestamp},
    signed::SignedRequest,
    types::*,
    verifier::{VerifiedResponse, Verifier},
};

/// The types of the contract: requests, answers, notifications.
pub mod types {
    pub use crate::generated::{scalar::*, types::*};
}
