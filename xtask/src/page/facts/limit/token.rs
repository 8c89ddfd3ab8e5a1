//! Words, numbers and signs of a description.

use std::ops::Range;

use super::spelled;

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
    joined(text, parts(text))
}

fn parts(text: &str) -> Vec<Token> {
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

/// Makes one token of a number in words, of one with spaces between its thousands, and of one with the word `million`.
fn joined(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let mut token = token;
        if let Some(mut spelled) = spelled::Number::new(&token.word).filter(|_| token.number.is_none()) {
            let mut end = token.range.end;
            while let Some(more) = tokens.peek().and_then(|next| spelled.then(&next.word)) {
                let next = tokens.next().map_or(end, |next| next.range.end);
                if more {
                    end = next;
                }
            }
            if let Some(number) = spelled.value() {
                token = Token { word: String::new(), range: token.range.start..end, number: Some(number.to_string()) };
            }
        }
        let group = |last: &Token| {
            let between = &text[last.range.end..token.range.start];
            let digits = |range: &Range<usize>| text[range.clone()].bytes().all(|digit| digit.is_ascii_digit());
            last.number.is_some()
                && between.chars().count() == 1
                && between.starts_with(char::is_whitespace)
                && between != "\n"
                && token.range.len() == 3
                && digits(&token.range)
                && text[last.range.clone()]
                    .split_whitespace()
                    .all(|part| part.bytes().all(|digit| digit.is_ascii_digit()))
                && text[last.range.clone()].split_whitespace().next().is_some_and(|first| first.len() <= 3)
        };
        match joined.last_mut() {
            Some(last) if group(last) => {
                let digits = &text[token.range];
                last.number = last.number.take().map(|number| number + digits);
                last.range.end += 1 + digits.len();
            }
            Some(Token { number: Some(number), range, .. }) if spelled::scale(&token.word).is_some() => {
                let scale = spelled::scale(&token.word).unwrap_or(1);
                if let Some(value) = scaled(number, scale) {
                    (*number, range.end) = (value, token.range.end);
                } else {
                    joined.push(token);
                }
            }
            _ => joined.push(token),
        }
    }
    joined
}

fn scaled(number: &str, scale: u64) -> Option<String> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let places = 10_u64.checked_pow(u32::try_from(part.len()).ok()?)?;
    let value = format!("{whole}{part}").parse::<u64>().ok()?.checked_mul(scale)?;
    (value % places == 0).then(|| (value / places).to_string())
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
    // `10.000,00` has both, and no cents.
    let decimals =
        text.rfind(['.', ',']).filter(|at| text[..*at].contains(if text[*at..].starts_with('.') { ',' } else { '.' }));
    let text = match decimals {
        Some(at) if text[at + 1..].bytes().all(|digit| digit == b'0') => &text[..at],
        _ => text,
    };
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
    // Also inside of a word, as in `AN64`.
    let digits = |word: &str| word.split(|letter: char| !letter.is_ascii_digit()).any(|digits| digits == limit);
    tokens(text).iter().any(|token| match &token.number {
        Some(number) => number == limit,
        None => digits(&token.word),
    })
}

/// Returns the numbers of a text that a limit may be: those of at most five digits.
pub(crate) fn numbers(text: &str) -> impl Iterator<Item = String> {
    tokens(text).into_iter().filter_map(|token| token.number).filter(|number| number.len() <= 5)
}
