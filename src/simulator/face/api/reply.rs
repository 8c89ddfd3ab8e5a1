//! An answer on its way out: signed, told of, and struck by the faults that it is to have.

use std::time::Duration;

use axum::{body::Body, response::Response};
use http::Method;
use tokio::time::sleep;

use super::Call;
use crate::{
    doku::{
        answer::Reply,
        fault::{AnswerEffect, Fault},
        mistake,
    },
    net::connection::Line,
    run::service::Service,
    told::event::{Exchange, Happening, headers, shorten},
};

/// How long a connection without an answer stays open.
const NO_ANSWER: Duration = Duration::from_secs(3_600);

impl Service {
    /// Refuses a request whose body was not looked at, before any fault.
    pub(super) async fn refuse(&self, call: &Call<'_>, reply: Reply, line: &Line) -> Response {
        self.reply(call, b"", reply, &[], line).await
    }

    /// Signs an answer, takes note of it, and lets the faults have it.
    pub(super) async fn reply(
        &self,
        call: &Call<'_>,
        body: &[u8],
        reply: Reply,
        faults: &[Fault],
        line: &Line,
    ) -> Response {
        let switches = self.memory().switches.clone();
        let (verdict, invoice_number) = (reply.verdict, reply.invoice_number.clone());
        let (answer, answer_string_to_sign) =
            reply.sign(&self.identity.credentials, call.target(), self.clock.now(), &switches, faults);
        let wait = faults.iter().find_map(|fault| match fault.answer() {
            Some(AnswerEffect::Latency(time)) => Some(*time),
            _ => None,
        });
        let took = call.start.elapsed() + wait.unwrap_or_default();
        let sent = !faults.iter().filter_map(Fault::answer).any(is_silent);
        let request_body = (!matches!(*call.method, Method::GET | Method::HEAD)).then_some(body);
        let received = call.received(request_body);
        let mistake = (verdict == "invalid_signature")
            .then(|| mistake::find(self.identity.credentials.secret_key(), &received, call.uri.query()))
            .flatten();
        let exchange = Exchange {
            method: call.method.to_string(),
            target: shorten(call.uri.to_string().as_bytes()),
            headers: headers(call.headers),
            body: shorten(body),
            string_to_sign: received.string_to_sign(),
            verdict: verdict.to_owned(),
            mistake: mistake.map(str::to_owned),
            faults: faults.iter().map(Fault::to_string).collect(),
            status: sent.then(|| answer.status().as_u16()),
            answer_headers: if sent { headers(answer.headers()) } else { Vec::new() },
            answer_body: if sent { shorten(answer.body()) } else { String::new() },
            answer_string_to_sign: answer_string_to_sign.filter(|_| sent),
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        };
        self.tell(invoice_number.as_deref(), Happening::Requested(Box::new(exchange)));
        // Told before, because a client that does not wait ends this too.
        if let Some(wait) = wait {
            sleep(wait).await;
        }
        strike(faults, line).await;
        answer.map(Body::from)
    }
}

fn is_silent(effect: &AnswerEffect) -> bool {
    matches!(effect, AnswerEffect::NoAnswer | AnswerEffect::ResetAfterOrder | AnswerEffect::ResetBeforeOrder)
}

/// Lets the faults of the network have an answer.
async fn strike(faults: &[Fault], line: &Line) {
    for effect in faults.iter().filter_map(Fault::answer) {
        match effect {
            AnswerEffect::NoAnswer => sleep(NO_ANSWER).await,
            AnswerEffect::ResetAfterOrder | AnswerEffect::ResetBeforeOrder => line.reset(),
            AnswerEffect::Slow(rate) => line.slow(*rate),
            AnswerEffect::Truncate(bytes) => line.truncate(*bytes),
            _ => {}
        }
    }
}
