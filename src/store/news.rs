//! What is learned of an order, and what that changes: [`merge`]. Pure; no clock, no I/O.
//!
//! Every way to learn something goes through here: DOKU's answer, a notification, check status. The rank is the highest
//! that was proven, alerts are joined, and an effect belongs to a rise. So the end depends on what was learned and not
//! on the order in which it came.

use doku_indodana::{Rupiah, TransactionStatus};

use crate::{Alert, Alerts, Rank};

/// What the store holds of an order that decides over news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) rank: Rank,
    pub(crate) amount: Rupiah,
    pub(crate) alerts: Alerts,
}

/// Something that was learned of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// DOKU answered, verified, that the order exists.
    Answered,
    /// It is proven that there is no order at DOKU.
    NoOrder,
    /// A status was reported.
    Reported { status: TransactionStatus, amount: Option<Rupiah>, by: Source },
}

/// Who reported a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A signed notification of about now.
    Notification,
    /// A signed notification whose time is far from ours. Check status has to confirm it.
    StaleNotification,
    /// A signed notification whose `Request-Id` came with another body before. Check status has to confirm it.
    ReusedRequestId,
    /// DOKU's answer to check status.
    CheckStatus,
}

/// What news changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) rank: Rank,
    pub(crate) alerts: Alerts,
    /// The rank whose effect is to be written, if the order rose into one that has an effect.
    pub(crate) effect: Option<Rank>,
    /// Whether to ask DOKU at once.
    pub(crate) ask: bool,
}

/// Returns what `news` makes of an order.
pub(crate) fn merge(standing: Standing, news: &News) -> Change {
    let keep = Change { rank: standing.rank, alerts: standing.alerts, effect: None, ask: false };
    // What check status itself says is not asked for again.
    let ask = !matches!(news, News::Reported { by: Source::CheckStatus, .. });
    let alarm = |alert: Alert| Change { alerts: standing.alerts.join(alert.into()), ask, ..keep };
    match news {
        News::Answered => rise(keep, Rank::Pending),
        News::NoOrder if standing.rank > Rank::Refused => alarm(Alert::AfterRefusal),
        News::NoOrder => rise(keep, Rank::Refused),
        News::Reported { amount: Some(amount), .. } if *amount != standing.amount => alarm(Alert::OtherAmount),
        News::Reported { status, by, .. } => match (Rank::of_status(status), by) {
            (None, _) => alarm(Alert::UnknownStatus),
            (Some(_), Source::ReusedRequestId) => alarm(Alert::ReusedRequestId),
            (Some(rank), Source::StaleNotification) => Change { ask: rank > standing.rank, ..keep },
            (Some(rank), Source::Notification | Source::CheckStatus) => report(keep, rank, *by),
        },
    }
}

fn report(keep: Change, rank: Rank, by: Source) -> Change {
    let mut change = rise(keep, rank);
    let (low, high) = (rank.min(keep.rank), rank.max(keep.rank));
    // The two may come in either order: the end must be the same.
    if low == Rank::Expired && high >= Rank::Success {
        change.alerts = change.alerts.join(Alert::PaidAndExpired.into());
        change.ask = by != Source::CheckStatus;
    } else if by == Source::CheckStatus && low == Rank::Failed && high >= Rank::Success && rank == low {
        change.alerts = change.alerts.join(Alert::CheckedLower.into());
    }
    change
}

