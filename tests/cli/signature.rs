//! `doku sign`, `verify` and `explain`, judged by the vectors of `spec/vectors`.

use std::io::Write;

use tempfile::NamedTempFile;

use super::{Run, doku};
use crate::vector::{self, Vector};

fn vectors(kinds: &[&str]) -> Vec<Vector> {
    vector::vectors().into_iter().filter(|vector| kinds.contains(&vector.kind.as_str())).collect()
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

#[test]
fn requests_are_signed_as_the_vectors_say() {
    let mut signed = 0;
    for vector in vectors(&["request"]) {
        let method = text(vector.method.as_ref());
        // A vector without a body starts from its digest.
        if vector.result != "valid" || (method == "POST" && vector.body.is_none()) {
            continue;
        }
        let client_id = text(vector.client_id.as_ref());
        let mut arguments = vec!["sign", "--json", "--method", method, "--target", text(vector.target.as_ref())];
        arguments.extend(["--client-id", client_id, "--request-id", text(vector.request_id.as_ref())]);
        arguments.extend(["--timestamp", text(vector.timestamp.as_ref())]);
        arguments.extend(vector.body.as_ref().map(|_| "-"));
        let run = doku(&arguments, &[("DOKU_SECRET_KEY", &vector.keys[0])], &vector.body().unwrap_or_default());
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""), "{}", vector.id);
        let result = run.json();
        assert_eq!(result["signature"].as_str(), vector.signature.as_deref(), "{}", vector.id);
        assert_eq!(result["string_to_sign"].as_str(), vector.string_to_sign.as_deref(), "{}", vector.id);
        assert_eq!(result["digest"].as_str(), vector.digest.as_deref(), "{}", vector.id);
        signed += 1;
    }
    assert!(signed > 80, "{signed} vectors");
}

/// Verifies a vector; `None` where its headers do not fit into lines.
fn verify(vector: &Vector) -> Option<Run> {
    if vector.headers.iter().any(|(_, value)| value.contains(['\n', '\r'])) {
        return None;
    }
    let mut headers = NamedTempFile::new().expect("a file");
    for (name, value) in &vector.headers {
        writeln!(headers, "{name}: {value}").expect("a header");
    }
    let headers = headers.into_temp_path();
    let mut arguments = vec!["verify", "--json", "--kind", &vector.kind, "--target", text(vector.target.as_ref())];
    arguments.extend(["--headers", headers.to_str().expect("a path"), "-"]);
    let variables = [("DOKU_CLIENT_ID", text(vector.client_id.as_ref())), ("DOKU_SECRET_KEY", &vector.keys[0])];
    Some(doku(&arguments, &variables, &vector.body().unwrap_or_default()))
}

#[test]
fn messages_are_verified_as_the_vectors_say() {
    let mut verdicts = 0;
    // The command takes one key, and our own client id comes from a variable that the vector may not fill.
    for vector in vectors(&["notification", "response"]).iter().filter(|vector| vector.keys.len() == 1) {
        if vector.client_id.is_none() {
            continue;
        }
        let Some(run) = verify(vector) else { continue };
        let result = run.json();
        let valid = vector.result == "valid";
        assert_eq!((run.code(), &result["verified"]), (if valid { 0 } else { 4 }, &valid.into()), "{}", vector.id);
        assert_eq!(result["error"]["code"].as_str(), vector.reason.as_deref(), "{}", vector.id);
        verdicts += 1;
    }
    assert!(verdicts > 150, "{verdicts} vectors");
}

const NOTIFICATION: &str = "spec/examples/payment_notification.notification.success.json";
const KEY: [(&str, &str); 2] = [("DOKU_CLIENT_ID", "MCH-0001"), ("DOKU_SECRET_KEY", "SK-example")];

