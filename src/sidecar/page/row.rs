//! One order, effect or notification in a list.

use std::{
    fmt::{self, Display, Write as _},
    time::SystemTime,
};

use doku_store::{Effect, Order, StoredNotification};
use maud::{Markup, html};

use super::{
    ask::{Ask, ORDER},
    meaning, picture,
};
use crate::time;

/// Returns an order.
pub(super) fn order(order: &Order, ask: &Ask) -> Markup {
    let words = ask.words();
    let unresolved = order.is_unresolved();
    html! {
        li class="row" {
            "\n" div class="title" {
                (picture::small(order.rank())) " " (number(order.invoice_number(), ask)) " "
                (badge(order.rank().as_str()))
                @if unresolved { " " span class="badge bad" { (words.unresolved) } }
                " " (amount(order.amount().get()))
            }
            "\n" p class="facts" {
                (words.attempts) " " (order.attempts())
                @if let Some(outcome) = order.last_outcome() { " · " (words.last_outcome) " " code { (outcome) } }
                @if let Some(due) = order.due_at() { " · " (words.next_call) " " (moment(due)) }
                " · " (words.changed) " " (moment(order.changed_at()))
            }
            "\n" @if unresolved { (reasons(order, ask)) }
        }
        "\n"
    }
}

/// Returns why a person has to look at an order.
pub(super) fn reasons(order: &Order, ask: &Ask) -> Markup {
    html! {
        @for alert in order.alerts().iter() { p class="hint bad" { (meaning::alert(alert, ask.language())) } "\n" }
        @if order.alerts().is_empty() {
            p class="hint bad" {
                @if order.due_at().is_some() { (ask.words().no_answer) } @else { (ask.words().nothing_planned) }
            }
            "\n"
        }
    }
}

/// Returns an effect; `named` where its order is not the page's own.
pub(super) fn effect(effect: &Effect, named: bool, ask: &Ask) -> Markup {
    let words = ask.words();
    let status = effect.status();
    let answer = effect.last_answer().or(effect.last_error().filter(|_| !effect.is_overtaken()));
    html! {
        li class="row" {
            "\n" div class="title" {
                code { "eff_" (effect.id()) } " "
                @if named { (number(effect.invoice_number(), ask)) " " }
                (badge(status.as_str())) " "
                @if effect.is_overtaken() { span class="badge" { (words.overtaken) } }
                @else if effect.is_done() { span class="badge good" { (words.done) } }
                @else if effect.is_dead() { span class="badge bad" { (words.dead) } }
                @else { span class="badge wait" { (words.open) } }
                " " (amount(effect.amount().get()))
            }
            "\n" p class="facts" {
                (words.attempts) " " (effect.attempt())
                @if effect.failures() > 0 { " · " (words.failures) " " (effect.failures()) }
                " · " (words.source) " " code { (effect.source()) }
                " · " (words.written) " " (moment(effect.created_at()))
                @if let Some(done) = effect.done_at() { " · " (words.ended) " " (moment(done)) }
                @else if let Some(dead) = effect.dead_at() { " · " (words.dead_since) " " (moment(dead)) }
                @else { " · " (words.next_attempt) " " (moment(effect.due_at())) }
            }
            "\n" @if let Some(answer) = answer { p class="hint" { (words.last_answer) " " q { (answer) } } "\n" }
        }
        "\n"
    }
}

/// Returns a notification; `named` where its order is not the page's own.
pub(super) fn notification(notification: &StoredNotification, named: bool, ask: &Ask) -> Markup {
    let words = ask.words();
    let verdict = notification.verdict();
    let aside = verdict.is_quarantined();
    html! {
        li class="row" {
            "\n" div class="title" {
                (moment(notification.received_at())) " "
                @if let Some(invoice_number) = notification.invoice_number().filter(|_| named) {
                    (number(invoice_number, ask)) " "
                }
                @if let Some(status) = notification.status() { (badge(status)) " " }
                span class={ "badge " (if aside { "bad" } else { "" }) } { (verdict.code()) }
                @if let Some(named) = notification.amount() { " " (amount(named.get())) }
            }
            "\n" p class="facts" {
                (meaning::verdict(verdict, ask.language())) " · " (words.its_time) " " code { (notification.age()) }
            }
            "\n"
        }
        "\n"
    }
}

/// Returns an invoice number that leads to its order.
fn number(invoice_number: &str, ask: &Ask) -> Markup {
    let address = ask.link(ORDER, &[("invoice", invoice_number)]);
    html! { a class="number" href=(address) { bdi { (invoice_number) } } }
}

/// Returns a state or a status.
pub(super) fn badge(status: &str) -> Markup {
    html! { span class={ "badge " (tone(status)) } { (status) } }
}

/// Returns what a state or a status is to a merchant.
pub(super) fn tone(status: &str) -> &'static str {
    match status {
        "SUCCESS" => "good",
        "REFUSED" | "FAILED" | "EXPIRED" => "bad",
        "SENT" | "PENDING" => "wait",
        _ => "",
    }
}

/// Returns an amount.
pub(super) fn amount(rupiah: u64) -> Markup {
    html! { span class="amount" { (Amount(rupiah)) } }
}

/// Whole rupiah as people write them: `Rp100.000`.
struct Amount(u64);

impl Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        f.write_str("Rp")?;
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_char('.')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// Returns a time in UTC, for machines and people: `2026-01-05 09:45:42`.
pub(super) fn moment(at: SystemTime) -> Markup {
    let text = time::text(at);
    let people = text.replace('T', " ").replace('Z', "");
    html! { time datetime=(text) { (people) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_in_thousands() {
        for (rupiah, text) in [(1, "Rp1"), (999, "Rp999"), (100_000, "Rp100.000"), (1_234_567, "Rp1.234.567")] {
            assert_eq!(Amount(rupiah).to_string(), text);
        }
    }
}
