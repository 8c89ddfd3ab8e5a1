//! The adapter between progenitor's hooks, reqwest and the machines of `order`. It has no rule of its own.
//!
//! Every generated operation runs `pre`, `exec` and `post` around one request: `pre` looks at the outgoing bytes, `exec` does
//! what the machine says until the call has ended, and `post` keeps the answer from being read a second time. How the call
//! ended leaves by one way, `ClientCall::end`.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use bytes::Bytes;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt;

use super::{
    attempt::Outgoing,
    call::{ClientCall, End, Subject},
    generated::Client,
};
use crate::{
    error::{Error, ErrorKind},
    message::signature::RequestTarget,
    order::{life, question::Question, request::generate_order_target},
};

impl ClientHooks<ClientCall> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let call = self.inner();
        match call.subject() {
            Subject::Order(order) => {
                if request.body().and_then(reqwest::Body::as_bytes) == Some(order.body()) {
                    return Ok(());
                }
                call.stop(order, ErrorKind::Bug("the outgoing bytes are not those of the prepared order"));
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
        let config = call.config();
        let outgoing = Outgoing::new(self, &request, config);
        call.end(match call.subject() {
            Subject::Order(order) => {
                // Signed is where it goes, whichever operation of the contract that is.
                let Some(target) = target_of(&request) else {
                    call.stop(order, ErrorKind::Bug("the path of the request cannot be signed"));
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
