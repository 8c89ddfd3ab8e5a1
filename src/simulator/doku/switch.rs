//! The switches: what DOKU does not document, each with a default, so that a shop can be tried under every answer.

mod table;

use self::table::{Name, SWITCHES};
use crate::error::SimulatorError;

/// One thing that DOKU does not document and the simulator must decide.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Switch {
    /// The name, for example `replay-status`.
    pub name: &'static str,
    /// What it decides.
    pub about: &'static str,
    /// The values it takes.
    pub values: Values,
    /// The entry among the deviations, `spec/deviations.toml`, that tells what is known.
    pub deviation: Option<&'static str>,
}

/// The values that a switch takes.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Values {
    /// One of these, each with what it means. The first is the default.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A number of seconds from 0 to 999,999,999.
    Seconds {
        /// The default.
        default: u32,
        /// What the number means.
        about: &'static str,
    },
}

impl Switch {
    /// Every switch.
    pub const ALL: &'static [Self] = &SWITCHES;

    /// Returns the default.
    pub fn default_value(&self) -> String {
        self.text(self.initial())
    }

    fn initial(&self) -> u32 {
        match self.values {
            Values::OneOf(_) => 0,
            Values::Seconds { default, .. } => default,
        }
    }

    fn text(&self, value: u32) -> String {
        match self.values {
            Values::OneOf(values) => {
                values.get(value as usize).map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
            Values::Seconds { .. } => value.to_string(),
        }
    }

    fn parse(&self, text: &str) -> Result<u32, SimulatorError> {
        let found = match self.values {
            Values::OneOf(values) => {
                values.iter().position(|(name, _)| *name == text).and_then(|at| u32::try_from(at).ok())
            }
            Values::Seconds { .. } => text.parse().ok().filter(|seconds| *seconds <= MOST_SECONDS),
        };
        found.ok_or_else(|| SimulatorError::UnknownValue { switch: self.name, values: self.expects() })
    }

    /// Returns what a value may be, for people.
    fn expects(&self) -> String {
        match self.values {
            Values::OneOf(values) => values.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            Values::Seconds { .. } => format!("a number of seconds from 0 to {MOST_SECONDS}"),
        }
    }
}

const MOST_SECONDS: u32 = 999_999_999;

/// How all switches stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Switches([u32; SWITCHES.len()]);

impl Default for Switches {
    fn default() -> Self {
        Self(std::array::from_fn(|at| SWITCHES[at].initial()))
    }
}

/// How an amount is written in answers and notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AmountFormat {
    Integer,
    TwoDecimals,
    OneDecimal,
    Text,
}

/// How the JSON of a notification is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyStyle {
    Spaced,
    Compact,
    Escaped,
}

/// What ends the repeating of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RepeatsEnd {
    Acknowledged,
    ServerError,
    AnyAnswer,
}

/// The form of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorShape {
    Wrapped,
    Unwrapped,
    ErrorMessages,
    MessageList,
    Glossary,
}

