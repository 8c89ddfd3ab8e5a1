//! The contract: where it describes a field, in which line, and what it says otherwise than the page.

use std::{collections::HashMap, sync::Mutex};

use serde_json::Value;

use super::finding::{Finding, plain};

type Places = HashMap<String, Option<usize>>;

/// The contract as text and as a tree.
pub(crate) struct Contract {
    lines: Vec<String>,
    /// Lines that were asked for before, so that many findings do not each look through the text.
    places: Mutex<Places>,
    pub(crate) tree: Value,
    /// Keys from the root to the operation of the page.
    pub(crate) operation: Vec<String>,
}

/// Where the contract describes a field.
pub(crate) struct Place<'a> {
    pub(crate) schema: &'a Value,
    /// Keys from the root to the schema, and to the object it is a member of.
    pub(crate) at: Vec<String>,
    pub(crate) parent: Vec<String>,
    /// The object cannot be without it.
    pub(crate) required: bool,
    /// Whether the description comes from the page.
    pub(crate) of_page: bool,
}

impl Contract {
    /// Reads a contract.
    ///
    /// # Errors
    ///
    /// Where it is no YAML, or no operation of it has the page as its source.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let tree: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let of_page =
            |operation: &Value| operation["x-source"].as_str().is_some_and(|source| source.starts_with("page"));
        let operations = tree["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        });
        let operation = operations.into_iter().find(|(.., operation)| of_page(operation));
        let (path, method, _) = operation.ok_or("no operation has `x-source: 'page: …'`")?;
        let operation = ["paths", path, method].map(str::to_owned).to_vec();
        Ok(Self { lines: text.lines().map(str::to_owned).collect(), places: Mutex::default(), operation, tree })
    }

    /// Returns the line to edit for a difference: the keyword, the component, or the object that would have the field.
    pub(super) fn line_of(&self, finding: &Finding) -> Option<usize> {
        let [paths, path, method] = &self.operation[..] else { return None };
        match finding.section {
            "texts" => self.line(&self.operation),
            "endpoint" if finding.side == "response" => {
                self.line(&[&self.operation[..], &["responses".into()]].concat())
            }
            "endpoint" if finding.now.as_str().or(finding.before.as_str()).is_some_and(|text| !text.contains('/')) => {
                self.line(&[paths, path, method].map(String::clone))
            }
            "endpoint" => self.server_line(finding, path).or_else(|| self.line(&[paths, path].map(Clone::clone))),
            "headers" | "header_sample" if finding.side == "response" => {
                let headers = [&self.operation[..], &["responses", "200", "headers"].map(str::to_owned)].concat();
                let header = [&headers[..], std::slice::from_ref(&finding.name)].concat();
                self.line(&header).or_else(|| self.line(&headers)).or_else(|| self.line(&self.operation))
            }
            "headers" | "header_sample" => {
                let mark = format!("name: {}", finding.name);
                let found =
                    self.lines.iter().position(|line| line.trim().trim_start_matches("- ") == mark).map(|at| at + 1);
                found.or_else(|| self.line(&[&self.operation[..], &["parameters".into()]].concat()))
            }
            "fields" if finding.fact == "name" => {
                let place = self.place(finding.side, &plain(&finding.name));
                let last = finding.name.rsplit('.').next().unwrap_or_default().to_owned();
                let key =
                    place.and_then(|place| self.line(&[&place.parent[..], &["properties".into(), last]].concat()));
                key.or_else(|| self.field_line(finding.side, &plain(&finding.name), ""))
            }
            _ => self.field_line(finding.side, &plain(&finding.name), &finding.fact),
        }
    }

    /// Returns the line of the server whose host another address has.
    fn server_line(&self, finding: &Finding, path: &str) -> Option<usize> {
        let host = |value: &Value| Some(value.as_str()?.strip_suffix(path)?.to_owned());
        let (before, now) = (host(&finding.before), host(&finding.now));
        let url = match (before, now) {
            (Some(before), Some(_)) => before,
            // An address more, or one less, is a server more or less.
            (None, Some(_)) if finding.before.is_null() => return self.line(&["servers".into()]),
            (Some(before), None) if finding.now.is_null() => before,
            _ => return None,
        };
        let mark = format!("url: {url}");
        let found = self.lines.iter().position(|line| line.trim().trim_start_matches("- ") == mark).map(|at| at + 1);
        found.or_else(|| self.line(&["servers".into()]))
    }

