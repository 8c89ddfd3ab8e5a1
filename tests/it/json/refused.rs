//! Texts that are not JSON: which rule they break, where, and what the message says.

use doku_indodana::{
    error::SyntaxErrorKind as E,
    json::{MAX_BYTES, MAX_DEPTH},
};

use super::refuse;

/// Texts that are refused, each with the rule they break and the offset in bytes where they do.
const REFUSED: &[(&[u8], E, usize)] = &[
    // Nothing.
    (b"", E::Empty, 0),
    (b" ", E::Empty, 1),
    (b" \t\r\n", E::Empty, 4),
    // Encoding.
    (b"\xEF\xBB\xBF", E::ByteOrderMark, 0),
    (b"\xEF\xBB\xBF{}", E::ByteOrderMark, 0),
    (b" \xEF\xBB\xBF{}", E::UnexpectedCharacter, 1),
    (b"{}\xEF\xBB\xBF", E::TrailingCharacters, 2),
    (b"\xFF\xFE{\x00}\x00", E::InvalidUtf8, 0),
    (b"{\x00}\x00", E::UnexpectedCharacter, 1),
    (b"\"\xFF\"", E::InvalidUtf8, 1),
    (b"\"a\x80\"", E::InvalidUtf8, 2),
    (b"\"\xC3\"", E::InvalidUtf8, 1),
    (b"\"\xC0\xAF\"", E::InvalidUtf8, 1),
    (b"\"\xE0\x80\xAF\"", E::InvalidUtf8, 1),
    (b"\"\xED\xA0\x80\"", E::InvalidUtf8, 1),
    (b"\"\xF4\x90\x80\x80\"", E::InvalidUtf8, 1),
    (b"[1,2] \xFF", E::InvalidUtf8, 6),
    (b"[,\"\xFF\"]", E::InvalidUtf8, 3),
    ("\u{a0}1".as_bytes(), E::UnexpectedCharacter, 0),
    ("[\u{2003}]".as_bytes(), E::UnexpectedCharacter, 1),
    ("é".as_bytes(), E::UnexpectedCharacter, 0),
    // White space that JSON does not know.
    (b"\x0C1", E::UnexpectedCharacter, 0),
    (b"[\x0B]", E::UnexpectedCharacter, 1),
    (b"\x00", E::UnexpectedCharacter, 0),
    (b"1\x00", E::TrailingCharacters, 1),
    (b"[1\x00]", E::UnexpectedCharacter, 2),
    // Literals.
    (b"n", E::UnexpectedEnd, 1),
    (b"nul", E::UnexpectedEnd, 3),
    (b"nulL", E::UnexpectedCharacter, 3),
    (b"nullx", E::TrailingCharacters, 4),
    (b"nill", E::UnexpectedCharacter, 1),
    (b"tru", E::UnexpectedEnd, 3),
    (b"trues", E::TrailingCharacters, 4),
    (b"[tru]", E::UnexpectedCharacter, 4),
    (b"fals", E::UnexpectedEnd, 4),
    (b"falze", E::UnexpectedCharacter, 3),
    (b"True", E::UnexpectedCharacter, 0),
    (b"NULL", E::UnexpectedCharacter, 0),
    (b"undefined", E::UnexpectedCharacter, 0),
    (b"NaN", E::UnexpectedCharacter, 0),
    (b"nan", E::UnexpectedCharacter, 1),
    (b"Infinity", E::UnexpectedCharacter, 0),
    (b"truefalse", E::TrailingCharacters, 4),
    // Numbers.
    (b"-", E::UnexpectedEnd, 1),
    (b"+1", E::UnexpectedCharacter, 0),
    (b"--1", E::InvalidNumber, 1),
    (b"- 1", E::InvalidNumber, 1),
    (b"-a", E::InvalidNumber, 1),
    (b"-Infinity", E::InvalidNumber, 1),
    (b"-.5", E::InvalidNumber, 1),
    (b".5", E::UnexpectedCharacter, 0),
    (b"00", E::InvalidNumber, 0),
    (b"01", E::InvalidNumber, 0),
    (b"-01", E::InvalidNumber, 1),
    (b"007.5", E::InvalidNumber, 0),
    (b"1.", E::UnexpectedEnd, 2),
    (b"1. ", E::InvalidNumber, 2),
    (b"[1.]", E::InvalidNumber, 3),
    (b"1.e5", E::InvalidNumber, 2),
    (b"1.-5", E::InvalidNumber, 2),
    (b"1..5", E::InvalidNumber, 2),
    (b"1.5.2", E::TrailingCharacters, 3),
    (b"1e", E::UnexpectedEnd, 2),
    (b"1e+", E::UnexpectedEnd, 3),
    (b"[1e]", E::InvalidNumber, 3),
    (b"[1E-]", E::InvalidNumber, 4),
    (b"1e+-1", E::InvalidNumber, 3),
    (b"1ee1", E::InvalidNumber, 2),
    (b"1e5.5", E::TrailingCharacters, 3),
    (b"1e1e1", E::TrailingCharacters, 3),
    (b"0x1F", E::TrailingCharacters, 1),
    (b"[0x1F]", E::UnexpectedCharacter, 2),
    (b"1_000", E::TrailingCharacters, 1),
    (b"1,000", E::TrailingCharacters, 1),
    (b"[1 2]", E::UnexpectedCharacter, 3),
    (b"1 2", E::TrailingCharacters, 2),
    (b"1a", E::TrailingCharacters, 1),
    ("\u{FF11}".as_bytes(), E::UnexpectedCharacter, 0),
    ("1\u{660}".as_bytes(), E::TrailingCharacters, 1),
    // Strings.
    (b"\"", E::UnexpectedEnd, 1),
    (b"\"a", E::UnexpectedEnd, 2),
    (b"\"abcdefgh", E::UnexpectedEnd, 9),
    (b"\"abcdefghi", E::UnexpectedEnd, 10),
    (b"'a'", E::UnexpectedCharacter, 0),
    (b"a", E::UnexpectedCharacter, 0),
    (b"\"a\"\"", E::TrailingCharacters, 3),
    (b"\"a\nb\"", E::ControlCharacter, 2),
    (b"\"\t\"", E::ControlCharacter, 1),
    (b"\"\x00\"", E::ControlCharacter, 1),
    (b"\"\x1F\"", E::ControlCharacter, 1),
    (b"\"1234567\r\"", E::ControlCharacter, 8),
    (b"\"12345678\x01\"", E::ControlCharacter, 9),
    (b"\"\\n\n\"", E::ControlCharacter, 3),
    (b"{\"\n\":1}", E::ControlCharacter, 2),
    (b"\"\xC3\xA9\n\"", E::ControlCharacter, 3),
    (b"\"\\", E::UnexpectedEnd, 2),
    (b"\"\\\"", E::UnexpectedEnd, 3),
    (b"\"\\\\\\\"", E::UnexpectedEnd, 5),
    (b"\"\\n", E::UnexpectedEnd, 3),
    (b"\"\\a\"", E::InvalidEscape, 1),
    (b"\"\\'\"", E::InvalidEscape, 1),
    (b"\"\\0\"", E::InvalidEscape, 1),
    (b"\"\\x41\"", E::InvalidEscape, 1),
    (b"\"\\N\"", E::InvalidEscape, 1),
    (b"\"\\U0041\"", E::InvalidEscape, 1),
    (b"\"ab\\ \"", E::InvalidEscape, 3),
    (b"\"\\\n\"", E::InvalidEscape, 1),
    ("\"\\é\"".as_bytes(), E::InvalidEscape, 1),
    (b"\"\\u", E::UnexpectedEnd, 3),
    (b"\"\\u00", E::UnexpectedEnd, 5),
    (b"\"\\u\"", E::InvalidEscape, 1),
    (b"\"\\u004\"", E::InvalidEscape, 1),
    (b"\"\\u00G0\"", E::InvalidEscape, 1),
    (b"\"\\u+041\"", E::InvalidEscape, 1),
    (b"\"\\u 041\"", E::InvalidEscape, 1),
    (b"\"\\u{41}\"", E::InvalidEscape, 1),
    (b"\"\\uD800\"", E::LoneSurrogate, 1),
    (b"\"\\uD800", E::LoneSurrogate, 1),
    (b"\"a\\uDBFFb\"", E::LoneSurrogate, 2),
    (b"\"\\uD800\\n\"", E::LoneSurrogate, 1),
    (b"\"\\uD800\\\\uDC00\"", E::LoneSurrogate, 1),
    (b"\"\\uD800\\u0041\"", E::LoneSurrogate, 1),
    (b"\"\\uD800\\uD800\\uDC00\"", E::LoneSurrogate, 1),
    (b"\"\\uD800\\uE000\"", E::LoneSurrogate, 1),
    (b"\"\\uDC00\"", E::LoneSurrogate, 1),
    (b"\"\\uDFFF\\uD800\"", E::LoneSurrogate, 1),
    (b"\"\\uD83D\\uDE00\\uDE00\"", E::LoneSurrogate, 13),
    (b"\"\\uD800\\uDC\"", E::InvalidEscape, 7),
    (b"\"\\uD800\\uDC", E::UnexpectedEnd, 11),
    (b"{\"\\uD800\":1}", E::LoneSurrogate, 2),
    // Arrays.
    (b"[", E::UnexpectedEnd, 1),
    (b"[ ", E::UnexpectedEnd, 2),
    (b"[1", E::UnexpectedEnd, 2),
    (b"[1,", E::UnexpectedEnd, 3),
    (b"[[]", E::UnexpectedEnd, 3),
    (b"]", E::UnexpectedCharacter, 0),
    (b"[]]", E::TrailingCharacters, 2),
    (b"[,]", E::UnexpectedCharacter, 1),
    (b"[,1]", E::UnexpectedCharacter, 1),
    (b"[1,]", E::UnexpectedCharacter, 3),
    (b"[1,,2]", E::UnexpectedCharacter, 3),
    (b"[1:2]", E::UnexpectedCharacter, 2),
    (b"[1;2]", E::UnexpectedCharacter, 2),
    (b"[1}", E::UnexpectedCharacter, 2),
    (b"[\"a\":1]", E::UnexpectedCharacter, 4),
    (b"[\"a\" \"b\"]", E::UnexpectedCharacter, 5),
    (b"(1)", E::UnexpectedCharacter, 0),
    // Objects.
    (b"{", E::UnexpectedEnd, 1),
    (b"{\"a\"", E::UnexpectedEnd, 4),
    (b"{\"a\":", E::UnexpectedEnd, 5),
    (b"{\"a\":1", E::UnexpectedEnd, 6),
    (b"{\"a\":1,", E::UnexpectedEnd, 7),
    (b"{\"a", E::UnexpectedEnd, 3),
    (b"}", E::UnexpectedCharacter, 0),
    (b"{}}", E::TrailingCharacters, 2),
    (b"{]", E::UnexpectedCharacter, 1),
    (b"{,}", E::UnexpectedCharacter, 1),
    (b"{a:1}", E::UnexpectedCharacter, 1),
    (b"{'a':1}", E::UnexpectedCharacter, 1),
    (b"{1:1}", E::UnexpectedCharacter, 1),
    (b"{null:1}", E::UnexpectedCharacter, 1),
    (b"{[]:1}", E::UnexpectedCharacter, 1),
    (b"{\"a\"}", E::UnexpectedCharacter, 4),
    (b"{\"a\",\"b\":1}", E::UnexpectedCharacter, 4),
    (b"{\"a\" 1}", E::UnexpectedCharacter, 5),
    (b"{\"a\"=1}", E::UnexpectedCharacter, 4),
    (b"{\"a\"::1}", E::UnexpectedCharacter, 5),
    (b"{\"a\":}", E::UnexpectedCharacter, 5),
    (b"{\"a\":1,}", E::UnexpectedCharacter, 7),
    (b"{\"a\":1,,\"b\":2}", E::UnexpectedCharacter, 7),
    (b"{\"a\":1 \"b\":2}", E::UnexpectedCharacter, 7),
    (b"{\"a\":1]", E::UnexpectedCharacter, 6),
    // Comments and texts in a row.
    (b"/* a */ 1", E::UnexpectedCharacter, 0),
    (b"1 // a", E::TrailingCharacters, 2),
    (b"[1 /* a */]", E::UnexpectedCharacter, 3),
    (b"# a\n1", E::UnexpectedCharacter, 0),
    (b"{}\n{}", E::TrailingCharacters, 3),
    (b"{},", E::TrailingCharacters, 2),
    // Duplicate keys.
    (b"{\"a\":1,\"a\":1}", E::DuplicateKey, 7),
    (b"{\"a\":1, \"b\":2, \"a\":3}", E::DuplicateKey, 15),
    (b"{\"\":1,\"\":2}", E::DuplicateKey, 6),
    (b"{\"amount\":1,\"am\\u006funt\":2}", E::DuplicateKey, 12),
    (b"{\"am\\u006funt\":1,\"amount\":2}", E::DuplicateKey, 17),
    (b"{\"\\u0061\":1,\"\\u0061\":2}", E::DuplicateKey, 12),
    (b"{\"\\/\":1,\"/\":2}", E::DuplicateKey, 8),
    (b"{\"\\ud83d\\ude00\":1,\"\xF0\x9F\x98\x80\":2}", E::DuplicateKey, 18),
    (b"{\"a\":{\"b\":1,\"c\":[{\"b\":1,\"b\":2}]}}", E::DuplicateKey, 24),
    (b"{\"a\":{\"b\":[1,2,{\"c\":3}]},\"d\":4,\"a\":5}", E::DuplicateKey, 31),
    (b"{\"a\":1,\"a\"", E::DuplicateKey, 7),
];

