//! The bodies that the simulator writes, shaped like DOKU's.

use std::time::SystemTime;

use serde_json::{Value, json};

use crate::{
    doku::{
        order::Order,
        shape::{self, Place, text},
        switch::{AmountFormat, ErrorShape, Switches},
    },
    time::{jakarta, timestamp},
};
use doku_indodana::{Rupiah, TransactionStatus, check::Kind};

/// Returns the answer to a generated order. It says `PENDING`.
///
/// Source: page, Response Body.
pub(crate) fn generated(order: &Order, switches: &Switches) -> Vec<u8> {
    let conditional = switches.conditional_fields();
    let date = |time: SystemTime| present(conditional.then(|| timestamp(time).to_string()));
    shape::body(Kind::Response, &|pointer| match pointer {
        "/payment/status" => Place::Is(text("PENDING")),
        "/payment/url" => Place::Is(text(&order.payment_url)),
        "/peer_to_peer_info/created_date_utc" => date(order.created),
        "/peer_to_peer_info/expired_date_utc" => date(order.expires()),
        "/peer_to_peer_info/status" => Place::Absent,
        "/additional_info" => order.request.additional_info.clone().map_or(Place::Absent, Place::Is),
        _ => common(pointer, order, switches, conditional, conditional),
    })
    .into()
}

/// What a report is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Notification,
    Status,
}

/// Returns the notification of an order, or the answer to check status.
///
/// Source: notification, HTTP Notification Sample, Non-SNAP; status, Non-SNAP; D-20.
pub(crate) fn report(order: &Order, purpose: Purpose, switches: &Switches) -> Vec<u8> {
    let status = purpose == Purpose::Status;
    let id = |id: &str| {
        let known = !status || order.status != TransactionStatus::Pending || switches.pending_ids();
        Place::Is(if known { text(id) } else { "null".to_owned() })
    };
    let invoice_number = status && switches.original_is_invoice_number();
    let kind = if status { Kind::Status } else { Kind::Notification };
    shape::body(kind, &|pointer| match pointer {
        "/service/id" => id("PEER_TO_PEER"),
        "/acquirer/id" => id("INDODANA"),
        "/channel/id" => id("PEER_TO_PEER_INDODANA"),
        "/transaction/status" | "/peer_to_peer_info/status" => Place::Is(text(order.status.as_str())),
        "/transaction/date" => Place::Is(text(timestamp(order.settled.unwrap_or(order.created)).as_str())),
        "/transaction/original_request_id" => {
            let number = &order.request.invoice_number;
            Place::Is(text(if invoice_number { number } else { order.request_id.as_str() }))
        }
        "/payment/merchant_unique_reference" => {
            let there = status || switches.reference_in_payment();
            present(there.then(|| order.request.merchant_unique_reference.clone()))
        }
        // Seen in samples alone: an acquirer's name, what was given back, where the order came from.
        "/acquirer/name" | "/order/status" | "/refund" | "/additional_info" => Place::Absent,
        "/peer_to_peer_info/created_date_utc" | "/peer_to_peer_info/expired_date_utc" => Place::Absent,
        _ => common(pointer, order, switches, true, status || switches.reference_in_peer_to_peer_info()),
    })
    .into()
}

/// Returns what answers and notifications have alike.
fn common(pointer: &str, order: &Order, switches: &Switches, dates: bool, reference: bool) -> Place {
    let request = &order.request;
    match pointer {
        "/order/invoice_number" => Place::Is(text(&request.invoice_number)),
        "/order/amount" => Place::Is(amount(request.amount, switches.amount_format())),
        "/peer_to_peer_info/identifier" => {
            let number = text(&request.invoice_number);
            Place::Is(format!("[{{\"name\":\"INDODANA_ORDER_ID\",\"value\":{number}}}]"))
        }
        "/peer_to_peer_info/created_date" => present(dates.then(|| digits(order.created))),
        "/peer_to_peer_info/expired_date" => present(dates.then(|| digits(order.expires()))),
        "/peer_to_peer_info/merchant_unique_reference" => {
            present(reference.then(|| request.merchant_unique_reference.clone()))
        }
        _ => Place::Unknown,
    }
}

fn present(value: Option<String>) -> Place {
    value.map_or(Place::Absent, |value| Place::Is(text(&value)))
}

/// What is wrong with a request.
pub(crate) enum Refusal {
    /// A code and a text.
    Code(&'static str, String),
    /// Texts, each on one field.
    Fields(Vec<String>),
    /// A rule of the business.
    Rule(&'static str),
}

/// Returns the body of a refusal. In the default shape each kind has the form in which it was seen (D-35).
pub(crate) fn refusal(refusal: &Refusal, shape: ErrorShape) -> Vec<u8> {
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
pub(crate) fn message(message: &str) -> Vec<u8> {
    to_vec(&json!({ "message": message }))
}

/// Returns a time in Jakarta as `yyyyMMddHHmmss`.
fn digits(time: SystemTime) -> String {
    jakarta(time).as_str().chars().filter(char::is_ascii_digit).collect()
}

fn to_vec(body: &Value) -> Vec<u8> {
    body.to_string().into()
}

/// Returns an amount as DOKU has been seen to write it (D-19).
fn amount(amount: Rupiah, format: AmountFormat) -> String {
    match format {
        AmountFormat::Integer => format!("{amount}"),
        AmountFormat::TwoDecimals => format!("{amount}.00"),
        AmountFormat::OneDecimal => format!("{amount}.0"),
        AmountFormat::Text => format!("\"{amount}\""),
    }
}
