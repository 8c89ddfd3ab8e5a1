//! A row that is new, gone, or of another type: components.

mod schema;

use serde_json::{Map, Value, json};

use self::schema::{described, property, schema, words};

use super::{
    Amendment, Answer, Edit, below,
    fact::{optional_all_the_same, users},
    remove, set,
};
use crate::{
    check::is_personal,
    drift::{Contract, Finding, Place, plain},
};

const FREE: &str = r"^[^\x00-\x1f\x7f]";

/// What a row's schema has beside what its type decides.
const KEPT: [&str; 7] = ["title", "description", "x-source", "x-deviation", "x-sensitive", "nullable", "x-advisory"];

/// Returns what a new row asks for: a component and a reference to it in a request, a property in an answer.
pub(super) fn added(contract: &Contract, page: &Value, finding: &Finding) -> Amendment {
    let path = plain(&finding.name);
    let (side, row) = (finding.side, &finding.now);
    let sent = side == "request";
    let (parent, member) = path.rsplit_once('.').unwrap_or(("", &path));
    let kind = row["type"].as_str().unwrap_or_default();
    let rows = page[side]["fields"].as_object();
    let has_inner = rows.is_some_and(|rows| rows.keys().any(|name| name.starts_with(&format!("{path}."))));
    if contract.place(side, &path).is_some() {
        return Amendment::default();
    }
    if matches!(kind, "json" | "object" | "array") {
        // What is inside makes it.
        return if has_inner {
            Amendment::default()
        } else {
            Amendment::left(format!("{path}: add it by hand; the page does not say what is inside of it"))
        };
    }
    let Some(object) = contract.place(side, parent) else {
        return around(contract, page, finding, parent);
    };
    let object = contract.element(object);
    if !sent {
        let left = (row["mandatory"] == "mandatory").then(|| optional_all_the_same(&path));
        let Some(property) = property(member, &path, row) else { return component_by_hand(&path) };
        let edits = vec![set(&below(&object.at, &["properties"]), member, property, None)];
        return Amendment { edits, left: left.into_iter().collect(), question: None };
    }
    let sample = sample(page, side, &path);
    let name = component_name(contract, &object, member);
    let Some(schema) = schema(&path, member, &object, row, sample.as_ref()) else {
        return Amendment::left(format!("{path}: add it by hand; its type `{kind}` or its limit is not known here"));
    };
    let edits = |schema: Value| {
        let mut edits = vec![
            set(&below(&[], &["components", "schemas"]), &name, schema, last_component(contract, &object).as_deref()),
            set(&below(&object.at, &["properties"]), member, reference(&name), None),
        ];
        if row["mandatory"] == "mandatory" {
            edits.push(mandatory(&object, member));
        }
        edits
    };
    let mut left = Vec::new();
    if row["mandatory"] == "conditional" {
        left.push(format!("{path}: the page has a condition; the contract has it optional"));
    }
    if !row["pattern"].is_null() {
        left.push(format!("{path}: the page has the pattern {}; enforce it by hand where it is right", row["pattern"]));
    }
    let marked = |schema: &Value| {
        let mut marked = Map::new();
        for (key, value) in schema.as_object().into_iter().flatten() {
            if key == "type" {
                marked.insert("x-sensitive".into(), true.into());
            }
            marked.insert(key.clone(), value.clone());
        }
        Value::Object(marked)
    };
    let owner = object.at.last().map_or("", String::as_str);
    let mut amendment = if is_personal(owner, member) {
        Amendment::edits(edits(marked(&schema)))
    } else if schema["type"] != "string" || schema.get("enum").is_some() {
        Amendment::edits(edits(schema))
    } else {
        let personal = Answer::new("personal", "it is redacted wherever it is printed", edits(marked(&schema)));
        let open = Answer::new("open", "it is printed", edits(schema));
        Amendment::ask(&path, format!("{path} is new: does it tell a person apart?"), vec![personal, open])
    };
    amendment.left = left;
    amendment
}

