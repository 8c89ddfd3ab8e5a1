//! The signing middleware, on progenitor's hooks and reqwest.
//!
//! Every generated operation runs `pre`, `exec` and `post` around one request:
//! - `pre` checks the outgoing bytes against the contract, and that they are the frozen ones;
//! - `exec` signs, sends, retries, reads the answer's bytes and judges them;
//! - `post` refuses what is no verified answer, before anything is decoded.

mod attempt;
mod verdict;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE},
};
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::ResponseBuilderExt;
use tokio::time::Instant;

use self::{
    attempt::{Answer, Failure},
    verdict::{Verdict, judge},
};
use crate::{
    client::generated::Client,
    error::{Error, ErrorKind, Outcome},
    message::{
        credentials::Credentials,
        signature::{RequestId, RequestTarget},
        signed::JSON,
    },
    notification::verifier::{VerifiedResponse, Verifier},
    order::{
        request::PreparedOrder,
        retry::{self, RetryPolicy},
    },
};

/// A call without an end of its own ends after a day.
const LONGEST_CALL: Duration = Duration::from_secs(24 * 3600);

/// What all calls of a client share.
pub(crate) struct Config {
    pub(crate) credentials: Credentials,
    pub(crate) verifier: Verifier,
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) require_signed_status: bool,
    pub(crate) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    pub(crate) request_ids: Arc<dyn Fn() -> RequestId + Send + Sync>,
    pub(crate) dice: Arc<dyn Fn() -> u64 + Send + Sync>,
}

/// One call: what it is about, and how it went.
#[derive(Clone)]
pub(crate) struct Call(Arc<State>);

struct State {
    config: Arc<Config>,
    subject: Subject,
    progress: Mutex<Progress>,
}

/// What a call is about.
pub(crate) enum Subject {
    /// Generate this order.
    Order(PreparedOrder),
    /// Ask for a status at this target.
    Status(RequestTarget),
}

/// How a call went so far.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) fault: Option<Error>,
    pub(crate) attempts: u32,
    pub(crate) replayed: bool,
    pub(crate) answer: Option<VerifiedResponse>,
    /// The bytes of the answer that was accepted, to be read once.
    pub(crate) body: Bytes,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call")
    }
}

impl Call {
    pub(crate) fn new(config: Arc<Config>, subject: Subject) -> Self {
        Self(Arc::new(State { config, subject, progress: Mutex::default() }))
    }

    /// Returns how the call went, and forgets it.
    pub(crate) fn take_progress(&self) -> Progress {
        std::mem::take(&mut *self.progress())
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse<E>(&self, fault: Error) -> progenitor_client::Error<E> {
        self.progress().fault = Some(fault);
        progenitor_client::Error::Custom("refused".to_owned())
    }
}

impl ClientHooks<Call> for Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let call = self.inner();
        // Progenitor adds a header that DOKU did not ask for.
        request.headers_mut().remove("api-version");
        // It takes bodies for bytes both ways, because we write and read them.
        request.headers_mut().remove(CONTENT_TYPE);
        request.headers_mut().insert(ACCEPT, JSON);
        match &call.0.subject {
            Subject::Order(prepared) => {
                let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
                check_outgoing(body, prepared).map_err(|fault| call.refuse(fault))?;
                request.headers_mut().insert(CONTENT_TYPE, JSON);
            }
            Subject::Status(target) => {
                // The generated path leaves characters that a URL parser rewrites; this one is encoded in full.
                request.url_mut().set_path(target.as_str());
                if request.url().path() != target.as_str() || request.url().query().is_some() {
                    let what = "the id cannot stand in the path of check status; use the request id instead".to_owned();
                    return Err(call.refuse(Error::new(ErrorKind::Configuration(what), Outcome::NothingSent)));
                }
            }
        }
        Ok(())
    }

    async fn exec(&self, request: reqwest::Request, _: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        let call = self.inner();
        let config = &call.0.config;
        let now = Instant::now();
        let deadline = now.checked_add(config.timeout).unwrap_or(now + LONGEST_CALL);
        let mut attempt = 0;
        loop {
            attempt += 1;
            call.progress().attempts = attempt;
            let request_id = call.request_id();
            // An attempt whose end was not seen may have made the order, whatever a later attempt is told.
            let may_exist = call.begin_attempt();
            let sent = self.attempt(&request, call, &request_id, deadline).await;
            let retry_after = match &sent {
                Ok(answer) if retry::is_retryable(answer.status.as_u16()) => {
                    Some(retry::retry_after(&answer.headers, (config.clock)()))
                }
                Err(Failure { retryable: true, .. }) => Some(None),
                _ => None,
            };
            let wait = retry_after
                .and_then(|asked| config.retry.wait(attempt, asked, (config.dice)()))
                .filter(|wait| Instant::now().checked_add(*wait).is_some_and(|end| end < deadline));
            let without_order = match &sent {
                Ok(answer) => answer.status == StatusCode::TOO_MANY_REQUESTS,
                Err(failure) => !failure.may_exist,
            };
            if without_order {
                call.end_attempt_without_order();
            }
            if let Some(wait) = wait {
                tokio::time::sleep(wait).await;
                continue;
            }
            return match sent {
                Ok(answer) => {
                    let (response, refused) = answer.into_response(&request, call, &request_id, may_exist);
                    if refused && !without_order {
                        call.end_attempt_without_order();
                    }
                    Ok(response)
                }
                Err(failure) => {
                    let unknown = may_exist || failure.may_exist;
                    let outcome = if unknown { Outcome::Unknown } else { Outcome::NothingSent };
                    let fault = Error::new(failure.kind, outcome).with_request_id(&request_id);
                    call.progress().fault = Some(fault);
                    Ok(unsent(&request))
                }
            };
        }
    }

    async fn post<E>(
        &self,
        result: &reqwest::Result<reqwest::Response>,
        _: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let call = self.inner();
        if call.progress().fault.is_some() {
            return Err(progenitor_client::Error::Custom("refused".to_owned()));
        }
        let verdict = result.as_ref().ok().and_then(|answer| answer.extensions().get::<Verdict>());
        match verdict {
            Some(Verdict::Accepted { replayed, answer, body }) => {
                let mut progress = call.progress();
                progress.replayed = *replayed;
                progress.answer.clone_from(answer);
                progress.body = body.clone();
                Ok(())
            }
            Some(Verdict::Refused(fault)) => {
                let fault = fault.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(call.refuse(fault.unwrap_or_else(|| Error::new(ErrorKind::TimedOut, Outcome::Unknown))))
            }
            // Every answer of `exec` carries a verdict; one without is not trusted.
            None => Err(call.refuse(Error::new(ErrorKind::TimedOut, Outcome::Unknown))),
        }
    }
}

