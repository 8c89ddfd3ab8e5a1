//! From the parts of a page to what it says: which table is which, paths from nesting, samples as flat values.

mod end;
mod table;

use std::collections::HashMap;

use super::{
    Block, Channel, Content, Entry, Fault, Form, Reading, SECTIONS, Scope, Side, Unread, clean, facts, frame,
    link::Linked,
    sample::{self, Sample},
    texts::Texts,
    words::hash,
};

const NAMES: [&str; 2] = ["request", "response"];
const ANSWER: [&str; 2] = ["request", "answer"];
const ENDPOINT: usize = 0;
const HEADERS: usize = 1;
const HEADER_SAMPLE: usize = 2;
const FIELDS: usize = 3;
const SAMPLE: usize = 4;

/// Returns the reading of a page of `length` lines.
///
/// # Errors
///
/// Where it is a page of something else, not all of it, has merged cells, or has an entry twice.
pub(super) fn reading(form: Form, channel: Channel, blocks: Vec<Block>, length: usize) -> Result<Reading, Fault> {
    let (title, blocks) = frame::strip(form, channel, blocks);
    let mut page = Page::default();
    for Block { line, content } in blocks {
        page.tail |= matches!(content, Content::Title(_) | Content::Heading(_) | Content::Text(_) | Content::Link(_));
        match content {
            Content::Title(text) | Content::Heading(text) => page.text(line, &text, true),
            Content::Text(text) => page.text(line, &text, false),
            Content::Link(text) => page.link(line, &text),
            Content::Code(text) => page.sample(line, &text)?,
            Content::Operation(operation) => page.operation(line, operation),
            Content::Table(table) => page.table(line, table)?,
            Content::Unread(about, reason) => page.row_unread(line, &about, reason),
        }
    }
    page.descriptions_at_the_end();
    page.check(channel, title.as_ref(), length)?;
    page.unread.sort_by_key(|unread| unread.line);
    let Texts { texts, links, linked, mut prose, .. } = page.texts;
    prose.extend(page.prose);
    let [request, response] = page.sides;
    Ok(Reading {
        form,
        title: title.map(|(line, name)| Entry { name: "title".into(), line, value: name.into() }),
        sides: [("request", request), ("response", response)],
        texts,
        links,
        linked,
        lost: page.lost,
        unread: page.unread,
        prose,
        doubts: page.doubts,
        rules: page.rules,
    })
}

#[derive(Default)]
struct Page {
    sides: [Side; 2],
    /// What a heading says that is spoken of: 0 the request, 1 the answer.
    side: Option<usize>,
    /// A heading said that something else is spoken of.
    elsewhere: bool,
    /// It said so since the last table or sample.
    turned: bool,
    texts: Texts,
    prose: HashMap<String, String>,
    doubts: Vec<String>,
    rules: Vec<Entry>,
    unread: Vec<Unread>,
    /// Where each entry of a section stands.
    lines: HashMap<(usize, usize, String), usize>,
    /// Something stands behind the last table.
    tail: bool,
    /// Side, section and columns of the last table, as long as nothing but texts stands behind it.
    last: Option<(usize, usize, Vec<String>)>,
    /// Rows of the page without a description, in its order: side, section, place.
    silent: Vec<(usize, usize, usize)>,
    /// Words of links at the end of the page.
    links: Vec<String>,
    lost: Vec<String>,
}

impl Page {
    fn text(&mut self, line: usize, text: &str, heading: bool) {
        let text = Linked::new(text);
        self.turn(&text.whole, heading);
        if let Some(name) = self.texts.text(line, &text, heading) {
            self.rule(&name, line, facts::rules_of_paragraph(&text.whole));
        }
    }

    /// Takes the words with which a row or a text may say a rule.
    fn rule(&mut self, name: &str, line: usize, words: Vec<String>) {
        if !words.is_empty() {
            self.rules.push(Entry { name: name.to_owned(), line, value: words.into() });
        }
    }

    fn link(&mut self, line: usize, text: &str) {
        let words = clean(&Linked::new(text).whole);
        self.texts.text(line, &Linked { whole: words.clone(), rest: words.clone(), ..Linked::default() }, false);
        self.texts.links.extend(hash(&words));
        self.links.push(words);
    }

    /// Follows what a heading, or a line above a sample, says about the side.
    fn turn(&mut self, text: &str, heading: bool) {
        let lower = text.to_lowercase();
        let count = lower.split_whitespace().count();
        let numbered = super::texts::without_number(&clean(text)).len() < clean(text).trim_start().len();
        if !heading && !lower.contains("sample") && !lower.contains("example") && count > 4 && !numbered {
            return;
        }
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let (sent, answered) = (has(&["request"]), has(&["response", "answer"]));
        if heading || sent || answered {
            self.last = None;
        }
        match (sent, answered) {
            _ if has(&["notification", "callback", "webhook"]) => (self.side, self.elsewhere) = (None, true),
            (true, false) => (self.side, self.elsewhere, self.turned) = (Some(0), false, true),
            (false, true) => (self.side, self.elsewhere, self.turned) = (Some(1), false, true),
            _ if numbered
                || heading
                    && count <= 12
                    && !has(&["header", "body", "parameter", "sample", "field", "explanation"]) =>
            {
                (self.side, self.elsewhere) = (None, false);
            }
            _ if heading => self.side = None,
            _ => {}
        }
    }

