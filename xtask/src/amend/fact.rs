//! A fact of a row that is another one now.

mod users;

use serde_json::{Value, json};

use self::users::others;
pub(super) use self::users::users;

use super::{Amendment, Answer, Edit, below, limit, limit::keyword, prose, remove, set};
use crate::drift::{Class, Contract, Finding, Place, plain};

/// Returns what another fact of a row asks for.
pub(super) fn changed(contract: &Contract, page: &Value, finding: &Finding) -> Amendment {
    let name = plain(&finding.name);
    let Some(place) = contract.place(finding.side, &name) else {
        return Amendment::left(format!("{name} is nowhere in the contract; add it by hand"));
    };
    if deviates(&place, finding) {
        return explained(&place, finding, &name);
    }
    if finding.fact == "mandatory" && finding.side == "response" {
        return promised(&place, finding, &name);
    }
    let Some(edits) = edits(&place, page, finding, &name) else {
        let fact = &finding.fact;
        return Amendment::left(format!("{name}: {fact} is {} now; edit the contract by hand", shown(&finding.now)));
    };
    if finding.now == "conditional" {
        let left =
            format!("{name}: the page has a condition now; say it in the description, the contract has no conditions");
        return Amendment { edits, left: vec![left], question: None };
    }
    if edits.is_empty() {
        return Amendment::default();
    }
    let others = others(contract, page, &place, finding, &name);
    if others.is_empty() {
        return Amendment::edits(edits);
    }
    let (component, others) = (place.at.last().cloned().unwrap_or_default(), others.join(", "));
    let text = format!(
        "{name}: the page changed {} from {} to {} here alone, but {component} describes {others} too",
        finding.fact,
        shown(&finding.before),
        shown(&finding.now)
    );
    let left = format!("{name}: give it a component of its own, so that {others} stays as it is");
    let mut answers = vec![Answer::new("all", format!("change {component}, and with it {others}"), edits)];
    answers.extend(apart(contract, page, &place, finding, &name));
    answers.push(Answer::by_hand("hand", "change nothing; do it by hand", left));
    Amendment::ask(&name, text, answers)
}

/// Returns what it asks for that a field of an answer comes always now, or may be missing.
fn promised(place: &Place<'_>, finding: &Finding, name: &str) -> Amendment {
    if finding.now == "mandatory" {
        return Amendment::left(optional_all_the_same(name));
    }
    let edits = presence(place, name, false).unwrap_or_default();
    if edits.is_empty() {
        return Amendment::default();
    }
    let text = format!("{name}: the page says that it may be missing, and an answer without it cannot be read");
    let follow = Answer {
        left: vec![format!("{name}: code that reads it finds an `Option` now")],
        ..Answer::new("follow", "make it optional", edits)
    };
    let keep = format!("{name}: say in a deviation why an answer without it cannot be used");
    Amendment::ask(name, text, vec![follow, Answer::by_hand("keep", "keep it mandatory", keep)])
}

/// Returns why a field that the page promises in an answer is no mandatory one of the contract.
pub(super) fn optional_all_the_same(name: &str) -> String {
    format!(
        "{name}: the page says that it always comes; it stays optional, because an answer from before has it not, and \
         what is mandatory decides whether an answer can be read"
    )
}

/// Returns the answer that gives a field a component of its own, where its object is its own.
fn apart(contract: &Contract, page: &Value, place: &Place<'_>, finding: &Finding, name: &str) -> Option<Answer> {
    let (parent, member) = name.rsplit_once('.')?;
    let object = contract.element(contract.place(finding.side, parent)?);
    if finding.fact == "mandatory" || users(contract, &object.at).len() > 1 || object.at != place.parent {
        return None;
    }
    let component = super::field::component_name(contract, &object, member);
    let at = below(&[], &["components", "schemas", &component]);
    let copy = Place { schema: place.schema, at, parent: vec![], required: place.required, of_page: true };
    let mut schema = json!({ "components": { "schemas": { (&*component): place.schema } } });
    edits(&copy, page, finding, name)?.iter().try_for_each(|edit| edit.apply(&mut schema)).ok()?;
    let mut schema = schema["components"]["schemas"][&component].take();
    schema["x-source"] = format!("page: {name}").into();
    let reference = json!({ "$ref": format!("#/components/schemas/{component}") });
    Some(Answer::new(
        "apart",
        format!("give {name} the component {component}"),
        vec![
            set(&below(&[], &["components", "schemas"]), &component, schema, place.at.last().map(String::as_str)),
            set(&below(&object.at, &["properties"]), member, reference, None),
        ],
    ))
}

