//! What effects are signed with: [`Secret`].

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// A secret that the service knows too: `whsec_`, and the base64 of 24 to 64 bytes. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct Secret(Hmac<Sha256>);

impl Secret {
    /// Returns `v1,` and the base64 of the signature.
    pub(super) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(id.as_bytes());
        mac.update(format!(".{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl FromStr for Secret {
    type Err = &'static str;

    /// Reads a secret. The error does not quote it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let base64 = text.strip_prefix(PREFIX).ok_or("the secret does not begin with whsec_")?;
        let bytes = STANDARD.decode(base64).map_err(|_| "what follows whsec_ is no base64 with its padding")?;
        let bytes = Zeroizing::new(bytes);
        if !(24..=64).contains(&bytes.len()) {
            return Err("the secret must have 24 to 64 bytes");
        }
        Ok(Self(Hmac::new_from_slice(&bytes).expect("hmac takes a key of any length")))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(bytes: usize) -> Result<Secret, &'static str> {
        format!("whsec_{}", STANDARD.encode(vec![7; bytes])).parse()
    }

    #[test]
    fn secrets_at_and_over_their_edges() {
        assert!(secret(24).is_ok() && secret(64).is_ok());
        for bytes in [0, 23, 65] {
            assert_eq!(secret(bytes).unwrap_err(), "the secret must have 24 to 64 bytes", "{bytes}");
        }
        for (text, why) in [
            ("", "the secret does not begin with whsec_"),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "the secret does not begin with whsec_"),
            ("whsec_not base64", "what follows whsec_ is no base64 with its padding"),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", "what follows whsec_ is no base64 with its padding"),
        ] {
            assert_eq!(text.parse::<Secret>().unwrap_err(), why, "{text:?}");
        }
    }

    /// Source: Standard Webhooks, the test of its libraries.
    #[test]
    fn the_signature_is_theirs() {
        let secret: Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn nothing_of_it_is_shown() {
        assert_eq!(format!("{:?}", secret(32).unwrap()), "Secret(…)");
    }
}
