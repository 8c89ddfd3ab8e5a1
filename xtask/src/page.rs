//! Reads DOKU's page in each form in which a person can get it: what it says of endpoints, headers, fields and samples.

mod assemble;
mod facts;
mod form;
mod frame;
mod html;
mod link;
mod markdown;
mod sample;
mod table;
mod tag;
mod text;
mod texts;
mod words;

use std::{collections::HashMap, fmt};

use serde_json::{Map, Value, json};

pub(crate) use facts::{format as same_format, kind as same_kind, number_stands, numbers, one_spelling};
pub(crate) use form::{Channel, Form};
pub(crate) use words::hash;

/// What the addresses of DOKU's pages on paylater channels hold.
const CHANNELS: [&str; 3] = ["indodana", "akulaku", "kredivo"];

/// How large a page may be.
pub(crate) const LIMIT: u64 = 5 * 1024 * 1024;

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
    /// Of what nobody knows now what the page says.
    pub(crate) scope: Scope,
}

/// What was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The line alone.
    Line,
    /// The row of this name.
    Row(String),
    /// A section of a side, all of it.
    Section(&'static str, &'static str),
    /// The descriptions of a section.
    Texts(&'static str, &'static str),
}

/// What one page says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    /// How the page was saved.
    pub(crate) form: Form,
    /// What the page is called, if that was found.
    pub(crate) title: Option<Entry>,
    /// What the merchant sends, and what DOKU answers.
    pub(crate) sides: [(&'static str, Side); 2],
    /// Headings and paragraphs outside of tables, as hashes: of all the words and, where there is a link, of those without it.
    pub(crate) texts: Vec<Entry>,
    /// Hashes of the words of links: the window's text has them at its end.
    pub(crate) links: Vec<String>,
    /// Descriptions with links, by the pointer to their row, as in `texts`: the window's text has them at its end.
    pub(crate) linked: Vec<Entry>,
    /// Pointers to the rows whose description lost the words of its links.
    pub(crate) lost: Vec<String>,
    /// What was not understood.
    pub(crate) unread: Vec<Unread>,
    /// What rows and texts say in words, by pointer or name; never stored.
    pub(crate) prose: HashMap<String, String>,
    /// Pointers to the rows in which something looks like a limit or a value that was not read.
    pub(crate) doubts: Vec<String>,
    /// Words with which people write a rule, in descriptions and texts, by pointer or name.
    pub(crate) rules: Vec<Entry>,
}

impl Reading {
    /// Returns the words of the links that stand at the end of the page.
    pub(crate) fn link_words(&self) -> Vec<String> {
        let links = self.texts.iter().filter(|_| self.form == Form::Text);
        let links =
            links.filter(|text| text.value.as_str().is_some_and(|hash| self.links.iter().any(|link| link == hash)));
        links.filter_map(|text| self.prose.get(&text.name).cloned()).collect()
    }

    /// Returns the reading as it is stored: no lines, no prose.
    pub(crate) fn to_value(&self) -> Value {
        let mut tree = Map::new();
        tree.insert("form".into(), self.form.name().into());
        let map = |entries: &[Entry]| -> Map<_, _> {
            entries.iter().map(|entry| (entry.name.clone(), entry.value.clone())).collect()
        };
        let title = self.title.as_ref().map(|title| title.value.clone());
        let page = json!({
            "title": title, "texts": map(&self.texts), "links": self.links, "linked": map(&self.linked), "lost": self.lost,
            "rules": map(&self.rules),
        });
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

/// Reads a page, whose form is told from its text.
///
/// # Errors
///
/// Where the file is larger than [`LIMIT`], empty, not UTF-8, not DOKU's page on this channel, not all of it, has merged cells,
/// or has a field twice: the line, and what to do.
pub(crate) fn read(bytes: &[u8], channel: Channel) -> Result<Reading, Fault> {
    if bytes.len() as u64 > LIMIT {
        return Err(Fault::new(1, "the file has more than 5 MB; save the page alone"));
    }
    let text = decode(bytes)?;
    let form = Form::of(text);
    if let Some(line) = second_page(form, text) {
        return Err(Fault::new(line, "a second page begins here, saved in another way; keep one"));
    }
    let blocks = match form {
        Form::Text | Form::Window => text::blocks(text)?,
        Form::Markdown => markdown::blocks(text)?,
        Form::Html => html::blocks(text, 1)?,
    };
    let has_links = blocks.iter().any(|block| matches!(block.content, Content::Link(_)));
    let form = if form == Form::Text && !has_links { Form::Window } else { form };
    assemble::reading(form, channel, blocks, text.lines().count())
}

/// Returns where a page in another form begins, in a file that holds two.
fn second_page(form: Form, text: &str) -> Option<usize> {
    let starts = |line: &str| {
        let line = line.trim_start().to_ascii_lowercase();
        line.starts_with("<!doctype html") || line.starts_with("<html")
    };
    let lines: Vec<_> = text.lines().collect();
    let document = lines.iter().position(|line| starts(line));
    if form != Form::Html {
        let rows = || text::rows(text).take(2);
        let row = || if form == Form::Markdown && rows().count() > 1 { rows().next() } else { None };
        return document.map(|at| at + 1).or_else(row);
    }
    // A browser may write a comment above the document.
    let is_words = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('<');
    let document = document.unwrap_or(0);
    if lines[..document].iter().filter(|line| is_words(line)).count() > 3 {
        return Some(document + 1);
    }
    let end = lines.iter().rposition(|line| line.to_ascii_lowercase().contains("</html>"))?;
    let behind = end + 1..lines.len();
    if behind.clone().filter(|at| !lines[*at].trim().is_empty()).count() > 3 {
        return behind.into_iter().find(|at| !lines[*at].trim().is_empty()).map(|at| at + 1);
    }
    None
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
    /// The heading above the whole page.
    Title(String),
    Heading(String),
    Text(String),
    /// The words of a link, which the window's text has at its end.
    Link(String),
    Code(String),
    /// An operation outside of a table: method and path.
    Operation(String),
    Table(table::Table),
    /// The row that was not understood, or nothing, and what to say.
    Unread(String, String),
}

/// Returns the hash of what a description says beside its facts, of a field of a type.
fn text_of(description: &str, kind: &str) -> Option<String> {
    facts::of_type(description, kind).facts.get("text").and_then(Value::as_str).map(str::to_owned)
}

/// Returns the text with each run of white space as one space.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
