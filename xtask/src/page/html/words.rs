//! The words of a page between its tags, gathered into lines, cells and texts.

use super::{
    super::{
        Block, Content, clean,
        link::{END, START, STRUCK, UNSTRUCK},
        tag::{attribute_of, entities},
    },
    HtmlReader,
    role::ElementRole,
};

impl HtmlReader<'_> {
    /// Ends a line of a sample, a word of a cell, or a text.
    pub(super) fn pause(&mut self, tag: &str) {
        if self.inside(ElementRole::Cell) || self.inside(ElementRole::Code) {
            if !self.buffer.trim().is_empty() && !self.buffer.ends_with('\n') {
                self.buffer.push('\n');
            }
        } else if self.inside(ElementRole::Heading) {
            self.buffer.push(' ');
        } else if !tag.starts_with("br") {
            self.flush(Content::Text);
        }
    }

    /// Writes an indent by style as spaces that count.
    pub(super) fn indent(&mut self, tag: &str) {
        let Some(style) = attribute_of(tag, "style").filter(|_| self.buffer.trim().is_empty()) else { return };
        let mut rules = style.split(';').filter_map(|rule| rule.split_once(':'));
        let rule = rules.find(|(name, _)| matches!(name.trim(), "padding-left" | "margin-left" | "text-indent"));
        let digits: String =
            rule.map_or("", |(_, value)| value.trim()).chars().take_while(char::is_ascii_digit).collect();
        let pixels = rule.is_some_and(|(_, value)| value.trim().ends_with("px"));
        let width = digits.parse::<usize>().unwrap_or(0).min(200);
        self.buffer.push_str(&"\u{a0}".repeat(if pixels { width.div_ceil(8) } else { width * 2 }));
    }

    pub(super) fn words(&mut self, text: &str) {
        if self.inside(ElementRole::Hidden) || self.inside(ElementRole::Nested) {
            return;
        }
        if self.buffer.trim().is_empty() {
            self.start = self.line + text[..text.len() - text.trim_start().len()].matches('\n').count();
        }
        let code = self.inside(ElementRole::Code) && !self.inside(ElementRole::Cell);
        let said = !code && !text.trim().is_empty();
        let link = said && self.open.iter().any(|(name, _)| name == "a");
        let struck = said && self.inside(ElementRole::Struck);
        self.buffer.extend(struck.then_some(STRUCK));
        self.buffer.extend(link.then_some(START));
        let mut spaced = false;
        // A raised digit is the mark of a footnote, or a power, and no digit of the number before it.
        let raised = said && self.open.iter().any(|(name, _)| name == "sup");
        for letter in text.chars().map(|letter| if raised { raise(letter) } else { letter }) {
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
        self.buffer.extend(link.then_some(END));
        self.buffer.extend(struck.then_some(UNSTRUCK));
    }
    pub(super) fn flush(&mut self, content: fn(String) -> Content) {
        let text = entities(&std::mem::take(&mut self.buffer));
        if self.inside(ElementRole::Table) || text.trim().is_empty() {
            return;
        }
        let code = matches!(content(String::new()), Content::Code(_));
        let text = if code { text.trim().to_owned() } else { clean(&text) };
        self.out.push(Block { line: self.start, content: content(text) });
    }
}

/// Returns a digit as a raised one.
pub(in crate::page) fn raise(letter: char) -> char {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    letter.to_digit(10).and_then(|digit| RAISED.get(digit as usize).copied()).unwrap_or(letter)
}
