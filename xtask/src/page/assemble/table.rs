//! A table of the page: to which side and section its rows go, and what each says.

use serde_json::{Value, json};

use super::{
    super::{
        Entry, Fault, SECTIONS, Scope, clean, facts,
        link::Linked,
        table::{self, Field, Role, Row, Subject, Table},
        words::hash,
    },
    ANSWER, ENDPOINT, FIELDS, HEADERS, NAMES, Page, pointer,
};

/// Where rows go.
struct CellPlace<'a> {
    side: usize,
    section: usize,
    /// The column that names a row.
    name_at: Option<usize>,
    roles: &'a [Role],
}

impl Page {
    pub(super) fn table(&mut self, line: usize, table: Table) -> Result<(), Fault> {
        if table.cards || table.columns.iter().all(String::is_empty) && table.rows.iter().all(|row| row.cells.len() < 3)
        {
            self.cards(&table);
            return Ok(());
        }
        let roles = table.roles();
        let columns =
            || table.columns.iter().map(|name| if name.is_empty() { "–" } else { name }).collect::<Vec<_>>().join(", ");
        if let Some(line) = table.glued {
            let section = if roles.contains(&Role::Kind) { FIELDS } else { HEADERS };
            let scope = |side| Scope::Section(NAMES[side], SECTIONS[section]);
            let scope = self.side_of(section).map_or(Scope::Line, scope);
            self.tail = false;
            let unknown = roles.last() == Some(&Role::Other) && roles.contains(&Role::Description);
            let reason = match table.columns.last().filter(|_| unknown) {
                Some(name) => format!("a column that is not known, {name}"),
                None => "cells that run together".to_owned(),
            };
            self.skip(line, format!("{reason}, in a table with the columns {}", columns()), scope);
            return Ok(());
        }
        let Some(subject) = table.subject(&roles) else {
            // A table of fields without one of its columns stands for all of its rows.
            let fields = table
                .rows
                .iter()
                .filter(|row| row.cells.iter().any(|cell| table::is_path(cell) && cell.contains('.')))
                .count()
                * 2
                > table.rows.len();
            let headers = roles.len() == 2
                && table.rows.iter().filter(|row| row.cells.first().is_some_and(|cell| table::is_header(cell))).count()
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
        let place = CellPlace { side, section, name_at, roles: &roles };
        let mut nesting = Vec::new();
        for row in table.rows {
            self.row(&place, row, &mut nesting)?;
        }
        self.tail = false;
        Ok(())
    }

    fn row(&mut self, place: &CellPlace<'_>, row: Row, nesting: &mut Vec<(usize, String)>) -> Result<(), Fault> {
        let CellPlace { side, section, name_at, roles } = *place;
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
            // Another status or address has a row of its own.
            let count = |label: &str| self.lines.contains_key(&(side, section, label.to_owned()));
            let label = (1..).map(|at| if at == 1 { label.clone() } else { format!("{label} ({at})") });
            let label = label.into_iter().find(|label| !count(label)).unwrap_or_default();
            let value = endpoint(&label, &clean(&text));
            return self.push(side, section, Entry { name: label, line, value: value.into() });
        }
        let (name, said) = if section == FIELDS {
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
            let (bare, remark) = table::marked(name);
            let (bare, remark) = if table::is_header(bare) { (bare, remark) } else { (name, "") };
            if bare.trim().contains(char::is_whitespace) {
                let name = clean(name);
                self.row_unread(line, &name, format!("a row whose name is no header: {name}"));
                return Ok(());
            }
            let mut said = facts::facts([&text, remark].join("\n").trim());
            let facts = &mut said.facts;
            let presence = cell(Role::Presence);
            if !presence.trim().is_empty() {
                let Some(presence) = table::presence(presence) else {
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
            (clean(bare), said)
        };
        let facts::Facts { facts: mut value, doubt, rules } = said;
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
            self.texts.row(
                line,
                pointer.clone(),
                &cells[*at],
                value.get("type").and_then(Value::as_str).unwrap_or_default(),
            );
        }
        if text.trim().is_empty() {
            self.silent.push((side, section, self.sides[side].0[section].len()));
        }
        if doubt {
            self.doubts.push(pointer.clone());
        }
        self.rule(&pointer, line, rules);
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
}

/// Returns a method, a status or an address in one spelling: `200 OK` is 200.
fn endpoint(label: &str, text: &str) -> String {
    if label.contains("method") && text.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        return text.to_uppercase();
    }
    if label.contains("status") {
        let (code, words) = text.split_once(' ').unwrap_or((text, ""));
        let phrase = ["ok", "created", "accepted"].contains(&words.trim_matches(['(', ')']).to_lowercase().as_str());
        return if phrase { code.to_owned() } else { text.to_owned() };
    }
    // A host is the same in capitals.
    match text.split_once("://").map(|(scheme, rest)| (scheme, rest.split_once('/').unwrap_or((rest, "")))) {
        Some((scheme, (host, path))) if !scheme.contains(' ') && text.matches('/').count() > 2 => {
            format!("{}://{}/{path}", scheme.to_lowercase(), host.to_lowercase())
        }
        _ => text.to_owned(),
    }
}