/// Returns the object around a new row, with the row in it, where the contract has no such object.
fn around(contract: &Contract, page: &Value, finding: &Finding, parent: &str) -> Amendment {
    let path = plain(&finding.name);
    let by_hand = || Amendment::left(format!("{path}: add it by hand; the contract has no {parent}"));
    let (above, name) = parent.rsplit_once('.').unwrap_or(("", parent));
    let Some(object) = contract.place(finding.side, above) else { return by_hand() };
    let object = contract.element(object);
    let component = component_name(contract, &object, name);
    let sent = finding.side == "request";
    let member = path.rsplit('.').next().unwrap_or_default();
    let row = &page[finding.side]["fields"][parent];
    let list = row["type"] == "array"
        || page[finding.side]["sample"]
            .as_object()
            .is_some_and(|sample| sample.keys().any(|key| key.starts_with(&format!("{parent}[0]"))));
    let words = words(name);
    let mut schema = json!({
        "description": format!("What an order has under `{parent}`."),
        "x-source": format!("page: {parent}.*"),
        "type": "object",
    });
    if sent {
        schema["additionalProperties"] = false.into();
        if finding.now["mandatory"] == "mandatory" {
            schema["required"] = json!([member]);
        }
    } else {
        schema["nullable"] = true.into();
    }
    let inner = Place {
        schema: &Value::Null,
        at: below(&[], &["components", "schemas", &component]),
        parent: vec![],
        required: false,
        of_page: true,
    };
    let sample = sample(page, finding.side, &path);
    let schemas = below(&[], &["components", "schemas"]);
    let mut edits = Vec::new();
    let element = if list { format!("{component}Item") } else { component.clone() };
    if sent {
        let inner_name = format!("{element}{}", camel(member));
        let Some(property) = self::schema(&path, member, &inner, &finding.now, sample.as_ref()) else {
            return by_hand();
        };
        schema["properties"] = json!({ (member): reference(&inner_name) });
        edits.push(set(&schemas, &inner_name, property, last_component(contract, &object).as_deref()));
        edits.push(set(&schemas, &element, schema, last_component(contract, &object).as_deref()));
    } else {
        let Some(property) = property(member, &path, &finding.now) else { return component_by_hand(&path) };
        schema["properties"] = json!({ (member): property });
        edits.push(set(&schemas, &element, schema, object.at.last().map(String::as_str)));
    }
    if list {
        let mut many = json!({
            "description": format!("The {words} of an order."), "x-source": format!("page: {parent}"), "type": "array",
        });
        if !sent {
            many["nullable"] = true.into();
        }
        many["items"] = reference(&element);
        edits.push(set(&schemas, &component, many, last_component(contract, &object).as_deref()));
    }
    edits.push(set(&below(&object.at, &["properties"]), name, reference(&component), None));
    let is_mandatory =
        if row.is_null() { finding.now["mandatory"] == "mandatory" } else { row["mandatory"] == "mandatory" };
    if sent && is_mandatory {
        edits.push(mandatory(&object, name));
    }
    let mut left = vec![format!("{parent} is new; say in its description what it is")];
    if !sent && finding.now["mandatory"] == "mandatory" {
        left.push(optional_all_the_same(&path));
    }
    Amendment { edits, left, question: None }
}

/// Returns what a row that is gone asks for.
pub(super) fn removed(contract: &Contract, finding: &Finding) -> Amendment {
    let path = plain(&finding.name);
    let Some(place) = contract.place(finding.side, &path) else { return Amendment::default() };
    let member = path.rsplit('.').next().unwrap_or_default();
    let mut edits = Vec::new();
    if place.required {
        edits.push(Edit::Take { at: below(&place.parent, &["required"]), value: member.into() });
    }
    edits.push(remove(&below(&place.parent, &["properties"]), member));
    if let [components, section, name] = &place.at[..]
        && users(contract, &place.at).len() == 1
    {
        edits.push(remove(&[components.clone(), section.clone()], name));
    }
    let gone = Answer::new("remove", "remove it from the contract", edits);
    let keep = format!("{path}: say in a deviation why the contract keeps it");
    let keep = Answer::by_hand("keep", "keep it; the page may have forgotten it", keep);
    let of = if finding.side == "response" { " of the answer" } else { "" };
    Amendment::ask(&path, format!("the page has no row for {path}{of} any more"), vec![gone, keep])
}

