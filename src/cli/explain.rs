//! `doku explain`: what is signed, line by line.

use std::path::PathBuf;

use clap::Args;
use doku_indodana::{
    Credentials, RequestId, RequestTarget, Timestamp,
    credentials::{SECRET_KEY_FILE_VARIABLE, SECRET_KEY_VARIABLE, secret_key_from_env},
    signature::{self, Components, Digest, Time, header},
};

use super::{
    environment,
    output::{self, Exit, Failure, clean},
    signature::{Message, MessageKind, Method, digest},
};

/// Show the string to sign line by line: what each line is and where it comes from
///
/// Of a request to be signed, with the arguments of `doku sign`; or, with --headers, of a message that was received,
/// with the verdict. The signature that a received message should have had is never shown.
#[derive(Args)]
pub(crate) struct ExplainArgs {
    /// The method
    #[arg(long, value_enum, ignore_case = true, required_unless_present = "headers", conflicts_with = "headers")]
    method: Option<Method>,
    /// The path on the request line; of a notification, the path of the notification URL as DOKU has it
    #[arg(long, value_name = "PATH")]
    target: RequestTarget,
    /// The client id; without it, that of DOKU_CLIENT_ID
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The id of the request; of a received answer the id in its header without it
    #[arg(long, value_name = "ID", required_unless_present = "headers")]
    request_id: Option<RequestId>,
    /// The time of the request, for example 2021-07-07T08:45:42Z
    #[arg(long, value_name = "T", required_unless_present = "headers", conflicts_with = "headers")]
    timestamp: Option<Timestamp>,
    /// The file of the headers of a received message, `Name: value` lines
    #[arg(long, value_name = "FILE")]
    headers: Option<PathBuf>,
    /// What the received message is; a notification without it
    #[arg(
        long,
        requires = "headers",
        default_value_if("headers", clap::builder::ArgPredicate::IsPresent, "notification")
    )]
    kind: Option<MessageKind>,
    /// The file of the exact body, or - for standard input; none for GET
    #[arg(value_name = "BODY")]
    body: Option<PathBuf>,
}

/// One line of the string to sign.
struct Line {
    name: &'static str,
    value: Option<String>,
    what: &'static str,
    from: String,
}

impl ExplainArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        if self.headers.is_some() { self.received() } else { self.request() }
    }

    /// Explains a request to be signed. Without a secret key all but the signature is shown.
    fn request(self) -> Result<Exit, Failure> {
        let (Some(method), Some(request_id), Some(timestamp)) = (self.method, self.request_id, self.timestamp) else {
            return Err(Failure::usage("--method, --request-id and --timestamp are needed"));
        };
        let body = digest(method, self.body.as_ref())?;
        let digest = body.as_ref().map(|(digest, _)| digest);
        let client_id = &environment::client_id(self.client_id.as_deref())?;
        let components = Components {
            client_id,
            request_id: &request_id,
            time: Time::Request(&timestamp),
            target: &self.target,
            digest,
        };
        let from = |argument: &str| format!("from {argument}");
        let mut lines = vec![
            Line::client_id(client_id.as_str(), from("--client-id or DOKU_CLIENT_ID")),
            Line::request_id(Some(request_id.to_string()), from("--request-id")),
            Line::time(header::REQUEST_TIMESTAMP, Some(timestamp.to_string()), from("--timestamp")),
            Line::target(self.target.as_str(), from("--target")),
        ];
        lines.extend(body.as_ref().map(|(digest, input)| Line::digest(digest, input.bytes.len(), &input.name)));
        let mut text = list(&lines);
        if body.is_none() {
            text.push_str("\nA GET has no Digest line.\n");
        }
        let is_set = |name| std::env::var_os(name).is_some();
        if is_set(SECRET_KEY_VARIABLE) || is_set(SECRET_KEY_FILE_VARIABLE) {
            let signature = signature::sign(&secret_key_from_env()?, &components);
            text.push_str(&format!(
                "\nSignature: {signature}\n   base64 of hmac-sha256 over these lines, keyed with the secret key\n"
            ));
        } else {
            text.push_str(&format!("\nSignature: set {SECRET_KEY_VARIABLE} to see it\n"));
        }
        output::print(&text).map(|()| Exit::Done)
    }

    /// Explains a received message, and judges it.
    fn received(self) -> Result<Exit, Failure> {
        let (Some(kind), Some(headers)) = (self.kind, &self.headers) else {
            return Err(Failure::usage("--kind and --headers are needed"));
        };
        let client_id = environment::client_id(self.client_id.as_deref())?;
        let key = secret_key_from_env()?;
        let message = Message::read(kind, self.target, headers, self.request_id, self.body.as_ref())?;
        let value =
            |name| message.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let header = |name: &str| format!("from the header {name}");
        let (request_id, from) = match &message.request_id {
            Some(request_id) if kind == MessageKind::Response => {
                (Some(request_id.to_string()), "from --request-id".into())
            }
            _ => (value(header::REQUEST_ID), header(header::REQUEST_ID)),
        };
        let body_name = message.body.as_ref().map_or("an empty body, because none was given", |input| &input.name);
        let digest = signature::digest(message.body());
        let lines = [
            Line::client_id(client_id.as_str(), "from --client-id or DOKU_CLIENT_ID; the header must be equal".into()),
            Line::request_id(request_id, from),
            Line::time(kind.time_header(), value(kind.time_header()), header(kind.time_header())),
            Line::target(message.target.as_str(), "from --target".into()),
            Line::digest(&digest, message.body().len(), body_name),
        ];
        let (verdict, exit) = match message.verify(Credentials::new(client_id, key)) {
            Ok(_) => ("verified: the header Signature is the one of these lines".to_owned(), Exit::Done),
            Err(error) => (format!("not verified: {error}"), Exit::Unverified),
        };
        output::print(&format!("{}\n{verdict}", list(&lines))).map(|()| exit)
    }
}

impl Line {
    fn client_id(value: &str, from: String) -> Self {
        Self { name: header::CLIENT_ID, value: Some(value.to_owned()), what: "the merchant's id", from }
    }

    fn request_id(value: Option<String>, from: String) -> Self {
        Self { name: header::REQUEST_ID, value, what: "the id of the request", from }
    }

    fn time(name: &'static str, value: Option<String>, from: String) -> Self {
        let what =
            if name == header::RESPONSE_TIMESTAMP { "the time of the answer, utc" } else { "the time of sending, utc" };
        Self { name, value, what, from }
    }

    fn target(value: &str, from: String) -> Self {
        let what = "the path on the request line, without scheme and host";
        Self { name: "Request-Target", value: Some(value.to_owned()), what, from }
    }

    fn digest(digest: &Digest, length: usize, name: &str) -> Self {
        let from = format!("from {name}, {length} bytes");
        Self { name: "Digest", value: Some(digest.to_string()), what: "base64 of sha-256 over the exact body", from }
    }
}

fn list(lines: &[Line]) -> String {
    let mut text = format!("String to sign, {} lines joined by a line feed, none at the end:\n\n", lines.len());
    for (at, Line { name, value, what, from }) in lines.iter().enumerate() {
        let line =
            value.as_ref().map_or_else(|| format!("{name}: missing"), |value| format!("{name}:{}", clean(value)));
        text.push_str(&format!("{}  {line}\n   {what}; {from}\n", at + 1));
    }
    text
}
