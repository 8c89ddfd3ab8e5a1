//! One compiled contract: what is enforced, and what is only advised.

use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind, types::JsonType};
use serde_json::{Map, Value, json};

use super::keyword;
use crate::{
    check::{Code, Met, Violation},
    contract::schema::components,
    message::json::{Document, DocumentJson, Instance, ValueKind},
};

/// The compiled schemas of one kind of body.
pub(super) struct Checker {
    contract: Validator<DocumentJson>,
    advisory: Validator<DocumentJson>,
}

impl Checker {
    /// Compiles both schemas of a component.
    ///
    /// # Panics
    ///
    /// If the contract's schema does not compile, which the build and the tests rule out; never because of input.
    pub(super) fn new(component: &str) -> Self {
        let root = format!("#/$defs/{component}");
        let definitions = components().components().expect("the contract has components");
        let advisories: Map<String, Value> =
            definitions.iter().map(|(name, schema)| (name.clone(), advisory(schema))).collect();
        Self {
            contract: compile(&json!({ "$ref": root, "$defs": definitions })),
            advisory: compile(&json!({ "$ref": root, "$defs": advisories })),
        }
    }

    pub(super) fn is_valid(&self, document: &Document<'_>) -> bool {
        self.contract.is_valid(Instance::from(document.root()))
    }

    pub(super) fn violations(&self, document: &Document<'_>) -> Vec<Violation> {
        if self.is_valid(document) {
            return Vec::new();
        }
        self.contract
            .iter_errors(Instance::from(document.root()))
            .flat_map(|error| translate(&error, document))
            .collect()
    }

    pub(super) fn advisories(&self, document: &Document<'_>) -> Vec<Violation> {
        if self.advisory.is_valid(Instance::from(document.root())) {
            return Vec::new();
        }
        self.advisory
            .iter_errors(Instance::from(document.root()))
            .flat_map(|error| {
                let deviation = deviation(&error);
                translate(&error, document).into_iter().map(move |mut violation| {
                    violation.deviation.clone_from(&deviation);
                    violation
                })
            })
            .collect()
    }
}

fn compile(schema: &Value) -> Validator<DocumentJson> {
    jsonschema::options_for::<DocumentJson>()
        .with_draft(jsonschema::Draft::Draft202012)
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_keyword("multipleOf", keyword::multiple_of)
        .with_keyword("x-decimal-places", keyword::decimal_places)
        .with_keyword("x-plain-digits", keyword::plain_digits)
        .with_keyword("x-reserved", keyword::reserved)
        .with_keyword("x-sum", keyword::sum)
        .with_keyword("x-written-decimals", keyword::written_decimals)
        .build(schema)
        .unwrap_or_else(|error| panic!("the contract's schema does not compile: {}", error.masked()))
}

/// Returns the part of a component that is advised: its own `x-advisory`, and the way to those below it.
fn advisory(schema: &Value) -> Value {
    let mut advised = match schema.get("x-advisory") {
        Some(Value::Object(rules)) => rules.clone(),
        _ => Map::new(),
    };
    if let Some(Value::Object(properties)) = schema.get("properties") {
        let references: Map<String, Value> = properties
            .iter()
            .filter(|(_, property)| property.get("$ref").is_some())
            .map(|(name, property)| (name.clone(), property.clone()))
            .collect();
        advised.insert("properties".into(), references.into());
    }
    if let Some(items) = schema.get("items").filter(|items| items.get("$ref").is_some()) {
        advised.insert("items".into(), items.clone());
    }
    advised.into()
}

/// Returns the deviation that stands beside the advised rule.
fn deviation(error: &ValidationError<'_>) -> Option<String> {
    Some(component(error)?.get("x-advisory")?.get("deviation")?.as_str()?.to_owned())
}

