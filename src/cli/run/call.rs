//! A call of the shop's own endpoint, on this machine.

use std::{collections::BTreeMap, time::Duration};

use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use url::Url;

use super::scenario::HttpStep;
use crate::{control::http, transport::is_loopback};

/// Calls an endpoint, and returns status, location and body of its answer, or why there is none.
pub(super) async fn request(call: &HttpStep) -> Result<Value, String> {
    let url = Url::parse(&call.url).map_err(|_| "the url is none such as http://127.0.0.1:8080/orders".to_owned())?;
    if !is_loopback(&url) || url.scheme() != "http" {
        return Err("the url is not an http url on this machine; a scenario calls no other".to_owned());
    }
    let method: Method = call.method.as_deref().unwrap_or("GET").parse().map_err(|_| "there is no such method")?;
    let client = http(false).map_err(|error| error.to_string())?;
    let mut request = client.request(method, url).timeout(Duration::from_secs(30));
    for (name, value) in headers(&call.headers)? {
        request = request.header(name, value);
    }
    request = match &call.body {
        Some(Value::String(text)) => request.body(text.clone()),
        Some(json) if call.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) => {
            request.body(json.to_string())
        }
        Some(json) => request.header("content-type", "application/json").body(json.to_string()),
        None => request,
    };
    let answer = request.send().await.map_err(|_| format!("there is no answer from {}", call.url))?;
    let status = answer.status().as_u16();
    let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = answer.text().await.map_err(|_| "the answer ended too early".to_owned())?;
    let body = serde_json::from_str(&body).unwrap_or(Value::String(body));
    Ok(json!({ "status": status, "location": location, "body": body }))
}

fn headers(headers: &BTreeMap<String, String>) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let read = |(name, value): (&String, &String)| Some((name.parse().ok()?, value.parse().ok()?));
    headers.iter().map(|header| read(header).ok_or_else(|| format!("the header {} is none", header.0))).collect()
}
