//! Saved HTML, and the tables of HTML inside Markdown: headings, texts, samples and tables, also those made of `role`s.

use super::{
    Block, Content, Fault, Row, Table, clean,
    link::{END, START},
    tag::{attribute_of, entities, tag_end},
};

const VOID: [&str; 12] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose text is none of the page's, or the site's around it.
const HIDDEN: [&str; 11] =
    ["script", "style", "svg", "button", "template", "noscript", "head", "title", "nav", "aside", "footer"];
/// Elements that end a word.
const BREAKS: [&str; 10] = ["br", "p", "div", "li", "ul", "ol", "section", "td", "tr", "figure"];

/// Returns the parts of a document or of a fragment that begins in `first` line.
///
/// # Errors
///
/// Where it ends inside a tag, a table or a sample.
pub(super) fn blocks(text: &str, first: usize) -> Result<Vec<Block>, Fault> {
    let mut reader =
        Reader { text, at: 0, line: first, open: vec![], out: vec![], buffer: String::new(), start: first };
    while reader.at < text.len() {
        reader.step()?;
    }
    let unfinished = |(name, role): &&(String, Role)| {
        matches!(role, Role::Table | Role::Row | Role::Cell | Role::Code | Role::Hidden)
            || name == "html"
            || name == "body"
    };
    if let Some((name, _)) = reader.open.iter().find(unfinished) {
        return Err(Fault::new(reader.line, format!("the page ends inside <{name}>; save all of it")));
    }
    reader.flush(Content::Text);
    Ok(reader.out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Table,
    Row,
    Cell,
    Heading,
    Code,
    Hidden,
    Other,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    open: Vec<(String, Role)>,
    out: Vec<Block>,
    buffer: String,
    /// Where the text in the buffer began.
    start: usize,
}

impl Reader<'_> {
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
            self.enter(&name, tag);
        }
        self.advance(end + 1);
        // The text of a script is no markup.
        if matches!(name.as_str(), "script" | "style") && !tag.starts_with('/') {
            let rest = &self.text[self.at..];
            let end =
                rest.to_ascii_lowercase().find(&format!("</{name}")).ok_or_else(|| self.cut(&format!("<{name}>")))?;
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

    fn inside(&self, role: Role) -> bool {
        self.open.iter().any(|(_, open)| *open == role)
    }

    fn enter(&mut self, name: &str, tag: &str) {
        if self.inside(Role::Hidden) && VOID.contains(&name) {
            return;
        }
        let role = role(name, tag);
        // HTML lets the ends of cells and rows out.
        let ends: &[Role] = match role {
            Role::Cell => &[Role::Cell],
            Role::Row => &[Role::Cell, Role::Row],
            _ => &[],
        };
        for end in ends {
            let table = self.open.iter().rposition(|(_, role)| *role == Role::Table).unwrap_or(0);
            if let Some(at) = self.open.iter().rposition(|(_, role)| role == end).filter(|at| *at > table) {
                while self.open.len() > at {
                    self.pop();
                }
            }
        }
        match role {
            Role::Table if self.inside(Role::Table) => {
                let content = Content::Unread("a table inside a cell".into());
                self.out.push(Block { line: self.line, content });
            }
            Role::Table => {
                self.flush(Content::Text);
                self.out.push(Block { line: self.line, content: Content::Table(Table::default()) });
            }
            Role::Row => {
                let line = self.line;
                self.table(|table| table.rows.push(Row { line, cells: vec![] }));
            }
            Role::Cell => {
                self.buffer.clear();
                let spans = |attribute| attribute_of(tag, attribute).is_some_and(|value| value.trim() != "1");
                let (line, merged) = (self.line, spans("colspan") || spans("rowspan") || spans("aria-colspan"));
                self.table(|table| table.merged = table.merged.or(merged.then_some(line)));
                self.indent(tag);
            }
            Role::Heading | Role::Code if !self.inside(Role::Cell) => self.flush(Content::Text),
            _ if self.inside(Role::Cell) => self.indent(tag),
            _ => {}
        }
        if BREAKS.contains(&name) {
            self.pause(tag);
        }
        if !VOID.contains(&name) && !tag.ends_with('/') {
            self.open.push((name.to_owned(), role));
        }
    }

    fn close(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|(open, _)| open == name) else { return };
        while self.open.len() > at {
            self.pop();
        }
        if BREAKS.contains(&name) {
            self.pause("");
        }
    }

    fn pop(&mut self) {
        let Some((_, role)) = self.open.pop() else { return };
        match role {
            Role::Cell => {
                let text = entities(&std::mem::take(&mut self.buffer));
                self.table(|table| {
                    if let Some(row) = table.rows.last_mut() {
                        row.cells.push(text);
                    }
                });
            }
            Role::Table if !self.inside(Role::Table) => {
                self.table(|table| {
                    table.rows.retain(|row| !row.cells.is_empty());
                    if !table.rows.is_empty() {
                        table.columns = table.rows.remove(0).cells.iter().map(|cell| clean(cell)).collect();
                    }
                });
                self.buffer.clear();
            }
            Role::Heading if !self.inside(Role::Cell) => self.flush(Content::Heading),
            Role::Code if !self.inside(Role::Cell) => self.flush(Content::Code),
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

    /// Ends a line of a sample, a word of a cell, or a text.
    fn pause(&mut self, tag: &str) {
        if self.inside(Role::Cell) || self.inside(Role::Code) {
            if !self.buffer.trim().is_empty() && !self.buffer.ends_with('\n') {
                self.buffer.push('\n');
            }
        } else if !tag.starts_with("br") {
            self.flush(Content::Text);
        }
    }

    /// Writes an indent by style as spaces that count.
    fn indent(&mut self, tag: &str) {
        let Some(style) = attribute_of(tag, "style").filter(|_| self.buffer.trim().is_empty()) else { return };
        let mut rules = style.split(';').filter_map(|rule| rule.split_once(':'));
        let rule = rules.find(|(name, _)| matches!(name.trim(), "padding-left" | "margin-left" | "text-indent"));
        let digits: String =
            rule.map_or("", |(_, value)| value.trim()).chars().take_while(char::is_ascii_digit).collect();
        let pixels = rule.is_some_and(|(_, value)| value.trim().ends_with("px"));
        let width = digits.parse::<usize>().unwrap_or(0).min(200);
        self.buffer.push_str(&"\u{a0}".repeat(if pixels { width.div_ceil(8) } else { width * 2 }));
    }

    fn words(&mut self, text: &str) {
        if self.inside(Role::Hidden) {
            return;
        }
        if self.buffer.trim().is_empty() {
            self.start = self.line + text[..text.len() - text.trim_start().len()].matches('\n').count();
        }
        let code = self.inside(Role::Code) && !self.inside(Role::Cell);
        let link = !code && !text.trim().is_empty() && self.open.iter().any(|(name, _)| name == "a");
        if link {
            self.buffer.push(START);
        }
        let mut spaced = false;
        for letter in text.chars() {
            let space = letter.is_ascii_whitespace() && !code;
            let doubled =
                spaced || self.buffer.is_empty() || self.buffer.ends_with(|last: char| last.is_ascii_whitespace());
            if !space {
                self.buffer.push(letter);
            } else if !doubled {
                self.buffer.push(' ');
            }
            spaced = space;
        }
        if link {
            self.buffer.push(END);
        }
    }

    fn flush(&mut self, content: fn(String) -> Content) {
        let text = entities(&std::mem::take(&mut self.buffer));
        if self.inside(Role::Table) || text.trim().is_empty() {
            return;
        }
        let code = matches!(content(String::new()), Content::Code(_));
        let text = if code { text.trim().to_owned() } else { clean(&text) };
        self.out.push(Block { line: self.start, content: content(text) });
    }
}

fn role(name: &str, tag: &str) -> Role {
    match (name, attribute_of(tag, "role").as_deref()) {
        (name, _) if HIDDEN.contains(&name) => Role::Hidden,
        ("table", _) | (_, Some("table")) => Role::Table,
        ("tr", _) | (_, Some("row")) => Role::Row,
        ("td" | "th", _) | (_, Some("cell" | "columnheader" | "rowheader")) => Role::Cell,
        ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", _) => Role::Heading,
        ("pre", _) => Role::Code,
        _ => Role::Other,
    }
}
