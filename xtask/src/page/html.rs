//! Saved HTML, and the tables of HTML inside Markdown: headings, texts, samples and tables, also those made of `role`s.

mod role;
mod words;

use role::{ElementRole, role};
pub(super) use words::raise;

use super::{
    Block, Content, Fault, clean,
    table::{Row, Span, Table},
    tag::{attribute_of, entities, has_attribute, tag_end},
};

const VOID: [&str; 12] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements that end a word.
const BREAKS: [&str; 22] = [
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "section",
    "td",
    "tr",
    "figure",
    "figcaption",
    "blockquote",
    "article",
    "main",
    "header",
    "details",
    "summary",
    "dt",
    "dd",
    "dl",
    "hr",
    "form",
];
/// How deep elements may stand in each other.
const DEEP: usize = 500;

/// Returns the parts of a document or of a fragment that begins in `first` line.
///
/// # Errors
///
/// Where it ends inside a tag, a table or a sample.
pub(super) fn blocks(text: &str, first: usize) -> Result<Vec<Block>, Fault> {
    let mut reader = HtmlReader {
        text,
        at: 0,
        line: first,
        open: vec![],
        counts: [0; 9],
        out: vec![],
        buffer: String::new(),
        start: first,
        main: None,
        over: false,
    };
    while reader.at < text.len() && !reader.over {
        reader.step()?;
    }
    if reader.over {
        return Ok(reader.out);
    }
    let unfinished = |(name, role): &&(String, ElementRole)| {
        matches!(
            role,
            ElementRole::Table | ElementRole::Row | ElementRole::Cell | ElementRole::Code | ElementRole::Hidden
        ) || name == "html"
            || name == "body"
    };
    if let Some((name, _)) = reader.open.iter().find(unfinished) {
        return Err(Fault::new(reader.line, format!("the page ends inside <{name}>; save all of it")));
    }
    reader.flush(Content::Text);
    Ok(reader.out)
}

struct HtmlReader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    open: Vec<(String, ElementRole)>,
    /// How many elements of each role are open.
    counts: [usize; 9],
    out: Vec<Block>,
    buffer: String,
    /// Where the text in the buffer began.
    start: usize,
    /// How many parts stand above the page's main element.
    main: Option<usize>,
    /// The main element had the page.
    over: bool,
}

