//! What the local gateway decides: DOKU's checks in DOKU's order, and the answers. No HTTP server, clock or ids here.

use std::time::SystemTime;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};

use super::{
    body,
    ledger::Ledger,
    order::{Order, OrderRequest},
};
use crate::{
    Credentials, RequestId, RequestTarget, SecretKey, Timestamp, TransactionStatus,
    error::{Language, Violation},
    json::Document,
    schema::{Kind, check_document},
    signature::{self, Components, Digest, Time, header},
};

/// What DOKU does not document, and the local gateway does all the same.
pub(super) struct Policy {
    /// How far a timestamp may be from the gateway's clock, in seconds. A probe of DOKU met 3600.
    clock_drift: u64,
    /// Whether a refusal is signed once the request is known to be the merchant's (D-36).
    sign_refusals: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self { clock_drift: 3600, sign_refusals: true }
    }
}

/// The gateway's own: whose requests it accepts, where it is, and how it behaves.
pub(super) struct Gateway {
    pub(super) credentials: Credentials,
    pub(super) url: String,
    pub(super) policy: Policy,
}

/// A request as it was received. A `GET` has no body.
pub(super) struct Received<'a> {
    pub(super) target: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: Option<&'a [u8]>,
}

/// What will be answered, before it is signed.
pub(super) struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    /// The request that is answered, once it is known to be the merchant's.
    caller: Option<RequestId>,
    refusal: bool,
}

impl Reply {
    /// Refuses a request of which it is not known who sent it.
    pub(super) fn unknown(status: StatusCode, body: Vec<u8>) -> Self {
        Self { status, body, caller: None, refusal: true }
    }

    fn refusal(status: StatusCode, body: Vec<u8>, caller: RequestId) -> Self {
        Self { status, body, caller: Some(caller), refusal: true }
    }

    fn success(status: StatusCode, body: Vec<u8>, caller: RequestId) -> Self {
        Self { status, body, caller: Some(caller), refusal: false }
    }
}

impl Gateway {
    /// Checks headers, time, client id and signature, in this order, and returns the `Request-Id`.
    pub(super) fn authenticate(&self, received: &Received<'_>, now: SystemTime) -> Result<RequestId, Reply> {
        let refuse = |code: &str, message: &str| Reply::unknown(StatusCode::BAD_REQUEST, body::error(code, message));
        let malformed = |name| refuse("invalid_header_request", &format!("Invalid format Header {name}"));
        let value = |name| match received.headers.get(name).map(HeaderValue::to_str) {
            None | Some(Ok("")) => Err(refuse("invalid_header_request", &format!("Header {name} is required"))),
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) => Err(malformed(name)),
        };
        let client_id = value(header::CLIENT_ID)?;
        let request_id = value(header::REQUEST_ID)?;
        let timestamp = value(header::REQUEST_TIMESTAMP)?;
        let signature = value(header::SIGNATURE)?;

