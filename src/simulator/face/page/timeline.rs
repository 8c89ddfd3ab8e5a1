//! The timeline: every order with its events, and the controls. As a page, and as what changed since an event.

use std::{
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

use super::{
    card::card,
    head, language_link, panel, setup, switches,
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
    let more = "<link rel=\"stylesheet\" href=\"/assets/timeline.css\">\n\
                <script src=\"/assets/timeline.js\" defer></script>\n";
    let refresh = match part {
        Part::Latest => "<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>\n",
        Part::Before(_) => "",
    };
    let live = match part {
        Part::Latest => format!(" data-after=\"{last}\" data-changes=\"/timeline/changes{}\"", language.query()),
        Part::Before(_) => String::new(),
    };
    let link = match part {
        Part::Latest => language_link("/", "", language),
        Part::Before(number) => language_link("/", &format!("before={number}"), language),
    };
    let cards = cards(&scene, &events);
    // A newcomer finds what to set where the orders will be.
    let setup = setup::panel(&scene);
    let (first_steps, setup) = if memory.orders().is_empty() {
        (format!("<p class=\"empty\">{}</p>\n{setup}", words.empty), String::new())
    } else {
        (String::new(), setup)
    };
    format!(
        "{head}<body class=\"timeline\"{live}>\n<a class=\"skip\" href=\"#controls\">{skip}</a>\n\
         <header><p><strong>DOKU Indodana</strong> <span>{simulation} {no_money}</span></p>\
         <p><span id=\"connection\" data-on=\"{connected}\" data-off=\"{disconnected}\"></span> \
         <a class=\"narrow\" href=\"#controls\">{to_controls}</a> {link}</p></header>\n\
         <p id=\"alert\" role=\"alert\">{alert}</p>\n<p id=\"news\" class=\"unseen\" role=\"status\" data-done=\"{done}\"></p>\n\
         <div class=\"columns\">\n<main>\n<h1>{timeline}</h1>\n<div id=\"cards\">\n{cards}</div>\n{first_steps}{pages}</main>\n\
         <aside id=\"controls\" aria-label=\"{to_controls}\" tabindex=\"-1\">\n{controls}{setup}</aside>\n</div>\n\
         <footer>{raw}: <a href=\"/simulator/orders\">/simulator/orders</a> \
         <a href=\"/simulator/events\">/simulator/events</a></footer>\n</body>\n</html>\n",
        head = head(words.timeline, &format!("{more}{refresh}"), language),
        skip = words.skip,
        simulation = language.texts().simulation,
        no_money = language.texts().no_money,
        connected = words.connected,
        disconnected = words.disconnected,
        alert = super::Escaped(alert.unwrap_or_default()),
        done = words.done,
        timeline = words.timeline,
        to_controls = words.controls,
        controls = controls(&scene),
        pages = pages(&scene, &events, part),
        raw = words.raw,
    )
}

/// Returns the parts that changed after an event: the clock, the faults asked for, and the cards with their new rows.
pub(crate) fn changes(service: &Service, after: u64, language: Language) -> String {
    let memory = service.memory();
    let scene = Scene::new(service, &memory, language);
    let last = memory.journal.last();
    let first = after.max(last.saturating_sub(MOST_ROWS as u64));
    let events: Vec<_> = memory.journal.after(first).collect();
    let mut parts = format!("<div data-last=\"{last}\"></div>\n{}{}", panel::now(&scene), panel::armed(&scene));
    if events.iter().any(|event| matches!(event.what, Happening::Switched { .. })) {
        parts.push_str(&switches::form(&scene));
    }
    parts + &cards(&scene, &events)
}

fn controls(scene: &Scene<'_>) -> String {
    panel::clock(scene) + &panel::faults(scene) + &panel::trigger(scene) + &switches::panel(scene)
}

/// Returns the cards that have these events, that of the latest event first.
fn cards(scene: &Scene<'_>, events: &[&Event]) -> String {
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
    sorted.into_values().rev().map(card).collect()
}

/// Returns the links to other events.
fn pages(scene: &Scene<'_>, events: &[&Event], part: Part) -> String {
    let words = scene.words;
    let query = scene.language.query();
    let mut links = String::new();
    if matches!(part, Part::Before(_)) {
        links.push_str(&format!("<a href=\"/{query}\" rel=\"next\">{}</a>\n", words.newer));
    }
    let before = |event: &&Event| scene.memory.journal.after(0).next().is_some_and(|first| first.number < event.number);
    if let Some(first) = events.first().filter(|event| before(event)) {
        let and = if query.is_empty() { "?" } else { "&amp;" };
        links.push_str(&format!("<a href=\"/{query}{and}before={}\" rel=\"prev\">{}</a>\n", first.number, words.older));
    }
    if links.is_empty() { links } else { format!("<nav class=\"pages\">\n{links}</nav>\n") }
}
