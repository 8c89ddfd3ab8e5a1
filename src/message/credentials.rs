//! Who signs: [`ClientId`], [`SecretKey`] and both together, [`Credentials`].

mod error;

use std::{
    env, fmt,
    fs::File,
    io::{self, Read},
    path::Path,
    str::FromStr,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

pub use self::error::CredentialsError;

/// Environment variable of the client id.
pub const CLIENT_ID_VARIABLE: &str = "DOKU_CLIENT_ID";
/// Environment variable of the secret key.
pub const SECRET_KEY_VARIABLE: &str = "DOKU_SECRET_KEY";
/// Environment variable of a file that holds the secret key; one newline at its end is ignored.
pub const SECRET_KEY_FILE_VARIABLE: &str = "DOKU_SECRET_KEY_FILE";

/// How secret keys of DOKU begin.
const SECRET_KEY_PREFIX: &str = "SK-";

/// How client ids begin: present-day ones, older ones, and the simulator's.
const CLIENT_ID_PREFIXES: [&str; 3] = ["BRN-", "MCH-", SIMULATOR_CLIENT_ID_PREFIX];

/// How client ids begin that are made for the simulator.
const SIMULATOR_CLIENT_ID_PREFIX: &str = "SIM-";

/// The secret key of the simulator, which protects nothing.
const SIMULATOR_SECRET_KEY: &str = "SK-simulator-known-to-everyone";

/// The longest file of a secret key that is read, in bytes.
const LONGEST_FILE: u64 = 4096;

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
        // A client id is printed, so a secret key must not be taken for one.
        if text.starts_with(SECRET_KEY_PREFIX) {
            return Err(CredentialsError::ClientIdIsSecretKey);
        }
        if text.chars().any(|character| character.is_control() || is_invisible(character)) {
            return Err(CredentialsError::ClientIdInvisibleCharacter);
        }
        if is_quoted(text) {
            return Err(CredentialsError::ClientIdQuoted);
        }
        if text.is_empty() || text.len() > 128 || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialsError::ClientId);
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
    /// A key that was not copied as it is, and would make wrong signatures: an empty one, one with leading or trailing
    /// white space, in quotation marks, with a control character or an invisible one such as a byte order mark, and
    /// one that begins as client ids do.
    pub fn new(secret: &str) -> Result<Self, CredentialsError> {
        if secret.is_empty() {
            return Err(CredentialsError::SecretKeyEmpty);
        }
        // Before the white space, because a byte order mark hides it.
        if secret.chars().any(is_invisible) {
            return Err(CredentialsError::SecretKeyInvisibleCharacter);
        }
        if secret.trim() != secret {
            return Err(CredentialsError::SecretKeyBlankEdge);
        }
        if secret.chars().any(char::is_control) {
            return Err(CredentialsError::SecretKeyControlCharacter);
        }
        if is_quoted(secret) {
            return Err(CredentialsError::SecretKeyQuoted);
        }
        if CLIENT_ID_PREFIXES.iter().any(|prefix| secret.starts_with(prefix)) {
            return Err(CredentialsError::SecretKeyIsClientId);
        }
        Ok(Self::keyed(secret))
    }

    fn keyed(secret: &str) -> Self {
        Self(Hmac::new_from_slice(secret.as_bytes()).expect("hmac takes a key of any length"))
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
        Ok(Self::new(client_id_from_env()?, secret_key_from_env()?))
    }

    /// Returns whether these are the simulator's: its secret key, which everyone knows, or a client id that begins with
    /// `SIM-`. A client for DOKU's sandbox or production refuses them.
    pub fn belong_to_simulator(&self) -> bool {
        let simulators = SecretKey::keyed(SIMULATOR_SECRET_KEY);
        self.client_id.0.starts_with(SIMULATOR_CLIENT_ID_PREFIX)
            || self.secret_key.danger_hmac(b"") == simulators.danger_hmac(b"")
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

/// Reads the client id from `DOKU_CLIENT_ID`.
///
/// # Errors
///
/// As [`Credentials::from_env`].
pub fn client_id_from_env() -> Result<ClientId, CredentialsError> {
    variable(CLIENT_ID_VARIABLE)?.ok_or(CredentialsError::Missing { variable: CLIENT_ID_VARIABLE })?.parse()
}

/// Reads the secret key from `DOKU_SECRET_KEY`, or from the file that `DOKU_SECRET_KEY_FILE` names, of which at most
/// 4,096 bytes are read.
///
/// # Errors
///
/// As [`Credentials::from_env`].
pub fn secret_key_from_env() -> Result<SecretKey, CredentialsError> {
    match (variable(SECRET_KEY_VARIABLE)?, variable(SECRET_KEY_FILE_VARIABLE)?) {
        (Some(_), Some(_)) => Err(CredentialsError::SecretKeyTwice),
        (Some(secret), None) => usable(&Zeroizing::new(secret)),
        (None, Some(path)) => {
            let text = read(Path::new(&path)).map_err(|error| match error.kind() {
                // The path is never printed, for it may be the key itself.
                io::ErrorKind::NotFound if path.starts_with(SECRET_KEY_PREFIX) => CredentialsError::SecretKeyFileIsKey,
                reason => CredentialsError::SecretKeyFile { reason },
            })?;
            let line = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
            usable(line)
        }
        (None, None) => Err(CredentialsError::Missing { variable: SECRET_KEY_VARIABLE }),
    }
}

/// Takes a secret key that was found. A client id is printed and sent, so it must not be the same.
fn usable(secret: &str) -> Result<SecretKey, CredentialsError> {
    let key = SecretKey::new(secret)?;
    match variable(CLIENT_ID_VARIABLE)? {
        Some(client_id) if client_id == secret => Err(CredentialsError::ClientIdIsSecretKey),
        _ => Ok(key),
    }
}

/// Reads a file of a secret key, or a pipe.
fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let read = File::open(path)?.take(LONGEST_FILE + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST_FILE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// Returns whether a text both begins and ends with a quotation mark, as files of variables keep them.
fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '\'']) && text.ends_with(['"', '\''])
}

/// Returns whether a character is one that nobody sees and that is none of the control characters: a byte order mark,
/// spaces without width, and marks of the direction.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

fn variable(name: &'static str) -> Result<Option<String>, CredentialsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(CredentialsError::NotUnicode { variable: name }),
    }
}
