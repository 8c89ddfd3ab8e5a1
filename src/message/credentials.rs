//! Who signs: [`ClientId`], [`SecretKey`] and both together, [`Credentials`].

use std::{env, fmt, fs, str::FromStr};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::message::error::CredentialsError;

/// Environment variable of the client id.
pub const CLIENT_ID_VARIABLE: &str = "DOKU_CLIENT_ID";
/// Environment variable of the secret key.
pub const SECRET_KEY_VARIABLE: &str = "DOKU_SECRET_KEY";
/// Environment variable of a file that holds the secret key; one newline at its end is ignored.
pub const SECRET_KEY_FILE_VARIABLE: &str = "DOKU_SECRET_KEY_FILE";

/// The merchant's id at DOKU, 1 to 128 visible ASCII characters, for example `BRN-0214-1714016624673`.
///
/// Source: page, Request Header Explanation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientId(String);

impl ClientId {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = CredentialsError;

    fn from_str(text: &str) -> Result<Self, CredentialsError> {
        if text.is_empty() || text.len() > 128 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialsError::ClientId);
        }
        // A client id is printed, so a secret key must not be taken for one.
        if text.starts_with("SK-") {
            return Err(CredentialsError::ClientIdIsSecretKey);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The merchant's secret key at DOKU.
///
/// It has no `Display`, its `Debug` is `SecretKey(***)`, and only the keyed state of HMAC-SHA256 is kept, which is
/// wiped when dropped.
///
/// ```
/// use doku_indodana::SecretKey;
///
/// let key: SecretKey = "SK-not-a-real-key".parse()?;
/// assert_eq!(format!("{key:?}"), "SecretKey(***)");
/// # Ok::<(), doku_indodana::error::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct SecretKey(pub(crate) Hmac<Sha256>);

impl SecretKey {
    /// Takes the secret key.
    ///
    /// # Errors
    ///
    /// An empty key, one that begins or ends with a blank, and one with a control character: these come from a copying
    /// mistake and would make wrong signatures.
    pub fn new(secret: &str) -> Result<Self, CredentialsError> {
        if secret.is_empty() {
            return Err(CredentialsError::SecretKeyEmpty);
        }
        if secret.trim() != secret {
            return Err(CredentialsError::SecretKeyBlankEdge);
        }
        if secret.chars().any(char::is_control) {
            return Err(CredentialsError::SecretKeyControlCharacter);
        }
        // HMAC takes a key of any length, so this cannot fail.
        Hmac::new_from_slice(secret.as_bytes()).map(Self).map_err(|_| CredentialsError::SecretKeyEmpty)
    }

    /// Returns the HMAC-SHA256 of any bytes under this key.
    ///
    /// Dangerous, because who signs what he is given signs a forgery: sign a message with
    /// [`signature::sign`](crate::signature::sign), which takes its components.
    pub fn danger_hmac(&self, bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl FromStr for SecretKey {
    type Err = CredentialsError;

    fn from_str(secret: &str) -> Result<Self, CredentialsError> {
        Self::new(secret)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// A client id and its secret key.
#[derive(Clone, Debug)]
pub struct Credentials {
    client_id: ClientId,
    secret_key: SecretKey,
}

impl Credentials {
    /// Puts both together.
    pub fn new(client_id: ClientId, secret_key: SecretKey) -> Self {
        Self { client_id, secret_key }
    }

    /// Reads `DOKU_CLIENT_ID`, and `DOKU_SECRET_KEY` or the file that `DOKU_SECRET_KEY_FILE` names.
    ///
    /// # Errors
    ///
    /// Where one is missing, both secrets are set, the file cannot be read, or a value is not acceptable. The error
    /// names the variable and never its value.
    pub fn from_env() -> Result<Self, CredentialsError> {
        let client_id =
            variable(CLIENT_ID_VARIABLE)?.ok_or(CredentialsError::Missing { variable: CLIENT_ID_VARIABLE })?.parse()?;
        Ok(Self::new(client_id, secret_key_from_env()?))
    }

    /// Returns the client id.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// Returns the secret key.
    pub fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }
}

/// Reads the secret key from `DOKU_SECRET_KEY` or from the file that `DOKU_SECRET_KEY_FILE` names.
///
/// # Errors
///
/// As [`Credentials::from_env`].
pub fn secret_key_from_env() -> Result<SecretKey, CredentialsError> {
    let secret = match (variable(SECRET_KEY_VARIABLE)?, variable(SECRET_KEY_FILE_VARIABLE)?) {
        (Some(_), Some(_)) => return Err(CredentialsError::SecretKeyTwice),
        (Some(secret), None) => Zeroizing::new(secret),
        (None, Some(path)) => {
            let text = fs::read_to_string(path)
                .map(Zeroizing::new)
                .map_err(|error| CredentialsError::SecretKeyFile { reason: error.kind() })?;
            let line = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
            return SecretKey::new(line);
        }
        (None, None) => return Err(CredentialsError::Missing { variable: SECRET_KEY_VARIABLE }),
    };
    SecretKey::new(&secret)
}

fn variable(name: &'static str) -> Result<Option<String>, CredentialsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CredentialsError::NotUnicode { variable: name }),
    }
}
