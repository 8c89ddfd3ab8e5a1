use serde_json::json;

use super::*;

const TEXT: &str = r#"# Head.

[[deviation]]
id = "D-01"
title = "A limit of 16"
page = "At most 16."
contract = """
16, not \
17."""
holds = [
    { pointer = "/a/max", value = 16 },
    { pointer = "/paths/~1v2~1order/x", absent = true },
]
reads = [{ pointer = "/b/max", value = "16" }]

[[deviation]]
id = "D-02"
title = "Another limit of 16"
page = "No."
contract = "No."
holds = [
    { pointer = "/a/max", value = 16 },
    { pointer = "/a/other", value = 16 },
]
reads = [
    { pointer = "/b/type", value = "number" },
    { pointer = "/b/kind", value = "number" },
]
"#;

fn followed(resolved: &[&str]) -> FollowedDeviations {
    let contract = json!({ "a": { "max": 32, "other": 16 }, "paths": { "/v3/order": {} } });
    let page = json!({ "b": { "max": "32", "type": "string", "kind": "number" } });
    let renamed = [("/v2/order".to_owned(), "/v3/order".to_owned())];
    let resolved: Vec<_> = resolved.iter().map(|pointer| (*pointer).to_owned()).collect();
    let facts = ChangedFacts { contract: &contract, page: &page, renamed: &renamed, fields: &[], resolved: &resolved };
    follow(TEXT, &facts).unwrap()
}

#[test]
fn the_name_of_a_field_is_followed() {
    let text = r#"
[[deviation]]
id = "D-01"
holds = [{ pointer = "/components/schemas/Payment/properties/made_date/nullable", value = true }]
reads = [
    { pointer = "/response/fields/payment.made_date/format", contains = "UTC" },
    { pointer = "/response/fields/payment.made_date/type", value = "string" },
    { pointer = "/response/sample/payment.made_date", value = "20261129" },
    { pointer = "/response/fields/payment.made_date_utc/type", value = "string" },
    { pointer = "/request/fields/payment.made_date/type", absent = true },
]
"#;
    let contract =
        json!({ "components": { "schemas": { "Payment": { "properties": { "born": { "nullable": true } } } } } });
    let page = json!({ "request": {}, "response": {
        "fields": { "payment.born": { "type": "string" }, "payment.made_date_utc": { "type": "string" } },
        "sample": { "payment.born": "20261129" },
    } });
    let fields = [("response", "payment.made_date".to_owned(), "payment.born".to_owned())];
    let facts = ChangedFacts { contract: &contract, page: &page, renamed: &[], fields: &fields, resolved: &[] };
    let followed = follow(text, &facts).unwrap();
    let expect = text
        .replace("properties/made_date/", "properties/born/")
        .replace("/response/fields/payment.made_date/", "/response/fields/payment.born/")
        .replace("/response/sample/payment.made_date\"", "/response/sample/payment.born\"");
    assert_eq!(followed.text, expect);
    assert_eq!((followed.idle, followed.left), (vec![], vec![]));
}

#[test]
fn facts_and_words_follow() {
    let FollowedDeviations { text, idle, left } = followed(&[]);
    let expect = TEXT
        .replacen("of 16", "of 32", 1)
        .replacen("most 16", "most 32", 1)
        .replacen("\n16, not", "\n32, not", 1)
        .replace("/a/max\", value = 16", "/a/max\", value = 32")
        .replace("~1v2~1", "~1v3~1")
        .replace("value = \"16\"", "value = \"32\"")
        .replace("/b/type\", value = \"number\"", "/b/type\", value = \"string\"");
    assert_eq!(text, expect);
    assert_eq!(idle, [""; 0]);
    assert_eq!(left, ["spec/deviations.toml:17: D-02 speaks of 16; one of its facts is 32 now"]);
}

#[test]
fn what_the_page_has_corrected_is_taken_out() {
    let part = followed(&["/b/type"]);
    assert!(!part.text.contains("/b/type"), "{}", part.text);
    assert!(part.idle.is_empty());
    let idle = followed(&["/b/type", "/b/kind"]);
    assert_eq!(idle.idle, ["D-02"]);
    assert!(!without(&idle.text, "D-02").contains("D-02"));
    assert!(without(TEXT, "D-01").starts_with("# Head.\n\n[[deviation]]\nid = \"D-02\""));
}
