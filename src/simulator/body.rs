//! The bodies that the local gateway writes, shaped like DOKU's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{json, value::RawValue};

use super::order::Order;
use crate::{Rupiah, Timestamp};

/// Returns the answer to a generated order. It says `PENDING`, also when it is given again later.
///
/// Source: page, Response Body.
pub(super) fn generated(order: &Order) -> Vec<u8> {
    to_vec(&Generated {
        order: Summary::of(order),
        payment: Payment { status: "PENDING", url: &order.payment_url },
        peer_to_peer_info: PeerToPeer {
            created_date_utc: Some(timestamp(order.created).to_string()),
            expired_date_utc: Some(timestamp(order.expires()).to_string()),
            ..PeerToPeer::of(order)
        },
        additional_info: order.request.additional_info.clone().and_then(|text| RawValue::from_string(text).ok()),
    })
}

/// Returns the notification of an order, which is also the answer to check status.
///
/// Source: notification, HTTP Notification Sample, Non-SNAP; D-20.
pub(super) fn report(order: &Order) -> Vec<u8> {
    to_vec(&Report {
        service: Id { id: "PEER_TO_PEER" },
        acquirer: Id { id: "INDODANA" },
        channel: Id { id: "PEER_TO_PEER_INDODANA" },
        order: Summary::of(order),
        transaction: Transaction {
            status: order.status.as_str(),
            date: timestamp(order.settled.unwrap_or(order.created)).to_string(),
            original_request_id: order.request_id.as_str(),
        },
        peer_to_peer_info: PeerToPeer { status: Some(order.status.as_str()), ..PeerToPeer::of(order) },
        payment: Reference { merchant_unique_reference: &order.request.merchant_unique_reference },
    })
}

/// Returns a refusal with a code.
pub(super) fn error(code: &str, message: &str) -> Vec<u8> {
    to_vec(&json!({"error": {"code": code, "message": message, "type": "invalid_request_error"}}))
}

/// Returns a refusal that names fields.
pub(super) fn error_messages(messages: &[String]) -> Vec<u8> {
    to_vec(&json!({ "error_messages": messages }))
}

/// Returns a refusal by a rule of the business.
pub(super) fn messages(message: &str) -> Vec<u8> {
    to_vec(&json!({ "message": [message] }))
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
    payment: Reference<'a>,
}

#[derive(Serialize)]
struct Summary<'a> {
    amount: Rupiah,
    invoice_number: &'a str,
}

impl<'a> Summary<'a> {
    fn of(order: &'a Order) -> Self {
        Self { amount: order.request.amount, invoice_number: &order.request.invoice_number }
    }
}

#[derive(Serialize)]
struct Payment<'a> {
    status: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct PeerToPeer<'a> {
    identifier: [Identifier<'a>; 1],
    created_date: String,
    expired_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date_utc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_date_utc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    merchant_unique_reference: &'a str,
}

impl<'a> PeerToPeer<'a> {
    fn of(order: &'a Order) -> Self {
        Self {
            identifier: [Identifier { name: "INDODANA_ORDER_ID", value: &order.request.invoice_number }],
            created_date: digits(order.created),
            expired_date: digits(order.expires()),
            created_date_utc: None,
            expired_date_utc: None,
            status: None,
            merchant_unique_reference: &order.request.merchant_unique_reference,
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
    id: &'static str,
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
