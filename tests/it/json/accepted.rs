//! Texts that are JSON.

use doku_indodana::json::{Value, ValueKind};
use serde_json::Value as SerdeValue;

use super::parse;

/// Texts that are JSON, each with the kind of its outermost value.
const ACCEPTED: &[(&str, ValueKind)] = &[
    // Literals and white space.
    ("null", ValueKind::Null),
    ("true", ValueKind::Boolean),
    ("false", ValueKind::Boolean),
    (" null", ValueKind::Null),
    ("null ", ValueKind::Null),
    ("\n\r\t null\n\r\t ", ValueKind::Null),
    // Numbers.
    ("0", ValueKind::Number),
    ("-0", ValueKind::Number),
    ("7", ValueKind::Number),
    ("-7", ValueKind::Number),
    ("10", ValueKind::Number),
    ("1234567890", ValueKind::Number),
    ("9007199254740993", ValueKind::Number),
    ("18446744073709551615", ValueKind::Number),
    ("-9223372036854775808", ValueKind::Number),
    ("0.0", ValueKind::Number),
    ("-0.0", ValueKind::Number),
    ("0.5", ValueKind::Number),
    ("1.0", ValueKind::Number),
    ("200000.00", ValueKind::Number),
    ("123.456789", ValueKind::Number),
    ("0e0", ValueKind::Number),
    ("0E5", ValueKind::Number),
    ("0e+1", ValueKind::Number),
    ("0e-1", ValueKind::Number),
    ("1e5", ValueKind::Number),
    ("1E5", ValueKind::Number),
    ("1e+5", ValueKind::Number),
    ("1E+5", ValueKind::Number),
    ("1e-5", ValueKind::Number),
    ("1.5e1", ValueKind::Number),
    ("-1.5E-10", ValueKind::Number),
    ("1e0005", ValueKind::Number),
    ("5e-324", ValueKind::Number),
    ("1.7976931348623157e308", ValueKind::Number),
    (" 1 ", ValueKind::Number),
    // Strings.
    (r#""""#, ValueKind::String),
    (r#""a""#, ValueKind::String),
    (r#""abcdefgh""#, ValueKind::String),
    (r#""abcdefghijklmnopqrstuvwxyz""#, ValueKind::String),
    (r#"" ""#, ValueKind::String),
    (r#""null""#, ValueKind::String),
    (r#""[]{},:/'""#, ValueKind::String),
    ("\"\u{7f}\"", ValueKind::String),
    ("\"\u{80}\"", ValueKind::String),
    (r#""é""#, ValueKind::String),
    (r#""Jalan Kébon Jeruk Nº 25""#, ValueKind::String),
    (r#""日本語""#, ValueKind::String),
    (r#""😀""#, ValueKind::String),
    ("\"\u{2028}\u{2029}\"", ValueKind::String),
    ("\"\u{FEFF}\"", ValueKind::String),
    ("\"\u{FFFF}\u{10FFFF}\"", ValueKind::String),
    (r#""\"\\\/\b\f\n\r\t""#, ValueKind::String),
    (r#""\"""#, ValueKind::String),
    (r#""\\""#, ValueKind::String),
    (r#""a\\""#, ValueKind::String),
    (r#""1234567\\""#, ValueKind::String),
    (r#""12345678\"""#, ValueKind::String),
    (r#""A""#, ValueKind::String),
    (r#""\u0000""#, ValueKind::String),
    (r#""\u001f""#, ValueKind::String),
    (r#""\u00e9\u00E9""#, ValueKind::String),
    (r#""\uabcd\uABCD""#, ValueKind::String),
    (r#""\uD83D\uDE00""#, ValueKind::String),
    (r#""\ud83d\ude00""#, ValueKind::String),
    (r#""x\uD83D\uDE00y""#, ValueKind::String),
    (r#""\uD800\uDC00\uDBFF\uDFFF""#, ValueKind::String),
    (r#""\uFFFE\uFFFF""#, ValueKind::String),
    (r#""\\u0041""#, ValueKind::String),
    (r#""\u005Cu0041""#, ValueKind::String),
    // Arrays.
    ("[]", ValueKind::Array),
    ("[ ]", ValueKind::Array),
    ("[\n]", ValueKind::Array),
    ("[1]", ValueKind::Array),
    ("[1,2]", ValueKind::Array),
    ("[ 1 , 2 ]", ValueKind::Array),
    ("[null,true,false]", ValueKind::Array),
    ("[[],[]]", ValueKind::Array),
    ("[[[[]]]]", ValueKind::Array),
    ("[1,[2,[3,[4]]],5]", ValueKind::Array),
    (r#"["",""]"#, ValueKind::Array),
    ("[{},{}]", ValueKind::Array),
    ("[-0,0.0e-0]", ValueKind::Array),
    // Objects.
    ("{}", ValueKind::Object),
    ("{ }", ValueKind::Object),
    ("{\r\n}", ValueKind::Object),
    (r#"{"a":1}"#, ValueKind::Object),
    (r#"{"a":1,"b":2}"#, ValueKind::Object),
    ("{\t\"a\"\t:\t1\t,\n\"b\"\r:\r2 }", ValueKind::Object),
    (r#"{"":0}"#, ValueKind::Object),
    (r#"{"":{"":{"":null}}}"#, ValueKind::Object),
    (r#"{"a":{"a":{"a":1}}}"#, ValueKind::Object),
    (r#"{"a":1,"A":2," a":3,"a ":4}"#, ValueKind::Object),
    (r#"{"ab":1,"ba":2,"aa":3,"bb":4}"#, ValueKind::Object),
    (r#"{"a\u0062":1,"a":2}"#, ValueKind::Object),
    (r#"{"\n":1,"n":2,"\\n":3}"#, ValueKind::Object),
    ("{\"\u{e9}\":1,\"e\u{301}\":2}", ValueKind::Object),
    (r#"{"a":[{"b":[{"c":[]}]}]}"#, ValueKind::Object),
    (r#"[{"a":1},{"a":1}]"#, ValueKind::Array),
];

#[test]
fn accepts_what_json_is() {
    for &(text, kind) in ACCEPTED {
        let document = parse(text);
        assert_eq!(document.root().kind(), kind, "{text:?}");
        let expected: SerdeValue = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(content(document.root()), expected, "{text:?}");
        assert_eq!(document.source(), text);
        assert_eq!(document.source()[document.root().span()], *text.trim());
    }
}

/// What a value holds, by the reader's own methods.
fn content(value: Value<'_>) -> SerdeValue {
    let text = |value: Value<'_>| value.as_str().map(String::from).unwrap();
    match value.kind() {
        ValueKind::Null => SerdeValue::Null,
        ValueKind::Boolean => value.as_bool().unwrap().into(),
        ValueKind::Number => SerdeValue::Number(value.number_text().unwrap().parse().unwrap()),
        ValueKind::String => text(value).into(),
        ValueKind::Array => value.elements().map(content).collect(),
        ValueKind::Object => value.members().map(|(name, value)| (text(name), content(value))).collect(),
    }
}
