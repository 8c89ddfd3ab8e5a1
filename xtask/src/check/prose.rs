//! That a description states the limit that its schema has.

use serde_json::Value;

use super::contract::{inline, schemas};

/// What a description counts, and the keyword that has the number.
const UNITS: [(&str, &str); 4] =
    [("characters", "maxLength"), ("digits", "maximum"), ("values", "enum"), ("decimals", "x-decimal-places")];

/// Numbers in words, as descriptions have them.
const WORDS: [(&str, u64); 3] = [("one", 1), ("two", 2), ("three", 3)];

/// A description that counts characters, digits, values or decimals has the number of the contract among its numbers.
pub(super) fn limits(contract: &Value, findings: &mut Vec<String>) {
    for (name, component) in schemas(contract) {
        for schema in inline(component) {
            let Some(text) = schema["description"].as_str() else { continue };
            for (unit, keyword) in UNITS {
                let Some(limit) = limit(schema, keyword) else { continue };
                let counted = counted(text, unit);
                if !counted.is_empty() && !counted.contains(&limit) {
                    let counted = counted.iter().map(u64::to_string).collect::<Vec<_>>().join(" and ");
                    findings.push(format!(
                        "{name}: its description speaks of {counted} {unit}, but {keyword} says {limit}"
                    ));
                }
            }
        }
    }
}

fn limit(schema: &Value, keyword: &str) -> Option<u64> {
    match keyword {
        "enum" => schema[keyword].as_array().map(|values| values.len() as u64),
        "maximum" => {
            let maximum = schema[keyword].as_u64()?;
            let largest = if schema["exclusiveMaximum"] == true { maximum - 1 } else { maximum };
            Some(largest.to_string().len() as u64 + schema["x-decimal-places"].as_u64().unwrap_or_default())
        }
        _ => schema[keyword].as_u64(),
    }
}

/// Returns the numbers in front of a unit: `1 to 64 characters`, `at most 128 visible ASCII characters`, `(8 digits)`.
fn counted(text: &str, unit: &str) -> Vec<u64> {
    let words: Vec<_> = text.split_whitespace().map(|word| word.trim_matches(['.', ',', ';', ':', '(', ')'])).collect();
    let number = |word: &str| {
        let spelt = WORDS.iter().find(|(spelt, _)| *spelt == word).map(|(_, number)| *number);
        word.replace(',', "").parse().ok().or(spelt)
    };
    let mut found = Vec::new();
    for (at, _) in words.iter().enumerate().filter(|(_, word)| **word == unit) {
        // Up to two words may stand between: visible ASCII.
        found.extend((1..=3).filter_map(|back| words.get(at.checked_sub(back)?)).find_map(|word| number(word)));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_has_the_number_of_its_limit() {
        let check = |schema: Value| {
            let mut findings = Vec::new();
            limits(&json!({ "components": { "schemas": { "City": schema } } }), &mut findings);
            findings
        };
        for (text, most) in
            [("1 to 64 characters.", 64), ("At most 128 visible ASCII characters", 128), ("No number.", 9)]
        {
            assert_eq!(check(json!({ "description": text, "maxLength": most })), [""; 0], "{text}");
        }
        let stale = check(json!({ "description": "1 to 64 characters.", "maxLength": 65 }));
        assert_eq!(stale, ["City: its description speaks of 64 characters, but maxLength says 65"]);
        let stale = check(json!({ "description": "Up to 99,999 (5 digits).", "maximum": 999_999 }));
        assert_eq!(stale, ["City: its description speaks of 5 digits, but maximum says 6"]);
        let stale = check(json!({ "description": "One of 45 values.", "enum": ["a"] }));
        assert_eq!(stale, ["City: its description speaks of 45 values, but enum says 1"]);
        let price = json!({
            "description": "At most two decimals and 16 digits.", "maximum": 100_000_000_000_000_u64, "exclusiveMaximum": true,
            "x-decimal-places": 2,
        });
        assert_eq!(check(price), [""; 0]);
    }
}
