//! One call of a client: what it is about, and how it ended.

use std::sync::{Arc, OnceLock};

use super::Config;
use crate::{
    error::{Error, ErrorKind},
    message::signature::RequestTarget,
    order::{
        answer::{CheckedStatus, GeneratedOrder},
        request::PreparedOrder,
    },
};

/// One call. It goes through the generated client, whose hooks do it, and comes out with its end.
#[derive(Clone)]
pub(crate) struct ClientCall(Arc<State>);

struct State {
    config: Arc<Config>,
    subject: Subject,
    end: OnceLock<End>,
}

/// What a call is about.
pub(crate) enum Subject {
    /// Generate this order.
    Order(PreparedOrder),
    /// Ask for the status of the order with this id, at this target.
    Status(String, RequestTarget),
}

/// How a call ended.
#[expect(clippy::large_enum_variant, reason = "there is one for each call, moved once")]
pub(super) enum End {
    Order(Result<GeneratedOrder, Error>),
    Status(Result<CheckedStatus, Error>),
}

impl std::fmt::Debug for ClientCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientCall")
    }
}

impl ClientCall {
    pub(crate) fn new(config: Arc<Config>, subject: Subject) -> Self {
        Self(Arc::new(State { config, subject, end: OnceLock::new() }))
    }

    pub(super) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(super) fn subject(&self) -> &Subject {
        &self.0.subject
    }

    /// Ends the call, unless it has ended.
    pub(super) fn end(&self, end: End) {
        let _ = self.0.end.set(end);
    }

    /// Ends a call to send an order with an error of the adapter's, before anything of this call was sent.
    pub(super) fn stop(&self, order: &PreparedOrder, kind: ErrorKind) {
        self.end(End::Order(Err(Error::new(kind, order.life().outcome()))));
    }

    /// Returns how a call to send this order ended.
    pub(crate) fn into_order(self, order: &PreparedOrder) -> Result<GeneratedOrder, Error> {
        match self.into_end() {
            Some(End::Order(end)) => end,
            _ => Err(Error::new(NO_END, order.life().outcome()).with_request_id(order.request_id())),
        }
    }

    /// Returns how a question ended.
    pub(crate) fn into_status(self) -> Result<CheckedStatus, Error> {
        match self.into_end() {
            Some(End::Status(end)) => end,
            _ => Err(Error::question(NO_END)),
        }
    }

    fn into_end(self) -> Option<End> {
        Arc::into_inner(self.0)?.end.into_inner()
    }
}

/// The generated client refused what it was given, so that nothing was sent.
const NO_END: ErrorKind = ErrorKind::Bug("the generated client did not take the call");
