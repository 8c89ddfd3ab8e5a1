//! When DOKU is called about an order: [`next`]. Pure; all times are arguments.
//!
//! | order is | call |
//! |---|---|
//! | not answered, not expired | send the same bytes: at once, after 2 s, 10 s, 1 min, 10 min |
//! | not final | ask 2 min, 15 min, 1 h after creation, 2 min, 6 h 10 min, 12 h 10 min after its expiry, then 24 h after creation, daily to day 7, on day 30 |
//! | failed | as not final, until an hour after its expiry: it may still be paid |
//! | paid | ask after 24 h and 30 days, because a refund has no proven notification |
//!
//! What was never sent needs no question: it is sent at these points until it expires.

use std::time::Duration;

use doku_indodana::life::{Life, Stage};

use crate::Rank;

/// Milliseconds since 1970, by the clock of the store.
pub(crate) type Millis = i64;

pub(crate) const SECOND: Millis = 1_000;
pub(crate) const MINUTE: Millis = 60 * SECOND;
pub(crate) const HOUR: Millis = 60 * MINUTE;
pub(crate) const DAY: Millis = 24 * HOUR;

/// What is done when an order is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    /// Send the stored bytes.
    Send,
    /// Ask by check status.
    Ask,
}

impl Call {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Ask => "ask",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Send, Self::Ask].into_iter().find(|call| call.as_str() == text)
    }
}

/// Returns whether nothing of an order left this machine, so that there is nothing to ask about.
fn is_unsent(life: Life) -> bool {
    life.stage() == Stage::Unsent
}

/// Returns whether DOKU has answered the sending of an order.
fn is_answered(life: Life) -> bool {
    matches!(life.stage(), Stage::Exists | Stage::Refused)
}

/// The times of an order that its schedule is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) created_at: Millis,
    pub(crate) expires_at: Millis,
}

/// A call at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) at: Millis,
    pub(crate) call: Call,
}

const SENDS: [Millis; 5] = [0, 2 * SECOND, 10 * SECOND, MINUTE, 10 * MINUTE];

/// Returns the first call after `now`; `None` where the schedule is spent.
pub(crate) fn next(rank: Rank, life: Life, times: Times, now: Millis) -> Option<Step> {
    let sendable = rank <= Rank::Sent && !is_answered(life);
    let send = sendable
        .then(|| SENDS.iter().map(|offset| times.created_at.saturating_add(*offset)).find(|at| *at > now))
        .flatten()
        .filter(|at| *at < times.expires_at)
        .map(|at| Step { at, call: Call::Send });
    let ask = asks(rank, times).into_iter().filter(|at| *at > now).min().map(|at| Step { at, call: Call::Ask });
    match (send, ask) {
        (Some(send), _) => Some(send),
        // What was never sent is sent for as long as it may be, and ends with its expiry.
        (None, Some(ask)) if sendable && is_unsent(life) => {
            let at = ask.at.min(times.expires_at.max(now.saturating_add(1)));
            Some(Step { at, call: if at < times.expires_at { Call::Send } else { Call::Ask } })
        }
        (None, ask) => ask,
    }
}

/// Returns when to ask about an order of this rank.
fn asks(rank: Rank, times: Times) -> Vec<Millis> {
    let created = |offset: Millis| times.created_at.saturating_add(offset);
    let expiry = |offset: Millis| times.expires_at.saturating_add(offset);
    let open = || {
        let mut at = vec![created(2 * MINUTE), created(15 * MINUTE), created(HOUR)];
        at.extend([2 * MINUTE, 6 * HOUR + 10 * MINUTE, 12 * HOUR + 10 * MINUTE].map(expiry));
        at.extend((1..=7).map(|day| created(day * DAY)));
        at.push(created(30 * DAY));
        at
    };
    match rank {
        Rank::Prepared | Rank::Sent | Rank::Pending => open(),
        Rank::Failed => {
            let end = expiry(HOUR);
            let mut at: Vec<_> = open().into_iter().filter(|at| *at < end).collect();
            at.push(end);
            at
        }
        Rank::Success => vec![created(DAY), created(30 * DAY)],
        Rank::Refused | Rank::Expired | Rank::Refunded => Vec::new(),
    }
}

