//! Whom the simulator is for: DOKU's checks of a request, in DOKU's order.

use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{
    doku::{
        answer::Reply,
        body::{self, Refusal},
        order::OrderRequest,
        switch::Switches,
    },
    time::timestamp,
};
use doku_indodana::{
    Credentials, RequestId, RequestTarget, Timestamp,
    check::{Kind, check_document},
    error::{Code, Language, Violation},
    json::Document,
    signature::{self, Components, Time, header},
};

/// The simulator's own: whose requests it accepts, and where it is.
pub(crate) struct Identity {
    pub(crate) credentials: Credentials,
    pub(crate) url: String,
}

/// A request as it was received. A `GET` has no body.
pub(crate) struct Incoming<'a> {
    pub(crate) target: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Option<&'a [u8]>,
}

impl Incoming<'_> {
    /// Returns what the signature of the request is compared with; `None` where it has no such text.
    pub(crate) fn string_to_sign(&self) -> Option<String> {
        let value = |name| self.headers.get(name)?.to_str().ok();
        let digest = self.body.map(signature::digest);
        let components = Components {
            client_id: &value(header::CLIENT_ID)?.parse().ok()?,
            request_id: &value(header::REQUEST_ID)?.parse().ok()?,
            time: Time::Request(&value(header::REQUEST_TIMESTAMP)?.parse().ok()?),
            target: &self.target.parse().ok()?,
            digest: digest.as_ref(),
        };
        Some(signature::string_to_sign(&components))
    }
}

impl Identity {
    /// Checks headers, time, client id and signature, in this order, and returns the `Request-Id`. The timestamp must be
    /// near one of these times.
    pub(crate) fn authenticate(
        &self,
        received: &Incoming<'_>,
        times: [SystemTime; 2],
        switches: &Switches,
    ) -> Result<RequestId, Reply> {
        let refuse = |code, message: String| {
            let refusal = Refusal::Code(code, message);
            Reply::unknown(StatusCode::BAD_REQUEST, body::refusal(&refusal, switches.error_shape()), code)
        };
        let malformed = |name| refuse("invalid_header_request", format!("Invalid format Header {name}"));
        let value = |name| match received.headers.get(name).map(HeaderValue::to_str) {
            None | Some(Ok("")) => Err(refuse("invalid_header_request", format!("Header {name} is required"))),
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(malformed(name)),
        };
        let client_id = value(header::CLIENT_ID)?;
        let request_id = value(header::REQUEST_ID)?;
        let timestamp = value(header::REQUEST_TIMESTAMP)?;
        let signature = value(header::SIGNATURE)?;

        let request_id: RequestId = request_id.parse().map_err(|_| malformed(header::REQUEST_ID))?;
        let timestamp: Timestamp = timestamp.parse().map_err(|_| malformed(header::REQUEST_TIMESTAMP))?;
        let drift = switches.clock_drift();
        if times.iter().all(|time| distance(&timestamp, *time) > drift) {
            let window = format!("Header Request-Timestamp is not in +- {drift} second of now");
            return Err(refuse("request_time_out_of_range", window));
        }
        let client_id = Some(self.credentials.client_id())
            .filter(|known| known.as_str() == client_id)
            .ok_or_else(|| refuse("invalid_client_id", "Invalid Client-Id".to_owned()))?;
        let wrong = || refuse("invalid_signature", "Invalid Header Signature".to_owned());
        let target: RequestTarget = received.target.parse().map_err(|_| wrong())?;
        let digest = received.body.map(signature::digest);
        let time = Time::Request(&timestamp);
        let components =
            Components { client_id, request_id: &request_id, time, target: &target, digest: digest.as_ref() };
        signature::verify([self.credentials.secret_key()], &components, signature).map_err(|_| wrong())?;
        Ok(request_id)
    }
}

fn distance(sent: &Timestamp, time: SystemTime) -> u64 {
    // The other time goes through the same text, so that both have whole seconds.
    match (sent.unix_seconds(), timestamp(time).unix_seconds()) {
        (Some(one), Some(other)) => one.abs_diff(other),
        _ => u64::MAX,
    }
}

/// Reads the body of generate order, or says all that is wrong with it.
pub(crate) fn read_order(body: &[u8], switches: &Switches) -> Result<OrderRequest, Vec<String>> {
    let document = Document::parse(body).map_err(|error| vec![format!("the body is not json: {error}")])?;
    let mut report = check_document(Kind::Request, &document);
    if switches.literal_limits() {
        report = report.deny_advisories();
    }
    let tolerated = |code: Code| code == Code::UnknownField && switches.unknown_fields_ignored();
    let messages: Vec<_> =
        report.violations().iter().filter(|violation| !tolerated(violation.code())).map(error_message).collect();
    if !messages.is_empty() {
        return Err(messages);
    }
    OrderRequest::read(&document).ok_or_else(|| vec!["the body cannot be read as an order".to_owned()])
}

/// Writes a violation as DOKU does: `order.line_items[0].name …`. It holds no value of the body.
fn error_message(violation: &Violation) -> String {
    let mut path = String::new();
    for token in violation.pointer().split('/').skip(1) {
        match token.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) if path.is_empty() => path.push_str(token),
            Err(_) => path.push_str(&format!(".{token}")),
        }
    }
    let path = if path.is_empty() { "body" } else { &path };
    if violation.code() == Code::Missing {
        return format!("{path} must be filled");
    }
    format!("{path} {}", violation.message(Language::English))
}
