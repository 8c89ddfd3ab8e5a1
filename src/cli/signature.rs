//! `doku sign` and `doku verify`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use doku_indodana::{
    Age, Credentials, Notification, RequestId, RequestTarget, Timestamp, VerificationError, Verifier,
    credentials::secret_key_from_env,
    signature::{self, Components, Digest, Time, header},
};
use http::HeaderMap;
use serde_json::{Value, json};

use super::{
    environment,
    input::{self, Input},
    output::{self, Exit, Failure, clean},
};

/// Sign a request: print the value of its Signature header
///
/// The secret key is read from DOKU_SECRET_KEY, or from the file that DOKU_SECRET_KEY_FILE names.
#[derive(Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// Print digest, string to sign and signature as JSON
    #[arg(long)]
    json: bool,
}

/// The parts of a request that are signed.
#[derive(Args)]
struct RequestArgs {
    /// The method
    #[arg(long, value_enum, ignore_case = true)]
    method: Method,
    /// The path on the request line, for example /indodana-peer-to-peer/v2/generate-order
    #[arg(long, value_name = "PATH")]
    target: RequestTarget,
    /// The client id; without it, that of DOKU_CLIENT_ID
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The id of the request
    #[arg(long, value_name = "ID")]
    request_id: RequestId,
    /// The time of the request, for example 2021-07-07T08:45:42Z
    #[arg(long, value_name = "T")]
    timestamp: Timestamp,
    /// The file of the exact body, or - for standard input; none for GET
    #[arg(value_name = "BODY")]
    body: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Method {
    Get,
    Post,
}

/// Reads the body of a request and returns its digest: a `GET` has none, anything else must have one.
pub(crate) fn digest(method: Method, body: Option<&PathBuf>) -> Result<Option<(Digest, Input)>, Failure> {
    match (method, body) {
        (Method::Get, None) => Ok(None),
        (Method::Get, Some(_)) => {
            Err(Failure::usage("a GET is signed without a body").help("leave the body out, or use --method POST"))
        }
        (Method::Post, None) => Err(Failure::usage("a POST is signed with its body")
            .help("give the file of the exact body, or - for standard input; /dev/null is an empty one")),
        (Method::Post, Some(path)) => {
            let input = input::read(path)?;
            Ok(Some((signature::digest(&input.bytes), input)))
        }
    }
}

impl SignArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let RequestArgs { method, target, client_id, request_id, timestamp, body } = &self.request;
        let client_id = &environment::client_id(client_id.as_deref())?;
        let key = secret_key_from_env()?;
        let body = digest(*method, body.as_ref())?;
        let digest = body.as_ref().map(|(digest, _)| digest);
        let components = Components { client_id, request_id, time: Time::Request(timestamp), target, digest };
        let signature = signature::sign(&key, &components).to_string();
        if self.json {
            output::print_json(&json!({
                "digest": digest.map(Digest::as_str),
                "string_to_sign": signature::string_to_sign(&components),
                "signature": signature,
            }))?;
        } else {
            output::print(&signature)?;
        }
        Ok(Exit::Done)
    }
}

/// Verify a notification or an answer of DOKU's
///
/// The client id is read from DOKU_CLIENT_ID, the secret key from DOKU_SECRET_KEY or from the file that
/// DOKU_SECRET_KEY_FILE names.
#[derive(Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    message: MessageArgs,
    /// Print the verdict as JSON
    #[arg(long)]
    json: bool,
}

/// A message that was received.
#[derive(Args)]
struct MessageArgs {
    /// What the message is
    #[arg(long)]
    kind: MessageKind,
    /// Of a notification, the path of the notification URL as DOKU has it; of an answer, the path of the request
    #[arg(long, value_name = "PATH")]
    target: RequestTarget,
    /// The file of the headers, `Name: value` lines as they were received
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// Of an answer, the id of the request; without it, the id in the answer's header is taken
    #[arg(long, value_name = "ID")]
    request_id: Option<RequestId>,
    /// The file of the exact body, or - for standard input; without it, the body is empty
    #[arg(value_name = "BODY")]
    body: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageKind {
    Notification,
    Response,
}

impl MessageKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Response => "response",
        }
    }

    /// Returns the name of the header with the time.
    pub(crate) fn time_header(self) -> &'static str {
        match self {
            Self::Notification => header::REQUEST_TIMESTAMP,
            Self::Response => header::RESPONSE_TIMESTAMP,
        }
    }
}

