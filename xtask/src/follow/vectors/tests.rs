use std::sync::LazyLock;

use super::*;
use crate::codegen;

const TEXT: &str = include_str!("../../../../spec/vectors/violations.json");

fn definitions(contract: &Value) -> Value {
    let generated = codegen::generate(&contract.to_string()).unwrap();
    serde_json::from_str::<Value>(&generated.schemas).unwrap()["$defs"].take()
}

fn contract() -> Value {
    serde_saphyr::from_str(include_str!("../../../../spec/openapi.yaml")).unwrap()
}

/// Returns the vectors after a change of the contract, and those that differ.
#[track_caller]
fn followed(change: impl Fn(&mut Value)) -> (String, Vec<Value>) {
    followed_from(&base(), change)
}

fn base() -> Value {
    serde_json::from_str(include_str!("../../../../spec/examples/generate_order.request.minimal.json")).unwrap()
}

/// Returns the same, where the least request is another one now.
#[track_caller]
fn followed_from(base: &Value, change: impl Fn(&mut Value)) -> (String, Vec<Value>) {
    static BEFORE: LazyLock<Value> = LazyLock::new(|| definitions(&contract()));
    let mut changed = contract();
    change(&mut changed);
    let now = definitions(&changed);
    let (text, left) = follow(TEXT, &VectorChange { before: &BEFORE, now: &now, base }).unwrap();
    assert_eq!(left, [""; 0]);
    assert!(unproven(&now, REQUEST, &Vectors::parse(&text).unwrap()).is_empty());
    let known: Vec<_> = blocks(TEXT).unwrap().into_iter().map(|(_, vector)| vector).collect();
    let new = blocks(&text).unwrap().into_iter().map(|(_, vector)| vector).filter(|vector| !known.contains(vector));
    (text.clone(), new.collect())
}

fn ids(vectors: &[Value]) -> Vec<&str> {
    vectors.iter().filter_map(|vector| vector["id"].as_str()).collect()
}

#[test]
fn without_a_change_nothing_changes() {
    let (text, new) = followed(|_| {});
    assert_eq!(text, TEXT);
    assert_eq!(new, Vec::<Value>::new());
}

#[test]
fn vectors_move_with_their_limit() {
    let limit = |contract: &Value, component: &str, keyword: &str| {
        contract["components"]["schemas"][component][keyword].as_u64().unwrap()
    };
    let most = 2 * limit(&contract(), "CustomerFirstName", "maxLength");
    let (_, new) =
        followed(|contract| contract["components"]["schemas"]["CustomerFirstName"]["maxLength"] = most.into());
    let expect = ["edge", "over", "edge.combining", "over.combining"];
    assert_eq!(ids(&new), expect.map(|variant| format!("CustomerFirstName.maxLength.{variant}")));
    for (vector, length) in new.iter().zip([most, most + 1, most, most + 1]) {
        assert_eq!(vector["changes"][0]["value"].as_str().unwrap().chars().count() as u64, length, "{vector}");
    }
    assert_eq!(new[1]["violations"][0]["limit"], most);
    assert_eq!(new[1]["comment"], format!("{} characters.", most + 1));
    let most = limit(&contract(), "Quantity", "maximum");
    let (_, shorter) =
        followed(|contract| contract["components"]["schemas"]["Quantity"]["maximum"] = (most / 100).into());
    assert!(ids(&shorter).contains(&"Quantity.maximum.edge"), "{:?}", ids(&shorter));
    assert!(shorter.iter().all(|vector| !vector.to_string().contains(&most.to_string())), "{shorter:?}");
}

#[test]
fn a_new_value_is_among_all_values() {
    let values = contract()["components"]["schemas"]["Category"]["enum"].as_array().unwrap().len() + 1;
    let (text, new) = followed(|contract| {
        contract["components"]["schemas"]["Category"]["enum"].as_array_mut().unwrap().push("no-such-value".into());
    });
    assert_eq!(ids(&new), ["Category.enum.edge"]);
    assert_eq!(new[0]["changes"][0]["value"], values);
    assert_eq!(new[0]["changes"][1]["value"].as_array().unwrap().len(), values);
    assert_eq!(new[0]["comment"], format!("All {values} values."));
    // One line differs for each of the three.
    assert_eq!(text.lines().count(), TEXT.lines().count());
}