#[test]
fn refuses_what_json_is_not_and_says_where() {
    for &(bytes, kind, offset) in REFUSED {
        let error = refuse(bytes);
        let text = String::from_utf8_lossy(bytes);
        assert_eq!((error.kind(), error.offset()), (kind, offset), "{text:?}");
        let expected = format!("line {}, column {}: {kind}", error.line(), error.column());
        assert_eq!(error.to_string(), expected, "{text:?}");
    }
}

#[test]
fn counts_lines_and_columns_in_characters() {
    for (text, line, column) in [
        ("x", 1, 1),
        ("[1,\n 2,\n  x]", 3, 3),
        ("[\r\n\r\nx]", 3, 1),
        ("[\rx]", 1, 3),
        ("[\"é😀\", x]", 1, 8),
        ("[\"é\",\n\"日本\",x]", 2, 6),
        ("[1,\n", 2, 1),
        ("", 1, 1),
    ] {
        let error = refuse(text.as_bytes());
        assert_eq!((error.line(), error.column()), (line, column), "{text:?}");
    }
    let error = refuse(b"{\n \"amount\": 1,\n \"line_items\": [], \"amount\": 2}");
    assert_eq!(
        error.to_string(),
        "line 3, column 20: the key is written twice in the same object; remove one of the two"
    );
}

#[test]
fn messages_are_sentences_without_a_capital_or_a_stop_and_say_what_to_do() {
    for kind in [
        E::Empty,
        E::InvalidUtf8,
        E::ByteOrderMark,
        E::UnexpectedCharacter,
        E::UnexpectedEnd,
        E::TrailingCharacters,
        E::InvalidNumber,
        E::InvalidEscape,
        E::LoneSurrogate,
        E::ControlCharacter,
        E::DuplicateKey,
        E::TooDeep,
        E::TooLarge,
    ] {
        let message = kind.to_string();
        assert!(message.starts_with(|first: char| first.is_lowercase()), "{message}");
        assert!(message.contains("; ") && !message.ends_with('.'), "{message}");
    }
    assert!(E::TooDeep.to_string().contains(&format!("{MAX_DEPTH} levels")));
    assert!(E::TooLarge.to_string().contains(&format!("{} MiB", MAX_BYTES >> 20)));
}
