//! One event of the timeline: what happened, with everything that was sent and signed.

use super::{Escaped, Moment, advice::advice, text::Language, words::Words};
use crate::{
    doku::fault::Fault,
    told::{
        event::{Attempt, AttemptResult, Event, Exchange, Happening},
        verdict::Verdict,
    },
};

/// The page shows so many bytes of one text.
const LONGEST_TEXT: usize = 16 << 10;

/// Returns the row of an event.
pub(super) fn row(event: &Event, language: Language) -> String {
    let words = Words::of(language);
    let (class, what, more) = match &event.what {
        Happening::Requested(exchange) => requested(exchange, event.invoice_number.is_none(), language),
        Happening::Notified(attempt) => notified(attempt, language),
        Happening::Made(order) => {
            let note =
                if Fault::is_misnamed(&order.invoice_number) { hint("", words.no_fault_named) } else { String::new() };
            let class = if order.undeliverable.is_some() { " bad" } else { "" };
            let undeliverable = order.undeliverable.as_deref().map(|why| hint("", &Escaped(why).to_string()));
            let more = note + &undeliverable.unwrap_or_default();
            (class, format!("{} <code>{}</code>", words.event_made, order.request_id), more)
        }
        Happening::Settled(order) => {
            let status = order.status.as_str();
            ("", format!("{} {}", words.event_settled, badge(status, status)), String::new())
        }
        Happening::Advanced { from } => ("", format!("{} {}", words.event_advanced, Moment(*from)), String::new()),
        Happening::Switched { name, value } => {
            let what = format!("{}: <code>{}={}</code>", words.event_switched, Escaped(name), Escaped(value));
            ("", what, String::new())
        }
        Happening::Armed { fault } => {
            ("", format!("{}: <code>{}</code>", words.event_armed, Escaped(fault)), String::new())
        }
        Happening::Failed { reason } => (" bad", format!("{}: {}", words.event_failed, Escaped(reason)), String::new()),
    };
    format!(
        "<li class=\"row{class}\" id=\"event-{number}\" data-number=\"{number}\">\n\
         <p class=\"what\">{time} <small>{unit}</small> {what}</p>\n{more}</li>\n",
        number = event.number,
        time = Moment(event.time),
        unit = words.time_unit,
    )
}

/// Returns a status or verdict as a coloured word.
pub(super) fn badge(class: &str, word: &str) -> String {
    format!("<span class=\"badge {}\">{}</span>", Escaped(&class.to_ascii_lowercase()), Escaped(word))
}

/// Returns a row of a request; one that belongs to no order names the invoice number of its body.
fn requested(exchange: &Exchange, names_order: bool, language: Language) -> (&'static str, String, String) {
    let words = Words::of(language);
    let fine = matches!(exchange.verdict.as_str(), "accepted" | "replayed");
    let status = match exchange.status {
        Some(status) => format!("<b>{status}</b>"),
        None => format!("<b>{}</b>", words.no_answer_sent),
    };
    let about = exchange.invoice_number().filter(|_| names_order);
    let about = about.map_or_else(String::new, |number| format!(" <b>{}</b>", Escaped(&number)));
    let what = format!(
        "<span class=\"way\">{}</span> <code>{} {}</code>{about} {} {status}{} <small>{} ms</small>",
        words.shop_to_simulator,
        Escaped(&exchange.method),
        Escaped(&exchange.target),
        badge(if fine { "good" } else { "bad" }, &exchange.verdict),
        by_faults(exchange.faults.iter().map(String::as_str), words),
        exchange.milliseconds,
    );
    let advice = advice(exchange, language).map_or_else(String::new, |text| hint("", &text));
    let mut sheet = String::new();
    let none = |why| format!("<h3>{}</h3>\n<p>{why}</p>\n", words.string_to_sign);
    sheet.push_str(&match (exchange.verdict.as_str(), exchange.string_to_sign.as_deref()) {
        ("no_route", _) => none(words.no_address),
        ("wrong_method", _) => none(words.no_method),
        (_, Some(text)) => block(words.string_to_sign, text, words),
        (_, None) => none(words.no_string_to_sign),
    });
    sheet.push_str(&header_list(words.headers, &exchange.headers));
    sheet.push_str(&block(words.body, &exchange.body, words));
    sheet.push_str(&header_list(words.answer_headers, &exchange.answer_headers));
    sheet.push_str(&block(words.answer_body, &exchange.answer_body, words));
    if let Some(text) = &exchange.answer_string_to_sign {
        sheet.push_str(&block(words.answer_string_to_sign, text, words));
    }
    (if fine { "" } else { " bad" }, what, advice + &details(&sheet, words))
}

