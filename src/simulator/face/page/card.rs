//! One order of the timeline: how it stands, what can be done with it, and its events.

use std::time::{Duration, SystemTime};

use maud::{Markup, html};

use super::{
    Amount, moment,
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
) -> Markup {
    let words = scene.words;
    let plain = |title: &str, facts: &str| {
        html! { h2 tabindex="-1" { (title) } "\n" p class="facts" { (facts) } "\n" }
    };
    let head = match (invoice_number, invoice_number.and_then(|number| scene.memory.order(number))) {
        (_, Some(order)) => order_head(scene, order),
        (Some(number), None) => plain(number, words.unknown_order),
        (None, _) => plain(words.simulator, words.simulator_note),
    };
    // An order is a story. At the simulator it is the latest that one looks for.
    let rows: Vec<_> = match invoice_number {
        Some(_) => events.iter().map(|event| row(event, scene.language)).collect(),
        None => events.iter().rev().map(|event| row(event, scene.language)).collect(),
    };
    html! {
        article class="card" id=(id(invoice_number)) {
            "\n" div class="head" {
                "\n" (head)
                @if !notifications.is_empty() {
                    ul class="notifications" {
                        "\n" @for notification in notifications { (notification_line(scene, notification)) }
                    }
                    "\n"
                }
            }
            "\n" ol class="rows" { "\n" @for row in rows { (row) } }
            "\n"
        }
        "\n"
    }
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

fn order_head(scene: &Scene<'_>, order: &Order) -> Markup {
    let words = scene.words;
    let status = order.status.as_str();
    let url = order.notification_url(scene.notification_url);
    html! {
        div class="title" {
            h2 tabindex="-1" { (order.request.invoice_number) } " " (badge(status, status)) " "
            span class="amount" { (Amount(u128::from(order.request.amount.get()) * 100)) }
        }
        "\n" p class="facts" {
            (words.made) " " (moment(order.created))
            @if order.status == TransactionStatus::Pending {
                " · " (words.expires) " " (moment(order.expires())) " (" (Wait::until(scene, order.expires())) ")"
            }
            @if order.received > 1 {
                " · " (words.received) " " (order.received) (words.times)
            }
            " · "
            @if let Some(url) = url {
                (words.notifications_to) " " code { (url) }
                @if scene.service.messenger.destination(url).is_err() {
                    " " (badge("bad", words.cannot_be_sent))
                }
            } @else {
                (words.notification) ": " (words.no_notification_url)
            }
        }
        "\n" (actions(scene, order))
    }
}

/// Returns the buttons of what can follow the order's status.
fn actions(scene: &Scene<'_>, order: &Order) -> Markup {
    let words = scene.words;
    let open = order.is_open(scene.now, &scene.memory.switches);
    let possible = [
        (open, "pay", words.action_pay),
        (open, "decline", words.action_decline),
        (order.status == TransactionStatus::Pending, "expire", words.action_expire),
        (order.status == TransactionStatus::Success, "refund", words.action_refund),
    ];
    let query = scene.language.query();
    html! {
        form class="actions" method="post" action={ "/timeline/order" (query) } {
            "\n" a class="button" href={ "/pay/" (order.token) (query) } target="_blank" rel="noopener" {
                (words.payment_page)
            }
            "\n" input type="hidden" name="invoice_number" value=(order.request.invoice_number);
            "\n"
            @for (_, action, label) in possible.iter().filter(|(possible, ..)| *possible) {
                button name="action" value=(action) { (label) } "\n"
            }
        }
        "\n"
    }
}

fn notification_line(scene: &Scene<'_>, notification: &PlannedNotification) -> Markup {
    let words = scene.words;
    html! {
        li {
            form method="post" action={ "/timeline/notification" (scene.language.query()) } {
                span {
                    (words.notification) " " (notification.number) " · " (words.sent) " " (notification.attempts)
                    (words.times)
                    @if let Some(next) = notification.next {
                        " · " (words.again_at) " " (moment(next)) " (" (Wait::until(scene, next)) ")"
                    }
                }
                " " button name="notification" value=(notification.number) { (words.send_again) }
            }
        }
        "\n"
    }
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
