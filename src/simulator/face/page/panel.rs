//! The controls of the timeline: the clock, the next fault, and notifications on request.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{
    Escaped, Minute, Moment,
    card::{Wait, span},
    text::PageLanguage,
    timeline::Scene,
};
use crate::{
    doku::fault::{FAULT_HEADER, Fault, FaultKind, Stage},
    run::trigger::TRIGGERS,
};
use doku_indodana::TransactionStatus;

/// The plan shows so many entries.
const MOST_PLANNED: usize = 5;

/// The invoice number field proposes so many orders.
const MOST_PROPOSALS: usize = 20;

/// Returns a part of the controls that can be closed.
pub(super) fn fold(id: &str, title: &str, open: bool, content: &str) -> String {
    let open = if open { " open" } else { "" };
    format!("<details class=\"panel\" id=\"{id}\"{open}>\n<summary><h2>{title}</h2></summary>\n{content}</details>\n")
}

/// Returns the clock: what time it is, what is planned, and how to move it.
pub(super) fn clock(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let content = format!(
        "{now}<form class=\"buttons\" method=\"post\" action=\"/timeline/clock{query}\">\n\
         <button name=\"advance\" value=\"30m\">+30 {minute}</button>\n\
         <button name=\"advance\" value=\"6h\">+6 {hour}</button>\n\
         <button name=\"advance\" value=\"12h\">+12 {hour}</button>\n</form>\n\
         <form class=\"line\" method=\"post\" action=\"/timeline/clock{query}\">\n\
         <label>{by}<input name=\"advance\" required placeholder=\"90s, 45m, 2d\" autocomplete=\"off\" \
         pattern=\"[0-9]+(ms|s|m|h|d)?\"></label>\n<button>{advance}</button>\n</form>\n\
         <p class=\"note\">{note} {shop}</p>\n",
        now = now(scene),
        query = scene.language.query(),
        minute = words.minute,
        hour = words.hour,
        by = words.advance_by,
        advance = words.advance,
        note = words.clock_note,
        shop = words.clock_shop,
    );
    fold("clock", words.clock, true, &content)
}

/// Returns the time and what is planned. `data-time` is in milliseconds since 1970.
pub(super) fn now(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let clock = &scene.service.clock;
    let milliseconds = scene.now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let forward = match clock.advanced() {
        moved if moved.is_zero() => String::new(),
        moved => format!(" · {} {}", words.forward_by, span(moved, words)),
    };
    let plan = plan(scene);
    let line = |(time, invoice_number, notification): &(SystemTime, &str, Option<u64>)| {
        let what = match notification {
            Some(number) => format!("{} {number}", words.notification_due),
            None => words.expires.to_owned(),
        };
        format!(
            "<li><span>{} <small>{}</small></span> <span>{} {what}</span></li>\n",
            Moment(*time),
            Wait::until(scene, *time),
            Escaped(invoice_number),
        )
    };
    let lines: String = plan.iter().map(line).collect();
    let lines = match plan.first() {
        None => format!("<p class=\"note\">{}</p>\n", words.nothing_planned),
        Some((time, ..)) => {
            let wait = time.duration_since(scene.now).unwrap_or_default().as_secs() + 1;
            format!(
                "<h3>{}</h3>\n<ol class=\"plan\">\n{lines}</ol>\n\
                 <form class=\"buttons\" method=\"post\" action=\"/timeline/clock{}\">\
                 <button name=\"advance\" value=\"{wait}s\">{}</button></form>\n",
                words.planned,
                scene.language.query(),
                words.next,
            )
        }
    };
    format!(
        "<div id=\"now\" data-time=\"{milliseconds}\" data-scale=\"{scale}\">\n\
         <p class=\"now\">{moment} {unit}</p>\n<p class=\"note\">{minute}{forward}</p>\n{lines}</div>\n",
        scale = clock.scale(),
        moment = Moment(scene.now),
        unit = words.time_unit,
        minute = Minute(scene.now),
    )
}

