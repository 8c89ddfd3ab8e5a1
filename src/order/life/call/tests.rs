//! Every sequence of events up to a length, over two calls that share an order, against a book of what may have happened.

use super::*;
use crate::{
    Outcome, RequestId, RetryPolicy,
    order::life::{
        Stage,
        tests::{self, Canned, LISTED, Signing, URL, order, ours, terms},
    },
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

/// What happened, as a book-keeper who sees everything but DOKU's books would write it down.
#[derive(Clone)]
struct World {
    life: Life,
    calls: [Option<Seen>; 2],
    /// Some attempt may have made the order.
    may_exist: bool,
    refused: bool,
}

/// One call as it is seen from outside.
#[derive(Clone, Copy)]
struct Seen {
    attempts: Attempts,
    phase: Phase,
    begun: u32,
    is_sending: bool,
}

struct Explorer {
    order: PreparedOrder,
    terms: Terms,
    endings: Vec<Ending>,
    request_id: RequestId,
    sequences: u64,
    outcomes: [u64; 3],
}

impl World {
    /// What an error may say after a call has ended, or would say now.
    fn outcome(&self) -> Outcome {
        if self.may_exist || self.calls.iter().flatten().any(|call| call.begun > 0) {
            Outcome::Unknown
        } else if self.refused {
            Outcome::Refused
        } else {
            Outcome::NothingSent
        }
    }
}

impl Explorer {
    fn explore(&mut self, world: &World, length: usize) {
        self.sequences += 1;
        assert_eq!(world.life.outcome(), world.outcome(), "{:?}", world.life);
        let under_way = world.calls.iter().flatten().filter(|call| call.begun > 0).count();
        assert_eq!(world.life.under_way as usize, under_way);
        let stored = serde_json::to_string(&world.life).unwrap();
        assert_eq!(serde_json::from_str::<Life>(&stored).unwrap(), world.life);
        if length == 0 {
            return;
        }
        for at in 0..2 {
            match world.calls[at] {
                // Two calls that have not begun are the same call.
                None if at == 1 && world.calls[0].is_none() => {}
                None => self.begin(world, at, length),
                Some(call) if call.is_sending => {
                    for ending in 0..self.endings.len() {
                        self.end(world, at, ending, length);
                    }
                    self.drop(world, at, length);
                }
                Some(_) => {
                    self.begin(world, at, length);
                    self.drop(world, at, length);
                }
            }
        }
        self.restore(world, length);
    }

    /// Does one step with the machine, and returns what it says; the world has the machine's state after it.
    fn step(&self, world: &mut World, at: usize, event: Event<'_>) -> Action<Result<GeneratedOrder, Error>> {
        *self.order.lock_life() = world.life;
        let mut call = Call::new(&self.order, &self.terms);
        if let Some(seen) = world.calls[at] {
            (call.attempts, call.phase) = (seen.attempts, seen.phase);
        }
        let action = call.step(event, &tests::at(0));
        let seen = world.calls[at].get_or_insert(Seen {
            attempts: Attempts::default(),
            phase: Phase::New,
            begun: 0,
            is_sending: false,
        });
        (seen.attempts, seen.phase) = (call.attempts, call.phase);
        std::mem::forget(call);
        world.life = self.order.life();
        action
    }

    fn begin(&mut self, world: &World, at: usize, length: usize) {
        let mut world = world.clone();
        let action = self.step(&mut world, at, Event::Begin);
        let Action::Send { headers, timeout } = action else { panic!("{action:?}") };
        assert_eq!(headers["request-id"], self.request_id.as_str());
        assert_eq!(timeout, self.terms.attempt_timeout);
        let call = world.calls[at].as_mut().unwrap();
        call.begun += 1;
        call.is_sending = true;
        assert!(call.begun <= self.terms.retry.attempts(), "more attempts than are allowed");
        self.explore(&world, length - 1);
    }

    fn end(&mut self, world: &World, at: usize, ending: usize, length: usize) {
        let mut world = world.clone();
        let ending = &self.endings[ending];
        let (leaves, is_retryable) = (ending.leaves, ending.is_retryable);
        let action = self.step(&mut world, at, (ending.make)());
        world.may_exist |= matches!(leaves, Leaves::Generated | Leaves::Unusable | Leaves::Unresolved);
        world.refused |= leaves == Leaves::Refused;
        let call = world.calls[at].as_mut().unwrap();
        call.is_sending = false;
        match action {
            Action::Wait(_) => assert!(is_retryable && call.begun < self.terms.retry.attempts()),
            Action::Ended(end) => {
                assert!(!is_retryable || call.begun == self.terms.retry.attempts());
                let begun = call.begun;
                world.calls[at] = None;
                match end {
                    Ok(order) => {
                        assert!(leaves == Leaves::Generated);
                        assert_eq!((order.attempts(), order.request_id()), (begun, &self.request_id));
                    }
                    Err(error) => {
                        assert!(leaves != Leaves::Generated);
                        assert_eq!(error.outcome(), world.outcome(), "{error} {:?}", world.life);
                        assert_eq!(error.request_id(), Some(&self.request_id));
                        self.outcomes[error.outcome() as usize] += 1;
                    }
                }
            }
            Action::Send { .. } => panic!("it sends without a wait"),
        }
        if leaves == Leaves::Generated || leaves == Leaves::Unusable {
            assert_eq!(world.life.stage(), Stage::Exists);
        }
        self.explore(&world, length - 1);
    }

    fn drop(&mut self, world: &World, at: usize, length: usize) {
        let mut world = world.clone();
        let seen = world.calls[at].take().unwrap();
        *self.order.lock_life() = world.life;
        let mut call = Call::new(&self.order, &self.terms);
        (call.attempts, call.phase) = (seen.attempts, seen.phase);
        drop(call);
        world.life = self.order.life();
        world.may_exist |= seen.is_sending;
        self.explore(&world, length - 1);
    }

    /// The process ends, and what it stored is read back.
    fn restore(&mut self, world: &World, length: usize) {
        let under_way = world.calls.iter().flatten().any(|call| call.begun > 0);
        let life = world.life.restored();
        let world = World { life, calls: [None; 2], may_exist: world.may_exist || under_way, ..*world };
        self.explore(&world, length - 1);
    }
}

#[test]
fn every_sequence_of_events() {
    let order = order();
    let request_id = order.request_id().clone();
    let mut explorer =
        Explorer { order, terms: terms(), endings: endings(), request_id, sequences: 0, outcomes: [0; 3] };
    for attempts in [1, 2] {
        let retry = RetryPolicy::default().with_attempts(attempts).with_waits(Duration::ZERO, Duration::ZERO);
        explorer.terms = terms().with_retry(retry);
        // Of an order that may have been sent nothing but `Unknown` is said, so there is less to see.
        for (life, may_exist, length) in [(Life::UNSENT, false, LENGTH), (Life::POSSIBLY_SENT, true, LENGTH - 2)] {
            explorer.explore(&World { life, calls: [None; 2], may_exist, refused: false }, length);
        }
    }
    assert!(explorer.sequences > 50_000, "{}", explorer.sequences);
    assert!(explorer.outcomes.iter().all(|count| *count > 20), "{:?}", explorer.outcomes);
}

#[test]
fn a_call_that_never_began() {
    let (order, terms) = (order(), terms());
    drop(Call::new(&order, &terms));
    assert_eq!(order.life(), Life::UNSENT);
}
