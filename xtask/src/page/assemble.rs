//! From the parts of a page to what it says: which table is which, paths from nesting, samples as flat values.

use serde_json::{Map, Value};

use super::{Block, Content, Entry, Fault, Form, Reading, Row, SECTIONS, Side, Table, Unread, clean, facts};

/// What the address of the page's operation holds, and that of no other page.
const CHANNEL: &str = "indodana";

/// Returns the reading of a page of `length` lines.
///
/// # Errors
///
/// Where it is a page of something else, not all of it, has merged cells, or has an entry twice.
pub(super) fn reading(form: Form, blocks: Vec<Block>, length: usize) -> Result<Reading, Fault> {
    let mut page = Page { sides: Default::default(), side: None, heading: String::new(), unread: vec![], tail: false };
    for Block { line, content } in blocks {
        page.tail |= matches!(content, Content::Heading(_) | Content::Text(_));
        match content {
            Content::Heading(text) => page.turn(&text, true),
            Content::Text(text) => page.turn(&text, false),
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
    Ok(Reading { form, sides: [("request", request), ("response", response)], unread: page.unread })
}

struct Page {
    sides: [Side; 2],
    /// The side that is spoken of: 0 the request, 1 the answer.
    side: Option<usize>,
    heading: String,
    unread: Vec<Unread>,
    /// Something stands behind the last table.
    tail: bool,
}

impl Page {
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
                Ok((name, value)) if !name.is_empty() => self.push(side, section, Entry { name, line, value })?,
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

/// Returns path and facts of a row; `nesting` holds indents and paths of the rows above.
fn field(
    name: &str,
    kind: &str,
    mandatory_cell: &str,
    text: &str,
    nesting: &mut Vec<(usize, String)>,
) -> Result<(String, Value), String> {
    let (indent, name) = indented(name);
    let name = normal(&name);
    if !is_path(&name) {
        return Err(format!("a row whose name is no field: {name}"));
    }
    nesting.retain(|(above, _)| *above < indent);
    let path = match nesting.last() {
        Some((_, parent)) => {
            let root = parent.split('.').next().unwrap_or_default();
            let whole = name.contains('.') && name.split('.').next() == Some(root);
            if whole { name } else { format!("{parent}.{name}") }
        }
        None => name,
    };
    nesting.push((indent, path.clone()));
    let mandatory = mandatory(mandatory_cell).ok_or_else(|| {
        format!("{path} is neither mandatory, optional nor conditional but `{}`", clean(mandatory_cell))
    })?;
    let kind = clean(kind).to_lowercase();
    let (kind, limit) = match kind.split_once('(') {
        Some((kind, limit)) => (kind.trim().to_owned(), limit.trim_end_matches(')').trim().to_owned()),
        None => (kind, String::new()),
    };
    if kind.is_empty() {
        return Err(format!("{path} has no type"));
    }
    let text = if limit.is_empty() { text.to_owned() } else { format!("{text} Max length: {limit}") };
    let mut facts: Map<_, _> =
        [("type".into(), kind.clone().into()), ("mandatory".into(), mandatory.into())].into_iter().collect();
    facts.extend(facts::facts(&text));
    if kind == "enum" && !facts.contains_key("enum") {
        return Err(format!("{path} is an enum whose values were not found"));
    }
    Ok((path, Value::Object(facts)))
}

/// Returns how far a name is indented, and the name. One space is noise of the form.
fn indented(name: &str) -> (usize, String) {
    let marks = "↳└├─│>»–•·→-";
    let is_mark = |letter: char| letter.is_whitespace() || marks.contains(letter);
    let rest = name.trim_start_matches(is_mark);
    let width = |letter| match letter {
        '\t' => 4,
        '\u{2003}' => 2,
        letter if marks.contains(letter) => 2,
        _ => 1,
    };
    let width: usize = name[..name.len() - rest.len()].chars().map(width).sum();
    (if width == 1 { 0 } else { width }, clean(rest))
}

/// Returns a path without marks of lists.
fn normal(path: &str) -> String {
    let parts = path.split('.').map(|part| part.split('[').next().unwrap_or_default().trim());
    let parts = parts.filter(|part| !part.is_empty() && part.parse::<usize>().is_err() && *part != "*");
    parts.collect::<Vec<_>>().join(".")
}

/// Tells whether a text is a name of a field or a dotted path of names.
pub(super) fn is_path(text: &str) -> bool {
    let (_, text) = indented(text);
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    let text = normal(&text);
    !text.is_empty() && text.split('.').all(part)
}

/// Returns `mandatory`, `optional` or `conditional`.
pub(super) fn mandatory(text: &str) -> Option<&'static str> {
    match text.trim().trim_end_matches(['*', '.']).to_lowercase().as_str() {
        "mandatory" | "required" | "yes" | "m" => Some("mandatory"),
        "optional" | "no" | "o" => Some("optional"),
        "conditional" | "c" => Some("conditional"),
        _ => None,
    }
}

/// Returns what a column holds, from its name.
pub(super) fn column(name: &str) -> Option<&'static str> {
    match clean(name).trim_matches('*').to_lowercase().as_str() {
        "parameter" | "parameters" | "field" | "field name" | "name" | "attribute" | "header" => Some("name"),
        "type" | "data type" => Some("type"),
        "mandatory" | "required" | "m/o" | "mandatory/optional" => Some("mandatory"),
        "description" | "explanation" | "remark" | "notes" => Some("description"),
        "length" | "max length" | "max. length" | "maximum length" => Some("max"),
        "value" => Some("value"),
        _ => None,
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
