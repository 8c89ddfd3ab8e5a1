//! Postman: a collection of format 2.1, and environments.

use serde_json::{Value, json};

use super::{CLIENT_ID, Environment, INVOICE_NUMBER, NOTE, REQUEST_ID, Request, SECRET_KEY, SIGNATURE};

const FORMAT: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// Returns the files by their path.
pub(super) fn files(title: &str, requests: &[Request], environments: &[Environment]) -> Vec<(String, String)> {
    let collection = json!({
        "info": { "name": title, "description": NOTE, "schema": FORMAT },
        "item": requests.iter().map(item).collect::<Vec<_>>(),
        "event": [
            event("prerequest", &format!("{SIGNATURE}\n{}", include_str!("postman-request.js"))),
            event("test", &format!("{SIGNATURE}\n{}", include_str!("postman-test.js"))),
        ],
    });
    let mut files = vec![("postman/doku-indodana.postman_collection.json".to_owned(), pretty(&collection))];
    for environment in environments {
        let path = format!("postman/{}.postman_environment.json", environment.name);
        files.push((path, pretty(&variables(title, environment))));
    }
    files
}

fn item(request: &Request) -> Value {
    let parameters = request.parameters.iter();
    let mut item = json!({
        "name": request.name,
        "event": [event("test", &request.test("pm.test", "pm.expect", "pm.response.code"))],
        "request": {
            "method": request.method,
            "header": [],
            "url": {
                "raw": format!("{{{{base_url}}}}{}", request.path),
                "host": ["{{base_url}}"],
                "path": request.path.trim_start_matches('/').split('/').collect::<Vec<_>>(),
                "variable": parameters.map(|name| json!({ "key": name, "value": format!("{{{{{INVOICE_NUMBER}}}}}") })).collect::<Vec<_>>(),
            },
            "description": request.description,
        },
        // Where an answer redirects to is not to be told the signature.
        "protocolProfileBehavior": { "followRedirects": false },
    });
    if let Some(body) = &request.body {
        item["request"]["header"] = json!([{ "key": "Content-Type", "value": "application/json" }]);
        item["request"]["body"] = json!({ "mode": "raw", "raw": body, "options": { "raw": { "language": "json" } } });
    }
    item
}

fn event(listen: &str, script: &str) -> Value {
    json!({ "listen": listen, "script": { "type": "text/javascript", "exec": script.trim_end().lines().collect::<Vec<_>>() } })
}

fn variables(title: &str, environment: &Environment) -> Value {
    let value =
        |key: &str, value: &str, kind: &str| json!({ "key": key, "value": value, "type": kind, "enabled": true });
    json!({
        "name": format!("{title}: {}", environment.name),
        "values": [
            value("base_url", &environment.base_url, "default"),
            value(CLIENT_ID, environment.client_id, "default"),
            value(SECRET_KEY, environment.secret_key, "secret"),
            value(INVOICE_NUMBER, "INV-1", "default"),
            value(REQUEST_ID, "", "default"),
        ],
        "_postman_variable_scope": "environment",
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
