//! The signature vectors of `spec/vectors`.

#![allow(dead_code, reason = "each test program takes what it needs")]

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
pub(crate) struct Vector {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) method: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) timestamp: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) body: Option<Body>,
    pub(crate) digest: Option<String>,
    pub(crate) keys: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) string_to_sign: Option<String>,
    pub(crate) signature: Option<String>,
    pub(crate) result: String,
    pub(crate) reason: Option<String>,
    pub(crate) matching_target: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Body {
    Utf8(String),
    Base64(String),
}

impl Vector {
    pub(crate) fn body(&self) -> Option<Vec<u8>> {
        self.body.as_ref().map(|body| match body {
            Body::Utf8(text) => text.clone().into_bytes(),
            Body::Base64(text) => STANDARD.decode(text).expect("base64"),
        })
    }
}

/// Returns all signature vectors.
pub(crate) fn vectors() -> Vec<Vector> {
    let text = include_str!("../../../spec/vectors/signatures.json");
    serde_json::from_str::<Vectors>(text).expect("the vectors are JSON").vectors
}
