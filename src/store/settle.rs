//! What becomes of a stored order by what was learned: [`after_call`], [`after_report`]. Pure.
//!
//! Knowledge is always taken in. The time of the next call is set by whoever claimed the order last, and only if nobody
//! changed it in the meantime.

use bytes::Bytes;
use doku_indodana::life::{Life, Stage};

use crate::{
    Alert, Alerts, Rank,
    news::{Change, News, merge},
    record::{ClaimedOrder, NewEffect, OrderRow},
    schedule::{Call, Millis, Step, jittered, next},
};

/// What a call taught.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lesson {
    pub(crate) news: Option<News>,
    /// What the call left of the order's life; `None` where it says nothing of it.
    pub(crate) life: Option<Life>,
    pub(crate) alert: Option<Alert>,
    pub(crate) payment_url: Option<String>,
    pub(crate) answer: Option<Bytes>,
    /// A stable code of what happened, without any personal value.
    pub(crate) outcome: String,
}

/// An order as it is to be, and the effect of that.
pub(crate) type Settled = (OrderRow, Option<NewEffect>);

/// Returns the order after a call. `row` is the order as it is stored now, `claimed` as it was claimed for the call.
pub(crate) fn after_call(row: &OrderRow, claimed: &ClaimedOrder, lesson: &Lesson, now: Millis) -> Settled {
    let is_last = row.attempt == claimed.row.attempt;
    let untouched = is_last && row.due_at == claimed.row.due_at;
    let mut settled = row.clone();
    // Where another call has begun since, it may make the order, or has: then only what proves the order counts.
    let news = lesson.news.as_ref().filter(|news| is_last || **news != News::NoOrder);
    let change = news.map(|news| merge(row.standing(), news));
    if let Some(life) = lesson.life
        && row.life.stage() != Stage::Exists
        && (is_last || life.stage() == Stage::Exists)
    {
        settled.life = life;
    }
    if settled.payment_url.is_none() {
        settled.payment_url.clone_from(&lesson.payment_url);
        settled.answer.clone_from(&lesson.answer);
    }
    if is_last {
        settled.last_outcome = Some(lesson.outcome.clone());
    }
    let effect = change.and_then(|change| take(&mut settled, change, "check_status"));
    if let Some(alert) = lesson.alert {
        raise_alerts(&mut settled, alert.into());
    }
    if untouched {
        plan(&mut settled, change.is_some_and(|change| change.ask), now);
    } else if settled.rank.is_final() && settled.rank != row.rank {
        plan(&mut settled, false, now);
    }
    (settled, effect)
}

/// Returns the order after a notification.
pub(crate) fn after_report(row: &OrderRow, news: Option<&News>, alert: Option<Alert>, now: Millis) -> Settled {
    let mut settled = row.clone();
    let change = news.map(|news| merge(row.standing(), news));
    let effect = change.and_then(|change| take(&mut settled, change, "notification"));
    if let Some(alert) = alert {
        raise_alerts(&mut settled, alert.into());
    }
    let ask = change.is_some_and(|change| change.ask);
    if ask || settled.rank != row.rank {
        plan(&mut settled, ask, now);
    }
    (settled, effect)
}

fn take(order: &mut OrderRow, change: Change, source: &'static str) -> Option<NewEffect> {
    order.rank = change.rank;
    raise_alerts(order, change.alerts);
    let status = change.effect.and_then(Rank::effect_status)?;
    Some(NewEffect {
        invoice_number: order.invoice_number.clone(),
        status: status.as_str().to_owned(),
        amount: order.amount,
        source,
    })
}

/// Adds alerts. A new one brings an order back that a person had closed.
fn raise_alerts(order: &mut OrderRow, alerts: Alerts) {
    let joined = order.alerts.join(alerts);
    if joined != order.alerts {
        order.alerts = joined;
        order.close_reason = None;
    }
}

/// Sets when DOKU is called next.
pub(crate) fn plan(order: &mut OrderRow, ask: bool, now: Millis) {
    let step = if ask {
        Some(Step { at: now, call: Call::Ask })
    } else if order.close_reason.is_some() {
        None
    } else {
        next(order.rank, order.life, order.times(), now).map(|step| jittered(step, now, dice(order)))
    };
    order.due_at = step.map(|step| step.at);
    order.next_call = step.map_or(order.next_call, |step| step.call);
}

