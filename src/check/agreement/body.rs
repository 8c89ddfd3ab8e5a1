//! Bodies made from the contract, and changes of them. Scalars are text, so that numbers keep their digits.

use std::fmt;

use proptest::prelude::*;
use serde_json::Value;

use crate::{
    check::{self, Kind},
    contract::text::reference,
};

/// A JSON text as a tree.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Any JSON text.
    Raw(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl fmt::Display for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let comma = |at: usize| if at > 0 { "," } else { "" };
        match self {
            Self::Raw(text) => f.write_str(text),
            Self::Array(elements) => {
                f.write_str("[")?;
                elements.iter().enumerate().try_for_each(|(at, element)| write!(f, "{}{element}", comma(at)))?;
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                members.iter().enumerate().try_for_each(|(at, (name, value))| {
                    write!(f, "{}{}:{value}", comma(at), Value::from(name.as_str()))
                })?;
                f.write_str("}")
            }
        }
    }
}

/// One change at a place that a random number picks.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// Puts a JSON text there.
    Put(usize, String),
    /// Removes it.
    Remove(usize),
    /// Adds a member or an element to it, if it is a container.
    Add(usize, String),
}

/// A few changes.
pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let value = || {
        prop_oneof![
            prop::sample::select(vec!["null", "true", "\"text\"", "\"\"", "[]", "{}", "[\"a\",1]", "{\"x\":null}"])
                .prop_map(str::to_owned),
            number(),
            number().prop_map(|number| format!("\"{number}\"")),
        ]
    };
    let change = prop_oneof![
        4 => (any::<usize>(), value()).prop_map(|(at, value)| Change::Put(at, value)),
        1 => any::<usize>().prop_map(Change::Remove),
        1 => (any::<usize>(), value()).prop_map(|(at, value)| Change::Add(at, value)),
    ];
    prop::collection::vec(change, 0..4)
}

/// The text of a JSON number, around the limits of an amount.
pub(super) fn number() -> impl Strategy<Value = String> {
    let whole = prop_oneof![
        3 => "0|[1-9][0-9]{0,5}",
        1 => "[1-9][0-9]{14,17}",
        1 => Just("9999999999999999".to_owned()),
        1 => Just("10000000000000000".to_owned()),
    ];
    let fraction = prop_oneof![4 => Just(String::new()), 3 => "\\.0{1,4}", 2 => "\\.[0-9]{1,20}"];
    let exponent = prop_oneof![
        6 => Just(String::new()),
        2 => "[eE][+-]?[0-9]{1,2}",
        1 => prop::sample::select(vec!["e400", "e-400", "E99999999999999999999"]).prop_map(str::to_owned),
    ];
    (prop_oneof![8 => Just(""), 1 => Just("-")], whole, fraction, exponent)
        .prop_map(|(sign, whole, fraction, exponent)| format!("{sign}{whole}{fraction}{exponent}"))
}

impl Body {
    /// Returns the value at a JSON pointer of plain names.
    pub(super) fn at(&mut self, pointer: &str) -> Option<&mut Self> {
        pointer.split('/').skip(1).try_fold(self, |body, token| match body {
            Self::Object(members) => members.iter_mut().find(|(name, _)| name == token).map(|(_, value)| value),
            Self::Array(elements) => elements.get_mut(token.parse::<usize>().ok()?),
            Self::Raw(_) => None,
        })
    }

    /// Removes the member at a JSON pointer.
    pub(super) fn remove(&mut self, pointer: &str) {
        let (parent, name) = pointer.rsplit_once('/').expect("a member has a name");
        match self.at(parent) {
            Some(Self::Object(members)) => members.retain(|(other, _)| other != name),
            Some(Self::Array(elements)) => drop(elements.remove(name.parse().expect("an index"))),
            _ => panic!("nothing holds {pointer}"),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        serde_json::from_str(&self.to_string()).expect("a body is JSON")
    }

    pub(super) fn change(&mut self, change: &Change) {
        let places = self.places();
        let place = |at: usize| places[at % places.len()].clone();
        match change {
            Change::Put(at, text) => *self.at(&place(*at)).expect("the place is there") = Self::Raw(text.clone()),
            Change::Remove(at) if !place(*at).is_empty() => self.remove(&place(*at)),
            Change::Remove(_) => {}
            Change::Add(at, text) => match self.at(&place(*at)).expect("the place is there") {
                Self::Array(elements) => elements.push(Self::Raw(text.clone())),
                Self::Object(members) if members.iter().all(|(name, _)| name != "new") => {
                    members.push(("new".to_owned(), Self::Raw(text.clone())));
                }
                _ => {}
            },
        }
    }

    /// The pointers of all values.
    fn places(&self) -> Vec<String> {
        let mut places = vec![String::new()];
        let mut hold = |name: &str, value: &Self| {
            places.extend(value.places().iter().map(|place| format!("/{name}{place}")));
        };
        match self {
            Self::Raw(_) => {}
            Self::Array(elements) => elements.iter().enumerate().for_each(|(at, one)| hold(&at.to_string(), one)),
            Self::Object(members) => members.iter().for_each(|(name, one)| hold(name, one)),
        }
        places
    }
}

/// Returns a body of this kind with every member that the contract describes.
pub(super) fn full(kind: Kind) -> Body {
    let root = check::schema(kind.component()).expect("the kind has a component");
    body(&root, &root["$defs"][kind.component()])
}

fn body(root: &Value, schema: &Value) -> Body {
    let schema = resolve(root, schema);
    if let Some(members) = schema.get("properties").and_then(Value::as_object) {
        return Body::Object(members.iter().map(|(name, of)| (name.clone(), body(root, of))).collect());
    }
    if let Some(items) = schema.get("items") {
        return Body::Array(vec![body(root, items), body(root, items)]);
    }
    let example = schema.pointer("/examples/0").or_else(|| schema.pointer("/x-extensible-enum/0"));
    Body::Raw(example.map_or_else(|| "\"text\"".to_owned(), Value::to_string))
}

/// Returns the pointers of all members that are not required, nor hold up one that is, in a full body of this kind.
pub(super) fn optional_fields(kind: Kind) -> Vec<String> {
    let root = check::schema(kind.component()).expect("the kind has a component");
    let mut found = Vec::new();
    collect(&root, &root["$defs"][kind.component()], "", &mut found);
    found
}

fn collect(root: &Value, schema: &Value, pointer: &str, found: &mut Vec<String>) {
    let schema = resolve(root, schema);
    for (name, of) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{pointer}/{name}");
        let required = schema.get("required").and_then(Value::as_array);
        if !required.is_some_and(|names| names.iter().any(|required| required == name)) {
            found.push(place.clone());
        }
        collect(root, of, &place, found);
    }
    if let Some(items) = schema.get("items").filter(|items| items.get("$ref").is_some()) {
        collect(root, items, &format!("{pointer}/1"), found);
    }
}

fn resolve<'v>(root: &'v Value, schema: &'v Value) -> &'v Value {
    match reference(schema) {
        Some(name) => &root["$defs"][name],
        None => schema,
    }
}
