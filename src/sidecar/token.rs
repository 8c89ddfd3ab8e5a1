//! Who may call the API: [`Tokens`].

use std::{
    fmt, fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::secret_file;

/// A shorter token may be guessed.
const SHORTEST: usize = 16;

/// A longer one does not fit into a header with others.
const LONGEST: usize = 512;

/// The bearer tokens of a file, one in each line. Kept as digests, so all have one length and none is in a core dump.
///
/// The file is looked at before each request and read again when it was changed. A file that cannot be used any more is
/// told of, and the tokens that were read last stay good: a slip of an editor stops no shop.
pub(crate) struct Tokens {
    path: PathBuf,
    known: Mutex<Known>,
}

struct Known {
    stamp: Option<Stamp>,
    digests: Vec<[u8; 32]>,
}

/// What changes when a file does.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    number: u64,
}

impl Tokens {
    /// Reads the file. The error says what is wrong with it, without its path.
    pub(crate) fn read(path: PathBuf) -> Result<Self, String> {
        let stamp = stamp(&path);
        let digests = digests(&secret_file::read(&path)?)?;
        Ok(Self { path, known: Mutex::new(Known { stamp, digests }) })
    }

    /// Returns whether this is one of the tokens. All are compared, each in constant time.
    pub(crate) fn know(&self, token: &[u8]) -> bool {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(&self.path);
        if stamp != known.stamp {
            known.stamp = stamp;
            match secret_file::read(&self.path).and_then(|text| digests(&text)) {
                Ok(digests) => known.digests = digests,
                Err(what) => {
                    tracing::error!(target: "doku_sidecar", what, "the file of tokens cannot be used; the last ones stay");
                }
            }
        }
        let found = known.digests.iter().fold(0, |found, one| found | one.ct_eq(&digest).unwrap_u8());
        found == 1
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(***)")
    }
}

fn stamp(path: &PathBuf) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some(Stamp { modified: metadata.modified().ok(), length: metadata.len(), number })
}

/// Returns the digests of the tokens of a text. Empty lines and those that begin with `#` are none.
fn digests(text: &str) -> Result<Vec<[u8; 32]>, String> {
    let mut digests = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if !(SHORTEST..=LONGEST).contains(&line.len()) || !line.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "a token has 16 to 512 visible ascii characters, and stands alone in its line";
            return Err(format!("line {}: {what}", number + 1));
        }
        digests.push(Sha256::digest(line).into());
    }
    if digests.is_empty() {
        return Err("there is no token in the file; write one of 16 or more characters into it".to_owned());
    }
    Ok(digests)
}
