//! Characters that are allowed.

use std::sync::LazyLock;

use regex_lite::Regex;

struct CharacterPatterns {
    characters: Regex,
    character: Regex,
    between: Regex,
    except: Regex,
}

static PATTERNS: LazyLock<CharacterPatterns> = LazyLock::new(|| {
    let regex = |pattern| Regex::new(pattern).expect("the patterns are constant and tested");
    CharacterPatterns {
        characters: regex(
            r"(?i)\b(?:(?:allowed|valid|accepted|permitted|supported)\s+char(?:acter)?s?|karakter\s+(?:yang\s+)?(?:diizinkan|diperbolehkan))\s*(?:are|adalah)?\s*:\s*",
        ),
        character: regex(
            r"(?i)^(?:special\s+char(?:acter)?s?|karakter\s+khusus|(?:(?:uppercase|lowercase|upper\s+case|lower\s+case|capital|small)\s+)?[a-z0-9]+(?:-[a-z0-9]+)*)(?:\s*\(\s*([^)\n]*)\))?",
        ),
        between: regex(r"(?i)^\s*(?:,\s*(?:and\s+|dan\s+)?|&\s*|/\s*|\sand\s+|\sdan\s+)"),
        except: regex(
            r"(?i)^\s*,?\s*\(?\s*((?:except|excluding|without|but\s+not|other\s+than|kecuali)\b[^)\n]*?)(?:\)|\.\s|\.?$|\n|\s+(?:max|min|only|allowed)\b)",
        ),
    }
});

/// Takes the list of allowed characters out of a description.
pub(super) fn characters(rest: &mut String) -> Option<Vec<String>> {
    let CharacterPatterns { characters, character, between, except } = &*PATTERNS;
    let lower = rest.to_lowercase();
    if !lower.contains(':') || !lower.contains("char") && !lower.contains("karakter") {
        return None;
    }
    let start = characters.find(rest)?.range();
    let (mut at, mut items) = (start.end, Vec::new());
    while let Some(found) = character.captures(&rest[at..]) {
        // What is excepted is read below.
        let is_limit = |remark: &str| remark.contains(|letter: char| letter.is_ascii_digit());
        let remark = found.get(1).filter(|remark| !begins_except(remark.as_str()) && !is_limit(remark.as_str()));
        let end = match (remark, found.get(1)) {
            (None, Some(remark)) => found[0][..remark.start()].rfind('(').unwrap_or(remark.start()),
            _ => found[0].len(),
        };
        items.extend(character_names(&rest[at..at + end]));
        at += end;
        match between.find(&rest[at..]).filter(|found| !begins_except(&rest[at + found.end()..])) {
            Some(found) => at += found.end(),
            None => break,
        }
    }
    // `a-z, A-Z` is alphabetic.
    if let (Some(small), Some(large)) =
        (items.iter().position(|item| item == "a-z"), items.iter().position(|item| item == "A-Z"))
    {
        items[small.min(large)] = "alphabetic".into();
        items.remove(small.max(large));
    }
    if let Some(found) = except.captures(&rest[at..]).filter(|_| !items.is_empty()) {
        items.push(super::clean(&found[1]).to_lowercase());
        at += found.get(1).map_or(0, |found| found.end());
    }
    rest.replace_range(start.start..at, " ");
    (!items.is_empty()).then_some(items)
}

fn begins_except(text: &str) -> bool {
    let lower = text.trim_start_matches([' ', '(', ',']).to_lowercase();
    ["except", "excluding", "without", "but not", "other than", "kecuali"].iter().any(|word| lower.starts_with(word))
}

/// Returns what an item of a list of characters allows, in one spelling.
fn character_names(item: &str) -> Vec<String> {
    let name = super::clean(item);
    let lower = name.to_lowercase();
    let (first, remark) = lower.split_once('(').map_or((lower.as_str(), ""), |(first, remark)| (first.trim(), remark));
    let remark = remark.trim_end_matches(')').trim();
    let name = match first {
        "a-z" => name.split('(').next().unwrap_or_default().trim().to_owned(),
        "alphanumeric" | "alpha-numeric" => {
            return ["alphabetic", "numeric"].map(|part| with_remark(part, remark)).to_vec();
        }
        "0-9" | "digits" | "digit" | "numbers" | "angka" | "numerik" => "numeric".into(),
        "letters" | "alphabets" | "alphabet" | "huruf" | "alfabet" => "alphabetic".into(),
        special if special.starts_with("special") || special.starts_with("karakter") => "special chars".into(),
        other => other.to_owned(),
    };
    vec![with_remark(&name, remark)]
}

fn with_remark(name: &str, remark: &str) -> String {
    if remark.is_empty() { name.to_owned() } else { format!("{name} ({remark})") }
}
