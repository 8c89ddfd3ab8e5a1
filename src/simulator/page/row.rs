//! One event of the timeline: what happened, with everything that was sent and signed.

use super::{Escaped, Moment, advice::advice, text::Language, words::Words};
use crate::simulator::event::{Delivery, DeliveryResult, Event, Exchange, Happening};

/// The page shows so many bytes of one text.
const LONGEST_TEXT: usize = 16 << 10;

/// Returns the row of an event.
pub(super) fn row(event: &Event, language: Language) -> String {
    let words = Words::of(language);
    let (class, what, more) = match &event.what {
        Happening::Requested(exchange) => requested(exchange, language),
        Happening::Notified(delivery) => notified(delivery, words),
        Happening::Made(order) => {
            ("", format!("{} <code>{}</code>", words.event_made, order.request_id), String::new())
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
         <p class=\"what\">{time} {what}</p>\n{more}</li>\n",
        number = event.number,
        time = Moment(event.time),
    )
}

/// Returns a status or verdict as a coloured word.
pub(super) fn badge(class: &str, word: &str) -> String {
    format!("<span class=\"badge {}\">{}</span>", Escaped(&class.to_ascii_lowercase()), Escaped(word))
}

fn requested(exchange: &Exchange, language: Language) -> (&'static str, String, String) {
    let words = Words::of(language);
    let fine = matches!(exchange.verdict.as_str(), "accepted" | "replayed");
    let status = match exchange.status {
        Some(status) => format!("<b>{status}</b>"),
        None => format!("<b>{}</b>", words.no_answer_sent),
    };
    let what = format!(
        "<span class=\"way\">{}</span> <code>{} {}</code> {} {status}{} <small>{} ms</small>",
        words.shop_to_gateway,
        Escaped(&exchange.method),
        Escaped(&exchange.target),
        badge(if fine { "good" } else { "bad" }, &exchange.verdict),
        by_faults(exchange.faults.iter().map(String::as_str), words),
        exchange.milliseconds,
    );
    let hint =
        advice(&exchange.verdict, language).map_or_else(String::new, |text| format!("<p class=\"hint\">{text}</p>\n"));
    let mut sheet = String::new();
    let unsigned = matches!(exchange.verdict.as_str(), "no_route" | "wrong_method");
    match exchange.string_to_sign.as_deref().filter(|_| !unsigned) {
        Some(text) => sheet.push_str(&block(words.string_to_sign, text, words)),
        None => sheet.push_str(&format!("<h3>{}</h3>\n<p>{}</p>\n", words.string_to_sign, words.no_string_to_sign)),
    }
    sheet.push_str(&header_list(words.headers, &exchange.headers));
    sheet.push_str(&block(words.body, &exchange.body, words));
    sheet.push_str(&header_list(words.answer_headers, &exchange.answer_headers));
    sheet.push_str(&block(words.answer_body, &exchange.answer_body, words));
    if let Some(text) = &exchange.answer_string_to_sign {
        sheet.push_str(&block(words.answer_string_to_sign, text, words));
    }
    (if fine { "" } else { " bad" }, what, hint + &details(&sheet, words))
}

fn notified(delivery: &Delivery, words: &Words) -> (&'static str, String, String) {
    let (result, hint) = match &delivery.result {
        DeliveryResult::Answered { status, .. } if delivery.is_acknowledged() => {
            (format!("{} {}", words.answered, badge("good", &status.to_string())), String::new())
        }
        DeliveryResult::Answered { status, .. } => {
            let hint = format!("{status} {}.", words.unacknowledged);
            (format!("{} {}", words.answered, badge("bad", &status.to_string())), hint)
        }
        DeliveryResult::NoAnswer { reason } => (badge("bad", words.no_answer), reason.clone()),
        DeliveryResult::NotSent { reason } => (badge("bad", words.not_sent), reason.clone()),
    };
    let number = match (delivery.notification, delivery.attempt) {
        (0, _) => words.notification.to_owned(),
        (number, 0) => format!("{} {number}", words.notification),
        (number, attempt) => format!("{} {number}, {} {attempt}", words.notification, words.attempt),
    };
    let to = if delivery.url.is_empty() { String::new() } else { format!(" <code>{}</code>", Escaped(&delivery.url)) };
    let what = format!(
        "<span class=\"way\">{}</span> {number}{to} {result}{} <small>{} ms</small>",
        words.to_shop,
        by_faults(delivery.fault.as_deref().into_iter(), words),
        delivery.milliseconds,
    );
    let mut more = String::new();
    if !hint.is_empty() {
        more.push_str(&format!("<p class=\"hint\">{}</p>\n", Escaped(&hint)));
    }
    if let Some(next) = delivery.next {
        more.push_str(&format!("<p class=\"hint\">{} {} {}</p>\n", words.again_at, Moment(next), words.time_unit));
    }
    let mut sheet = block(words.string_to_sign, &delivery.string_to_sign, words);
    sheet.push_str(&header_list(words.headers, &delivery.headers));
    sheet.push_str(&block(words.body, &delivery.body, words));
    if let DeliveryResult::Answered { answer_headers, answer_body, .. } = &delivery.result {
        sheet.push_str(&header_list(words.answer_headers, answer_headers));
        sheet.push_str(&block(words.answer_body, answer_body, words));
    }
    if !delivery.headers.is_empty() {
        more.push_str(&details(&sheet, words));
    }
    (if delivery.is_acknowledged() { "" } else { " bad" }, what, more)
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
