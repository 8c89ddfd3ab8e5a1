//! The table of refusals, `spec/refusals.toml`, read and checked: [`read`]. `build.rs` makes Rust of it, `xtask` the tables of
//! the examples in other languages.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    refusal: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: Option<String>,
    text: Option<String>,
    status: Vec<u16>,
    texts: Option<Texts>,
    proves: Proves,
    advice: Option<String>,
    evidence: Vec<Evidence>,
    deviations: Vec<String>,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Texts {
    Any,
    Listed,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Proves {
    NoOrder,
    Nothing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    kind: String,
    says: String,
}

/// An entry that was checked.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) is_code: bool,
    pub(crate) statuses: Vec<u16>,
    /// Whether a code proves by itself; else each text beside it must be listed.
    pub(crate) any_text: bool,
    /// Whether it proves that there is no order.
    pub(crate) proves: bool,
    #[allow(dead_code, reason = "for Rust alone: the other languages have no advice")]
    pub(crate) advice: Option<String>,
}

/// Reads the table.
///
/// # Errors
///
/// Where the file is no such table, or an entry proves something without evidence.
pub(crate) fn read(text: &str) -> Result<Vec<Row>, String> {
    let document: Document = toml::from_str(text).map_err(|error| error.to_string())?;
    document.refusal.into_iter().map(row).collect()
}

fn row(entry: Entry) -> Result<Row, String> {
    let (name, is_code) = match (entry.code, entry.text) {
        (Some(code), None) => (code, true),
        (None, Some(text)) => (text, false),
        _ => return Err("a refusal has a code or a text, and not both".to_owned()),
    };
    let evident = entry.evidence.iter().all(|evidence| !evidence.kind.is_empty() && !evidence.says.is_empty());
    if entry.status.is_empty() || entry.evidence.is_empty() || !evident || entry.deviations.is_empty() {
        return Err(format!("the refusal {name:?} needs a status, evidence and a deviation"));
    }
    let proves = entry.proves == Proves::NoOrder;
    if (is_code && proves) != entry.texts.is_some() || (proves && entry.status.iter().any(|status| status / 100 != 4)) {
        return Err(format!("the refusal {name:?}: `texts` is of a code that proves, and only a 4xx proves"));
    }
    if entry.advice.is_some() && !proves {
        return Err(format!("the refusal {name:?} proves nothing, so there is no advice but to ask"));
    }
    let any_text = entry.texts == Some(Texts::Any);
    Ok(Row { name, is_code, statuses: entry.status, any_text, proves, advice: entry.advice })
}
