//! Everything that the local gateway remembers.

use std::collections::HashMap;

use super::{notify::Delivery, order::Order};
use crate::RequestId;

/// The orders and the notifications, each in the order in which they came.
#[derive(Default)]
pub(super) struct Ledger {
    orders: Vec<Order>,
    by_invoice_number: HashMap<String, usize>,
    by_request_id: HashMap<RequestId, usize>,
    by_token: HashMap<String, usize>,
    pub(super) deliveries: Vec<Delivery>,
}

impl Ledger {
    /// Adds an order. Its invoice number, request id and token must be new.
    pub(super) fn add(&mut self, order: Order) {
        let at = self.orders.len();
        self.by_invoice_number.insert(order.request.invoice_number.clone(), at);
        self.by_request_id.insert(order.request_id.clone(), at);
        self.by_token.insert(order.token.clone(), at);
        self.orders.push(order);
    }

    /// Returns all orders, oldest first.
    pub(super) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Returns the order with this invoice number.
    pub(super) fn by_invoice_number(&mut self, invoice_number: &str) -> Option<&mut Order> {
        self.orders.get_mut(*self.by_invoice_number.get(invoice_number)?)
    }

    /// Returns the order that was generated under this `Request-Id`.
    pub(super) fn by_request_id(&mut self, request_id: &RequestId) -> Option<&mut Order> {
        self.orders.get_mut(*self.by_request_id.get(request_id)?)
    }

    /// Returns the order of a payment page.
    pub(super) fn by_token(&mut self, token: &str) -> Option<&mut Order> {
        self.orders.get_mut(*self.by_token.get(token)?)
    }
}
