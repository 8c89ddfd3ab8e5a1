//! Which differences between page and contract need no word of their own.

use std::collections::{HashMap, HashSet};

use super::{Finding, plain};
use crate::page::{Scope, Unread};

/// What nobody knows of the page, because it was not understood.
pub(super) struct Hidden<'a> {
    rows: HashSet<&'a str>,
    sections: Vec<(&'static str, &'static str)>,
}

impl<'a> Hidden<'a> {
    pub(super) fn new(unread: &'a [Unread]) -> Self {
        let rows = unread.iter().filter_map(|unread| match &unread.scope {
            Scope::Row(name) => Some(name.as_str()),
            _ => None,
        });
        let sections = unread.iter().filter_map(|unread| match unread.scope {
            Scope::Section(side, section) => Some((side, section)),
            _ => None,
        });
        Self { rows: rows.collect(), sections: sections.collect() }
    }

    fn is_unread(&self, name: &str) -> bool {
        self.rows.contains(name) || self.rows.iter().any(|row| is_like(row, name))
    }

    pub(super) fn hides(&self, difference: &Finding) -> bool {
        let section = |section: &str| self.sections.contains(&(difference.side, section));
        self.is_unread(&plain(&difference.name))
            || section(difference.section)
            || difference.section == "sample" && section("fields")
    }

    pub(super) fn hides_pointer(&self, pointer: &str) -> bool {
        let mut parts = pointer.split('/').skip(1);
        let (side, section, name) = (parts.next(), parts.next(), parts.next());
        self.sections.iter().any(|known| (Some(known.0), Some(known.1)) == (side, section))
            || name.is_some_and(|name| self.is_unread(&plain(name)))
    }
}

/// Tells whether a row that was not understood may be that of a field or a header: `order→total (new)`.
pub(super) fn is_like(unread: &str, name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
    !is_name(unread) && name.len() > 4 && letters(unread).starts_with(&letters(name))
}

/// Changes by the names of what they are about.
pub(super) struct Covers<'a>(HashMap<(&'static str, String), Vec<&'a Finding>>);

impl<'a> Covers<'a> {
    pub(super) fn new(changes: &'a [Finding]) -> Self {
        let mut names = HashMap::<_, Vec<_>>::new();
        for change in changes {
            for name in change.names() {
                names.entry((change.side, name)).or_default().push(change);
            }
        }
        Self(names)
    }

    /// Tells whether a difference from the contract is the same matter as a change: of its name, or of an object around it.
    pub(super) fn covers(&self, difference: &Finding) -> bool {
        let mut name = plain(&difference.name);
        loop {
            let changes = self.0.get(&(difference.side, name.clone()));
            if changes.is_some_and(|changes| changes.iter().any(|change| change.covers(difference))) {
                return true;
            }
            match name.rfind('.') {
                Some(at) => name.truncate(at),
                None => return false,
            }
        }
    }
}
