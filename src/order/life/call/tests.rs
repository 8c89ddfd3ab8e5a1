//! Every sequence of events up to a length, over two calls that share an order, against a book of what may have happened.

mod world;

use std::{collections::HashSet, time::SystemTime};

use self::world::{Book, Seen, World};
use super::*;
use crate::{
    RequestId, RetryPolicy,
    order::life::tests::{self, Canned, LISTED, Signing, URL, order, ours, terms},
};

/// How long a sequence is: room for two calls with an attempt, its end and another attempt.
const LENGTH: usize = 6;

/// What an answer, or another end of an attempt, leaves.
#[derive(Clone, Copy, PartialEq)]
enum Leaves {
    /// The order, to be paid.
    Generated,
    /// The order, and an error.
    Unusable,
    /// No order by this attempt, DOKU says.
    Refused,
    /// No order by this attempt: it did not get that far.
    NotSent,
    /// Nobody knows.
    Unresolved,
}

/// How an attempt ends.
struct Ending {
    leaves: Leaves,
    is_retryable: bool,
    make: Box<dyn Fn() -> Event<'static>>,
}

fn endings() -> Vec<Ending> {
    let answer = |leaves, is_retryable, answer: Canned| {
        let answer: &'static Canned = Box::leak(Box::new(answer));
        Ending { leaves, is_retryable, make: Box::new(|| answer.event()) }
    };
    let pending = ours("PENDING", Some(URL));
    let text = r#"{"message":["nomor invoice sudah digunakan"]}"#;
    vec![
        Ending {
            leaves: Leaves::NotSent,
            is_retryable: true,
            make: Box::new(|| Event::NotSent(Failure::connect("x", "refused"))),
        },
        Ending { leaves: Leaves::Unresolved, is_retryable: true, make: Box::new(|| Event::Lost(Failure::timed_out())) },
        Ending {
            leaves: Leaves::Unresolved,
            is_retryable: false,
            make: Box::new(|| Event::Lost(Failure::answer_too_large())),
        },
        answer(Leaves::Generated, false, Canned::new(200, Signing::Ours, &pending)),
        answer(Leaves::Generated, false, Canned::new(409, Signing::Ours, &pending)),
        answer(Leaves::Unusable, false, Canned::new(200, Signing::Ours, &ours("EXPIRED", Some(URL)))),
        answer(Leaves::Refused, false, Canned::new(200, Signing::Ours, &ours("FAILED", None))),
        answer(Leaves::Refused, false, Canned::new(400, Signing::None, LISTED)),
        answer(Leaves::Unresolved, false, Canned::new(400, Signing::None, text)),
        answer(Leaves::Unresolved, false, Canned::new(400, Signing::NamesOtherRequest, LISTED)),
        answer(Leaves::Unresolved, true, Canned::new(429, Signing::None, LISTED)),
        answer(Leaves::Unresolved, true, Canned::new(503, Signing::Ours, text)),
    ]
}

struct Explorer {
    order: PreparedOrder,
    terms: Terms,
    endings: Vec<Ending>,
    request_id: RequestId,
    sequences: u64,
    states: HashSet<String>,
    outcomes: [u64; 3],
}

impl Explorer {
    fn explore(&mut self, world: &World, length: usize) {
        self.sequences += 1;
        world.check();
        self.look_around(world);
        if length == 0 {
            return;
        }
        for at in 0..2 {
            match world.calls[at] {
                // Two calls that have not begun are the same call.
                None if at == 1 && world.calls[0].is_none() => {}
                Some(call) if call.is_sending => {
                    for ending in 0..self.endings.len() {
                        self.end(world, at, ending, length);
                    }
                    self.drop(world, at, length);
                }
                call => {
                    self.begin(world, at, length);
                    if call.is_some() {
                        self.drop(world, at, length);
                    }
                }
            }
        }
        self.restore(world, length);
    }

    /// What can happen in a state beside what goes on from it. Many sequences lead to one state; once is enough.
    fn look_around(&mut self, world: &World) {
        if !self.states.insert(format!("{} {world:?}", self.terms.retry.attempts())) {
            return;
        }
        world.check_stored();
        self.sent_by_somebody_else(world);
        for at in 0..2 {
            if world.calls[at].is_some_and(|call| call.is_sending) {
                self.out_of_turn(world, at, Event::Begin);
                continue;
            }
            self.begin_in_vain(world, at);
            for ending in 0..self.endings.len() {
                let event = (self.endings[ending].make)();
                self.out_of_turn(world, at, event);
            }
        }
    }

