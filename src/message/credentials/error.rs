//! Why credentials cannot be used: [`CredentialsError`].

use std::{error, fmt, io};

use super::{SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE};

/// Why credentials are not acceptable. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The client id is not 1 to 128 visible ASCII characters.
    ClientId,
    /// The client id has a control character, or one that nobody sees, such as a byte order mark.
    ClientIdInvisibleCharacter,
    /// The client id begins as secret keys do, or is the secret key.
    ClientIdIsSecretKey,
    /// The client id is in quotation marks.
    ClientIdQuoted,
    /// An environment variable is not set.
    Missing {
        /// The variable.
        variable: &'static str,
    },
    /// An environment variable is not Unicode.
    NotUnicode {
        /// The variable.
        variable: &'static str,
    },
    /// The secret key begins or ends with white space.
    SecretKeyBlankEdge,
    /// The secret key has a control character.
    SecretKeyControlCharacter,
    /// The secret key is empty.
    SecretKeyEmpty,
    /// The file of the secret key cannot be read.
    SecretKeyFile {
        /// What the system said.
        reason: io::ErrorKind,
    },
    /// `DOKU_SECRET_KEY_FILE` names no file and begins as secret keys do.
    SecretKeyFileIsKey,
    /// The secret key has a character that nobody sees, such as a byte order mark.
    SecretKeyInvisibleCharacter,
    /// The secret key begins as client ids do.
    SecretKeyIsClientId,
    /// The secret key is in quotation marks.
    SecretKeyQuoted,
    /// Both `DOKU_SECRET_KEY` and `DOKU_SECRET_KEY_FILE` are set.
    SecretKeyTwice,
    /// The credentials are the simulator's, and the environment is DOKU's own.
    Simulator,
}

impl error::Error for CredentialsError {}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientId => {
                "the client id must be 1 to 128 visible ascii characters; copy it from the doku dashboard"
            }
            Self::ClientIdInvisibleCharacter => {
                "the client id has a control character or one that nobody sees, such as a byte order mark or a line \
                 end; type it by hand, or copy it again from the doku dashboard"
            }
            Self::ClientIdIsSecretKey => {
                "the client id begins with SK-, as secret keys do, or is the secret key; client id and secret key are probably swapped: set \
                 each again"
            }
            Self::ClientIdQuoted => {
                "the client id is in quotation marks, which would be taken for a part of it; set it without them"
            }
            Self::Missing { variable } if *variable == SECRET_KEY_VARIABLE => {
                "no secret key: set the environment variable DOKU_SECRET_KEY, or DOKU_SECRET_KEY_FILE to the path of a \
                 file that holds it"
            }
            Self::Missing { variable } => {
                return write!(
                    f,
                    "the environment variable {variable} is not set; set it to the value from the doku dashboard"
                );
            }
            Self::NotUnicode { variable } => {
                return write!(f, "the environment variable {variable} is not unicode text; set it again");
            }
            Self::SecretKeyBlankEdge => "the secret key has leading or trailing white space; copy it again without it",
            Self::SecretKeyControlCharacter => {
                "the secret key has a control character or more than one line; copy it again"
            }
            Self::SecretKeyEmpty => "the secret key is empty; copy it from the doku dashboard",
            Self::SecretKeyFile { reason } => {
                return write!(
                    f,
                    "the file named by {SECRET_KEY_FILE_VARIABLE} cannot be read: {reason}; set it to the path of a \
                     file that holds the secret key alone"
                );
            }
            Self::SecretKeyFileIsKey => {
                "DOKU_SECRET_KEY_FILE begins with SK-, as secret keys do, and names no file; set DOKU_SECRET_KEY to \
                 the key, or DOKU_SECRET_KEY_FILE to the path of a file that holds it"
            }
            Self::SecretKeyInvisibleCharacter => {
                "the secret key has a character that nobody sees, such as a byte order mark; copy it again, and save \
                 its file without a byte order mark"
            }
            Self::SecretKeyIsClientId => {
                "the secret key begins as client ids do; client id and secret key are probably swapped: set each again"
            }
            Self::SecretKeyQuoted => {
                "the secret key is in quotation marks, which would be taken for a part of it; set it without them"
            }
            Self::SecretKeyTwice => "both DOKU_SECRET_KEY and DOKU_SECRET_KEY_FILE are set; unset one of them",
            Self::Simulator => {
                "these credentials are the simulator's, which everyone knows and doku does not; copy your own from the \
                 doku dashboard, or name the simulator's url as the environment"
            }
        })
    }
}