impl HtmlReader<'_> {
    fn step(&mut self) -> Result<(), Fault> {
        let rest = &self.text[self.at..];
        let is_tag = rest.starts_with('<')
            && rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next));
        if !is_tag {
            let end = rest.char_indices().skip(1).find(|(_, letter)| *letter == '<').map_or(rest.len(), |(at, _)| at);
            self.words(&rest[..end]);
            self.advance(end);
            return Ok(());
        }
        if rest.starts_with("<!--") {
            let end = rest.find("-->").ok_or_else(|| self.cut("a comment"))?;
            self.advance(end + 3);
            return Ok(());
        }
        let end = tag_end(rest).ok_or_else(|| self.cut("a tag"))?;
        let tag = &rest[1..end];
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if tag.starts_with('/') {
            self.close(&name);
        } else if !name.is_empty() {
            self.enter(&name, tag)?;
        }
        self.advance(end + 1);
        // The text of a script is no markup.
        if matches!(name.as_str(), "script" | "style") && !tag.starts_with('/') {
            let rest = &self.text.as_bytes()[self.at..];
            let is_end = |at: &usize| {
                rest[*at..].get(2..2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
            };
            let starts = rest.windows(2).enumerate().filter(|(_, two)| *two == b"</").map(|(at, _)| at);
            let end = starts.into_iter().find(is_end).ok_or_else(|| self.cut(&format!("<{name}>")))?;
            self.advance(end);
        }
        Ok(())
    }

    fn cut(&self, what: &str) -> Fault {
        Fault::new(self.line, format!("the page ends inside {what}; save all of it"))
    }

    fn advance(&mut self, length: usize) {
        self.line += self.text[self.at..self.at + length].matches('\n').count();
        self.at += length;
    }

    fn inside(&self, role: ElementRole) -> bool {
        self.counts[role as usize] > 0
    }

    fn enter(&mut self, name: &str, tag: &str) -> Result<(), Fault> {
        let closed = VOID.contains(&name) || tag.ends_with('/') && name != "a";
        if self.inside(ElementRole::Hidden) || self.inside(ElementRole::Nested) {
            let nested = if name == "table" { ElementRole::Nested } else { ElementRole::Other };
            return if closed { Ok(()) } else { self.push(name, nested) };
        }
        // HTML lets the ends of paragraphs and of parts of lists out.
        if BREAKS.contains(&name) && name != "br" && self.open.last().is_some_and(|(open, _)| open == "p") {
            self.close("p");
        }
        if name == "li" && self.open.last().is_some_and(|(open, _)| open == "li") {
            self.close("li");
        }
        let role = role(name, tag);
        // HTML lets the ends of cells and rows out.
        let ends: &[ElementRole] = match role {
            ElementRole::Cell => &[ElementRole::Cell],
            ElementRole::Row => &[ElementRole::Cell, ElementRole::Row],
            _ => &[],
        };
        for end in ends {
            let table = self.open.iter().rposition(|(_, role)| *role == ElementRole::Table).unwrap_or(0);
            if let Some(at) = self.open.iter().rposition(|(_, role)| role == end).filter(|at| *at > table) {
                while self.open.len() > at {
                    self.pop();
                }
            }
        }
        match role {
            ElementRole::Table if self.inside(ElementRole::Table) => {
                let line = self.line;
                self.table(|table| {
                    let name = table.rows.last().and_then(|row| row.cells.first());
                    let name = name.map_or_else(String::new, |name| clean(&super::link::Linked::new(name).whole));
                    table.nested.push((line, format!("a table inside a cell of {name}")));
                });
                return self.push(name, ElementRole::Nested);
            }
            ElementRole::Table => {
                self.flush(Content::Text);
                let cards = attribute_of(tag, "data-view").is_some_and(|view| view == "cards");
                let content = Content::Table(Table { cards, ..Table::default() });
                self.out.push(Block { line: self.line, content });
            }
            ElementRole::Row => {
                let line = self.line;
                self.table(|table| table.rows.push(Row { line, cells: vec![] }));
            }
            ElementRole::Cell => {
                self.buffer.clear();
                let spans = |attribute| {
                    let count = attribute_of(tag, attribute).and_then(|value| value.trim().parse::<usize>().ok());
                    count.unwrap_or(1).max(1)
                };
                let (columns, rows) = (spans("colspan").max(spans("aria-colspan")), spans("rowspan"));
                let line = self.line;
                let hidden = has_attribute(tag, "data-hidden");
                self.table(|table| {
                    if columns > 1 || rows > 1 {
                        let (row, cell) = (table.rows.len(), table.rows.last().map_or(0, |row| row.cells.len()));
                        table.spans.push(Span { line, row: row.saturating_sub(1), cell, columns, rows });
                    }
                    if let (1, Some(row), true) = (table.rows.len(), table.rows.last(), hidden) {
                        table.hidden.push(row.cells.len());
                    }
                });
                self.indent(tag);
            }
            ElementRole::Heading | ElementRole::Code if !self.inside(ElementRole::Cell) => self.flush(Content::Text),
            _ if self.inside(ElementRole::Cell) => self.indent(tag),
            _ => {}
        }
        if BREAKS.contains(&name) {
            self.pause(tag);
        }
        if name == "main" && self.main.is_none() {
            self.flush(Content::Text);
            self.main = Some(self.out.len());
        }
        if closed { Ok(()) } else { self.push(name, role) }
    }

    fn push(&mut self, name: &str, role: ElementRole) -> Result<(), Fault> {
        if self.open.len() >= DEEP {
            return Err(Fault::new(
                self.line,
                format!("more than {DEEP} elements stand in each other; save the page again"),
            ));
        }
        self.counts[role as usize] += 1;
        self.open.push((name.to_owned(), role));
        Ok(())
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|(open, _)| open == name) else { return };
        while self.open.len() > at {
            self.pop();
        }
        if BREAKS.contains(&name) && !self.inside(ElementRole::Hidden) && !self.inside(ElementRole::Nested) {
            self.pause("");
        }
        if let ("main", Some(above)) = (name, self.main) {
            self.flush(Content::Text);
            let is_table = |block: &Block| matches!(block.content, Content::Table(_));
            if self.out[above..].iter().any(is_table) {
                self.out.drain(..above);
                self.over = true;
            }
        }
    }

    fn pop(&mut self) {
        let Some((name, role)) = self.open.pop() else { return };
        self.counts[role as usize] -= 1;
        match role {
            ElementRole::Cell => {
                let text = entities(&std::mem::take(&mut self.buffer));
                self.table(|table| {
                    if let Some(row) = table.rows.last_mut() {
                        row.cells.push(text);
                    }
                });
            }
            ElementRole::Table if !self.inside(ElementRole::Table) => {
                self.table(|table| {
                    table.write_out_spans();
                    table.rows.retain(|row| !row.cells.is_empty());
                    if !table.rows.is_empty() {
                        table.columns = table.rows.remove(0).cells.iter().map(|cell| clean(cell)).collect();
                    }
                });
                self.buffer.clear();
            }
            ElementRole::Heading if !self.inside(ElementRole::Cell) => {
                self.flush(if name == "h1" { Content::Title } else { Content::Heading });
            }
            ElementRole::Code if !self.inside(ElementRole::Cell) => self.flush(Content::Code),
            _ => {}
        }
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        let table = self.out.iter_mut().rev().find_map(|block| match &mut block.content {
            Content::Table(table) => Some(table),
            _ => None,
        });
        if let Some(table) = table {
            change(table);
        }
    }
}
