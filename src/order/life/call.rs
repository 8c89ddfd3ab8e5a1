//! One call to send an order: [`Call`].

#[cfg(test)]
mod tests;

use std::{sync::MutexGuard, time::Duration};

use super::{
    Action, Answer, Event, Failure, Life, Moment, Terms,
    verdict::{Verdict, judge},
};
use crate::{
    error::{Error, ErrorKind},
    message::signature::RequestTarget,
    order::{
        answer::GeneratedOrder,
        request::{PreparedOrder, generate_order_target},
        retry::{self, Attempts},
    },
};

/// One call to send an order, as often as it must be and may be. Several at once share the order's [`Life`].
///
/// Dropped before it has ended, it leaves an attempt whose end nobody saw.
#[derive(Debug)]
pub struct Call<'a> {
    order: &'a PreparedOrder,
    terms: &'a Terms,
    target: RequestTarget,
    attempts: Attempts,
    phase: Phase,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    /// Between two attempts.
    Waiting,
    /// Within an attempt.
    Sending,
    Ended,
}

impl<'a> Call<'a> {
    /// Returns a call that has not begun, to generate the order.
    pub fn new(order: &'a PreparedOrder, terms: &'a Terms) -> Self {
        Self::to(generate_order_target().clone(), order, terms)
    }

    /// Returns a call that has not begun, to the operation at this target.
    pub(crate) fn to(target: RequestTarget, order: &'a PreparedOrder, terms: &'a Terms) -> Self {
        Self { order, terms, target, attempts: Attempts::default(), phase: Phase::New }
    }

    /// Takes what happened, and returns what is to be done.
    ///
    /// An event that cannot be now, for example an answer before anything was sent, ends the call with an error that says
    /// so; it never makes an order that may exist one that does not.
    pub fn step(&mut self, event: Event<'_>, moment: &Moment) -> Action<Result<GeneratedOrder, Error>> {
        match (self.phase, event) {
            (Phase::New | Phase::Waiting, Event::Begin) => self.begin(moment),
            (Phase::Sending, Event::NotSent(failure)) => {
                self.settle(|_| {});
                self.fail(failure, moment)
            }
            (Phase::Sending, Event::Lost(failure)) => {
                self.settle(Life::unresolved);
                self.fail(failure, moment)
            }
            (Phase::Sending, Event::Answered(answer)) => self.answered(&answer, moment),
            (Phase::Ended | Phase::Sending, Event::Begin) => self.end_with(OUT_OF_TURN),
            (_, Event::NotSent(_)) => self.end_with(OUT_OF_TURN),
            // Something was sent, and not by this call.
            (_, Event::Lost(_) | Event::Answered(_)) => {
                self.settle(Life::unresolved);
                self.end_with(OUT_OF_TURN)
            }
        }
    }

    fn begin(&mut self, moment: &Moment) -> Action<Result<GeneratedOrder, Error>> {
        if self.phase == Phase::New {
            self.life().begin();
            self.phase = Phase::Waiting;
        }
        let Some(timeout) = self.attempts.begin(self.terms, moment.elapsed) else {
            return self.end_with(ErrorKind::TimedOut);
        };
        let (id, digest) = (self.order.request_id(), self.order.digest());
        match self.terms.headers(id, &self.target, Some(digest), moment.now) {
            Ok(headers) => {
                self.phase = Phase::Sending;
                Action::Send { headers, timeout }
            }
            Err(kind) => self.end_with(kind),
        }
    }

    fn fail(&mut self, failure: Failure, moment: &Moment) -> Action<Result<GeneratedOrder, Error>> {
        let wait = failure.is_retryable.then(|| self.attempts.wait(self.terms, None, moment)).flatten();
        self.wait_or_end(wait, failure.kind)
    }

    fn answered(&mut self, answer: &Answer<'_>, moment: &Moment) -> Action<Result<GeneratedOrder, Error>> {
        match judge(self.order, self.terms, &self.target, self.attempts.made(), answer) {
            Verdict::Generated(generated) => {
                self.settle(Life::exists);
                self.end();
                Action::Ended(Ok(*generated))
            }
            Verdict::Unusable(kind) => {
                self.settle(Life::exists);
                self.end_with(kind)
            }
            Verdict::Refused(kind) => {
                self.settle(Life::refused);
                self.end_with(kind)
            }
            Verdict::Unresolved(kind) => {
                self.settle(Life::unresolved);
                let asked = || retry::retry_after(answer.headers, moment.now);
                let wait = answer.is_retryable().then(|| self.attempts.wait(self.terms, asked(), moment)).flatten();
                self.wait_or_end(wait, kind)
            }
        }
    }

    fn wait_or_end(&mut self, wait: Option<Duration>, kind: ErrorKind) -> Action<Result<GeneratedOrder, Error>> {
        wait.map_or_else(|| self.end_with(kind), Action::Wait)
    }

    /// Writes down how an attempt ended. The call is still under way, and counts as that.
    fn settle(&mut self, fate: impl FnOnce(&mut Life)) {
        fate(&mut self.life());
        if self.phase == Phase::Sending {
            self.phase = Phase::Waiting;
        }
    }

    /// Ends the call with an error that says what is known of the order now, other calls included.
    fn end_with(&mut self, kind: ErrorKind) -> Action<Result<GeneratedOrder, Error>> {
        self.end();
        let outcome = self.order.life().outcome();
        Action::Ended(Err(Error::new(kind, outcome).with_request_id(self.order.request_id())))
    }

    fn end(&mut self) {
        if self.phase == Phase::Sending {
            self.life().unresolved();
        }
        if matches!(self.phase, Phase::Waiting | Phase::Sending) {
            self.life().end();
        }
        self.phase = Phase::Ended;
    }

    fn life(&self) -> MutexGuard<'a, Life> {
        self.order.lock_life()
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

/// What only a fault of whoever drives the call makes.
const OUT_OF_TURN: ErrorKind = ErrorKind::Bug("the events of a call came out of turn");