impl Switches {
    /// Sets one switch.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), SimulatorError> {
        let at = SWITCHES.iter().position(|switch| switch.name == name);
        let at = at.ok_or_else(|| SimulatorError::UnknownSwitch { name: name.to_owned() })?;
        self.0[at] = SWITCHES[at].parse(value)?;
        Ok(())
    }

    /// Returns all switches with their values.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Switch, String)> {
        SWITCHES.iter().zip(self.0).map(|(switch, value)| (switch, switch.text(value)))
    }

    fn at(&self, name: Name) -> u32 {
        self.0[name as usize]
    }

    pub(crate) fn amount_format(&self) -> AmountFormat {
        match self.at(Name::AmountFormat) {
            1 => AmountFormat::TwoDecimals,
            2 => AmountFormat::OneDecimal,
            3 => AmountFormat::Text,
            _ => AmountFormat::Integer,
        }
    }

    pub(crate) fn body_style(&self) -> BodyStyle {
        match self.at(Name::BodyStyle) {
            1 => BodyStyle::Compact,
            2 => BodyStyle::Escaped,
            _ => BodyStyle::Spaced,
        }
    }

    pub(crate) fn clock_drift(&self) -> u64 {
        self.at(Name::ClockDrift).into()
    }

    pub(crate) fn conditional_fields(&self) -> bool {
        self.at(Name::ConditionalFields) == 0
    }

    pub(crate) fn error_shape(&self) -> ErrorShape {
        match self.at(Name::ErrorShape) {
            1 => ErrorShape::Unwrapped,
            2 => ErrorShape::ErrorMessages,
            3 => ErrorShape::MessageList,
            4 => ErrorShape::Glossary,
            _ => ErrorShape::Wrapped,
        }
    }

    pub(crate) fn errors_signed(&self) -> bool {
        self.at(Name::ErrorSignature) == 0
    }

    pub(crate) fn expiry_notified(&self) -> bool {
        self.at(Name::ExpiredNotification) == 0
    }

    pub(crate) fn failed_is_final(&self) -> bool {
        self.at(Name::Failed) == 1
    }

    pub(crate) fn literal_limits(&self) -> bool {
        self.at(Name::LiteralLimits) == 1
    }

    pub(crate) fn query_signed(&self) -> bool {
        self.at(Name::NotificationTarget) == 1
    }

    pub(crate) fn original_is_invoice_number(&self) -> bool {
        self.at(Name::OriginalRequestId) == 1
    }

    pub(crate) fn reference_in_peer_to_peer_info(&self) -> bool {
        self.at(Name::ReferencePlace) != 2
    }

    pub(crate) fn reference_in_payment(&self) -> bool {
        self.at(Name::ReferencePlace) != 1
    }

    pub(crate) fn repeats_end(&self) -> RepeatsEnd {
        match self.at(Name::RepeatsEnd) {
            1 => RepeatsEnd::ServerError,
            2 => RepeatsEnd::AnyAnswer,
            _ => RepeatsEnd::Acknowledged,
        }
    }

    pub(crate) fn repeat_has_new_request_id(&self) -> bool {
        self.at(Name::RepeatRequestId) == 1
    }

    pub(crate) fn repeat_has_new_timestamp(&self) -> bool {
        self.at(Name::RepeatTimestamp) == 0
    }

    pub(crate) fn replay_signed(&self) -> bool {
        self.at(Name::ReplaySignature) == 0
    }

    pub(crate) fn replay_status(&self) -> u16 {
        if self.at(Name::ReplayStatus) == 0 { 409 } else { 200 }
    }

    /// Returns how long a `Request-Id` is remembered, in seconds; `None` for ever.
    pub(crate) fn request_id_life(&self) -> Option<u64> {
        Some(u64::from(self.at(Name::RequestIdLife))).filter(|seconds| *seconds > 0)
    }

    pub(crate) fn reused_request_id_status(&self) -> u16 {
        if self.at(Name::ReusedRequestId) == 0 { 400 } else { 409 }
    }

    pub(crate) fn signatures_padded(&self) -> bool {
        self.at(Name::SignaturePadding) == 0
    }

    pub(crate) fn status_delay(&self) -> u64 {
        self.at(Name::StatusDelay).into()
    }

    pub(crate) fn pending_ids(&self) -> bool {
        self.at(Name::StatusIds) == 0
    }

    pub(crate) fn status_signed(&self) -> bool {
        self.at(Name::StatusSignature) == 0
    }

    pub(crate) fn unknown_fields_ignored(&self) -> bool {
        self.at(Name::UnknownFields) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_agree() {
        let (first, last) = (&SWITCHES[Name::AmountFormat as usize], &SWITCHES[Name::UnknownFields as usize]);
        assert_eq!((first.name, last.name), ("amount-format", "unknown-fields"));
        assert!(SWITCHES.is_sorted_by(|one, other| one.name < other.name));
        let default = Switches::default();
        for switch in Switch::ALL {
            let mut changed = default.clone();
            changed.set(switch.name, &switch.default_value()).unwrap();
            assert_eq!(changed, default, "{}", switch.name);
        }
    }
}
