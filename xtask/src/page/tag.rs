//! Tags, attributes and character references of HTML.

/// Returns where a tag ends; a `>` inside a quoted value does not end it.
pub(super) fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') if text[..at].ends_with('=') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    None
}

/// Returns the value of an attribute.
pub(super) fn attribute_of(tag: &str, name: &str) -> Option<String> {
    let start = tag.to_ascii_lowercase().find(&format!(" {name}="))? + name.len() + 2;
    let value = tag.get(start..)?;
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '>', '/']).next()?,
    };
    Some(entities(value))
}

/// Tells whether a tag has an attribute, with a value or without.
pub(super) fn has_attribute(tag: &str, name: &str) -> bool {
    let mut words = tag.split_ascii_whitespace().skip(1);
    words.any(|word| word.trim_end_matches('/').split('=').next().is_some_and(|word| word.eq_ignore_ascii_case(name)))
}

/// Returns the text with its character references resolved; an unknown one stays.
pub(super) fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let resolved = part.split_once(';').and_then(|(name, rest)| Some((entity(name)?, rest)));
        match resolved {
            Some((letter, rest)) => {
                out.push(letter);
                out.push_str(rest);
            }
            None => out.extend(["&", part]),
        }
    }
    out
}

fn entity(name: &str) -> Option<char> {
    let named = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("ensp", '\u{2002}'),
        ("emsp", '\u{2003}'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("bull", '•'),
        ("hellip", '…'),
        ("le", '≤'),
        ("ge", '≥'),
        ("times", '×'),
        ("rarr", '→'),
    ];
    let number = match name.strip_prefix('#') {
        Some(number) if number.starts_with(['x', 'X']) => u32::from_str_radix(&number[1..], 16).ok(),
        Some(number) => number.parse().ok(),
        None => return named.iter().find(|(known, _)| *known == name).map(|(_, letter)| *letter),
    };
    number.and_then(char::from_u32)
}
