//! The payment page: what the customer sees and presses. It needs no script.

use super::{
    Amount, Escaped, Minute, head, language_link,
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
    let mut main = format!(
        "<p class=\"amount\">{}</p>\n<dl>\n<div><dt>{}</dt><dd>{}</dd></div>\n<div><dt>{}</dt><dd>{}</dd></div>\n</dl>\n\
         <h2>{}</h2>\n{}",
        Amount(u128::from(request.amount.get()) * 100),
        text.invoice_number,
        Escaped(&request.invoice_number),
        text.pay_before,
        Minute(order.expires()),
        text.items,
        items(&request.items, text),
    );
    if order.status != TransactionStatus::Pending {
        main.push_str(&settled(order, open, text));
    }
    if open {
        main.push_str(&buttons(order, language));
        if let Some(cancel) = ways.cancel {
            main.push_str(&format!("<p class=\"way\"><a href=\"{}\">{}</a></p>\n", Escaped(cancel), text.cancel));
        }
    } else {
        main.push_str(&match ways.back {
            Some(back) => {
                format!("<p class=\"way\"><a class=\"primary\" href=\"{}\">{}</a></p>\n", Escaped(back), text.back)
            }
            None => format!("<p class=\"way\">{}</p>\n", text.close),
        });
    }
    document(text.pay_title, &main, &language_link(&format!("/pay/{}", order.token), "", language), language)
}

/// Returns the page for a payment URL that is none.
pub(crate) fn not_found(language: Language) -> String {
    let text = language.texts();
    document(text.not_found_title, &format!("<p>{}</p>\n", text.not_found), "", language)
}

fn document(title: &str, main: &str, switch: &str, language: Language) -> String {
    let text = language.texts();
    format!(
        "{head}<body class=\"payment\">\n\
         <header><p><strong>{simulation}</strong> {no_money}</p>{switch}</header>\n\
         <main>\n<h1>{title}</h1>\n{main}</main>\n\
         <footer><a href=\"/{query}\">{timeline}</a></footer>\n</body>\n</html>\n",
        head = head(title, "", language),
        simulation = text.simulation,
        no_money = text.no_money,
        query = language.query(),
        timeline = text.timeline,
    )
}

/// Returns the list of items. A long one is folded, so that the buttons stay near.
fn items(items: &[Item], text: &Texts) -> String {
    let list = |items: &[Item]| format!("<ul class=\"items\">\n{}</ul>\n", items.iter().map(line).collect::<String>());
    match items.split_at_checked(MOST_ITEMS) {
        Some((first, rest)) if rest.len() > 1 => format!(
            "{}<details>\n<summary>{} {}</summary>\n{}</details>\n",
            list(first),
            rest.len(),
            text.more_items,
            list(rest),
        ),
        _ => list(items),
    }
}

fn line(item: &Item) -> String {
    let price = u128::from(item.price.hundredths());
    let total = price * u128::from(item.quantity);
    format!(
        "<li><span>{}<small>{} × {}</small></span><span>{}</span></li>\n",
        Escaped(&item.name),
        item.quantity,
        Amount(price),
        Amount(total),
    )
}

fn buttons(order: &Order, language: Language) -> String {
    let text = language.texts();
    let button = |action: &str, class: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"/pay/{}/{action}{}\"><button class=\"{class}\">{label}</button></form>\n",
            order.token,
            language.query(),
        )
    };
    let amount = Amount(u128::from(order.request.amount.get()) * 100);
    let mut buttons = button("pay", "primary", &format!("{} {amount}", text.pay));
    buttons.push_str("<div class=\"others\">\n");
    buttons.push_str(&button("decline", "secondary", text.decline));
    if order.status == TransactionStatus::Pending {
        buttons.push_str(&button("expire", "secondary", text.expire));
    }
    buttons.push_str("</div>\n");
    buttons
}

fn settled(order: &Order, open: bool, text: &Texts) -> String {
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
    format!("<p class=\"state {class}\" role=\"status\">{message}</p>\n")
}
