//! From the parts of a page to what it says: which table is which, paths from nesting, samples as flat values.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    Block, Channel, Content, Entry, Fault, Form, Reading, SECTIONS, Scope, Side, Unread, clean, facts, frame,
    link::Linked,
    sample::{self, Sample},
    table::{Field, Role, Row, Subject, Table},
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
    })
}

/// Where rows go.
struct Place<'a> {
    side: usize,
    section: usize,
    /// The column that names a row.
    name_at: Option<usize>,
    roles: &'a [Role],
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
        self.texts.text(line, &text, heading);
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

    fn table(&mut self, line: usize, table: Table) -> Result<(), Fault> {
        if table.cards || table.columns.iter().all(String::is_empty) && table.rows.iter().all(|row| row.cells.len() < 3)
        {
            self.cards(&table);
            return Ok(());
        }
        let roles = table.roles();
        let columns =
            || table.columns.iter().map(|name| if name.is_empty() { "–" } else { name }).collect::<Vec<_>>().join(", ");
        if let Some(line) = table.glued {
            let scope = |side| Scope::Section(NAMES[side], SECTIONS[HEADERS]);
            let scope = self.side_of(HEADERS).map_or(Scope::Line, scope);
            self.skip(line, format!("cells that run together, in a table with the columns {}", columns()), scope);
            return Ok(());
        }
        let Some(subject) = table.subject(&roles) else {
            // A table of fields without one of its columns stands for all of its rows.
            let fields = table
                .rows
                .iter()
                .filter(|row| row.cells.iter().any(|cell| super::table::is_path(cell) && cell.contains('.')))
                .count()
                * 2
                > table.rows.len();
            let headers = roles.len() == 2
                && table
                    .rows
                    .iter()
                    .filter(|row| row.cells.first().is_some_and(|cell| super::table::is_header(cell)))
                    .count()
                    > 0;
            let section = match (fields, headers) {
                (true, _) => Some(FIELDS),
                (_, true) => Some(HEADERS),
                _ => None,
            };
            let side = section.and_then(|section| Some((self.side_of(section)?, section)));
            let scope = side.map_or(Scope::Line, |(side, section)| Scope::Section(NAMES[side], SECTIONS[section]));
            self.skip(line, format!("a table with the columns {}", columns()), scope);
            return Ok(());
        };
        if let Some(line) = table.merged {
            return Err(Fault::new(line, "a cell that spans several rows or columns; write it out for each row"));
        }
        let section = match subject {
            Subject::Endpoint => ENDPOINT,
            Subject::Headers => HEADERS,
            Subject::Fields => FIELDS,
        };
        // A table that goes on behind a text is one.
        let goes_on = |last: &(usize, usize, Vec<String>)| last.1 == section && last.2 == table.columns;
        let last = self.last.take().filter(goes_on).map(|last| last.0);
        let Some(side) = last.or_else(|| self.side_of(section)) else {
            self.skip(
                line,
                format!("a table of neither the request nor the answer, with the columns {}", columns()),
                Scope::Line,
            );
            return Ok(());
        };
        (self.side, self.turned) = (Some(side), false);
        self.last = Some((side, section, table.columns.clone()));
        for at in (0..roles.len()).filter(|at| roles[*at] == Role::Other) {
            let filled = table.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty()));
            if filled {
                let lost = table.roles.is_some();
                let scope = if lost { Scope::Texts(NAMES[side], SECTIONS[section]) } else { Scope::Line };
                self.skip(
                    line,
                    format!(
                        "a column that is not known, {}, in a table with the columns {}",
                        table.columns[at],
                        columns()
                    ),
                    scope,
                );
            }
        }
        for (line, reason) in &table.nested {
            let name = reason.rsplit(' ').next().unwrap_or_default();
            self.skip(*line, reason.clone(), Scope::Row(name.to_owned()));
        }
        let has_address = |row: &Row| row.cells.first().is_some_and(|cell| cell.contains("://"));
        let name_at = match subject {
            Subject::Endpoint => Some(usize::from(table.rows.iter().any(has_address))),
            _ => roles.iter().position(|role| *role == Role::Name),
        };
        let place = Place { side, section, name_at, roles: &roles };
        let mut nesting = Vec::new();
        for row in table.rows {
            self.row(&place, row, &mut nesting)?;
        }
        self.tail = false;
        Ok(())
    }

    fn row(&mut self, place: &Place<'_>, row: Row, nesting: &mut Vec<(usize, String)>) -> Result<(), Fault> {
        let Place { side, section, name_at, roles } = *place;
        let Row { line, cells } = row;
        let cells: Vec<_> = cells.iter().map(|cell| Linked::new(cell)).collect();
        let at = |role| roles.iter().position(|known| *known == role);
        let struck_name = name_at
            .and_then(|at| cells.get(at))
            .filter(|cell| cell.whole.trim().is_empty())
            .and_then(|cell| cell.struck.first());
        let name = struck_name
            .map_or_else(|| name_at.and_then(|at| cells.get(at)).map_or("", |cell| &cell.whole), String::as_str);
        if cells.len() != roles.len() {
            let name = clean(name);
            let reason = format!("a row of {} cells in a table of {}: {name}", cells.len(), roles.len());
            self.row_unread(line, &name, reason);
            return Ok(());
        }
        let cell = |role| {
            at(role).map_or("", |at| {
                let cell: &Linked = &cells[at];
                // Of a row that is struck through as a whole its words are still read.
                if struck_name.is_some() && cell.whole.trim().is_empty() {
                    cell.struck.first().map_or("", String::as_str)
                } else {
                    &cell.whole
                }
            })
        };
        let described: Vec<_> = (0..cells.len())
            .filter(|at| {
                Some(*at) != name_at && (section == ENDPOINT || matches!(roles[*at], Role::Description | Role::Value))
            })
            .collect();
        let text = described
            .iter()
            .map(|at| {
                if struck_name.is_some() && cells[*at].whole.trim().is_empty() {
                    cells[*at].struck.join(" ")
                } else {
                    cells[*at].whole.clone()
                }
            })
            .collect::<Vec<_>>()
            .join(" ");
        if section == ENDPOINT {
            let label = clean(name).to_lowercase();
            return self.push(side, section, Entry { name: label, line, value: clean(&text).into() });
        }
        let (name, mut value, doubt) = if section == FIELDS {
            let field = Field {
                name,
                kind: cell(Role::Kind),
                presence: cell(Role::Presence),
                length: cell(Role::Length),
                text: &text,
            };
            match field.read(nesting) {
                Ok(read) => read,
                Err((name, reason)) => {
                    self.row_unread(line, &name, reason);
                    return Ok(());
                }
            }
        } else {
            let facts::Facts { mut facts, doubt } = facts::facts(&text);
            let presence = cell(Role::Presence);
            if !presence.trim().is_empty() {
                let Some(presence) = super::table::presence(presence) else {
                    let name = clean(name);
                    let reason =
                        format!("{name} is neither mandatory, optional nor conditional but `{}`", clean(presence));
                    self.row_unread(line, &name, reason);
                    return Ok(());
                };
                facts.insert("mandatory".into(), presence.into());
            }
            let kind = clean(cell(Role::Kind)).to_lowercase();
            if !kind.is_empty() {
                facts.insert("type".into(), kind.into());
            }
            (clean(name), facts, doubt)
        };
        if name.is_empty() {
            self.skip(line, "a row without a name", Scope::Line);
            return Ok(());
        }
        let struck: Vec<_> = cells.iter().flat_map(|cell| cell.struck.iter().cloned()).collect();
        if !struck.is_empty() {
            value.insert("struck".into(), if struck_name.is_some() { json!([name]) } else { struck.into() });
        }
        let pointer = pointer(side, section, &name);
        if let Some(at) = described.first() {
            self.texts.row(line, pointer.clone(), &cells[*at]);
        }
        if text.trim().is_empty() {
            self.silent.push((side, section, self.sides[side].0[section].len()));
        }
        if doubt {
            self.doubts.push(pointer.clone());
        }
        self.prose.insert(pointer, clean(&text));
        self.push(side, section, Entry { name, line, value: Value::Object(value) })
    }

    fn push(&mut self, side: usize, section: usize, entry: Entry) -> Result<(), Fault> {
        if let Some(first) = self.lines.insert((side, section, entry.name.clone()), entry.line) {
            let (what, section) = (ANSWER[side], SECTIONS[section]);
            let name = entry.name;
            return Err(Fault::new(
                entry.line,
                format!("{name} is there twice in {section} of the {what}, first in line {first}; keep one"),
            ));
        }
        self.sides[side].0[section].push(entry);
        Ok(())
    }

    /// Takes cells that are texts. What is not shown is the words of a link.
    fn cards(&mut self, table: &Table) {
        for Row { line, cells } in &table.rows {
            for (at, cell) in cells.iter().enumerate() {
                if table.hidden.contains(&at) {
                    self.texts.links.extend(hash(&Linked::new(cell).whole));
                    continue;
                }
                for text in cell.lines().filter(|text| !text.trim().is_empty()) {
                    self.text(*line, text, false);
                }
            }
        }
    }

    /// Gives the rows without a description the texts that stand at the end, above the words of the links that they lost.
    fn descriptions_at_the_end(&mut self) {
        let inline = self.links.iter().filter(|words| words.starts_with(char::is_lowercase)).count();
        if self.silent.len() + 1 == inline {
            self.heading_below_a_table();
        }
        let (count, texts) = (self.silent.len(), self.texts.texts.len());
        let Some(from) = texts.checked_sub(self.links.len() + count).filter(|_| count > 0 && count == inline) else {
            return;
        };
        let moved: Vec<_> = self.texts.texts.drain(from..from + count).collect();
        for ((side, section, at), text) in std::mem::take(&mut self.silent).into_iter().zip(moved) {
            let words = self.texts.prose.get(&text.name).cloned().unwrap_or_default();
            let facts::Facts { facts, doubt } = facts::facts(&words);
            let entry = &mut self.sides[side].0[section][at];
            if let Value::Object(value) = &mut entry.value {
                value.extend(facts);
            }
            let pointer = pointer(side, section, &entry.name);
            if doubt {
                self.doubts.push(pointer.clone());
            }
            self.prose.insert(pointer.clone(), words);
            self.lost.push(pointer);
        }
    }

    /// Takes a heading out of the last row of a table, which lost its description, so that the heading looked like it.
    fn heading_below_a_table(&mut self) {
        let places = [0, 1].into_iter().flat_map(|side| [HEADERS, FIELDS].map(|section| (side, section)));
        let mut titled = places.filter_map(|(side, section)| {
            let entry = self.sides[side].0[section].last()?;
            let words = self.prose.get(&pointer(side, section, &entry.name))?;
            let capital =
                |word: &str| word.starts_with(|first: char| first.is_ascii_uppercase() || first.is_ascii_digit());
            let title = !words.is_empty() && !words.ends_with(['.', ':']) && words.split(' ').count() <= 5;
            (title && words.split(' ').all(capital)).then(|| (side, section, words.clone(), entry.line))
        });
        let (Some((side, section, words, line)), None) = (titled.next(), titled.next()) else { return };
        let at = self.sides[side].0[section].len() - 1;
        let entry = &mut self.sides[side].0[section][at];
        if let Value::Object(facts) = &mut entry.value {
            facts.remove("text");
        }
        self.prose.insert(pointer(side, section, &entry.name), String::new());
        let from = self.texts.texts.partition_point(|text| text.line <= line);
        let after = self.texts.texts.split_off(from);
        self.texts.text(line + 1, &Linked { whole: words.clone(), rest: words, ..Linked::default() }, true);
        self.texts.texts.extend(after);
        let place = self.silent.partition_point(|known| (known.0, known.1) <= (side, section));
        self.silent.insert(place, (side, section, at));
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
