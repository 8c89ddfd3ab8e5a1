//! Bruno: a folder of `.bru` files.

use serde_json::json;

use super::{CLIENT_ID, Environment, INVOICE_NUMBER, NOTE, REQUEST_ID, Request, SECRET_KEY, SIGNATURE};

/// Returns the files by their path.
pub(super) fn files(title: &str, requests: &[Request], environments: &[Environment]) -> Vec<(String, String)> {
    let about = json!({ "version": "1", "name": title, "type": "collection", "ignore": [] });
    let scripts = [
        block("script:pre-request", &format!("{SIGNATURE}\n{}", include_str!("bruno-request.js"))),
        block("tests", &format!("{SIGNATURE}\n{}", include_str!("bruno-test.js"))),
        block("docs", NOTE),
    ];
    let mut files = vec![
        ("bruno/bruno.json".to_owned(), format!("{about:#}\n")),
        ("bruno/collection.bru".to_owned(), scripts.join("\n")),
    ];
    for (number, request) in requests.iter().enumerate() {
        files.push((format!("bruno/{}.bru", request.slug), self::request(number + 1, request)));
    }
    for environment in environments {
        files.push((format!("bruno/environments/{}.bru", environment.name), variables(environment)));
    }
    files
}

fn request(number: usize, request: &Request) -> String {
    let Request { name, description, method, path, parameters, body, .. } = request;
    let kind = if body.is_some() { "json" } else { "none" };
    let mut blocks = vec![
        block("meta", &format!("name: {name}\ntype: http\nseq: {number}")),
        block(&method.to_lowercase(), &format!("url: {{{{base_url}}}}{path}\nbody: {kind}\nauth: none")),
    ];
    if !parameters.is_empty() {
        let values: Vec<_> = parameters.iter().map(|name| format!("{name}: {{{{{INVOICE_NUMBER}}}}}")).collect();
        blocks.push(block("params:path", &values.join("\n")));
    }
    if let Some(body) = body {
        blocks.push(block("headers", "Content-Type: application/json"));
        blocks.push(block("body:json", body));
    }
    blocks.push(block("tests", &request.test("test", "expect", "res.getStatus()")));
    // The path is encoded already, and where an answer redirects to is not to be told the signature.
    blocks.push(block("settings", "encodeUrl: false\nfollowRedirects: false"));
    blocks.push(block("docs", description));
    blocks.join("\n")
}

/// A secret that is empty is listed by its name alone: Bruno keeps its value elsewhere.
fn variables(environment: &Environment) -> String {
    let Environment { base_url, client_id, secret_key, .. } = environment;
    let mut values =
        format!("base_url: {base_url}\n{CLIENT_ID}: {client_id}\n{INVOICE_NUMBER}: INV-1\n{REQUEST_ID}: \n");
    if secret_key.is_empty() {
        return format!("{}vars:secret [\n  {SECRET_KEY}\n]\n", block("vars", &values));
    }
    values.push_str(&format!("{SECRET_KEY}: {secret_key}\n"));
    block("vars", &values)
}

fn block(name: &str, text: &str) -> String {
    let lines = text.trim_end_matches('\n').lines();
    let lines: String = lines.map(|line| if line.is_empty() { "\n".into() } else { format!("  {line}\n") }).collect();
    format!("{name} {{\n{lines}}}\n")
}