/// Returns the component of the contract whose rule is broken.
fn component(error: &ValidationError<'_>) -> Option<&'static Value> {
    components().component(error.schema_path().as_str().split("/$defs/").last()?.split('/').next()?)
}

/// Turns one error of the validator into violations, without its value but for a sum.
fn translate(error: &ValidationError<'_>, document: &Document<'_>) -> Vec<Violation> {
    use ValidationErrorKind as E;
    let pointer = error.instance_path().as_str();
    let one = |code, limit: Option<Value>| {
        vec![Violation {
            pointer: pointer.to_owned(),
            code,
            rule: error.kind().keyword().to_owned(),
            limit,
            met: Some(met(code, error.instance())),
            instead: instead(code, error),
            deviation: None,
        }]
    };
    let member = |code, name: &str| Violation {
        pointer: format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")),
        code,
        rule: error.kind().keyword().to_owned(),
        limit: None,
        met: None,
        instead: None,
        deviation: None,
    };
    match error.kind() {
        E::Required { property } => {
            vec![member(Code::Missing, property.as_str().expect("the contract's names are texts"))]
        }
        E::AdditionalProperties { unexpected } => {
            let known = || component(error)?.get("properties")?.as_object().map(|members| members.keys());
            let nearest = |name: &String| nearest(name, known().into_iter().flatten().map(String::as_str));
            unexpected
                .iter()
                .map(|name| Violation { instead: nearest(name), ..member(Code::UnknownField, name) })
                .collect()
        }
        E::Type { kind } => one(Code::WrongType, Some(expected_type(kind).into())),
        E::MinLength { limit } => one(Code::TooShort, Some((*limit).into())),
        E::MaxLength { limit } => one(Code::TooLong, Some((*limit).into())),
        E::MinItems { limit } => one(Code::TooFew, Some((*limit).into())),
        E::MaxItems { limit } => one(Code::TooMany, Some((*limit).into())),
        E::Minimum { limit } => one(Code::TooSmall, Some(limit.clone())),
        E::ExclusiveMaximum { limit } | E::Maximum { limit } => one(Code::TooLarge, Some(limit.clone())),
        E::Pattern { pattern } => one(Code::BadFormat, Some(pattern.clone().into())),
        E::Enum { .. } => one(Code::NotListed, None),
        E::Custom { keyword, .. } if keyword == "x-decimal-places" => {
            one(Code::TooPrecise, Some(keyword::DECIMAL_PLACES.into()))
        }
        E::Custom { keyword, .. } if keyword == "x-plain-digits" => one(Code::NotPlain, None),
        E::Custom { keyword, .. } if keyword == "x-reserved" => one(Code::Reserved, None),
        E::Custom { keyword, .. } if keyword == "x-sum" => {
            let summed = || keyword::summed(document.pointer(pointer)?, &component(error)?["x-sum"]);
            let met = summed().unwrap_or(Met::Type(ValueKind::Number.as_str()));
            vec![Violation { met: Some(met), ..member(Code::SumMismatch, "amount") }]
        }
        _ => one(Code::NoAlternative, None),
    }
}

fn expected_type(kind: &jsonschema::error::TypeKind) -> String {
    use jsonschema::error::TypeKind;
    match kind {
        TypeKind::Single(single) => single.to_string(),
        TypeKind::Multiple(types) => types
            .iter()
            .filter(|kind| *kind != JsonType::Null)
            .map(|kind| kind.to_string())
            .collect::<Vec<_>>()
            .join(" or "),
    }
}

/// Returns what would be acceptable: the nearest value of a list, or the contract's example.
fn instead(code: Code, error: &ValidationError<'_>) -> Option<String> {
    let schema = component(error)?;
    match code {
        Code::BadFormat => Some(schema.get("examples")?.get(0)?.as_str()?.to_owned()),
        Code::NotListed => {
            let listed = schema.get("enum")?.as_array()?.iter().filter_map(Value::as_str);
            nearest(error.instance().as_str()?, listed)
        }
        _ => None,
    }
}

/// Returns the text that differs from another one in at most a third of its characters, and in the fewest.
fn nearest<'t>(text: &str, known: impl Iterator<Item = &'t str>) -> Option<String> {
    // Longer ones are no slips, and would cost time.
    if text.len() > LONGEST_SLIP {
        return None;
    }
    let text: String = text.to_lowercase().replace([' ', '_'], "-");
    known
        .map(|known| (strsim::osa_distance(&text, &known.replace('_', "-")), known))
        .filter(|(distance, known)| distance * 3 <= known.len())
        .min()
        .map(|(_, known)| known.to_owned())
}

/// So long a name is compared with those of the contract, in bytes.
const LONGEST_SLIP: usize = 64;

/// Returns the size or the type of what was met.
fn met(code: Code, instance: &Value) -> Met {
    match (code, instance) {
        (Code::TooShort | Code::TooLong, Value::String(text)) => Met::Characters(text.chars().count() as u64),
        (Code::TooFew | Code::TooMany, Value::Array(elements)) => Met::Elements(elements.len() as u64),
        (_, Value::Null) => Met::Type(ValueKind::Null.as_str()),
        (_, Value::Bool(_)) => Met::Type(ValueKind::Boolean.as_str()),
        (_, Value::Number(_)) => Met::Type(ValueKind::Number.as_str()),
        (_, Value::String(_)) => Met::Type(ValueKind::String.as_str()),
        (_, Value::Array(_)) => Met::Type(ValueKind::Array.as_str()),
        (_, Value::Object(_)) => Met::Type(ValueKind::Object.as_str()),
    }
}
