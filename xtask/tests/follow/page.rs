//! A page of the same tables as DOKU's, written from the stored reading.

use regex_lite::{NoExpand, Regex};
use serde_json::{Map, Value};

/// What the page says.
pub(super) struct Page(Value);

impl Page {
    /// Returns the page that was stored last.
    pub(super) fn new() -> Self {
        let text = super::Tree::source("spec/page/indodana.json");
        Self(serde_json::from_str(&text).unwrap())
    }

    /// Writes it as Markdown, a row in a line.
    pub(super) fn write(&self) -> String {
        let part = |side: &str, section: &str| self.0[side][section].as_object().unwrap().clone();
        let endpoint =
            |side| table("Type | Value", part(side, "endpoint").iter().map(|(name, value)| [label(name), word(value)]));
        let headers = |side| {
            table(
                "Parameter | Description",
                part(side, "headers").iter().map(|(name, row)| [name.clone(), header(row)]),
            )
        };
        let fields = |side: &str, suffix: &str| {
            let rows = part(side, "fields");
            let row = |(name, row): (&String, &Value)| {
                let about = format!("About {name}{suffix}.{}", facts(row));
                [name.clone(), word(&row["type"]), capital(&word(&row["mandatory"])), about]
            };
            table("Parameter | Type | Mandatory | Description", rows.iter().map(row))
        };
        let sample = |side| fence(&format!("{:#}", nested(&part(side, "sample"))));
        let header_sample = |side| {
            let lines: Vec<_> =
                part(side, "header_sample").iter().map(|(name, value)| format!("{name}: {}", word(value))).collect();
            fence(&lines.join("\n"))
        };
        [
            "# Indodana".to_owned(),
            "### 1. Make the order".into(),
            "#### API Request".into(),
            endpoint("request"),
            "Here is the sample of the request header:".into(),
            header_sample("request"),
            "#### Request Header Explanation".into(),
            headers("request"),
            "Here is the sample of the request body:".into(),
            sample("request"),
            "#### Request Body Explanation".into(),
            fields("request", ""),
            "#### API Response".into(),
            endpoint("response"),
            header_sample("response"),
            "#### Response Header Explanation".into(),
            headers("response"),
            "Here is the sample of the response body:".into(),
            sample("response"),
            "#### Response Body Explanation".into(),
            fields("response", " of the answer"),
            "### 2. Show the page on which the customer pays".into(),
        ]
        .join("\n\n")
            + "\n"
    }
}

/// Returns a page with words replaced, wherever they stand. `#` in what is replaced is any number, because limits and versions
/// follow the page.
pub(super) fn edited(page: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(page.to_owned(), |page, (from, to)| {
        let [from, to] = [from, to].map(|text| escaped_names(text));
        let pattern = from.split('#').map(regex_lite::escape).collect::<Vec<_>>().join("[0-9]+");
        let pattern = Regex::new(&pattern).unwrap();
        assert!(pattern.is_match(&page), "the page has no {from}:\n{page}");
        pattern.replace_all(&page, NoExpand(&to)).into_owned()
    })
}

/// Escapes what Markdown reads as emphasis.
fn escaped_names(text: &str) -> String {
    if text.contains('|') || text.starts_with("About") { text.replace('_', r"\_") } else { text.to_owned() }
}

fn escape(cell: &str) -> String {
    cell.chars().flat_map(|letter| [r"\_*{}[]".contains(letter).then_some('\\'), Some(letter)]).flatten().collect()
}

fn table<const N: usize>(columns: &str, rows: impl Iterator<Item = [String; N]>) -> String {
    let rows = rows.map(|cells| format!("\n| {} |", cells.map(|cell| escape(&cell)).join(" | ")));
    format!("| {columns} |\n|{}{}", " --- |".repeat(N), rows.collect::<String>())
}

fn fence(text: &str) -> String {
    format!("```\n{text}\n```")
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Returns the name of a row on an endpoint, as DOKU writes it.
fn label(name: &str) -> String {
    match name {
        "http method" => "HTTP Method".into(),
        "http status" => "HTTP Status".into(),
        "result" => "Result".into(),
        name => name.replace("api", "API"),
    }
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(word).collect()
}

fn header(row: &Value) -> String {
    let format: String = list(&row["format"]).iter().map(|format| format!(" In {format} format")).collect();
    let limit = row["max"].as_str().map_or_else(String::new, |most| format!(" (max {most} characters)"));
    format!("About it.{format}{limit}")
}

/// Returns the facts of a row in DOKU's ways of writing.
fn facts(row: &Value) -> String {
    let mut out = String::new();
    for format in list(&row["format"]) {
        out += &match format.as_str() {
            "in minute" => " Format in minute".to_owned(),
            "IDR" => " In IDR currency".into(),
            "UTC" => " In UTC format".into(),
            format if format.starts_with('{') => format!(" Format: {format}."),
            format => format!(" With the format of {format}."),
        };
    }
    if row["characters"].is_array() {
        out += &format!(" Allowed chars: {}", list(&row["characters"]).join(", "));
    }
    if let Some(pattern) = row["pattern"].as_str() {
        out += &format!(" Only support: {pattern}");
    }
    if let Some(most) = row["max"].as_str() {
        out += &format!(" Max length: {most}");
    }
    let values = list(&row["enum"]);
    if row["type"] == "enum" {
        out += &format!(" Reference for list of enum : {} If none fits, take another", values.join(" "));
    } else if !values.is_empty() {
        out += &format!(" Possible value: {}", values.join(", "));
    }
    out
}

/// Returns the tree of which flat values are a sample.
fn nested(flat: &Map<String, Value>) -> Value {
    let mut tree = Value::Null;
    for (path, value) in flat {
        let mut place = &mut tree;
        for part in path.replace('[', ".[").split('.') {
            place = match part.strip_prefix('[') {
                Some(number) => {
                    let number: usize = number.trim_end_matches(']').parse().unwrap();
                    if place.is_null() {
                        *place = Value::Array(vec![]);
                    }
                    let elements = place.as_array_mut().unwrap();
                    elements.resize(elements.len().max(number + 1), Value::Null);
                    &mut elements[number]
                }
                None => {
                    if place.is_null() {
                        *place = Value::Object(Map::new());
                    }
                    &mut place[part]
                }
            };
        }
        *place = value.clone();
    }
    tree
}
