//! Client ids and secret keys that were not copied as they are, swapped, or are the simulator's.

use doku_indodana::{ClientId, Credentials, SecretKey, error::CredentialsError};

const ID: &str = "BRN-0000-1234567890123";
const KEY: &str = "SK-not-a-real-key";

#[test]
fn secret_keys() {
    use CredentialsError::{
        SecretKeyBlankEdge, SecretKeyControlCharacter, SecretKeyEmpty, SecretKeyInvisibleCharacter,
        SecretKeyIsClientId, SecretKeyQuoted,
    };
    for (secret, expect) in [
        (KEY, None),
        ("k", None),
        ("kunci rahasia dengan spasi", None),
        ("kunci\"rahasia'x", None),
        ("kunci-rahasia-é-钥匙-🔑", None),
        ("", Some(SecretKeyEmpty)),
        (" ", Some(SecretKeyBlankEdge)),
        (" SK-1", Some(SecretKeyBlankEdge)),
        ("SK-1\n", Some(SecretKeyBlankEdge)),
        ("SK-1\r\n", Some(SecretKeyBlankEdge)),
        ("SK-1\u{a0}", Some(SecretKeyBlankEdge)),
        ("SK\n1", Some(SecretKeyControlCharacter)),
        ("SK\t1", Some(SecretKeyControlCharacter)),
        ("SK\u{0}1", Some(SecretKeyControlCharacter)),
        ("SK\u{1b}[0m1", Some(SecretKeyControlCharacter)),
        ("SK\u{7f}1", Some(SecretKeyControlCharacter)),
        ("SK\u{85}1", Some(SecretKeyControlCharacter)),
        ("\"SK-1\"", Some(SecretKeyQuoted)),
        ("'SK-1'", Some(SecretKeyQuoted)),
        ("\"\"", Some(SecretKeyQuoted)),
        ("\u{feff}SK-1", Some(SecretKeyInvisibleCharacter)),
        ("SK-1\u{200b}", Some(SecretKeyInvisibleCharacter)),
        ("SK-\u{200d}1", Some(SecretKeyInvisibleCharacter)),
        ("\u{202a}SK-1\u{202c}", Some(SecretKeyInvisibleCharacter)),
        ("SK-\u{ad}1", Some(SecretKeyInvisibleCharacter)),
        (ID, Some(SecretKeyIsClientId)),
        ("MCH-0001-10791114622547", Some(SecretKeyIsClientId)),
        ("SIM-0001-0000000000001", Some(SecretKeyIsClientId)),
    ] {
        assert_eq!(SecretKey::new(secret).err(), expect, "{secret:?}");
    }
}

#[test]
fn client_ids() {
    use CredentialsError::{ClientId as NotVisible, ClientIdInvisibleCharacter, ClientIdIsSecretKey, ClientIdQuoted};
    let (longest, too_long) = ("C".repeat(128), "C".repeat(129));
    for (id, expect) in [
        (ID, None),
        ("MCH-0001-10791114622547", None),
        ("BRN-SK-0000", None),
        ("C", None),
        (longest.as_str(), None),
        (too_long.as_str(), Some(NotVisible)),
        ("", Some(NotVisible)),
        ("BRN 1", Some(NotVisible)),
        ("BRN–0000", Some(NotVisible)),
        ("BRN-1\n", Some(ClientIdInvisibleCharacter)),
        ("BRN-1\nRequest-Id:x", Some(ClientIdInvisibleCharacter)),
        ("BRN\u{0}1", Some(ClientIdInvisibleCharacter)),
        ("\u{feff}BRN-1", Some(ClientIdInvisibleCharacter)),
        ("\u{feff}SK-1", Some(ClientIdInvisibleCharacter)),
        ("BRN-1\u{200b}", Some(ClientIdInvisibleCharacter)),
        ("\"BRN-1\"", Some(ClientIdQuoted)),
        ("'BRN-1'", Some(ClientIdQuoted)),
        ("'SK-1'", Some(ClientIdQuoted)),
        ("SK-", Some(ClientIdIsSecretKey)),
        (KEY, Some(ClientIdIsSecretKey)),
        ("SK-1\n", Some(ClientIdIsSecretKey)),
    ] {
        assert_eq!(id.parse::<ClientId>().err(), expect, "{id:?}");
    }
}

fn credentials(id: &str, key: &str) -> Credentials {
    Credentials::new(id.parse().unwrap(), key.parse().unwrap())
}

/// The simulator's client id and its key, each alone as well.
const SIMULATORS: [(&str, &str); 4] = [
    ("SIM-0001-0000000000001", "SK-simulator-known-to-everyone"),
    ("SIM-0001-0000000000001", KEY),
    ("SIM-7", KEY),
    (ID, "SK-simulator-known-to-everyone"),
];

#[test]
fn credentials_of_the_simulator() {
    for (id, key) in SIMULATORS {
        assert!(credentials(id, key).belong_to_simulator(), "{id}");
    }
    for (id, key) in [(ID, KEY), ("BRN-SIM-1", "SK-simulator-known-to-everyone-")] {
        assert!(!credentials(id, key).belong_to_simulator(), "{id}");
    }
}

/// Nothing can leave, because there is no client.
#[cfg(feature = "client")]
#[test]
fn no_client_sends_credentials_of_the_simulator_to_doku() {
    use doku_indodana::{Client, Environment, Outcome};

    let environments = [
        Environment::Sandbox,
        Environment::Production,
        Environment::custom("https://api.doku.com").unwrap(),
        Environment::custom("https://API-sandbox.doku.com:443/").unwrap(),
    ];
    for environment in environments {
        for (id, key) in SIMULATORS {
            let error = Client::new(environment.clone(), credentials(id, key)).unwrap_err();
            assert_eq!((error.code(), error.outcome()), ("configuration", Outcome::NothingSent));
            assert_eq!(error.to_string(), CredentialsError::Simulator.to_string());
        }
    }
    let (id, key) = SIMULATORS[0];
    Client::new(Environment::custom("http://127.0.0.1:4000").unwrap(), credentials(id, key)).unwrap();
}

#[cfg(feature = "client")]
#[test]
fn the_addresses_of_doku_are_its_environments() {
    use doku_indodana::Environment;

    for (url, environment) in [
        ("https://api.doku.com", Environment::Production),
        ("https://api.doku.com/", Environment::Production),
        ("https://API.DOKU.com.:443", Environment::Production),
        ("https://api-sandbox.doku.com", Environment::Sandbox),
    ] {
        assert_eq!(Environment::custom(url).unwrap(), environment, "{url}");
    }
    assert!(matches!(Environment::custom("https://api.doku.com.example").unwrap(), Environment::Custom(_)));
}
