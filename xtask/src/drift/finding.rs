//! A difference, what kind it is, and whom it breaks.

use serde_json::Value;

use crate::diff as judge;

/// What kind a difference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A row that the last reading did not have.
    FieldAdded,
    /// A row of the last reading that is gone.
    FieldRemoved,
    /// A row that is there under another name, or in another object: `name` is the old one, and `now` the new one.
    FieldRenamed,
    /// Words that are struck through now, and say nothing else that changed.
    Struck,
    /// Another type or format.
    Retyped,
    /// Less is allowed.
    Tightened,
    /// More is allowed.
    Loosened,
    /// It must be sent now, or always comes.
    MadeMandatory,
    /// It may be left out now.
    MadeOptional,
    /// It must be sent, or comes, under a condition.
    MadeConditional,
    /// A value more.
    EnumValueAdded,
    /// A value less.
    EnumValueRemoved,
    /// Another value in a sample, or one more or less.
    SampleChanged,
    /// Another address, method, status or result.
    EndpointChanged,
    /// A header more or less, or with another rule.
    HeaderChanged,
    /// Other words, and nothing else that could be read.
    TextOnly,
    /// The page is as it was, and the contract says something else.
    ContractDiffers,
    /// The page is as it was, and its sample breaks its own rule.
    SampleDiffers,
}

impl Class {
    /// Returns the class in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FieldAdded => "field added",
            Self::FieldRemoved => "field removed",
            Self::FieldRenamed => "field renamed",
            Self::Struck => "struck through",
            Self::Retyped => "retyped",
            Self::Tightened => "tightened",
            Self::Loosened => "loosened",
            Self::MadeMandatory => "made mandatory",
            Self::MadeOptional => "made optional",
            Self::MadeConditional => "made conditional",
            Self::EnumValueAdded => "enum value added",
            Self::EnumValueRemoved => "enum value removed",
            Self::SampleChanged => "sample changed",
            Self::EndpointChanged => "endpoint changed",
            Self::HeaderChanged => "header changed",
            Self::TextOnly => "text only",
            Self::ContractDiffers => "contract differs",
            Self::SampleDiffers => "sample breaks its row",
        }
    }

    /// Returns whom the change breaks. `added` is meant for what has come, `mandatory` for a row that must be sent.
    pub(crate) fn breaks(self, side: &str, added: bool, mandatory: bool) -> Breaks {
        let sent = side == "request";
        let (senders, readers) = match self {
            Self::FieldAdded => (mandatory, false),
            Self::FieldRemoved | Self::FieldRenamed | Self::Struck | Self::Retyped | Self::EndpointChanged => {
                (true, true)
            }
            Self::Tightened | Self::MadeMandatory | Self::EnumValueRemoved => (true, false),
            Self::MadeConditional => (!mandatory, mandatory),
            Self::Loosened | Self::MadeOptional | Self::EnumValueAdded => (false, true),
            Self::HeaderChanged => (added, !added),
            Self::SampleChanged | Self::TextOnly | Self::ContractDiffers | Self::SampleDiffers => (false, false),
        };
        match (sent, senders, readers) {
            (true, true, _) => Breaks::Senders,
            (false, _, true) => Breaks::Readers,
            _ => Breaks::None,
        }
    }
}

/// Whom a difference breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// Merchants who send as before.
    Senders,
    /// Those who read as before.
    Readers,
    /// Some of them, as it depends on what they do.
    May,
    /// Nobody.
    None,
}

impl From<judge::Breaks> for Breaks {
    fn from(breaks: judge::Breaks) -> Self {
        match (breaks.senders, breaks.readers) {
            (judge::Level::Breaks, _) => Self::Senders,
            (_, judge::Level::Breaks) => Self::Readers,
            (judge::Level::Says, judge::Level::Says) => Self::None,
            _ => Self::May,
        }
    }
}

impl Breaks {
    /// Returns it in words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Senders => "breaks merchants who send",
            Self::Readers => "breaks those who read",
            Self::May => "may break somebody",
            Self::None => "harmless",
        }
    }
}

/// A difference between the page and the last reading, or between the page and the contract.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) class: Class,
    pub(crate) breaks: Breaks,
    /// `request`, `response`, or `page` for what is outside of tables and samples.
    pub(crate) side: &'static str,
    /// One of the sections of a reading, or `texts`.
    pub(crate) section: &'static str,
    /// Name of the entry.
    pub(crate) name: String,
    /// The fact that differs; empty for the whole entry.
    pub(crate) fact: String,
    /// What stood there: in the last reading, or in the contract.
    pub(crate) before: Value,
    /// What stands on the page now.
    pub(crate) now: Value,
    /// Line of the page; none where something is gone.
    pub(crate) page: Option<usize>,
    /// Line of `spec/openapi.yaml` to edit.
    pub(crate) contract: Option<usize>,
    /// Deviations that explain it.
    pub(crate) deviations: Vec<String>,
}

impl Finding {
    /// Returns the RFC 6901 pointer into the reading.
    pub(crate) fn pointer(&self) -> String {
        let fact = if self.section == "fields" || self.section == "headers" { &self.fact } else { "" };
        self.pointer_to(self.section, &self.name, fact)
    }

    /// Returns the pointer to the rule that a value of a sample breaks.
    pub(crate) fn row_pointer(&self) -> Option<String> {
        (self.class == Class::SampleDiffers).then(|| self.pointer_to("fields", &plain(&self.name), &self.fact))
    }

    fn pointer_to(&self, section: &str, name: &str, fact: &str) -> String {
        let name = name.replace('~', "~0").replace('/', "~1");
        let fact = if fact.is_empty() { String::new() } else { format!("/{fact}") };
        format!("/{}/{section}/{name}{fact}", self.side)
    }

    /// Tells whether a comparison of page and contract shows that the contract has it, or there is nothing to have.
    pub(super) fn shows_in_contract(&self) -> bool {
        let shown: &[&str] = match (self.section, self.side) {
            ("fields", "request") => &["", "name", "type", "mandatory", "enum", "max"],
            ("fields", _) => &["", "name", "type", "mandatory", "enum"],
            ("headers", _) => &["", "name", "max"],
            _ => return true,
        };
        self.class == Class::TextOnly || shown.contains(&self.fact.as_str())
    }

    /// Returns the names of the entry: of one that was renamed both.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        let new = self.now.as_str().filter(|_| self.fact == "name");
        [Some(plain(&self.name)), new.map(plain)].into_iter().flatten()
    }

    /// Tells whether a difference from the contract is the same matter as this change.
    pub(crate) fn covers(&self, difference: &Self) -> bool {
        let other = plain(&difference.name);
        let same_name = self
            .names()
            .any(|name| name == other || other.strip_prefix(&name).is_some_and(|rest| rest.starts_with('.')));
        let same_fact =
            matches!(&*self.fact, "" | "name") || difference.fact.is_empty() || self.fact == difference.fact;
        let rows = ["fields", "sample"];
        let same_section = self.section == difference.section
            || rows.contains(&self.section) && rows.contains(&difference.section) && self.class != Class::TextOnly;
        self.side == difference.side && same_name && same_fact && same_section
    }
}

/// Returns a path of a sample without the places in lists, which is the path of its row.
pub(crate) fn plain(path: &str) -> String {
    path.split('.').map(|part| part.split('[').next().unwrap_or_default()).collect::<Vec<_>>().join(".")
}
