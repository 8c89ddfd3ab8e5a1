//! What counts as words: letters, digits and each sign that carries a meaning, whatever stands between them.

use super::link::{START, STRUCK, UNSTRUCK};

/// Signs at the end of a word that only shape a sentence.
const CLOSING: [char; 15] = ['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '”', '’', '…', '»'];
/// Signs before a word that only shape a sentence.
const OPENING: [char; 9] = ['(', '[', '{', '"', '\'', '“', '‘', '«', '¶'];
/// Marks of a list at the beginning of a line.
const BULLETS: &str = "•·▪◦‣–—*-";

/// Letters that nobody sees.
pub(super) const UNSEEN: [char; 6] = ['\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];

/// Returns 16 hexadecimal digits for the words of a text; nothing where it has none. FNV-1a.
pub(crate) fn hash(text: &str) -> Option<String> {
    let words = joined(text);
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    (!words.is_empty()).then(|| format!("{:016x}", words.bytes().fold(0xcbf2_9ce4_8422_2325, step)))
}

/// Joins the words of a text: white space counts between digits alone, because each form has it elsewhere.
fn joined(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        for word in words(line) {
            let digits = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
            if digits(out.chars().next_back()) && digits(word.chars().next()) {
                out.push(' ');
            }
            out.push_str(&word);
        }
    }
    out
}

/// Returns the words of a line: a minus, a plus, a point inside of a number, a comparison and a currency are parts of them.
fn words(line: &str) -> impl Iterator<Item = String> + '_ {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|letter: char| BULLETS.contains(letter));
    let line = if rest.len() < line.len() && rest.starts_with(char::is_whitespace) { rest } else { line };
    line.split(char::is_whitespace).filter_map(word)
}

fn word(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|letter| *letter != '`' && !UNSEEN.contains(letter) && !(START..=UNSTRUCK).contains(letter))
        .map(|letter| match letter {
            '–' | '—' | '−' | '‑' => '-',
            '’' | '‘' => '\'',
            letter => letter,
        })
        .collect();
    debug_assert!(START < STRUCK);
    let text = text.trim_start_matches(OPENING).trim_end_matches(CLOSING);
    if text.is_empty() {
        return None;
    }
    // A word at the beginning of a sentence is the same word; an abbreviation or a code is not.
    let capital = text.chars().next().is_some_and(char::is_uppercase) && !text.chars().skip(1).any(char::is_uppercase);
    Some(if capital && text.chars().count() > 1 || text == "A" { text.to_lowercase() } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_carry_meaning_are_words() {
        for (one, other) in [
            ("starts with +62", "starts with 62"),
            ("from -5", "from 5"),
            ("at 1.5", "at 15"),
            ("< 64", "> 64"),
            ("≤ 64", "64"),
            ("Rp 5", "$ 5"),
            ("a + b", "a - b"),
            ("a - b", "a b"),
            ("for ID", "for id"),
            ("100 000", "100000"),
            ("UTC+7", "UTC-7"),
            ("50%", "50"),
        ] {
            assert_ne!(hash(one), hash(other), "{one} / {other}");
        }
    }

    #[test]
    fn the_shape_of_a_sentence_is_none() {
        for (one, other) in [
            ("A  note.", "a note"),
            ("• A note", "A note"),
            ("see `order.id`,", "See order.id"),
            ("the “end”", "the \"end\""),
            ("a – b", "a - b"),
            ("(max)", "max"),
            ("one\u{a0}two", "one two"),
        ] {
            assert_eq!(hash(one), hash(other), "{one} / {other}");
        }
        assert_eq!(hash(" . , "), None);
    }
}
