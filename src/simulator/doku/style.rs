//! How the JSON of a notification is written: the same values, other bytes.

use crate::doku::switch::BodyStyle;
use bytes::Bytes;

/// Writes JSON that has no white space in this style.
///
/// DOKU signs the bytes that it sends. Neither `JSON.stringify` nor `json.dumps` makes `spaced` or `escaped` bytes, so a
/// shop that verifies what it has parsed and written anew finds out here.
pub(crate) fn write(compact: &Bytes, style: BodyStyle) -> Bytes {
    let Ok(text) = std::str::from_utf8(compact) else { return compact.clone() };
    match style {
        BodyStyle::Compact => compact.clone(),
        BodyStyle::Spaced => spaced(text).into(),
        BodyStyle::Escaped => escaped(text).into(),
    }
}

/// `{ "a" : 1, "b" : [ 2 ] }`
fn spaced(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    walk(text, |character, in_text| match character {
        other if in_text => written.push(other),
        '{' | '[' => written.extend([character, ' ']),
        '}' | ']' => written.extend([' ', character]),
        ':' => written.push_str(" : "),
        ',' => written.push_str(", "),
        other => written.push(other),
    });
    written
}

/// Within texts, whatever is no letter, digit or blank of ASCII is written as `\uXXXX`.
fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len() * 2);
    let mut escape = false;
    walk(text, |character, in_text| match character {
        // What is written as an escape stays.
        other if escape => {
            escape = false;
            written.push(other);
        }
        '\\' if in_text => {
            escape = true;
            written.push('\\');
        }
        '"' | ' ' => written.push(character),
        other if in_text && !other.is_ascii_alphanumeric() => {
            other.encode_utf16(&mut [0; 2]).iter().for_each(|unit| written.push_str(&format!("\\u{unit:04x}")));
        }
        other => written.push(other),
    });
    written
}

/// Goes through JSON and says of each character whether it is within a text, the quotes included.
fn walk(text: &str, mut each: impl FnMut(char, bool)) {
    let (mut in_text, mut escape) = (false, false);
    for character in text.chars() {
        let quote = character == '"' && !escape;
        each(character, in_text || quote);
        escape = in_text && character == '\\' && !escape;
        if quote {
            in_text = !in_text;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_values_are_the_same_in_every_style() {
        let compact = r#"{"a":"x_y: {\"b\"}, \\","n":[1,-2.50,{}],"e":[],"é":"€😀/"}"#;
        for (style, expected) in [
            (BodyStyle::Compact, compact),
            (BodyStyle::Spaced, r#"{ "a" : "x_y: {\"b\"}, \\", "n" : [ 1, -2.50, {  } ], "e" : [  ], "é" : "€😀/" }"#),
            (
                BodyStyle::Escaped,
                r#"{"a":"x\u005fy\u003a \u007b\"b\"\u007d\u002c \\","n":[1,-2.50,{}],"e":[],"\u00e9":"\u20ac\ud83d\ude00\u002f"}"#,
            ),
        ] {
            let written = write(&Bytes::from_static(compact.as_bytes()), style);
            assert_eq!(written, expected, "{style:?}");
            let [read, same]: [Value; 2] =
                [&written[..], compact.as_bytes()].map(|text| serde_json::from_slice(text).unwrap());
            assert_eq!(read, same);
        }
    }
}
