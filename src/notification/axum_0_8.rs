//! An extractor for axum 0.8: [`VerifiedNotification`].
//!
//! It reads the raw body itself, before any JSON parser, and verifies it with the [`NotificationEndpoint`] of the
//! router's state. A handler runs for genuine notifications alone; anything else is answered without it.
//!
//! ```
//! use axum::{Router, extract::FromRef, routing::post};
//! use doku_indodana::{
//!     Credentials, NotificationEndpoint, Verifier,
//!     axum_0_8::{Acknowledgement, VerifiedNotification},
//! };
//! use http::{Request, StatusCode};
//! use tower::ServiceExt;
//!
//! const PATH: &str = "/payments/notifications";
//!
//! #[derive(Clone)]
//! struct Shop {
//!     notifications: NotificationEndpoint,
//! }
//!
//! impl FromRef<Shop> for NotificationEndpoint {
//!     fn from_ref(shop: &Shop) -> Self {
//!         shop.notifications.clone()
//!     }
//! }
//!
//! async fn notified(VerifiedNotification(notification): VerifiedNotification) -> Acknowledgement {
//!     // Store it, answer, and only then act on it. Compare invoice number and amount with your own order.
//!     println!("{:?} {:?}", notification.invoice_number(), notification.status());
//!     Acknowledgement
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials::new("BRN-0000-1234567890123".parse()?, "SK-not-a-real-key".parse()?);
//! let notifications = NotificationEndpoint::new(Verifier::new(credentials), PATH)?;
//! let routes = Router::new().route(PATH, post(notified)).with_state(Shop { notifications });
//!
//! // Nobody signed this.
//! let answer = routes.oneshot(Request::post(PATH).body("{}".to_owned())?).await?;
//! assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
//! # Ok(())
//! # }
//! ```
//!
//! To log why something was refused, take `Result<VerifiedNotification, NotificationRejection>` as the argument.

use std::{error, fmt};

use axum_core::{
    body::Body,
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use http_body_util::Limited;

use crate::{
    message::signature::VerificationError,
    notification::{endpoint::NotificationEndpoint, message::Notification},
};

/// The longest body that is read, in bytes: 64 KiB. A notification has less than one.
pub const LONGEST_BODY: usize = 64 * 1024;

/// A notification that is proven to be DOKU's, as an argument of a handler.
///
/// The state of the router has to give a [`NotificationEndpoint`] by [`FromRef`]. The body is read up to
/// [`LONGEST_BODY`], or up to a lower `DefaultBodyLimit` of the router's. How long it may take is left to the server.
///
/// `Debug` shows no part of the body.
#[derive(Clone, Debug)]
pub struct VerifiedNotification(pub Notification);

/// The answer to a genuine notification: HTTP 200 with [`NotificationEndpoint::ACKNOWLEDGEMENT`] as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledgement;

impl IntoResponse for Acknowledgement {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        ([(CONTENT_TYPE, json)], NotificationEndpoint::ACKNOWLEDGEMENT).into_response()
    }
}

/// Why there is no [`VerifiedNotification`]. As an answer it is a status without a body, so that a stranger learns
/// nothing; DOKU repeats what is answered with none of 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotificationRejection {
    /// The body is longer than is read: 413.
    TooLarge,
    /// The body ended too early: 400.
    Interrupted,
    /// The message is not proven to be DOKU's: 401, or 500 if the receiver's own configuration is no path.
    Unverified(VerificationError),
}

impl NotificationRejection {
    /// Returns the status that it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Interrupted => StatusCode::BAD_REQUEST,
            Self::Unverified(VerificationError::MalformedTarget) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unverified(_) => StatusCode::UNAUTHORIZED,
        }
    }
}

impl error::Error for NotificationRejection {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Unverified(error) => Some(error),
            Self::TooLarge | Self::Interrupted => None,
        }
    }
}

impl fmt::Display for NotificationRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the body is longer than is read; a notification has less than 64 KiB"),
            Self::Interrupted => f.write_str("the body ended too early; the sender has to send it again"),
            Self::Unverified(error) => error.fmt(f),
        }
    }
}

impl From<VerificationError> for NotificationRejection {
    fn from(error: VerificationError) -> Self {
        Self::Unverified(error)
    }
}

impl IntoResponse for NotificationRejection {
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl<S> FromRequest<S> for VerifiedNotification
where
    NotificationEndpoint: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = NotificationRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, NotificationRejection> {
        let endpoint = NotificationEndpoint::from_ref(state);
        let headers = request.headers().clone();
        let limited = request.map(|body| Body::new(Limited::new(body, LONGEST_BODY)));
        let body = Bytes::from_request(limited, state).await.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => NotificationRejection::TooLarge,
            _ => NotificationRejection::Interrupted,
        })?;
        Ok(Self(endpoint.verify(&headers, &body)?))
    }
}
