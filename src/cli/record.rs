//! Errors as JSON: [`Record`], the same in each command and as the library writes its own.

use doku_indodana::{Error, Outcome, RequestId};
use serde::Serialize;
use serde_json::{Value, json};

/// What `--json` prints of an error, below `error`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Record {
    pub(crate) code: String,
    outcome: Outcome,
    pub(crate) message: String,
    request_id: Option<String>,
    retryable: bool,
    syntax: Value,
    violations: Value,
    rejection: Value,
    verification: Value,
}

impl Record {
    /// Returns the record of an error of the command's own, before anything was sent.
    pub(crate) fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            outcome: Outcome::NothingSent,
            message: message.to_owned(),
            request_id: None,
            retryable: false,
            syntax: Value::Null,
            violations: json!([]),
            rejection: Value::Null,
            verification: Value::Null,
        }
    }

    /// Says what is known of an order that may be sent.
    pub(crate) fn about(self, outcome: Outcome, request_id: &str) -> Self {
        let retryable = outcome == Outcome::Unknown;
        Self { outcome, request_id: Some(request_id.to_owned()), retryable, ..self }
    }

    /// Says that an order may exist under this request id, from before.
    pub(crate) fn sent_before(self, request_id: &RequestId) -> Self {
        Self { outcome: Outcome::Unknown, request_id: Some(request_id.to_string()), ..self }
    }

    /// Returns the record of a call that was stopped before its answer came.
    pub(crate) fn stopped(message: &str, request_id: Option<&RequestId>) -> Self {
        let request_id = request_id.map(ToString::to_string);
        Self { outcome: Outcome::Unknown, request_id, retryable: true, ..Self::new("stopped", message) }
    }
}

impl From<&Error> for Record {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().to_owned(),
            outcome: error.outcome(),
            message: error.to_string(),
            request_id: error.request_id().map(ToString::to_string),
            retryable: error.is_retryable(),
            syntax: json!(error.syntax()),
            violations: json!(error.violations()),
            rejection: json!(error.rejection()),
            verification: json!(error.verification()),
        }
    }
}

#[cfg(test)]
mod tests {
    use doku_indodana::PreparedOrder;
    use serde_json::json;

    use super::Record;

    /// One shape: what the library writes and what the command writes.
    #[test]
    fn an_error_is_written_as_the_library_writes_it() {
        for body in ["{", "{}", r#"{"order": 1}"#] {
            let id = "r-1".parse().expect("a request id");
            let error = PreparedOrder::from_json(body, id).expect_err("no order");
            assert_eq!(json!(Record::from(&error)), json!(error), "{body}");
        }
        let (own, error) =
            (json!(Record::new("usage", "x")), PreparedOrder::from_json("{", "r".parse().expect("an id")));
        let keys =
            |record: &serde_json::Value| record.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&own), keys(&json!(error.expect_err("no order"))));
    }
}
