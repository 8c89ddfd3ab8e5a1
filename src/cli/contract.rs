//! The contract as messages need it: what is expected at a place, and which listed value is near.

use doku_indodana::{
    check::{self, Kind},
    json,
};
use serde_json::Value;

/// The components of one kind of body.
pub(crate) struct Contract {
    root: &'static str,
    definitions: Value,
}

/// What the contract says of one place in a body.
pub(crate) struct Place<'c> {
    /// The component that says it: the place's own, else the nearest around it.
    pub(crate) component: &'c str,
    schema: &'c Value,
}

impl Contract {
    pub(crate) fn new(kind: Kind) -> Self {
        let root = kind.component();
        let mut bundle = check::schema(root).expect("the contract has every kind of body");
        Self { root, definitions: bundle["$defs"].take() }
    }

    /// Returns what is expected at a pointer; `None` where the contract knows nothing.
    pub(crate) fn at(&self, pointer: &str) -> Option<Place<'_>> {
        let mut place = self.follow(self.root, self.definitions.get(self.root)?);
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let member = place.schema.get("properties").and_then(|properties| properties.get(&token));
            place = self.follow(place.component, member.or_else(|| place.schema.get("items"))?);
        }
        Some(place)
    }

    fn follow<'c>(&'c self, component: &'c str, schema: &'c Value) -> Place<'c> {
        let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        name.map_or(Place { component, schema }, |name| Place { component: name, schema: &self.definitions[name] })
    }
}

/// A longer text is not compared, in bytes.
const LONGEST: usize = 100;

/// A shorter text, in characters, is not taken for the beginning of a value.
const SHORTEST_BEGINNING: usize = 4;

impl Place<'_> {
    /// Returns whether a value of this type may stand here.
    pub(crate) fn accepts(&self, kind: json::ValueKind) -> bool {
        let names = |name: &str| name == kind.as_str() || name == "integer" && kind == json::ValueKind::Number;
        let accepts = |schema: &Value| match &schema["type"] {
            Value::String(name) => names(name),
            Value::Array(types) => types.iter().filter_map(Value::as_str).any(names),
            _ => true,
        };
        let alternatives = ["anyOf", "oneOf"].into_iter().find_map(|keyword| self.schema[keyword].as_array());
        alternatives.map_or_else(|| accepts(self.schema), |schemas| schemas.iter().any(accepts))
    }

    /// Returns the listed value that a text is probably meant to be.
    pub(crate) fn nearest(&self, text: &str) -> Option<&str> {
        if text.len() > LONGEST {
            return None;
        }
        let text = text.trim().to_lowercase().replace(['_', ' '], "-");
        let listed = self.schema["enum"].as_array()?.iter().filter_map(Value::as_str);
        let length = text.chars().count();
        let measured = listed.filter_map(|value| {
            let lowercase = value.to_lowercase();
            let distance = distance(&text, &lowercase);
            let is_beginning = length >= SHORTEST_BEGINNING && lowercase.starts_with(&text);
            (distance <= length / 3 || is_beginning).then_some((distance, value))
        });
        measured.min_by_key(|(distance, _)| *distance).map(|(_, value)| value)
    }
}

/// Returns how many characters must be added, removed or replaced to make one text the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    // How far the beginning of `from` is from each beginning of `to`.
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, character) in from.chars().enumerate() {
        let mut replaced = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let cost = replaced + usize::from(character != *other);
            replaced = row[column + 1];
            row[column + 1] = cost.min(row[column] + 1).min(replaced + 1);
        }
    }
    row[to.len()]
}