    fn skip(&mut self, line: usize, reason: impl Into<String>, scope: Scope) {
        self.unread.push(Unread { line, reason: reason.into(), scope });
    }

    fn row_unread(&mut self, line: usize, name: &str, reason: String) {
        let scope = if name.is_empty() { Scope::Line } else { Scope::Row(name.to_owned()) };
        self.skip(line, reason, scope);
    }

    fn operation(&mut self, line: usize, operation: String) {
        let known = self.sides[0].section("endpoint").iter().any(|entry| entry.value == operation);
        if !known {
            self.sides[0].0[ENDPOINT].push(Entry { name: "operation".into(), line, value: operation.into() });
        }
    }

    /// Returns the side of a part of the page: what the heading says or, where it does not, the first that lacks it.
    fn side_of(&self, section: usize) -> Option<usize> {
        let empty = |side: usize| {
            let unread =
                self.unread.iter().any(|unread| unread.scope == Scope::Section(NAMES[side], SECTIONS[section]));
            self.sides[side].0[section].is_empty() && !unread
        };
        match self.side {
            // The other side began under a heading that does not say so.
            Some(side) if !self.turned && !empty(side) && side == 0 && empty(1) => Some(1),
            Some(side) => Some(side),
            None if self.elsewhere => None,
            None => (0..2).find(|side| empty(*side)),
        }
    }

    fn sample(&mut self, line: usize, text: &str) -> Result<(), Fault> {
        self.last = None;
        let body = text.trim_start().starts_with(['{', '[']);
        let section = if body { SAMPLE } else { HEADER_SAMPLE };
        let side = self.side_of(section);
        (self.side, self.turned) = (side.or(self.side), false);
        let entries = match sample::read(text, line) {
            Sample::Body(entries) | Sample::Headers(entries) => entries,
            Sample::Cut => return Err(Fault::new(line, "the sample has no end; save the whole page")),
            Sample::Unread(line, reason) => {
                let free = side.filter(|side| self.sides[*side].0[section].is_empty());
                let scope = free.map_or(Scope::Line, |side| Scope::Section(NAMES[side], SECTIONS[section]));
                self.skip(line, reason, scope);
                return Ok(());
            }
        };
        match side {
            Some(side) if self.sides[side].0[section].is_empty() => self.sides[side].0[section] = entries,
            Some(_) => self.skip(line, "a second sample of the same", Scope::Line),
            None => self.skip(line, "a sample of neither the request nor the answer", Scope::Line),
        }
        Ok(())
    }

    /// Checks that it is the page, and all of it.
    fn check(&self, channel: Channel, title: Option<&(usize, String)>, length: usize) -> Result<(), Fault> {
        let [request, response] = &self.sides;
        let (name, mark) = (channel.title(), channel.name());
        let of_channel = |entry: &Entry| entry.value.as_str().is_some_and(|text| text.to_lowercase().contains(mark));
        let endpoints = request.section("endpoint");
        let is_unread = |side: &str, section: &str| {
            self.unread
                .iter()
                .any(|unread| matches!(unread.scope, Scope::Section(known, part) if known == side && part == section))
        };
        if !endpoints.iter().any(of_channel) {
            let address = endpoints.iter().rfind(|entry| entry.value.as_str().is_some_and(|text| text.contains('/')));
            let called = title.filter(|(_, title)| !title.to_lowercase().contains(mark));
            let (line, found) = match (address, called) {
                (Some(entry), called) => {
                    let called = called.map_or_else(String::new, |(_, title)| format!("one called {title}, with "));
                    let address = entry.value.as_str().unwrap_or_default();
                    (entry.line, format!("{called}an endpoint of something else, {address}"))
                }
                (None, Some((line, title))) => (*line, format!("one called {title}, with no endpoint")),
                (None, None) => (length, "no endpoint".to_owned()),
            };
            return Err(Fault::new(line, format!("not DOKU's page on {name}: {found}; save that page, all of it")));
        }
        for (at, side) in [request, response].into_iter().enumerate() {
            let may_lack = at == 1 && channel != Channel::Indodana || is_unread(NAMES[at], "fields");
            if side.section("fields").is_empty() && !may_lack {
                let what = ANSWER[at];
                let message = format!("the page ends without a table of the {what}'s fields; save all of it");
                return Err(Fault::new(length, message));
            }
        }
        if !self.tail && channel == Channel::Indodana {
            return Err(Fault::new(length, "the page ends with the table of the answer's fields; save all of it"));
        }
        Ok(())
    }
}

fn pointer(side: usize, section: usize, name: &str) -> String {
    format!("/{}/{}/{name}", NAMES[side], SECTIONS[section])
}
