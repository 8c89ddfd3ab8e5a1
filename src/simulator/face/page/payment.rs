//! The payment page: what the customer sees and presses. It needs no script.

use maud::{Markup, html};

use super::{
    Amount, Minute, document, head, language_link,
    text::{Language, PageLanguage, Texts},
};
use crate::doku::order::{Item, Order};
use doku_indodana::TransactionStatus;

/// So many items are shown at once.
const MOST_ITEMS: usize = 4;

/// Where the browser may go from the payment page.
pub(crate) struct Ways<'a> {
    /// Once the order is settled.
    pub(crate) back: Option<&'a str>,
    /// Without paying.
    pub(crate) cancel: Option<&'a str>,
}

/// Returns the payment page of an order. `open` tells whether it can still be paid.
pub(crate) fn payment(order: &Order, ways: &Ways<'_>, open: bool, language: Language) -> String {
    let text = language.texts();
    let request = &order.request;
    let main = html! {
        p class="amount" { (Amount(u128::from(request.amount.get()) * 100)) }
        "\n" dl {
            "\n" div { dt { (text.invoice_number) } dd { (request.invoice_number) } }
            "\n" div { dt { (text.pay_before) } dd { (Minute(order.expires())) } }
            "\n"
        }
        "\n" h2 { (text.items) }
        "\n" (items(&request.items, text))
        @if order.status != TransactionStatus::Pending {
            (settled(order, open, text))
        }
        @if open {
            (buttons(order, language))
            @if let Some(cancel) = ways.cancel {
                p class="way" { a href=(cancel) { (text.cancel) } } "\n"
            }
        } @else if let Some(back) = ways.back {
            p class="way" { a class="primary" href=(back) { (text.back) } } "\n"
        } @else {
            p class="way" { (text.close) } "\n"
        }
    };
    let other = language_link(&format!("/pay/{}", order.token), "", language);
    page(text.pay_title, &main, &other, language)
}

/// Returns the page for a payment URL that is none.
pub(crate) fn not_found(language: Language) -> String {
    let text = language.texts();
    page(text.not_found_title, &html! { p { (text.not_found) } "\n" }, &html! {}, language)
}

fn page(title: &str, main: &Markup, other: &Markup, language: Language) -> String {
    let text = language.texts();
    let body = html! {
        body class="payment" {
            "\n" header { p { strong { (text.simulation) } " " (text.no_money) } (other) }
            "\n" main { "\n" h1 { (title) } "\n" (main) }
            "\n" footer { a href={ "/" (language.query()) } { (text.timeline) } }
            "\n"
        }
    };
    document(&head(title, &html! {}), &body, language)
}

/// Returns the list of items. A long one is folded, so that the buttons stay near.
fn items(items: &[Item], text: &Texts) -> Markup {
    let list = |items: &[Item]| html! { ul class="items" { "\n" @for item in items { (line(item)) } } "\n" };
    match items.split_at_checked(MOST_ITEMS) {
        Some((first, rest)) if rest.len() > 1 => html! {
            (list(first))
            details { "\n" summary { (rest.len()) " " (text.more_items) } "\n" (list(rest)) } "\n"
        },
        _ => list(items),
    }
}

fn line(item: &Item) -> Markup {
    let price = u128::from(item.price.hundredths());
    let total = price * u128::from(item.quantity);
    html! {
        li {
            span { (item.name) small { (item.quantity) " × " (Amount(price)) } }
            span { (Amount(total)) }
        }
        "\n"
    }
}

fn buttons(order: &Order, language: Language) -> Markup {
    let text = language.texts();
    let button = |action: &str, class: &str, label: &str| {
        html! {
            form method="post" action={ "/pay/" (order.token) "/" (action) (language.query()) } {
                button class=(class) { (label) }
            }
            "\n"
        }
    };
    let amount = Amount(u128::from(order.request.amount.get()) * 100);
    html! {
        (button("pay", "primary", &format!("{} {amount}", text.pay)))
        div class="others" {
            "\n" (button("decline", "secondary", text.decline))
            @if order.status == TransactionStatus::Pending {
                (button("expire", "secondary", text.expire))
            }
        }
        "\n"
    }
}

fn settled(order: &Order, open: bool, text: &Texts) -> Markup {
    let (class, message) = match order.status {
        TransactionStatus::Success => ("good", text.paid.to_owned()),
        TransactionStatus::Failed if open => {
            ("bad", format!("{} {} {}.", text.declined_for_now, text.try_again, Minute(order.expires())))
        }
        TransactionStatus::Failed => ("bad", text.declined.to_owned()),
        TransactionStatus::Expired => ("bad", text.expired.to_owned()),
        TransactionStatus::Refunded => ("good", text.refunded.to_owned()),
        _ => ("bad", text.closed.to_owned()),
    };
    html! { p class={ "state " (class) } role="status" { (message) } "\n" }
}
