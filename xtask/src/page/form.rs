//! How a page was saved, and what it is about.

use std::sync::LazyLock;

use regex_lite::Regex;

/// How the page was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The text of the page, whose links lost their place and stand at the end.
    Text,
    /// The text of the browser's window, selected and copied.
    Window,
    /// GitBook's Markdown twin.
    Markdown,
    /// The page as saved by a browser.
    Html,
}

impl Form {
    /// Returns the form's name in the stored reading.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Window => "window",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// Tells the form from the text; of the two that are text alone only the reader knows which it is.
    pub(super) fn of(text: &str) -> Self {
        static START: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(
                r"(?i)^(?:<!doctype html|<!--|<\?xml|<(?:html|head|body|main|div|article|section|h1|table|meta)\b)",
            )
            .expect("the pattern is constant and tested")
        });
        let start = text.trim_start();
        if START.is_match(start) {
            return Self::Html;
        }
        let delimiter = |line: &str| {
            line.contains("--") && line.starts_with('|') && line.chars().all(|letter| "|-: ".contains(letter))
        };
        let marked = |line: &str| {
            line.starts_with("```")
                || line.starts_with("{% ")
                || line.starts_with("<table")
                || line.starts_with("***")
                || delimiter(line)
        };
        let heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        let lines = || text.lines().map(str::trim);
        if lines().any(marked) || lines().filter(|line| heading(line)).take(2).count() == 2 {
            return Self::Markdown;
        }
        if text.to_ascii_lowercase().contains("<html") { Self::Html } else { Self::Text }
    }
}

/// Which of DOKU's pages on paylater it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// The page of the contract.
    Indodana,
    Akulaku,
    Kredivo,
}

impl Channel {
    /// Returns the channel of a name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::Indodana, Self::Akulaku, Self::Kredivo].into_iter().find(|channel| channel.name() == name)
    }

    /// Returns its name, which the address of its operation holds.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Indodana => "indodana",
            Self::Akulaku => "akulaku",
            Self::Kredivo => "kredivo",
        }
    }

    /// Returns its name as people write it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Indodana => "Indodana",
            Self::Akulaku => "Akulaku",
            Self::Kredivo => "Kredivo",
        }
    }
}
