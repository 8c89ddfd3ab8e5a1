//! GitBook's Markdown twin of the page: pipe tables, tables in HTML, fenced samples, blocks in `{% … %}`.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{
    Block, Content, Fault, clean, html,
    link::{END, START, STRUCK, UNSTRUCK},
    table::{Row, Table},
};

/// Returns the parts of the page.
///
/// # Errors
///
/// Where it ends inside a table or a sample.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, Fault> {
    let (mut blocks, rest) = cut_tables(text)?;
    let ends = rest.match_indices('\n').map(|(at, _)| at).collect();
    let mut reader = MarkdownReader {
        text: &rest,
        ends,
        out: vec![],
        buffer: String::new(),
        hidden: vec![],
        link: false,
        image: false,
        struck: false,
        raised: false,
    };
    for (event, range) in
        Parser::new_ext(&rest, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).into_offset_iter()
    {
        reader.step(event, range.start, range.end)?;
    }
    blocks.append(&mut reader.out);
    blocks.sort_by_key(|block| block.line);
    Ok(blocks)
}

/// Reads the tables in HTML and returns the text with white space in their place.
fn cut_tables(text: &str) -> Result<(Vec<Block>, String), Fault> {
    let (mut blocks, mut rest, mut fence) = (Vec::new(), String::new(), false);
    let mut table = None::<(usize, String, usize)>;
    for (at, line) in text.lines().enumerate() {
        let mut line = line;
        fence ^= table.is_none() && line.trim_start().starts_with("```");
        if let Some(start) = line.find("<table").filter(|_| !fence && table.is_none()) {
            rest.push_str(&line[..start]);
            table = Some((at + 1, String::new(), 0));
            line = &line[start..];
        }
        if let Some((first, html, open)) = &mut table {
            html.push_str(line);
            html.push('\n');
            *open = (*open + line.matches("<table").count()).saturating_sub(line.matches("</table").count());
            if *open == 0 {
                blocks.extend(
                    html::blocks(html, *first)?.into_iter().filter(|block| !matches!(block.content, Content::Text(_))),
                );
                table = None;
                rest.push('\n');
            }
        } else {
            rest.push_str(line);
        }
        rest.push('\n');
        if rest.ends_with("\n\n\n") && line.contains("</table") {
            rest.pop();
        }
    }
    match table {
        Some((line, ..)) => Err(Fault::new(line, "the page ends inside this table; save all of it")),
        None => Ok((blocks, rest)),
    }
}

struct MarkdownReader<'a> {
    text: &'a str,
    /// Where lines end.
    ends: Vec<usize>,
    out: Vec<Block>,
    buffer: String,
    /// Names of elements whose text is none of the page's.
    hidden: Vec<String>,
    /// Inside of a link, or of what stands for a picture.
    link: bool,
    image: bool,
    /// Inside of words that are struck through.
    struck: bool,
    /// Inside of raised digits.
    raised: bool,
}