/// Returns headers for the notification above, signed for this target.
fn headers(target: &str, time_header: &str) -> NamedTempFile {
    let mut arguments = vec!["sign", "--json", "--method", "POST", "--target", target, "--request-id", "n-1"];
    arguments.extend(["--timestamp", "2021-07-07T08:45:42Z", NOTIFICATION]);
    let signed = doku(&arguments, &KEY, b"").json();
    let mut signature = signed["signature"].as_str().expect("a signature").to_owned();
    if time_header == "Response-Timestamp" {
        // No command signs answers, so one that is wrong stands in.
        signature.replace_range(12..16, "AAAA");
    }
    let mut file = NamedTempFile::new().expect("a file");
    write!(
        file,
        "POST {target} HTTP/1.1\r\nhost: shop.example\r\nClient-Id: MCH-0001\r\nRequest-Id: n-1\r\n\
         {time_header}: 2021-07-07T08:45:42Z\r\nSignature: {signature}\r\n\r\n"
    )
    .expect("headers");
    file
}

fn received(command: &str, kind: &str, target: &str, headers: &NamedTempFile, body: &[&str]) -> Run {
    let path = headers.path().to_str().expect("a path");
    doku(&[&[command, "--kind", kind, "--target", target, "--headers", path], body].concat(), &KEY, b"")
}

#[test]
fn a_verified_notification_says_what_it_is_about() {
    let headers = headers("/n", "Request-Timestamp");
    let run = received("verify", "notification", "/n", &headers, &[NOTIFICATION]);
    assert_eq!((run.code(), run.stdout()), (0, "verified\n"), "{}", run.stderr);
    for fact in ["request id: n-1\n", "timestamp: 2021-07-07T08:45:42Z\n", "status: SUCCESS\n", "age: late\n"] {
        assert!(run.stderr.contains(fact), "{fact}: {}", run.stderr);
    }
}

#[test]
fn a_refused_notification_says_why() {
    let headers = headers("/n/", "Request-Timestamp");
    let wrong_target = received("verify", "notification", "/n", &headers, &[NOTIFICATION]);
    insta::assert_snapshot!("verify_wrong_target", wrong_target.to_text());
    let other_id = received("verify", "notification", "/n/", &headers, &["--request-id", "n-2", NOTIFICATION]);
    assert_eq!((other_id.code(), other_id.stdout()), (2, ""));
    assert!(other_id.stderr.contains("a notification has a request id of its own"), "{}", other_id.stderr);
    let no_body = received("verify", "notification", "/n/", &headers, &[]);
    insta::assert_snapshot!("verify_no_body", no_body.to_text());
}

#[test]
fn explain_shows_each_line_of_a_request() {
    let request = ["--client-id", "MCH-0001", "--request-id", "r-1", "--timestamp", "2021-07-07T08:45:42Z"];
    let post = [&["explain", "--method", "post", "--target", "/x"], &request[..], &[NOTIFICATION]].concat();
    insta::assert_snapshot!("explain_request", doku(&post, &KEY, b"").to_text());
    let get = [&["explain", "--method", "GET", "--target", "/orders/v1/status/1"], &request[..]].concat();
    insta::assert_snapshot!("explain_get_without_key", doku(&get, &[], b"").to_text());
}

#[test]
fn explain_judges_a_received_message_without_the_signature_it_should_have() {
    let genuine = headers("/n", "Request-Timestamp");
    let run = received("explain", "notification", "/n", &genuine, &[NOTIFICATION]);
    insta::assert_snapshot!(
        "explain_notification",
        run.to_text().replace(genuine.path().to_str().expect("a path"), "FILE")
    );
    let wrong = headers("/x", "Response-Timestamp");
    let run = received("explain", "response", "/x", &wrong, &[NOTIFICATION]);
    insta::assert_snapshot!("explain_response", run.to_text());
    assert!(!run.to_text().contains("HMACSHA256=A"), "{}", run.to_text());
}

#[test]
fn a_body_belongs_to_a_post_and_to_no_get() {
    let request = ["--target", "/x", "--request-id", "r-1", "--timestamp", "2021-07-07T08:45:42Z"];
    let post = doku(&[&["sign", "--method", "POST"], &request[..]].concat(), &KEY, b"");
    assert_eq!((post.code(), post.stdout()), (2, ""));
    assert!(post.stderr.starts_with("error: a POST is signed with its body\nhelp: "), "{}", post.stderr);
    let get = doku(&[&["sign", "--method", "GET"], &request[..], &["-"]].concat(), &KEY, b"{}");
    assert_eq!((get.code(), get.stdout()), (2, ""));
    assert!(get.stderr.starts_with("error: a GET is signed without a body\nhelp: "), "{}", get.stderr);
}
