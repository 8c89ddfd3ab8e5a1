//! Any text means the same to the reader and to `serde_json`, and any value the same to a schema.

use std::sync::LazyLock;

use jsonschema::{ValidationError, Validator, json::Node};
use proptest::prelude::*;
use serde_json::{Value as SerdeValue, json};

use super::{DocumentJson, Instance};
use crate::message::json::{Document, SyntaxErrorKind as E, Value};

/// A value, and a text of it with the white space and the escapes of some other writer.
fn written(depth: u32) -> impl Strategy<Value = String> {
    let space = || prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("\r\n\t")];
    let number = prop_oneof!["-?(0|[1-9][0-9]{0,17})", "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?"];
    let character = prop_oneof![
        8 => any::<char>().prop_map(|character| SerdeValue::from(character.to_string()).to_string().replace('"', "")),
        4 => "[a-c]",
        1 => any::<u16>().prop_map(|unit| format!("\\u{unit:04x}")),
        1 => any::<char>().prop_map(|character| {
            character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        }),
        1 => Just("\\/".to_owned()),
    ];
    let string = proptest::collection::vec(character, 0..12).prop_map(|parts| format!("\"{}\"", parts.concat()));
    let key = string.clone();
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number,
        string.clone(),
        string
    ];
    scalar.prop_recursive(depth, 64, 8, move |value| {
        let padded = (space(), value, space()).prop_map(|(before, value, after)| format!("{before}{value}{after}"));
        let member = (space(), key.clone(), space(), padded.clone())
            .prop_map(|(before, key, after, value)| format!("{before}{key}{after}:{value}"));
        prop_oneof![
            proptest::collection::vec(padded, 0..8).prop_map(|elements| format!("[{}]", elements.join(","))),
            proptest::collection::vec(member, 0..8).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Holds that a text is accepted exactly if `serde_json` accepts it, with the same content.
fn agrees_with_serde(bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes);
    match (Document::parse(bytes), serde_json::from_slice::<SerdeValue>(bytes)) {
        (Ok(document), Ok(expected)) => same_content(document.root(), &expected, document.source())?,
        (Err(error), Ok(_)) => {
            prop_assert!(matches!(error.kind(), E::DuplicateKey | E::TooDeep), "{text:?} was refused: {error}")
        }
        // Numbers are kept as they are written, however large.
        (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("number out of range"), "{text:?} {error}"),
        (Err(error), Err(_)) => {
            prop_assert!(error.offset() <= bytes.len() && error.line() >= 1 && error.column() >= 1);
        }
    }
    Ok(())
}

fn same_content(value: Value<'_>, expected: &SerdeValue, source: &str) -> Result<(), TestCaseError> {
    // A float that large may stand for other digits than those that are written, which are not equal to it then.
    let rounded = expected.is_f64() && expected.as_f64().is_some_and(|float| float.abs() >= 9_007_199_254_740_992.0);
    let container = expected.is_array() || expected.is_object();
    prop_assert!(rounded || container || Instance(value).equals_value(expected), "{source:?}");
    prop_assert_eq!(&*Instance(value).to_value(), expected);
    let again: SerdeValue = serde_json::from_str(&source[value.span()]).unwrap();
    prop_assert_eq!(&again, expected);
    for (index, element) in value.elements().enumerate() {
        same_content(element, &expected[index], source)?;
    }
    for (name, member) in value.members() {
        let name = name.as_str().unwrap();
        prop_assert_eq!(value.get(&name).map(Value::span), Some(member.span()));
        same_content(member, &expected[&*name], source)?;
    }
    let length = value.elements().count() + value.members().count();
    prop_assert_eq!(value.len(), length);
    Ok(())
}

#[test]
fn reads_the_edges_as_serde_does() {
    for text in [
        "[-0,0.0e-0,1e0005,5e-324,1.7976931348623157e308,1e400]",
        "[9007199254740993,18446744073709551615,-9223372036854775808]",
        r#"["\u0000","\uD800\uDC00\uDBFF\uDFFF","\u005Cu0041","a\\","12345678\""]"#,
        "\"\u{7f}\u{2028}\u{FEFF}\u{FFFF}\u{10FFFF}\"",
        r#"{"":{"":{"":null}},"a\u0062":1,"a":2,"\n":3,"n":4,"\\n":5}"#,
    ] {
        agrees_with_serde(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    }
}

/// One schema, over documents and over values.
static VALIDATORS: LazyLock<(Validator<DocumentJson>, Validator)> = LazyLock::new(|| {
    let schema = json!({
        "type": ["object", "array", "string", "number", "null"],
        "minLength": 1, "maxLength": 9, "pattern": "[a-c]|^$",
        "minimum": -1000, "exclusiveMaximum": 9_000_000_000_000_000_000_u64,
        "maxItems": 4, "uniqueItems": true, "items": {"$ref": "#"},
        "maxProperties": 4, "propertyNames": {"maxLength": 8}, "additionalProperties": {"$ref": "#"},
        "properties": {"a": {"type": "integer"}, "b": {"enum": [1, "b", null, [], 0.5]}},
        "dependentRequired": {"c": ["b"]},
    });
    let direct = jsonschema::options_for::<DocumentJson>().build(&schema).unwrap();
    (direct, jsonschema::options().build(&schema).unwrap())
});

/// Where the errors are, in the instance and in the schema, in an order of its own.
fn places<'i>(errors: impl Iterator<Item = ValidationError<'i>>) -> Vec<(String, String)> {
    let place = |error: ValidationError<'_>| (error.instance_path().to_string(), error.schema_path().to_string());
    let mut places: Vec<_> = errors.map(place).collect();
    places.sort();
    places
}

proptest! {
    #[test]
    fn reads_any_text_as_serde_does(text in written(6)) {
        agrees_with_serde(text.as_bytes())?;
    }

    #[test]
    fn reads_any_broken_text_as_serde_does(
        text in written(3),
        place in any::<prop::sample::Index>(),
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..3),
            "[ \t\n\\[\\]{}:,\"\\\\u0-9a-fA-FeE.+-]{0,3}".prop_map(String::into_bytes),
        ],
        removed in 0..3_usize,
    ) {
        let mut broken = text.into_bytes();
        let start = place.index(broken.len() + 1);
        let end = (start + removed).min(broken.len());
        broken.splice(start..end, bytes);
        agrees_with_serde(&broken)?;
    }

    #[test]
    fn reads_any_bytes_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        agrees_with_serde(&bytes)?;
    }

    #[test]
    fn a_schema_means_the_same_as_over_a_value(text in written(4)) {
        let Ok(document) = Document::parse(text.as_bytes()) else { return Ok(()) };
        let value: SerdeValue = serde_json::from_str(&text).unwrap();
        let (direct, plain) = &*VALIDATORS;
        prop_assert_eq!(direct.is_valid(document.root().into()), plain.is_valid(&value));
        prop_assert_eq!(places(direct.iter_errors(document.root().into())), places(plain.iter_errors(&value)));
    }
}
