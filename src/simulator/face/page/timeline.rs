//! The timeline: every order with its events, and the controls. As a page, and as what changed since an event.

use std::{
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

use maud::{Markup, html};

use super::{
    card::card,
    document, head, language_link, panel, setup, switches,
    text::{Language, PageLanguage},
    words::Words,
};
use crate::{
    doku::notification::PlannedNotification,
    run::{memory::Memory, service::Service},
    told::event::{Event, Happening},
};

/// So many events are on one page.
const MOST_ROWS: usize = 200;

/// What the parts of the timeline are made of.
pub(super) struct Scene<'a> {
    pub(super) service: &'a Service,
    pub(super) memory: &'a Memory,
    pub(super) notification_url: Option<&'a str>,
    pub(super) now: SystemTime,
    pub(super) language: Language,
    pub(super) words: &'static Words,
}

impl<'a> Scene<'a> {
    fn new(service: &'a Service, memory: &'a Memory, language: Language) -> Self {
        let notification_url = service.notification_url.as_deref();
        Self { service, memory, notification_url, now: service.clock.now(), language, words: Words::of(language) }
    }
}

/// Which part of the events a page shows.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// The latest. The page keeps itself up to date.
    Latest,
    /// Those before this number.
    Before(u64),
}

/// Returns the page. `alert` is what could not be done.
pub(crate) fn timeline(service: &Service, part: Part, alert: Option<&str>, language: Language) -> String {
    let memory = service.memory();
    let scene = Scene::new(service, &memory, language);
    let words = scene.words;
    let last = memory.journal.last();
    let end = match part {
        Part::Latest => last + 1,
        Part::Before(number) => number.min(last + 1),
    };
    let first = end.saturating_sub(MOST_ROWS as u64 + 1);
    let events: Vec<_> = memory.journal.after(first).take_while(|event| event.number < end).collect();
    let latest = matches!(part, Part::Latest);
    let more = html! {
        link rel="stylesheet" href="/assets/timeline.css";
        "\n" script src="/assets/timeline.js" defer {}
        "\n"
        @if latest { noscript { meta http-equiv="refresh" content="15"; } "\n" }
    };
    let link = match part {
        Part::Latest => language_link("/", "", language),
        Part::Before(number) => language_link("/", &format!("before={number}"), language),
    };
    let changes = latest.then(|| format!("/timeline/changes{}", language.query()));
    // A newcomer finds what to set where the orders will be.
    let new = memory.orders().is_empty();
    let body = html! {
        body class="timeline" data-after=[latest.then_some(last)] data-changes=[changes] {
            "\n" a class="skip" href="#controls" { (words.skip) }
            "\n" header {
                p {
                    strong { "DOKU Indodana" } " "
                    span { (language.texts().simulation) " " (language.texts().no_money) }
                }
                "\n" p {
                    span id="connection" data-on=(words.connected) data-off=(words.disconnected) {}
                    " " a class="narrow" href="#controls" { (words.controls) } " " (link)
                }
            }
            "\n" p id="alert" role="alert" { (alert.unwrap_or_default()) }
            "\n" p id="news" class="unseen" role="status" data-done=(words.done) {}
            "\n" div class="columns" {
                "\n" main {
                    "\n" h1 { (words.timeline) }
                    "\n" div id="cards" { "\n" (cards(&scene, &events)) }
                    "\n"
                    @if new { p class="empty" { (words.empty) } "\n" (setup::panel(&scene)) }
                    (pages(&scene, &events, part))
                }
                "\n" aside id="controls" aria-label=(words.controls) tabindex="-1" {
                    "\n" (controls(&scene))
                    @if !new { (setup::panel(&scene)) }
                }
                "\n"
            }
            "\n" footer {
                (words.raw) ": " a href="/simulator/orders" { "/simulator/orders" }
                " " a href="/simulator/events" { "/simulator/events" }
            }
            "\n"
        }
    };
    document(&head(words.timeline, &more), &body, language)
}

/// Returns the parts that changed after an event: the clock, the faults asked for, and the cards with their new rows.
pub(crate) fn changes(service: &Service, after: u64, language: Language) -> String {
    let memory = service.memory();
    let scene = Scene::new(service, &memory, language);
    let last = memory.journal.last();
    let first = after.max(last.saturating_sub(MOST_ROWS as u64));
    let events: Vec<_> = memory.journal.after(first).collect();
    let switched = events.iter().any(|event| matches!(event.what, Happening::Switched { .. }));
    html! {
        div data-last=(last) {}
        "\n" (panel::now(&scene)) (panel::armed(&scene))
        @if switched { (switches::form(&scene)) }
        (cards(&scene, &events))
    }
    .into_string()
}

fn controls(scene: &Scene<'_>) -> Markup {
    html! { (panel::clock(scene)) (panel::faults(scene)) (panel::trigger(scene)) (switches::panel(scene)) }
}

/// Returns the cards that have these events, that of the latest event first.
fn cards(scene: &Scene<'_>, events: &[&Event]) -> Markup {
    let mut groups: HashMap<Option<&str>, Vec<&Event>> = HashMap::new();
    for event in events {
        groups.entry(event.invoice_number.as_deref()).or_default().push(event);
    }
    let mut notifications: HashMap<&str, Vec<&PlannedNotification>> = HashMap::new();
    for notification in &scene.memory.notifications {
        if groups.contains_key(&Some(notification.invoice_number.as_str())) {
            notifications.entry(&notification.invoice_number).or_default().push(notification);
        }
    }
    let latest = |events: &[&Event]| events.last().map_or(0, |event| event.number);
    let sorted: BTreeMap<u64, _> =
        groups.into_iter().map(|(number, events)| (latest(&events), (number, events))).collect();
    let card = |(number, events): (Option<&str>, Vec<&Event>)| {
        let notifications = number.and_then(|number| notifications.get(number)).map_or(&[][..], Vec::as_slice);
        card(scene, number, notifications, &events)
    };
    html! { @for entry in sorted.into_values().rev() { (card(entry)) } }
}

/// Returns the links to other events.
fn pages(scene: &Scene<'_>, events: &[&Event], part: Part) -> Markup {
    let words = scene.words;
    let query = scene.language.query();
    let newer = matches!(part, Part::Before(_));
    let earliest = scene.memory.journal.after(0).next().map_or(0, |event| event.number);
    let older = events.first().filter(|event| earliest < event.number);
    html! {
        @if newer || older.is_some() {
            nav class="pages" {
                "\n"
                @if newer { a href={ "/" (query) } rel="next" { (words.newer) } "\n" }
                @if let Some(first) = older {
                    @let and = if query.is_empty() { "?" } else { "&" };
                    a href={ "/" (query) (and) "before=" (first.number) } rel="prev" { (words.older) } "\n"
                }
            }
            "\n"
        }
    }
}
