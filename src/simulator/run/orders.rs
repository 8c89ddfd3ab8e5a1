//! What becomes of a request that is the merchant's: an order is made, found or refused.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;

use crate::{
    doku::{
        answer::{Reply, Standing},
        body::{self, Purpose, Refusal},
        identity::{Identity, read_order},
        order::Order,
    },
    run::memory::Memory,
};
use doku_indodana::{RequestId, TransactionStatus};

impl Identity {
    /// Makes an order, or answers as before, or refuses. `id` is 128 random bits for the payment URL.
    pub(crate) fn generate_order(
        &self,
        memory: &mut Memory,
        caller: RequestId,
        body: &[u8],
        now: SystemTime,
        id: u128,
    ) -> Reply {
        let switches = memory.switches.clone();
        let refuse = |status, refusal: Refusal, verdict| {
            Reply::refusal(status, body::refusal(&refusal, switches.error_shape()), caller.clone(), verdict)
        };
        let request = match read_order(body, &switches) {
            Ok(request) => request,
            Err(messages) => return refuse(StatusCode::BAD_REQUEST, Refusal::Fields(messages), "violations"),
        };
        let remembered = |order: &&Order| {
            let age = now.duration_since(order.created).unwrap_or_default();
            switches.request_id_life().is_none_or(|life| age <= Duration::from_secs(life))
        };
        if let Some(first) = memory.of_request(&caller).filter(remembered) {
            if first.body != body {
                let message = "Request-Id was used with another body".to_owned();
                let refusal = Refusal::Code("idempotent_request", message);
                let status = switches.reused_request_id_status();
                return refuse(status, refusal, "idempotent_request").about(request.invoice_number);
            }
            let status = switches.replay_status();
            let answer = first.answer.clone();
            if let Some(first) = memory.by_request_id(&caller) {
                first.received = first.received.saturating_add(1);
            }
            return Reply::success(status, answer, caller, Standing::Replayed).about(request.invoice_number);
        }
        if memory.order(&request.invoice_number).is_some() {
            let refusal = Refusal::Rule("INVOICE ALREADY USED");
            return refuse(StatusCode::BAD_REQUEST, refusal, "invoice_already_used").about(request.invoice_number);
        }
        if memory.is_full() {
            let text = "The simulator holds as many orders as it can; stop it and start it again";
            return Reply::unknown(StatusCode::SERVICE_UNAVAILABLE, body::message(text), "full");
        }
        let token = format!("{id:032x}");
        let invoice_number = request.invoice_number.clone();
        let mut order = Order {
            request,
            request_id: caller.clone(),
            body: Bytes::copy_from_slice(body),
            answer: Bytes::new(),
            payment_url: format!("{}/pay/{token}", self.url),
            token,
            created: now,
            status: TransactionStatus::Pending,
            settled: None,
            received: 1,
            faults: Vec::new(),
        };
        order.answer = body::generated(&order, &switches).into();
        let answer = order.answer.clone();
        memory.add(order);
        Reply::success(StatusCode::OK, answer, caller, Standing::Generated).about(invoice_number)
    }

    /// Returns the status of an order, by its invoice number or by the `Request-Id` that generated it.
    pub(crate) fn check_status(&self, memory: &Memory, caller: RequestId, id: Option<&str>, now: SystemTime) -> Reply {
        let switches = memory.switches.clone();
        let delay = Duration::from_secs(switches.status_delay());
        let of_request = |id: &str| memory.of_request(&id.parse().ok()?);
        let order = id.and_then(|id| memory.order(id).or_else(|| of_request(id)));
        let published = |order: &&Order| now.duration_since(order.created).unwrap_or_default() >= delay;
        match order.filter(published) {
            Some(order) => {
                let report = body::report(order, Purpose::Status, &switches);
                let invoice_number = order.request.invoice_number.clone();
                Reply::success(StatusCode::OK, report.into(), caller, Standing::Status).about(invoice_number)
            }
            None => {
                let refusal = Refusal::Code("data_not_found", "Order not found".to_owned());
                let body = body::refusal(&refusal, switches.error_shape());
                Reply::refusal(StatusCode::NOT_FOUND, body, caller, "data_not_found")
            }
        }
    }
}
