//! The errors of the library for other languages: the schema of their JSON, and the lists of their codes.
//!
//! The library's own test holds the schema as a snapshot, so that this tool needs no library that builds.

use std::fs;

use serde_json::Value;

/// The snapshot that the test `errors::the_schema_of_an_error` holds.
const SNAPSHOT: &str = "tests/it/snapshots/it__errors__error_schema.snap";

/// What the errors are.
pub(super) struct Errors {
    schema: Value,
}

impl Errors {
    /// Reads the snapshot.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub(super) fn read() -> Result<Self, String> {
        let text = fs::read_to_string(SNAPSHOT).map_err(|error| format!("cannot read {SNAPSHOT}: {error}"))?;
        let json = text.splitn(3, "---\n").nth(2).ok_or_else(|| format!("{SNAPSHOT} is no snapshot"))?;
        let schema = serde_json::from_str(json).map_err(|error| format!("{SNAPSHOT} is no JSON: {error}"))?;
        Ok(Self { schema })
    }

    /// Returns the schema as a file.
    pub(super) fn schema(&self) -> String {
        format!("{:#}\n", self.schema)
    }

    /// Returns the lists of codes as TypeScript. Further codes may come, so any text is taken.
    pub(super) fn typescript(&self) -> Result<String, String> {
        let mut text = String::new();
        for (name, what, codes) in self.lists()? {
            let codes: Vec<_> = codes.iter().map(|code| format!("'{code}'")).collect();
            let codes = codes.join("\n  | ");
            text.push_str(&format!("\n/** {what} */\nexport type {name} =\n  | {codes}\n  | (string & {{}})\n"));
        }
        Ok(text)
    }

    /// Returns the lists of codes as Python.
    pub(super) fn python(&self) -> Result<String, String> {
        let mut text = String::new();
        for (name, what, codes) in self.lists()? {
            let codes: Vec<_> = codes.iter().map(|code| format!("    \"{code}\",\n")).collect();
            let codes = codes.concat();
            text.push_str(&format!("\n\n{name}: TypeAlias = Literal[\n{codes}]\n\"\"\"{what}\"\"\"\n"));
        }
        Ok(text)
    }

    /// Returns the names of the lists.
    pub(super) fn names() -> [&'static str; 3] {
        LISTS.map(|(name, ..)| name)
    }

    fn lists(&self) -> Result<Vec<List<'_>>, String> {
        let list = |(name, what, definition)| {
            let codes = codes(&self.schema["$defs"][definition]);
            if codes.is_empty() {
                Err(format!("{SNAPSHOT} has no codes of {definition}"))
            } else {
                Ok((name, what, codes))
            }
        };
        LISTS.into_iter().map(list).collect()
    }
}

/// The name of each list, what it is, and its definition in the schema.
const LISTS: [(&str, &str, &str); 3] = [
    ("ErrorCode", "The stable code of the kind of an error.", "ErrorCode"),
    ("VerificationCode", "Why a message is not proven to be DOKU's.", "VerificationError"),
    ("ViolationCode", "The stable code of a violation or an advisory.", "Code"),
];

/// Returns the codes of an enum: texts, or objects that have one as `code`.
fn codes(schema: &Value) -> Vec<&str> {
    let mut codes: Vec<&str> = schema["oneOf"]
        .as_array()
        .into_iter()
        .flatten()
        .chain([schema])
        .flat_map(|schema| {
            let texts = schema["enum"].as_array().into_iter().flatten().chain([&schema["const"]]);
            texts.chain([&schema["properties"]["code"]["const"]])
        })
        .filter_map(Value::as_str)
        .collect();
    codes.sort_unstable();
    codes
}

/// A list of codes: its name, what it is of, and the codes.
type List<'s> = (&'static str, &'static str, Vec<&'s str>);
