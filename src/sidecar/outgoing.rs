//! How the sidecar sends to addresses of its settings: [`builder`].

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, redirect::Policy};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_rustls::rustls::{RootCertStore, crypto::ring};

/// Returns what makes clients without redirects, proxy and repeats; `localhost` is this machine whatever DNS says. The system's
/// certificates are read for https alone.
///
/// # Errors
///
/// Where they cannot be used. The text says what to do.
pub(crate) fn builder(https: bool) -> Result<ClientBuilder, &'static str> {
    let tls = tls(https)
        .map_err(|_| "the system's certificates cannot be used; install the ca-certificates of the system")?;
    let loopback = [([127, 0, 0, 1], 0).into(), ([0_u16, 0, 0, 0, 0, 0, 0, 1], 0).into()];
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .resolve_to_addrs("localhost", &loopback)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"))))
}

/// Returns TLS with the system's certificates, or with none.
fn tls(certificates: bool) -> Result<ClientConfig, rustls::Error> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(if certificates {
        versions.with_platform_verifier()?.with_no_client_auth()
    } else {
        versions.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    })
}
