//! Compact JSON, as `serde_json` writes it: what the generated straight-line code calls.

/// Writes a key with its quotes and colon, after a comma unless it is the first of its object.
#[inline]
pub(crate) fn key(out: &mut Vec<u8>, key: &str) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
    out.extend_from_slice(key.as_bytes());
}

/// Writes what is JSON already.
#[inline]
pub(crate) fn literal(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// Writes a whole number.
pub(crate) fn whole(out: &mut Vec<u8>, mut number: u64) {
    // Twenty digits hold every number of 64 bits.
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

/// Writes a number of hundredths: two decimals, or none where they are zero.
pub(crate) fn hundredths(out: &mut Vec<u8>, number: u64) {
    whole(out, number / 100);
    let decimals = (number % 100) as u8;
    if decimals > 0 {
        out.extend_from_slice(&[b'.', b'0' + decimals / 10, b'0' + decimals % 10]);
    }
}

/// Writes a text that needs no escape: a value of an enum.
#[inline]
pub(crate) fn quoted(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
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
    use crate::message::money::Price;

    #[test]
    fn numbers_are_those_of_serde_json() {
        let mut numbers = vec![0, 1, 9, 10, 99, 100, 101, 110, 999, 1_000, 1_999_950, Price::MAX.hundredths()];
        numbers.extend([u64::from(u32::MAX), u64::MAX]);
        for number in numbers {
            let mut out = Vec::new();
            whole(&mut out, number);
            assert_eq!(out, serde_json::to_vec(&number).unwrap());
            if let Ok(price) = Price::from_hundredths(number) {
                out.clear();
                hundredths(&mut out, number);
                assert_eq!(out, serde_json::to_vec(&price).unwrap());
            }
        }
    }

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
