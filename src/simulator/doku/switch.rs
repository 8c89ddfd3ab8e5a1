//! The switches: what DOKU does not document, each with a default, so that a shop can be tried under every answer.

mod table;

use http::StatusCode;

pub(crate) use self::table::{AmountFormat, BodyStyle, ErrorShape, RepeatsEnd, Switches};
use self::table::{
    ConditionalFields, ErrorSignature, ExpiredNotification, Failed, LiteralLimits, NotificationTarget,
    OriginalRequestId, ReferencePlace, RepeatRequestId, RepeatTimestamp, ReplaySignature, ReplayStatus,
    ReusedRequestId, SWITCHES, SignaturePadding, StatusIds, StatusSignature, UnknownFields,
};

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
    pub const ALL: &'static [Self] = SWITCHES;

    /// Returns the default.
    pub fn default_value(&self) -> String {
        match self.values {
            Values::OneOf(values) => values.first().map_or_else(String::new, |(name, _)| (*name).to_owned()),
            Values::Seconds { default, .. } => default.to_string(),
        }
    }
}

impl Values {
    /// Returns what a value may be, for people.
    fn expected(&self) -> String {
        match self {
            Self::OneOf(values) => values.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            Self::Seconds { .. } => format!("a number of seconds from 0 to {MOST_SECONDS}"),
        }
    }
}

const MOST_SECONDS: u32 = 999_999_999;

impl Switches {
    pub(crate) fn amount_format(&self) -> AmountFormat {
        self.amount_format
    }

    pub(crate) fn body_style(&self) -> BodyStyle {
        self.body_style
    }

    pub(crate) fn clock_drift(&self) -> u64 {
        self.clock_drift.0.into()
    }

    pub(crate) fn conditional_fields(&self) -> bool {
        self.conditional_fields == ConditionalFields::Present
    }

    pub(crate) fn error_shape(&self) -> ErrorShape {
        self.error_shape
    }

    pub(crate) fn errors_signed(&self) -> bool {
        self.error_signature == ErrorSignature::Signed
    }

    pub(crate) fn expiry_notified(&self) -> bool {
        self.expired_notification == ExpiredNotification::Sent
    }

    pub(crate) fn failed_is_final(&self) -> bool {
        self.failed == Failed::Final
    }

    pub(crate) fn literal_limits(&self) -> bool {
        self.literal_limits == LiteralLimits::On
    }

    pub(crate) fn query_signed(&self) -> bool {
        self.notification_target == NotificationTarget::PathAndQuery
    }

    pub(crate) fn original_is_invoice_number(&self) -> bool {
        self.original_request_id == OriginalRequestId::InvoiceNumber
    }

    pub(crate) fn reference_in_peer_to_peer_info(&self) -> bool {
        self.reference_place != ReferencePlace::Payment
    }

    pub(crate) fn reference_in_payment(&self) -> bool {
        self.reference_place != ReferencePlace::PeerToPeerInfo
    }

    pub(crate) fn repeats_end(&self) -> RepeatsEnd {
        self.repeats_end
    }

    pub(crate) fn repeat_has_new_request_id(&self) -> bool {
        self.repeat_request_id == RepeatRequestId::New
    }

    pub(crate) fn repeat_has_new_timestamp(&self) -> bool {
        self.repeat_timestamp == RepeatTimestamp::New
    }

    pub(crate) fn replay_signed(&self) -> bool {
        self.replay_signature == ReplaySignature::Signed
    }

    pub(crate) fn replay_status(&self) -> StatusCode {
        match self.replay_status {
            ReplayStatus::Conflict => StatusCode::CONFLICT,
            ReplayStatus::Success => StatusCode::OK,
        }
    }

    /// Returns how long a `Request-Id` is remembered, in seconds; `None` for ever.
    pub(crate) fn request_id_life(&self) -> Option<u64> {
        Some(u64::from(self.request_id_life.0)).filter(|seconds| *seconds > 0)
    }

    pub(crate) fn reused_request_id_status(&self) -> StatusCode {
        match self.reused_request_id {
            ReusedRequestId::BadRequest => StatusCode::BAD_REQUEST,
            ReusedRequestId::Conflict => StatusCode::CONFLICT,
        }
    }

    pub(crate) fn signatures_padded(&self) -> bool {
        self.signature_padding == SignaturePadding::Padded
    }

    pub(crate) fn status_delay(&self) -> u64 {
        self.status_delay.0.into()
    }

    pub(crate) fn pending_ids(&self) -> bool {
        self.status_ids == StatusIds::Present
    }

    pub(crate) fn status_signed(&self) -> bool {
        self.status_signature == StatusSignature::Signed
    }

    pub(crate) fn unknown_fields_ignored(&self) -> bool {
        self.unknown_fields == UnknownFields::Ignored
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_defaults_are_values() {
        assert!(SWITCHES.is_sorted_by(|one, other| one.name < other.name));
        let default = Switches::default();
        for switch in Switch::ALL {
            let mut changed = default.clone();
            changed.set(switch.name, &switch.default_value()).unwrap();
            assert_eq!(changed, default, "{}", switch.name);
        }
    }
}
