//! One order of the timeline: how it stands, what can be done with it, and its events.

use std::time::{Duration, SystemTime};

use super::{
    Amount, Escaped, Moment,
    row::{badge, row},
    text::PageLanguage,
    timeline::Scene,
    words::Words,
};
use crate::{
    doku::{notification::PlannedNotification, order::Order},
    told::event::Event,
};
use doku_indodana::TransactionStatus;

/// Returns the card of an order, or of what belongs to none, with these events. `notifications` are its notifications.
pub(super) fn card(
    scene: &Scene<'_>,
    invoice_number: Option<&str>,
    notifications: &[&PlannedNotification],
    events: &[&Event],
) -> String {
    let words = scene.words;
    let id = id(invoice_number);
    let head = match (invoice_number, invoice_number.and_then(|number| scene.memory.order(number))) {
        (_, Some(order)) => order_head(scene, order),
        (Some(number), None) => {
            format!("<h2 tabindex=\"-1\">{}</h2>\n<p class=\"facts\">{}</p>\n", Escaped(number), words.unknown_order)
        }
        (None, _) => {
            format!("<h2 tabindex=\"-1\">{}</h2>\n<p class=\"facts\">{}</p>\n", words.simulator, words.simulator_note)
        }
    };
    let notifications: String =
        notifications.iter().map(|notification| notification_line(scene, notification)).collect();
    let notifications = if notifications.is_empty() {
        notifications
    } else {
        format!("<ul class=\"notifications\">\n{notifications}</ul>\n")
    };
    let row = |event: &&Event| row(event, scene.language);
    // An order is a story. At the simulator it is the latest that one looks for.
    let rows: String = match invoice_number {
        Some(_) => events.iter().map(row).collect(),
        None => events.iter().rev().map(row).collect(),
    };
    format!(
        "<article class=\"card\" id=\"{id}\">\n<div class=\"head\">\n{head}{notifications}</div>\n\
         <ol class=\"rows\">\n{rows}</ol>\n</article>\n"
    )
}

/// Returns the id of a card: letters, digits and hyphens of the invoice number, anything else as `_` and hex digits.
pub(crate) fn id(invoice_number: Option<&str>) -> String {
    let Some(invoice_number) = invoice_number else { return "simulator".to_owned() };
    let mut id = "order-".to_owned();
    for byte in invoice_number.bytes() {
        match byte {
            b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => id.push(char::from(byte)),
            other => id.push_str(&format!("_{other:02x}")),
        }
    }
    id
}

fn order_head(scene: &Scene<'_>, order: &Order) -> String {
    let words = scene.words;
    let status = order.status.as_str();
    let mut facts = vec![format!("{} {}", words.made, Moment(order.created))];
    if order.status == TransactionStatus::Pending {
        facts.push(format!("{} {} ({})", words.expires, Moment(order.expires()), Wait::until(scene, order.expires())));
    }
    if order.received > 1 {
        facts.push(format!("{} {}{}", words.received, order.received, words.times));
    }
    facts.push(match order.notification_url(scene.notification_url) {
        Some(url) if scene.service.messenger.destination(url).is_err() => {
            let badge = badge("bad", words.cannot_be_sent);
            format!("{} <code>{}</code> {badge}", words.notifications_to, Escaped(url))
        }
        Some(url) => format!("{} <code>{}</code>", words.notifications_to, Escaped(url)),
        None => format!("{}: {}", words.notification, words.no_notification_url),
    });
    format!(
        "<div class=\"title\"><h2 tabindex=\"-1\">{}</h2> {} <span class=\"amount\">{}</span></div>\n\
         <p class=\"facts\">{}</p>\n{}",
        Escaped(&order.request.invoice_number),
        badge(status, status),
        Amount(u128::from(order.request.amount.get()) * 100),
        facts.join(" · "),
        actions(scene, order),
    )
}

/// Returns the buttons of what can follow the order's status.
fn actions(scene: &Scene<'_>, order: &Order) -> String {
    let words = scene.words;
    let open = order.is_open(scene.now, &scene.memory.switches);
    let possible = [
        (open, "pay", words.action_pay),
        (open, "decline", words.action_decline),
        (order.status == TransactionStatus::Pending, "expire", words.action_expire),
        (order.status == TransactionStatus::Success, "refund", words.action_refund),
    ];
    let buttons: String = possible
        .iter()
        .filter(|(possible, ..)| *possible)
        .map(|(_, action, label)| format!("<button name=\"action\" value=\"{action}\">{label}</button>\n"))
        .collect();
    let query = scene.language.query();
    format!(
        "<form class=\"actions\" method=\"post\" action=\"/timeline/order{query}\">\n\
         <a class=\"button\" href=\"/pay/{}{query}\" target=\"_blank\" rel=\"noopener\">{}</a>\n\
         <input type=\"hidden\" name=\"invoice_number\" value=\"{}\">\n{buttons}</form>\n",
        order.token,
        words.payment_page,
        Escaped(&order.request.invoice_number),
    )
}

fn notification_line(scene: &Scene<'_>, notification: &PlannedNotification) -> String {
    let words = scene.words;
    let next = notification.next.map_or_else(String::new, |next| {
        format!(" · {} {} ({})", words.again_at, Moment(next), Wait::until(scene, next))
    });
    format!(
        "<li><form method=\"post\" action=\"/timeline/notification{query}\">\
         <span>{notification} {number} · {sent} {attempts}{times}{next}</span> \
         <button name=\"notification\" value=\"{number}\">{again}</button></form></li>\n",
        query = scene.language.query(),
        notification = words.notification,
        number = notification.number,
        sent = words.sent,
        attempts = notification.attempts,
        times = words.times,
        again = words.send_again,
    )
}

/// A time from now, in one unit: `in 30 min`.
pub(super) struct Wait<'a> {
    wait: Duration,
    words: &'a Words,
}

impl<'a> Wait<'a> {
    pub(super) fn until(scene: &Scene<'a>, time: SystemTime) -> Self {
        Self { wait: time.duration_since(scene.now).unwrap_or_default(), words: scene.words }
    }
}

impl std::fmt::Display for Wait<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.words.in_time, span(self.wait, self.words))
    }
}

/// Returns a length of time in its two largest units: `6 h 30 min`.
pub(super) fn span(time: Duration, words: &Words) -> String {
    // From a minute on to the nearest minute.
    let seconds = match time.as_secs() {
        seconds @ 0..60 => seconds,
        seconds => (seconds + 30) / 60 * 60,
    };
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} {}", words.second),
        (0, minutes) => format!("{minutes} {}", words.minute),
        (hours, 0) => format!("{hours} {}", words.hour),
        (hours, minutes) => format!("{hours} {} {minutes} {}", words.hour, words.minute),
    }
}
