//! From the parts of a page to what it says: which table is which, paths from nesting, samples as flat values.

use serde_json::Value;

use super::{
    Block, Content, Entry, Fault, Form, Reading, Row, SECTIONS, Side, Table, Unread, clean, facts,
    link::Linked,
    row::{column, field},
    words::Words,
};

/// What the address of the page's operation holds, and that of no other page.
pub(super) const CHANNEL: &str = "indodana";

/// Returns the reading of a page of `length` lines.
///
/// # Errors
///
/// Where it is a page of something else, not all of it, has merged cells, or has an entry twice.
pub(super) fn reading(form: Form, blocks: Vec<Block>, length: usize) -> Result<Reading, Fault> {
    let mut page = Page {
        sides: Default::default(),
        side: None,
        heading: String::new(),
        words: Words::default(),
        unread: vec![],
        tail: false,
    };
    for Block { line, content } in blocks {
        page.tail |= matches!(content, Content::Heading(_) | Content::Text(_));
        match content {
            Content::Heading(text) => page.text(line, &text, true),
            Content::Text(text) => page.text(line, &text, false),
            _ if page.words.over => {}
            Content::Code(text) => page.sample(line, &text)?,
            Content::Operation(operation) => page.operation(line, operation),
            Content::Table(table) => page.table(line, table)?,
            Content::Unread(reason) => page.unread.push(Unread { line, reason }),
        }
    }
    let [request, response] = page.sides;
    let of_channel = |entry: &Entry| entry.value.as_str().is_some_and(|text| text.to_lowercase().contains(CHANNEL));
    let endpoints = request.section("endpoint");
    if !endpoints.iter().any(of_channel) {
        let (line, found) = endpoints
            .iter()
            .rfind(|entry| entry.value.as_str().is_some_and(|text| text.contains('/')))
            .map_or((length, "no endpoint".to_owned()), |entry| {
                (entry.line, format!("an endpoint of something else, {}", entry.value.as_str().unwrap_or_default()))
            });
        return Err(Fault::new(line, format!("not DOKU's page on Indodana: {found}; save that page, all of it")));
    }
    for (side, name) in [(&request, "request"), (&response, "answer")] {
        if side.section("fields").is_empty() {
            return Err(Fault::new(
                length,
                format!("the page ends without a table of the {name}'s fields; save all of it"),
            ));
        }
    }
    if !page.tail {
        return Err(Fault::new(length, "the page ends with the table of the answer's fields; save all of it"));
    }
    page.unread.sort_by_key(|unread| unread.line);
    let Words { texts, links, linked, .. } = page.words;
    let sides = [("request", request), ("response", response)];
    Ok(Reading { form, sides, texts, links, linked, unread: page.unread })
}

struct Page {
    sides: [Side; 2],
    /// The side that is spoken of: 0 the request, 1 the answer.
    side: Option<usize>,
    heading: String,
    words: Words,
    unread: Vec<Unread>,
    /// Something stands behind the last table.
    tail: bool,
}

impl Page {
    fn text(&mut self, line: usize, text: &str, heading: bool) {
        let text = Linked::new(text);
        self.turn(&text.whole, heading);
        let [_, answer] = &self.sides;
        self.words.text(line, &text, heading, !answer.section("fields").is_empty());
    }

    /// Follows what a heading, or a line above a sample, says about the side.
    fn turn(&mut self, text: &str, heading: bool) {
        let lower = text.to_lowercase();
        if !heading && !lower.contains("sample") && lower.split_whitespace().count() > 4 {
            return;
        }
        let side = match (lower.contains("request"), lower.contains("response")) {
            _ if lower.contains("notification") => None,
            (true, false) => Some(0),
            (false, true) => Some(1),
            _ => return,
        };
        (self.side, self.heading) = (side, lower);
    }

    fn skip(&mut self, line: usize, reason: impl Into<String>) {
        self.unread.push(Unread { line, reason: reason.into() });
    }

    fn operation(&mut self, line: usize, operation: String) {
        let known = self.sides[0].section("endpoint").iter().any(|entry| entry.value == operation);
        if !known {
            self.sides[0].0[0].push(Entry { name: "operation".into(), line, value: operation.into() });
        }
    }

