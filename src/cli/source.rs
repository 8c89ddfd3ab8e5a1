//! The source of an input as it may be shown: with places, and without personal values.

use std::{collections::HashMap, ops::Range};

use doku_indodana::{
    check::{self, Kind},
    error::{Code, SyntaxError, SyntaxErrorKind, Violation},
    json::{Document, Value, ValueKind},
};

use super::contract::Contract;

/// Source text with `*` for each character that is not shown.
pub(crate) struct Masked {
    pub(crate) text: String,
    /// Where masked characters of several bytes end in the source, and how many bytes shorter the text is from there on.
    shifts: Vec<(usize, usize)>,
}

impl Masked {
    /// Masks what is personal by the contract, what the contract does not know, and every value of a type that it does
    /// not expect: a text in place of an object may hold all that belongs into the object.
    pub(crate) fn document(kind: Kind, contract: &Contract, document: &Document<'_>) -> Self {
        let mut hidden = Vec::new();
        walk(document.root(), &mut String::new(), None, &mut |pointer, _, value| {
            let misplaced = || {
                let expected = contract.at(pointer);
                value.kind() != ValueKind::Null && expected.is_none_or(|place| !place.accepts(value.kind()))
            };
            let sensitive = check::is_sensitive(kind, pointer) || misplaced();
            if sensitive {
                let span = value.span();
                hidden.push(if value.kind() == ValueKind::String { span.start + 1..span.end - 1 } else { span });
            }
            !sensitive
        });
        Self::new(document.source(), &hidden)
    }

    /// Masks all but keys and words of JSON's, because nobody knows what is personal in a text that is not JSON.
    pub(crate) fn broken(bytes: &[u8], error: &SyntaxError) -> Self {
        let text = String::from_utf8_lossy(bytes);
        // A key that is written twice was read to its end; everything else may be the middle of a value.
        let shown = (error.kind() == SyntaxErrorKind::DuplicateKey).then(|| error.offset());
        let mut hidden = Vec::new();
        let mut at = 0;
        // A text before a colon is a key only where a key can stand.
        let mut key_follows = false;
        while let Some(first) = text[at..].chars().next() {
            let length = token_length(&text[at..]);
            let token = &text[at..at + length];
            let is_key = || key_follows && text[at + length..].trim_start().starts_with(':') || shown == Some(at);
            match first {
                '"' if is_key() => {}
                '"' => hidden.push(at + 1..at + length),
                _ if is_harmless(token) => {}
                _ => hidden.push(at..at + length),
            }
            if !first.is_whitespace() {
                key_follows = matches!(first, '{' | ',');
            }
            at += length;
        }
        Self::new(&text, &hidden)
    }

    fn new(source: &str, hidden: &[Range<usize>]) -> Self {
        let mut masked = Self { text: String::with_capacity(source.len()), shifts: Vec::new() };
        let mut at = 0;
        for range in hidden {
            masked.text.push_str(&source[at..range.start]);
            at = range.start;
            for character in source[range.clone()].chars() {
                let is_layout = matches!(character, '\n' | '\r' | '\t' | '"');
                masked.text.push(if is_layout { character } else { '*' });
                at += character.len_utf8();
                if character.len_utf8() > 1 {
                    masked.shifts.push((at, at - masked.text.len()));
                }
            }
        }
        masked.text.push_str(&source[at..]);
        masked
    }

    /// Returns where the text shows a piece of the source.
    pub(crate) fn locate(&self, span: &Range<usize>) -> Range<usize> {
        let place = |offset: usize| {
            let before = self.shifts.partition_point(|(end, _)| *end <= offset);
            offset - before.checked_sub(1).map_or(0, |last| self.shifts[last].1)
        };
        place(span.start)..place(span.end)
    }
}

