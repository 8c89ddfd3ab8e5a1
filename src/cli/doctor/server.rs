//! What the server says: its clock, and whether it accepts the credentials.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use doku_indodana::{
    Credentials, Environment, RequestId, SignedRequest, Timestamp, VerificationError, Verifier, address,
    signature::header::RESPONSE_TIMESTAMP,
};
use http::{HeaderMap, header::DATE};
use serde_json::Value;

use super::{
    super::{
        order::new_request_id,
        output::{Exit, clean},
        simulator::span,
        transport,
    },
    check::Check,
};

const CLOCK: &str = "clock";
const STATUS: &str = "signed status";

/// How long the answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How far our clock may be from the server's, in seconds. DOKU's own code generator says five minutes, a probe of its
/// sandbox met 3600 s: the tighter one is assumed (D-38).
const MOST_DRIFT: u64 = 300;

/// How far it may be without a warning, in seconds.
const USUAL_DRIFT: u64 = 60;

/// How far the server's signed time may be from its Date header, in seconds, before its clock is one of its own.
const SAME_CLOCK: u64 = 5;

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// An answer, as it came.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    came: SystemTime,
}

/// Asks for the status of an order that does not exist; without credentials, for anything.
pub(super) async fn checks(environment: &Environment, credentials: Option<Credentials>) -> Vec<Check> {
    let Some(credentials) = credentials else {
        let clock = match ask(environment, None).await {
            Ok(answer) => clock(&answer, None),
            Err(why) => unanswered(CLOCK, why),
        };
        return vec![clock, Check::skipped(STATUS, "there are no credentials that can be used")];
    };
    let Some((request, request_id)) = request(&credentials) else {
        let broken = "the clock of this machine is not between the years 1970 and 9999";
        return vec![Check::failed(CLOCK, Exit::Usage, broken).help("set it"), Check::skipped(STATUS, broken)];
    };
    let answer = match ask(environment, Some(&request)).await {
        Ok(answer) => answer,
        Err(why) => return vec![Check::skipped(CLOCK, "there is no answer"), unanswered(STATUS, why)],
    };
    let target = request.target().as_str();
    let verdict = Verifier::new(credentials).verify_response(target, &request_id, &answer.headers, &answer.body);
    let signed = verdict.as_ref().ok().and_then(|verified| verified.timestamp().unix_seconds());
    let moved = match signed {
        Some(signed) => moved(environment, &answer, signed).await,
        None => None,
    };
    vec![moved.unwrap_or_else(|| clock(&answer, signed)), status(&answer, verdict.as_ref().map(|_| ()))]
}

fn request(credentials: &Credentials) -> Option<(SignedRequest, RequestId)> {
    let timestamp = Timestamp::try_from(super::super::now()).ok()?;
    let request_id = new_request_id().ok()?;
    let id = format!("doctor-{}", new_request_id().ok()?);
    let target = address::CHECK_STATUS.replace("{id}", &id).parse().ok()?;
    Some((SignedRequest::get(credentials, &request_id, &timestamp, &target), request_id))
}

async fn ask(environment: &Environment, request: Option<&SignedRequest>) -> Result<Answer, &'static str> {
    let path = request.map_or("/", |request| request.target().as_str());
    get(environment, path, request.map(|request| request.headers().clone()).unwrap_or_default()).await
}

async fn get(environment: &Environment, path: &str, headers: HeaderMap) -> Result<Answer, &'static str> {
    let base = environment.base_url();
    let http =
        transport::client(base.starts_with("https:"), PATIENCE).map_err(|_| "the http client cannot be set up")?;
    let broken = |error: reqwest::Error| {
        if error.is_timeout() { "no answer within 10 s" } else { "the connection broke before the answer was complete" }
    };
    let mut answer = http.get(format!("{base}{path}")).headers(headers).send().await.map_err(broken)?;
    let came = super::super::now();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err("the answer is longer than 64 KiB");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body, came })
}

fn unanswered(name: &str, why: impl Into<String>) -> Check {
    Check::failed(name, Exit::Unknown, why).help("try again; then ask who runs the server")
}

