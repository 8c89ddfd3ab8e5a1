//! The faults: what goes wrong on request, between the merchant and DOKU.

mod parameter;
mod table;

use std::{fmt, str::FromStr};

pub(crate) use self::table::{AnswerEffect, ConnectionEffect, NotificationEffect};
pub use self::table::{FaultKind, Stage};
use crate::error::SimulatorError;

/// The request header that asks for faults, separated by commas: `Simulator-Fault: latency=2s, signature-missing`.
pub const FAULT_HEADER: &str = "Simulator-Fault";

/// The beginning of an invoice number that asks for a fault: `SIM-RESET-AFTER-ORDER-1`.
const PREFIX: &str = "SIM-";

/// One fault, with its parameter if it takes one. As text: `latency=2s`, `signature-missing`.
///
/// ```
/// use doku_simulator::Fault;
///
/// let fault: Fault = "latency=250ms".parse()?;
/// assert_eq!(fault.kind().name, "latency");
/// assert_eq!("latency".parse::<Fault>()?.to_string(), "latency=3s");
/// # Ok::<(), doku_simulator::SimulatorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    kind: &'static FaultKind,
    parameter: String,
    effect: Effect,
}

/// What a fault does, by what it strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Connection(ConnectionEffect),
    Answer(AnswerEffect),
    Notification(NotificationEffect),
}

impl Fault {
    /// Returns what kind of fault it is.
    pub fn kind(&self) -> &'static FaultKind {
        self.kind
    }

    pub(crate) fn connection(&self) -> Option<&ConnectionEffect> {
        match &self.effect {
            Effect::Connection(effect) => Some(effect),
            _ => None,
        }
    }

    pub(crate) fn answer(&self) -> Option<&AnswerEffect> {
        match &self.effect {
            Effect::Answer(effect) => Some(effect),
            _ => None,
        }
    }

    pub(crate) fn notify(&self) -> Option<&NotificationEffect> {
        match &self.effect {
            Effect::Notification(effect) => Some(effect),
            _ => None,
        }
    }

    /// Returns the faults that a value of the request header names.
    pub(crate) fn list(text: &str) -> Result<Vec<Self>, SimulatorError> {
        text.split(',').map(str::trim).filter(|fault| !fault.is_empty()).map(str::parse).collect()
    }

    /// Returns the fault that an invoice number asks for: `SIM-`, the name in capitals, a hyphen.
    pub(crate) fn of_invoice_number(invoice_number: &str) -> Option<Self> {
        let rest = invoice_number.strip_prefix(PREFIX)?;
        let named = |kind: &&FaultKind| {
            rest.strip_prefix(kind.name.to_ascii_uppercase().as_str()).is_some_and(|rest| rest.starts_with('-'))
        };
        // The longest name, because some begin with another.
        let kind = FaultKind::ALL.iter().filter(named).max_by_key(|kind| kind.name.len())?;
        // A connection has no invoice number yet.
        (kind.stage != Stage::Connection).then(|| kind.name.parse().ok()).flatten()
    }
}

impl Fault {
    /// Returns whether an invoice number begins as if it asked for a fault, and names none.
    pub(crate) fn is_misnamed(invoice_number: &str) -> bool {
        invoice_number.starts_with(PREFIX) && Self::of_invoice_number(invoice_number).is_none()
    }
}

impl FromStr for Fault {
    type Err = SimulatorError;

    fn from_str(text: &str) -> Result<Self, SimulatorError> {
        let (name, parameter) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let refuse = |expects: String| SimulatorError::UnknownFault { fault: text.to_owned(), expects };
        let unknown = || refuse("`doku simulator --list-faults` has all".to_owned());
        let kind = FaultKind::ALL.iter().find(|kind| kind.name == name).ok_or_else(unknown)?;
        let parameter = match (parameter, kind.parameter) {
            (Some(value), Some(_)) => value,
            (None, Some((default, _))) => default,
            (None, None) => "",
            (Some(_), None) => return Err(refuse("it takes no parameter".to_owned())),
        };
        let effect = kind.effect(parameter).ok_or_else(|| {
            let (default, about) = kind.parameter.expect("only a parameter is ever wrong");
            refuse(format!("its parameter is {about}, such as {name}={default}"))
        })?;
        Ok(Self { kind, parameter: parameter.to_owned(), effect })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name)?;
        if self.parameter.is_empty() { Ok(()) } else { write!(f, "={}", self.parameter) }
    }
}

/// Returns whether one of these faults has this effect on the answer.
pub(crate) fn strikes(faults: &[Fault], effect: &AnswerEffect) -> bool {
    faults.iter().any(|fault| fault.answer() == Some(effect))
}

/// Returns whether one of these faults has this effect on the notification.
pub(crate) fn notify_strikes(faults: &[Fault], effect: &NotificationEffect) -> bool {
    faults.iter().any(|fault| fault.notify() == Some(effect))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_and_written() {
        for kind in FaultKind::ALL {
            let fault: Fault = kind.name.parse().unwrap();
            assert_eq!(fault.to_string().parse::<Fault>().unwrap(), fault);
            let invoice_number = format!("SIM-{}-1", kind.name.to_ascii_uppercase());
            let asked = Fault::of_invoice_number(&invoice_number);
            assert_eq!(asked, (kind.stage != Stage::Connection).then_some(fault), "{invoice_number}");
        }
        assert!(FaultKind::ALL.is_sorted_by(|one, other| (one.stage, one.name) < (other.stage, other.name)));
    }

    #[test]
    fn what_is_no_fault_says_why() {
        for (text, expected) in [
            ("", "`` is no fault; `doku simulator --list-faults` has all"),
            ("latencies", "`latencies` is no fault; `doku simulator --list-faults` has all"),
            (
                "latency=soon",
                "`latency=soon` is no fault; its parameter is a time of at most an hour, such as latency=3s",
            ),
            ("latency=2d", "`latency=2d` is no fault; its parameter is a time of at most an hour, such as latency=3s"),
            ("html=1", "`html=1` is no fault; it takes no parameter"),
            (
                "server-error=404",
                "`server-error=404` is no fault; its parameter is an HTTP status from 500 to 599, such as server-error=500",
            ),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), expected);
        }
        for invoice_number in ["INV-1", "SIM-", "SIM-LATENCY", "sim-latency-1", "SIM-REFUSE-CONNECTIONS-1"] {
            assert_eq!(Fault::of_invoice_number(invoice_number), None, "{invoice_number}");
        }
    }
}
