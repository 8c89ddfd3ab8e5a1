//! HTTP of the command's own, beside the library's client.

use std::{error::Error, net::IpAddr, sync::Arc, time::Duration};

use reqwest::{Client, ClientBuilder, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use url::{Host, Url};

/// Returns a client that sends what it is given, once, on a connection of its own.
pub(crate) fn client(https: bool, timeout: Duration) -> Result<Client, Box<dyn Error>> {
    Ok(builder(https)?.http1_title_case_headers().pool_max_idle_per_host(0).timeout(timeout).build()?)
}

/// Returns what makes clients without redirects, proxy, decompression and repeats; `localhost` is this machine whatever
/// DNS says. Certificates are read for `https` alone.
pub(crate) fn builder(https: bool) -> Result<ClientBuilder, rustls::Error> {
    let loopback = [([127, 0, 0, 1], 0).into(), ([0_u16, 0, 0, 0, 0, 0, 0, 1], 0).into()];
    Ok(Client::builder()
        .tls_backend_preconfigured(tls(https)?)
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .retry(reqwest::retry::never())
        .resolve_to_addrs("localhost", &loopback))
}

/// Returns TLS with the system's certificates, or with none.
pub(crate) fn tls(certificates: bool) -> Result<ClientConfig, rustls::Error> {
    let versions = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(if certificates {
        versions.with_platform_verifier()?.with_no_client_auth()
    } else {
        versions.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    })
}

/// Returns whether a URL is on this machine: `localhost`, 127.0.0.0/8 or ::1.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    }
}