/// Returns a number that differs between orders and attempts, so that orders of one moment do not stay together.
fn dice(order: &OrderRow) -> u64 {
    let key = order.body_sha256;
    let number = u64::from_le_bytes([key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7]]);
    number.rotate_left(u32::try_from(order.attempt & 63).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use doku_indodana::{Rupiah, TransactionStatus};

    use super::*;
    use crate::{
        news::Source,
        schedule::{HOUR, MINUTE, SECOND},
    };

    const NOW: Millis = 1_700_000_000_000;

    fn order(rank: Rank, life: Life) -> OrderRow {
        OrderRow {
            invoice_number: "INV-1".to_owned(),
            request_id: "id-1".to_owned(),
            client_id: "BRN-1".to_owned(),
            environment: "http://127.0.0.1:4000".to_owned(),
            body: Some(Bytes::from_static(b"{}")),
            body_sha256: [0; 32],
            amount: Rupiah::try_from(100_000).unwrap(),
            reference: None,
            rank,
            life,
            alerts: Alerts::default(),
            answer: None,
            payment_url: None,
            expires_at: NOW + HOUR,
            due_at: Some(NOW + 2 * MINUTE),
            next_call: Call::Send,
            attempt: 1,
            revision: 1,
            last_outcome: None,
            close_reason: None,
            created_at: NOW,
            changed_at: NOW,
        }
    }

    /// The life of an order that DOKU has answered.
    fn known() -> Life {
        serde_json::from_str(r#"{"under_way":0,"unresolved":0,"known":"exists"}"#).unwrap()
    }

    fn claimed(life_before: Life) -> ClaimedOrder {
        ClaimedOrder { row: order(Rank::Sent, Life::POSSIBLY_SENT), life_before }
    }

    fn reported(status: TransactionStatus, by: Source) -> News {
        News::Reported { status, amount: None, by }
    }

    fn answered() -> Lesson {
        Lesson {
            news: Some(News::Answered),
            life: Some(known()),
            payment_url: Some("https://pay.example/1".to_owned()),
            outcome: "answered".to_owned(),
            ..Lesson::default()
        }
    }

    #[test]
    fn an_answer_makes_the_order_pending_and_plans_the_first_question() {
        let claimed = claimed(Life::UNSENT);
        let (settled, effect) = after_call(&claimed.row, &claimed, &answered(), NOW + SECOND);
        assert_eq!((settled.rank, settled.life), (Rank::Pending, known()));
        assert_eq!((settled.due_at, settled.next_call), (Some(NOW + 2 * MINUTE), Call::Ask));
        assert_eq!(settled.payment_url.as_deref(), Some("https://pay.example/1"));
        assert!(effect.is_none());
    }

    #[test]
    fn an_answer_after_a_notification_gives_the_url_and_disturbs_nothing() {
        let claimed = claimed(Life::UNSENT);
        let (paid, effect) = after_report(
            &claimed.row,
            Some(&reported(TransactionStatus::Success, Source::Notification)),
            None,
            NOW + SECOND,
        );
        assert_eq!(effect.map(|effect| effect.status).as_deref(), Some("SUCCESS"));
        let (settled, effect) = after_call(&paid, &claimed, &answered(), NOW + 2 * SECOND);
        assert_eq!((settled.rank, settled.due_at), (Rank::Success, paid.due_at));
        assert!(settled.payment_url.is_some() && effect.is_none());
    }

    #[test]
    fn whoever_finishes_late_moves_no_time() {
        let claimed = claimed(Life::POSSIBLY_SENT);
        let mut row = claimed.row.clone();
        (row.attempt, row.revision, row.due_at) = (2, 2, Some(NOW + 5 * MINUTE));
        let unsent = Lesson { life: Some(Life::UNSENT), outcome: "not_sent".to_owned(), ..Lesson::default() };
        let (settled, _) = after_call(&row, &claimed, &unsent, NOW + 3 * MINUTE);
        assert_eq!((settled.due_at, settled.life, settled.last_outcome), (row.due_at, Life::POSSIBLY_SENT, None));
    }

    /// Its own call made no order; the one that began after it may have.
    #[test]
    fn whoever_is_refused_late_does_not_refuse_the_order() {
        let claimed = claimed(Life::UNSENT);
        let mut row = claimed.row.clone();
        let refused = Lesson { news: Some(News::NoOrder), outcome: "refused".to_owned(), ..Lesson::default() };
        assert_eq!(after_call(&row, &claimed, &refused, NOW).0.rank, Rank::Refused);
        for rank in Rank::ALL {
            (row.attempt, row.revision, row.rank) = (2, 2, rank);
            let (settled, effect) = after_call(&row, &claimed, &refused, NOW + 3 * MINUTE);
            assert_eq!(settled, row, "{rank}");
            assert!(effect.is_none());
        }
    }

    #[test]
    fn what_was_not_sent_stays_unsent() {
        let claimed = claimed(Life::UNSENT);
        let unsent = Lesson { life: Some(Life::UNSENT), outcome: "not_sent".to_owned(), ..Lesson::default() };
        let (settled, _) = after_call(&claimed.row, &claimed, &unsent, NOW + 1);
        assert_eq!((settled.rank, settled.life), (Rank::Sent, Life::UNSENT));
        assert_eq!((settled.due_at, settled.next_call), (Some(NOW + 2 * SECOND), Call::Send));
    }

    #[test]
    fn a_question_that_a_notification_asked_for_is_not_lost() {
        let claimed = claimed(Life::POSSIBLY_SENT);
        let (asked, _) = after_report(
            &claimed.row,
            Some(&reported(TransactionStatus::Success, Source::StaleNotification)),
            None,
            NOW + 7,
        );
        assert_eq!((asked.due_at, asked.next_call, asked.rank), (Some(NOW + 7), Call::Ask, Rank::Sent));
        let (settled, _) = after_call(&asked, &claimed, &answered(), NOW + 9);
        assert_eq!(settled.rank, Rank::Pending);
        assert_eq!((settled.due_at, settled.next_call), (Some(NOW + 7), Call::Ask));
    }

    #[test]
    fn a_closed_order_is_not_asked_for_but_comes_back_by_a_contradiction() {
        let mut row = order(Rank::Pending, known());
        row.close_reason = Some("customer paid in cash".to_owned());
        plan(&mut row, false, NOW);
        assert_eq!(row.due_at, None);
        let other = News::Reported {
            status: TransactionStatus::Success,
            amount: Rupiah::try_from(1).ok(),
            by: Source::Notification,
        };
        let (settled, effect) = after_report(&row, Some(&other), None, NOW);
        assert_eq!((settled.close_reason, settled.due_at), (None, Some(NOW)));
        assert!(effect.is_none());
    }

    #[test]
    fn a_closed_order_that_is_paid_has_its_effect() {
        let mut row = order(Rank::Pending, known());
        row.close_reason = Some("nobody came".to_owned());
        let news = reported(TransactionStatus::Success, Source::Notification);
        let (settled, effect) = after_report(&row, Some(&news), None, NOW);
        assert_eq!((settled.rank, effect.is_some()), (Rank::Success, true));
    }

    #[test]
    fn a_closed_order_stays_closed_when_nothing_new_comes() {
        let mut row = order(Rank::Pending, known());
        row.close_reason = Some("nobody came".to_owned());
        row.due_at = None;
        let (settled, _) =
            after_report(&row, Some(&reported(TransactionStatus::Pending, Source::Notification)), None, NOW);
        assert_eq!(settled, row);
    }

    #[test]
    fn the_first_payment_url_stays() {
        let claimed = claimed(Life::UNSENT);
        let (first, _) = after_call(&claimed.row, &claimed, &answered(), NOW + SECOND);
        let other = Lesson { payment_url: Some("https://pay.example/2".to_owned()), ..answered() };
        let (second, _) = after_call(&first, &claimed, &other, NOW + 2 * SECOND);
        assert_eq!(second.payment_url.as_deref(), Some("https://pay.example/1"));
    }

    #[test]
    fn an_effect_names_its_source() {
        let claimed = claimed(Life::POSSIBLY_SENT);
        let paid = |by| reported(TransactionStatus::Success, by);
        let lesson = Lesson { news: Some(paid(Source::CheckStatus)), ..Lesson::default() };
        let (_, asked) = after_call(&claimed.row, &claimed, &lesson, NOW);
        let (_, told) = after_report(&claimed.row, Some(&paid(Source::Notification)), None, NOW);
        assert_eq!([asked, told].map(|effect| effect.unwrap().source), ["check_status", "notification"]);
    }

    #[test]
    fn whoever_finishes_late_with_a_final_status_plans_what_comes_after_it() {
        let claimed = claimed(Life::POSSIBLY_SENT);
        let mut row = claimed.row.clone();
        (row.attempt, row.due_at) = (2, Some(NOW + 5 * MINUTE));
        let lesson = |status| Lesson { news: Some(reported(status, Source::CheckStatus)), ..Lesson::default() };
        let (paid, _) = after_call(&row, &claimed, &lesson(TransactionStatus::Success), NOW);
        assert!(paid.due_at.is_some_and(|at| at >= NOW + 24 * HOUR), "{:?}", paid.due_at);
        // What is not final leaves the time to the one who is under way.
        let (failed, _) = after_call(&row, &claimed, &lesson(TransactionStatus::Failed), NOW);
        assert_eq!((failed.rank, failed.due_at), (Rank::Failed, row.due_at));
        let (again, _) = after_call(&paid, &claimed, &lesson(TransactionStatus::Success), NOW + HOUR);
        assert_eq!(again.due_at, paid.due_at);
    }

    #[test]
    fn attempts_of_one_order_do_not_stay_together() {
        let mut row = order(Rank::Pending, known());
        row.body_sha256 = crate::record::body_key(b"{}");
        let times: std::collections::BTreeSet<_> = (1..9)
            .map(|attempt| {
                row.attempt = attempt;
                plan(&mut row, false, NOW + HOUR + 10 * MINUTE);
                row.due_at
            })
            .collect();
        assert!(times.len() > 4, "{times:?}");
    }
}
