//! The control API of a running simulator, as its client.

use std::{error::Error, time::Duration};

use doku_indodana::Environment;
use doku_simulator::Attempt;
use reqwest::{Client, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::{
    output::{self, Exit, Failure, clean},
    record::Record,
    transport,
};

/// A simulator that is told what to do.
pub(crate) struct Control {
    url: Url,
    http: Client,
}

impl Control {
    /// Returns the control of the simulator at this address. Nothing is sent yet.
    pub(crate) fn new(environment: &Environment) -> Result<Self, Failure> {
        let url = environment.base_url();
        let url = Url::parse(url).map_err(|_| Failure::usage(format!("{url} is no url")))?;
        let http = http(url.scheme() == "https")
            .map_err(|error| Failure::new(Exit::Internal, format!("the http client cannot be set up: {error}")))?;
        Ok(Self { url, http })
    }

    /// Returns what is at a path, given as its segments.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Failure> {
        self.read(self.http.get(self.at(path)).timeout(READ)).await
    }

    /// Sends JSON to a path and returns the answer. The simulator may wait for the merchant, several times.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &[&str], body: &Value) -> Result<T, Failure> {
        self.read(self.http.post(self.at(path)).body(body.to_string())).await
    }

    /// Returns the stream of the events after a number, to be read for as long as the simulator runs.
    pub(crate) async fn stream(&self, after: u64) -> Result<Response, Failure> {
        let mut url = self.at(&["events", "stream"]);
        url.set_query(Some(&format!("after={after}")));
        let answer = self.http.get(url).send().await.map_err(|_| self.unreachable())?;
        if answer.status() == StatusCode::OK { Ok(answer) } else { Err(self.stranger(answer.status())) }
    }

    /// Sends a notification again, by its number.
    pub(crate) async fn resend(&self, number: u64) -> Result<Attempt, Failure> {
        self.post(&["notifications", &number.to_string(), "resend"], &json!({})).await
    }

    /// Returns a failure of a simulator that is not there, or no longer.
    pub(crate) fn unreachable(&self) -> Failure {
        let url = self.url.as_str().trim_end_matches('/');
        Failure::new(Exit::Unknown, format!("there is no answer from {url}"))
            .help("start the simulator with `doku simulator`, or name another with --simulator URL")
    }

    fn at(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("simulator").extend(path);
        }
        url
    }

    async fn read<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T, Failure> {
        let answer = request.send().await.map_err(|_| self.unreachable())?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|_| self.unreachable())?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&body).map_err(|_| self.stranger(status));
        }
        let error = serde_json::from_slice::<Value>(&body).unwrap_or_default();
        let (Some(code), Some(message)) = (error["error"]["code"].as_str(), error["error"]["message"].as_str()) else {
            return Err(self.stranger(status));
        };
        let exit = match status {
            StatusCode::BAD_REQUEST => Exit::Usage,
            StatusCode::NOT_FOUND | StatusCode::CONFLICT => Exit::Refused,
            _ => Exit::Unknown,
        };
        let failure = Failure::new(exit, clean(message));
        let record = Record::new(code, &clean(message));
        Err(failure.with_record(record))
    }

    fn stranger(&self, status: StatusCode) -> Failure {
        let url = self.url.as_str().trim_end_matches('/');
        let message = format!("{url} answered {} and not as a simulator does", status.as_u16());
        Failure::new(Exit::Unknown, message).help("name the url that `doku simulator` of this version prints")
    }
}

/// How long the simulator may take where it need not ask anybody.
const READ: Duration = Duration::from_secs(10);

/// Asks whether a simulator is healthy, and says so.
pub(crate) async fn health(url: &str) -> Result<(), Failure> {
    let environment = Environment::custom(url).map_err(|error| Failure::usage(error.to_string()))?;
    let control = Control::new(&environment)?;
    let url = control.url.join("/healthz").map_err(|_| control.unreachable())?;
    let answer = control.http.get(url).timeout(READ).send().await.map_err(|_| control.unreachable())?;
    if answer.status() != StatusCode::OK {
        return Err(control.stranger(answer.status()));
    }
    output::print("healthy")
}

/// Returns an HTTP client for one simulator or shop, without a limit of time for the answer.
pub(crate) fn http(https: bool) -> Result<Client, Box<dyn Error>> {
    let client = transport::builder(https)?.connect_timeout(Duration::from_secs(5));
    Ok(client.user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"))).build()?)
}