impl MarkdownReader<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.ends.partition_point(|end| *end < at)
    }

    fn step(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<(), Fault> {
        let line = self.line(start);
        match event {
            Event::Start(Tag::Table(_)) => self.out.push(Block { line, content: Content::Table(Table::default()) }),
            Event::Start(Tag::TableRow) => {
                // The parser drops cells that are too many, and adds those that are missing.
                let written = self.text[start..end].lines().next().map_or(0, cells);
                self.table(|table| table.rows.push(Row { line, cells: Vec::new() }));
                let columns = self.columns();
                if written != columns {
                    let first = self.text[start..end]
                        .trim_start()
                        .trim_start_matches('|')
                        .split('|')
                        .next()
                        .unwrap_or_default();
                    let name = clean(&first.replace(['`', '*', '\\'], ""));
                    let reason = format!("a row of {written} cells in a table of {columns}: {name}");
                    self.table(|table| drop(table.rows.pop()));
                    let at = self.out.len() - 1;
                    self.out.insert(at, Block { line, content: Content::Unread(name, reason) });
                    self.hidden.push("row".into());
                }
            }
            Event::End(TagEnd::TableRow) => self.hidden.retain(|name| name != "row"),
            Event::Start(Tag::TableCell | Tag::Heading { .. } | Tag::Paragraph | Tag::Item | Tag::CodeBlock(_)) => {
                if let (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))), block) =
                    (&event, self.text[start..end].trim_end())
                {
                    let closed = block.lines().count() > 1
                        && block.lines().last().is_some_and(|last| last.trim().starts_with("```"));
                    if !closed {
                        return Err(Fault::new(line, "the page ends inside this sample; save all of it"));
                    }
                }
                // A list inside of a list begins before the text above it ends.
                if matches!(event, Event::Start(Tag::TableCell)) {
                    self.buffer.clear();
                } else {
                    self.flush(line, Content::Text);
                }
            }
            Event::End(TagEnd::TableCell) => {
                let text = std::mem::take(&mut self.buffer);
                if self.hidden.is_empty() {
                    self.table(|table| match table.rows.last_mut() {
                        Some(row) => row.cells.push(text),
                        None => table.columns.push(clean(&text)),
                    });
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                self.flush(line, if level == HeadingLevel::H1 { Content::Title } else { Content::Heading });
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                // A block of the site begins in a line of its own.
                let lines = self.text[start..end].lines().map(str::trim);
                let above = lines.take_while(|line| line.starts_with("{%") && line.ends_with("%}")).count();
                self.flush(line + above, Content::Text);
            }
            Event::End(TagEnd::CodeBlock) => {
                // A fenced block has its fence above.
                let fenced = self.text[start..end].trim_start().starts_with("```");
                let text = std::mem::take(&mut self.buffer);
                self.out.push(Block { line: line + usize::from(fenced), content: Content::Code(text) });
            }
            Event::Start(Tag::Link { .. }) => self.link = true,
            Event::End(TagEnd::Link) => self.link = false,
            Event::Start(Tag::Image { .. }) => self.image = true,
            Event::End(TagEnd::Image) => self.image = false,
            Event::Start(Tag::Strikethrough) => self.struck = true,
            Event::End(TagEnd::Strikethrough) => self.struck = false,
            Event::Text(_) if self.image => {}
            Event::Text(text) if self.raised => {
                let raised: String = text.chars().map(html::raise).collect();
                self.words(&raised);
            }
            Event::Text(text) | Event::Code(text) => self.words(&text),
            Event::SoftBreak => self.buffer.push(' '),
            Event::HardBreak => self.buffer.push('\n'),
            Event::InlineHtml(tag) => {
                let tag = tag.to_ascii_lowercase();
                let name = tag.trim_start_matches(['<', '/']).trim_end_matches('>');
                if name == "sup" {
                    self.raised = !tag.starts_with("</");
                }
                if matches!(name, "del" | "s" | "strike") {
                    self.struck = !tag.starts_with("</");
                }
                if ["<br", "<li", "<p", "</p", "</li", "<div", "</div"].iter().any(|start| tag.starts_with(start)) {
                    self.buffer.push('\n');
                }
            }
            Event::Start(Tag::HtmlBlock) => self.buffer.clear(),
            Event::Html(text) => self.buffer.push_str(&text),
            Event::End(TagEnd::HtmlBlock) => {
                let html = std::mem::take(&mut self.buffer);
                self.out.extend(html::blocks(&html, line)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, text: &str) {
        self.buffer.extend(self.struck.then_some(STRUCK));
        self.buffer.extend(self.link.then_some(START));
        self.buffer.push_str(text);
        self.buffer.extend(self.link.then_some(END));
        self.buffer.extend(self.struck.then_some(UNSTRUCK));
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(Block { content: Content::Table(table), .. }) = self.out.last_mut() {
            change(table);
        }
    }

    fn columns(&self) -> usize {
        match self.out.last() {
            Some(Block { content: Content::Table(table), .. }) => table.columns.len(),
            _ => 0,
        }
    }

    fn flush(&mut self, line: usize, content: fn(String) -> Content) {
        let text = std::mem::take(&mut self.buffer);
        for (tag, rest) in text.split("{%").map(|part| part.split_once("%}").unwrap_or(("", part))) {
            if let Some(operation) = operation(tag) {
                self.out.push(Block { line, content: Content::Operation(operation) });
            }
            if !rest.trim().is_empty() {
                self.out.push(Block { line, content: content(clean(rest)) });
            }
        }
    }
}

/// Returns how many cells a line of a pipe table has.
fn cells(line: &str) -> usize {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut count = 1;
    let mut escaped = false;
    for letter in line.strip_suffix('|').filter(|line| !line.ends_with('\\')).unwrap_or(line).chars() {
        count += usize::from(letter == '|' && !escaped);
        escaped = letter == '\\' && !escaped;
    }
    count
}

/// Returns method and path of a block on an operation.
fn operation(tag: &str) -> Option<String> {
    let tag = tag.trim();
    if !["openapi", "swagger"].iter().any(|name| tag.starts_with(name)) {
        return None;
    }
    // The writer's tool makes typographic quotes of plain ones in running text.
    let value = |name: &str| {
        tag.split_once(&format!("{name}="))?.1.trim_start_matches(['"', '“', '”']).split(['"', '“', '”']).next()
    };
    Some(format!("{} {}", value(" method")?.to_uppercase(), value(" path")?))
}
