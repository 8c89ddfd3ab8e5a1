#![cfg_attr(feature = "client", doc = include_str!("lib.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "Types, check, signature and verification of DOKU's Indodana API; the client is feature `client`."
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod check;
#[cfg(feature = "client")]
mod client;
mod contract;
pub mod error;
mod message;
mod notification;
mod order;
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(feature = "client")]
pub use crate::client::{
    Client, ClientBuilder,
    environment::{BaseUrl, Environment},
};
#[cfg(feature = "axum-0-8")]
pub use crate::notification::axum_0_8;
pub use crate::{
    contract::{
        generated::address,
        reader::{Note, NoteCode},
    },
    error::{Error, Outcome, VerificationError},
    message::{
        credentials::{self, ClientId, Credentials, SecretKey},
        json,
        money::{Price, Rupiah},
        signature::{self, RequestId, RequestTarget, Timestamp},
        signed::SignedRequest,
    },
    notification::{
        endpoint::NotificationEndpoint,
        message::{Age, Notification},
        verifier::{VerifiedResponse, Verifier},
    },
    order::{
        answer::{CheckedStatus, GeneratedOrder},
        life,
        request::PreparedOrder,
        retry::RetryPolicy,
        totals::{Totals, TotalsError},
    },
    types::*,
};

/// The types of the contract: requests, answers, notifications.
pub mod types {
    pub use crate::contract::generated::{scalar::*, types::*};
}
