//! One order: its state as a picture, its effects, its notifications.

use doku_store::{Effect, Order, Orders};
use http::StatusCode;
use maud::{Markup, html};

use super::{
    Page,
    ask::{Ask, List},
    list::{cut, find, section},
    meaning, picture, row,
};
use crate::problem::{Code, Problem};

/// So many notifications are on a page.
const MOST: u32 = 50;

/// Returns the page of the order that is asked for; also where there is none, but notifications that name it.
pub(super) async fn order(orders: &Orders, ask: &Ask) -> Result<Page, Problem> {
    let (words, invoice_number) = (ask.words(), &*ask.invoice_number);
    let order = find(orders, invoice_number).await?;
    // An empty number would mean the notifications of all orders.
    let notifications = match invoice_number {
        "" => Vec::new(),
        number => orders.notifications(number, false, ask.after_id(), MOST + 1).await?,
    };
    if order.is_none() && notifications.is_empty() {
        return Err(Problem::new(Code::NotFound, words.unknown));
    }
    let effects = orders.effects_of(invoice_number).await?;
    let (notifications, next) = cut(notifications, MOST, |notification| notification.id().to_string());
    let next = next.map(|after| ask.next(List::All, &after));
    let effect_rows: Vec<_> = effects.iter().map(|effect| row::effect(effect, false, ask)).collect();
    let rows: Vec<_> = notifications.iter().map(|notification| row::notification(notification, false, ask)).collect();
    let body = html! {
        "\n"
        @match &order {
            Some(order) => (about(order, &effects, ask)),
            None => { h1 { bdi { (invoice_number) } } "\n" p class="hint bad" { (words.only_notifications) } "\n" }
        }
        (section(&html! { (words.effects) }, words.no_effects, &effect_rows, None, ask))
        (section(&html! { (words.notifications) }, words.no_notifications, &rows, next.as_deref(), ask))
    };
    Ok(Page { status: StatusCode::OK, title: invoice_number.to_owned(), body })
}

fn about(order: &Order, effects: &[Effect], ask: &Ask) -> Markup {
    let words = ask.words();
    let rank = order.rank();
    let none = html! { "–" };
    let facts = [
        (words.attempts, html! { (order.attempts()) }),
        (words.last_outcome, order.last_outcome().map_or(none.clone(), |outcome| html! { code { (outcome) } })),
        (words.next_call, order.due_at().map_or(none, row::moment)),
        (words.created, row::moment(order.created_at())),
        (words.changed, row::moment(order.changed_at())),
        (words.expires, row::moment(order.expires_at())),
        (words.request_id, html! { code { (order.request_id()) } }),
    ];
    html! {
        section class="order" {
            "\n" div class="title" {
                h1 { bdi { (order.invoice_number()) } } " " (row::badge(rank.as_str()))
                @if order.is_unresolved() { " " span class="badge bad" { (words.unresolved) } }
                @if order.close_reason().is_some() { " " span class="badge" { (words.closed) } }
                " " (row::amount(order.amount().get()))
            }
            "\n" p class="meaning" { (meaning::rank(rank, ask.language())) }
            "\n" @if order.is_unresolved() { (row::reasons(order, ask)) p class="hint" { (words.what_to_do) } "\n" }
            (picture::large(rank, effects, words.state))
            "\n" dl { @for (name, value) in &facts { "\n" div { dt { (name) } " " dd { (value) } } } "\n" }
            "\n"
        }
        "\n"
    }
}