impl Call {
    fn begin_attempt(&self) -> bool {
        matches!(&self.0.subject, Subject::Order(prepared) if prepared.begin_attempt())
    }

    fn end_attempt_without_order(&self) {
        if let Subject::Order(prepared) = &self.0.subject {
            prepared.end_attempt_without_order();
        }
    }

    /// Returns the id of an attempt: always the same for an order, a new one for each `GET`.
    fn request_id(&self) -> RequestId {
        match &self.0.subject {
            Subject::Order(prepared) => prepared.request_id().clone(),
            Subject::Status(_) => (self.0.config.request_ids)(),
        }
    }
}

impl Answer {
    /// Judges the answer, and returns it with the verdict for `post`, and whether it proves that there is no order.
    fn into_response(
        self,
        request: &reqwest::Request,
        call: &Call,
        request_id: &RequestId,
        may_exist: bool,
    ) -> (reqwest::Response, bool) {
        let State { config, subject, .. } = &*call.0;
        let (verdict, refused) = judge(config, subject, request_id, &self, may_exist);
        // A replay is the first answer again; it is decoded as such.
        let replayed = matches!(verdict, Verdict::Accepted { replayed: true, .. });
        let status = if replayed { StatusCode::OK } else { self.status };
        let mut response = http::Response::new(self.body);
        *response.status_mut() = status;
        response.extensions_mut().insert(verdict);
        (with_url(response, request), refused)
    }
}

/// Returns the empty answer that stands for a request without one; `post` refuses it.
fn unsent(request: &reqwest::Request) -> reqwest::Response {
    with_url(http::Response::new(Bytes::new()), request)
}

fn with_url(response: http::Response<Bytes>, request: &reqwest::Request) -> reqwest::Response {
    let (parts, body) = response.into_parts();
    let with_url = http::Response::builder().url(request.url().clone()).body(body.clone());
    let mut response = with_url.unwrap_or_else(|_| http::Response::new(body));
    *response.status_mut() = parts.status;
    response.extensions_mut().extend(parts.extensions);
    response.into()
}

/// Checks that the bytes on their way out are the frozen ones, and that they keep the contract.
fn check_outgoing(body: &[u8], prepared: &PreparedOrder) -> Result<(), Error> {
    if body != prepared.body() {
        let what = "the outgoing bytes are not those of the prepared order; please report this".to_owned();
        return Err(Error::new(ErrorKind::Configuration(what), Outcome::NothingSent));
    }
    prepared.check_schema()
}
