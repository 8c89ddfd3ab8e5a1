//! What DOKU said when it refused: [`Rejection`].

use std::fmt;

use super::Outcome;

/// What DOKU said when it refused. `Debug` shows how many texts there are, not the texts.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) messages: Vec<String>,
    pub(crate) verified: bool,
    /// What to do, where the table of refusals knows it.
    pub(crate) advice: Option<&'static str>,
}

impl Rejection {
    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns DOKU's code, for example `invalid_signature`, if the body had one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns DOKU's texts, unchanged. They are not part of the error's own text.
    pub fn messages(&self) -> &[String] {
        &self.messages
    }

    /// Returns whether the answer carried a signature that verified. DOKU documents none for a refusal (D-36).
    pub fn is_verified(&self) -> bool {
        self.verified
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection")
            .field("status", &self.status)
            .field("code", &self.code.as_deref().filter(|code| is_code(code)))
            .field("messages", &self.messages.len())
            .field("verified", &self.verified)
            .finish()
    }
}

impl Rejection {
    /// Writes what a refusal means for the order, and what to do.
    pub(super) fn write_remedy(&self, outcome: Outcome, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.advice, outcome) {
            (Some(advice), Outcome::Refused) => write!(f, "{}: {advice}", remedy(outcome)),
            (Some(advice), Outcome::Unknown) => write!(
                f,
                "; {advice}; an order may exist: send the same prepared order again after that, or check its status"
            ),
            // The same bytes would be refused again.
            (None, Outcome::Unknown) if matches!(self.status, 400..=407 | 410..=422 | 426..=428 | 430..=499) => {
                f.write_str("; an order may exist: check its status")
            }
            _ => f.write_str(remedy(outcome)),
        }
    }
}

pub(super) fn remedy(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NothingSent => "; nothing was sent",
        Outcome::Refused => "; there is no order",
        Outcome::Unknown => "; an order may exist: send the same prepared order again or check its status",
    }
}

/// A code is printed only if it looks like one, because it comes from outside.
pub(super) fn is_code(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
