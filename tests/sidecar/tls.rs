//! TLS of the API, and callers who must show a certificate.

use std::sync::Arc;

use doku_sidecar::Address;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject as _},
    },
};

use crate::world::{Shop, World};

/// An authority for one test.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Returns a certificate and its key, in PEM.
fn issued(by: &CertifiedIssuer<'static, KeyPair>, usage: ExtendedKeyUsagePurpose) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.extended_key_usages = vec![usage];
    (params.signed_by(&key, by).unwrap().pem(), key.serialize_pem())
}

/// Calls the API with a certificate or without one; `None` where the connection is refused.
async fn call(shop: &Shop, server: &str, client: Option<&(String, String)>) -> Option<u16> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(server.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots);
    let config = match client {
        None => config.with_no_client_auth(),
        Some((certificate, key)) => config
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap(),
            )
            .unwrap(),
    };
    let Address::Tcp(address) = shop.0.api_address() else { panic!("a socket") };
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.ok()?;
    Shop::request("GET", "/orders").try_over(stream).await.map(|answer| answer.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_must_show_a_certificate_of_the_authority() {
    let world = World::new().await;
    let (servers, clients, strangers) = (authority(), authority(), authority());
    let (certificate, key) = issued(&servers, ExtendedKeyUsagePurpose::ServerAuth);
    let file = |name: &str, text: &str| world.secret(name, text).to_str().unwrap().to_owned();
    let tls = world
        .settings()
        .set("api.certificate_file", &file("certificate", &certificate))
        .set("api.key_file", &file("key", &key));
    let mutual = tls.clone().set("api.client_ca_file", &file("clients", &clients.pem()));
    let known = issued(&clients, ExtendedKeyUsagePurpose::ClientAuth);
    let unknown = issued(&strangers, ExtendedKeyUsagePurpose::ClientAuth);

    let shop = world.start_with(&tls).await;
    assert_eq!(call(&shop, &servers.pem(), None).await, Some(200));
    assert_eq!(call(&shop, &strangers.pem(), None).await, None, "another server's certificate");
    shop.0.stop().await;

    let shop = world.start_with(&mutual).await;
    assert_eq!(call(&shop, &servers.pem(), Some(&known)).await, Some(200));
    assert_eq!(call(&shop, &servers.pem(), Some(&unknown)).await, None);
    assert_eq!(call(&shop, &servers.pem(), None).await, None);
    // A certificate takes the place of no token.
    let plain = TcpStream::connect(shop.0.api_address().to_string()).await.unwrap();
    assert!(Shop::request("GET", "/orders").try_over(plain).await.is_none(), "no tls");
}

#[tokio::test]
async fn a_key_that_others_may_read_is_refused() {
    let world = World::new().await;
    let servers = authority();
    let (certificate, key) = issued(&servers, ExtendedKeyUsagePurpose::ServerAuth);
    let (other, _) = issued(&servers, ExtendedKeyUsagePurpose::ServerAuth);
    let file = |name: &str, text: &str| world.secret(name, text).to_str().unwrap().to_owned();
    let settings = |certificate: &str, key: &str| {
        world.settings().set("api.certificate_file", certificate).set("api.key_file", key).text()
    };
    let (certificate, key) = (file("certificate", &certificate), file("key", &key));
    let why = |text: &str| doku_sidecar::Config::from_toml(text).unwrap_err().to_string();
    assert_eq!(
        why(&settings(&file("other", &other), &key)),
        "api.certificate_file: the certificate does not fit the key, or cannot be used; name the pair"
    );
    assert_eq!(why(&settings(&certificate, &certificate)), "api.key_file: the file holds no private key in pem");
    assert_eq!(
        why(&settings(&key, &key)),
        "api.certificate_file: the file cannot be read, or holds no certificate in pem"
    );
    #[cfg(unix)]
    {
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        let expected = "api.key_file: others may read the file (mode 640); run chmod 600 on it";
        assert_eq!(why(&settings(&certificate, &key)), expected);
    }
}
