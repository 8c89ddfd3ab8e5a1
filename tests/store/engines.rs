//! The suite: every case on every engine.

use crate::{call, dead_letter, effect, handout, keeping, place, receive, world::World};

macro_rules! exercise {
    ($($module:ident: $($case:ident),+;)+) => {
        mod sqlite {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    $module::$case(World::sqlite().await).await;
                }
            )+)+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    if let Some(world) = World::postgres().await {
                        $module::$case(world).await;
                    }
                }
            )+)+
        }

        /// PostgreSQL behind PgBouncer, which gives a connection for one transaction at a time.
        #[cfg(feature = "postgres")]
        mod pooled {
            use super::*;
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    if let Some(world) = World::pooled().await {
                        $module::$case(world).await;
                    }
                }
            )+)+
        }

        /// The number of cases, so that none is lost unseen.
        const CASES: usize = [$($(stringify!($case)),+),+].len();
    };
}

exercise! {
    place:
        a_placed_order_is_stored_and_made,
        a_typed_order_is_placed,
        the_same_order_again_is_the_same_order,
        the_same_order_from_another_process_is_the_same_order,
        another_order_under_the_number_is_a_conflict,
        an_order_that_breaks_the_contract_is_not_stored,
        what_is_no_json_is_not_stored,
        a_key_stays_with_its_order,
        a_key_races_for_one_order,
        what_is_enqueued_is_sent_by_the_loop,
        a_double_click_makes_one_order,
        many_orders_at_once_are_all_made,
        an_answer_that_was_lost_leaves_the_order_sent,
        placing_again_after_a_lost_answer_brings_the_first_order,
        placing_again_after_a_crash_brings_the_order,
        an_order_that_never_left_is_sent_later,
        a_refused_order_is_refused_and_stays_so,
        a_refusal_beside_another_call_is_no_refusal,
        a_refusal_of_what_may_exist_is_no_refusal,
        a_crash_between_two_refusals_forgets_nothing,
        an_order_that_was_not_sent_can_be_refused,
        an_unverified_answer_is_no_answer,
        an_order_that_is_not_stored_is_not_found,
        a_used_request_id_is_said;
    receive:
        a_payment_has_one_effect,
        the_acknowledgement_is_dokus,
        the_same_notification_again_has_no_effect,
        a_repetition_under_a_new_id_has_no_effect,
        sixty_four_at_once_have_one_effect,
        two_processes_have_one_effect,
        what_is_not_genuine_is_refused_and_not_written,
        another_merchants_notification_is_not_genuine,
        a_flood_of_forgeries_writes_nothing,
        a_body_that_is_too_long_is_refused,
        another_path_is_not_genuine,
        a_further_key_is_good,
        an_unreadable_body_is_kept,
        an_unknown_invoice_is_kept_and_matched_later,
        a_notification_before_the_answer_counts,
        another_amount_has_no_effect,
        another_amount_is_asked_for,
        an_unknown_status_is_kept,
        a_late_notification_is_confirmed_first,
        a_notification_from_the_future_is_confirmed_first,
        a_late_notification_that_is_not_confirmed_has_no_effect,
        a_second_body_under_one_id_has_no_effect_of_its_own,
        a_month_later_the_same_is_still_known,
        a_pending_notification_has_no_effect;
    effect:
        every_order_of_five_statuses_ends_in_one_state,
        a_late_failure_does_not_undo_a_payment,
        a_payment_after_a_failure_has_both_effects,
        an_effect_that_was_overtaken_is_not_handed_over,
        an_overtaken_effect_cannot_be_ended,
        a_payment_after_expiry_is_an_alert_and_an_effect,
        a_handler_that_fails_gets_the_effect_again,
        a_handler_that_panics_gets_the_effect_again,
        a_handler_that_hangs_gets_the_effect_again,
        a_handler_that_dies_gets_the_effect_again_under_the_same_id,
        whoever_ends_late_ends_nothing,
        two_takers_never_get_the_same,
        a_done_effect_is_not_delivered_again,
        an_open_effect_is_delivered_on_request,
        the_loop_hands_over_and_stops,
        the_loop_without_effects_leaves_them,
        two_loops_share_the_work;
    dead_letter:
        a_spent_schedule_is_a_dead_letter,
        a_dead_letter_is_delivered_on_request,
        a_revived_dead_letter_has_its_whole_schedule_again,
        a_delivery_on_request_spends_a_step_like_any_other,
        a_dead_letter_that_is_overtaken_is_none,
        a_handler_that_gives_up_makes_a_dead_letter_at_once,
        a_handler_may_ask_for_more_time,
        what_a_handler_says_is_kept,
        an_attempt_that_died_spends_no_step,
        without_a_schedule_of_its_own_nothing_dies,
        prune_keeps_the_order_of_a_dead_letter;
    handout:
        what_is_handed_out_is_done_once,
        what_was_dropped_is_handed_out_again,
        what_waited_too_long_is_not_handed_out,
        a_strict_client_stores_no_json_with_advisories;
    call:
        an_order_is_asked_for_until_it_is_paid,
        a_merchant_who_was_down_learns_all,
        not_found_proves_nothing,
        a_spent_schedule_is_unresolved,
        an_answer_that_is_missing_is_unresolved,
        an_order_that_was_never_sent_ends_with_its_expiry,
        a_failed_order_is_asked_for_until_an_hour_after_its_expiry,
        a_paid_order_is_asked_for_a_refund,
        check_status_with_another_amount_has_no_effect,
        too_many_requests_stop_all_calls,
        a_claim_that_nobody_finished_is_taken_up_again,
        a_clock_that_jumps_back_loses_nothing,
        one_order_is_asked_for_on_request,
        the_callers_drain_a_backlog;
    keeping:
        an_order_is_closed_with_a_reason,
        a_closed_order_that_is_paid_has_its_effect,
        a_reason_is_required,
        orders_are_listed_in_pages,
        quarantine_is_listed,
        prune_empties_bodies_of_what_ended,
        prune_keeps_what_is_open,
        what_was_pruned_is_still_known,
        check_finds_nothing_in_a_sound_store,
        numbers_add_up,
        nothing_personal_is_shown,
        a_store_that_is_opened_again_has_all,
        a_store_is_looked_after_without_a_key,
        looking_makes_no_store;
}

#[test]
fn the_suite_has_its_cases() {
    assert_eq!(CASES, 108);
}
