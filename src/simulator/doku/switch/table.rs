//! Every switch, with what is known of it.

use crate::doku::switch::{Switch, Values};

/// The places in [`SWITCHES`], in its order.
#[derive(Clone, Copy)]
pub(super) enum Name {
    AmountFormat,
    BodyStyle,
    ClockDrift,
    ConditionalFields,
    ErrorShape,
    ErrorSignature,
    ExpiredNotification,
    Failed,
    LiteralLimits,
    NotificationTarget,
    OriginalRequestId,
    ReferencePlace,
    RepeatRequestId,
    RepeatTimestamp,
    RepeatsEnd,
    ReplaySignature,
    ReplayStatus,
    RequestIdLife,
    ReusedRequestId,
    SignaturePadding,
    StatusDelay,
    StatusIds,
    StatusSignature,
    UnknownFields,
}

/// Sorted by name.
pub(super) const SWITCHES: [Switch; 24] = [
    Switch {
        name: "amount-format",
        about: "how an amount is written in answers and notifications",
        values: Values::OneOf(&[
            ("integer", "100000"),
            ("two-decimals", "100000.00"),
            ("one-decimal", "100000.0"),
            ("text", "\"100000\""),
        ]),
        deviation: Some("D-19"),
    },
    Switch {
        name: "body-style",
        about: "how the JSON of a notification is written; a shop must verify the bytes as they came",
        values: Values::OneOf(&[
            ("spaced", "{ \"a\" : 1 }; no usual library writes it so, like DOKU's own bytes"),
            ("compact", "{\"a\":1}, as JSON.stringify writes it"),
            ("escaped", "\\u005f in the place of _, and so on"),
        ]),
        deviation: None,
    },
    Switch {
        name: "clock-drift",
        about: "how far the timestamp of a request may be from the simulator's clock",
        values: Values::Seconds {
            default: 3600,
            about: "either way; a probe of DOKU met 3600, DOKU's own code generator says 300",
        },
        deviation: Some("D-38"),
    },
    Switch {
        name: "conditional-fields",
        about: "the fields that DOKU calls conditional: dates and reference in the answer to generate order",
        values: Values::OneOf(&[("present", "they are there"), ("absent", "they are not")]),
        deviation: Some("D-56"),
    },
    Switch {
        name: "error-shape",
        about: "the form of a refusal",
        values: Values::OneOf(&[
            ("wrapped", "{\"error\":{\"code\",\"message\",\"type\"}}, and the form that was seen for violations"),
            ("unwrapped", "{\"code\",\"message\"}"),
            ("error-messages", "{\"error_messages\":[…]}"),
            ("message-list", "{\"message\":[…]}"),
            ("glossary", "{\"status\":\"FAILED\",\"response_code\",\"message\"}"),
        ]),
        deviation: Some("D-35"),
    },
    Switch {
        name: "error-signature",
        about: "whether a refusal is signed, once the request is known to be the merchant's",
        values: Values::OneOf(&[("signed", "it is"), ("unsigned", "it is not")]),
        deviation: Some("D-36"),
    },
    Switch {
        name: "expired-notification",
        about: "whether an order that expires is notified",
        values: Values::OneOf(&[("sent", "it is"), ("not-sent", "only check status tells")]),
        deviation: None,
    },
    Switch {
        name: "failed",
        about: "whether FAILED is final",
        values: Values::OneOf(&[
            ("not-final", "the customer may try again until the order expires"),
            ("final", "it is"),
        ]),
        deviation: Some("D-26"),
    },
    Switch {
        name: "literal-limits",
        about: "limits that DOKU's page states and contradicts, such as 16 characters for an e-mail address",
        values: Values::OneOf(&[("off", "they are not enforced"), ("on", "they are")]),
        deviation: Some("D-01"),
    },
    Switch {
        name: "notification-target",
        about: "what is signed of a notification URL that has a query",
        values: Values::OneOf(&[("path", "the path alone"), ("path-and-query", "both")]),
        deviation: Some("D-39"),
    },
    Switch {
        name: "original-request-id",
        about: "what check status has as transaction.original_request_id",
        values: Values::OneOf(&[
            ("request-id", "the Request-Id that generated the order"),
            ("invoice-number", "the invoice number"),
        ]),
        deviation: Some("D-32"),
    },
    Switch {
        name: "reference-place",
        about: "where a notification has the merchant's unique reference",
        values: Values::OneOf(&[
            ("both", "in peer_to_peer_info and in payment"),
            ("peer-to-peer-info", "in peer_to_peer_info alone"),
            ("payment", "in payment alone"),
        ]),
        deviation: Some("D-21"),
    },
    Switch {
        name: "repeat-request-id",
        about: "the Request-Id of a repeated notification",
        values: Values::OneOf(&[("same", "that of the first attempt"), ("new", "a new one")]),
        deviation: Some("D-28"),
    },
    Switch {
        name: "repeat-timestamp",
        about: "the Request-Timestamp of a repeated notification",
        values: Values::OneOf(&[("new", "the time of the attempt"), ("same", "that of the first attempt")]),
        deviation: Some("D-28"),
    },
    Switch {
        name: "repeats-end",
        about: "which answer of the merchant ends the repeating of a notification",
        values: Values::OneOf(&[("2xx", "any 2xx"), ("5xx", "any 2xx or 5xx"), ("any-answer", "any answer")]),
        deviation: Some("D-25"),
    },
    Switch {
        name: "replay-signature",
        about: "whether the answer to a repeated request is signed",
        values: Values::OneOf(&[("signed", "it is"), ("unsigned", "it is not")]),
        deviation: Some("D-36"),
    },
    Switch {
        name: "replay-status",
        about: "the HTTP status of the answer to a repeated request",
        values: Values::OneOf(&[("409", "as DOKU's page on idempotency says"), ("200", "as for the first")]),
        deviation: Some("D-29"),
    },
    Switch {
        name: "request-id-life",
        about: "how long a Request-Id is remembered; afterwards the same request finds its invoice number used",
        values: Values::Seconds { default: 0, about: "since the order was made; 0 is for ever" },
        deviation: Some("D-46"),
    },
    Switch {
        name: "reused-request-id",
        about: "the HTTP status of the refusal of a Request-Id that was used with another body",
        values: Values::OneOf(&[("400", "as for any other request that cannot be used"), ("409", "as for a replay")]),
        deviation: Some("D-46"),
    },
    Switch {
        name: "signature-padding",
        about: "whether the Base64 of a signature is padded",
        values: Values::OneOf(&[("padded", "44 characters"), ("unpadded", "43 characters, as in one captured sample")]),
        deviation: Some("D-27"),
    },
    Switch {
        name: "status-delay",
        about: "how long check status does not find a new order",
        values: Values::Seconds { default: 0, about: "since the order was made" },
        deviation: Some("D-31"),
    },
    Switch {
        name: "status-ids",
        about: "the ids of service, acquirer and channel in the status of a pending order",
        values: Values::OneOf(&[
            ("present", "as in a notification"),
            ("null", "null until the order is paid or declined"),
        ]),
        deviation: Some("D-33"),
    },
    Switch {
        name: "status-signature",
        about: "whether the answer to check status is signed",
        values: Values::OneOf(&[("signed", "it is"), ("unsigned", "it is not")]),
        deviation: Some("D-30"),
    },
    Switch {
        name: "unknown-fields",
        about: "what happens to a request with a field that DOKU's page does not have",
        values: Values::OneOf(&[("refused", "it is refused"), ("ignored", "the field is ignored")]),
        deviation: Some("D-45"),
    },
];
