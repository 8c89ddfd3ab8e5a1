//! What the page says otherwise than the contract, and where a sample breaks its own row.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    compare,
    contract::{Contract, Place},
    finding::{Class, Finding, plain},
};
use crate::{
    diff::Breaks,
    page::{self, Entry, Reading},
};

/// The rows of a side by their paths.
type Rows<'a> = HashMap<&'a str, &'a Entry>;

impl Contract {
    /// Returns what the page says otherwise than the contract, and where a sample breaks its own row.
    pub(super) fn differences(&self, reading: &Reading) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (side, content) in &reading.sides {
            let fields = content.section("fields");
            for entry in fields {
                match self.place(side, &entry.name) {
                    None => findings.push(finding(side, "fields", entry, "", Value::Null, entry.value.clone())),
                    Some(place) => findings.extend(facts(&place, side, entry)),
                }
            }
            let root = self.place(side, "");
            let rows: HashMap<_, _> = fields.iter().map(|row| (row.name.as_str(), row)).collect();
            findings.extend(root.into_iter().flat_map(|root| self.without_row(&root, "", side, &rows)));
            findings.extend(content.section("sample").iter().filter_map(|entry| sample(side, entry, &rows)));
            findings.extend(content.section("endpoint").iter().filter_map(|entry| self.endpoint(side, entry)));
            findings.extend(content.section("headers").iter().filter_map(|entry| self.header(side, entry)));
        }
        for finding in &mut findings {
            finding.contract = self.line_of(finding);
        }
        findings
    }

    /// Returns what the contract has from the page, for which the page has no row. Objects need none.
    fn without_row(&self, object: &Place<'_>, path: &str, side: &'static str, rows: &Rows<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (name, _) in object.schema["properties"].as_object().into_iter().flatten() {
            let Some(member) = self.member(object, name) else { continue };
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let is_object = member.schema.get("properties").is_some();
            if member.of_page && !is_object && !rows.contains_key(path.as_str()) {
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
        breaks: Breaks::default(),
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
    let written = page::same_kind(page["type"].as_str().unwrap_or_default());
    let kinds: &[&str] = match written.as_str() {
        "number" | "integer" | "long" | "numeric" if side == "request" => &["integer", "number"],
        "number" | "decimal" => &["number"],
        "string" | "enum" => &["string"],
        other => &[other],
    };
    differ("type", kind.into(), kinds.contains(&kind));
    let mandatory = if place.required { "mandatory" } else { "optional" };
    // What an answer must have is what nobody can do without; that more is promised is no difference.
    let promised = side == "response" && !place.required;
    differ("mandatory", mandatory.into(), promised || (page["mandatory"] == "mandatory") == place.required);
    let values =
        ["enum", "x-extensible-enum"].into_iter().map(|keyword| &schema[keyword]).find(|values| values.is_array());
    let values = values.cloned().unwrap_or_default();
    differ("enum", values.clone(), compare::same("characters", &values, &page["enum"]));
    if side == "request" {
        let limit = limit(schema);
        differ("max", limit.clone(), page["max"] == limit);
        if !page["min"].is_null() {
            let least = &schema["minLength"];
            let least = if least.is_null() { Value::Null } else { least.to_string().into() };
            differ("min", least.clone(), page["min"] == least);
        }
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
pub(crate) fn limit(schema: &Value) -> Value {
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
fn sample(side: &'static str, entry: &Entry, rows: &Rows<'_>) -> Option<Finding> {
    let name = plain(&entry.name);
    let now = entry.value.clone();
    let Some(row) = rows.get(name.as_str()) else {
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
