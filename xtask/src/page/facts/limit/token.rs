//! Words, numbers and signs of a description.

use std::ops::Range;

/// A word in small letters, a number, or a sign.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) word: String,
    pub(super) range: Range<usize>,
    /// Its number, without separators of thousands.
    pub(super) number: Option<String>,
}

/// Returns the tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let (mut tokens, mut letters) = (Vec::new(), text.char_indices().peekable());
    while let Some((start, letter)) = letters.next() {
        if letter.is_whitespace() {
            continue;
        }
        let mut end = start + letter.len_utf8();
        let mut next_is = |end: &mut usize, test: &dyn Fn(char, Option<char>) -> bool| {
            while let Some((at, next)) = letters.peek().copied() {
                let behind = text[at + next.len_utf8()..].chars().next();
                if !test(next, behind) {
                    break;
                }
                *end = at + next.len_utf8();
                letters.next();
            }
        };
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        if letter.is_ascii_digit() {
            next_is(&mut end, &|next, behind| next.is_ascii_digit() || matches!(next, '.' | ',') && digit(behind));
            // `2nd`, `8x` and `16a` are words; `16digits` is two.
            let whole = &text[end..];
            let glued: String = whole.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            let unit = ["char", "digit", "karakter", "huruf", "byte"]
                .iter()
                .any(|unit| glued.to_lowercase().starts_with(unit));
            if !glued.is_empty() && !unit {
                next_is(&mut end, &|next, _| next.is_alphanumeric() || next == '_');
                tokens.push(token(text, start..end, None));
                continue;
            }
            let number = number(&text[start..end]);
            tokens.push(token(text, start..end, Some(number)));
        } else if letter.is_alphabetic() || letter == '_' {
            next_is(&mut end, &|next, behind| {
                next.is_alphanumeric()
                    || next == '_'
                    || matches!(next, '.' | '/') && behind.is_some_and(char::is_alphabetic)
            });
            tokens.push(token(text, start..end, None));
        } else {
            let two = |second: char| matches!((letter, second), ('<' | '>', '=') | ('=', '<' | '>') | ('.', '.'));
            if letters.peek().is_some_and(|(_, second)| two(*second)) {
                letters.next();
                end += 1;
            }
            tokens.push(token(text, start..end, None));
        }
    }
    tokens
}

fn token(text: &str, range: Range<usize>, number: Option<String>) -> Token {
    let word = match &text[range.clone()] {
        "≤" | "=<" => "<=".into(),
        "≥" | "=>" => ">=".into(),
        "–" | "—" | "−" | "‑" => "-".into(),
        word => word.to_lowercase(),
    };
    Token { word, range, number }
}

/// Returns a number without separators of thousands, and with a point before decimals.
fn number(text: &str) -> String {
    let groups: Vec<_> = text.split(['.', ',']).collect();
    let thousands = groups.len() > 1
        && groups[1..].iter().all(|group| group.len() == 3)
        && groups[0] != "0"
        && groups[0].len() <= 3;
    if thousands { groups.concat() } else { groups.join(".") }
}

/// Tells whether a number still stands in a text, in whatever way it is written.
pub(crate) fn stands(limit: &str, text: &str) -> bool {
    let limit = limit.split(' ').next().unwrap_or_default();
    tokens(text).iter().any(|token| token.number.as_deref() == Some(limit))
}

/// Returns the numbers of a text that a limit may be: those of at most five digits.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = String> {
    tokens(text).into_iter().filter_map(|token| token.number).filter(|number| number.len() <= 5)
}
