//! The controls of the timeline: the clock, the next fault, and notifications on request.

use std::time::{SystemTime, UNIX_EPOCH};

use maud::{Markup, html};

use super::{
    Minute,
    card::{Wait, span},
    moment,
    text::PageLanguage,
    timeline::Scene,
};
use crate::{
    doku::fault::{FAULT_HEADER, FaultKind, Stage},
    run::trigger::TRIGGERS,
};
use doku_indodana::TransactionStatus;

/// The plan shows so many entries.
const MOST_PLANNED: usize = 5;

/// The invoice number field proposes so many orders.
const MOST_PROPOSALS: usize = 20;

/// Returns a part of the controls that can be closed.
pub(super) fn fold(id: &str, title: &str, open: bool, content: &Markup) -> Markup {
    html! {
        details class="panel" id=(id) open[open] {
            "\n" summary { h2 { (title) } }
            "\n" (content)
        }
        "\n"
    }
}

/// Returns the clock: what time it is, what is planned, and how to move it.
pub(super) fn clock(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let action = format!("/timeline/clock{}", scene.language.query());
    let content = html! {
        (now(scene))
        form class="buttons" method="post" action=(action) {
            "\n" button name="advance" value="30m" { "+30 " (words.minute) }
            "\n" button name="advance" value="6h" { "+6 " (words.hour) }
            "\n" button name="advance" value="12h" { "+12 " (words.hour) }
            "\n"
        }
        "\n" form class="line" method="post" action=(action) {
            "\n" label {
                (words.advance_by)
                input name="advance" required placeholder="90s, 45m, 2d" autocomplete="off" pattern="[0-9]+(ms|s|m|h|d)?";
            }
            "\n" button { (words.advance) }
            "\n"
        }
        "\n" p class="note" { (words.clock_note) " " (words.clock_shop) }
        "\n"
    };
    fold("clock", words.clock, true, &content)
}

/// Returns the time and what is planned. `data-time` is in milliseconds since 1970.
pub(super) fn now(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let clock = &scene.service.clock;
    let milliseconds = scene.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let forward = clock.advanced();
    let plan = plan(scene);
    html! {
        div id="now" data-time=(milliseconds) data-scale=(clock.scale()) {
            "\n" p class="now" { (moment(scene.now)) " " (words.time_unit) }
            "\n" p class="note" {
                (Minute(scene.now))
                @if !forward.is_zero() { " · " (words.forward_by) " " (span(forward, words)) }
            }
            "\n"
            @if let Some((time, ..)) = plan.first() {
                h3 { (words.planned) }
                "\n" ol class="plan" { "\n" @for entry in &plan { (planned(scene, entry)) } }
                "\n" form class="buttons" method="post" action={ "/timeline/clock" (scene.language.query()) } {
                    @let wait = time.duration_since(scene.now).unwrap_or_default().as_secs() + 1;
                    button name="advance" value={ (wait) "s" } { (words.next) }
                }
                "\n"
            } @else {
                p class="note" { (words.nothing_planned) } "\n"
            }
        }
        "\n"
    }
}

/// Something that happens by itself: when, with which order, and the number of the notification if it is one.
type Planned<'a> = (SystemTime, &'a str, Option<u64>);

fn planned(scene: &Scene<'_>, (time, invoice_number, notification): &Planned<'_>) -> Markup {
    let words = scene.words;
    html! {
        li {
            span { (moment(*time)) " " small { (Wait::until(scene, *time)) } }
            " " span {
                (invoice_number) " "
                @if let Some(number) = notification { (words.notification_due) " " (number) } @else { (words.expires) }
            }
        }
        "\n"
    }
}

/// Returns what happens by itself, the next first: an order expires, or its notification with this number goes out.
fn plan<'a>(scene: &Scene<'a>) -> Vec<Planned<'a>> {
    let pending = scene.memory.orders().iter().filter(|order| order.status == TransactionStatus::Pending);
    let expiries = pending.map(|order| (order.expires(), order.request.invoice_number.as_str(), None));
    let attempts = scene.memory.notifications.iter();
    let attempts = attempts.filter_map(|notification| {
        Some((notification.next?, notification.invoice_number.as_str(), Some(notification.number)))
    });
    let mut plan: Vec<_> = expiries.chain(attempts).collect();
    plan.sort_unstable();
    plan.truncate(MOST_PLANNED);
    plan
}

