//! Whoever finishes an order or an effect, in every order of the transactions that there is.

use std::{cell::RefCell, rc::Rc};

use bytes::Bytes;
use doku_indodana::{Rupiah, TransactionStatus, life::Life};
use rusqlite::Connection;

use super::{change, claim, done, migration, order, row, rows, take, write};
use crate::{
    Alerts, Rank, Verdict,
    news::{News, Source},
    record::{ClaimedOrder, NewNotification, OrderRow, Owner, Update, Written, body_key},
    schedule::{Call, HOUR, MINUTE, Millis, SECOND},
    settle::{Lesson, after_call, after_report},
    verdict::AgeLabel,
};

const NOW: Millis = 1_700_000_000_000;

/// So long a claim holds.
const LEASE: Millis = 2 * MINUTE;

/// Somebody who does one transaction at a time.
trait Actor {
    /// Does the next one. Returns whether it was the last.
    fn step(&mut self, store: &Connection) -> bool;
}

/// Has the actors take turns in every order that there is, each time in a new store. `after_each` looks at it after each
/// turn, `at_the_end` at the end. Returns how many orders there are.
fn in_every_order(
    start: impl Fn(&Connection) -> Vec<Box<dyn Actor>>,
    mut after_each: impl FnMut(&Connection, bool),
    at_the_end: impl Fn(&Connection),
) -> usize {
    // The choices on the way, and out of how many.
    let mut way: Vec<(usize, usize)> = Vec::new();
    for count in 1.. {
        let store = Connection::open_in_memory().unwrap();
        migration::create(&store, &Owner { environment: "http://127.0.0.1".into(), client_id: "BRN-1".into() }, NOW)
            .unwrap();
        let mut actors = start(&store);
        after_each(&store, true);
        let mut turn = 0;
        while !actors.is_empty() {
            if turn == way.len() {
                way.push((0, actors.len()));
            }
            let chosen = way[turn].0;
            if actors[chosen].step(&store) {
                drop(actors.remove(chosen));
            }
            after_each(&store, false);
            turn += 1;
        }
        at_the_end(&store);
        while way.last().is_some_and(|(chosen, of)| chosen + 1 == *of) {
            way.pop();
        }
        let Some((chosen, _)) = way.last_mut() else { return count };
        *chosen += 1;
    }
    unreachable!("there is an end of orders")
}

/// A process that claims the order, calls DOKU and stores what that taught, as often as others come in between.
struct Caller {
    claimed: Option<ClaimedOrder>,
    seen: Option<OrderRow>,
    lesson: Lesson,
    now: Millis,
}

impl Caller {
    fn boxed(lesson: Lesson, now: Millis) -> Box<dyn Actor> {
        Box::new(Self { claimed: None, seen: None, lesson, now })
    }
}

impl Actor for Caller {
    fn step(&mut self, store: &Connection) -> bool {
        let Some(claimed) = &self.claimed else {
            let stored = order(store, "INV-1").unwrap().unwrap();
            let claimed = claim(store, stored, self.now + LEASE).unwrap();
            self.seen = Some(claimed.row.clone());
            self.claimed = Some(claimed);
            return false;
        };
        let Some(seen) = self.seen.take() else {
            self.seen = order(store, "INV-1").unwrap();
            return false;
        };
        let (settled, effect) = after_call(&seen, claimed, &self.lesson, self.now + SECOND);
        let update = Update { now: self.now + SECOND, order: Some(settled), effect, ..Update::default() };
        write(store, &update).unwrap() == Written::Done
    }
}

/// A notification that is looked up, judged and stored.
struct Notified {
    seen: Option<OrderRow>,
    status: TransactionStatus,
}

impl Actor for Notified {
    fn step(&mut self, store: &Connection) -> bool {
        let Some(seen) = self.seen.take() else {
            self.seen = order(store, "INV-1").unwrap();
            return false;
        };
        let news = News::Reported { status: self.status.clone(), amount: Some(seen.amount), by: Source::Notification };
        let (settled, effect) = after_report(&seen, Some(&news), None, NOW);
        let notification = NewNotification {
            client_id: "BRN-1".to_owned(),
            request_id: self.status.to_string(),
            body_sha256: [0; 32],
            body: Bytes::new(),
            headers: "{}".to_owned(),
            invoice_number: Some("INV-1".to_owned()),
            status: Some(self.status.to_string()),
            amount: Some(seen.amount),
            verdict: Verdict::Accepted,
            age: AgeLabel::Fresh,
            reused: false,
        };
        let changed = settled != seen || effect.is_some();
        let order = changed.then_some(settled);
        let update = Update { now: NOW, notification: Some(notification), order, effect, ..Update::default() };
        store.execute_batch("savepoint work").unwrap();
        let written = write(store, &update).unwrap() == Written::Done;
        // As the lane does: what is stale is taken back as a whole.
        store.execute_batch(if written { "release work" } else { "rollback to work; release work" }).unwrap();
        written
    }
}

fn place(store: &Connection) {
    let body = Bytes::from_static(b"{}");
    let new = OrderRow {
        invoice_number: "INV-1".to_owned(),
        request_id: "id-1".to_owned(),
        client_id: "BRN-1".to_owned(),
        environment: "http://127.0.0.1".to_owned(),
        body_sha256: body_key(&body),
        body: Some(body),
        amount: Rupiah::try_from(100_000).unwrap(),
        reference: None,
        rank: Rank::Prepared,
        life: Life::UNSENT,
        alerts: Alerts::default(),
        answer: None,
        payment_url: None,
        expires_at: NOW + HOUR,
        due_at: Some(NOW),
        next_call: Call::Send,
        attempt: 0,
        revision: 0,
        last_outcome: None,
        close_reason: None,
        created_at: NOW,
        changed_at: NOW,
    };
    let sql = include_str!("statements/order_insert.sql");
    assert_eq!(change(store, sql, row::order_parameters(&new)).unwrap(), 1);
}