/// Returns the check of a simulator's clock that was moved forward, if that is why its time is another: it takes
/// timestamps near its own time and near the real one.
async fn moved(environment: &Environment, answer: &Answer, signed: i64) -> Option<Check> {
    let ahead = u64::try_from(signed - seconds(answer.came)).ok().filter(|ahead| *ahead > USUAL_DRIFT)?;
    if !environment.base_url().starts_with("http:") {
        return None;
    }
    let clock = get(environment, "/simulator/clock", HeaderMap::new()).await.ok()?;
    let clock: Value = serde_json::from_slice(&clock.body).ok()?;
    let moved = clock["advanced_seconds"].as_u64().filter(|moved| moved.abs_diff(ahead) <= USUAL_DRIFT)?;
    let message = format!(
        "the server's clock was moved forward by {}; your timestamps are accepted all the same",
        span(Duration::from_secs(moved))
    );
    Some(Check::ok(CLOCK, message))
}

/// Compares our clock with the server's: the time that it signed, or else its Date header.
fn clock(answer: &Answer, signed: Option<i64>) -> Check {
    let text = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = text.and_then(|date| httpdate::parse_http_date(date).ok()).map(seconds);
    let Some(theirs) = signed.or(date) else {
        return Check::warning(CLOCK, "the answer has no Date header, so the clocks cannot be compared")
            .help("compare the clock of this machine with another");
    };
    let ours = seconds(answer.came);
    let is_own = signed.zip(date).is_some_and(|(signed, date)| signed.abs_diff(date) > SAME_CLOCK);
    let whose = if is_own { "the server's, which it keeps by itself" } else { "the server's" };
    let (distance, way) = (ours.abs_diff(theirs), if ours < theirs { "behind" } else { "ahead of" });
    let help = if is_own { "set the server's clock to the time" } else { "set the clock of this machine, best by NTP" };
    match distance {
        0..=USUAL_DRIFT => Check::ok(CLOCK, format!("at most {USUAL_DRIFT} s from {whose}")),
        _ if distance <= MOST_DRIFT => {
            Check::warning(CLOCK, format!("{distance} s {way} {whose}; more than {MOST_DRIFT} s may be refused"))
                .help(help)
        }
        _ => Check::failed(
            CLOCK,
            Exit::Usage,
            format!("{distance} s {way} {whose}; more than {MOST_DRIFT} s may be refused"),
        )
        .help(help),
    }
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Says what the answer proves of the credentials.
fn status(answer: &Answer, verdict: Result<(), &VerificationError>) -> Check {
    let refused = |message: String| Check::failed(STATUS, Exit::Unverified, message);
    let code = code(&answer.body);
    match (code.as_deref(), &verdict) {
        (Some("invalid_signature"), _) => {
            refused("the server knows the client id and refuses the signature: invalid_signature".to_owned())
                .help("the secret key is not that of this client id; copy both again from the same dashboard")
        }
        (Some("invalid_client_id"), _) => {
            refused("the server does not know the client id: invalid_client_id".to_owned())
                .help("sandbox and production have different ones; copy it from the dashboard of this environment")
        }
        (Some("request_time_out_of_range"), _) => {
            let message = "the server refuses the time of the request: request_time_out_of_range".to_owned();
            Check::failed(STATUS, Exit::Usage, message).help("set the clock of this machine, best by NTP")
        }
        (_, Ok(())) => {
            Check::ok(STATUS, "the credentials are right: our signature is accepted, and the answer's verifies")
        }
        (Some("data_not_found"), Err(VerificationError::MissingHeader { .. })) if !is_signed(answer) => Check::warning(
            STATUS,
            "our signature is accepted; the answer is not signed, so only TLS proves that it is DOKU's",
        )
        .help("nothing to do: DOKU documents no signature for refusals"),
        (_, Err(error)) if is_signed(answer) => {
            refused(format!("the answer is not proven to be DOKU's: {error}")).help("check who answers at this address")
        }
        (code, _) => {
            let code = code.map(|code| format!(" and code {}", clean(code))).unwrap_or_default();
            let message = format!("answered with http status {}{code}, which proves nothing", answer.status);
            if answer.status == 429 || answer.status >= 500 {
                unanswered(STATUS, message)
            } else {
                refused(message).help("check that a server of DOKU's answers at this address")
            }
        }
    }
}

fn is_signed(answer: &Answer) -> bool {
    answer.headers.contains_key("signature") || answer.headers.contains_key(RESPONSE_TIMESTAMP)
}

/// Returns the code of a refusal, in the two shapes that were seen.
fn code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["error"]["code"].as_str().or_else(|| body["code"].as_str()).map(str::to_owned)
}
