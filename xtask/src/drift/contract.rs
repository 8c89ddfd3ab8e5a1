//! The contract: where it describes a field, in which line, and what it says otherwise than the page.

use serde_json::{Value, json};

use super::{
    compare,
    finding::{Breaks, Class, Finding, plain},
};
use crate::page::{Entry, Reading};

/// The contract as text and as a tree.
pub(super) struct Contract {
    text: String,
    tree: Value,
    /// Keys from the root to the operation of the page.
    operation: Vec<String>,
}

/// Where the contract describes a field.
struct Place<'a> {
    schema: &'a Value,
    /// Keys from the root to the schema, and to the object it is a member of.
    at: Vec<String>,
    parent: Vec<String>,
    required: bool,
    /// Whether the description comes from the page.
    of_page: bool,
}

impl Contract {
    /// Reads a contract.
    ///
    /// # Errors
    ///
    /// Where it is no YAML, or no operation of it has the page as its source.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let tree: Value = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let of_page =
            |operation: &Value| operation["x-source"].as_str().is_some_and(|source| source.starts_with("page"));
        let operations = tree["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        });
        let operation = operations.into_iter().find(|(.., operation)| of_page(operation));
        let (path, method, _) = operation.ok_or("no operation has `x-source: 'page: …'`")?;
        let operation = ["paths", path, method].map(str::to_owned).to_vec();
        Ok(Self { text: text.to_owned(), operation, tree })
    }

    /// Returns the line to edit for a difference: the keyword, the component, or the object that would have the field.
    pub(super) fn line_of(&self, finding: &Finding) -> Option<usize> {
        let [paths, path, method] = &self.operation[..] else { return None };
        match finding.section {
            "endpoint" if finding.side == "response" => {
                self.line(&[&self.operation[..], &["responses".into()]].concat())
            }
            "endpoint" if finding.now.as_str().or(finding.before.as_str()).is_some_and(|text| !text.contains('/')) => {
                self.line(&[paths, path, method].map(String::clone))
            }
            "endpoint" => self.line(&[paths, path].map(|key| key.clone())),
            "headers" | "header_sample" if finding.side == "response" => self.line(
                &[&self.operation[..], &["responses", "200", "headers"].map(str::to_owned), &[finding.name.clone()]]
                    .concat(),
            ),
            "headers" | "header_sample" => {
                let mark = format!("name: {}", finding.name);
                let found = self.text.lines().position(|line| line.trim() == mark).map(|at| at + 1);
                found.or_else(|| self.line(&[&self.operation[..], &["parameters".into()]].concat()))
            }
            _ => self.field_line(finding.side, &plain(&finding.name), &finding.fact),
        }
    }

