//! Why the simulator cannot do what it is asked to.

use std::{error, fmt};

use doku_indodana::TransactionStatus;

/// Why the simulator cannot do what it is asked to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimulatorError {
    /// A notification's field cannot be set as asked.
    BadField {
        /// What is wrong, for people.
        reason: String,
    },
    /// The simulator holds as many notifications as it can.
    Full,
    /// A URL to send to was given by a caller on another machine.
    NotLocal,
    /// The order has a status that the wanted one cannot follow.
    NotPossible {
        /// Its status.
        status: TransactionStatus,
        /// The wanted status.
        wanted: TransactionStatus,
    },
    /// The simulator was stopped before the merchant answered.
    Stopped,
    /// There is no such fault, or it does not take this parameter.
    UnknownFault {
        /// The fault as it was given.
        fault: String,
        /// What it may be, for people.
        expects: String,
    },
    /// The simulator has no notification with this number.
    UnknownNotification {
        /// The number.
        number: u64,
    },
    /// The simulator has no order with this invoice number.
    UnknownOrder,
    /// There is no such switch.
    UnknownSwitch {
        /// The name as it was given.
        name: String,
    },
    /// The state file cannot be written, so nothing can be answered that must not be forgotten; the simulator stops.
    Unwritable,
    /// The switch does not take this value.
    UnknownValue {
        /// The switch.
        switch: &'static str,
        /// What it takes, for people.
        values: String,
    },
}

impl SimulatorError {
    /// Returns the stable code, for example `unknown_order`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadField { .. } => "bad_field",
            Self::Full => "full",
            Self::NotLocal => "not_local",
            Self::NotPossible { .. } => "not_possible",
            Self::Stopped => "stopped",
            Self::UnknownFault { .. } => "unknown_fault",
            Self::UnknownNotification { .. } => "unknown_notification",
            Self::UnknownOrder => "unknown_order",
            Self::UnknownSwitch { .. } => "unknown_switch",
            Self::UnknownValue { .. } => "unknown_value",
            Self::Unwritable => "unwritable",
        }
    }
}

impl error::Error for SimulatorError {}

impl fmt::Display for SimulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadField { reason } => f.write_str(reason),
            Self::Full => f.write_str("the simulator holds as many notifications as it can; start another"),
            Self::NotLocal => f.write_str(
                "only callers on the simulator's own machine may say where a notification goes; leave the url out",
            ),
            Self::NotPossible { status, wanted: TransactionStatus::Refunded } => {
                write!(f, "the order has status {status}; only a paid order can be refunded")
            }
            Self::NotPossible { status, wanted } => {
                write!(f, "the order has status {status} and cannot become {wanted}; generate a new one")
            }
            Self::Stopped => f.write_str("the simulator was stopped before the merchant answered; start it again"),
            Self::UnknownFault { fault, expects } => write!(f, "`{fault}` is no fault; {expects}"),
            Self::UnknownNotification { number } => {
                write!(f, "the simulator has no notification {number}; `doku events list` has their numbers")
            }
            Self::UnknownOrder => f.write_str("the simulator has no order with this invoice number; generate it first"),
            Self::UnknownSwitch { name } => {
                write!(f, "there is no switch `{name}`; `doku simulator --list-switches` has all")
            }
            Self::UnknownValue { switch, values } => write!(f, "the switch {switch} takes {values}"),
            Self::Unwritable => f.write_str(
                "the state file cannot be written, so this is not kept and the simulator stops; its log says why",
            ),
        }
    }
}