    /// Returns the call as the world has it.
    fn call(&self, world: &World, at: usize) -> Call<'_> {
        *self.order.lock_life() = world.life;
        let mut call = Call::new(&self.order, &self.terms);
        if let Some(seen) = world.calls[at] {
            (call.attempts, call.phase) = (seen.attempts, seen.phase);
        }
        call
    }

    /// Does one step with the machine, and returns what it says; the world has the machine's state after it.
    fn step(
        &self,
        world: &mut World,
        at: usize,
        event: Event<'_>,
        moment: &Moment,
    ) -> Action<Result<GeneratedOrder, Error>> {
        let mut call = self.call(world, at);
        let action = call.step(event, moment);
        let seen = Seen { attempts: call.attempts, phase: call.phase, begun: 0, is_sending: false };
        let before = world.calls[at].replace(seen);
        world.calls[at].as_mut().unwrap().begun = before.map_or(0, |before| before.begun);
        std::mem::forget(call);
        world.life = self.order.life();
        action
    }

    fn begin(&mut self, world: &World, at: usize, length: usize) {
        let mut world = world.clone();
        let action = self.step(&mut world, at, Event::Begin, &tests::at(0));
        let Action::Send { headers, timeout } = action else { panic!("{action:?}") };
        assert_eq!(headers["request-id"], self.request_id.as_str());
        assert_eq!(timeout, self.terms.attempt_timeout);
        let call = world.calls[at].as_mut().unwrap();
        call.begun += 1;
        call.is_sending = true;
        assert!(call.begun <= self.terms.retry.attempts(), "more attempts than are allowed");
        self.explore(&world, length - 1);
    }

    /// An attempt for which no time is left, and one by a clock that cannot be written: the call ends, and sends nothing.
    fn begin_in_vain(&mut self, world: &World, at: usize) {
        let late = tests::at(10);
        let ancient = Moment { now: SystemTime::UNIX_EPOCH - Duration::from_secs(1), ..tests::at(0) };
        for (moment, code) in [(late, "timed_out"), (ancient, "configuration")] {
            let mut world = world.clone();
            let action = self.step(&mut world, at, Event::Begin, &moment);
            self.ended(&mut world, at, action, code);
        }
    }

    fn end(&mut self, world: &World, at: usize, ending: usize, length: usize) {
        let mut world = world.clone();
        let ending = &self.endings[ending];
        let (leaves, is_retryable) = (ending.leaves, ending.is_retryable);
        let action = self.step(&mut world, at, (ending.make)(), &tests::at(0));
        match leaves {
            Leaves::Generated | Leaves::Unusable => world.book.exists = true,
            Leaves::Refused => world.book.refused = true,
            Leaves::Unresolved => world.unresolved(),
            Leaves::NotSent => {}
        }
        let begun = world.calls[at].unwrap().begun;
        let is_last = !is_retryable || begun == self.terms.retry.attempts();
        match action {
            Action::Wait(_) => {
                assert!(!is_last);
                world.calls[at].as_mut().unwrap().is_sending = false;
            }
            Action::Ended(Ok(order)) => {
                assert!(leaves == Leaves::Generated);
                assert_eq!((order.attempts(), order.request_id()), (begun, &self.request_id));
                self.nothing_more(&mut world, at);
            }
            Action::Ended(Err(error)) => {
                assert!(is_last && leaves != Leaves::Generated);
                let code = error.code();
                self.ended(&mut world, at, Action::Ended(Err(error)), code);
            }
            Action::Send { .. } => panic!("it sends without a wait"),
        }
        self.explore(&world, length - 1);
    }

    /// An event that cannot be now ends the call, and is never taken for less than it may be.
    fn out_of_turn(&mut self, world: &World, at: usize, event: Event<'_>) {
        let mut world = world.clone();
        let is_sending = world.calls[at].is_some_and(|call| call.is_sending);
        if is_sending || matches!(event, Event::Lost(_) | Event::Answered(_)) {
            world.unresolved();
        }
        let action = self.step(&mut world, at, event, &tests::at(0));
        self.ended(&mut world, at, action, "bug");
    }

    /// Checks the error that ends a call.
    fn ended(&mut self, world: &mut World, at: usize, action: Action<Result<GeneratedOrder, Error>>, code: &str) {
        let Action::Ended(Err(error)) = action else { panic!("it does not end: {action:?}") };
        self.nothing_more(world, at);
        assert_eq!(error.outcome(), world.outcome(), "{error} {:?}", world.life);
        assert_eq!((error.code(), error.request_id()), (code, Some(&self.request_id)));
        self.outcomes[error.outcome() as usize] += 1;
        world.check();
    }

    /// A call that has ended does nothing more, whatever it is told and when it is dropped. The world has it no more.
    fn nothing_more(&self, world: &mut World, at: usize) {
        assert_eq!(world.calls[at].unwrap().phase, Phase::Ended);
        for (event, is_sent) in [
            (Event::Begin, false),
            (Event::NotSent(Failure::timed_out()), false),
            (Event::Lost(Failure::timed_out()), true),
            (self.endings[3].make.as_ref()(), true),
        ] {
            let mut call = self.call(world, at);
            let action = call.step(event, &tests::at(0));
            drop(call);
            let mut after = world.clone();
            (after.life, after.calls[at]) = (self.order.life(), None);
            if is_sent {
                after.unresolved();
            }
            let Action::Ended(Err(error)) = action else { panic!("{action:?}") };
            assert_eq!((error.code(), error.outcome()), ("bug", after.outcome()));
            after.check();
        }
        world.calls[at] = None;
    }

    fn drop(&mut self, world: &World, at: usize, length: usize) {
        let mut world = world.clone();
        drop(self.call(&world, at));
        world.life = self.order.life();
        if world.calls[at].take().unwrap().is_sending {
            world.unresolved();
        }
        self.explore(&world, length - 1);
    }

    /// The process ends, and what it stored is read back.
    fn restore(&mut self, world: &World, length: usize) {
        let life = world.life.restored();
        let unresolved = world.book.unresolved.saturating_add(world.under_way());
        let world = World { life, calls: [None; 2], book: Book { unresolved, ..world.book } };
        self.explore(&world, length - 1);
    }

    /// Somebody says that the order may have been sent elsewhere.
    fn sent_by_somebody_else(&mut self, world: &World) {
        *self.order.lock_life() = world.life;
        let order = self.order.clone().assume_sent();
        let mut world = World { life: order.life(), ..world.clone() };
        world.unresolved();
        world.check();
    }
}

