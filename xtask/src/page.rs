//! Reads DOKU's page in each form in which a person can get it: what it says of endpoints, headers, fields and samples.

mod assemble;
mod facts;
mod html;
mod link;
mod markdown;
mod row;
mod tag;
mod text;
mod words;

use std::fmt;

use serde_json::{Map, Value, json};

/// How the page was saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The text of the browser's window, copied.
    Text,
    /// GitBook's Markdown twin.
    Markdown,
    /// The page as saved by a browser.
    Html,
}

/// Why a file is not a page that can be read, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Line of the file, from 1.
    pub(crate) line: usize,
    /// What is wrong there, and what to do.
    pub(crate) message: String,
}

impl Fault {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line: line.max(1), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.message)
    }
}

/// A named thing that the page says: a row, a header, a value of a sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    /// Dotted path of a field, name of a header, or label of an endpoint.
    pub(crate) name: String,
    /// Line of the page.
    pub(crate) line: usize,
    /// A sample's value, or the facts of a row by their names.
    pub(crate) value: Value,
}

/// The sections of a side, as in the stored reading.
pub(crate) const SECTIONS: [&str; 5] = ["endpoint", "headers", "header_sample", "fields", "sample"];

/// What the page says of the request, or of the answer: the entries of each of [`SECTIONS`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Side(pub(crate) [Vec<Entry>; 5]);

impl Side {
    /// Returns the entries of one of [`SECTIONS`].
    pub(crate) fn section(&self, name: &str) -> &[Entry] {
        SECTIONS.iter().position(|section| *section == name).map_or(&[], |at| &self.0[at])
    }
}

/// A line that says something which was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Line of the page.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) reason: String,
}

impl Unread {
    /// Tells whether it is the row of this name that was not understood.
    pub(crate) fn is_about(&self, name: &str) -> bool {
        self.reason.split_whitespace().any(|word| word == name)
    }
}

/// What one page says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// How the page was saved.
    pub(crate) form: Form,
    /// What the merchant sends, and what DOKU answers.
    pub(crate) sides: [(&'static str, Side); 2],
    /// Headings and paragraphs outside of tables, as hashes: of all the words and, where there is a link, of those without it.
    pub(crate) texts: Vec<Entry>,
    /// Hashes of the words of links: the window's text has them at its end.
    pub(crate) links: Vec<String>,
    /// Descriptions with links, by the pointer to their row, as in `texts`: the window's text has them at its end.
    pub(crate) linked: Vec<Entry>,
    /// What was not understood.
    pub(crate) unread: Vec<Unread>,
}

impl Reading {
    /// Returns the reading as it is stored: no lines, no prose.
    pub(crate) fn to_value(&self) -> Value {
        let mut tree = Map::new();
        tree.insert("form".into(), self.form.name().into());
        let map = |entries: &[Entry]| -> Map<_, _> {
            entries.iter().map(|entry| (entry.name.clone(), entry.value.clone())).collect()
        };
        let page = json!({ "texts": map(&self.texts), "links": self.links, "linked": map(&self.linked) });
        tree.insert("page".into(), page);
        for (side, content) in &self.sides {
            let sections = SECTIONS
                .iter()
                .zip(&content.0)
                .map(|(section, entries)| ((*section).to_owned(), Value::Object(map(entries))));
            tree.insert((*side).to_owned(), Value::Object(sections.collect()));
        }
        Value::Object(tree)
    }
}

impl Form {
    /// Returns the form's name in the stored reading.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    fn of(text: &str) -> Self {
        let start: String = text.trim_start().chars().take(4000).collect::<String>().to_lowercase();
        if start.starts_with("<!doctype html") || start.contains("<html") {
            return Self::Html;
        }
        let marked = |line: &str| {
            let line = line.trim_start();
            line.starts_with("```") || line.starts_with("{% ") || line.starts_with("|") && line.ends_with("|")
        };
        let heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        if text.lines().any(|line| marked(line.trim_end()) || heading(line)) {
            return Self::Markdown;
        }
        if start.starts_with('<') || text.contains("<table") { Self::Html } else { Self::Text }
    }
}

/// Reads a page, whose form is told from its text.
///
/// # Errors
///
/// Where the file is empty, not UTF-8, not DOKU's page on Indodana, not all of it, has merged cells, or has a field
/// twice: the line, and what to do.
pub(crate) fn read(bytes: &[u8]) -> Result<Reading, Fault> {
    let text = decode(bytes)?;
    let form = Form::of(text);
    let blocks = match form {
        Form::Text => text::blocks(text)?,
        Form::Markdown => markdown::blocks(text)?,
        Form::Html => html::blocks(text, 1)?,
    };
    assemble::reading(form, blocks, text.lines().count())
}

fn decode(bytes: &[u8]) -> Result<&str, Fault> {
    const SAVE: &str = "save the page as UTF-8";
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(400).any(|byte| *byte == 0)
    {
        return Err(Fault::new(1, format!("the file is UTF-16 or binary; {SAVE}")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Fault::new(line, format!("a byte that is not UTF-8; {SAVE}"))
    })?;
    let broken = |line: &str| line.contains('\u{fffd}') || line.contains("â€") || line.contains("Ã©");
    if let Some(at) = text.lines().position(broken) {
        return Err(Fault::new(at + 1, format!("text that was saved in another encoding; {SAVE}")));
    }
    if text.trim().is_empty() {
        return Err(Fault::new(1, "the file is empty; save the page again"));
    }
    Ok(text)
}

/// A part of the page, in the same shape for all forms.
#[derive(Debug)]
struct Block {
    line: usize,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Heading(String),
    Text(String),
    Code(String),
    /// An operation outside of a table: method and path.
    Operation(String),
    Table(Table),
    Unread(String),
}

#[derive(Debug, Default)]
struct Table {
    columns: Vec<String>,
    rows: Vec<Row>,
    /// Line of the first cell that spans several rows or columns.
    merged: Option<usize>,
}

#[derive(Debug)]
struct Row {
    line: usize,
    cells: Vec<String>,
}

/// Returns the text with each run of white space as one space.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
