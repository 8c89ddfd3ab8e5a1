//! A difference, what kind it is, and whom it breaks.

use serde_json::Value;

use crate::diff::{Breaks, Level};

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

    /// Returns whom the change breaks where no edit of the contract follows it. `added` is meant for what has come,
    /// `mandatory` for a row that must be sent, or had to be.
    ///
    /// Where an edit follows it, `diff` judges the edit; what it says of an answer's wider limit or known value is said here too.
    pub(crate) fn breaks(self, side: &str, added: bool, mandatory: bool) -> Breaks {
        let broken = |is: bool| if is { Level::Breaks } else { Level::Says };
        let (senders, readers) = match self {
            Self::FieldAdded => (broken(mandatory), Level::Says),
            Self::FieldRemoved | Self::FieldRenamed | Self::Struck | Self::Retyped | Self::EndpointChanged => {
                (Level::Breaks, Level::Breaks)
            }
            Self::Tightened | Self::MadeMandatory | Self::EnumValueRemoved => (Level::Breaks, Level::Says),
            Self::MadeConditional => (if mandatory { Level::Says } else { Level::MayBreak }, broken(mandatory)),
            Self::MadeOptional => (Level::Says, Level::Breaks),
            Self::Loosened | Self::EnumValueAdded => (Level::Says, Level::MayBreak),
            Self::HeaderChanged => (broken(added), broken(!added)),
            Self::SampleChanged | Self::TextOnly | Self::ContractDiffers | Self::SampleDiffers => {
                (Level::Says, Level::Says)
            }
        };
        match side {
            "request" => Breaks { senders, ..Breaks::default() },
            "response" => Breaks { readers, ..Breaks::default() },
            _ => Breaks::default(),
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

    /// Returns whom it may break that something must be sent under a condition now. The contract has no conditions.
    pub(super) fn condition(&self) -> Breaks {
        let now = if self.fact == "mandatory" { &self.now } else { &self.now["mandatory"] };
        let is_new = self.fact == "mandatory" && self.before != "mandatory" || self.class == Class::FieldAdded;
        let senders =
            if self.side == "request" && is_new && now == "conditional" { Level::MayBreak } else { Level::Says };
        Breaks { senders, ..Breaks::default() }
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