/// Returns the faults: the next one to ask for, and those that are still to come.
pub(super) fn faults(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let kinds = |stage: Stage| FaultKind::ALL.iter().filter(move |kind| kind.stage == stage);
    let content = html! {
        form class="stack" method="post" action={ "/timeline/fault" (scene.language.query()) } {
            "\n" label {
                (words.fault)
                select name="fault" data-explained="fault-about" {
                    "\n"
                    @for stage in [Stage::Notification, Stage::Answer, Stage::Connection] {
                        optgroup label=(stage.as_str()) { "\n" @for kind in kinds(stage) { (option(kind)) } }
                        "\n"
                    }
                }
            }
            "\n" p class="note" id="fault-about" lang="en" {}
            "\n" label {
                (words.parameter) input name="parameter" autocomplete="off" aria-describedby="fault-parameter";
            }
            "\n" p class="note" id="fault-parameter" { (words.parameter_note) }
            "\n" button { (words.ask) }
            "\n"
        }
        "\n" (armed(scene))
        p class="note" { (words.fault_note) }
        "\n" p class="note" {
            (words.fault_header) " " code { (FAULT_HEADER) ": latency=2s" } ", " (words.fault_invoice_number) " "
            code { "SIM-LATENCY-1" } "."
        }
        "\n" (explained(words.all_faults, FaultKind::ALL.iter().map(|kind| (kind.name, kind.about))))
    };
    fold("faults", words.faults, true, &content)
}

/// Returns what each of some names means, folded.
fn explained<'a>(title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        details {
            "\n" summary { (title) }
            "\n" dl class="list" lang="en" {
                "\n" @for (name, about) in rows { dt { code { (name) } } dd { (about) } "\n" }
            }
            "\n"
        }
        "\n"
    }
}

fn option(kind: &FaultKind) -> Markup {
    let (default, parameter) = kind.parameter.unzip();
    html! {
        option value=(kind.name) data-about=(kind.about) data-default=[default] data-parameter=[parameter] {
            (kind.name) @if let Some(default) = default { "=" (default) }
        }
        "\n"
    }
}

/// Returns the faults that are still to come.
pub(super) fn armed(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let (armed, standing) = (&scene.memory.armed, &scene.memory.standing);
    html! {
        div id="armed" {
            "\n"
            @if !armed.is_empty() {
                h3 { (words.armed) }
                "\n" ul class="armed" { "\n" @for fault in armed { li { code { (fault) } } "\n" } }
                "\n" form class="buttons" method="post" action={ "/timeline/fault/clear" (scene.language.query()) } {
                    button { (words.clear) }
                }
                "\n"
            }
            @if !standing.is_empty() {
                h3 { (words.standing) }
                "\n" ul class="armed" { "\n" @for fault in standing { li { code { (fault) } } "\n" } }
                "\n"
            }
        }
        "\n"
    }
}

/// Returns the form for a notification on request.
pub(super) fn trigger(scene: &Scene<'_>) -> Markup {
    let words = scene.words;
    let latest = scene.memory.orders().iter().rev().take(MOST_PROPOSALS);
    let content = html! {
        form class="stack" method="post" action={ "/timeline/trigger" (scene.language.query()) } {
            "\n" label {
                (words.trigger_kind)
                select name="kind" data-explained="trigger-about" {
                    "\n" @for (kind, about) in TRIGGERS { option value=(kind) data-about=(about) { (kind) } "\n" }
                }
            }
            "\n" p class="note" id="trigger-about" lang="en" {}
            "\n" label {
                (words.invoice_number)
                input name="invoice_number" list="invoice-numbers" autocomplete="off" aria-describedby="trigger-number";
            }
            "\n" datalist id="invoice-numbers" {
                "\n" @for order in latest { option value=(order.request.invoice_number) {} "\n" }
            }
            "\n" p class="note" id="trigger-number" { (words.invoice_number_note) }
            "\n" label {
                (words.url) input name="url" type="url" autocomplete="off" aria-describedby="trigger-url";
            }
            "\n" p class="note" id="trigger-url" { (words.url_note) }
            "\n" button { (words.send) }
            "\n"
        }
        "\n" (explained(words.all_triggers, TRIGGERS.into_iter()))
    };
    fold("trigger", words.trigger, false, &content)
}
