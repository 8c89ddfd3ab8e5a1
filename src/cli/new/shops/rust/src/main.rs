//! A shop behind `doku sidecar`: order, redirect, effect. README.md says how to run it.

use std::{error::Error, fs};

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
    Router,
};
use serde_json::Value;
use standardwebhooks::Webhook;
use uuid::Uuid;

/// One number for one cart: a second click makes no second order.
async fn buy(Path(cart): Path<String>) -> Result<Response, (StatusCode, String)> {
    let failed = |error: Box<dyn Error>| (StatusCode::BAD_GATEWAY, error.to_string());
    order(&cart).await.map_err(failed)
}

async fn order(cart: &str) -> Result<Response, Box<dyn Error>> {
    let mut order: Value = serde_json::from_slice(&fs::read("order.json")?)?;
    order["order"]["invoice_number"] = cart.into();
    let token = fs::read_to_string("secrets/token")?;
    let ask = reqwest::Client::new().post("http://127.0.0.1:4100/orders").bearer_auth(token.trim()).json(&order);
    let answer = ask.send().await?;
    let (status, said) = (answer.status(), answer.json::<Value>().await?);
    Ok(match said["payment_url"].as_str() {
        Some(url) => Redirect::to(url).into_response(),
        None => (status, said.to_string()).into_response(),
    })
}

/// Signed by the sidecar, sent until it is answered with 2xx: act once for each id.
async fn effect(headers: HeaderMap, body: Bytes) -> StatusCode {
    let Ok(secret) = fs::read_to_string("secrets/webhook") else { return StatusCode::INTERNAL_SERVER_ERROR };
    let genuine = Webhook::new(secret.trim()).is_ok_and(|secret| secret.verify(&body, &headers).is_ok());
    let Some(id) = headers.get("webhook-id").and_then(|id| id.to_str().ok()).filter(|_| genuine) else {
        return StatusCode::UNAUTHORIZED;
    };
    let kept = fs::write(format!("effects/{id}.json"), &body);
    kept.map_or(StatusCode::INTERNAL_SERVER_ERROR, |()| StatusCode::NO_CONTENT)
}

// All else: the front page, and the server.
async fn front() -> Html<String> {
    Html(format!("<form method=post action=/buy/INV-{}><button>Pay later</button></form>", Uuid::new_v4()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let shop = Router::new().route("/", get(front)).route("/buy/{cart}", post(buy)).route("/effects", post(effect));
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8080").await?, shop).await?)
}
