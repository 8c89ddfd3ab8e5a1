//! The reader of JSON: what it accepts, what it refuses and where. That a schema means the same over it as over
//! `serde_json::Value` is tested beside the code.

mod accepted;
mod refused;

use std::{borrow::Cow, collections::BTreeMap};

use doku_indodana::{
    Price,
    error::{SyntaxError, SyntaxErrorKind as E},
    json::{self, Document, MAX_BYTES, MAX_DEPTH, Value, ValueKind},
};

fn parse(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text:?} was refused: {error}"))
}

fn refuse(bytes: &[u8]) -> SyntaxError {
    match Document::parse(bytes) {
        Err(error) => error,
        Ok(_) => panic!("{:?} was accepted", String::from_utf8_lossy(bytes)),
    }
}

#[test]
fn keeps_the_place_the_order_and_the_digits_of_what_is_written() {
    let source = "{\"b\": [1.50, -0 ,1E+2],\n \"a\\n\": {\"é\": \"x\\u0041\"}, \"c\": true}";
    let document = parse(source);
    let root = document.root();
    let names: Vec<_> = root.members().map(|(name, _)| name.as_str().unwrap()).collect();
    assert_eq!(names, ["b", "a\n", "c"]);
    assert_eq!((root.len(), root.is_empty()), (3, false));
    let places: Vec<_> =
        root.members().flat_map(|(name, value)| [&source[name.span()], &source[value.span()]]).collect();
    assert_eq!(places, ["\"b\"", "[1.50, -0 ,1E+2]", "\"a\\n\"", "{\"é\": \"x\\u0041\"}", "\"c\"", "true"]);

    let numbers: Vec<_> = root.get("b").unwrap().elements().map(|number| number.number_text().unwrap()).collect();
    assert_eq!(numbers, ["1.50", "-0", "1E+2"]);
    let text = root.get("a\n").unwrap().get("é").unwrap();
    assert_eq!(text.as_str(), Some(Cow::Borrowed("xA")));
    assert!(matches!(root.members().next().unwrap().0.as_str(), Some(Cow::Borrowed("b"))));
    assert_eq!(root.get("c").unwrap().as_bool(), Some(true));

    assert!(root.get("a\\n").is_none() && root.get("é").is_none() && root.get("").is_none());
    assert!(root.as_str().is_none() && root.number_text().is_none() && root.as_bool().is_none());
    assert_eq!((text.len(), text.members().count(), text.elements().count()), (0, 0, 0));
    assert_eq!((root.elements().count(), root.get("b").unwrap().members().count()), (0, 0));
    let kinds: Vec<_> = root.members().map(|(_, value)| value.kind().to_string()).collect();
    assert_eq!(kinds, ["array", "object", "boolean"]);
}

#[test]
fn follows_json_pointers() {
    // The example of RFC 6901, section 5, and an array of arrays.
    let document = parse(
        r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9,
            "x":[[10,11]],"-":{"0":12}}"#,
    );
    for (pointer, expected) in [
        ("/foo/0", "\"bar\""),
        ("/foo/1", "\"baz\""),
        ("/", "0"),
        ("/a~1b", "1"),
        ("/c%d", "2"),
        ("/e^f", "3"),
        ("/g|h", "4"),
        ("/i\\j", "5"),
        ("/k\"l", "6"),
        ("/ ", "7"),
        ("/m~0n", "8"),
        ("/~01", "9"),
        ("/x/0/1", "11"),
        ("/-/0", "12"),
    ] {
        let found = document.pointer(pointer).map(|value| &document.source()[value.span()]);
        assert_eq!(found, Some(expected), "{pointer}");
    }
    assert_eq!(document.pointer("").map(Value::kind), Some(ValueKind::Object));
    for pointer in [
        "foo",
        "#/foo",
        " ",
        "/bar",
        "/foo/",
        "/foo/2",
        "/foo/-",
        "/foo/00",
        "/foo/01",
        "/foo/+1",
        "/foo/-1",
        "/foo/1e0",
        "/foo/0/0",
        "//",
        "/m~n",
        "/m~",
        "/m~2n",
        "/~",
        "/99999999999999999999",
        "/foo/99999999999999999999",
    ] {
        assert!(document.pointer(pointer).is_none(), "{pointer}");
    }
}

