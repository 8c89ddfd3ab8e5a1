//! Lines of the window's text.

use super::super::table::is_header;

/// A line, or a cell of a line with tabs.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) text: &'a str,
    /// A blank line stands before it, or it begins a line of cells.
    pub(super) apart: bool,
    /// It is a part of a line with tabs.
    pub(super) cells: bool,
    /// It is the first of its line.
    pub(super) first: bool,
}

/// Returns the lines that are not blank, without the button at a sample; a line with tabs counts as one line for each cell.
pub(super) fn lines(page: &str) -> Vec<Line<'_>> {
    let used: Vec<_> = page.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()).collect();
    let is_sample = |at: Option<usize>| {
        at.and_then(|at| used.get(at)).is_some_and(|(_, text)| {
            let text = text.trim();
            is_json(text) || continues(text) || matches!(text, "}" | "]")
        })
    };
    let (mut lines, mut above) = (Vec::with_capacity(used.len()), 0);
    for (at, (number, text)) in used.iter().enumerate() {
        let button =
            matches!(text.trim(), "Copy" | "Copied!") && (is_sample(Some(at + 1)) || is_sample(at.checked_sub(1)));
        let mut apart = at == 0 || number - above > 1;
        above = *number;
        if button {
            continue;
        }
        let cells = text.trim_start().contains('\t');
        apart |= cells;
        for (at, text) in
            text.split(|letter| cells && letter == '\t').filter(|text| !text.trim().is_empty()).enumerate()
        {
            let apart = std::mem::take(&mut apart);
            lines.push(Line { number: number + 1, text, apart, cells, first: at == 0 });
        }
    }
    lines
}

/// Joins lines.
pub(super) fn join(lines: &[Line<'_>], between: &str) -> String {
    lines.iter().map(|line| line.text).collect::<Vec<_>>().join(between)
}

/// Returns how many lines a JSON text has.
pub(super) fn json(lines: &[Line<'_>]) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, line) in lines.iter().enumerate() {
        // No text of a sample has a line end, so a quote that is missing spoils one line.
        let (mut quoted, mut escaped) = (false, false);
        for letter in line.text.chars() {
            match letter {
                _ if std::mem::take(&mut escaped) => {}
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '{' | '[' if !quoted => depth += 1,
                '}' | ']' if !quoted => depth -= 1,
                _ => {}
            }
        }
        if depth <= 0 {
            return Some(at + 1);
        }
    }
    None
}

fn is_json(text: &str) -> bool {
    text == "{" || text == "[" || text.starts_with("{\"") || text.starts_with("[{")
}

fn header(text: &str) -> bool {
    text.split_once(": ").is_some_and(|(name, value)| {
        is_header(name) && name.starts_with(|first: char| first.is_ascii_uppercase()) && !value.trim().contains(' ')
    })
}

fn continues(text: &str) -> bool {
    let small = text
        .split_once(": ")
        .is_some_and(|(name, value)| is_header(name) && name.contains('-') && !value.trim().contains(' '));
    small || header(text)
}

impl Line<'_> {
    /// Tells whether a JSON text begins here.
    pub(super) fn is_json(&self) -> bool {
        is_json(self.text.trim())
    }

    /// Tells whether it goes on with a sample of headers: in small letters too.
    pub(super) fn continues_headers(&self) -> bool {
        continues(self.text.trim())
    }

    /// Tells whether it is a line of a sample of headers.
    pub(super) fn is_header(&self) -> bool {
        header(self.text.trim())
    }
}