fn rise(keep: Change, rank: Rank) -> Change {
    let mut change = keep;
    if rank > keep.rank {
        change.rank = rank;
        change.effect = rank.has_effect().then_some(rank);
        if keep.rank == Rank::Refused {
            change.alerts = keep.alerts.join(Alert::AfterRefusal.into());
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rupiah(amount: i64) -> Rupiah {
        Rupiah::try_from(amount).unwrap()
    }

    fn at(rank: Rank) -> Standing {
        Standing { rank, amount: rupiah(100_000), alerts: Alerts::default() }
    }

    fn reported(status: &str, by: Source) -> News {
        News::Reported { status: TransactionStatus::from(status.to_owned()), amount: Some(rupiah(100_000)), by }
    }

    const STATUSES: [&str; 5] = ["PENDING", "FAILED", "EXPIRED", "SUCCESS", "REFUNDED"];

    /// Applies all news in this order; returns the end, and the effects in the order in which they were written.
    fn run(start: Rank, news: &[News]) -> (Standing, Vec<Rank>) {
        let mut standing = at(start);
        let mut effects = Vec::new();
        for item in news {
            let change = merge(standing, item);
            assert!(change.rank >= standing.rank, "a rank fell");
            effects.extend(change.effect);
            standing = Standing { rank: change.rank, alerts: change.alerts, ..standing };
        }
        (standing, effects)
    }

    /// Calls `visit` with every sequence of `length` of the five statuses: all orders, with all repetitions.
    fn sequences(length: u32, mut visit: impl FnMut(&[usize])) {
        for number in 0..5_usize.pow(length) {
            let mut rest = number;
            let sequence: Vec<usize> = (0..length).map(|_| (rest % 5, rest /= 5).0).collect();
            visit(&sequence);
        }
    }

    #[test]
    fn all_orders_of_arrival_of_five_statuses_with_repetitions_end_in_one_state() {
        use std::collections::BTreeMap;
        let mut ends: BTreeMap<(Rank, u8), (Rank, i64)> = BTreeMap::new();
        let mut seen = 0;
        for length in 1..=7 {
            sequences(length, |sequence| {
                for start in [Rank::Sent, Rank::Pending] {
                    let news: Vec<_> =
                        sequence.iter().map(|&at| reported(STATUSES[at], Source::Notification)).collect();
                    let set = sequence.iter().fold(0_u8, |set, &at| set | 1 << at);
                    let (end, effects) = run(start, &news);
                    // The end depends on the set of what came, not on its order or number.
                    let state = (end.rank, end.alerts.as_number());
                    assert_eq!(*ends.entry((start, set)).or_insert(state), state, "{sequence:?}");
                    // Effects rise, so none is written twice, and the last is the end.
                    assert!(effects.windows(2).all(|pair| pair[0] < pair[1]), "{sequence:?}: {effects:?}");
                    assert_eq!(effects.last().copied(), Some(end.rank).filter(|rank| rank.has_effect()));
                    seen += 1;
                }
            });
        }
        assert_eq!(seen, 2 * (5 + 25 + 125 + 625 + 3_125 + 15_625 + 78_125));
        assert_eq!(ends.len(), 2 * 31);
    }

    #[test]
    fn an_answer_that_comes_late_disturbs_nothing() {
        for rank in Rank::ALL {
            let (end, effects) = run(rank, &[News::Answered]);
            assert_eq!(end.rank, rank.max(Rank::Pending));
            assert_eq!(effects, []);
            assert_eq!(end.alerts.contains(Alert::AfterRefusal), rank == Rank::Refused);
        }
    }

    #[test]
    fn a_refusal_and_a_status_contradict_each_other_in_either_order() {
        for status in STATUSES {
            let status = reported(status, Source::Notification);
            let (first, _) = run(Rank::Sent, &[News::NoOrder, status.clone()]);
            let (last, _) = run(Rank::Sent, &[status, News::NoOrder]);
            assert_eq!(first, last);
            assert!(first.alerts.contains(Alert::AfterRefusal));
        }
    }

    #[test]
    fn another_amount_has_no_effect() {
        for by in [Source::Notification, Source::StaleNotification, Source::CheckStatus] {
            let news = News::Reported { status: TransactionStatus::Success, amount: Some(rupiah(100_001)), by };
            let change = merge(at(Rank::Pending), &news);
            assert_eq!((change.rank, change.effect), (Rank::Pending, None));
            assert_eq!(change.ask, by != Source::CheckStatus, "asking again would have no end");
            assert!(change.alerts.contains(Alert::OtherAmount));
        }
    }

    #[test]
    fn an_unknown_status_is_an_alert_and_no_loss() {
        let change = merge(at(Rank::Pending), &reported("SETTLED", Source::Notification));
        assert_eq!((change.rank, change.effect, change.ask), (Rank::Pending, None, true));
        assert!(change.alerts.contains(Alert::UnknownStatus));
    }

    #[test]
    fn a_stale_notification_asks_and_changes_nothing() {
        let change = merge(at(Rank::Pending), &reported("SUCCESS", Source::StaleNotification));
        assert_eq!((change.rank, change.effect, change.ask), (Rank::Pending, None, true));
        // What is known already needs no question.
        let change = merge(at(Rank::Success), &reported("SUCCESS", Source::StaleNotification));
        assert_eq!((change.rank, change.effect, change.ask), (Rank::Success, None, false));
    }

    #[test]
    fn a_second_body_under_one_request_id_asks_and_changes_nothing() {
        let change = merge(at(Rank::Pending), &reported("SUCCESS", Source::ReusedRequestId));
        assert_eq!((change.rank, change.effect, change.ask), (Rank::Pending, None, true));
        assert!(change.alerts.contains(Alert::ReusedRequestId));
    }

    #[test]
    fn check_status_may_contradict_a_notification() {
        let change = merge(at(Rank::Success), &reported("FAILED", Source::CheckStatus));
        assert_eq!((change.rank, change.effect), (Rank::Success, None));
        assert!(change.alerts.contains(Alert::CheckedLower));
        // Not published yet is no contradiction, and a late FAILED notification is DOKU's usual way.
        for (status, by) in [("PENDING", Source::CheckStatus), ("FAILED", Source::Notification)] {
            assert!(merge(at(Rank::Success), &reported(status, by)).alerts.is_empty(), "{status}");
        }
    }

    #[test]
    fn a_contradiction_is_kept_beside_the_ones_before() {
        let other =
            News::Reported { status: TransactionStatus::Success, amount: Some(rupiah(1)), by: Source::Notification };
        let unknown = reported("SETTLED", Source::Notification);
        let (end, _) = run(Rank::Expired, &[unknown, other, reported("SUCCESS", Source::Notification)]);
        let all = [Alert::OtherAmount, Alert::PaidAndExpired, Alert::UnknownStatus];
        assert_eq!(end.alerts.iter().collect::<Vec<_>>(), all);
        let (end, _) = run(Rank::Refused, &[reported("SETTLED", Source::Notification), News::Answered]);
        assert_eq!(end.alerts.iter().collect::<Vec<_>>(), [Alert::AfterRefusal, Alert::UnknownStatus]);
    }

    #[test]
    fn what_agrees_is_no_contradiction() {
        assert!(run(Rank::Sent, &[News::NoOrder, News::NoOrder]).0.alerts.is_empty());
        for (rank, status) in [(Rank::Failed, "SUCCESS"), (Rank::Expired, "FAILED"), (Rank::Failed, "FAILED")] {
            let change = merge(at(rank), &reported(status, Source::CheckStatus));
            assert!(change.alerts.is_empty() && !change.ask, "{rank} {status}: {change:?}");
        }
    }

    #[test]
    fn a_payment_after_the_expiry_is_asked_for_unless_check_status_said_it() {
        for (by, ask) in [(Source::Notification, true), (Source::CheckStatus, false)] {
            let change = merge(at(Rank::Expired), &reported("SUCCESS", by));
            assert_eq!((change.rank, change.effect, change.ask), (Rank::Success, Some(Rank::Success), ask));
        }
    }

    fn any_news() -> impl Strategy<Value = News> {
        let by = prop_oneof![
            Just(Source::Notification),
            Just(Source::StaleNotification),
            Just(Source::ReusedRequestId),
            Just(Source::CheckStatus)
        ];
        let status = prop_oneof![
            Just("PENDING"),
            Just("FAILED"),
            Just("EXPIRED"),
            Just("SUCCESS"),
            Just("REFUNDED"),
            Just("SETTLED")
        ];
        let amount = prop_oneof![4 => Just(Some(100_000)), 1 => Just(Some(1)), 1 => Just(None)];
        prop_oneof![
            1 => Just(News::Answered),
            1 => Just(News::NoOrder),
            5 => (status, amount, by).prop_map(|(status, amount, by)| News::Reported {
                status: TransactionStatus::from(status.to_owned()),
                amount: amount.map(rupiah),
                by,
            }),
        ]
    }

    proptest! {
        /// Anything in any order, also twice: one rank, no effect twice, and none below the rank that it belongs to.
        #[test]
        fn any_order_ends_at_one_rank(
            news in proptest::collection::vec(any_news(), 1..12),
            seed in any::<u64>(),
        ) {
            let (end, effects) = run(Rank::Prepared, &news);
            let mut shuffled = news.clone();
            shuffled.extend(news.iter().take(3).cloned());
            let length = shuffled.len() as u64;
            for at in 0..shuffled.len() {
                shuffled.swap(at, usize::try_from((seed ^ at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % length).unwrap());
            }
            let (other, _) = run(Rank::Prepared, &shuffled);
            prop_assert_eq!(end.rank, other.rank);
            prop_assert!(effects.windows(2).all(|pair| pair[0] < pair[1]));
            // Only a confirmed status of the right amount has an effect.
            for effect in &effects {
                let proven = news.iter().any(|item| matches!(item,
                    News::Reported { status, amount, by: Source::Notification | Source::CheckStatus }
                        if Rank::of_status(status) == Some(*effect) && amount.is_none_or(|amount| amount == rupiah(100_000))));
                prop_assert!(proven, "{:?} was not proven", effect);
            }
        }
    }
}
