//! The state of an order as a picture: the way from `PREPARED` to the end, with the place that it has reached.

use doku_store::{Effect, Rank};
use maud::{Markup, html};

use super::row::tone;

/// Where each state stands. Above is the way to a payment, below are the other ends, and what failed for now.
const PLACES: [(Rank, u16, u16); 8] = [
    (Rank::Prepared, 38, 34),
    (Rank::Sent, 119, 34),
    (Rank::Pending, 200, 34),
    (Rank::Success, 281, 34),
    (Rank::Refunded, 362, 34),
    (Rank::Refused, 119, 84),
    (Rank::Expired, 200, 84),
    (Rank::Failed, 281, 84),
];

/// What follows on what. A failed order may still be paid, or expire.
const WAYS: [&str; 9] = [
    "M38 34H119",
    "M119 34H200",
    "M119 34V84",
    "M200 34H281",
    "M200 34V84",
    "M200 34L281 84",
    "M281 84V34",
    "M281 84H200",
    "M281 34H362",
];

/// Returns the picture with its names.
pub(super) fn large(rank: Rank, effects: &[Effect], label: &str) -> Markup {
    html! {
        svg class="picture" viewBox="0 0 400 112" role="img" aria-label={ (label) " " (rank) } {
            "\n" marker id="tip" viewBox="0 0 6 6" refX="15" refY="3" markerWidth="7" markerHeight="7"
                markerUnits="userSpaceOnUse" orient="auto" { path class="tip" d="M0 0L6 3L0 6z" {} }
            @for way in WAYS { "\n" path class="way" d=(way) marker-end="url(#tip)" {} }
            @for (place, x, y) in PLACES {
                "\n" circle class=(mark(place, rank, effects)) cx=(x) cy=(y) r=(if place == rank { 10 } else { 6 }) {}
                text class=[(place == rank).then_some("present")] x=(x) y=(if y < 50 { 15 } else { 108 }) {
                    (place)
                }
            }
            "\n"
        }
    }
}

/// Returns the picture without its names, for a list. It says no more than the name of the state beside it.
pub(super) fn small(rank: Rank) -> Markup {
    html! {
        svg class="small picture" viewBox="9 4 382 110" aria-hidden="true" {
            @for way in WAYS { path class="way" d=(way) {} }
            @for (place, x, y) in PLACES {
                circle class=(mark(place, rank, &[])) cx=(x) cy=(y) r=(if place == rank { 24 } else { 11 }) {}
            }
        }
    }
}

/// Returns how a place is marked: the present one, one that was passed, or neither.
fn mark(place: Rank, rank: Rank, effects: &[Effect]) -> String {
    let passed = match place {
        _ if place >= rank => false,
        Rank::Prepared => true,
        // What was refused was perhaps never sent.
        Rank::Sent => rank >= Rank::Pending,
        Rank::Pending => rank >= Rank::Failed,
        _ => effects.iter().any(|effect| Some(effect.status()) == place.effect_status()),
    };
    match (place == rank, passed) {
        (true, _) => format!("present {}", tone(rank.as_str())),
        (_, true) => "passed".to_owned(),
        _ => "other".to_owned(),
    }
}
