//! The pages of the local gateway, in English and Indonesian: plain HTML, written here, nothing loaded from elsewhere.

mod text;

use std::fmt::{self, Display, Write};

pub(super) use self::text::Language;
use self::text::Texts;
use super::{
    body::jakarta,
    order::{Item, Order},
};
use crate::{ClientId, TransactionStatus};

const STYLE: &str = include_str!("page/style.css");

/// Returns the payment page of an order. `back` is the merchant's page for the browser, once the order is settled;
/// `open` tells whether it can still be paid.
pub(super) fn payment(order: &Order, back: Option<&str>, open: bool, language: Language) -> String {
    let text = language.texts();
    let request = &order.request;
    let mut main = format!(
        "<p class=\"amount\">{}</p>\n<dl>\n<dt>{}</dt><dd>{}</dd>\n<dt>{}</dt><dd>{}</dd>\n</dl>\n<ul>\n",
        Amount(u128::from(request.amount.get()) * 100),
        text.invoice_number,
        Escaped(&request.invoice_number),
        text.pay_before,
        Minute(order.expires()),
    );
    for item in &request.items {
        main.push_str(&line(item));
    }
    main.push_str("</ul>\n");
    if order.status != TransactionStatus::Pending {
        main.push_str(&settled(&order.status, back, text));
    }
    if open {
        main.push_str(&buttons(order, language));
    }
    let other = language.other();
    let address = format!("/pay/{}{}", order.token, other.query());
    let switch = format!("<a href=\"{address}\" lang=\"{}\">{}</a>", other.code(), other.texts().language);
    document(text.pay_title, &main, &switch, language)
}

/// Returns the list of all orders, newest first.
pub(super) fn orders(orders: &[Order], client_id: &ClientId, language: Language) -> String {
    let text = language.texts();
    let mut main = format!("<dl>\n<dt>Client-Id</dt><dd>{}</dd>\n</dl>\n", Escaped(client_id.as_str()));
    if orders.is_empty() {
        main.push_str(&format!("<p>{}</p>\n", text.no_orders));
    } else {
        main.push_str("<ul>\n");
        for order in orders.iter().rev() {
            main.push_str(&format!(
                "<li><span><a href=\"/pay/{}{}\">{}</a><small>{}</small></span><span>{}<small>{}</small></span></li>\n",
                order.token,
                language.query(),
                Escaped(&order.request.invoice_number),
                Minute(order.created),
                Amount(u128::from(order.request.amount.get()) * 100),
                Escaped(order.status.as_str()),
            ));
        }
        main.push_str("</ul>\n");
    }
    let other = language.other();
    let address = format!("/{}", other.query());
    let switch = format!("<a href=\"{address}\" lang=\"{}\">{}</a>", other.code(), other.texts().language);
    document(text.orders_title, &main, &switch, language)
}

/// Returns the page for a payment URL that is none.
pub(super) fn not_found(language: Language) -> String {
    let text = language.texts();
    document(text.not_found_title, &format!("<p>{}</p>\n", text.not_found), "", language)
}

fn document(title: &str, main: &str, switch: &str, language: Language) -> String {
    let text = language.texts();
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><p><strong>{simulation}</strong> {no_money}</p>{switch}</header>\n\
         <main>\n<h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n",
        code = language.code(),
        simulation = text.simulation,
        no_money = text.no_money,
    )
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
    button("pay", "primary", &format!("{} {amount}", text.pay)) + &button("decline", "secondary", text.decline)
}

fn settled(status: &TransactionStatus, back: Option<&str>, text: &Texts) -> String {
    let (class, message) = match status {
        TransactionStatus::Success => ("good", text.paid),
        TransactionStatus::Failed => ("bad", text.declined),
        _ => ("bad", text.closed),
    };
    let mut html = format!("<p class=\"state {class}\" role=\"status\">{message}</p>\n");
    match back {
        Some(back) => html.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", Escaped(back), text.back)),
        None => html.push_str(&format!("<p>{}</p>\n", text.close)),
    }
    html
}

/// Hundredths of a rupiah as people write them: `Rp100.000`, `Rp19.999,50`.
struct Amount(u128);

impl Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = (self.0 / 100).to_string();
        f.write_str("Rp")?;
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_char('.')?;
            }
            f.write_char(digit)?;
        }
        match self.0 % 100 {
            0 => Ok(()),
            cents => write!(f, ",{cents:02}"),
        }
    }
}

/// A time in Jakarta, to the minute: `2026-01-05 16:45 WIB`.
struct Minute(std::time::SystemTime);

impl Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = jakarta(self.0);
        let text = timestamp.as_str();
        write!(f, "{} {} WIB", text.get(..10).unwrap_or(text), text.get(11..16).unwrap_or_default())
    }
}

/// Text from outside, safe in HTML text and in quoted attributes.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}
