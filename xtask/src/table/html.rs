//! The tables as one page without scripts, which a phone shows as a list of cards.

use super::{ENFORCEMENT, FieldsTable, INTRODUCTION, Received, Sent, Tables, title};

const STYLE: &str = include_str!("page.css");

/// Writes the page.
pub(super) fn write(tables: &Tables) -> String {
    let links: Vec<_> = [tables.request.component]
        .into_iter()
        .chain(tables.received.iter().map(|table| table.component))
        .map(|component| format!("<a href=\"#{component}\">{}</a>", title(component)))
        .collect();
    let meanings: String =
        ENFORCEMENT.into_iter().map(|(word, meaning)| format!("<dt>{word}</dt><dd>{meaning}</dd>\n")).collect();
    let sections: String = tables.received.iter().map(received).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Fields of the contract</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <h1>Fields of the contract</h1>\n<p>{}</p>\n<nav>{}</nav>\n</header>\n<main>\n{}{sections}</main>\n<footer>\n\
         <h2>Enforced by</h2>\n<dl>\n{meanings}<dt>proven</dt><dd>each constraint has a vector in \
         <code>spec/vectors/violations.json</code> that is accepted at its edge, and one that is refused just over \
         it</dd>\n</dl>\n</footer>\n</body>\n</html>\n",
        quoted(INTRODUCTION),
        links.join("\n"),
        sent(&tables.request),
    )
}

fn sent(table: &FieldsTable<Sent>) -> String {
    let columns = [
        "field",
        "presence",
        "type",
        "limit",
        "characters, values",
        "notes",
        "source",
        "deviation",
        "enforced",
        "proven",
    ];
    let rows = table.rows.iter().map(|row| {
        let Sent { path, presence, kind, limits, characters, values, notes, source, deviations, enforced, proof } = row;
        let characters = if characters.starts_with('^') { code(characters) } else { escape(characters) };
        let allowed = if values.is_empty() { characters } else { escape(values) };
        let proof = match proof.as_str() {
            "yes" => "<b class=\"good\">yes</b>".to_owned(),
            "" => String::new(),
            missing => format!("<b class=\"bad\">{}</b>", escape(missing)),
        };
        let cells = [
            presence_mark(presence),
            escape(kind),
            escape(limits),
            allowed,
            escape(notes),
            escape(source),
            escape(deviations),
            escape(enforced),
            proof,
        ];
        line(path, &columns, &cells)
    });
    section(table.component, &columns, &rows.collect::<String>())
}

fn received(table: &FieldsTable<Received>) -> String {
    let columns = ["field", "presence", "type", "constraints", "source", "deviation"];
    let rows = table.rows.iter().map(|row| {
        let Received { path, presence, kind, constraints, source, deviations } = row;
        let cells = [presence_mark(presence), escape(kind), escape(constraints), escape(source), escape(deviations)];
        line(path, &columns, &cells)
    });
    section(table.component, &columns, &rows.collect::<String>())
}

fn section(component: &str, columns: &[&str], rows: &str) -> String {
    let head: String = columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    format!(
        "<section id=\"{component}\">\n<h2>{}</h2>\n<div class=\"scroll\"><table>\n<thead><tr>{head}</tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table></div>\n</section>\n",
        title(component)
    )
}

fn line(path: &str, columns: &[&str], cells: &[String]) -> String {
    // Long paths may break after each part.
    let path = escape(path).replace('.', ".<wbr>").replace('_', "_<wbr>");
    let cells = cells.iter().zip(&columns[1..]).map(|(cell, column)| match cell.is_empty() {
        true => "<td></td>".to_owned(),
        false => format!("<td data-name=\"{column}\">{cell}</td>"),
    });
    format!("<tr><th scope=\"row\"><code>{path}</code></th>{}</tr>\n", cells.collect::<String>())
}

fn presence_mark(presence: &str) -> String {
    format!("<span class=\"{presence}\">{presence}</span>")
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// Escapes a text and makes code of what stands between backticks.
fn quoted(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { escape(part) }).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
