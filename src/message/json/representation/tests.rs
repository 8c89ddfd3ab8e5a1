//! JSON Schema over a document: numbers are exact, and escapes are read.

mod differential;

use jsonschema::json::{JsonNumber, Node, conformance};
use serde_json::{Value as SerdeValue, json};

use super::{DocumentJson, Instance};
use crate::message::json::Document;

fn parse(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?} was refused: {error}"))
}

/// Numbers, each as the integer it is (`None` if it is none or too large), and whether it is whole.
#[test]
fn reads_numbers_exactly() {
    let long = "9".repeat(400);
    let whole_of_zeros = format!("1{}", "0".repeat(400));
    let tiny_fraction = format!("1.{}1", "0".repeat(400));
    let shifted = format!("0.{}7e301", "0".repeat(300));
    let huge_exponent = format!("1e{long}");
    let tiny_exponent = format!("1e-{long}");
    let zero = format!("-0.000e{long}");
    for (text, integer, whole, plain) in [
        ("0", Some(0), true, true),
        ("-0", Some(0), true, true),
        ("-0.0e-7", Some(0), true, false),
        ("42", Some(42), true, true),
        ("-42", Some(-42), true, true),
        ("1.0", Some(1), true, false),
        ("1e2", Some(100), true, false),
        ("1E+2", Some(100), true, false),
        ("1.5e1", Some(15), true, false),
        ("1.50e1", Some(15), true, false),
        ("-1.5e1", Some(-15), true, false),
        ("100e-2", Some(1), true, false),
        ("100e-3", None, false, false),
        ("120e-1", Some(12), true, false),
        ("1.5", None, false, false),
        ("1.5e0", None, false, false),
        ("1e-1", None, false, false),
        ("0.1e1", Some(1), true, false),
        ("0.001e3", Some(1), true, false),
        ("9007199254740993", Some(9_007_199_254_740_993), true, true),
        ("9007199254740993.0", Some(9_007_199_254_740_993), true, false),
        ("900719925474099.3e1", Some(9_007_199_254_740_993), true, false),
        ("9223372036854775807", Some(i64::MAX.into()), true, true),
        ("-9223372036854775808", Some(i64::MIN.into()), true, true),
        ("-9223372036854775809", None, true, true),
        ("18446744073709551615", Some(u64::MAX.into()), true, true),
        ("18446744073709551615.00", Some(u64::MAX.into()), true, false),
        ("18446744073709551616", None, true, true),
        ("1e19", Some(10_000_000_000_000_000_000), true, false),
        ("1e20", None, true, false),
        ("10000000000000000000000e-3", Some(10_000_000_000_000_000_000), true, false),
        ("1e400", None, true, false),
        ("1e-400", None, false, false),
        (&long, None, true, true),
        (&whole_of_zeros, None, true, true),
        (&tiny_fraction, None, false, false),
        (&shifted, Some(7), true, false),
        (&huge_exponent, None, true, false),
        (&tiny_exponent, None, false, false),
        (&zero, Some(0), true, false),
    ] {
        let document = parse(text);
        assert_eq!(document.root().number_text(), Some(text));
        let number = Instance(document.root()).as_number().unwrap();
        let read = (number.as_u64().map(i128::from)).or(number.as_i64().map(i128::from));
        assert_eq!(read, integer, "{text}");
        assert_eq!(number.as_u64(), integer.and_then(|integer| integer.try_into().ok()), "{text}");
        assert_eq!(number.as_i64(), integer.and_then(|integer| integer.try_into().ok()), "{text}");
        assert_eq!(number.is_integer(), whole, "{text}");
        assert_eq!(number.is_written_as_integer(), plain, "{text}");
        assert_eq!(number.as_f64(), text.parse().ok().filter(|float: &f64| float.is_finite()), "{text}");
        assert_eq!(JsonNumber::as_str(&number), text);
    }
    let number = |text| Instance(parse(text).root()).as_number().unwrap().to_number().into_owned();
    assert_eq!(number("1e400"), serde_json::Number::from_f64(f64::MAX).unwrap());
    assert_eq!(number("-1e400"), serde_json::Number::from_f64(f64::MIN).unwrap());
    assert_eq!(number("200000.50"), serde_json::Number::from_f64(200_000.5).unwrap());
}

fn is_valid(schema: &SerdeValue, text: &str) -> bool {
    jsonschema::options_for::<DocumentJson>().build(schema).unwrap().is_valid(parse(text).root().into())
}

