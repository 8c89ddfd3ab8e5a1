//! What a change of the contract makes of the generated code, the schemas and the tables, and that the library still builds.

mod package;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

pub(crate) use self::package::build;

/// A change of the contract, as a maintainer would make it.
struct TriedChange {
    name: &'static str,
    apply: fn(&mut Value),
    /// Rust that is written by hand for it, at the end of `src/client/mod.rs`.
    code: &'static str,
}

impl TriedChange {
    const fn new(name: &'static str, apply: fn(&mut Value)) -> Self {
        Self { name, apply, code: "" }
    }

    /// Returns the contract with the change.
    fn of(&self, contract: &Value) -> Value {
        let mut changed = contract.clone();
        (self.apply)(&mut changed);
        changed
    }
}

/// A change of each kind.
const CHANGES: [TriedChange; 13] = [
    TriedChange::new("longer_limit", longer_limit),
    TriedChange::new("tighter_limit_of_a_number", tighter_limit_of_a_number),
    TriedChange::new("new_optional_field", add_voucher),
    TriedChange::new("new_mandatory_field", new_mandatory_field),
    TriedChange::new("field_made_mandatory", field_made_mandatory),
    TriedChange::new("field_removed", field_removed),
    TriedChange::new("field_retyped", field_retyped),
    TriedChange::new("new_category", new_category),
    TriedChange::new("new_answer_field", new_answer_field),
    TriedChange::new("new_answer_status", new_answer_status),
    TriedChange::new("new_error_shape", new_error_shape),
    TriedChange::new("renamed_addresses", renamed_addresses),
    TriedChange { name: "second_paylater_operation", apply: second_paylater_operation, code: SECOND_CALL },
];

/// Another channel's order is sent, signed and verified by the same middleware; it lacks a method of the façade alone.
const SECOND_CALL: &str = r"
impl Client {
    /// Sends a prepared order to the other channel.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn send_to_akulaku(&self, prepared: &PreparedOrder) -> Result<GeneratedOrder, Error> {
        prepared.check_before_sending(self.deny_advisories)?;
        let call = ClientCall::new(self.config.clone(), Subject::Order(prepared.clone()));
        let client = self.generated(call.clone());
        let _ = client.generate_akulaku_order().body(prepared.bytes()).send().await;
        drop(client);
        call.into_order(prepared)
    }
}
";

fn longer_limit(contract: &mut Value) {
    at(contract, "/components/schemas/CustomerFirstName")["maxLength"] = json!(32);
}

fn tighter_limit_of_a_number(contract: &mut Value) {
    at(contract, "/components/schemas/Amount")["minimum"] = json!(10_000);
}

fn new_mandatory_field(contract: &mut Value) {
    add_voucher(contract);
    add(contract, "/components/schemas/Order/required", "voucher");
}

fn field_made_mandatory(contract: &mut Value) {
    add(contract, "/components/schemas/Customer/required", "last_name");
}

fn field_removed(contract: &mut Value) {
    remove(contract, "/components/schemas/LineItem/properties", "image_url");
    remove(contract, "/components/schemas", "ProductImageUrl");
}

fn field_retyped(contract: &mut Value) {
    let schemas = at(contract, "/components/schemas");
    schemas["PostalCode"] =
        component(&json!({ "type": "integer", "minimum": 1, "maximum": 99999, "x-sensitive": false }));
}

fn new_category(contract: &mut Value) {
    add(contract, "/components/schemas/Category/enum", "crypto-currency");
}

fn new_answer_field(contract: &mut Value) {
    at(contract, "/components/schemas/Payment/properties")["token"] =
        component(&json!({ "type": "string", "nullable": true }));
}

fn new_answer_status(contract: &mut Value) {
    add(contract, "/components/schemas/PaymentStatus/x-extensible-enum", "HELD");
}

fn new_error_shape(contract: &mut Value) {
    let schemas = at(contract, "/components/schemas");
    schemas["FieldError"] = component(&json!({
        "type": "object",
        "properties": { "field": component(&json!({ "type": "string", "nullable": true })) },
    }));
    schemas["FieldErrors"] = component(
        &json!({ "type": "array", "nullable": true, "items": { "$ref": "#/components/schemas/FieldError" } }),
    );
    schemas["ErrorBody"]["properties"]["errors"] = json!({ "$ref": "#/components/schemas/FieldErrors" });
}

fn renamed_addresses(contract: &mut Value) {
    let paths = at(contract, "/paths");
    let renamed = paths.as_object().into_iter().flatten().map(|(path, item)| (format!("/renamed{path}"), item.clone()));
    *paths = Value::Object(renamed.collect());
}

fn second_paylater_operation(contract: &mut Value) {
    let orders =
        at(contract, "/paths").as_object().and_then(|paths| paths.values().find(|item| item.get("post").is_some()));
    let mut item = orders.unwrap_or_else(|| panic!("the contract has no order; mend this change")).clone();
    remove(&mut item, "/post", "callbacks");
    item["post"]["operationId"] = json!("generate_akulaku_order");
    at(contract, "/paths")["/akulaku-peer-to-peer/v2/generate-order"] = item;
}

fn add_voucher(contract: &mut Value) {
    let schemas = at(contract, "/components/schemas");
    schemas["Voucher"] = component(&json!({ "type": "string", "minLength": 1, "maxLength": 12 }));
    schemas["Order"]["properties"]["voucher"] = json!({ "$ref": "#/components/schemas/Voucher" });
}

fn component(members: &Value) -> Value {
    let mut schema = json!({ "description": "A new one.", "x-source": "page: new" });
    for (name, value) in members.as_object().into_iter().flatten() {
        schema[name] = value.clone();
    }
    schema
}

/// The changes are of this contract; where one finds no place any more, it is to be written anew.
#[track_caller]
fn at<'a>(contract: &'a mut Value, pointer: &str) -> &'a mut Value {
    contract.pointer_mut(pointer).unwrap_or_else(|| panic!("the contract has no {pointer}; mend this change"))
}

#[track_caller]
fn add(contract: &mut Value, list: &str, value: &str) {
    at(contract, list)
        .as_array_mut()
        .unwrap_or_else(|| panic!("{list} is no list; mend this change"))
        .push(value.into());
}

#[track_caller]
fn remove(contract: &mut Value, object: &str, name: &str) {
    let gone = at(contract, object).as_object_mut().and_then(|members| members.shift_remove(name));
    assert!(gone.is_some(), "{object} has no {name}; mend this change");
}
