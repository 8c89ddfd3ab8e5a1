//! What is expected of an edit, and where it stands on the page and in the contract: found by the text of both alone.

use serde_json::Value;

use super::super::super::finding::Finding;
use crate::page::Form;

/// A finding that an edit must have.
#[derive(Clone, Debug)]
pub(super) struct Expect {
    pub(super) class: &'static str,
    pub(super) breaks: &'static str,
    pub(super) side: &'static str,
    pub(super) section: &'static str,
    pub(super) name: String,
    pub(super) fact: &'static str,
    /// As JSON; nothing where only a hash could be said.
    pub(super) before: Option<Value>,
    pub(super) now: Option<Value>,
    /// Where it stands on the page.
    pub(super) place: Place,
    /// The line of the contract.
    pub(super) contract: Line,
}

/// Where something stands on the page.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// A row of the table below a heading.
    Row(&'static str, String),
    /// The only line that has these words.
    Words(String),
    /// The second row of the status.
    Last(&'static str),
    /// It is gone.
    Gone,
}

/// A line of the contract.
#[derive(Clone, Debug)]
pub(super) enum Line {
    /// Of a fact of a field.
    Fact,
    /// The first that has these words.
    Words(&'static str),
    /// The one below the first with these words that has the second ones.
    Below(&'static str, &'static str),
}

pub(super) const SENDERS: &str = "breaks those who send";
pub(super) const READERS: &str = "breaks those who read";
pub(super) const MAY_SENDERS: &str = "may break those who send";
pub(super) const MAY_READERS: &str = "may break those who read";
pub(super) const NOBODY: &str = "breaks nobody";

impl Expect {
    /// Returns what is said of a row of fields.
    pub(super) fn row(
        class: &'static str,
        breaks: &'static str,
        side: &'static str,
        name: &str,
        fact: &'static str,
    ) -> Self {
        Self {
            class,
            breaks,
            side,
            section: "fields",
            name: name.to_owned(),
            fact,
            before: None,
            now: None,
            place: Place::Row(
                if side == "request" { "Request Body Explanation" } else { "Response Body Explanation" },
                name.to_owned(),
            ),
            contract: Line::Fact,
        }
    }

    pub(super) fn values(mut self, before: impl Into<Value>, now: impl Into<Value>) -> Self {
        (self.before, self.now) = (Some(before.into()), Some(now.into()));
        self
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(super) fn line(mut self, line: Line) -> Self {
        self.contract = line;
        self
    }

    pub(super) fn section(mut self, section: &'static str) -> Self {
        self.section = section;
        self
    }

    /// Returns it as a line, with what it is on this page.
    pub(super) fn said(&self, page: &str, form: Form, contract: &str) -> String {
        let place = match &self.place {
            Place::Gone => None,
            Place::Words(words) => Some(
                1 + page
                    .lines()
                    .position(|line| line.contains(words))
                    .unwrap_or_else(|| panic!("{words} stands nowhere")),
            ),
            Place::Last(value) => Some(last(page, form, value)),
            Place::Row(heading, name) => Some(row(page, form, heading, name)),
        };
        let find = |words: &str, from: usize| {
            from + 1 + contract.lines().skip(from).position(|line| line.contains(words)).unwrap()
        };
        let line = match self.contract {
            Line::Fact => lines(contract, self.side, &self.name, self.fact),
            Line::Words(words) => find(words, 0),
            Line::Below(first, words) => find(words, find(first, 0)),
        };
        line_of(
            self.class,
            self.breaks,
            self.side,
            self.section,
            &self.name,
            self.fact,
            self.before.as_ref(),
            self.now.as_ref(),
            place,
            line,
        )
    }
}

/// Returns a finding as a line of the same kind.
pub(super) fn said(finding: &Finding) -> String {
    let hash = |value: &Value| {
        value.as_str().is_some_and(|text| text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            || value.is_array() && finding.fact == "text"
    };
    let text = finding.fact == "text" || hash(&finding.before) || hash(&finding.now);
    let show = |value| if text { None } else { Some(value) };
    line_of(
        finding.class.name(),
        finding.breaks.text(),
        finding.side,
        finding.section,
        &finding.name,
        &finding.fact,
        show(&finding.before),
        show(&finding.now),
        finding.page,
        finding.contract.unwrap_or(0),
    )
}

#[expect(clippy::too_many_arguments, reason = "one line for both sides of a comparison")]
fn line_of(
    class: &str,
    breaks: &str,
    side: &str,
    section: &str,
    name: &str,
    fact: &str,
    before: Option<&Value>,
    now: Option<&Value>,
    page: Option<usize>,
    contract: usize,
) -> String {
    let show = |value: Option<&Value>| {
        value.map_or_else(
            || "…".to_owned(),
            |value| match value {
                // Of a whole row only that it is there is compared; its hash nobody can know.
                Value::Object(facts) => facts
                    .iter()
                    .filter(|(fact, _)| *fact != "text")
                    .map(|(fact, value)| format!("{fact} {value} "))
                    .collect(),
                value => value.to_string(),
            },
        )
    };
    // Texts outside of tables are named after the heading above, which not each form has.
    let name = if side == "page" { "…" } else { name };
    format!(
        "{class} | {breaks} | {side} {section} {name} {fact} | {} → {} | page {page:?} | contract {contract}",
        show(before),
        show(now)
    )
}

/// Returns the line of the last row of two cells that ends with a value.
fn last(page: &str, form: Form, value: &str) -> usize {
    let is_cell = |line: &str| line.split(['\t', '|', '<', '>']).any(|cell| cell.trim() == value);
    let at = 1 + page.lines().position(is_cell).unwrap_or_else(|| panic!("no {value}"));
    // A row begins above its value: two lines in the window's text, and where its first cell is in HTML.
    match form {
        Form::Text => at - 2,
        Form::Html => {
            1 + page.lines().take(at).enumerate().filter(|(_, line)| line.contains("role=\"row\"")).last().unwrap().0
        }
        _ => at,
    }
}

/// Returns the line of a row.
fn row(page: &str, form: Form, heading: &str, name: &str) -> usize {
    let from = page.lines().position(|line| line.contains(heading)).unwrap_or_else(|| panic!("no {heading}"));
    // A table ends before the next heading.
    let lines =
        || page.lines().enumerate().skip(from + 1).take_while(|(_, line)| !(form == Form::Html && line.contains("<h")));
    let found = match form {
        Form::Text | Form::Window => {
            lines().find(|(_, line)| line.split('\t').next().is_some_and(|cell| cell.trim() == name))
        }
        // All rows of a table of GitBook's stand in one line; those of another begin a line each.
        Form::Markdown => lines().find(|(_, line)| {
            line.contains(&format!("<code>{name}</code>"))
                || line.replace('\\', "").trim_start_matches("| ").starts_with(&format!("{name} "))
        }),
        Form::Html => lines().find(|(_, line)| line.contains(&format!("<code>{name}</code>"))).or_else(|| {
            lines().find(|(_, line)| line.trim() == format!("<p>{name}</p>")).map(|(at, line)| (at - 1, line))
        }),
    };
    1 + found.unwrap_or_else(|| panic!("no row {name} below {heading} in {}\n{page}", form.name())).0
}

/// Returns the line of the contract in which a fact of a field stands, or the field itself where it has none.
pub(super) fn lines(contract: &str, side: &str, name: &str, fact: &str) -> usize {
    let all: Vec<_> = contract.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let answer = all.iter().position(|line| line.trim() == "Response:").unwrap();
    let part = if side == "request" { 0..answer } else { answer..all.len() };
    let last = name.rsplit('.').next().unwrap();
    let is_key = |at: &usize| all[*at].trim_start().starts_with(&format!("{last}:")) && indent(all[*at]) >= 8;
    let key = part.clone().rfind(is_key).unwrap_or_else(|| panic!("no {last}"));
    if fact == "mandatory" {
        // The list of the object around it, above it.
        let depth = indent(all[key]) - 2;
        let object = (0..key).rev().take_while(|at| indent(all[*at]) >= depth);
        let find =
            |word: &str| object.clone().find(|at| indent(all[*at]) == depth && all[*at].trim_start().starts_with(word));
        return 1 + find("required:").or_else(|| find("properties:")).unwrap();
    }
    let keywords: &[&str] = match fact {
        "type" => &["type:"],
        "max" => &["maxLength:", "maximum:", "type:"],
        "most" => &["maximum:", "type:"],
        "least" => &["minimum:", "type:"],
        "min" => &["minLength:", "minimum:", "type:"],
        "enum" => &["enum:", "x-extensible-enum:"],
        "pattern" | "characters" | "format" => &["pattern:", "type:"],
        _ => &[],
    };
    let inner: Vec<_> = (key + 1..all.len()).take_while(|at| indent(all[*at]) > indent(all[key])).collect();
    let found = keywords.iter().find_map(|keyword| inner.iter().find(|at| all[**at].trim_start().starts_with(keyword)));
    // An object is a component of its own.
    let component =
        all[key + 1..].first().filter(|line| line.contains("$ref")).and_then(|line| line.rsplit('/').next());
    match (found, component) {
        (Some(at), _) => at + 1,
        (None, Some(component)) => {
            let component = component.trim_end_matches('\'');
            let at = all.iter().position(|line| *line == format!("    {component}:")).unwrap();
            let inner = (at + 1..all.len()).take_while(|at| indent(all[*at]) > 4);
            let found =
                keywords.iter().find_map(|keyword| inner.clone().find(|at| all[*at].trim_start().starts_with(keyword)));
            found.map_or(at + 1, |at| at + 1)
        }
        (None, None) => key + 1,
    }
}