/// Headers and body of a received message.
pub(crate) struct Message {
    pub(crate) kind: MessageKind,
    pub(crate) target: RequestTarget,
    pub(crate) headers: HeaderMap,
    pub(crate) request_id: Option<RequestId>,
    pub(crate) body: Option<Input>,
}

impl Message {
    pub(crate) fn read(
        kind: MessageKind,
        target: RequestTarget,
        headers: &Path,
        request_id: Option<RequestId>,
        body: Option<&PathBuf>,
    ) -> Result<Self, Failure> {
        if input::is_stdin(headers) && body.is_some_and(|body| input::is_stdin(body)) {
            return Err(Failure::usage("headers and body cannot both come from standard input")
                .help("put one of them into a file"));
        }
        if kind == MessageKind::Notification && request_id.is_some() {
            return Err(Failure::usage("a notification has a request id of its own, in its header")
                .help("leave --request-id out, or use --kind response"));
        }
        let headers = input::headers(headers)?;
        let body = body.map(|path| input::read(path)).transpose()?;
        Ok(Self { kind, target, headers, request_id, body })
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.body.as_ref().map_or(&[], |input| &input.bytes)
    }

    /// Returns what the message proves; of an answer nothing but the proof.
    pub(crate) fn verify(&self, credentials: Credentials) -> Result<Option<Notification>, VerificationError> {
        let verifier = Verifier::new(credentials);
        if self.kind == MessageKind::Notification {
            return verifier.verify(self.target.as_str(), &self.headers, self.body()).map(Some);
        }
        let echoed = || self.headers.get(header::REQUEST_ID)?.to_str().ok()?.parse().ok();
        // An answer without a usable id is refused for that before ids are compared.
        let stand_in = || "-".parse().map_err(|_| VerificationError::RequestIdMismatch);
        let request_id = self.request_id.clone().or_else(echoed).map_or_else(stand_in, Ok)?;
        verifier.verify_response(self.target.as_str(), &request_id, &self.headers, self.body()).map(|_| None)
    }
}

impl VerifyArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let MessageArgs { kind, target, headers, request_id, body } = self.message;
        let credentials = Credentials::from_env()?;
        let message = Message::read(kind, target, &headers, request_id, body.as_ref())?;
        match message.verify(credentials) {
            Ok(notification) => {
                let facts = notification.as_ref().map(facts);
                if self.json {
                    let mut verdict = json!({ "verified": true, "kind": kind.as_str() });
                    verdict["notification"] = facts.unwrap_or_default();
                    output::print_json(&verdict)?;
                } else {
                    let facts = facts.as_ref().and_then(Value::as_object).into_iter().flatten();
                    for (name, fact) in facts.filter(|(name, _)| *name != "notes") {
                        let fact = fact.as_str().map_or_else(|| fact.to_string(), clean);
                        output::say(&format!("{}: {fact}", name.replace('_', " ")));
                    }
                    for note in notification.iter().flat_map(Notification::notes) {
                        output::say(&format!("note: {}", clean(&note.to_string())));
                    }
                    output::print("verified")?;
                }
                Ok(Exit::Done)
            }
            Err(error) => {
                if self.json {
                    let message = error.to_string();
                    let error = serde_json::to_value(&error).expect("an error can be written as json");
                    let verdict =
                        json!({ "verified": false, "kind": kind.as_str(), "error": error, "message": message });
                    output::print_json(&verdict)?;
                    return Ok(Exit::Unverified);
                }
                Err(refusal(&error, &message))
            }
        }
    }
}

/// Returns why a message is refused.
fn refusal(error: &VerificationError, message: &Message) -> Failure {
    let failure =
        Failure::new(Exit::Unverified, format!("not verified: {error}")).note(format!("code {}", error.code()));
    match message.body {
        None => failure.help("no body was given, so an empty one was verified; give its file, or - for standard input"),
        Some(_) => failure,
    }
}

/// Returns what a verified notification says.
pub(crate) fn facts(notification: &Notification) -> Value {
    let (age, seconds) = match notification.age(super::now()) {
        Age::Fresh => ("fresh", None),
        Age::Late(age) => ("late", Some(age.as_secs())),
        Age::Future(lead) => ("future", Some(lead.as_secs())),
        _ => ("unknown", None),
    };
    json!({
        "request_id": notification.request_id().as_str(),
        "timestamp": notification.timestamp().as_str(),
        "age": age,
        "age_seconds": seconds,
        "invoice_number": notification.invoice_number(),
        "amount": notification.amount(),
        "status": notification.status(),
        "notes": notification.notes(),
    })
}
