//! The vectors of inputs: what is refused before anything is signed.

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use doku_indodana::{
    ClientId, Error, RequestId, SecretKey,
    error::{ComponentError, CredentialsError},
    signature::RequestTarget,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Inputs {
    vectors: Vec<Input>,
}

#[derive(Deserialize)]
struct Input {
    id: String,
    input: String,
    value: Text,
    result: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Text {
    Utf8(String),
    Base64(String),
}

#[test]
fn inputs_are_taken_or_refused_as_the_vectors_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/spec/vectors/inputs.json");
    let inputs: Inputs = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(inputs.vectors.len() > 60, "only {} vectors", inputs.vectors.len());
    for Input { id, input, value, result, reason } in inputs.vectors {
        let value = match value {
            Text::Utf8(text) => text,
            Text::Base64(text) => String::from_utf8(STANDARD.decode(text).unwrap()).unwrap(),
        };
        let credentials = |fault: CredentialsError| Error::from(fault);
        let component = |fault: ComponentError| Error::from(fault);
        let taken = match input.as_str() {
            "client_id" => value.parse::<ClientId>().map(drop).map_err(credentials),
            "secret_key" => value.parse::<SecretKey>().map(drop).map_err(credentials),
            "request_id" => value.parse::<RequestId>().map(drop).map_err(component),
            "target" => value.parse::<RequestTarget>().map(drop).map_err(component),
            _ => panic!("{id} has an unknown input"),
        };
        assert_eq!(taken.is_ok(), result == "valid", "{id}: {taken:?}");
        let Err(error) = taken else { continue };
        let text = error.to_string();
        assert!(!text.contains("SK-test") && !text.contains("BRN-0000"), "{id} shows its value: {text}");
        let says = match (input.as_str(), reason.as_deref()) {
            ("request_id", _) => "request id",
            ("target", _) => "request target",
            (_, Some("is_secret_key")) => "SK-",
            (_, Some("is_client_id")) => "client ids do",
            (_, Some("quoted")) => "quotation marks",
            (_, Some("white_space_at_edge")) => "white space",
            (_, Some("invisible_character")) => "nobody sees",
            (_, Some("control_character")) => "control character",
            _ => "copy it",
        };
        assert!(text.contains(says), "{id} does not say {says:?}: {text}");
    }
}
