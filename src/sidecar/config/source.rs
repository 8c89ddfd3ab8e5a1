//! Where settings come from, as texts under their keys: [`Source`].

use std::collections::BTreeMap;

use super::setting::{SETTINGS, Setting};
use crate::StartError;

/// Variables that begin with one of these are the sidecar's alone, so a name that is not known is misspelt.
const OWN: [&str; 3] = ["DOKU_API_", "DOKU_FORWARD_", "DOKU_NOTIFICATIONS_"];

/// The secret key itself, which a file of settings never holds.
const SECRET_KEY: &str = "DOKU_SECRET_KEY";

/// What was set, and how whoever set it calls it.
#[derive(Debug)]
pub(super) struct Source {
    values: BTreeMap<&'static str, Vec<String>>,
    from_file: bool,
}

impl Source {
    /// Reads the text of a file.
    pub(super) fn file(text: &str) -> Result<Self, StartError> {
        let document: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // The message of the parser may quote a line, and a line may hold what was not meant for it.
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            StartError::text(format!("the file of settings is no toml, line {line}: look at its quotes and brackets"))
        })?;
        let mut values = BTreeMap::new();
        for (name, value) in document {
            match value {
                toml::Value::Table(table) => {
                    for (inner, value) in table {
                        put(&mut values, &format!("{name}.{inner}"), value)?;
                    }
                }
                value => put(&mut values, &name, value)?,
            }
        }
        Ok(Self { values, from_file: true })
    }

    /// Takes the variables of the environment.
    pub(super) fn environment(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(Self, Option<String>), StartError> {
        let (mut values, mut secret_key) = (BTreeMap::new(), None);
        for (name, value) in variables {
            if name == SECRET_KEY {
                secret_key = Some(value);
            } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable == name) {
                let members = match setting.is_list {
                    true => {
                        value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
                    }
                    false => vec![value],
                };
                values.insert(setting.key, members);
            } else if OWN.iter().any(|prefix| name.starts_with(prefix)) {
                let hint = nearest(&name, |setting| setting.variable);
                return Err(StartError::setting(&name, format!("there is no such variable{hint}")));
            }
        }
        Ok((Self { values, from_file: false }, secret_key))
    }

    /// Returns how a setting is called where it was set, or would be.
    pub(super) fn name(&self, key: &'static str) -> &'static str {
        let setting = SETTINGS.iter().find(|setting| setting.key == key).expect("every key that is read is a setting");
        if self.from_file { setting.key } else { setting.variable }
    }

    pub(super) fn one(&self, key: &'static str) -> Option<&str> {
        self.values.get(key)?.first().map(String::as_str)
    }

    pub(super) fn list(&self, key: &'static str) -> &[String] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }

    /// Returns a setting that there must be.
    pub(super) fn needed(&self, key: &'static str, example: &str) -> Result<&str, StartError> {
        let missing = || StartError::setting(self.name(key), format!("is not set; set it to {example}"));
        self.one(key).ok_or_else(missing)
    }

    pub(super) fn error(&self, key: &'static str, what: impl Into<String>) -> StartError {
        StartError::setting(self.name(key), what)
    }
}

fn put(values: &mut BTreeMap<&'static str, Vec<String>>, name: &str, value: toml::Value) -> Result<(), StartError> {
    let shown: String = name.chars().filter(|character| !character.is_control()).take(64).collect();
    let Some(setting) = SETTINGS.iter().find(|setting| setting.key == name) else {
        let hint = nearest(name, |setting| setting.key);
        return Err(StartError::setting(&shown, format!("there is no such setting{hint}")));
    };
    let wrong = |what: &str| StartError::setting(setting.key, format!("must be {what}"));
    let members = match (value, setting.is_list) {
        (toml::Value::String(text), false) => vec![text],
        (toml::Value::Array(members), true) => {
            let text = |member| match member {
                toml::Value::String(text) => Ok(text),
                _ => Err(wrong("a list of texts in quotation marks")),
            };
            members.into_iter().map(text).collect::<Result<_, _>>()?
        }
        (_, false) => return Err(wrong("a text in quotation marks")),
        (_, true) => return Err(wrong("a list in square brackets, such as [\"a\", \"b\"]")),
    };
    values.insert(setting.key, members);
    Ok(())
}

/// Returns what is said of the setting with the nearest name, if one is near.
fn nearest(name: &str, of: fn(&Setting) -> &'static str) -> String {
    let near = SETTINGS.iter().map(|setting| (strsim::damerau_levenshtein(of(setting), name), of(setting))).min();
    match near {
        Some((distance, near)) if distance <= 2 + near.len() / 8 => format!("; did you mean {near}?"),
        _ => "; the README of the sidecar lists all".to_owned(),
    }
}
