//! The bodies that the local gateway writes, shaped like DOKU's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{json, value::RawValue};

use super::{
    order::Order,
    switch::{AmountFormat, ErrorShape, Switches},
};
use doku_indodana::{Rupiah, Timestamp, TransactionStatus};

/// Returns the answer to a generated order. It says `PENDING`.
///
/// Source: page, Response Body.
pub(super) fn generated(order: &Order, switches: &Switches) -> Vec<u8> {
    let conditional = switches.conditional_fields();
    let date = |time: SystemTime| conditional.then(|| timestamp(time).to_string());
    to_vec(&Generated {
        order: Summary::of(order, switches),
        payment: Payment { status: "PENDING", url: &order.payment_url },
        peer_to_peer_info: PeerToPeer {
            created_date_utc: date(order.created),
            expired_date_utc: date(order.expires()),
            ..PeerToPeer::of(order, conditional, conditional)
        },
        additional_info: order.request.additional_info.clone().and_then(|text| RawValue::from_string(text).ok()),
    })
}

/// What a report is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Notification,
    Status,
}

/// Returns the notification of an order, or the answer to check status.
///
/// Source: notification, HTTP Notification Sample, Non-SNAP; status, Non-SNAP; D-20.
pub(super) fn report(order: &Order, purpose: Purpose, switches: &Switches) -> Vec<u8> {
    let status = purpose == Purpose::Status;
    let id = |id| (!status || order.status != TransactionStatus::Pending || switches.pending_ids()).then_some(id);
    let invoice_number = status && switches.original_is_invoice_number();
    let reference = &order.request.merchant_unique_reference;
    to_vec(&Report {
        service: Id { id: id("PEER_TO_PEER") },
        acquirer: Id { id: id("INDODANA") },
        channel: Id { id: id("PEER_TO_PEER_INDODANA") },
        order: Summary::of(order, switches),
        transaction: Transaction {
            status: order.status.as_str(),
            date: timestamp(order.settled.unwrap_or(order.created)).to_string(),
            original_request_id: if invoice_number { &order.request.invoice_number } else { order.request_id.as_str() },
        },
        peer_to_peer_info: PeerToPeer {
            status: Some(order.status.as_str()),
            ..PeerToPeer::of(order, true, status || switches.reference_in_peer_to_peer_info())
        },
        payment: (status || switches.reference_in_payment())
            .then_some(Reference { merchant_unique_reference: reference }),
    })
}

/// What is wrong with a request.
pub(super) enum Refusal {
    /// A code and a text.
    Code(&'static str, String),
    /// Texts, each on one field.
    Fields(Vec<String>),
    /// A rule of the business.
    Rule(&'static str),
}

/// Returns the body of a refusal. In the default shape each kind has the form in which it was seen (D-35).
pub(super) fn refusal(refusal: &Refusal, shape: ErrorShape) -> Vec<u8> {
    let (code, messages) = match refusal {
        Refusal::Code(code, message) => (*code, vec![message.as_str()]),
        Refusal::Fields(messages) => ("invalid_parameter", messages.iter().map(String::as_str).collect()),
        Refusal::Rule(message) => ("business_rule", vec![*message]),
    };
    let text = messages.join("; ");
    to_vec(&match (shape, refusal) {
        (ErrorShape::Wrapped, Refusal::Fields(_)) | (ErrorShape::ErrorMessages, _) => {
            json!({ "error_messages": messages })
        }
        (ErrorShape::Wrapped, Refusal::Rule(_)) | (ErrorShape::MessageList, _) => json!({ "message": messages }),
        (ErrorShape::Wrapped, Refusal::Code(..)) => {
            json!({"error": {"code": code, "message": text, "type": "invalid_request_error"}})
        }
        (ErrorShape::Unwrapped, _) => json!({ "code": code, "message": text }),
        (ErrorShape::Glossary, _) => {
            json!({ "status": "FAILED", "response_code": code.to_uppercase(), "message": text })
        }
    })
}

/// Returns what a server says before it knows whom it talks to.
pub(super) fn message(message: &str) -> Vec<u8> {
    to_vec(&json!({ "message": message }))
}

/// Returns a time as DOKU writes it. A clock before 1970 or after 9999 is taken for the nearest time that has a text.
pub(super) fn timestamp(time: SystemTime) -> Timestamp {
    const LAST: u64 = 253_402_300_799;
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().min(LAST);
    Timestamp::from_unix_seconds(seconds.cast_signed()).expect("the years 1970 to 9999 have a text")
}

/// Returns a timestamp with the digits of a clock in Jakarta (UTC+7).
pub(super) fn jakarta(time: SystemTime) -> Timestamp {
    timestamp(time.checked_add(Duration::from_secs(7 * 3600)).unwrap_or(time))
}

/// Returns a time in Jakarta as `yyyyMMddHHmmss`.
fn digits(time: SystemTime) -> String {
    jakarta(time).as_str().chars().filter(char::is_ascii_digit).collect()
}

fn to_vec(body: &impl Serialize) -> Vec<u8> {
    // Texts, whole numbers and JSON that was read before: nothing here cannot be written.
    serde_json::to_vec(body).unwrap_or_default()
}

#[derive(Serialize)]
struct Generated<'a> {
    order: Summary<'a>,
    payment: Payment<'a>,
    peer_to_peer_info: PeerToPeer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_info: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Report<'a> {
    service: Id,
    acquirer: Id,
    channel: Id,
    order: Summary<'a>,
    transaction: Transaction<'a>,
    peer_to_peer_info: PeerToPeer<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<Reference<'a>>,
}

#[derive(Serialize)]
struct Summary<'a> {
    amount: Box<RawValue>,
    invoice_number: &'a str,
}

impl<'a> Summary<'a> {
    fn of(order: &'a Order, switches: &Switches) -> Self {
        let amount = amount(order.request.amount, switches.amount_format());
        Self { amount, invoice_number: &order.request.invoice_number }
    }
}

/// Returns an amount as DOKU has been seen to write it (D-19).
fn amount(amount: Rupiah, format: AmountFormat) -> Box<RawValue> {
    let text = match format {
        AmountFormat::Integer => format!("{amount}"),
        AmountFormat::TwoDecimals => format!("{amount}.00"),
        AmountFormat::OneDecimal => format!("{amount}.0"),
        AmountFormat::Text => format!("\"{amount}\""),
    };
    RawValue::from_string(text).expect("digits are JSON")
}

#[derive(Serialize)]
struct Payment<'a> {
    status: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct PeerToPeer<'a> {
    identifier: [Identifier<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date_utc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_date_utc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_unique_reference: Option<&'a str>,
}

impl<'a> PeerToPeer<'a> {
    fn of(order: &'a Order, dates: bool, reference: bool) -> Self {
        Self {
            identifier: [Identifier { name: "INDODANA_ORDER_ID", value: &order.request.invoice_number }],
            created_date: dates.then(|| digits(order.created)),
            expired_date: dates.then(|| digits(order.expires())),
            created_date_utc: None,
            expired_date_utc: None,
            status: None,
            merchant_unique_reference: reference.then_some(order.request.merchant_unique_reference.as_str()),
        }
    }
}

#[derive(Serialize)]
struct Identifier<'a> {
    name: &'static str,
    value: &'a str,
}

#[derive(Serialize)]
struct Id {
    id: Option<&'static str>,
}

#[derive(Serialize)]
struct Transaction<'a> {
    status: &'a str,
    date: String,
    original_request_id: &'a str,
}

#[derive(Serialize)]
struct Reference<'a> {
    merchant_unique_reference: &'a str,
}