/// Visits each value with its pointer and its key, in the order of the source, and goes deeper where it is told to.
fn walk<'d>(
    value: Value<'d>,
    pointer: &mut String,
    key: Option<Value<'d>>,
    visit: &mut impl FnMut(&str, Option<Value<'d>>, Value<'d>) -> bool,
) {
    if !visit(pointer, key, value) {
        return;
    }
    let length = pointer.len();
    for (key, member) in value.members() {
        pointer.push('/');
        pointer.push_str(&key.as_str().expect("a key is a string").replace('~', "~0").replace('/', "~1"));
        walk(member, pointer, Some(key), visit);
        pointer.truncate(length);
    }
    for (index, element) in value.elements().enumerate() {
        pointer.push_str(&format!("/{index}"));
        walk(element, pointer, None, visit);
        pointer.truncate(length);
    }
}

/// Returns how long the next piece is: a string as far as its line goes, a word, or one other character.
fn token_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    let Some((_, first)) = characters.next() else { return 0 };
    let is_word = |character: char| !character.is_whitespace() && !"\"{}[]:,".contains(character);
    if first == '"' {
        let mut escaped = false;
        for (at, character) in characters {
            match character {
                '\n' => return at,
                '"' if !escaped => return at + 1,
                _ => escaped = character == '\\' && !escaped,
            }
        }
        text.len()
    } else if is_word(first) {
        text.find(|character| !is_word(character)).unwrap_or(text.len())
    } else {
        first.len_utf8()
    }
}

/// Returns whether a word outside of a string can be shown.
fn is_harmless(word: &str) -> bool {
    matches!(word, "true" | "false" | "null") || word.chars().all(|c| c.is_whitespace() || "{}[]:,".contains(c))
}

/// Returns the piece of source that each violation is about.
pub(crate) fn spans(violations: &[&Violation], document: &Document<'_>) -> Vec<Range<usize>> {
    // One walk for all, because a pointer into a long array is slow to follow.
    let subjects: Vec<_> = violations.iter().map(|violation| subject(violation)).collect();
    let mut places: HashMap<&str, (Option<Range<usize>>, Range<usize>)> =
        subjects.iter().map(|pointer| (*pointer, (None, 0..0))).collect();
    walk(document.root(), &mut String::new(), None, &mut |pointer, key, value| {
        if let Some(place) = places.get_mut(pointer) {
            *place = (key.map(Value::span), marked(value));
        }
        true
    });
    let span = |(violation, subject): (&&Violation, &&str)| {
        let (key, value) = &places[subject];
        let key = key.as_ref().filter(|_| violation.code() == Code::UnknownField);
        key.unwrap_or(value).clone()
    };
    violations.iter().zip(&subjects).map(span).collect()
}

/// Returns the pointer of what is marked: of the object that lacks a member, or of the value itself.
fn subject(violation: &Violation) -> &str {
    let pointer = violation.pointer();
    match violation.code() {
        Code::Missing => pointer.rsplit_once('/').map_or("", |(parent, _)| parent),
        _ => pointer,
    }
}

/// Returns a value's place; of an object or an array that of the opening bracket alone.
fn marked(value: Value<'_>) -> Range<usize> {
    let span = value.span();
    match value.kind() {
        ValueKind::Array | ValueKind::Object => span.start..span.start + 1,
        _ => span,
    }
}

/// Returns line and column, both counted from 1, of each offset.
pub(crate) fn places(source: &[u8], offsets: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut order: Vec<(usize, usize)> = offsets.enumerate().map(|(index, offset)| (offset, index)).collect();
    order.sort_unstable();
    let mut places = vec![(1, 1); order.len()];
    let (mut at, mut line, mut column) = (0, 1, 1);
    for (offset, index) in order {
        for &byte in source.get(at..offset).unwrap_or_default() {
            match byte {
                b'\n' => (line, column) = (line + 1, 1),
                // A character is counted at its first byte; the others are 0b10xx_xxxx.
                _ if byte & 0xC0 != 0x80 => column += 1,
                _ => {}
            }
        }
        at = offset.max(at);
        places[index] = (line, column);
    }
    places
}
