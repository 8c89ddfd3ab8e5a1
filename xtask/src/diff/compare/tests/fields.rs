//! Fields, and what is behind a reference.

use serde_json::{Value, json};

use super::{check, put};

#[test]
fn fields_come_go_and_become_mandatory() {
    let at = |name: &str| format!("/components/schemas/{name}");
    let text = json!({ "$ref": "#/components/schemas/City" });
    check(
        |contract| put(contract, &at("Customer/properties"), "city", &text),
        &["Customer.city added: breaks nobody"],
        &["Customer.city removed: breaks those who send"],
    );
    check(
        |contract| {
            put(contract, &at("Customer/properties"), "city", &text);
            put(contract, &at("Customer"), "required", &json!(["first_name", "email", "phone", "city"]));
        },
        &["Customer.city added: breaks those who send"],
        &["Customer.city removed: breaks those who send"],
    );
    check(
        |contract| put(contract, &at("Acquirer/properties"), "code", &json!({ "type": "string" })),
        &["Acquirer.code added: breaks nobody"],
        &["Acquirer.code removed: breaks those who read"],
    );
    check(
        |contract| put(contract, &at("Order"), "required", &json!(["amount", "line_items", "callback_url_cancel"])),
        &["Order.invoice_number required: breaks nobody"],
        &["Order.invoice_number required: breaks those who send"],
    );
    check(
        |contract| put(contract, &at("Payment"), "required", &json!(["url", "status"])),
        &["Payment.url required: breaks those who read"],
        &["Payment.url required: breaks those who read"],
    );
    check(
        |contract| put(contract, &at("OrderSummary"), "required", &json!(["amount", "invoice_number"])),
        &["OrderSummary required: breaks nobody"],
        &["OrderSummary required: breaks nobody"],
    );
    check(
        |contract| put(contract, &at("Order"), "additionalProperties", &json!(true)),
        &["Order additionalProperties: breaks nobody"],
        &["Order additionalProperties: breaks those who send"],
    );
    check(
        |contract| put(contract, &at("Refund"), "additionalProperties", &json!(false)),
        &["Refund additionalProperties: breaks those who read"],
        &["Refund additionalProperties: breaks nobody"],
    );
    check(
        |contract| put(contract, "/components/schemas", "Refund2", &json!({ "type": "object" })),
        &["Refund2 added: breaks nobody"],
        &["Refund2 removed: breaks nobody"],
    );
    check(
        |contract| contract.pointer_mut(&at("ReceivedAmount/anyOf")).unwrap().as_array_mut().unwrap().truncate(1),
        &["ReceivedAmount.anyOf[1] removed: may break those who read"],
        &["ReceivedAmount.anyOf[1] added: breaks those who read"],
    );
    let order = "ReceivedAmount anyOf: breaks nobody";
    check(
        |contract| contract.pointer_mut(&at("ReceivedAmount/anyOf")).unwrap().as_array_mut().unwrap().reverse(),
        &[order],
        &[order],
    );
}

#[test]
fn what_is_behind_a_reference_is_compared_and_said_once() {
    let at = |name: &str| format!("/components/schemas/{name}");
    let rename = |contract: &mut Value, change: fn(&mut Value)| {
        let text = contract.to_string().replace("#/components/schemas/City\"", "#/components/schemas/Town\"");
        *contract = serde_json::from_str(&text).unwrap();
        let mut town = contract["components"]["schemas"].as_object_mut().unwrap().shift_remove("City").unwrap();
        change(&mut town);
        put(contract, "/components/schemas", "Town", &town);
    };
    check(
        |contract| rename(contract, |_| ()),
        &["Town name: may break those who send"],
        &["City name: may break those who send"],
    );
    check(
        |contract| rename(contract, |town| town["maxLength"] = json!(9)),
        &["Town maxLength: breaks those who send", "Town name: may break those who send"],
        &["City maxLength: breaks nobody", "City name: may break those who send"],
    );
    // The same rules where the field stands: only the name of the type is gone.
    let inline = |contract: &mut Value| {
        let last = contract.pointer(&at("CustomerLastName")).unwrap().clone();
        put(contract, &at("Customer/properties"), "last_name", &last);
    };
    let line = "Customer.last_name $ref: may break those who send";
    check(inline, &[line], &[line]);
    let two = json!({ "$ref": "#/components/schemas/AddressLastName" });
    check(
        |contract| put(contract, &at("Customer/properties"), "last_name", &two),
        &["Customer.last_name $ref: may break those who send"],
        &["Customer.last_name $ref: breaks those who send"],
    );
}
