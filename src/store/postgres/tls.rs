//! TLS to the server: the options of an address about it, and what is trusted. Certificate and name are always verified.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::StoreError;

/// Who vouches for the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The system's certificates.
    System,
    /// Those in a file, and no others.
    File(PathBuf),
}

/// Takes out of an address what the driver does not know: `sslrootcert`, and the names that libpq has for a `sslmode` that
/// verifies, as it is always done here.
pub(super) fn read(address: &str) -> (String, Trust) {
    let Some((place, options)) = address.split_once('?') else { return (address.to_owned(), Trust::System) };
    let mut trust = Trust::System;
    let mut left = Vec::new();
    for option in options.split('&') {
        match option.split_once('=') {
            Some(("sslrootcert", "system")) => trust = Trust::System,
            Some(("sslrootcert", path)) => trust = Trust::File(decoded(path).into()),
            Some(("sslmode", "verify-full" | "verify-ca")) => left.push("sslmode=require"),
            _ => left.push(option),
        }
    }
    let mark = if left.is_empty() { "" } else { "?" };
    (format!("{place}{mark}{}", left.join("&")), trust)
}

/// Returns a text of an address with what stands for other characters (`%2F`) replaced by them.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let rest = if let Some(byte) = code {
            bytes.push(byte);
            &part[2..]
        } else {
            bytes.push(b'%');
            part
        };
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns what makes a connection private.
pub(super) fn connector(trust: &Trust) -> Result<MakeRustlsConnect, StoreError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::bug("the versions of tls do not fit, please report this"))?;
    let config = match trust {
        Trust::System => builder.with_platform_verifier().map_err(|_| {
            StoreError::unusable(
                "the system's certificates cannot be read; install ca-certificates, or name sslrootcert",
            )
        })?,
        Trust::File(path) => builder.with_root_certificates(roots(path)?),
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn roots(path: &Path) -> Result<RootCertStore, StoreError> {
    let unreadable = |what: &str| {
        StoreError::unusable(format!(
            "the certificates of sslrootcert, {}, cannot be used: {what}; name a file in pem",
            path.display()
        ))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|_| unreadable("the file cannot be read"))? {
        let certificate = certificate.map_err(|_| unreadable("it holds what is no certificate"))?;
        roots.add(certificate).map_err(|_| unreadable("it holds what is no certificate"))?;
    }
    if roots.is_empty() { Err(unreadable("there is none in it")) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_does_not_know_is_taken_out() {
        let file = |path: &str| Trust::File(path.into());
        for (address, left, trust) in [
            ("postgres://a@b/c", "postgres://a@b/c", Trust::System),
            ("postgres://a@b/c?sslmode=verify-full", "postgres://a@b/c?sslmode=require", Trust::System),
            ("postgres://a@b/c?sslmode=disable", "postgres://a@b/c?sslmode=disable", Trust::System),
            ("postgres://a@b/c?sslrootcert=/etc/ca.pem", "postgres://a@b/c", file("/etc/ca.pem")),
            (
                "postgres://a@b/c?sslrootcert=%2Fetc%2fmy%20ca.pem&connect_timeout=3",
                "postgres://a@b/c?connect_timeout=3",
                file("/etc/my ca.pem"),
            ),
            ("postgres://a@b/c?sslrootcert=100%&sslmode=verify-ca", "postgres://a@b/c?sslmode=require", file("100%")),
            ("postgres://a@b/c?sslrootcert=system", "postgres://a@b/c", Trust::System),
        ] {
            assert_eq!(read(address), (left.to_owned(), trust), "{address}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let refused = |what: &str| {
            let error = connector(&Trust::File(path.clone())).map(drop).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        };
        refused("the file cannot be read");
        std::fs::write(&path, "").unwrap();
        refused("there is none in it");
        std::fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        refused("it holds what is no certificate");
    }
}