    fn field_line(&self, side: &str, path: &str, fact: &str) -> Option<usize> {
        let Some(place) = self.place(side, path) else {
            let parent = path.rsplit_once('.').map_or("", |(parent, _)| parent);
            let parent = self.place(side, parent)?;
            return self
                .line(&[&parent.at[..], &["properties".into()]].concat())
                .or_else(|| self.field_line(side, path.rsplit_once('.')?.0, ""));
        };
        let keywords: &[&str] = match fact {
            "type" => &["type", "anyOf"],
            "max" => &["maxLength", "maximum"],
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
        let lines: Vec<_> = self.text.lines().collect();
        let indent = |line: &str| line.len() - line.trim_start().len();
        let (mut from, mut above) = (0, None);
        for key in keys {
            let used = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
            let depth = indent(lines[from..].iter().find(|line| used(line))?);
            if above.is_some_and(|above| depth <= above) {
                return None;
            }
            let block = lines[from..].iter().take_while(|line| !used(line) || indent(line) >= depth);
            let is_key = |line: &&str| {
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

    fn resolve<'a>(&'a self, schema: &'a Value, at: &mut Vec<String>) -> &'a Value {
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
    fn place(&self, side: &str, path: &str) -> Option<Place<'_>> {
        let (schema, at) = self.root(side);
        let mut place = Place { schema, at, parent: vec![], required: true, of_page: true };
        for name in path.split('.').filter(|name| !name.is_empty()) {
            place = self.member(&self.element(place), name)?;
        }
        Some(place)
    }

    /// Goes from a list to its elements.
    fn element<'a>(&'a self, mut place: Place<'a>) -> Place<'a> {
        while let Some(items) = place.schema.get("items") {
            place.at.push("items".into());
            place.schema = self.resolve(items, &mut place.at);
        }
        place
    }

    fn member<'a>(&'a self, object: &Place<'a>, name: &str) -> Option<Place<'a>> {
        let member = object.schema["properties"].get(name)?;
        let mut at = [&object.at[..], &["properties".into(), name.into()]].concat();
        let schema = self.resolve(member, &mut at);
        let required =
            object.schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
        let of_page = schema["x-source"].as_str().is_some_and(|source| source.contains("page:"));
        Some(Place { schema, at, parent: object.at.clone(), required, of_page })
    }

    /// Returns what the page says otherwise than the contract, and where a sample breaks its own row.
    pub(super) fn differences(&self, page: &Reading) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (side, content) in &page.sides {
            let fields = content.section("fields");
            for entry in fields {
                match self.place(side, &entry.name) {
                    None => findings.push(finding(side, "fields", entry, "", Value::Null, entry.value.clone())),
                    Some(place) => findings.extend(facts(&place, side, entry)),
                }
            }
            let root = self.place(side, "");
            findings.extend(root.into_iter().flat_map(|root| self.without_row(&root, "", side, fields)));
            findings.extend(content.section("sample").iter().filter_map(|entry| sample(side, entry, fields)));
            findings.extend(content.section("endpoint").iter().filter_map(|entry| self.endpoint(side, entry)));
            findings.extend(content.section("headers").iter().filter_map(|entry| self.header(side, entry)));
        }
        for finding in &mut findings {
            finding.contract = self.line_of(finding);
        }
        findings
    }

    /// Returns what the contract has from the page, for which the page has no row. Objects need none.
    fn without_row(&self, object: &Place<'_>, path: &str, side: &'static str, rows: &[Entry]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, _) in object.schema["properties"].as_object().into_iter().flatten() {
            let Some(member) = self.member(object, name) else { continue };
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let is_object = member.schema.get("properties").is_some();
            if member.of_page && !is_object && !rows.iter().any(|row| row.name == path) {
                let entry = Entry { name: path.clone(), line: 0, value: Value::Null };
                findings.push(finding(side, "fields", &entry, "", member.schema["type"].clone(), Value::Null));
            }
            findings.extend(self.without_row(&self.element(member), &path, side, rows));
        }
        findings
    }

    fn endpoint(&self, side: &'static str, entry: &Entry) -> Option<Finding> {
        let [_, path, method] = &self.operation[..] else { return None };
        let value = entry.value.as_str().unwrap_or_default();
        let servers = self.tree["servers"].as_array().into_iter().flatten().filter_map(|server| server["url"].as_str());
        let known = match entry.name.as_str() {
            "http method" => value.eq_ignore_ascii_case(method),
            "http status" => !self.tree["paths"][path][method]["responses"][value].is_null(),
            _ if value.starts_with("http") => servers.map(|server| format!("{server}{path}")).any(|url| url == value),
            "operation" => value == format!("{} {path}", method.to_uppercase()),
            _ => false,
        };
        (!known).then(|| {
            let here = if side == "request" { path.clone().into() } else { Value::Null };
            finding(side, "endpoint", entry, "", here, entry.value.clone())
        })
    }

    fn header(&self, side: &'static str, entry: &Entry) -> Option<Finding> {
        let operation = self.operation.iter().fold(&self.tree, |value, key| &value[key]);
        let named = |value: &Value| value["name"].as_str().is_some_and(|name| name.eq_ignore_ascii_case(&entry.name));
        let schemes =
            self.tree["components"]["securitySchemes"].as_object().into_iter().flatten().map(|(_, scheme)| scheme);
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut parameters = parameters.map(|parameter| self.resolve(parameter, &mut vec![]));
        let header = match side {
            "request" => parameters
                .find(|parameter| named(parameter))
                .or_else(|| schemes.into_iter().find(|scheme| named(scheme))),
            _ => operation["responses"]["200"]["headers"].get(&entry.name),
        };
        let Some(header) = header else {
            return Some(finding(side, "headers", entry, "", Value::Null, entry.value.clone()));
        };
        let limit = self.resolve(&header["schema"], &mut vec![])["maxLength"].clone();
        let limit = if limit.is_null() { limit } else { limit.to_string().into() };
        (entry.value["max"] != limit).then(|| finding(side, "headers", entry, "max", limit, entry.value["max"].clone()))
    }
}

fn finding(side: &'static str, section: &'static str, entry: &Entry, fact: &str, before: Value, now: Value) -> Finding {
    let class = if section == "sample" { Class::SampleDiffers } else { Class::ContractDiffers };
    let page = (entry.line > 0).then_some(entry.line);
    let (name, fact) = (entry.name.clone(), fact.to_owned());
    Finding {
        class,
        breaks: Breaks::None,
        side,
        section,
        name,
        fact,
        before,
        now,
        page,
        contract: None,
        deviations: vec![],
    }
}

/// Compares a row with what the contract says of it. An answer is read leniently, so it has no limits.
fn facts(place: &Place<'_>, side: &'static str, row: &Entry) -> Vec<Finding> {
    let (schema, page) = (place.schema, &row.value);
    let mut findings = Vec::new();
    let mut differ = |fact: &str, contract: Value, same: bool| {
        if !same {
            findings.push(finding(side, "fields", row, fact, contract, page[fact].clone()));
        }
    };
    let kind = schema["type"].as_str().unwrap_or(if schema.get("anyOf").is_some() { "several" } else { "any" });
    let kinds: &[&str] = match page["type"].as_str().unwrap_or_default() {
        "number" | "integer" | "int" | "long" if side == "request" => &["integer", "number"],
        "number" | "decimal" => &["number"],
        "json" | "object" => &["object"],
        "array" => &["array"],
        "boolean" => &["boolean"],
        "string" | "enum" => &["string"],
        other => &[other],
    };
    differ("type", kind.into(), kinds.contains(&kind));
    let mandatory = if place.required { "mandatory" } else { "optional" };
    differ("mandatory", mandatory.into(), (page["mandatory"] == "mandatory") == place.required);
    let values =
        ["enum", "x-extensible-enum"].into_iter().map(|keyword| &schema[keyword]).find(|values| values.is_array());
    let values = values.cloned().unwrap_or_default();
    differ("enum", values.clone(), compare::same("characters", &values, &page["enum"]));
    if side == "request" {
        let limit = limit(schema);
        differ("max", limit.clone(), page["max"] == limit);
        if !page["pattern"].is_null() {
            differ(
                "pattern",
                schema["pattern"].clone(),
                compare::same("pattern", &schema["pattern"], &page["pattern"]),
            );
        }
        let digits = page["characters"] == json!(["numeric"]) && kind == "string";
        differ("characters", schema["pattern"].clone(), !digits || schema["pattern"] == "^[0-9]+$");
    }
    findings
}

/// Returns the limit of a schema as the page writes it: characters, digits, or digits and decimals.
fn limit(schema: &Value) -> Value {
    if let Some(length) = schema["maxLength"].as_u64() {
        return length.to_string().into();
    }
    let places = schema["x-decimal-places"].as_u64();
    match (schema["maximum"].as_u64(), places) {
        (Some(maximum), Some(places)) => format!("{}.{places}", maximum.to_string().len() as u64 - 1 + places).into(),
        (Some(maximum), None) => maximum.to_string().len().to_string().into(),
        (None, _) => Value::Null,
    }
}

/// Compares a value of a sample with the row of its field.
fn sample(side: &'static str, entry: &Entry, rows: &[Entry]) -> Option<Finding> {
    let name = plain(&entry.name);
    let now = entry.value.clone();
    let Some(row) = rows.iter().find(|row| row.name == name) else {
        return Some(finding(side, "sample", entry, "", Value::Null, now));
    };
    let length = match &now {
        Value::String(text) => text.chars().count(),
        other => other.to_string().len(),
    };
    let over = row.value["max"]
        .as_str()
        .and_then(|max| max.split('.').next()?.parse().ok())
        .is_some_and(|max: usize| length > max);
    let known = row.value["enum"].as_array().is_none_or(|values| values.contains(&now));
    let kind = match row.value["type"].as_str().unwrap_or_default() {
        "number" | "decimal" | "integer" => now.is_number(),
        "string" | "enum" => now.is_string(),
        _ => true,
    };
    let broken = [("type", !kind), ("max", over), ("enum", !known)].into_iter().find(|(_, broken)| *broken)?.0;
    Some(finding(side, "sample", entry, broken, row.value[broken].clone(), now))
}