#[test]
fn a_new_component_has_its_vectors() {
    let component = |contract: &mut Value, owner: &str, schema: Value| {
        contract["components"]["schemas"]["Voucher"] = schema;
        contract["components"]["schemas"][owner]["properties"]["voucher"] =
            json!({ "$ref": "#/components/schemas/Voucher" });
    };
    let text = json!({
        "description": "A voucher.", "x-source": "page: voucher", "type": "string", "minLength": 1, "maxLength": 12,
        "pattern": r"^[^\x00-\x1f\x7f]+$", "example": "V-1",
    });
    let (_, new) = followed(|contract| component(contract, "Order", text.clone()));
    let mut found = ids(&new);
    found.sort_unstable();
    let rules = [
        "maxLength.edge",
        "maxLength.over",
        "minLength.edge",
        "minLength.over",
        "pattern.edge",
        "pattern.over",
        "type.over",
    ];
    assert_eq!(found, rules.map(|rule| format!("Voucher.{rule}")));
    let empty = new.iter().find(|vector| vector["id"] == "Voucher.minLength.over").unwrap();
    let codes: Vec<_> = empty["violations"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
    assert_eq!(codes, ["bad_format", "too_short"]);
    assert_eq!(empty["flags"], json!(["over", "several"]));

    let number = json!({
        "description": "A number.", "x-source": "page: voucher", "type": "integer", "minimum": 1, "maximum": 99, "example": 1,
    });
    let (_, new) = followed(|contract| component(contract, "LineItem", number.clone()));
    let edge = new.iter().find(|vector| vector["id"] == "Voucher.type.edge").unwrap();
    assert_eq!(edge["changes"], json!([{ "op": "add", "path": "/order/line_items/0/voucher", "raw": "1.0" }]));

    // Below an object that the base does not have, the object is put there.
    let (_, new) = followed(|contract| component(contract, "Settlement", text.clone()));
    let edge = new.iter().find(|vector| vector["id"] == "Voucher.minLength.edge").unwrap();
    assert_eq!(edge["changes"][0]["path"], "/additional_info");
    assert_eq!(edge["changes"][0]["value"]["settlement"][0]["voucher"], "x");
}

#[test]
fn what_is_gone_has_no_vectors() {
    let (text, new) = followed(|contract| {
        let schemas = contract["components"]["schemas"].as_object_mut().unwrap();
        schemas.shift_remove("ProductImageUrl").unwrap();
        schemas["LineItem"]["properties"].as_object_mut().unwrap().shift_remove("image_url").unwrap();
    });
    assert!(!text.contains("ProductImageUrl"));
    // Others that had it have it no more.
    assert!(ids(&new).contains(&"LineItem.additionalProperties.edge"), "{:?}", ids(&new));
    assert!(new.iter().all(|vector| !vector["changes"].to_string().contains("image_url")), "{new:?}");
    // Of the whole payloads the one that is valid stays valid; the page's own sample is the page's.
    let whole: Vec<_> = new.iter().filter(|vector| vector.get("utf8").is_some()).cloned().collect();
    assert_eq!(ids(&whole), ["page-corrected"]);
}

#[test]
fn pointers_follow_a_new_name() {
    let text = r#""path": "/order/line_items/0/id", "pointer": "/order/line_items/10/id", "x": "/order/line_items/0/identity""#;
    let expect = r#""path": "/order/line_items/0/sku", "pointer": "/order/line_items/10/sku", "x": "/order/line_items/0/identity""#;
    assert_eq!(renamed(text, "order.line_items.id", "order.line_items.sku"), expect);
}

#[test]
fn bodies_follow_a_member_that_is_mandatory_and_a_value_that_is_gone() {
    let mut base = base();
    base["order"]["line_items"][0]["url"] = "https://shop.example/1".into();
    base["order"]["line_items"][0]["category"] = "others".into();
    let (_, new) = followed_from(&base, |contract| {
        let schemas = &mut contract["components"]["schemas"];
        schemas["LineItem"]["required"].as_array_mut().unwrap().push("url".into());
        let values = schemas["Category"]["enum"].as_array_mut().unwrap();
        values.retain(|value| value != "food-and-beverage");
        schemas["Category"]["example"] = "others".into();
    });
    let gone = |vector: &Value| vector["changes"].to_string().contains("food-and-beverage");
    assert!(!new.iter().any(gone), "{:?}", ids(&new));
    // Each line item that a vector puts somewhere has the member, in the text of one that stands as it is sent too.
    let items = |step: &Value| {
        let value =
            step["raw"].as_str().and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or(step["value"].clone());
        let is_list = step["path"] == "/order/line_items";
        value.as_array().filter(|_| is_list).cloned().unwrap_or_default()
    };
    let steps = new.iter().filter_map(|vector| vector["changes"].as_array()).flatten();
    let items: Vec<_> = steps.flat_map(items).collect();
    assert!(items.len() > 40, "{}", items.len());
    let complete = |item: &&Value| item["url"].is_null() && item.as_object().is_some_and(|item| item.len() > 4);
    assert_eq!(items.iter().find(complete), None);
}