fn notified(attempt: &Attempt, language: Language) -> (&'static str, String, String) {
    let words = Words::of(language);
    let class = match attempt.verdict() {
        Verdict::Acknowledged | Verdict::Refused => "good",
        Verdict::Answered => "",
        _ => "bad",
    };
    let result = match &attempt.result {
        AttemptResult::Answered { status, .. } => format!("{} {}", words.answered, badge(class, &status.to_string())),
        AttemptResult::NoAnswer { .. } => badge(class, words.no_answer),
        AttemptResult::NotSent { .. } => badge(class, words.not_sent),
    };
    // A forgery must be told from what is only not acknowledged.
    let tone = match attempt.verdict() {
        Verdict::Refused => " good",
        Verdict::Deceived => " wrong",
        _ => "",
    };
    let number = match (attempt.notification, attempt.number) {
        (0, _) => words.notification.to_owned(),
        (number, 0) => format!("{} {number}", words.notification),
        (number, attempt) => format!("{} {number}, {} {attempt}", words.notification, words.attempt),
    };
    let to = if attempt.url.is_empty() { String::new() } else { format!(" <code>{}</code>", Escaped(&attempt.url)) };
    let what = format!(
        "<span class=\"way\">{}</span> {number}{to} {result}{} <small>{} ms</small>",
        words.to_shop,
        by_faults(attempt.fault.as_deref().into_iter(), words),
        attempt.milliseconds,
    );
    let mut more = match (attempt.advice_in(language), attempt.reason()) {
        (Some(advice), _) => hint(tone, &format!("{advice}.")),
        (None, Some(reason)) => hint("", &Escaped(reason).to_string()),
        (None, None) => {
            attempt.hint_in(language).map_or_else(String::new, |text| hint("", &format!("{}.", Escaped(text))))
        }
    };
    if let Some(next) = attempt.next {
        more.push_str(&format!("<p class=\"hint\">{} {} {}</p>\n", words.again_at, Moment(next), words.time_unit));
    }
    let mut sheet = block(words.string_to_sign, &attempt.string_to_sign, words);
    sheet.push_str(&header_list(words.headers, &attempt.headers));
    sheet.push_str(&block(words.body, &attempt.body, words));
    if let AttemptResult::Answered { answer_headers, answer_body, .. } = &attempt.result {
        sheet.push_str(&header_list(words.answer_headers, answer_headers));
        sheet.push_str(&block(words.answer_body, answer_body, words));
    }
    if !attempt.headers.is_empty() {
        more.push_str(&details(&sheet, words));
    }
    (if class == "bad" { " bad" } else { "" }, what, more)
}

/// Returns what an event means and what to do, as HTML.
fn hint(tone: &str, text: &str) -> String {
    format!("<p class=\"hint{tone}\">{text}</p>\n")
}

fn by_faults<'a>(faults: impl Iterator<Item = &'a str>, words: &Words) -> String {
    faults
        .map(|fault| format!(" <span class=\"fault\">{} <code>{}</code></span>", words.fault_by, Escaped(fault)))
        .collect()
}

fn details(sheet: &str, words: &Words) -> String {
    format!("<details>\n<summary>{}</summary>\n<div class=\"sheet\">\n{sheet}</div>\n</details>\n", words.details)
}

/// Returns a text exactly as it was, to read and to copy. HTML ignores a first line break, so there is one.
fn block(title: &str, text: &str, words: &Words) -> String {
    if text.is_empty() {
        return String::new();
    }
    let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let cut = if end < text.len() { format!("<p>{}</p>\n", words.cut) } else { String::new() };
    format!(
        "<h3>{title}</h3>\n<div class=\"text\"><pre tabindex=\"0\">\n{}</pre>{}</div>\n{cut}",
        Escaped(&text[..end]),
        copy(words),
    )
}

/// Returns the button that copies what stands before it. It shows where there is a script.
pub(super) fn copy(words: &Words) -> String {
    format!("<button type=\"button\" class=\"copy\" data-copied=\"{}\" hidden>{}</button>", words.copied, words.copy)
}

fn header_list(title: &str, headers: &[(String, String)]) -> String {
    if headers.is_empty() {
        return String::new();
    }
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>\n", Escaped(name), Escaped(value)))
        .collect();
    format!("<h3>{title}</h3>\n<dl class=\"headers\">\n{lines}</dl>\n")
}
