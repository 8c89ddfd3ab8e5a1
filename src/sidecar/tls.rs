//! TLS of the API: [`TlsFiles`].

use std::{fmt, path::Path, sync::Arc};

use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::WebPkiClientVerifier,
    },
};

use crate::secret_file;

/// A certificate with its key, and whose certificates clients must show.
pub(crate) struct TlsFiles(Arc<ServerConfig>);

/// A key of the settings, and what is wrong with it.
type SettingFault = (&'static str, String);

impl TlsFiles {
    /// Reads the files; `None` where none is named.
    pub(crate) fn read(
        certificate: Option<&str>,
        key: Option<&str>,
        client_ca: Option<&str>,
    ) -> Result<Option<Self>, SettingFault> {
        let (certificate, key) = match (certificate, key) {
            (Some(certificate), Some(key)) => (certificate, key),
            (None, None) if client_ca.is_none() => return Ok(None),
            (None, _) => return Err(("api.certificate_file", "is not set, and the api is to speak tls".to_owned())),
            (_, None) => return Err(("api.key_file", "is not set, and the api is to speak tls".to_owned())),
        };
        let chain = certificates("api.certificate_file", certificate)?;
        let text = secret_file::read(Path::new(key)).map_err(|what| ("api.key_file", what))?;
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map_err(|_| ("api.key_file", "the file holds no private key in pem".to_owned()))?;
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| ("api.certificate_file", error.to_string()))?;
        let config = match client_ca {
            None => config.with_no_client_auth(),
            Some(path) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates("api.client_ca_file", path)? {
                    let unusable = |_| ("api.client_ca_file", "a certificate of it is no authority's".to_owned());
                    roots.add(authority).map_err(unusable)?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                config.with_client_cert_verifier(verifier.map_err(|error| ("api.client_ca_file", error.to_string()))?)
            }
        };
        let config = config.with_single_cert(chain, key).map_err(|_| {
            let what = "the certificate does not fit the key, or cannot be used; name the pair";
            ("api.certificate_file", what.to_owned())
        })?;
        Ok(Some(Self(Arc::new(config))))
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

impl fmt::Debug for TlsFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsFiles(***)")
    }
}

/// Reads certificates, which are public.
fn certificates(key: &'static str, path: &str) -> Result<Vec<CertificateDer<'static>>, SettingFault> {
    let none = || (key, "the file cannot be read, or holds no certificate in pem".to_owned());
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).map_err(|_| none())?.collect::<Result<_, _>>().map_err(|_| none())?;
    if found.is_empty() { Err(none()) } else { Ok(found) }
}
