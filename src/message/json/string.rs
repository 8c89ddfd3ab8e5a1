use super::parser::{Fault, fault};
use crate::message::json::SyntaxErrorKind;

const ONES: u64 = u64::from_ne_bytes([1; 8]);
const HIGHS: u64 = ONES << 7;

/// Returns the offset of the first quote, backslash or control character from `at` on, or the
/// length of `bytes`.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let plain = |&&byte: &&u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().take_while(plain).count()
}

/// Sets the high bit of each byte of a little-endian word that ends the plain part of a string.
///
/// Subtraction borrows from the bytes above, so only the lowest bit set is certain, which is the
/// one that is used.
#[inline]
fn special_bytes(word: u64) -> u64 {
    let quote = word ^ (ONES * u64::from(b'"'));
    let backslash = word ^ (ONES * u64::from(b'\\'));
    let below = quote.wrapping_sub(ONES) | backslash.wrapping_sub(ONES) | word.wrapping_sub(ONES * u64::from(b' '));
    below & !word & HIGHS
}

/// Reads the escape whose backslash is at `start`, and returns its character and the offset behind
/// it.
pub(super) fn escape(bytes: &[u8], start: usize) -> Result<(char, usize), Fault> {
    let character = match bytes.get(start + 1) {
        Some(b'u') => return unicode_escape(bytes, start),
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(_) => return Err(fault(SyntaxErrorKind::InvalidEscape, start)),
        None => return Err(fault(SyntaxErrorKind::UnexpectedEnd, start + 1)),
    };
    Ok((character, start + 2))
}

fn unicode_escape(bytes: &[u8], start: usize) -> Result<(char, usize), Fault> {
    let lone = || fault(SyntaxErrorKind::LoneSurrogate, start);
    let mut code = code_unit(bytes, start)?;
    let mut end = start + 6;
    if (0xD800..0xDC00).contains(&code) {
        if bytes.get(end..end + 2) != Some(b"\\u") {
            return Err(lone());
        }
        let low = code_unit(bytes, end)?.wrapping_sub(0xDC00);
        if low >= 0x400 {
            return Err(lone());
        }
        code = 0x1_0000 + ((code - 0xD800) << 10) + low;
        end += 6;
    }
    // Only a surrogate that is not the first of a pair is no character here.
    let character = char::from_u32(code).ok_or_else(lone)?;
    Ok((character, end))
}

/// Reads the four hexadecimal digits of the `\u` escape at `start`.
fn code_unit(bytes: &[u8], start: usize) -> Result<u32, Fault> {
    (start + 2..start + 6).try_fold(0, |code, at| match bytes.get(at) {
        Some(&byte) => char::from(byte)
            .to_digit(16)
            .map(|digit| code << 4 | digit)
            .ok_or_else(|| fault(SyntaxErrorKind::InvalidEscape, start)),
        None => Err(fault(SyntaxErrorKind::UnexpectedEnd, bytes.len())),
    })
}

/// Returns the characters of a string whose escapes were checked before.
pub(super) fn unescape(content: &str) -> String {
    let mut characters = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((plain, _)) = rest.split_once('\\') {
        characters.push_str(plain);
        let Ok((character, end)) = escape(rest.as_bytes(), plain.len()) else {
            break;
        };
        characters.push(character);
        rest = &rest[end..];
    }
    characters.push_str(rest);
    characters
}
