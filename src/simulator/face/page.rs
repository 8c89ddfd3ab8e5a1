//! The pages of the simulator, in English and Indonesian: plain HTML, written here, nothing loaded from elsewhere.

mod advice;
mod card;
mod panel;
mod payment;
mod row;
mod setup;
mod switches;
mod text;
mod timeline;
mod words;

use std::{
    fmt::{self, Display, Write},
    time::SystemTime,
};

use maud::{DOCTYPE, Markup, html};

pub(crate) use self::{
    card::id as card_id,
    payment::{Ways, not_found, payment},
    text::{Language, PageLanguage},
    timeline::{Part, changes, timeline},
};
use crate::time::{jakarta, timestamp};

/// What the pages load from the simulator.
pub(crate) const STYLE: &str = include_str!("page/style.css");
pub(crate) const TIMELINE_STYLE: &str = include_str!("page/timeline.css");
pub(crate) const TIMELINE_SCRIPT: &str = include_str!("page/timeline.js");

/// Returns the head of a page; `more` is at its end.
fn head(title: &str, more: &Markup) -> Markup {
    html! {
        head {
            "\n" meta charset="utf-8";
            "\n" meta name="viewport" content="width=device-width, initial-scale=1";
            "\n" meta name="color-scheme" content="light dark";
            "\n" link rel="icon" href="data:,";
            "\n" title { (title) }
            "\n" link rel="stylesheet" href="/assets/style.css";
            "\n" (more)
        }
        "\n"
    }
}

/// Returns a whole page.
fn document(head: &Markup, body: &Markup, language: Language) -> String {
    html! { (DOCTYPE) "\n" html lang=(language.code()) { "\n" (head) (body) "\n" } "\n" }.into_string()
}

/// Returns the link to a page in the other language. `more` is the rest of its query.
fn language_link(path: &str, more: &str, language: Language) -> Markup {
    let other = language.other();
    let query = match (other.query(), more) {
        (query, "") => query.to_owned(),
        ("", more) => format!("?{more}"),
        (query, more) => format!("{query}&{more}"),
    };
    let code = other.code();
    html! { a href={ (path) (query) } lang=(code) hreflang=(code) { (other.texts().language) } }
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
struct Minute(SystemTime);

impl Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = jakarta(self.0);
        let text = timestamp.as_str();
        write!(f, "{} {} WIB", &text[..10], &text[11..16])
    }
}

/// Returns a time in UTC, for machines and people: `2026-01-05 09:45:42`.
fn moment(time: SystemTime) -> Markup {
    let timestamp = timestamp(time);
    let text = timestamp.as_str();
    let (date, time) = (&text[..10], &text[11..19]);
    html! { time datetime=(text) { (date) " " (time) } }
}