        let request_id: RequestId = request_id.parse().map_err(|_| malformed(header::REQUEST_ID))?;
        let timestamp: Timestamp = timestamp.parse().map_err(|_| malformed(header::REQUEST_TIMESTAMP))?;
        if self.distance(&timestamp, now) > self.policy.clock_drift {
            let window = format!("Header Request-Timestamp is not in +- {} second of now", self.policy.clock_drift);
            return Err(refuse("request_time_out_of_range", &window));
        }
        let client_id = Some(self.credentials.client_id())
            .filter(|known| known.as_str() == client_id)
            .ok_or_else(|| refuse("invalid_client_id", "Invalid Client-Id"))?;
        let wrong = || refuse("invalid_signature", "Invalid Header Signature");
        let target: RequestTarget = received.target.parse().map_err(|_| wrong())?;
        let digest = received.body.map(signature::digest);
        let time = Time::Request(&timestamp);
        let components =
            Components { client_id, request_id: &request_id, time, target: &target, digest: digest.as_ref() };
        signature::verify([self.credentials.secret_key()], &components, signature).map_err(|_| wrong())?;
        Ok(request_id)
    }

    fn distance(&self, timestamp: &Timestamp, now: SystemTime) -> u64 {
        // The gateway's time goes through the same text, so that both have whole seconds.
        match (timestamp.unix_seconds(), body::timestamp(now).unix_seconds()) {
            (Some(sent), Some(now)) => sent.abs_diff(now),
            _ => u64::MAX,
        }
    }

    /// Makes an order, or answers as before, or refuses. `id` is 128 random bits for the payment URL.
    pub(super) fn generate_order(
        &self,
        ledger: &mut Ledger,
        caller: RequestId,
        body: &[u8],
        now: SystemTime,
        id: u128,
    ) -> Reply {
        let request = match read(body) {
            Ok(request) => request,
            Err(messages) => return Reply::refusal(StatusCode::BAD_REQUEST, body::error_messages(&messages), caller),
        };
        let digest = signature::digest(body);
        if let Some(first) = ledger.by_request_id(&caller) {
            return replay(first, &digest, caller);
        }
        if ledger.by_invoice_number(&request.invoice_number).is_some() {
            return Reply::refusal(StatusCode::BAD_REQUEST, body::messages("INVOICE ALREADY USED"), caller);
        }
        let token = format!("{id:032x}");
        let order = Order {
            request,
            request_id: caller.clone(),
            digest,
            payment_url: format!("{}/pay/{token}", self.url),
            token,
            created: now,
            status: TransactionStatus::Pending,
            settled: None,
            received: 1,
        };
        let answer = body::generated(&order);
        ledger.add(order);
        Reply::success(StatusCode::OK, answer, caller)
    }

    /// Returns the status of an order, by its invoice number or by the `Request-Id` that generated it.
    pub(super) fn check_status(&self, ledger: &mut Ledger, caller: RequestId, id: Option<&str>) -> Reply {
        let by_invoice_number = id.and_then(|id| ledger.by_invoice_number(id)).map(|order| body::report(order));
        let report = by_invoice_number.or_else(|| {
            let request_id = id?.parse().ok()?;
            ledger.by_request_id(&request_id).map(|order| body::report(order))
        });
        match report {
            Some(report) => Reply::success(StatusCode::OK, report, caller),
            None => {
                let unknown = body::error("data_not_found", "Order not found");
                Reply::refusal(StatusCode::NOT_FOUND, unknown, caller)
            }
        }
    }

    /// Writes an answer, and signs it where the policy says so. The only place where answers are made.
    pub(super) fn answer(&self, reply: Reply, target: &str, now: SystemTime) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(reply.body));
        *response.status_mut() = reply.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let caller = reply.caller.filter(|_| !reply.refusal || self.policy.sign_refusals);
        if let (Some(caller), Ok(target)) = (caller, target.parse()) {
            let digest = signature::digest(response.body());
            let timestamp = body::timestamp(now);
            let components = Components {
                client_id: self.credentials.client_id(),
                request_id: &caller,
                time: Time::Response(&timestamp),
                target: &target,
                digest: Some(&digest),
            };
            sign(response.headers_mut(), self.credentials.secret_key(), &components);
        }
        response
    }
}

/// Writes the four headers of a signed message.
pub(super) fn sign(headers: &mut HeaderMap, key: &SecretKey, components: &Components<'_>) {
    let signature = signature::sign(key, components).to_string();
    let (time_name, time) = match components.time {
        Time::Request(timestamp) => ("request-timestamp", timestamp),
        Time::Response(timestamp) => ("response-timestamp", timestamp),
    };
    for (name, value) in [
        ("client-id", components.client_id.as_str()),
        ("request-id", components.request_id.as_str()),
        (time_name, time.as_str()),
        ("signature", &signature),
    ] {
        // These types hold visible ASCII only, which is always a header value.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// Answers a `Request-Id` that was used before (D-29).
fn replay(first: &mut Order, digest: &Digest, caller: RequestId) -> Reply {
    if first.digest != *digest {
        let message = "Request-Id was used with another body";
        return Reply::refusal(StatusCode::CONFLICT, body::error("idempotent_request", message), caller);
    }
    first.received = first.received.saturating_add(1);
    Reply::success(StatusCode::CONFLICT, body::generated(first), caller)
}

/// Reads the body of generate order, or says all that is wrong with it.
fn read(body: &[u8]) -> Result<OrderRequest, Vec<String>> {
    let document = Document::parse(body).map_err(|error| vec![format!("the body is not json: {error}")])?;
    let report = check_document(Kind::Request, &document);
    if !report.is_valid() {
        return Err(report.violations().iter().map(error_message).collect());
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
    format!("{path} {}", violation.message(Language::English))
}