/// Returns what to do with an order that is due with `call` at `now`: an order that expired is not sent any more, and
/// one that was never sent and has expired has no order at DOKU.
pub(crate) fn due_call(rank: Rank, life: Life, times: Times, call: Call, now: Millis) -> Option<Call> {
    let expired = now >= times.expires_at;
    match (rank, call) {
        (Rank::Prepared | Rank::Sent, _) if is_unsent(life) && expired => None,
        (Rank::Prepared | Rank::Sent, _) if is_unsent(life) => Some(Call::Send),
        (Rank::Prepared | Rank::Sent, Call::Send) if !is_answered(life) && !expired => Some(Call::Send),
        _ => Some(Call::Ask),
    }
}

/// Returns the step a little later: by a part of up to 10 % of the wait, at most 10 minutes. `dice` picks the part.
pub(crate) fn jittered(step: Step, now: Millis, dice: u64) -> Step {
    let most = (step.at.saturating_sub(now) / 10).clamp(0, 10 * MINUTE);
    let part = i64::try_from(dice % (u64::try_from(most).unwrap_or(0) + 1)).unwrap_or(0);
    Step { at: step.at.saturating_add(part), ..step }
}

/// When an effect whose handler failed is handed over again.
#[derive(Clone, Debug)]
pub(crate) struct Retries {
    waits: Vec<Millis>,
    /// Whether there is no attempt after the last wait; else it is waited for again and again.
    end: bool,
}

impl Retries {
    /// Returns a schedule that ends: after the last of these waits and one more failure an effect is a dead letter.
    pub(crate) fn ending(waits: impl IntoIterator<Item = Duration>) -> Self {
        let millis = |wait: Duration| Millis::try_from(wait.as_millis()).unwrap_or(Millis::MAX);
        Self { waits: waits.into_iter().map(millis).collect(), end: true }
    }

    /// Returns how long to wait after the failure with this number (from 1); `None` where the schedule is spent.
    pub(crate) fn wait(&self, failures: i64) -> Option<Millis> {
        let at = usize::try_from(failures.saturating_sub(1)).unwrap_or(0);
        self.waits.get(at).or_else(|| self.waits.last().filter(|_| !self.end)).copied()
    }
}