/// Returns what happens by itself, the next first: an order expires, or its notification with this number goes out.
fn plan<'a>(scene: &Scene<'a>) -> Vec<(SystemTime, &'a str, Option<u64>)> {
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
pub(super) fn faults(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let group = |stage: Stage| {
        let kinds: String = FaultKind::ALL.iter().filter(|kind| kind.stage == stage).map(option).collect();
        format!("<optgroup label=\"{}\">\n{kinds}</optgroup>\n", stage.as_str())
    };
    let groups: String = [Stage::Notification, Stage::Answer, Stage::Connection].into_iter().map(group).collect();
    let list: String = FaultKind::ALL
        .iter()
        .map(|kind| format!("<dt><code>{}</code></dt><dd>{}</dd>\n", kind.name, Escaped(kind.about)))
        .collect();
    let content = format!(
        "<form class=\"stack\" method=\"post\" action=\"/timeline/fault{query}\">\n\
         <label>{fault}<select name=\"fault\" data-explained=\"fault-about\">\n{groups}</select></label>\n\
         <p class=\"note\" id=\"fault-about\" lang=\"en\"></p>\n\
         <label>{parameter}<input name=\"parameter\" autocomplete=\"off\" aria-describedby=\"fault-parameter\"></label>\n\
         <p class=\"note\" id=\"fault-parameter\">{parameter_note}</p>\n<button>{send}</button>\n</form>\n{armed}\
         <p class=\"note\">{note}</p>\n\
         <p class=\"note\">{header} <code>{FAULT_HEADER}: latency=2s</code>, {invoice_number} \
         <code>SIM-LATENCY-1</code>.</p>\n\
         <details>\n<summary>{all}</summary>\n<dl class=\"list\" lang=\"en\">\n{list}</dl>\n</details>\n",
        query = scene.language.query(),
        header = words.fault_header,
        invoice_number = words.fault_invoice_number,
        fault = words.fault,
        parameter = words.parameter,
        parameter_note = words.parameter_note,
        send = words.ask,
        armed = armed(scene),
        note = words.fault_note,
        all = words.all_faults,
    );
    fold("faults", words.faults, true, &content)
}

fn option(kind: &FaultKind) -> String {
    let (default, parameter) = kind.parameter.map_or((String::new(), String::new()), |(default, about)| {
        let default = Escaped(default).to_string();
        (format!("={default}"), format!(" data-default=\"{default}\" data-parameter=\"{}\"", Escaped(about)))
    });
    format!(
        "<option value=\"{name}\" data-about=\"{about}\"{parameter}>{name}{default}</option>\n",
        name = kind.name,
        about = Escaped(kind.about),
    )
}

/// Returns the faults that are still to come.
pub(super) fn armed(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let list = |faults: &mut dyn Iterator<Item = &Fault>| {
        faults.map(|fault| format!("<li><code>{}</code></li>\n", Escaped(&fault.to_string()))).collect::<String>()
    };
    let mut content = String::new();
    let armed = list(&mut scene.memory.armed.iter());
    if !armed.is_empty() {
        content.push_str(&format!(
            "<h3>{}</h3>\n<ul class=\"armed\">\n{armed}</ul>\n\
             <form class=\"buttons\" method=\"post\" action=\"/timeline/fault/clear{}\"><button>{}</button></form>\n",
            words.armed,
            scene.language.query(),
            words.clear,
        ));
    }
    let standing = list(&mut scene.memory.standing.iter());
    if !standing.is_empty() {
        content.push_str(&format!("<h3>{}</h3>\n<ul class=\"armed\">\n{standing}</ul>\n", words.standing));
    }
    format!("<div id=\"armed\">\n{content}</div>\n")
}

/// Returns the form for a notification on request.
pub(super) fn trigger(scene: &Scene<'_>) -> String {
    let words = scene.words;
    let kinds: String = TRIGGERS
        .iter()
        .map(|(kind, about)| format!("<option value=\"{kind}\" data-about=\"{}\">{kind}</option>\n", Escaped(about)))
        .collect();
    let list: String = TRIGGERS
        .iter()
        .map(|(kind, about)| format!("<dt><code>{kind}</code></dt><dd>{}</dd>\n", Escaped(about)))
        .collect();
    let latest = scene.memory.orders().iter().rev().take(MOST_PROPOSALS);
    let proposals: String = latest
        .map(|order| format!("<option value=\"{}\"></option>\n", Escaped(&order.request.invoice_number)))
        .collect();
    let content = format!(
        "<form class=\"stack\" method=\"post\" action=\"/timeline/trigger{query}\">\n\
         <label>{kind}<select name=\"kind\" data-explained=\"trigger-about\">\n{kinds}</select></label>\n\
         <p class=\"note\" id=\"trigger-about\" lang=\"en\"></p>\n\
         <label>{number}<input name=\"invoice_number\" list=\"invoice-numbers\" autocomplete=\"off\" \
         aria-describedby=\"trigger-number\"></label>\n<datalist id=\"invoice-numbers\">\n{proposals}</datalist>\n\
         <p class=\"note\" id=\"trigger-number\">{number_note}</p>\n\
         <label>{url}<input name=\"url\" type=\"url\" autocomplete=\"off\" aria-describedby=\"trigger-url\"></label>\n\
         <p class=\"note\" id=\"trigger-url\">{url_note}</p>\n<button>{send}</button>\n</form>\n\
         <details>\n<summary>{all}</summary>\n<dl class=\"list\" lang=\"en\">\n{list}</dl>\n</details>\n",
        query = scene.language.query(),
        kind = words.trigger_kind,
        number = words.invoice_number,
        number_note = words.invoice_number_note,
        url = words.url,
        url_note = words.url_note,
        send = words.send,
        all = words.all_triggers,
    );
    fold("trigger", words.trigger, false, &content)
}