/// Returns what a row asks for that has another name now; the component stays, with its name.
pub(super) fn renamed(contract: &Contract, finding: &Finding) -> Amendment {
    let (was, is) = (plain(&finding.name), plain(finding.now.as_str().unwrap_or_default()));
    let by_hand = || Amendment::left(format!("{was} is {is} now; move it by hand"));
    let Some(place) = contract.place(finding.side, &was) else { return Amendment::default() };
    let ((old_parent, old), (new_parent, new)) =
        (was.rsplit_once('.').unwrap_or(("", &was)), is.rsplit_once('.').unwrap_or(("", &is)));
    if old_parent != new_parent || new.is_empty() || users(contract, &place.parent).len() > 1 {
        return by_hand();
    }
    let properties = below(&place.parent, &["properties"]);
    let mut edits = Vec::new();
    // A property of an answer is described where it stands, so its source is edited under the old name.
    if let Some(source) = place.schema["x-source"].as_str().filter(|source| source.contains(&was)) {
        edits.push(set(&place.at, "x-source", source.replace(&was, &is), None));
    }
    edits.push(Edit::Rename { at: properties, key: old.to_owned(), to: new.to_owned() });
    if place.required {
        let list = below(&place.parent, &["required"]);
        edits.push(Edit::Take { at: list.clone(), value: old.into() });
        edits.push(Edit::Insert { at: list, number: 0, value: new.into() });
    }
    Amendment::edits(edits)
}

/// Returns the edits that give a schema the type of its row, with the limits of the row.
pub(super) fn retyped(place: &Place<'_>, row: &Value, sent: bool) -> Option<Vec<Edit>> {
    let Place { schema, at, .. } = place;
    let new = described(row, place.required, None)?;
    if !sent {
        return (schema.get("anyOf").is_none()).then(|| vec![set(at, "type", new["type"].clone(), None)]);
    }
    let owned = schema.as_object()?.keys().filter(|key| !KEPT.contains(&key.as_str()));
    let mut edits: Vec<_> = owned.filter(|key| new.get(key.as_str()).is_none()).map(|key| remove(at, key)).collect();
    let mut after = schema.as_object()?.keys().rfind(|key| KEPT.contains(&key.as_str())).cloned();
    for (key, value) in new {
        if schema.get(&key) != Some(&value) {
            edits.push(set(at, &key, value, after.as_deref()));
        }
        after = Some(key);
    }
    Some(edits)
}

/// Returns the name of the component for a member of an object: `CustomerMiddleName`.
pub(super) fn component_name(contract: &Contract, object: &Place<'_>, member: &str) -> String {
    let owner = object.at.last().filter(|owner| object.at.len() == 3 && *owner != "GenerateOrderRequest");
    let name = format!("{}{}", owner.map_or("", String::as_str), camel(member));
    let schemas = &contract.tree["components"]["schemas"];
    let mut unique = name.clone();
    let mut number = 2;
    while schemas.get(&unique).is_some() {
        unique = format!("{name}{number}");
        number += 1;
    }
    unique
}

/// Returns the component behind which a new one of an object stands.
fn last_component(contract: &Contract, object: &Place<'_>) -> Option<String> {
    let last = object.schema["properties"].as_object().and_then(|properties| properties.values().next_back());
    let last = last.and_then(|property| property["$ref"].as_str()?.rsplit('/').next()).map(str::to_owned);
    let last = last.or_else(|| object.at.last().cloned());
    last.filter(|name| contract.tree["components"]["schemas"].get(name).is_some())
}

fn mandatory(object: &Place<'_>, member: &str) -> Edit {
    match object.schema["required"].as_array() {
        Some(names) => Edit::Insert { at: below(&object.at, &["required"]), number: names.len(), value: member.into() },
        None => set(&object.at, "required", json!([member]), Some("additionalProperties")),
    }
}

/// Says that a field of an answer is no text: how DOKU writes it decides its component.
fn component_by_hand(path: &str) -> Amendment {
    Amendment::left(format!(
        "{path}: add it by hand, with a component of its own that says how DOKU writes it, as ReceivedAmount does"
    ))
}

/// Returns a value of the page's sample, of the first element where there is a list.
fn sample(page: &Value, side: &str, path: &str) -> Option<Value> {
    let values = page[side]["sample"].as_object()?;
    values.iter().find(|(name, _)| plain(name) == path).map(|(_, value)| value.clone())
}

fn reference(component: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{component}") })
}

fn camel(name: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    name.split(['_', '-', '.']).map(part).collect()
}