/// Tells whether the contract said something else than the page before: then a deviation says why.
fn deviates(place: &Place<'_>, finding: &Finding) -> bool {
    if finding.class == Class::ContractDiffers {
        return false;
    }
    let (schema, before) = (place.schema, &finding.before);
    match finding.fact.as_str() {
        "max" if finding.side == "request" => crate::drift::limit(schema) != *before,
        "type" => !fits(schema, before, finding.side),
        "mandatory" => place.required != (before == "mandatory"),
        "pattern" => schema["pattern"] != *before && !before.is_null(),
        _ => false,
    }
}

/// Tells whether the page says now what the contract has said against it.
pub(super) fn is_corrected(contract: &Contract, finding: &Finding) -> bool {
    let place = contract.place(finding.side, &plain(&finding.name));
    place.is_some_and(|place| deviates(&place, finding) && explained(&place, finding, "").is_nothing())
}

/// Tells whether the contract's type is what the page calls so.
fn fits(schema: &Value, page: &Value, side: &str) -> bool {
    let Some(kind) = schema["type"].as_str() else { return false };
    match page.as_str().unwrap_or_default() {
        "number" | "integer" | "int" | "long" if side == "request" => matches!(kind, "integer" | "number"),
        "number" | "decimal" | "integer" | "int" | "long" => matches!(kind, "integer" | "number"),
        "json" | "object" => kind == "object",
        "string" | "enum" => kind == "string",
        other => kind == other,
    }
}

/// Returns what another fact asks for where the contract deviates on purpose.
fn explained(place: &Place<'_>, finding: &Finding, name: &str) -> Amendment {
    let schema = place.schema;
    let said = finding.now.as_str().unwrap_or_default();
    if finding.fact == "max" {
        let advised = &schema["x-advisory"]["maxLength"];
        let advisory = below(&place.at, &["x-advisory"]);
        let number = said.parse::<u64>().ok();
        let enforced = schema["maxLength"].as_u64();
        if crate::drift::limit(schema) == finding.now {
            return Amendment::default();
        }
        if let (Some(number), Some(enforced)) = (number, enforced)
            && number > enforced
            && let Some(edits) = limit::largest_edits(&place.at, schema, &finding.now)
        {
            let text = format!("{name}: the page allows {number} now, more than the {enforced} of the contract");
            let keep = Answer::new("keep", format!("keep {enforced}"), vec![]);
            return Amendment::ask(name, text, vec![Answer::new("follow", format!("allow {number}"), edits), keep]);
        }
        if let (Some(number), true) = (number, advised.is_number()) {
            let mut edits = vec![set(&advisory, "maxLength", number, None)];
            let numbers = [(advised.to_string(), number.to_string())];
            edits.extend(prose::edits(&place.at, schema, &numbers));
            return Amendment::edits(edits);
        }
    }
    let follows = match finding.fact.as_str() {
        "type" => fits(schema, &finding.now, finding.side),
        "mandatory" => place.required == (finding.now == "mandatory"),
        _ => false,
    };
    if follows {
        return Amendment::default();
    }
    let fact = &finding.fact;
    Amendment::left(format!(
        "{name}: {fact} is {} now, and the contract deviates; read the deviation",
        shown(&finding.now)
    ))
}

