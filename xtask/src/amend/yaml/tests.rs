use serde_json::json;

use super::{super::edit::path, *};

const TEXT: &str = "\
# A contract.
paths:
  /v2/order:   # the one
    post:
      required: [a, b]
info:
  text: |
    Two
    lines.

  # A remark on the list.
  list:
    - one   # first
    - three
  limit: 16 # digits
  '200':
    $ref: '#/a'
";

#[track_caller]
fn check(edit: Edit, from: &str, to: &str) {
    assert!(TEXT.contains(from), "{from}");
    assert_eq!(apply(TEXT, &[edit]).unwrap(), TEXT.replacen(from, to, 1));
}

fn set(at: Vec<String>, key: &str, value: Value, after: Option<&str>) -> Edit {
    Edit::Set { at, key: key.to_owned(), value, after: after.map(str::to_owned) }
}

#[test]
fn edits_keep_comments_and_order() {
    let info = || path(["info"]);
    check(set(info(), "limit", json!(32), None), "limit: 16 #", "limit: 32 #");
    check(set(info(), "limit", json!("a: b"), None), "limit: 16 #", "limit: 'a: b' #");
    check(set(info(), "text", json!("One."), None), "text: |\n    Two\n    lines.\n", "text: One.\n");
    let lines = "  limit: |\n    Two\n    lines.\n";
    check(set(info(), "limit", json!("Two\nlines.\n"), None), "  limit: 16 # digits\n", lines);
    let new = json!({ "type": "string", "pattern": "^a$", "of": { "$ref": "#/b" } });
    let lines = "  new:\n    type: string\n    pattern: '^a$'\n    of:\n      $ref: '#/b'\n";
    check(set(info(), "new", new.clone(), Some("limit")), "digits\n", &format!("digits\n{lines}"));
    check(set(info(), "new", new, None), "$ref: '#/a'\n", &format!("$ref: '#/a'\n{lines}"));
    check(set(info(), "new", json!(1), Some("text")), "lines.\n", "lines.\n  new: 1\n");
    check(Edit::Remove { at: info(), key: "limit".into() }, "  limit: 16 # digits\n", "");
    check(Edit::Remove { at: info(), key: "text".into() }, "  text: |\n    Two\n    lines.\n", "");
    check(Edit::Remove { at: info(), key: "200".into() }, "  '200':\n    $ref: '#/a'\n", "");
    check(Edit::Rename { at: path(["paths"]), key: "/v2/order".into(), to: "/v3/order".into() }, "/v2/", "/v3/");
    let required = || path(["paths", "/v2/order", "post", "required"]);
    check(Edit::Insert { at: required(), number: 2, value: json!("c") }, "[a, b]", "[a, b, c]");
    check(Edit::Insert { at: required(), number: 0, value: json!("c") }, "[a, b]", "[c, a, b]");
    check(Edit::Take { at: required(), value: json!("a") }, "[a, b]", "[b]");
    check(Edit::Take { at: required(), value: json!("b") }, "[a, b]", "[a]");
    let list = || path(["info", "list"]);
    check(Edit::Insert { at: list(), number: 1, value: json!("two") }, "    - three", "    - two\n    - three");
    check(Edit::Insert { at: list(), number: 2, value: json!("four") }, "three\n", "three\n    - four\n");
    let object = Edit::Insert { at: list(), number: 2, value: json!({ "$ref": "#/c", "a": 1 }) };
    check(object, "three\n", "three\n    - $ref: '#/c'\n      a: 1\n");
    check(Edit::Take { at: list(), value: json!("one") }, "    - one   # first\n", "");
}

#[test]
fn json_keeps_its_lines_too() {
    let text = "{\n  \"a\": { \"b\": 1, \"c\": [1, 2] },\n  \"d\": \"x\"\n}\n";
    for (edit, expect) in [
        (set(vec![], "e", json!("é"), None), text.replace("\"x\"", "\"x\",\n  \"e\": \"é\"")),
        (set(path(["a"]), "e", json!([1]), None), text.replace("2] }", "2], \"e\": [1] }")),
        (set(path(["a"]), "b", json!(null), None), text.replace("\"b\": 1", "\"b\": null")),
        (Edit::Remove { at: path(["a"]), key: "b".into() }, text.replace("\"b\": 1, ", "")),
        (Edit::Remove { at: path(["a"]), key: "c".into() }, text.replace(", \"c\": [1, 2]", "")),
        (Edit::Remove { at: vec![], key: "d".into() }, text.replace(",\n  \"d\": \"x\"", "")),
    ] {
        assert_eq!(apply(text, &[edit]).unwrap(), expect);
    }
}

#[test]
fn an_edit_without_a_place_is_refused() {
    let error = |edit| apply(TEXT, &[edit]).unwrap_err();
    assert_eq!(error(set(path(["info", "none"]), "a", json!(1), None)), "there is no info/none to edit");
    assert_eq!(error(Edit::Remove { at: path(["info"]), key: "a".into() }), "info has no a to edit");
    assert_eq!(error(Edit::Take { at: path(["info", "list"]), value: json!("x") }), "info/list has no \"x\" to edit");
    let expect = "info is not of the kind that this edit is for";
    assert_eq!(error(Edit::Insert { at: path(["info"]), number: 0, value: json!(1) }), expect);
}

/// Into each component something can be put, and something taken out, with the rest as it was.
#[test]
fn every_component_can_be_edited() {
    let text = include_str!("../../../../spec/openapi.yaml");
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    let tree = read(text).unwrap();
    for (number, (name, schema)) in tree["components"]["schemas"].as_object().unwrap().iter().enumerate() {
        let at = path(["components", "schemas", name]);
        let members = schema.as_object().unwrap();
        let key = members.keys().nth(number % members.len()).unwrap().clone();
        let new = set(at.clone(), "title", json!("It's `one`: or #two."), Some("description"));
        let edited = apply(text, &[new, Edit::Remove { at, key }]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(comments(&edited), comments(text), "{name}");
    }
}