    fn sample(&mut self, line: usize, text: &str) -> Result<(), Fault> {
        let pairs = text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.trim().split_once(": "));
        let headers: Option<Vec<_>> = pairs.collect();
        let (section, entries) = if text.trim_start().starts_with(['{', '[']) {
            match serde_json::from_str::<Value>(text) {
                Ok(value) => {
                    let mut entries = Vec::new();
                    flatten(&value, String::new(), &mut Lines { text, line, at: 0 }, &mut entries);
                    (4, entries)
                }
                Err(error) if error.is_eof() => {
                    return Err(Fault::new(line, "the sample has no end; save the whole page"));
                }
                Err(error) => {
                    self.skip(line + error.line() - 1, "a sample that is not JSON from here on");
                    return Ok(());
                }
            }
        } else if let Some(headers) = headers.filter(|headers| !headers.is_empty()) {
            let entry = |(at, (name, value)): (usize, (&str, &str))| Entry {
                name: name.into(),
                line: line + at,
                value: value.trim().into(),
            };
            (2, headers.into_iter().enumerate().map(entry).collect())
        } else {
            self.skip(line, "a sample that is neither JSON nor headers");
            return Ok(());
        };
        match self.side {
            Some(side) if self.sides[side].0[section].is_empty() => self.sides[side].0[section] = entries,
            Some(_) => self.skip(line, "a second sample of the same"),
            None => self.skip(line, "a sample of neither the request nor the answer"),
        }
        Ok(())
    }

    fn table(&mut self, line: usize, table: Table) -> Result<(), Fault> {
        let names: Vec<_> = table.columns.iter().map(|name| column(name)).collect();
        let find = |name| names.iter().position(|column| *column == Some(name));
        let value = find("value").or_else(|| find("description"));
        let (section, name, kind) = match (find("name"), find("type"), find("mandatory")) {
            _ if names == [Some("type"), Some("value")] => (0, 0, None),
            (Some(name), ..) if self.heading.contains("header") && find("description").is_some() => (1, name, None),
            (Some(name), Some(kind), Some(mandatory)) => (3, name, Some((kind, mandatory))),
            (Some(name), None, None) if value.is_some() => (1, name, None),
            _ => {
                self.skip(line, format!("a table with the columns {}", table.columns.join(", ")));
                return Ok(());
            }
        };
        if let Some(line) = table.merged {
            return Err(Fault::new(line, "a cell that spans several rows or columns; write it out for each row"));
        }
        let Some(side) = self.side else {
            self.skip(line, "a table of neither the request nor the answer");
            return Ok(());
        };
        let mut nesting = Vec::new();
        for Row { line, cells } in table.rows {
            let linked = cells.last().map_or_else(String::new, Clone::clone);
            let cells: Vec<_> = cells.iter().map(|cell| Linked::new(cell).whole).collect();
            let cell = |at: usize| cells.get(at).map_or("", String::as_str);
            if cells.len() != names.len() {
                self.skip(line, format!("a row of {} cells in a table of {}", cells.len(), names.len()));
                continue;
            }
            let others =
                (0..cells.len()).filter(|at| *at != name && kind.is_none_or(|kind| *at != kind.0 && *at != kind.1));
            let text = others.map(|at| match names[at] {
                Some("max") if !cell(at).trim().is_empty() => format!("Max length: {}", cell(at)),
                _ => cell(at).to_owned(),
            });
            let text = text.collect::<Vec<_>>().join(" ");
            let label = clean(cell(name));
            let entry = match (section, kind) {
                (0, _) => Ok((label.to_lowercase(), Value::String(clean(&text)))),
                (_, Some((kind, mandatory))) => field(cell(name), cell(kind), cell(mandatory), &text, &mut nesting),
                _ => Ok((label.clone(), Value::Object(facts::facts(&text)))),
            };
            match entry {
                Ok((name, value)) if !name.is_empty() => {
                    let pointer = format!("/{}/{}/{name}", ["request", "response"][side], SECTIONS[section]);
                    self.words.row(line, pointer, &Linked::new(&linked));
                    self.push(side, section, Entry { name, line, value })?;
                }
                Ok(_) => self.skip(line, "a row without a name"),
                Err(reason) => self.skip(line, reason),
            }
        }
        self.tail = false;
        Ok(())
    }

    fn push(&mut self, side: usize, section: usize, entry: Entry) -> Result<(), Fault> {
        let entries = &mut self.sides[side].0[section];
        if let Some(first) = entries.iter().find(|first| first.name == entry.name) {
            let what = ["request", "answer"][side];
            return Err(Fault::new(
                entry.line,
                format!(
                    "{} is there twice in {SECTION} of the {what}, first in line {}; keep one",
                    entry.name,
                    first.line,
                    SECTION = SECTIONS[section]
                ),
            ));
        }
        entries.push(entry);
        Ok(())
    }
}

/// Where the names of a sample stand, found in their order.
struct Lines<'a> {
    text: &'a str,
    line: usize,
    at: usize,
}

impl Lines<'_> {
    fn find(&mut self, key: &str) {
        if let Some(found) = self.text[self.at..].find(&format!("\"{key}\"")) {
            self.at += found + key.len() + 2;
        }
    }

    fn line(&self) -> usize {
        self.line + self.text[..self.at].matches('\n').count()
    }
}

fn flatten(value: &Value, path: String, lines: &mut Lines<'_>, entries: &mut Vec<Entry>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                lines.find(key);
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(member, path, lines, entries);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                flatten(element, format!("{path}[{at}]"), lines, entries);
            }
        }
        _ => {
            entries.push(Entry { name: path, line: lines.line(), value: value.clone() });
        }
    }
}
