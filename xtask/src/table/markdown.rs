//! The tables as Markdown.

use super::{ENFORCEMENT, INTRODUCTION, Received, Sent, Tables, title};

/// Writes the tables.
pub(super) fn write(tables: &Tables) -> String {
    let mut text = format!("# Fields\n\n{INTRODUCTION}\n\n## {}\n\n", title(tables.request.component));
    text.push_str("Enforced by:\n\n");
    for (word, meaning) in ENFORCEMENT {
        text.push_str(&format!("- {word}: {meaning}\n"));
    }
    text.push_str("\nProven: each constraint has a vector in `spec/vectors/violations.json` that is accepted at its edge, and one \
        that is refused just over it.\n\n");
    let columns = [
        "path",
        "presence",
        "type",
        "limit",
        "characters",
        "values",
        "notes",
        "source",
        "deviation",
        "enforced by",
        "proven",
    ];
    text.push_str(&head(&columns));
    for row in &tables.request.rows {
        let Sent { path, presence, kind, limits, characters, values, notes, source, deviations, enforced, proof } = row;
        let characters = if characters.starts_with('^') { code(characters) } else { characters.clone() };
        let [limits, values, notes, source] = [limits, values, notes, source].map(|text| escape(text));
        let cells =
            [&code(path), presence, kind, &limits, &characters, &values, &notes, &source, deviations, enforced, proof];
        text.push_str(&line(&cells.map(String::as_str)));
    }
    for table in &tables.received {
        text.push_str(&format!("\n## {}\n\n", title(table.component)));
        text.push_str(&head(&["path", "presence", "type", "constraints", "source", "deviation"]));
        for row in &table.rows {
            let Received { path, presence, kind, constraints, source, deviations } = row;
            let cells = [&code(path), presence, kind, &escape(constraints), &escape(source), deviations];
            text.push_str(&line(&cells.map(String::as_str)));
        }
    }
    text
}

fn head(columns: &[&str]) -> String {
    format!("{}|{}\n", line(columns), "---|".repeat(columns.len()))
}

fn line(cells: &[&str]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Escapes what Markdown would read as more than text; patterns of advisories have such characters.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if r"\`*_[<".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
