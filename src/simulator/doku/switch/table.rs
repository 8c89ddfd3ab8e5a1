//! Every switch: a row for each, with its values and what is known of it.

use crate::{
    doku::switch::{MOST_SECONDS, Switch, Values},
    error::SimulatorError,
};

/// Declares the switches: field, type, name, deviation, what it decides, and its values: one of some, the first being
/// the default, or seconds.
macro_rules! switches {
    ($($field:ident: $type:ident = $name:literal, $deviation:expr, $about:literal, $values:tt;)*) => {
        $(value!($type, $name, $values);)*

        /// Sorted by name.
        pub(super) const SWITCHES: &[Switch] =
            &[$(Switch { name: $name, about: $about, values: $type::VALUES, deviation: $deviation },)*];

        /// How all switches stand.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Switches {
            $(pub(super) $field: $type,)*
        }

        impl Switches {
            /// Sets one switch.
            pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), SimulatorError> {
                let refuse =
                    |switch, values: Values| SimulatorError::UnknownValue { switch, values: values.expected() };
                match name {
                    $($name => self.$field = $type::read(value).ok_or_else(|| refuse($name, $type::VALUES))?,)*
                    _ => return Err(SimulatorError::UnknownSwitch { name: name.to_owned() }),
                }
                Ok(())
            }

            /// Returns all switches with their values.
            pub(crate) fn all(&self) -> impl Iterator<Item = (&'static Switch, String)> + use<> {
                SWITCHES.iter().zip([$(self.$field.text(),)*])
            }
        }
    };
}

/// Declares the values of a switch.
macro_rules! value {
    ($type:ident, $name:literal, [$first:ident $first_text:literal $first_about:literal,
        $($variant:ident $text:literal $about:literal,)*]) => {
        #[doc = concat!("What the switch `", $name, "` says.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) enum $type {
            #[default]
            $first,
            $($variant,)*
        }

        impl $type {
            const VALUES: Values = Values::OneOf(&[($first_text, $first_about), $(($text, $about),)*]);

            fn read(text: &str) -> Option<Self> {
                match text {
                    $first_text => Some(Self::$first),
                    $($text => Some(Self::$variant),)*
                    _ => None,
                }
            }

            fn text(self) -> String {
                let text = match self {
                    Self::$first => $first_text,
                    $(Self::$variant => $text,)*
                };
                text.to_owned()
            }
        }
    };
    ($type:ident, $name:literal, { $default:literal, $about:literal }) => {
        #[doc = concat!("How many seconds the switch `", $name, "` says.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $type(pub(super) u32);

        impl Default for $type {
            fn default() -> Self {
                Self($default)
            }
        }

        impl $type {
            const VALUES: Values = Values::Seconds { default: $default, about: $about };

            fn read(text: &str) -> Option<Self> {
                text.parse().ok().filter(|seconds| *seconds <= MOST_SECONDS).map(Self)
            }

            fn text(self) -> String {
                self.0.to_string()
            }
        }
    };
}