/// Returns the edits of a schema, or nothing where they are not known.
fn edits(place: &Place<'_>, page: &Value, finding: &Finding, name: &str) -> Option<Vec<Edit>> {
    let Place { schema, at, .. } = place;
    let (before, now, sent) = (&finding.before, &finding.now, finding.side == "request");
    match finding.fact.as_str() {
        "max" | "min" | "characters" | "pattern" if !sent => Some(vec![]),
        "max" => {
            let mut edits = limit::largest_edits(at, schema, now)?;
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let old = text(before).or_else(|| text(&crate::drift::limit(schema)));
            let mut numbers: Vec<_> = old.zip(text(now)).into_iter().collect();
            let maximum = |value: &Value| value["maximum"].as_u64().map(|number| number.to_string());
            let new = limit::keywords(schema["type"].as_str()?, now)?;
            let new = new.iter().find(|(key, _)| *key == "maximum").map(|(_, value)| value.to_string());
            numbers.extend(maximum(schema).zip(new));
            edits.extend(prose::edits(at, schema, &numbers));
            Some(edits)
        }
        "min" => {
            let is_text = schema["type"] == "string";
            let key = if is_text { "minLength" } else { "minimum" };
            // Of a number it is a count of digits, as the largest is.
            let least = |digits: u64| {
                if is_text { Some(digits) } else { 10_u64.checked_pow(u32::try_from(digits).ok()?.saturating_sub(1)) }
            };
            let numbers: Vec<_> = before.as_str().zip(now.as_str()).into_iter().collect();
            let numbers: Vec<_> = numbers.into_iter().map(|(was, is)| (was.to_owned(), is.to_owned())).collect();
            let mut edits = match now.as_str() {
                Some(text) => vec![keyword(at, schema, key, least(text.parse().ok()?)?.into())],
                None if schema.get(key).is_some() => vec![remove(at, key)],
                None => vec![],
            };
            edits.extend(prose::edits(at, schema, &numbers));
            Some(edits)
        }
        "enum" => values(place, finding),
        "mandatory" => presence(place, name, now == "mandatory"),
        "type" => super::field::retyped(place, &page[finding.side]["fields"][name], sent),
        "characters" => {
            let digits = json!(["numeric"]);
            let free = if place.required { r"^[^\x00-\x1f\x7f]+$" } else { r"^[^\x00-\x1f\x7f]*$" };
            let pattern = match (schema["type"] == "string", *before == digits, *now == digits) {
                (true, _, true) => r"^[0-9]+$",
                (true, true, _) => free,
                _ => return Some(vec![]),
            };
            (schema["pattern"] != pattern)
                .then(|| vec![keyword(at, schema, "pattern", pattern.into())])
                .or(Some(vec![]))
        }
        _ => None,
    }
}

/// Returns the edits of a list of values.
fn values(place: &Place<'_>, finding: &Finding) -> Option<Vec<Edit>> {
    let Place { schema, at, .. } = place;
    let key = ["enum", "x-extensible-enum"].into_iter().find(|key| schema.get(key).is_some());
    let (Some(key), false) = (key, finding.now.is_array()) else {
        // A list where there was none, or none where there was one.
        let key = key.unwrap_or(if finding.side == "request" { "enum" } else { "x-extensible-enum" });
        return match &finding.now {
            Value::Null if finding.before.is_array() => Some(vec![remove(at, key)]),
            Value::Array(_) => Some(vec![keyword(at, schema, key, finding.now.clone())]),
            _ => None,
        };
    };
    let list = below(at, &[key]);
    let known = schema[key].as_array()?;
    let count = known.len();
    let (edit, now) = if finding.now.is_null() {
        if !known.contains(&finding.before) {
            return Some(vec![]);
        }
        (Edit::Take { at: list, value: finding.before.clone() }, count - 1)
    } else {
        if known.contains(&finding.now) {
            return Some(vec![]);
        }
        (Edit::Insert { at: list, number: position(known, &finding.now), value: finding.now.clone() }, count + 1)
    };
    let mut edits = vec![edit];
    edits.extend(prose::edits(at, schema, &[(count.to_string(), now.to_string())]));
    if schema["example"] == finding.before && !finding.before.is_null() {
        let first = known.iter().find(|value| **value != finding.before)?;
        edits.push(set(at, "example", first.clone(), None));
    }
    Some(edits)
}

/// Returns where a value goes: in its place in an alphabetical list, at the end of another.
fn position(known: &[Value], value: &Value) -> usize {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sorted = known.windows(2).all(|pair| text(&pair[0]) <= text(&pair[1]));
    let at = known.iter().position(|other| text(other) > text(value));
    if sorted { at.unwrap_or(known.len()) } else { known.len() }
}

/// Returns the edits of the list of mandatory members.
fn presence(place: &Place<'_>, name: &str, mandatory: bool) -> Option<Vec<Edit>> {
    let member = name.rsplit('.').next()?;
    if place.required == mandatory {
        return Some(vec![]);
    }
    let list = below(&place.parent, &["required"]);
    Some(vec![match mandatory {
        // The order of the list says nothing.
        true => Edit::Insert { at: list, number: 0, value: member.into() },
        false => Edit::Take { at: list, value: member.into() },
    }])
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