fn effects(store: &Connection) -> Vec<(String, bool)> {
    let sql = "select status, done_at is not null from doku_effects order by id";
    rows(store, sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

fn answered() -> Lesson {
    let life = serde_json::from_str(r#"{"under_way":0,"unresolved":0,"known":"exists"}"#).unwrap();
    let payment_url = Some("https://sandbox01.indodana.com/pay".to_owned());
    Lesson {
        news: Some(News::Answered),
        life: Some(life),
        payment_url,
        outcome: "answered".into(),
        ..Lesson::default()
    }
}

fn timed_out() -> Lesson {
    Lesson { life: Some(Life::POSSIBLY_SENT), outcome: "unknown".to_owned(), ..Lesson::default() }
}

/// A process is slow, its lease ends, another one takes the order up; in between the customer pays.
#[test]
fn two_finishers_of_one_order_and_a_payment_end_in_one_state_in_every_order() {
    let mut before: Option<OrderRow> = None;
    let rises = |store: &Connection, is_first: bool| {
        let now = order(store, "INV-1").unwrap().unwrap();
        if let Some(before) = before.take().filter(|_| !is_first) {
            assert!(now.rank >= before.rank, "a rank fell: {before:?}, {now:?}");
            assert!(now.revision >= before.revision && now.attempt >= before.attempt);
            assert!(now.payment_url.is_some() || before.payment_url.is_none(), "a payment url was lost");
            assert!(now == before || now.revision > before.revision, "a change without a revision");
        }
        before = Some(now);
    };
    let start = |store: &Connection| {
        place(store);
        let paid = Notified { seen: None, status: TransactionStatus::Success };
        vec![Caller::boxed(answered(), NOW), Caller::boxed(timed_out(), NOW + LEASE), Box::new(paid) as Box<dyn Actor>]
    };
    let count = in_every_order(start, rises, |store| {
        let end = order(store, "INV-1").unwrap().unwrap();
        assert_eq!((end.rank, end.attempt), (Rank::Success, 2));
        assert_eq!(end.life, answered().life.unwrap(), "what was proven was forgotten");
        assert_eq!(end.payment_url, answered().payment_url);
        assert!(end.alerts.is_empty(), "{end:?}");
        // It is asked for again, for a refund, whoever came last.
        assert!(end.due_at.is_some() && end.next_call == Call::Ask, "{:?} {:?}", end.due_at, end.next_call);
        assert_eq!(effects(store), [("SUCCESS".to_owned(), false)]);
    });
    assert!(count > 200, "{count} orders");
}

/// Somebody who takes what is due at a time, and ends it, or says that he failed.
struct Taker {
    now: Millis,
    fails: bool,
    taken: Option<(i64, i64)>,
    began: bool,
    ended: Rc<RefCell<Vec<i64>>>,
}

impl Actor for Taker {
    fn step(&mut self, store: &Connection) -> bool {
        if !self.began {
            self.began = true;
            self.taken = take(store, self.now, LEASE, 10).unwrap().pop().map(|effect| (effect.id, effect.attempt));
            return self.taken.is_none();
        }
        let (effect, attempt) = self.taken.unwrap();
        let newest = "select attempt from doku_effects where id = ?1";
        let newest: i64 = store.query_row(newest, [effect], |row| row.get(0)).unwrap();
        let changed = if self.fails {
            let sql = include_str!("statements/effect_failed.sql");
            change(store, sql, rusqlite::params![effect, attempt, "it failed", self.now, None::<Millis>]).unwrap() > 0
        } else {
            done(store, effect, attempt, None, self.now).unwrap()
        };
        assert!(!changed || attempt == newest, "attempt {attempt} finished over {newest}");
        if changed && !self.fails {
            self.ended.borrow_mut().push(effect);
        }
        true
    }
}

/// Three hold one effect after each other's lease, and a refund overtakes it.
#[test]
fn whoever_finishes_an_effect_late_finishes_nothing_in_every_order() {
    let ended = Rc::new(RefCell::new(Vec::new()));
    let start = |store: &Connection| {
        place(store);
        let mut paid = Notified { seen: None, status: TransactionStatus::Success };
        while !paid.step(store) {}
        ended.borrow_mut().clear();
        let taker = |later: i64, fails| {
            let (taken, began, ended) = (None, false, ended.clone());
            Box::new(Taker { now: NOW + later * (LEASE + 1), fails, taken, began, ended }) as Box<dyn Actor>
        };
        let refunded = Notified { seen: None, status: TransactionStatus::Refunded };
        vec![taker(0, false), taker(1, true), taker(2, false), Box::new(refunded) as Box<dyn Actor>]
    };
    let count = in_every_order(
        start,
        |_, _| {},
        |store| {
            let mut once = ended.borrow().clone();
            once.dedup();
            assert_eq!(once.len(), ended.borrow().len(), "an effect was ended twice");
            let stored = effects(store);
            assert_eq!(stored.iter().map(|(status, _)| status.as_str()).collect::<Vec<_>>(), ["SUCCESS", "REFUNDED"]);
            assert!(stored[0].1, "a payment that was given back may still be acted on");
        },
    );
    assert!(count > 900, "{count} orders");
}
