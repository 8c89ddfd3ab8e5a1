//! The adapter between progenitor's hooks, reqwest and the machines of `order`. It has no rule of its own.
//!
//! Every generated operation runs `pre`, `exec` and `post` around one request: `pre` looks at the outgoing bytes, `exec` does
//! what the machine says until the call has ended, and `post` keeps the answer from being read a second time. How the call
//! ended leaves by one way, `State::end`.

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt;

use super::{Config, attempt::Outgoing};
use crate::{
    client::generated::Client,
    error::{Error, ErrorKind},
    message::signature::RequestTarget,
    order::{
        answer::{CheckedStatus, GeneratedOrder},
        life,
        question::Question,
        request::{PreparedOrder, generate_order_target},
    },
};

/// One call: what it is about, and how it ended.
#[derive(Clone)]
pub(crate) struct Call(Arc<State>);

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
enum End {
    Order(Result<GeneratedOrder, Error>),
    Status(Result<CheckedStatus, Error>),
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Call")
    }
}

impl Call {
    pub(crate) fn new(config: Arc<Config>, subject: Subject) -> Self {
        Self(Arc::new(State { config, subject, end: OnceLock::new() }))
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

    /// Ends the call, unless it has ended.
    fn end(&self, end: End) {
        let _ = self.0.end.set(end);
    }
}

/// The generated client refused what it was given, so that nothing was sent.
const NO_END: ErrorKind = ErrorKind::Bug("the generated client did not take the call");

impl ClientHooks<Call> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let call = self.inner();
        match &call.0.subject {
            Subject::Order(order) => {
                if request.body().and_then(reqwest::Body::as_bytes) == Some(order.body()) {
                    return Ok(());
                }
                let kind = ErrorKind::Bug("the outgoing bytes are not those of the prepared order");
                call.end(End::Order(Err(Error::new(kind, order.life().outcome()))));
            }
            Subject::Status(_, target) => {
                // The generated path leaves characters that a URL parser rewrites; this one is encoded in full.
                request.url_mut().set_path(target.as_str());
                if request.url().path() == target.as_str() && request.url().query().is_none() {
                    return Ok(());
                }
                let what = "the id cannot stand in the path of check status; use the request id instead".to_owned();
                call.end(End::Status(Err(Error::question(ErrorKind::Configuration(what)))));
            }
        }
        Err(settled())
    }

    async fn exec(&self, request: reqwest::Request, _: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        let call = self.inner();
        let config = &*call.0.config;
        let outgoing = Outgoing::new(self, &request, config);
        call.end(match &call.0.subject {
            Subject::Order(order) => {
                // Signed is where it goes, whichever operation of the contract that is.
                let Some(target) = target_of(&request) else {
                    let kind = ErrorKind::Bug("the path of the request cannot be signed");
                    call.end(End::Order(Err(Error::new(kind, order.life().outcome()))));
                    return Ok(settled_answer(&request));
                };
                let mut machine = life::Call::to(target, order, &config.terms);
                let body = Some(order.bytes());
                End::Order(outgoing.drive(body, |event, moment| machine.step(event, moment)).await)
            }
            Subject::Status(id, target) => {
                let (signed, ids) = (config.require_signed_status, &*config.request_ids);
                let mut machine = Question::new(id, target, &config.terms, signed, ids);
                End::Status(outgoing.drive(None, |event, moment| machine.step(event, moment)).await)
            }
        });
        Ok(settled_answer(&request))
    }

    async fn post<E>(
        &self,
        _: &reqwest::Result<reqwest::Response>,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        Err(settled())
    }
}

/// Returns the target of a request; `None` for a path that cannot be signed.
fn target_of(request: &reqwest::Request) -> Option<Cow<'static, RequestTarget>> {
    let (path, usual) = (request.url().path(), generate_order_target());
    if path == usual.as_str() { Some(Cow::Borrowed(usual)) } else { path.parse().ok().map(Cow::Owned) }
}

/// Returns the empty answer that the generated client gets; `post` refuses it.
fn settled_answer(request: &reqwest::Request) -> reqwest::Response {
    let answer = http::Response::builder().url(request.url().clone()).body(Bytes::new());
    answer.expect("an empty response can be built").into()
}

/// Returns what the generated client hands on. It says nothing: the call knows how it ended.
fn settled<E>() -> progenitor_client::Error<E> {
    progenitor_client::Error::Custom(String::new())
}