    fn field_line(&self, side: &str, path: &str, fact: &str) -> Option<usize> {
        let Some(place) = self.place(side, path) else {
            // The nearest object around it that there is would have it.
            let mut above = path;
            let parent = loop {
                above = above.rsplit_once('.').map_or("", |(parent, _)| parent);
                match self.place(side, above) {
                    Some(parent) => break self.element(parent),
                    None if above.is_empty() => return None,
                    None => {}
                }
            };
            return self.line(&[&parent.at[..], &["properties".into()]].concat()).or_else(|| self.line(&parent.at));
        };
        let keywords: &[&str] = match fact {
            "type" => &["type", "anyOf"],
            "min" => &["minLength", "minimum", "type"],
            "max" | "most" => &["maxLength", "maximum", "maxItems", "type"],
            "least" => &["minimum", "minItems", "type"],
            "enum" => &["enum", "x-extensible-enum"],
            "pattern" | "characters" | "format" => &["pattern", "type"],
            "mandatory" => &["required", "properties"],
            "text" => &["description"],
            _ => &[],
        };
        let within = if fact == "mandatory" { &place.parent } else { &place.at };
        let keyword = keywords.iter().find_map(|keyword| self.line(&[&within[..], &[(*keyword).to_owned()]].concat()));
        keyword.or_else(|| self.line(&place.at))
    }

    /// Finds a key by its parents, as the contract is laid out: a key a line, deeper ones indented.
    fn line(&self, keys: &[String]) -> Option<usize> {
        let key = keys.join("\u{0}");
        let known = |places: &Mutex<Places>| places.lock().ok().and_then(|places| places.get(&key).copied());
        if let Some(line) = known(&self.places) {
            return line;
        }
        let line = self.search(keys);
        if let Ok(mut places) = self.places.lock() {
            places.insert(key, line);
        }
        line
    }

    fn search(&self, keys: &[String]) -> Option<usize> {
        let lines = &self.lines;
        let indent = |line: &str| line.len() - line.trim_start().len();
        let (mut from, mut above) = (0, None);
        for key in keys {
            let used = |line: &&String| !line.trim().is_empty() && !line.trim_start().starts_with('#');
            let depth = indent(lines.get(from..)?.iter().find(|line| used(line))?);
            if above.is_some_and(|above| depth <= above) {
                return None;
            }
            let block = lines[from..].iter().take_while(|line| !used(line) || indent(line) >= depth);
            let is_key = |line: &&String| {
                let name = line.trim_start().trim_start_matches(['\'', '"']);
                indent(line) == depth
                    && name
                        .strip_prefix(key.as_str())
                        .is_some_and(|rest| rest.trim_start_matches(['\'', '"']).starts_with(':'))
            };
            from += block.into_iter().position(|line| is_key(&line))? + 1;
            above = Some(depth);
        }
        Some(from)
    }

    /// Follows a reference; `at` becomes the keys of its target.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value, at: &mut Vec<String>) -> &'a Value {
        match schema["$ref"].as_str().and_then(|reference| Some((reference, self.tree.pointer(&reference[1..])?))) {
            Some((reference, target)) => {
                *at = reference.trim_start_matches("#/").split('/').map(str::to_owned).collect();
                target
            }
            None => schema,
        }
    }

    fn root(&self, side: &str) -> (&Value, Vec<String>) {
        let keys: &[&str] = match side {
            "request" => &["requestBody", "content", "application/json", "schema"],
            _ => &["responses", "200", "content", "application/json", "schema"],
        };
        let keys: Vec<_> = self.operation.iter().map(String::as_str).chain(keys.iter().copied()).collect();
        let schema = keys.iter().fold(&self.tree, |value, key| &value[*key]);
        let mut at = keys.iter().map(|key| (*key).to_owned()).collect();
        (self.resolve(schema, &mut at), at)
    }

    /// Returns where a dotted path is described; the empty path is the whole body.
    pub(crate) fn place(&self, side: &str, path: &str) -> Option<Place<'_>> {
        let (schema, at) = self.root(side);
        let mut place = Place { schema, at, parent: vec![], required: true, of_page: true };
        for name in path.split('.').filter(|name| !name.is_empty()) {
            place = self.member(&self.element(place), name)?;
        }
        Some(place)
    }

    /// Goes from a list to its elements.
    pub(crate) fn element<'a>(&'a self, mut place: Place<'a>) -> Place<'a> {
        while let Some(items) = place.schema.get("items") {
            place.at.push("items".into());
            place.schema = self.resolve(items, &mut place.at);
        }
        place
    }

    /// Returns a member of an object.
    pub(crate) fn member<'a>(&'a self, object: &Place<'a>, name: &str) -> Option<Place<'a>> {
        let member = object.schema["properties"].get(name)?;
        let mut at = [&object.at[..], &["properties".into(), name.into()]].concat();
        let schema = self.resolve(member, &mut at);
        let required =
            object.schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
        let of_page = schema["x-source"].as_str().is_some_and(|source| source.contains("page:"));
        Some(Place { schema, at, parent: object.at.clone(), required, of_page })
    }
}
