//! What a description says of limits: numbers that change with them.

use serde_json::Value;

use super::{Edit, set};

/// Returns a text with one number in place of another, or nothing where the number is not in it.
///
/// A number is written plain, or with a comma between thousands.
pub(crate) fn restated(text: &str, was: &str, is: &str) -> Option<String> {
    let mut changed = text.to_owned();
    for (was, is) in [(was.to_owned(), is.to_owned()), (grouped(was), grouped(is))] {
        changed = replaced(&changed, &was, &is);
    }
    (changed != text).then_some(changed)
}

/// Replaces whole numbers.
fn replaced(text: &str, was: &str, is: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let part_of_number = |letter: char| letter.is_ascii_digit();
    while let Some(at) = rest.find(was) {
        let (before, behind) = (&rest[..at], &rest[at + was.len()..]);
        let begins = !before.ends_with(part_of_number) && !ends_in_number(before) && !before.ends_with("D-");
        let mut next = behind.chars();
        let ends = match (next.next(), next.next()) {
            (Some(letter), _) if letter.is_ascii_digit() => false,
            (Some(',' | '.'), Some(digit)) => !digit.is_ascii_digit(),
            _ => true,
        };
        out.push_str(before);
        out.push_str(if begins && ends { is } else { was });
        rest = behind;
    }
    out + rest
}

/// Tells whether a text ends within a number: `1,` or `16.`.
fn ends_in_number(text: &str) -> bool {
    let inner = text.strip_suffix([',', '.']);
    inner.is_some_and(|inner| inner.ends_with(|letter: char| letter.is_ascii_digit()))
}

fn grouped(number: &str) -> String {
    if number.len() < 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let first = number.len() % 3;
    let mut parts: Vec<_> = [&number[..first]].into_iter().filter(|part| !part.is_empty()).collect();
    parts.extend((first..number.len()).step_by(3).map(|at| &number[at..at + 3]));
    parts.join(",")
}

/// Returns the edits of the texts of a schema in which a number stands, and the texts themselves where it does not.
pub(super) fn edits(at: &[String], schema: &Value, numbers: &[(String, String)]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for key in ["description", "x-source"] {
        let Some(text) = schema[key].as_str() else { continue };
        let mut changed = text.to_owned();
        for (was, is) in numbers {
            changed = restated(&changed, was, is).unwrap_or(changed);
        }
        if changed != text {
            edits.push(set(at, key, changed, None));
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_restated() {
        for (text, was, is, expect) in [
            ("1 to 16 characters.", "16", "32", Some("1 to 32 characters.")),
            ("16.2 and 160 and 116 and D-16.", "16", "32", None),
            ("At most 99,999 (5 digits)", "99999", "999999", Some("At most 999,999 (5 digits)")),
            ("length 16.2", "16.2", "18.2", Some("length 18.2")),
            ("at most 16. Or 16, 16", "16", "8", Some("at most 8. Or 8, 8")),
            ("no number", "16", "8", None),
        ] {
            assert_eq!(restated(text, was, is).as_deref(), expect, "{text}");
        }
    }
}