switches! {
    amount_format: AmountFormat = "amount-format", Some("D-19"),
        "how an amount is written in answers and notifications",
        [
            Integer "integer" "100000",
            TwoDecimals "two-decimals" "100000.00",
            OneDecimal "one-decimal" "100000.0",
            Text "text" "\"100000\"",
        ];
    body_style: BodyStyle = "body-style", None,
        "how the JSON of a notification is written; a shop must verify the bytes as they came",
        [
            Spaced "spaced" "{ \"a\" : 1 }; no usual library writes it so, like DOKU's own bytes",
            Compact "compact" "{\"a\":1}, as JSON.stringify writes it",
            Escaped "escaped" "\\u005f in the place of _, and so on",
        ];
    clock_drift: ClockDrift = "clock-drift", Some("D-38"),
        "how far the timestamp of a request may be from the simulator's clock",
        { 3600, "either way; a probe of DOKU met 3600, DOKU's own code generator says 300" };
    conditional_fields: ConditionalFields = "conditional-fields", Some("D-56"),
        "the fields that DOKU calls conditional: dates and reference in the answer to generate order",
        [
            Present "present" "they are there",
            Absent "absent" "they are not",
        ];
    error_shape: ErrorShape = "error-shape", Some("D-35"),
        "the form of a refusal",
        [
            Wrapped "wrapped" "{\"error\":{\"code\",\"message\",\"type\"}}, and the form that was seen for violations",
            Unwrapped "unwrapped" "{\"code\",\"message\"}",
            ErrorMessages "error-messages" "{\"error_messages\":[…]}",
            MessageList "message-list" "{\"message\":[…]}",
            Glossary "glossary" "{\"status\":\"FAILED\",\"response_code\",\"message\"}",
        ];
    error_signature: ErrorSignature = "error-signature", Some("D-36"),
        "whether a refusal is signed, once the request is known to be the merchant's",
        [
            Signed "signed" "it is",
            Unsigned "unsigned" "it is not",
        ];
    expired_notification: ExpiredNotification = "expired-notification", None,
        "whether an order that expires is notified",
        [
            Sent "sent" "it is",
            NotSent "not-sent" "only check status tells",
        ];
    failed: Failed = "failed", Some("D-26"),
        "whether FAILED is final",
        [
            NotFinal "not-final" "the customer may try again until the order expires",
            Final "final" "it is",
        ];
    literal_limits: LiteralLimits = "literal-limits", Some("D-01"),
        "limits that DOKU's page states and contradicts, such as 16 characters for an e-mail address",
        [
            Off "off" "they are not enforced",
            On "on" "they are",
        ];
    notification_target: NotificationTarget = "notification-target", Some("D-39"),
        "what is signed of a notification URL that has a query",
        [
            Path "path" "the path alone",
            PathAndQuery "path-and-query" "both",
        ];
    original_request_id: OriginalRequestId = "original-request-id", Some("D-32"),
        "what check status has as transaction.original_request_id",
        [
            RequestId "request-id" "the Request-Id that generated the order",
            InvoiceNumber "invoice-number" "the invoice number",
        ];
    reference_place: ReferencePlace = "reference-place", Some("D-21"),
        "where a notification has the merchant's unique reference",
        [
            Both "both" "in peer_to_peer_info and in payment",
            PeerToPeerInfo "peer-to-peer-info" "in peer_to_peer_info alone",
            Payment "payment" "in payment alone",
        ];
    repeat_request_id: RepeatRequestId = "repeat-request-id", Some("D-28"),
        "the Request-Id of a repeated notification",
        [
            Same "same" "that of the first attempt",
            New "new" "a new one",
        ];
    repeat_timestamp: RepeatTimestamp = "repeat-timestamp", Some("D-28"),
        "the Request-Timestamp of a repeated notification",
        [
            New "new" "the time of the attempt",
            Same "same" "that of the first attempt",
        ];
    repeats_end: RepeatsEnd = "repeats-end", Some("D-25"),
        "which answer of the merchant ends the repeating of a notification",
        [
            Acknowledged "2xx" "any 2xx",
            ServerError "5xx" "any 2xx or 5xx",
            AnyAnswer "any-answer" "any answer",
        ];
    replay_signature: ReplaySignature = "replay-signature", Some("D-36"),
        "whether the answer to a repeated request is signed",
        [
            Signed "signed" "it is",
            Unsigned "unsigned" "it is not",
        ];
    replay_status: ReplayStatus = "replay-status", Some("D-29"),
        "the HTTP status of the answer to a repeated request",
        [
            Conflict "409" "as DOKU's page on idempotency says",
            Success "200" "as for the first",
        ];
    request_id_life: RequestIdLife = "request-id-life", Some("D-46"),
        "how long a Request-Id is remembered; afterwards the same request finds its invoice number used",
        { 0, "since the order was made; 0 is for ever" };
    reused_request_id: ReusedRequestId = "reused-request-id", Some("D-46"),
        "the HTTP status of the refusal of a Request-Id that was used with another body",
        [
            BadRequest "400" "as for any other request that cannot be used",
            Conflict "409" "as for a replay",
        ];
    signature_padding: SignaturePadding = "signature-padding", Some("D-27"),
        "whether the Base64 of a signature is padded",
        [
            Padded "padded" "44 characters",
            Unpadded "unpadded" "43 characters, as in one captured sample",
        ];
    status_delay: StatusDelay = "status-delay", Some("D-31"),
        "how long check status does not find a new order",
        { 0, "since the order was made" };
    status_ids: StatusIds = "status-ids", Some("D-33"),
        "the ids of service, acquirer and channel in the status of a pending order",
        [
            Present "present" "as in a notification",
            Null "null" "null until the order is paid or declined",
        ];
    status_signature: StatusSignature = "status-signature", Some("D-30"),
        "whether the answer to check status is signed",
        [
            Signed "signed" "it is",
            Unsigned "unsigned" "it is not",
        ];
    unknown_fields: UnknownFields = "unknown-fields", Some("D-45"),
        "what happens to a request with a field that DOKU's page does not have",
        [
            Refused "refused" "it is refused",
            Ignored "ignored" "the field is ignored",
        ];
}