#[test]
fn schemas_see_exact_numbers() {
    let amount = json!({"type": "integer", "minimum": 1, "maximum": 9_999_999_999_999_999_u64});
    for (text, expected) in [
        ("1", true),
        ("0", false),
        ("-1", false),
        ("9999999999999999", true),
        ("9999999999999999.0", true),
        ("9.999999999999999e15", true),
        ("10000000000000000", false),
        ("1e16", false),
        ("1e400", false),
        ("1e-400", false),
        ("9999999999999998.5", false),
        ("\"1\"", false),
    ] {
        assert_eq!(is_valid(&amount, text), expected, "{text}");
    }
    for (schema, text, expected) in [
        (json!({"const": 100}), "1e2", true),
        (json!({"const": 100.0}), "100", true),
        (json!({"const": 100}), "100.5", false),
        (json!({"const": -7}), "-7.0", true),
        (json!({"const": 0.0}), "-0", true),
        (json!({"const": -0.5}), "-5e-1", true),
        (json!({"const": 9_007_199_254_740_993_u64}), "9007199254740993.0", true),
        (json!({"const": 9_007_199_254_740_993_u64}), "9007199254740992.0", false),
        (json!({"enum": [9_007_199_254_740_992.0, "x"]}), "9007199254740992", true),
        (json!({"enum": [9_007_199_254_740_992.0, "x"]}), "9007199254740993", false),
        (json!({"enum": [1e300, "x"]}), "1e300", true),
        (json!({"enum": [1e300, "x"]}), "1e400", false),
        (json!({"enum": [-2.0, "x"]}), "2", false),
        (json!({"enum": [1, 2]}), "2.0", true),
        (json!({"multipleOf": 10}), "9007199254740990.0", true),
        (json!({"multipleOf": 10}), "9007199254740993.0", false),
        (json!({"type": "integer", "maximum": 9_007_199_254_740_993_u64}), "9007199254740993.0", true),
        (json!({"type": "integer", "maximum": 9_007_199_254_740_993_u64}), "9007199254740994.0", false),
        (json!({"exclusiveMaximum": 9_007_199_254_740_993_u64}), "9007199254740992", true),
        (json!({"exclusiveMaximum": 9_007_199_254_740_993_u64}), "9007199254740993.0", false),
    ] {
        assert_eq!(is_valid(&schema, text), expected, "{schema} {text}");
    }
}

#[test]
fn schemas_see_characters_and_names_with_their_escapes_read() {
    for (schema, text, expected) in [
        (json!({"maxLength": 1}), r#""😀""#, true),
        (json!({"maxLength": 1}), r#""\ud83d\ude00""#, true),
        (json!({"minLength": 2}), r#""\u0041""#, false),
        (json!({"minLength": 3, "maxLength": 3}), r#""éàü""#, true),
        (json!({"minLength": 4}), r#""éàü""#, false),
        (json!({"maxLength": 2}), r#""éàü""#, false),
        (json!({"pattern": "^A\"$"}), r#""\u0041\"""#, true),
        (json!({"enum": ["A", "B"]}), r#""\u0042""#, true),
        (json!({"const": "a/b"}), r#""a\/b""#, true),
        (json!({"const": {"a": [1, {"b": null}], "c": true}}), r#"{"c":true,"\u0061":[1.0,{"b":null}]}"#, true),
        (json!({"const": {"a": [1, {"b": null}], "c": true}}), r#"{"c":true,"a":[1.0,{"b":0}]}"#, false),
        (json!({"const": [1, 2]}), "[1,2,3]", false),
        (json!({"required": ["amount"]}), r#"{"am\u006funt":1}"#, true),
        (json!({"properties": {"amount": false}}), r#"{"am\u006funt":1}"#, false),
        (json!({"properties": {"a": true}, "additionalProperties": false}), r#"{"\u0061":1}"#, true),
        (json!({"propertyNames": {"maxLength": 1}}), r#"{"\ud83d\ude00":1,"é":2}"#, true),
        (json!({"propertyNames": {"pattern": "^[a-z]+$"}}), r#"{"ab":1,"A":2}"#, false),
        (json!({"patternProperties": {"^x-": {"type": "null"}}}), r#"{"\u0078-a":1}"#, false),
        (json!({"uniqueItems": true}), r#"["A","\u0041"]"#, false),
        (json!({"uniqueItems": true}), r#"[1,"1",[1],{"a":1}]"#, true),
    ] {
        assert_eq!(is_valid(&schema, text), expected, "{schema} {text}");
    }
}

#[test]
fn conforms_to_the_contract_of_the_validator() {
    let text = conformance::document().to_string();
    conformance::assert_conformance::<DocumentJson>(&Instance(parse(&text).root()));
}
