//! One order of the simulator: what was asked for, and how far it came.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    doku::{fault::Fault, switch::Switches},
    error::SimulatorError,
    serial,
};
use doku_indodana::{
    Price, RequestId, Rupiah, TransactionStatus,
    json::{Document, Value},
};

/// An order as the simulator has it, for tests and for looking at. It holds nothing of the customer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SimulatedOrder {
    /// The invoice number.
    pub invoice_number: String,
    /// The `Request-Id` under which the order was generated.
    #[serde(with = "serial::text")]
    pub request_id: RequestId,
    /// The amount in whole rupiah.
    pub amount: Rupiah,
    /// `PENDING`, then `SUCCESS`, `FAILED`, `EXPIRED` or `REFUNDED`.
    pub status: TransactionStatus,
    /// When the order was made, by the simulator's clock.
    #[serde(with = "serial::time")]
    pub created: SystemTime,
    /// When a pending order expires, by the simulator's clock.
    #[serde(with = "serial::time")]
    pub expires: SystemTime,
    /// The payment page.
    pub payment_url: String,
    /// Where the notification goes: the order's override, else the configured URL; `None` without either.
    pub notification_url: Option<String>,
    /// In the event that made the order: why no notification can be sent to its override, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undeliverable: Option<String>,
    /// How often the same request was received: 1, and one more for each replay.
    pub received: u32,
}

/// What is kept of the body of generate order.
pub(crate) struct OrderRequest {
    pub(crate) invoice_number: String,
    pub(crate) amount: Rupiah,
    pub(crate) items: Vec<Item>,
    pub(crate) callback_url: Option<String>,
    pub(crate) callback_url_cancel: String,
    pub(crate) merchant_unique_reference: String,
    pub(crate) override_notification_url: Option<String>,
    /// The JSON text as it was written, for the echo.
    pub(crate) additional_info: Option<String>,
    pub(crate) lifetime: Duration,
}

/// One line of the payment page.
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) price: Price,
    pub(crate) quantity: u64,
}

/// What DOKU Checkout takes where `expired_time` is missing (D-42).
const DEFAULT_MINUTES: u64 = 60;

impl OrderRequest {
    /// Reads a body that keeps the contract; `None` for any other.
    pub(crate) fn read(body: &Document<'_>) -> Option<Self> {
        let text = |pointer: &str| Some(body.pointer(pointer)?.as_str()?.into_owned());
        let items = body.pointer("/order/line_items")?.elements().map(Item::read).collect::<Option<_>>()?;
        let minutes = match body.pointer("/peer_to_peer_info/expired_time") {
            Some(minutes) => whole(minutes)?,
            None => DEFAULT_MINUTES,
        };
        Some(Self {
            invoice_number: text("/order/invoice_number")?,
            amount: body.pointer("/order/amount")?.number_text()?.parse().ok()?,
            items,
            callback_url: text("/order/callback_url"),
            callback_url_cancel: text("/order/callback_url_cancel")?,
            merchant_unique_reference: text("/peer_to_peer_info/merchant_unique_reference")?,
            override_notification_url: text("/additional_info/override_notification_url"),
            additional_info: body.pointer("/additional_info").map(|info| body.source()[info.span()].to_owned()),
            lifetime: Duration::from_secs(minutes.checked_mul(60)?),
        })
    }
}

impl Item {
    fn read(item: Value<'_>) -> Option<Self> {
        Some(Self {
            name: item.get("name")?.as_str()?.into_owned(),
            price: item.get("price")?.number_text()?.parse().ok()?,
            quantity: whole(item.get("quantity")?)?,
        })
    }
}

/// Reads a whole number, which JSON may also write as `60.0` or `6e1`.
fn whole(number: Value<'_>) -> Option<u64> {
    Some(number.number_text()?.parse::<Rupiah>().ok()?.get())
}

/// An order that was made.
pub(crate) struct Order {
    pub(crate) request: OrderRequest,
    pub(crate) request_id: RequestId,
    /// The whole request, to tell a replay from another request, and to keep it.
    pub(crate) body: Bytes,
    /// The first answer, which a replay gets again.
    pub(crate) answer: Bytes,
    /// The unguessable part of the payment URL.
    pub(crate) token: String,
    pub(crate) payment_url: String,
    pub(crate) created: SystemTime,
    pub(crate) status: TransactionStatus,
    /// When the status changed.
    pub(crate) settled: Option<SystemTime>,
    pub(crate) received: u32,
    /// What the request's header asked for its notifications.
    pub(crate) faults: Vec<Fault>,
}

impl Order {
    /// Returns when the order expires.
    pub(crate) fn expires(&self) -> SystemTime {
        self.created.checked_add(self.request.lifetime).unwrap_or(self.created)
    }

    /// Returns whether the customer can still pay or decline.
    pub(crate) fn is_open(&self, now: SystemTime, switches: &Switches) -> bool {
        match self.status {
            TransactionStatus::Pending => true,
            TransactionStatus::Failed => !switches.failed_is_final() && now < self.expires(),
            _ => false,
        }
    }

    /// Changes the status, if it can follow the present one.
    pub(crate) fn settle(
        &mut self,
        wanted: TransactionStatus,
        now: SystemTime,
        switches: &Switches,
    ) -> Result<(), SimulatorError> {
        let possible = match wanted {
            TransactionStatus::Success | TransactionStatus::Failed => self.is_open(now, switches),
            TransactionStatus::Expired => self.status == TransactionStatus::Pending,
            TransactionStatus::Refunded => self.status == TransactionStatus::Success,
            _ => false,
        };
        if !possible {
            return Err(SimulatorError::NotPossible { status: self.status.clone(), wanted });
        }
        self.status = wanted;
        self.settled = Some(now);
        Ok(())
    }

    /// Returns where the notification of this order goes.
    pub(crate) fn notification_url<'a>(&'a self, configured: Option<&'a str>) -> Option<&'a str> {
        self.request.override_notification_url.as_deref().or(configured)
    }

    /// Returns the order for people and tests.
    pub(crate) fn show(&self, configured: Option<&str>) -> SimulatedOrder {
        SimulatedOrder {
            invoice_number: self.request.invoice_number.clone(),
            request_id: self.request_id.clone(),
            amount: self.request.amount,
            status: self.status.clone(),
            created: self.created,
            expires: self.expires(),
            payment_url: self.payment_url.clone(),
            notification_url: self.notification_url(configured).map(str::to_owned),
            undeliverable: None,
            received: self.received,
        }
    }
}
