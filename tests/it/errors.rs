//! The texts of the errors, as a reader sees them.

use doku_indodana::{
    Credentials, Error, GenerateOrderRequest, PreparedOrder, Price, Rupiah, SecretKey,
    error::{ComponentError, CredentialsError, PayloadError},
    json,
    types::{Quantity, TransactionStatus},
};

#[test]
fn texts() {
    let missing = |variable| CredentialsError::Missing { variable };
    let credentials = [
        CredentialsError::ClientId,
        "SK-not-a-real-key".parse::<doku_indodana::ClientId>().unwrap_err(),
        "\u{200b}BRN-1".parse::<doku_indodana::ClientId>().unwrap_err(),
        "\"BRN-1\"".parse::<doku_indodana::ClientId>().unwrap_err(),
        missing("DOKU_CLIENT_ID"),
        missing("DOKU_SECRET_KEY"),
        CredentialsError::NotUnicode { variable: "DOKU_CLIENT_ID" },
        SecretKey::new("").unwrap_err(),
        SecretKey::new(" SK").unwrap_err(),
        SecretKey::new("S\nK").unwrap_err(),
        SecretKey::new("\u{feff}SK").unwrap_err(),
        SecretKey::new("'SK'").unwrap_err(),
        SecretKey::new("BRN-0000-1234567890123").unwrap_err(),
        CredentialsError::SecretKeyFile { reason: std::io::ErrorKind::NotFound },
        CredentialsError::SecretKeyFileIsKey,
        CredentialsError::SecretKeyTwice,
        CredentialsError::Simulator,
    ];
    let components =
        [ComponentError::Digest, ComponentError::RequestId, ComponentError::RequestTarget, ComponentError::Timestamp];
    let money = [
        "0.5".parse::<Rupiah>().unwrap_err(),
        "-1".parse::<Rupiah>().unwrap_err(),
        "one".parse::<Rupiah>().unwrap_err(),
        "1e16".parse::<Rupiah>().unwrap_err(),
        "0.005".parse::<Price>().unwrap_err(),
    ];
    let request = |body: &str| PreparedOrder::from_json(body.to_owned(), "r-1".parse().unwrap()).unwrap_err();
    let mut lines: Vec<String> = credentials.iter().map(ToString::to_string).collect();
    lines.extend(components.iter().map(ToString::to_string));
    lines.extend(money.iter().map(ToString::to_string));
    lines.push(Error::from(missing("DOKU_CLIENT_ID")).to_string());
    lines.push(Error::from(Quantity::try_from(0).unwrap_err()).to_string());
    lines.push(request("{").to_string());
    lines.push(request("[]").to_string());
    lines.push(request(r#"{"order": 1, "customer": null}"#).to_string());
    lines.push(json::from_slice::<GenerateOrderRequest>(b"{\"order\":").unwrap_err().to_string());
    lines.push(json::from_slice::<TransactionStatus>(b"7").unwrap_err().to_string());
    insta::assert_snapshot!("error_texts", lines.join("\n"));
}

#[test]
fn errors_are_values_of_their_time() {
    fn is<T: std::error::Error + Send + Sync + 'static>() {}
    is::<Error>();
    is::<PayloadError>();
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Credentials>();
    shared::<PreparedOrder>();
    shared::<doku_indodana::Notification>();
    #[cfg(feature = "client")]
    shared::<doku_indodana::Client>();
}

/// `cargo xtask export` makes `spec/generated/error.schema.json` and the lists of codes for other languages of it.
#[test]
fn the_schema_of_an_error() {
    insta::assert_json_snapshot!("error_schema", doku_indodana::error::schema());
}

#[test]
fn an_error_as_json() {
    let id = || "r-1".parse().unwrap();
    let broken = PreparedOrder::from_json("{", id()).unwrap_err();
    let minimal = include_str!("../../spec/examples/generate_order.request.sum-mismatch.invalid.json");
    let mismatch = PreparedOrder::from_json(minimal, id()).unwrap_err();
    insta::assert_json_snapshot!("error_as_json", [broken, mismatch]);
}
