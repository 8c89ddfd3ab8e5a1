//! The faults: what goes wrong on request, between the merchant and DOKU.

mod table;

use std::{fmt, str::FromStr, time::Duration};

pub use self::table::{FaultKind, Stage};
use crate::{error::SimulatorError, time::parse_duration};

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

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Closes the port for so long.
    RefuseConnections(Duration),
    /// Resets the next connection after so many bytes of the request.
    ResetInRequest(u64),
    Answer(AnswerEffect),
    Notify(NotifyEffect),
}

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnswerEffect {
    Empty,
    EchoAmount,
    EchoClientId,
    EchoInvoiceNumber,
    EchoRequestId,
    Html,
    Latency(Duration),
    NoAnswer,
    NotJson,
    PaymentFailed,
    PaymentUrl(String),
    Redirect(String),
    ResetAfterOrder,
    ResetBeforeOrder,
    ServerError(u16),
    ServerErrorAfterOrder(u16),
    SignatureForeign,
    SignatureMalformed,
    SignatureMissing,
    SignatureWrong,
    /// So many bytes a second.
    Slow(u32),
    TooManyRequests(String),
    /// After so many bytes of the answer, head included.
    Truncate(u64),
    UnknownFields,
}

/// What becomes of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotifyEffect {
    BeforeAnswer,
    Duplicate(u32),
    Forged,
    Late(Duration),
    Never,
    Reordered,
    Reserialised,
    Tampered,
    UnknownInvoice,
    Unreadable,
    Unsigned,
    WrongAmount,
    WrongTarget,
}

impl Fault {
    /// Returns what kind of fault it is.
    pub fn kind(&self) -> &'static FaultKind {
        self.kind
    }

    pub(crate) fn effect(&self) -> &Effect {
        &self.effect
    }

    pub(crate) fn answer(&self) -> Option<&AnswerEffect> {
        match &self.effect {
            Effect::Answer(effect) => Some(effect),
            _ => None,
        }
    }

    pub(crate) fn notify(&self) -> Option<&NotifyEffect> {
        match &self.effect {
            Effect::Notify(effect) => Some(effect),
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
pub(crate) fn notify_strikes(faults: &[Fault], effect: &NotifyEffect) -> bool {
    faults.iter().any(|fault| fault.notify() == Some(effect))
}

/// Reads a duration of at most an hour, for waits in real time.
fn short(text: &str) -> Option<Duration> {
    parse_duration(text).filter(|duration| *duration <= Duration::from_secs(3600))
}

fn server_error(text: &str) -> Option<u16> {
    text.parse().ok().filter(|status| (500..600).contains(status))
}

/// Reads a text of at most 2048 characters that an HTTP header can carry.
fn header_text(text: &str) -> Option<String> {
    let fits = (1..=2048).contains(&text.len()) && text.is_ascii() && http::HeaderValue::from_str(text).is_ok();
    fits.then(|| text.to_owned())
}

/// Reads a number from 1 to `most`.
fn small(text: &str, most: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (1..=most).contains(number))
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
