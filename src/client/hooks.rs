//! The adapter between progenitor's hooks, reqwest and the machines of `order`. It has no rule of its own.
//!
//! Every generated operation runs `pre` and `exec` for one request: `pre` looks at the outgoing bytes, `exec` does what the
//! machine says until the call has ended. How it ended leaves by one way, `ClientCall::end`, and the generated client gets an
//! empty answer.

#[cfg(test)]
mod tests;

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
    order::{life, question::Question},
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
                if request.url().path() == target.as_str() {
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
                let Ok(target) = request.url().path().parse() else {
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
}

/// Returns the empty answer that the generated client gets.
fn settled_answer(request: &reqwest::Request) -> reqwest::Response {
    let answer = http::Response::builder().url(request.url().clone()).body(Bytes::new());
    answer.expect("an empty response can be built").into()
}

/// Returns the error that stops the generated client. It says nothing: the call knows how it ended.
fn settled<E>() -> progenitor_client::Error<E> {
    progenitor_client::Error::Custom(String::new())
}
