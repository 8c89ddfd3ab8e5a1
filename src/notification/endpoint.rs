//! Where notifications come in: [`NotificationEndpoint`].

use std::sync::Arc;

use http::HeaderMap;

use crate::{
    message::{
        error::ComponentError,
        signature::{RequestTarget, VerificationError},
    },
    notification::{message::Notification, verifier::Verifier},
};

/// A verifier together with the path of the notification URL. Cheap to clone.
///
/// ```
/// use doku_indodana::{Credentials, NotificationEndpoint, Verifier};
/// use http::HeaderMap;
///
/// let credentials = Credentials::new("BRN-0000-1234567890123".parse()?, "SK-not-a-real-key".parse()?);
/// let endpoint = NotificationEndpoint::new(Verifier::new(credentials), "/payments/notifications")?;
/// let error = endpoint.verify(&HeaderMap::new(), b"{}").unwrap_err();
/// assert_eq!(error.code(), "missing_header");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NotificationEndpoint(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    verifier: Verifier,
    target: RequestTarget,
}

impl NotificationEndpoint {
    /// The body to answer a genuine notification with, as `application/json` and with HTTP 200. DOKU's own code generator
    /// calls it the one that DOKU expects; its pages name none, so any 2xx may do (D-25).
    pub const ACKNOWLEDGEMENT: &str = r#"{"responseCode":"2000000","responseMessage":"Successful"}"#;

    /// Puts both together. `target` is the path of the notification URL as DOKU has it, not as a proxy rewrites it.
    ///
    /// # Errors
    ///
    /// [`ComponentError::RequestTarget`] where `target` is no path, for example a whole URL.
    pub fn new(verifier: Verifier, target: &str) -> Result<Self, ComponentError> {
        Ok(Self(Arc::new(Inner { verifier, target: target.parse()? })))
    }

    /// Returns the path that notifications are verified for.
    pub fn target(&self) -> &RequestTarget {
        &self.0.target
    }

    /// Verifies a notification, headers and body exactly as they were received.
    ///
    /// # Errors
    ///
    /// As [`Verifier::verify`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, VerificationError> {
        self.0.verifier.verify(self.0.target.as_str(), headers, body)
    }
}
