//! One event of the timeline: what happened, with everything that was sent and signed.

use maud::{Markup, html};

use super::{advice::advice, moment, text::Language, words::Words};
use crate::{
    doku::fault::Fault,
    told::{
        attempt::{Attempt, AttemptResult},
        event::{Event, Exchange, Happening},
        verdict::Verdict,
    },
};

/// The page shows so many bytes of one text.
const LONGEST_TEXT: usize = 16 << 10;

/// The parts of a row: its class, what happened, and what is below it.
type Parts = (&'static str, Markup, Markup);

/// Returns the row of an event.
pub(super) fn row(event: &Event, language: Language) -> Markup {
    let words = Words::of(language);
    let (class, what, more) = match &event.what {
        Happening::Requested(exchange) => requested(exchange, event.invoice_number.is_none(), language),
        Happening::Notified(attempt) => notified(attempt, language),
        Happening::Made(order) => {
            let class = if order.undeliverable.is_some() { " bad" } else { "" };
            let more = html! {
                @if Fault::is_misnamed(&order.invoice_number) { (hint("", words.no_fault_named)) }
                @if let Some(why) = &order.undeliverable { (hint("", why)) }
            };
            (class, html! { (words.event_made) " " code { (order.request_id) } }, more)
        }
        Happening::Settled(order) => {
            let status = order.status.as_str();
            ("", html! { (words.event_settled) " " (badge(status, status)) }, html! {})
        }
        Happening::Advanced { from } => ("", html! { (words.event_advanced) " " (moment(*from)) }, html! {}),
        Happening::Switched { name, value } => {
            ("", html! { (words.event_switched) ": " code { (name) "=" (value) } }, html! {})
        }
        Happening::Armed { fault } => ("", html! { (words.event_armed) ": " code { (fault) } }, html! {}),
        Happening::Failed { reason } => (" bad", html! { (words.event_failed) ": " (reason) }, html! {}),
    };
    html! {
        li class={ "row" (class) } id={ "event-" (event.number) } data-number=(event.number) {
            "\n" p class="what" { (moment(event.time)) " " small { (words.time_unit) } " " (what) }
            "\n" (more)
        }
        "\n"
    }
}

/// Returns a status or verdict as a coloured word.
pub(super) fn badge(class: &str, word: &str) -> Markup {
    html! { span class={ "badge " (class.to_ascii_lowercase()) } { (word) } }
}

/// Returns a row of a request; one that belongs to no order names the invoice number of its body.
fn requested(exchange: &Exchange, names_order: bool, language: Language) -> Parts {
    let words = Words::of(language);
    let fine = matches!(exchange.verdict.as_str(), "accepted" | "replayed");
    let about = exchange.invoice_number().filter(|_| names_order);
    let what = html! {
        span class="way" { (words.shop_to_simulator) } " " code { (exchange.method) " " (exchange.target) }
        @if let Some(number) = about { " " b { (number) } }
        " " (badge(if fine { "good" } else { "bad" }, &exchange.verdict)) " "
        b { @if let Some(status) = exchange.status { (status) } @else { (words.no_answer_sent) } }
        (by_faults(exchange.faults.iter().map(String::as_str), words))
        " " small { (exchange.milliseconds) " ms" }
    };
    let none = |why: &str| html! { h3 { (words.string_to_sign) } "\n" p { (why) } "\n" };
    let string_to_sign = match (exchange.verdict.as_str(), exchange.string_to_sign.as_deref()) {
        ("no_route", _) => none(words.no_address),
        ("wrong_method", _) => none(words.no_method),
        (_, Some(text)) => block(words.string_to_sign, text, words),
        (_, None) => none(words.no_string_to_sign),
    };
    let sheet = html! {
        (string_to_sign)
        (header_list(words.headers, &exchange.headers))
        (block(words.body, &exchange.body, words))
        (header_list(words.answer_headers, &exchange.answer_headers))
        (block(words.answer_body, &exchange.answer_body, words))
        @if let Some(text) = &exchange.answer_string_to_sign { (block(words.answer_string_to_sign, text, words)) }
    };
    let more = html! {
        @if let Some(text) = advice(exchange, language) { (hint("", &text)) }
        (details(&sheet, words))
    };
    (if fine { "" } else { " bad" }, what, more)
}

fn notified(attempt: &Attempt, language: Language) -> Parts {
    let words = Words::of(language);
    let class = match attempt.verdict() {
        Verdict::Acknowledged | Verdict::Refused => "good",
        Verdict::Answered => "",
        _ => "bad",
    };
    let result = match &attempt.result {
        AttemptResult::Answered { status, .. } => {
            html! { (words.answered) " " (badge(class, &status.to_string())) }
        }
        AttemptResult::NoAnswer { .. } => badge(class, words.no_answer),
        AttemptResult::NotSent { .. } => badge(class, words.not_sent),
    };
    // A forgery must be told from what is only not acknowledged.
    let tone = match attempt.verdict() {
        Verdict::Refused => " good",
        Verdict::Deceived => " wrong",
        _ => "",
    };
    let what = html! {
        span class="way" { (words.to_shop) } " " (words.notification)
        @if attempt.notification > 0 { " " (attempt.notification) }
        @if attempt.notification > 0 && attempt.number > 0 { ", " (words.attempt) " " (attempt.number) }
        @if !attempt.url.is_empty() { " " code { (attempt.url) } }
        " " (result)
        (by_faults(attempt.fault.as_deref().into_iter(), words))
        " " small { (attempt.milliseconds) " ms" }
    };
    let sheet = html! {
        (block(words.string_to_sign, &attempt.string_to_sign, words))
        (header_list(words.headers, &attempt.headers))
        (block(words.body, &attempt.body, words))
        @if let AttemptResult::Answered { answer_headers, answer_body, .. } = &attempt.result {
            (header_list(words.answer_headers, answer_headers))
            (block(words.answer_body, answer_body, words))
        }
    };
    let more = html! {
        @if let Some(advice) = attempt.advice_in(language) {
            (hint(tone, &format!("{advice}.")))
        } @else if let Some(reason) = attempt.reason() {
            (hint("", reason))
        } @else if let Some(text) = attempt.hint_in(language) {
            (hint("", &format!("{text}.")))
        }
        @if let Some(next) = attempt.next {
            p class="hint" { (words.again_at) " " (moment(next)) " " (words.time_unit) } "\n"
        }
        @if !attempt.headers.is_empty() { (details(&sheet, words)) }
    };
    (if class == "bad" { " bad" } else { "" }, what, more)
}

/// Returns what an event means and what to do.
fn hint(tone: &str, text: &str) -> Markup {
    html! { p class={ "hint" (tone) } { (text) } "\n" }
}

fn by_faults<'a>(faults: impl Iterator<Item = &'a str>, words: &Words) -> Markup {
    html! { @for fault in faults { " " span class="fault" { (words.fault_by) " " code { (fault) } } } }
}

fn details(sheet: &Markup, words: &Words) -> Markup {
    html! {
        details { "\n" summary { (words.details) } "\n" div class="sheet" { "\n" (sheet) } "\n" }
        "\n"
    }
}

/// Returns a text exactly as it was, to read and to copy. HTML ignores a first line break, so there is one.
fn block(title: &str, text: &str, words: &Words) -> Markup {
    if text.is_empty() {
        return html! {};
    }
    let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    html! {
        h3 { (title) }
        "\n" div class="text" { pre tabindex="0" { "\n" (text[..end]) } (copy(words)) }
        "\n"
        @if end < text.len() { p { (words.cut) } "\n" }
    }
}

/// Returns the button that copies what stands before it. It shows where there is a script.
pub(super) fn copy(words: &Words) -> Markup {
    html! { button type="button" class="copy" data-copied=(words.copied) hidden { (words.copy) } }
}

fn header_list(title: &str, headers: &[(String, String)]) -> Markup {
    html! {
        @if !headers.is_empty() {
            h3 { (title) }
            "\n" dl class="headers" {
                "\n" @for (name, value) in headers { div { dt { (name) } dd { (value) } } "\n" }
            }
            "\n"
        }
    }
}
