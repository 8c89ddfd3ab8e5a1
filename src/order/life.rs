//! Whether an order may exist at DOKU: the one rule, as a value and a machine. No I/O, no clock, no dice.
//!
//! [`Life`] is what is known of one order, whoever sends it: a plain value that can be stored. [`Call`] is one call to send
//! it: [`Event`]s go in, [`Action`]s come out. Whatever sends orders drives it and has no rule of its own:
//!
//! - An attempt counts from before its first byte. Whoever drops a call leaves an attempt whose end nobody saw.
//! - `NothingSent` and `Refused` are said only where no attempt is unresolved and no other call is under way, at the end of
//!   the call and not at its beginning.
//! - A signed answer about this very order proves it, whatever its status. An order is refused only by what
//!   `spec/refusals.toml` lists, or by a signed answer whose payment status is `FAILED`. Everything else is unresolved.
//! - An order has one `Request-Id` and one byte string, for good.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use doku_indodana::{
//!     Credentials, Outcome, PreparedOrder,
//!     life::{Action, Call, Event, Life, Moment, Terms},
//! };
//!
//! let body = include_bytes!("../../spec/examples/generate_order.request.minimal.json");
//! let order = PreparedOrder::from_json(&body[..], "r-1".parse()?)?;
//! let credentials = Credentials::new("BRN-0000-1234567890123".parse()?, "SK-not-a-real-key".parse()?);
//! let terms = Terms::new(credentials);
//! let mut call = Call::new(&order, &terms);
//! let moment = Moment { now: SystemTime::UNIX_EPOCH, elapsed: Duration::ZERO, dice: 0 };
//! let Action::Send { headers, .. } = call.step(Event::Begin, &moment) else { panic!("it begins") };
//! assert_eq!(headers["request-id"], "r-1");
//! // The connection breaks, and so does the process: what was stored before says that an order may exist.
//! drop(call);
//! assert_eq!(order.life().outcome(), Outcome::Unknown);
//! let stored = serde_json::to_string(&order.life())?;
//! assert_eq!(serde_json::from_str::<Life>(&stored)?.restored(), order.life());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
mod verdict;

use serde::{Deserialize, Serialize};

pub use self::call::Call;
pub use super::{
    event::{Action, Answer, Event, Failure},
    terms::{Moment, Terms},
};
use crate::error::Outcome;

/// What is known of one order at DOKU.
///
/// As JSON: `{"under_way":0,"unresolved":1,"known":"nothing"}`. Before a call, store [`Life::sending`] with the order; what is
/// read back after a crash goes to [`PreparedOrder::restore_with`](crate::PreparedOrder::restore_with).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// Calls that have begun and not ended.
    under_way: u32,
    /// Attempts that may have made the order: their end was not seen, or does not tell.
    unresolved: u32,
    known: Known,
}

/// What DOKU has told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Known {
    #[default]
    Nothing,
    Refused,
    Exists,
}

/// Where the life of an order stands: the one word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing of it left this machine.
    Unsent,
    /// So many calls are under way.
    InFlight(u32),
    /// So many attempts may have made it.
    Unresolved(u32),
    /// DOKU has proven that it is there.
    Exists,
    /// DOKU refused it, and it is not there.
    Refused,
}

impl Life {
    /// The life of an order that was never sent.
    pub const UNSENT: Self = Self { under_way: 0, unresolved: 0, known: Known::Nothing };

    /// The life of an order that may have been sent: by a process that ended, or by somebody else.
    pub const POSSIBLY_SENT: Self = Self { under_way: 0, unresolved: 1, known: Known::Nothing };

    /// Returns where it stands.
    pub fn stage(self) -> Stage {
        match self {
            Self { known: Known::Exists, .. } => Stage::Exists,
            Self { under_way: calls @ 1.., .. } => Stage::InFlight(calls),
            Self { unresolved: attempts @ 1.., .. } => Stage::Unresolved(attempts),
            Self { known: Known::Refused, .. } => Stage::Refused,
            Self { known: Known::Nothing, .. } => Stage::Unsent,
        }
    }

    /// Returns what an error may say of the order now.
    pub fn outcome(self) -> Outcome {
        match self.stage() {
            Stage::Unsent => Outcome::NothingSent,
            Stage::Refused => Outcome::Refused,
            Stage::InFlight(_) | Stage::Unresolved(_) | Stage::Exists => Outcome::Unknown,
        }
    }

    /// Returns the life to store before a call begins, so that a crash within the call is not forgotten.
    #[must_use]
    pub fn sending(mut self) -> Self {
        self.begin();
        self
    }

    /// Returns the life after it was read back from storage: a call that was under way then is not any more, and may have
    /// made the order.
    #[must_use]
    pub fn restored(self) -> Self {
        Self { under_way: 0, unresolved: self.unresolved.saturating_add(self.under_way), ..self }
    }

    /// Somebody else may have sent it.
    pub(super) fn possibly_sent(&mut self) {
        self.unresolved();
    }

    /// A call begins.
    fn begin(&mut self) {
        self.under_way = self.under_way.saturating_add(1);
    }

    /// A call ends.
    fn end(&mut self) {
        self.under_way = self.under_way.checked_sub(1).expect("a call ends once, after it began");
    }

    /// An attempt may have made the order.
    fn unresolved(&mut self) {
        self.unresolved = self.unresolved.saturating_add(1);
    }

    /// An attempt made no order, DOKU says; another one may have.
    fn refused(&mut self) {
        if self.known == Known::Nothing {
            self.known = Known::Refused;
        }
    }

    /// The order is there.
    fn exists(&mut self) {
        self.known = Known::Exists;
    }
}