impl Default for Retries {
    fn default() -> Self {
        let waits = vec![SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR];
        Self { waits, end: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: Times = Times { created_at: 1_000 * DAY, expires_at: 1_000 * DAY + HOUR };

    /// The life of an order that DOKU has answered.
    fn known() -> Life {
        serde_json::from_str(r#"{"under_way":0,"unresolved":0,"known":"exists"}"#).unwrap()
    }

    /// Returns all steps of an order that stays as it is, as offsets from its creation.
    fn steps(rank: Rank, life: Life, times: Times) -> Vec<(Millis, Call)> {
        let mut now = times.created_at - 1;
        let mut all = Vec::new();
        while let Some(step) = next(rank, life, times, now) {
            assert!(step.at > now, "the schedule stands still at {now}");
            all.push((step.at - times.created_at, step.call));
            now = step.at;
            assert!(all.len() < 100, "the schedule has no end");
            if due_call(rank, life, times, step.call, now).is_none() {
                break;
            }
        }
        all
    }

    fn asking(offsets: &[Millis]) -> Vec<(Millis, Call)> {
        offsets.iter().map(|offset| (*offset, Call::Ask)).collect()
    }

    const NOT_FINAL: [Millis; 14] = [
        2 * MINUTE,
        15 * MINUTE,
        HOUR,
        HOUR + 2 * MINUTE,
        7 * HOUR + 10 * MINUTE,
        13 * HOUR + 10 * MINUTE,
        DAY,
        2 * DAY,
        3 * DAY,
        4 * DAY,
        5 * DAY,
        6 * DAY,
        7 * DAY,
        30 * DAY,
    ];

    #[test]
    fn the_table() {
        assert_eq!(steps(Rank::Pending, known(), TIMES), asking(&NOT_FINAL));
        assert_eq!(
            steps(Rank::Failed, known(), TIMES),
            asking(&[2 * MINUTE, 15 * MINUTE, HOUR, HOUR + 2 * MINUTE, 2 * HOUR])
        );
        assert_eq!(steps(Rank::Success, known(), TIMES), asking(&[DAY, 30 * DAY]));
        for rank in [Rank::Refused, Rank::Expired, Rank::Refunded] {
            assert_eq!(steps(rank, known(), TIMES), []);
        }
    }

    #[test]
    fn an_order_without_an_answer_is_sent_five_times_and_then_asked_for() {
        for rank in [Rank::Prepared, Rank::Sent] {
            let mut expect: Vec<_> = SENDS.iter().map(|offset| (*offset, Call::Send)).collect();
            expect.extend(asking(&NOT_FINAL[1..]));
            assert_eq!(steps(rank, Life::POSSIBLY_SENT, TIMES), expect);
        }
    }

    #[test]
    fn an_order_that_was_never_sent_is_sent_until_it_expires_and_never_asked_for() {
        let sent: Vec<_> = SENDS.iter().copied().chain([15 * MINUTE]).map(|offset| (offset, Call::Send)).collect();
        let mut expect = sent;
        expect.push((HOUR, Call::Ask));
        assert_eq!(steps(Rank::Prepared, Life::UNSENT, TIMES), expect);
        let at_expiry = due_call(Rank::Prepared, Life::UNSENT, TIMES, Call::Ask, TIMES.expires_at);
        assert_eq!(at_expiry, None, "there is nothing to ask about");
    }

    #[test]
    fn an_expired_order_is_not_sent_but_asked_for() {
        let late = TIMES.expires_at;
        assert_eq!(due_call(Rank::Sent, Life::POSSIBLY_SENT, TIMES, Call::Send, late), Some(Call::Ask));
        assert_eq!(due_call(Rank::Sent, Life::POSSIBLY_SENT, TIMES, Call::Send, late - 1), Some(Call::Send));
        assert_eq!(due_call(Rank::Pending, known(), TIMES, Call::Ask, late), Some(Call::Ask));
        // It expires before the fifth sending.
        let times = Times { expires_at: TIMES.created_at + 5 * MINUTE, ..TIMES };
        let sends =
            steps(Rank::Sent, Life::POSSIBLY_SENT, times).iter().filter(|(_, call)| *call == Call::Send).count();
        assert_eq!(sends, 4);
        // At its expiry it is not sent any more.
        let times = Times { expires_at: TIMES.created_at + 10 * MINUTE, ..TIMES };
        let last = steps(Rank::Sent, Life::POSSIBLY_SENT, times).into_iter().rfind(|(_, call)| *call == Call::Send);
        assert_eq!(last, Some((MINUTE, Call::Send)));
    }

    #[test]
    fn after_a_long_stop_what_was_missed_is_done_once() {
        let step = next(Rank::Pending, known(), TIMES, TIMES.created_at + 3 * DAY + HOUR).unwrap();
        assert_eq!(step, Step { at: TIMES.created_at + 4 * DAY, call: Call::Ask });
    }

    #[test]
    fn every_schedule_ends_and_covers_dokus_last_repeat() {
        for minutes in [1, 5, 60, 1_440, 99_999] {
            let times = Times { expires_at: TIMES.created_at + minutes * MINUTE, ..TIMES };
            let all = steps(Rank::Pending, known(), times);
            // DOKU's last attempt is 12 hours after the first, which is at the latest at the expiry.
            let last = all.last().unwrap().0;
            assert!(last >= minutes * MINUTE + 12 * HOUR, "{minutes} minutes: {last}");
        }
    }

    #[test]
    fn jitter_is_at_most_a_tenth_and_never_early() {
        let step = Step { at: 1_000_000, call: Call::Ask };
        for dice in [0, 1, 99, 1_000, u64::MAX] {
            let later = jittered(step, 0, dice).at;
            assert!((1_000_000..=1_100_000).contains(&later), "{later}");
        }
        assert_eq!(jittered(Step { at: 30 * DAY, call: Call::Ask }, 0, 10 * MINUTE as u64).at, 30 * DAY + 10 * MINUTE);
        assert_eq!(jittered(step, 2_000_000, 7).at, 1_000_000);
    }

    #[test]
    fn a_handler_that_fails_is_tried_for_ever() {
        let retries = Retries::default();
        let waits: Vec<_> = (0..9).filter_map(|failures| retries.wait(failures)).collect();
        assert!(waits.len() == 9 && waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(retries.wait(i64::MAX), Some(HOUR));
    }

    #[test]
    fn a_schedule_that_was_set_ends() {
        let retries = Retries::ending([5, 300].map(Duration::from_secs));
        let waits: Vec<_> = (1..=4).map(|failures| retries.wait(failures)).collect();
        assert_eq!(waits, [Some(5 * SECOND), Some(5 * MINUTE), None, None]);
        assert_eq!(Retries::ending([]).wait(1), None);
    }
}
