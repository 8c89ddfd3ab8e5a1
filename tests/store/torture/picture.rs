//! What came of it all, as a table and as a picture.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

/// How often something ended in some way.
#[derive(Clone, Default)]
pub(super) struct Tally(BTreeMap<(String, String), usize>);

const LEFT: usize = 230;
const COLUMN: usize = 90;
const LINE: usize = 20;

impl Tally {
    pub(super) fn count(&mut self, row: impl Into<String>, column: impl Into<String>) {
        *self.0.entry((row.into(), column.into())).or_default() += 1;
    }

    fn rows(&self) -> BTreeSet<&str> {
        self.0.keys().map(|(row, _)| row.as_str()).collect()
    }

    fn get(&self, row: &str, column: &str) -> usize {
        self.0.get(&(row.to_owned(), column.to_owned())).copied().unwrap_or(0)
    }

    /// Returns the columns that are met, in the order of `known`, and then the others.
    fn columns<'a>(&'a self, known: &[&'a str]) -> Vec<&'a str> {
        let met: BTreeSet<_> = self.0.keys().map(|(_, column)| column.as_str()).collect();
        let others = met.iter().filter(|column| !known.contains(column)).copied();
        known.iter().filter(|column| met.contains(*column)).copied().chain(others).collect()
    }

    /// Returns the table as text.
    pub(super) fn table(&self, title: &str, known: &[&str]) -> String {
        let columns = self.columns(known);
        let mut text = format!("{title:28}");
        columns.iter().for_each(|column| write!(text, "{column:>10}").unwrap());
        for row in self.rows() {
            write!(text, "\n{row:28}").unwrap();
            for column in &columns {
                let count = self.get(row, column);
                let cell = if count == 0 { "·".to_owned() } else { count.to_string() };
                write!(text, "{cell:>10}").unwrap();
            }
        }
        text + "\n"
    }

    /// Draws the table from a height on. Returns what it drew, the width and the height where it ends.
    fn draw(&self, title: &str, known: &[&str], top: usize) -> (String, usize, usize) {
        let columns = self.columns(known);
        let most = self.0.values().copied().max().unwrap_or(1);
        let mut svg = format!("<text x=\"8\" y=\"{top}\" font-weight=\"bold\">{title}</text>\n");
        for (at, column) in columns.iter().enumerate() {
            let x = LEFT + COLUMN * at + COLUMN / 2;
            writeln!(svg, r#"<text x="{x}" y="{top}" text-anchor="middle">{column}</text>"#).unwrap();
        }
        for (line, row) in self.rows().into_iter().enumerate() {
            let y = top + LINE * (line + 1);
            writeln!(svg, r#"<text x="8" y="{y}">{row}</text>"#).unwrap();
            for (at, column) in columns.iter().enumerate() {
                let (x, count) = (LEFT + COLUMN * at, self.get(row, column));
                // A few are seen beside very many: the shade grows with the root.
                let part = (count as f64 / most as f64).sqrt();
                let ink = if part > 0.6 { "white" } else { "black" };
                let text = if count == 0 { String::new() } else { count.to_string() };
                writeln!(
                    svg,
                    r##"<rect x="{x}" y="{}" width="{}" height="{}" fill="#1f4e9c" fill-opacity="{part:.2}" stroke="#ddd"/><text x="{}" y="{y}" text-anchor="middle" fill="{ink}">{text}</text>"##,
                    y - 14, COLUMN - 2, LINE - 2, x + COLUMN / 2
                )
                .unwrap();
            }
        }
        (svg, LEFT + COLUMN * columns.len() + 8, top + LINE * (self.rows().len() + 1))
    }
}

/// Returns a picture of several tables, each with its title and the order of its columns.
pub(super) fn picture(title: &str, tables: &[(&str, &Tally, &[&str])]) -> String {
    let (mut drawn, mut width, mut top) = (String::new(), 0, 60);
    for (name, tally, known) in tables {
        let (svg, right, bottom) = tally.draw(name, known, top);
        drawn += &svg;
        (width, top) = (width.max(right), bottom + LINE);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{top}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<text x=\"8\" y=\"24\" \
         font-size=\"15\">{title}</text>\n{drawn}</svg>\n"
    )
}
