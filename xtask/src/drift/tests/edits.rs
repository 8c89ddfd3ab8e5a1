//! Edits of the page, made by a generator with a seed: each class of change, at each place, in each of four forms.
//!
//! What is expected is computed from the edit: neither the reader nor the comparison has a part in it.

mod expect;
mod fields;
mod hard;
mod parts;
mod words;

use std::collections::BTreeMap;

use self::expect::{Expect, lines};
use super::{CONTRACT, FORMS, drift, read, sheet::Page};
use crate::page::Form;

/// A change of the page, and what is to be said of it.
struct Edit {
    what: String,
    change: Box<dyn Fn(&mut Page)>,
    expect: Vec<Expect>,
    /// Deviations that it overtakes.
    expired: Vec<&'static str>,
    /// What somebody has to read: words of the line that says so.
    unread: Vec<String>,
    /// Forms in which it can be seen; all, unless it says so.
    forms: Vec<Form>,
}

impl Edit {
    fn new(what: impl Into<String>, change: impl Fn(&mut Page) + 'static) -> Self {
        Self {
            what: what.into(),
            change: Box::new(change),
            expect: vec![],
            expired: vec![],
            unread: vec![],
            forms: FORMS.to_vec(),
        }
    }

    fn expect(mut self, expect: Expect) -> Self {
        self.expect.push(expect);
        self
    }

    fn expired(mut self, id: Option<&'static str>) -> Self {
        self.expired.extend(id);
        self
    }

    fn unread(mut self, words: impl Into<String>) -> Self {
        self.unread.push(words.into());
        self
    }

    fn marked_only(mut self) -> Self {
        self.forms = vec![Form::Markdown, Form::Html];
        self
    }
}

/// Numbers that look random, and are the same each time; xorshift.
struct Seed(u64);

impl Seed {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.next(list.len())]
    }
}

/// Tells what is wrong with what is said of an edit in a form.
fn judge(edit: &Edit, form: Form, last: &serde_json::Value) -> Option<String> {
    let mut page = Page::new();
    (edit.change)(&mut page);
    let text = page.write(form);
    let drift = drift(read(&page, form), Some(last));
    let mut found: Vec<_> = drift.changes.iter().chain(&drift.unexplained).map(expect::said).collect();
    let mut expected: Vec<_> = edit.expect.iter().map(|expect| expect.said(&text, form, CONTRACT)).collect();
    found.sort();
    expected.sort();
    let expired: Vec<_> = drift.expired.iter().map(|expired| expired.id.as_str()).collect();
    let unread: Vec<_> = drift.unread().iter().map(|unread| unread.reason.clone()).collect();
    let read = unread.len() == edit.unread.len()
        && edit.unread.iter().all(|words| unread.iter().any(|unread| unread.contains(words)));
    let exact = found == expected && expired == edit.expired && read;
    (!exact).then(|| {
        format!(
            "{} in {}:\n  found    {found:#?}\n  expected {expected:#?}\n  expired {expired:?} / {:?}\n  unread {unread:?} / {:?}\n",
            edit.what,
            form.name(),
            edit.expired,
            edit.unread
        )
    })
}

#[test]
fn each_edit_is_reported_exactly_in_each_form() {
    let mut seed = Seed(0x9e37_79b9_7f4a_7c15);
    let mut edits = fields::edits(&mut seed);
    edits.extend(parts::edits(&mut seed));
    edits.extend(words::edits(&mut seed));
    edits.extend(hard::edits());
    let lasts = FORMS.map(|form| read(&Page::new(), form).to_value());
    let (mut count, mut wrong, mut classes) = (0, Vec::new(), BTreeMap::<String, usize>::new());
    for (at, edit) in edits.iter().enumerate() {
        for (place, form) in FORMS.iter().enumerate().filter(|(_, form)| edit.forms.contains(form)) {
            // Of the forms that the last page may have had each takes its turn.
            let last = &lasts[(at + place) % FORMS.len()];
            count += 1;
            *classes.entry(edit.what.split(':').next().unwrap_or_default().to_owned()).or_default() += 1;
            wrong.extend(
                judge(edit, *form, last)
                    .map(|wrong| format!("after {}: {wrong}", FORMS[(at + place) % FORMS.len()].name())),
            );
        }
    }
    let shown = wrong.iter().take(12).cloned().collect::<String>();
    assert!(wrong.is_empty(), "{} of {count} edits are not exact:\n{shown}", wrong.len());
    assert!(count >= 500, "{count} edits: {classes:?}");
}

#[test]
fn the_lines_that_are_expected_are_those_of_the_contract() {
    // The expectation has its own way to find a line; here it is held against what a person reads.
    for (side, name, fact, text) in [
        ("request", "buyer.phone", "max", "maxLength: 16"),
        ("request", "order.items.kind", "enum", "enum: [toys-and-games, food, other]"),
        ("request", "buyer.email", "mandatory", "required: [email]"),
        ("response", "payment.state", "enum", "x-extensible-enum: [OPEN, SHUT]"),
        ("response", "order.number", "text", "number: { type: string }"),
    ] {
        let line = lines(CONTRACT, side, name, fact);
        assert_eq!(CONTRACT.lines().nth(line - 1).unwrap().trim(), text, "{name} {fact}");
    }
}
