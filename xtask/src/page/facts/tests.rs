use serde_json::json;

use super::*;

#[track_caller]
fn check(description: &str, expect: &Value) {
    let mut facts = facts(description).facts;
    facts.remove("text");
    facts.remove("hint");
    assert_eq!(Value::Object(facts), *expect, "{description}");
}

#[track_caller]
fn all(descriptions: &[&str], expect: &Value) {
    descriptions.iter().for_each(|description| check(description, expect));
}

#[test]
fn a_limit_is_read_in_each_way_of_writing_it() {
    all(
        &[
            "A note Max length: 64",
            "A note. Maximum length is 64 characters",
            "A note (max 64 characters)",
            "A note, up to 64 characters",
            "A note of up to 64 characters long",
            "64 characters max",
            "A note, 64 characters maximum.",
            "64-character limit",
            "Not more than 64 characters",
            "No longer than 64 chars.",
            "Must not exceed 64 characters",
            "It must not be longer than 64 characters.",
            "Cannot be longer than 64 characters",
            "It is limited to 64 characters",
            "maximum: 64",
            "Max. 64",
            "Max length = 64",
            "Length max 64",
            "Length up to 64",
            "≤ 64 characters",
            "length <= 64",
            "less than 65 characters",
            "64 characters or fewer",
            "Maksimal 64 karakter",
            "Panjang maksimal: 64",
            "paling banyak 64 karakter",
            "tidak lebih dari 64 karakter",
            "tidak boleh melebihi 64 karakter",
            "hingga 64 karakter",
            "sampai 64 karakter",
            "sebanyak-banyaknya 64 karakter",
            "batas 64 karakter",
            "A note of 64 symbols at the most",
            "Character limit: 64",
            "maxLength 64",
            "Max length – 64",
            "Max length (characters): 64",
            "Max length：64",
            "64 char maximum length",
            "no longer than 64",
            "It must stay below 65 characters",
        ],
        &json!({ "max": "64" }),
    );
    all(
        &[
            "Min length: 3 Max length: 64",
            "3 to 64 characters",
            "3-64 characters",
            "3–64 chars",
            "between 3 and 64 characters",
            "at least 3 and at most 64 characters",
            "min 3 maks 64 karakter",
            "3 s.d. 64 karakter",
            "Length: 3-64",
            "Length between 3 and 64",
            "antara 3 dan 64 karakter",
            "minimal 3 dan maksimal 64 karakter",
            "At least 3 characters, at most 64 characters",
        ],
        &json!({ "min": "3", "max": "64" }),
    );
    all(
        &["Max Length: 1,024", "Max length: 1.024", "Maksimal 1.024 karakter", "1024 characters max"],
        &json!({ "max": "1024" }),
    );
    all(&["Max Length: 16.2", "Max length: 16,2"], &json!({ "max": "16.2" }));
    all(&["exactly 16 digits", "fixed length: 16"], &json!({ "min": "16", "max": "16" }));
    all(
        &["Maximum amount: Rp 10.000.000", "maksimal Rp 10.000.000", "max amount 10,000,000"],
        &json!({ "most": "10000000" }),
    );
    check("Maximum 50 items", &json!({ "most": "50 item" }));
    check("A discount of max 50%", &json!({}));
    check("It takes 5 minutes", &json!({}));
}

#[test]
fn what_looks_like_a_limit_is_doubted() {
    for text in ["Name of 64 characters", "Keep the maximum of it: 64", "64 > x < 70"] {
        assert!(facts(text).doubt, "{text}");
    }
    for text in ["A name", "See page 64", "Max length: 64"] {
        assert!(!facts(text).doubt, "{text}");
    }
}

#[test]
fn characters_and_values() {
    let ans = json!(["alphabetic", "numeric", "special chars"]);
    check(
        "A note Allowed chars: alphabetic, numeric, special chars Max length: 64",
        &json!({ "max": "64", "characters": ans }),
    );
    check("Allowed characters: alphabetic and numeric", &json!({ "characters": ["alphabetic", "numeric"] }));
    check(
        "Allowed chars: numeric, special chars except # and /",
        &json!({ "characters": ["numeric", "special chars", "except # and /"] }),
    );
    let states = json!({ "enum": ["OPEN", "SHUT"] });
    all(
        &[
            "State Possible value: OPEN, SHUT",
            "State. Possible values: OPEN and SHUT. Other words",
            "The status is OPEN or SHUT",
            "Can be OPEN (waiting) or SHUT (over).",
            "Possible values: OPEN (waiting), SHUT (over)",
            "Status: OPEN = waiting; SHUT = over",
            "Values:\nOPEN\nSHUT",
            "One of: `OPEN`, `SHUT`",
            "Either \"OPEN\" or \"SHUT\"",
            "Possible values are: OPEN, SHUT",
            "Possible values are OPEN and SHUT",
            "The possible values are as follows: OPEN, SHUT",
            "The allowed statuses are one of the following: OPEN, SHUT",
        ],
        &states,
    );
    let colours = json!({ "enum": ["red", "sky-blue", "sea-green"] });
    all(
        &[
            "See the list of enum : red sky-blue red sea-green If none fits, use red",
            "List of enum: red sky-blue (new) sea-green Others can be asked for",
            "List of enum:\n1. red\n2. sky-blue\n3. sea-green",
            "Possible values: red, sky-blue, sea-green.",
        ],
        &colours,
    );
    check("List of enum : red Sky-Blue sea-green If", &json!({ "enum": ["red", "Sky-Blue", "sea-green"] }));
    check("Send it to the DOKU API or URL", &json!({}));
    check("How long. Example value: 60", &json!({}));
}

#[test]
fn patterns_and_formats() {
    let pattern = json!({ "pattern": r"^[a-z()\-=\.:&_ %]$#" });
    check(r"A URL Only support: ^[a-z()\\-=\\\\.:&_ %]$#", &pattern);
    check(r"A URL Only support: ^[a-z()\-=\\.:&_ %]$#", &pattern);
    check(r"A URL Only support: ^[a-z()\\-=\\\\.:&_%]$#", &json!({ "pattern": r"^[a-z()\-=\.:&_%]$#" }));
    check("Call. Format: {country}{number}. Example: 62", &json!({ "format": ["{country}{number}"] }));
    check("When, with the format of yyyyMMddHHmmss.", &json!({ "format": ["yyyyMMddHHmmss"] }));
    all(
        &["How long Format in minute", "How long, in minutes", "How long (unit: minutes)", "dalam menit"],
        &json!({ "format": ["in minute"] }),
    );
    check("How long, in hours", &json!({ "format": ["in hour"] }));
    all(&["In ISO8601 format", "in ISO 8601", "ISO-8601"], &json!({ "format": ["ISO8601"] }));
    check("in ISO8601 UTC+0 format", &json!({ "format": ["ISO8601 UTC+0"] }));
    check("When, in UTC Format.", &json!({ "format": ["UTC"] }));
    check("In IDR currency and no more", &json!({ "format": ["IDR"] }));
}

#[test]
fn a_number_stands_in_whatever_way_it_is_written() {
    use super::limit::stands;

    assert!(stands("1024", "up to 1.024 of them") && stands("64", "64, and") && stands("16.2", "16,2 digits"));
    assert!(!stands("64", "640") && !stands("64", "1.64"));
}
