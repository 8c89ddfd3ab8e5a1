//! Collections for Postman and Bruno: the requests of the contract, which sign themselves and verify their answers.

mod bruno;
mod postman;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde_json::Value;

const EXAMPLES: &str = "spec/examples";

/// The signature, which each script begins with.
const SIGNATURE: &str = include_str!("collections/signature.js");

/// The variables that a user sets, beside `base_url`.
const CLIENT_ID: &str = "client_id";
const SECRET_KEY: &str = "secret_key";
const INVOICE_NUMBER: &str = "invoice_number";
const REQUEST_ID: &str = "request_id";

/// Examples that become requests, and what the name of the request says of them.
const BODIES: [(&str, &str); 2] = [("minimal", ""), ("full", ", every field")];

/// What both collections are told of.
const NOTE: &str = "\
Requests of DOKU Indodana that sign themselves and verify their answers. Written by `cargo xtask export`.

Choose an environment and set `client_id`, `secret_key` and `invoice_number` in it; each order needs an invoice number of its own. \
`request_id` is a new one each time as long as it is empty. The environment `simulator` is for `doku simulator` and is complete.";

/// One request of the collections.
struct Request {
    /// Name of a file: the operation, and the example where there are several.
    slug: String,
    name: String,
    description: String,
    method: String,
    /// The path, its parameters written `:name`.
    path: String,
    /// Names of the parameters in the path, each of which takes an invoice number.
    parameters: Vec<String>,
    /// JSON with variables in it.
    body: Option<String>,
    /// Status codes of a success.
    successes: Vec<String>,
}

impl Request {
    /// Returns a script that tests the status code which the expression `code` gives.
    fn test(&self, test: &str, expect: &str, code: &str) -> String {
        let [title, list] = [" or ", ", "].map(|between| self.successes.join(between));
        format!("{test}(\"the status is {title}\", () => {{\n  {expect}({code}).to.be.oneOf([{list}]);\n}});\n")
    }
}

/// A place to send requests to.
struct Environment {
    name: String,
    base_url: String,
    client_id: &'static str,
    secret_key: &'static str,
}

/// Returns the files of both collections, by their path below a folder.
///
/// # Errors
///
/// Where an example is not there, or the contract has no servers.
pub(super) fn collections(contract: &Value) -> Result<BTreeMap<PathBuf, String>, String> {
    let (requests, environments) = (requests(contract)?, environments(contract)?);
    let title = contract["info"]["title"].as_str().unwrap_or_default();
    let mut files = postman::files(title, &requests, &environments);
    files.extend(bruno::files(title, &requests, &environments));
    Ok(files.into_iter().map(|(path, text)| (path.into(), text)).collect())
}

fn requests(contract: &Value) -> Result<Vec<Request>, String> {
    let mut requests = Vec::new();
    for (path, operations) in contract["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let text = |name: &str| operation[name].as_str().unwrap_or_default().trim().to_owned();
            let request = |slug: String, name: String, body| Request {
                slug,
                name,
                description: text("description"),
                method: method.to_uppercase(),
                path: path.replace('{', ":").replace('}', ""),
                parameters: path
                    .split('{')
                    .skip(1)
                    .filter_map(|part| part.split_once('}'))
                    .map(|(name, _)| name.to_owned())
                    .collect(),
                body,
                successes: successes(operation),
            };
            if operation.get("requestBody").is_none() {
                requests.push(request(text("operationId"), text("summary"), None));
                continue;
            }
            for (example, suffix) in BODIES {
                let path = format!("{EXAMPLES}/{}.request.{example}.json", text("operationId"));
                let body = fs::read_to_string(&path).map_err(|error| format!("cannot read {path}: {error}"))?;
                let slug = format!("{}.{example}", text("operationId"));
                requests.push(request(slug, text("summary") + suffix, Some(with_invoice_number(&body, example)?)));
            }
        }
    }
    Ok(requests)
}

/// Returns an example with the variable in place of its invoice number; two requests are two orders.
fn with_invoice_number(body: &str, example: &str) -> Result<String, String> {
    let failed = |reason: &str| format!("the example {example}: {reason}");
    let value: Value = serde_json::from_str(body).map_err(|error| failed(&error.to_string()))?;
    let number = value["order"]["invoice_number"].as_str().ok_or_else(|| failed("no invoice number"))?;
    let suffix = if example == BODIES[0].0 { String::new() } else { format!("-{example}") };
    let variable = format!("\"{{{{{INVOICE_NUMBER}}}}}{suffix}\"");
    Ok(body.trim_end().replacen(&format!("\"{number}\""), &variable, 1))
}

/// Returns the status codes whose answer is the one of a success.
fn successes(operation: &Value) -> Vec<String> {
    let responses = operation["responses"].as_object();
    let codes = responses.into_iter().flatten().map(|(code, _)| code.clone());
    codes.filter(|code| code.parse::<u16>().is_ok()).collect()
}

fn environments(contract: &Value) -> Result<Vec<Environment>, String> {
    let mut environments = Vec::new();
    for server in contract["servers"].as_array().into_iter().flatten() {
        let description = server["description"].as_str().unwrap_or_default();
        let name =
            description.split('.').next().filter(|name| !name.is_empty()).ok_or("a server has no description")?;
        let base_url = server["url"].as_str().ok_or("a server has no url")?.to_owned();
        environments.push(Environment { name: name.to_lowercase(), base_url, client_id: "", secret_key: "" });
    }
    // What `doku simulator` has by default, known to everyone.
    environments.push(Environment {
        name: "simulator".into(),
        base_url: "http://127.0.0.1:4000".into(),
        client_id: "SIM-0001-0000000000001",
        secret_key: "SK-simulator-known-to-everyone",
    });
    Ok(environments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_invoice_number_alone_becomes_a_variable() {
        let body = "{ \"order\": { \"invoice_number\": \"I-1\", \"amount\": 1.00 }, \"note\": \"I-1\" }\n";
        let text = with_invoice_number(body, "full").unwrap();
        assert_eq!(
            text,
            "{ \"order\": { \"invoice_number\": \"{{invoice_number}}-full\", \"amount\": 1.00 }, \"note\": \"I-1\" }"
        );
        assert_eq!(with_invoice_number("{}", "full").unwrap_err(), "the example full: no invoice number");
    }
}
