//! Rows that are new, or have another name.

use serde_json::json;

use super::*;

#[test]
fn a_new_field_has_a_component() {
    let row = json!({ "type": "string", "mandatory": "optional", "max": "20" });
    check(
        &field(Class::FieldAdded, "customer.middle_name", "", Value::Null, row),
        "+        middle_name:\n\
         +          $ref: '#/components/schemas/CustomerMiddleName'\n\
         +    CustomerMiddleName:\n\
         +      description: Middle name of the customer. At most 20 characters.\n\
         +      x-source: 'page: customer.middle_name'\n\
         +      x-sensitive: true\n\
         +      type: string\n\
         +      maxLength: 20\n\
         +      pattern: '^[^\\x00-\\x1f\\x7f]*$'\n\
         +      example: Example\n",
        "breaks nobody",
    );
    let row = json!({ "type": "number", "mandatory": "mandatory", "max": "5" });
    check(
        &field(Class::FieldAdded, "order.tenor", "", Value::Null, row),
        "-      required: [amount, line_items, callback_url_cancel]\n\
         +      required: [amount, line_items, callback_url_cancel, tenor]\n\
         +        tenor:\n\
         +          $ref: '#/components/schemas/OrderTenor'\n\
         +    OrderTenor:\n\
         +      description: Tenor of the order. At most 5 digits.\n\
         +      x-source: 'page: order.tenor'\n\
         +      type: integer\n\
         +      minimum: 0\n\
         +      maximum: 99999\n\
         +      example: 1\n",
        "breaks those who send",
    );
    let row = json!({ "type": "string", "mandatory": "optional" });
    check(
        &finding(Class::FieldAdded, "response", "fields", "payment.token", "", Value::Null, row),
        "+        token:\n\
         +          description: Token.\n\
         +          x-source: 'page: payment.token'\n\
         +          type: string\n\
         +          nullable: true\n",
        "breaks nobody",
    );
}

#[test]
fn a_new_name_is_one_edit() {
    check(
        &field(Class::FieldRenamed, "customer.email", "", json!("customer.email"), json!("customer.mail")),
        "-      required: [first_name, email, phone]\n\
         +      required: [mail, first_name, phone]\n\
         -        email:\n\
         +        mail:\n\
         -      x-source: 'page: customer.email; checkout: customer.email, 128'\n\
         +      x-source: 'page: customer.mail; checkout: customer.mail, 128'\n",
        "breaks those who send",
    );
}

#[test]
fn a_field_of_a_new_object_brings_the_object() {
    let row = json!({ "type": "string", "mandatory": "mandatory", "enum": ["web", "app"] });
    check(
        &field(Class::FieldAdded, "device.channel", "", Value::Null, row),
        "-      required: [order, customer, billing_address]\n\
         +      required: [order, customer, billing_address, device]\n\
         +        device:\n\
         +          $ref: '#/components/schemas/Device'\n\
         +    Device:\n\
         +      description: What an order has under `device`.\n\
         +      x-source: 'page: device.*'\n\
         +      type: object\n\
         +      additionalProperties: false\n\
         +      required: [channel]\n\
         +      properties:\n\
         +        channel:\n\
         +          $ref: '#/components/schemas/DeviceChannel'\n\
         +    DeviceChannel:\n\
         +      description: Channel of the device. One of 2 values.\n\
         +      x-source: 'page: device.channel'\n\
         +      type: string\n\
         +      enum: [web, app]\n\
         +      example: web\n",
        "breaks those who send",
    );
}