#[test]
fn every_sequence_of_events() {
    let order = order();
    let request_id = order.request_id().clone();
    let mut explorer = Explorer {
        order,
        terms: terms(),
        endings: endings(),
        request_id,
        sequences: 0,
        states: HashSet::new(),
        outcomes: [0; 3],
    };
    let most = Life { unresolved: u32::MAX, ..Life::UNSENT };
    for attempts in [1, 2] {
        let retry = RetryPolicy::default().with_attempts(attempts).with_waits(Duration::ZERO, Duration::ZERO);
        explorer.terms = terms().with_retry(retry);
        // Of an order that may have been sent nothing but `Unknown` is said, so there is less to see.
        for (life, unresolved, length) in
            [(Life::UNSENT, 0, LENGTH), (Life::POSSIBLY_SENT, 1, LENGTH - 2), (most, u32::MAX, LENGTH - 3)]
        {
            let book = Book { unresolved, exists: false, refused: false };
            explorer.explore(&World { life, calls: [None; 2], book }, length);
        }
    }
    // More calls than can be counted are no fewer.
    let crowded = Life { under_way: u32::MAX, ..Life::UNSENT };
    assert_eq!(crowded.sending().restored(), most);
    assert!(explorer.sequences > 50_000, "{}", explorer.sequences);
    assert!(explorer.outcomes.iter().all(|count| *count > 20), "{:?}", explorer.outcomes);
}

#[test]
fn a_call_that_never_began() {
    let (order, terms) = (order(), terms());
    drop(Call::new(&order, &terms));
    assert_eq!(order.life(), Life::UNSENT);
}
