//! Compact JSON, as `serde_json` writes it: what the generated straight-line code calls.

use std::{fmt::Display, io::Write};

/// Writes a key with its quotes and colon, after a comma unless it is the first of its object.
#[inline]
pub(crate) fn key(out: &mut Vec<u8>, key: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.extend_from_slice(key.as_bytes());
}

/// Writes a number.
#[inline]
pub(crate) fn display(out: &mut Vec<u8>, number: &impl Display) {
    // Writing to memory does not fail.
    let _ = write!(out, "{number}");
}

/// Writes a text that needs no escape: a value of an enum.
#[inline]
pub(crate) fn quoted(out: &mut Vec<u8>, value: &impl Display) {
    out.push(b'"');
    display(out, value);
    out.push(b'"');
}

/// Writes a string.
#[inline]
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    // Few strings need an escape, and this test runs over many bytes at once.
    if text.bytes().fold(false, |found, byte| found | (byte < 0x20) | (byte == b'"') | (byte == b'\\')) {
        escape(out, text);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

#[cold]
fn escape(out: &mut Vec<u8>, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in text.bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x00..0x20 => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
            _ => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_those_of_serde_json() {
        let mut texts: Vec<String> = (0..=0x80_u8).map(|byte| format!("a{}b", char::from(byte))).collect();
        texts.extend(["", "Ayam geprek 🍗", "Zoë", "\u{2028}", "\\\"\\"].map(str::to_owned));
        for text in texts {
            let mut out = Vec::new();
            string(&mut out, &text);
            assert_eq!(out, serde_json::to_vec(&text).unwrap(), "{text:?}");
        }
    }
}