#[test]
fn debug_and_messages_hold_nothing_of_the_text() {
    let document = parse(r#"{"name": "andreas"}"#);
    let name = document.pointer("/name").unwrap();
    assert_eq!(format!("{document:?}"), "Document { bytes: 19, nodes: 3, .. }");
    assert_eq!(format!("{name:?}"), "Value { kind: String, span: 9..18, .. }");
    let error = refuse(br#"{"andreas": 1, "andreas": 2}"#);
    assert!(!format!("{error} {error:?}").contains("andreas"));
}

#[test]
fn shape_errors_name_plain_keys_and_no_others() {
    let longest = "k".repeat(64);
    let too_long = "k".repeat(65);
    for (key, named) in [
        ("line_items", "line_items"),
        ("Zip2", "Zip2"),
        (&longest, &longest),
        (&too_long, "…"),
        ("", "…"),
        ("Sari Wulandari", "…"),
        ("s.w@mail.example", "…"),
        ("Zoë", "…"),
        ("a\\u001bb", "…"),
        ("\\u0061", "a"),
    ] {
        let text = format!(r#"{{"order": {{"{key}": true}}}}"#);
        let error = json::from_slice::<BTreeMap<String, BTreeMap<String, Price>>>(text.as_bytes()).unwrap_err();
        let expected = format!(": order: {named}: expected a price as a number, met a boolean");
        assert!(error.to_string().contains(&expected), "{key}: {error}");
    }
}

#[test]
fn bounds_depth_and_size() {
    let nested = |open: &str, inside: &str, close: &str, depth: usize| {
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    };
    for depth in [MAX_DEPTH - 1, MAX_DEPTH] {
        parse(&nested("[", "", "]", depth));
        parse(&nested("{\"a\":", "1", "}", depth));
        parse(&nested("[{\"a\":", "1", "}]", depth / 2));
    }
    for depth in [MAX_DEPTH + 1, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[", ""), ("{\"a\":", "")] {
            let error = refuse(nested(open, "1", close, depth).as_bytes());
            assert_eq!((error.kind(), error.offset()), (E::TooDeep, MAX_DEPTH * open.len()));
        }
    }
    let mut text = vec![b'a'; MAX_BYTES];
    text[0] = b'"';
    text[MAX_BYTES - 1] = b'"';
    assert!(Document::parse(&text).is_ok());
    text.push(b' ');
    let error = refuse(&text);
    assert_eq!((error.kind(), error.offset()), (E::TooLarge, MAX_BYTES));
}

#[test]
fn finds_duplicates_in_objects_of_any_size() {
    for size in [1, 2, 31, 32, 33, 34, 100, 3_000] {
        let member = |index: usize| match index % 3 {
            0 => format!("\"key {index}\":{index}"),
            1 => format!("\"\\u006bey {index}\":[{{\"key\":{index}}}]"),
            _ => format!("\"kéy {index}\":{{\"key {index}\":null}}"),
        };
        let members = (0..size).map(member).collect::<Vec<_>>().join(",");
        let text = format!("{{{members}}}");
        let document = parse(&text);
        assert_eq!(document.root().len(), size);
        for again in [0, size / 2, size - 1] {
            let escaped = member(again).replacen("ey", "\\u0065y", 1).replacen('é', "\\u00e9", 1);
            for duplicate in [member(again), escaped] {
                let error = refuse(format!("{{{members}, {duplicate}}}").as_bytes());
                assert_eq!((error.kind(), error.offset()), (E::DuplicateKey, members.len() + 3), "{size} {duplicate}");
            }
        }
    }
}
