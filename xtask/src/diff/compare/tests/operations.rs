//! Operations, what is inside of them, and what stands beside them.

use serde_json::{Value, json};

use super::{check, contract, put};

/// Returns the pointer to the operation that the page is about; its address is the page's.
fn order() -> String {
    let contract = contract();
    let paths = contract["paths"].as_object().unwrap();
    let path = paths.iter().find(|(_, item)| item["post"]["operationId"] == "generate_order").unwrap().0;
    format!("/paths/{}/post", path.replace('/', "~1"))
}

const CALLBACK: &str =
    "/callbacks/paymentNotification/{$request.body#~1additional_info~1override_notification_url}/post";

#[test]
fn operations_and_what_is_inside_of_them() {
    let order = order();
    let order = order.as_str();
    let callback = format!("{order}{CALLBACK}");
    let response = json!({ "description": "Later." });
    let digest = json!({ "name": "Digest", "in": "header", "schema": { "type": "string" } });
    let cases: &[(&str, &str, Value, &str, &str)] = &[
        (
            order,
            "summary",
            json!("Order"),
            "generate_order summary: breaks nobody",
            "generate_order summary: breaks nobody",
        ),
        (
            order,
            "deprecated",
            json!(true),
            "generate_order deprecated: breaks nobody",
            "generate_order deprecated: breaks nobody",
        ),
        (order, "tags", json!(["a"]), "generate_order tags: breaks nobody", "generate_order tags: breaks nobody"),
        (
            order,
            "security",
            json!([]),
            "generate_order security: breaks those who send",
            "generate_order security: breaks those who send",
        ),
        (
            &format!("{order}/responses"),
            "202",
            response.clone(),
            "generate_order.responses.202 added: breaks those who read",
            "generate_order.responses.202 removed: breaks those who read",
        ),
        (
            &format!("{order}/responses"),
            "404",
            response.clone(),
            "generate_order.responses.404 added: breaks nobody",
            "generate_order.responses.404 removed: breaks nobody",
        ),
        (
            &format!("{order}/responses"),
            "4XX",
            json!({ "$ref": "#/components/responses/Failed" }),
            "generate_order.responses.4XX $ref: may break those who read",
            "generate_order.responses.4XX $ref: may break those who read",
        ),
        (
            &format!("{order}/responses/409"),
            "x-transport",
            Value::Null,
            "generate_order.responses.409 x-transport: breaks those who read",
            "generate_order.responses.409 x-transport: breaks those who read",
        ),
        (
            &format!("{order}/responses/200/headers"),
            "Signature",
            Value::Null,
            "generate_order.responses.200.headers.Signature removed: breaks those who read",
            "generate_order.responses.200.headers.Signature added: breaks nobody",
        ),
        (
            &format!("{order}/requestBody"),
            "required",
            Value::Null,
            "generate_order.requestBody required: breaks nobody",
            "generate_order.requestBody required: breaks those who send",
        ),
        (
            &format!("{order}/requestBody/content/application~1json/schema"),
            "$ref",
            json!("#/components/schemas/Order"),
            "generate_order.requestBody.content.application/json $ref: breaks those who send",
            "generate_order.requestBody.content.application/json $ref: breaks those who send",
        ),
        (
            &format!("{callback}/requestBody/content/application~1json/schema"),
            "$ref",
            json!("#/components/schemas/OrderStatus"),
            "payment_notification.requestBody.content.application/json $ref: breaks those who read",
            "payment_notification.requestBody.content.application/json $ref: breaks those who read",
        ),
        (
            &format!("{callback}/responses"),
            "4XX",
            response,
            "payment_notification.responses.4XX added: breaks nobody",
            "payment_notification.responses.4XX removed: breaks those who send",
        ),
        (
            "/components/parameters/RequestId",
            "name",
            json!("X-Request-Id"),
            "parameters.RequestId name: breaks those who send and those who read",
            "parameters.RequestId name: breaks those who send and those who read",
        ),
        (
            "/components/parameters/RequestId",
            "x-transport",
            Value::Null,
            "parameters.RequestId x-transport: breaks those who send and those who read",
            "parameters.RequestId x-transport: breaks those who send and those who read",
        ),
        (
            "/components/headers/Signature/schema",
            "maxLength",
            json!(55),
            "headers.Signature maxLength: breaks nobody",
            "headers.Signature maxLength: may break those who read",
        ),
        (
            "/components/responses/Failed",
            "description",
            json!("No."),
            "responses.Failed description: breaks nobody",
            "responses.Failed description: breaks nobody",
        ),
        (
            "/components/securitySchemes/signature",
            "name",
            json!("X-Signature"),
            "securitySchemes.signature name: breaks those who send",
            "securitySchemes.signature name: breaks those who send",
        ),
        (
            "/components/securitySchemes",
            "clientId",
            Value::Null,
            "securitySchemes.clientId removed: breaks those who send",
            "securitySchemes.clientId added: breaks those who send",
        ),
        (
            "/servers/1",
            "url",
            json!("https://a.example"),
            "servers[1] url: breaks those who send",
            "servers[1] url: breaks those who send",
        ),
        ("/tags/0", "name", json!("a"), "tags[0] name: breaks nobody", "tags[0] name: breaks nobody"),
        ("/info", "version", json!("0.2.0"), "info version: breaks nobody", "info version: breaks nobody"),
        (
            "",
            "security",
            json!([]),
            "security security: breaks those who send",
            "security security: breaks those who send",
        ),
        ("", "openapi", json!("3.0.4"), "openapi openapi: breaks nobody", "openapi openapi: breaks nobody"),
    ];
    for (pointer, member, value, there, back) in cases {
        check(|contract| put(contract, pointer, member, value), &[there], &[back]);
    }
    check(
        |contract| *contract.pointer_mut(&format!("{order}/parameters/0")).unwrap() = digest.clone(),
        &[
            "generate_order.parameters.Digest added: breaks nobody",
            "generate_order.parameters.RequestId removed: breaks those who send",
        ],
        &[
            "generate_order.parameters.RequestId added: breaks those who send",
            "generate_order.parameters.Digest removed: breaks those who send",
        ],
    );
    let paths = |contract: &mut Value| {
        let paths = contract["paths"].as_object_mut().unwrap();
        let item = paths.shift_remove("/orders/v1/status/{id}").unwrap();
        paths.insert("/orders/v2/status/{id}".to_owned(), item);
    };
    check(paths, &["check_status target: breaks those who send"], &["check_status target: breaks those who send"]);
    check(
        |contract| put(contract, "/paths", "/orders/v1/status/{id}", &Value::Null),
        &["check_status removed: breaks those who send"],
        &["check_status added: breaks nobody"],
    );
}
