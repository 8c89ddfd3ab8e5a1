//! Texts that are JSON.

use doku_indodana::json::{Kind, Value};
use serde_json::Value as SerdeValue;

use super::parse;

/// Texts that are JSON, each with the kind of its outermost value.
const ACCEPTED: &[(&str, Kind)] = &[
    // Literals and white space.
    ("null", Kind::Null),
    ("true", Kind::Boolean),
    ("false", Kind::Boolean),
    (" null", Kind::Null),
    ("null ", Kind::Null),
    ("\n\r\t null\n\r\t ", Kind::Null),
    // Numbers.
    ("0", Kind::Number),
    ("-0", Kind::Number),
    ("7", Kind::Number),
    ("-7", Kind::Number),
    ("10", Kind::Number),
    ("1234567890", Kind::Number),
    ("9007199254740993", Kind::Number),
    ("18446744073709551615", Kind::Number),
    ("-9223372036854775808", Kind::Number),
    ("0.0", Kind::Number),
    ("-0.0", Kind::Number),
    ("0.5", Kind::Number),
    ("1.0", Kind::Number),
    ("200000.00", Kind::Number),
    ("123.456789", Kind::Number),
    ("0e0", Kind::Number),
    ("0E5", Kind::Number),
    ("0e+1", Kind::Number),
    ("0e-1", Kind::Number),
    ("1e5", Kind::Number),
    ("1E5", Kind::Number),
    ("1e+5", Kind::Number),
    ("1E+5", Kind::Number),
    ("1e-5", Kind::Number),
    ("1.5e1", Kind::Number),
    ("-1.5E-10", Kind::Number),
    ("1e0005", Kind::Number),
    ("5e-324", Kind::Number),
    ("1.7976931348623157e308", Kind::Number),
    (" 1 ", Kind::Number),
    // Strings.
    (r#""""#, Kind::String),
    (r#""a""#, Kind::String),
    (r#""abcdefgh""#, Kind::String),
    (r#""abcdefghijklmnopqrstuvwxyz""#, Kind::String),
    (r#"" ""#, Kind::String),
    (r#""null""#, Kind::String),
    (r#""[]{},:/'""#, Kind::String),
    ("\"\u{7f}\"", Kind::String),
    ("\"\u{80}\"", Kind::String),
    (r#""é""#, Kind::String),
    (r#""Jalan Kébon Jeruk Nº 25""#, Kind::String),
    (r#""日本語""#, Kind::String),
    (r#""😀""#, Kind::String),
    ("\"\u{2028}\u{2029}\"", Kind::String),
    ("\"\u{FEFF}\"", Kind::String),
    ("\"\u{FFFF}\u{10FFFF}\"", Kind::String),
    (r#""\"\\\/\b\f\n\r\t""#, Kind::String),
    (r#""\"""#, Kind::String),
    (r#""\\""#, Kind::String),
    (r#""a\\""#, Kind::String),
    (r#""1234567\\""#, Kind::String),
    (r#""12345678\"""#, Kind::String),
    (r#""A""#, Kind::String),
    (r#""\u0000""#, Kind::String),
    (r#""\u001f""#, Kind::String),
    (r#""\u00e9\u00E9""#, Kind::String),
    (r#""\uabcd\uABCD""#, Kind::String),
    (r#""\uD83D\uDE00""#, Kind::String),
    (r#""\ud83d\ude00""#, Kind::String),
    (r#""x\uD83D\uDE00y""#, Kind::String),
    (r#""\uD800\uDC00\uDBFF\uDFFF""#, Kind::String),
    (r#""\uFFFE\uFFFF""#, Kind::String),
    (r#""\\u0041""#, Kind::String),
    (r#""\u005Cu0041""#, Kind::String),
    // Arrays.
    ("[]", Kind::Array),
    ("[ ]", Kind::Array),
    ("[\n]", Kind::Array),
    ("[1]", Kind::Array),
    ("[1,2]", Kind::Array),
    ("[ 1 , 2 ]", Kind::Array),
    ("[null,true,false]", Kind::Array),
    ("[[],[]]", Kind::Array),
    ("[[[[]]]]", Kind::Array),
    ("[1,[2,[3,[4]]],5]", Kind::Array),
    (r#"["",""]"#, Kind::Array),
    ("[{},{}]", Kind::Array),
    ("[-0,0.0e-0]", Kind::Array),
    // Objects.
    ("{}", Kind::Object),
    ("{ }", Kind::Object),
    ("{\r\n}", Kind::Object),
    (r#"{"a":1}"#, Kind::Object),
    (r#"{"a":1,"b":2}"#, Kind::Object),
    ("{\t\"a\"\t:\t1\t,\n\"b\"\r:\r2 }", Kind::Object),
    (r#"{"":0}"#, Kind::Object),
    (r#"{"":{"":{"":null}}}"#, Kind::Object),
    (r#"{"a":{"a":{"a":1}}}"#, Kind::Object),
    (r#"{"a":1,"A":2," a":3,"a ":4}"#, Kind::Object),
    (r#"{"ab":1,"ba":2,"aa":3,"bb":4}"#, Kind::Object),
    (r#"{"a\u0062":1,"a":2}"#, Kind::Object),
    (r#"{"\n":1,"n":2,"\\n":3}"#, Kind::Object),
    ("{\"\u{e9}\":1,\"e\u{301}\":2}", Kind::Object),
    (r#"{"a":[{"b":[{"c":[]}]}]}"#, Kind::Object),
    (r#"[{"a":1},{"a":1}]"#, Kind::Array),
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
        Kind::Null => SerdeValue::Null,
        Kind::Boolean => value.as_bool().unwrap().into(),
        Kind::Number => SerdeValue::Number(value.number_text().unwrap().parse().unwrap()),
        Kind::String => text(value).into(),
        Kind::Array => value.elements().map(content).collect(),
        Kind::Object => value.members().map(|(name, value)| (text(name), content(value))).collect(),
    }
}
