//! What an error of a call means to the command.

use doku_indodana::{Error, Outcome, RequestId, error::Rejection};
use serde_json::json;

use super::{
    output::{self, Exit, Failure, clean},
    record::Record,
};

/// Returns the exit code of an error.
fn exit(error: &Error) -> Exit {
    if error.is_configuration() {
        Exit::Usage
    } else if error.syntax().is_some() || !error.violations().is_empty() {
        Exit::Violations
    } else if error.verification().is_some() {
        Exit::Unverified
    } else if error.code() == "bug" && error.outcome() == Outcome::NothingSent {
        Exit::Internal
    } else if error.rejection().is_some() && error.outcome() == Outcome::Refused {
        Exit::Refused
    } else {
        Exit::Unknown
    }
}

/// Returns an error as a failure, with its cause and DOKU's own words.
pub(crate) fn failure(error: &Error) -> Failure {
    let mut failure = Failure::new(exit(error), error.to_string()).with_record(error.into());
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    if let Some(cause) = cause {
        failure = failure.note(format!("cause: {}", clean(&cause.to_string())));
    }
    for message in error.rejection().into_iter().flat_map(Rejection::messages) {
        failure = failure.note(format!("doku says: {}", clean(message)));
    }
    failure
}

/// Returns a failure of a call that was stopped by a signal before its answer came.
pub(crate) fn stopped(message: String, request_id: Option<&RequestId>) -> Failure {
    let record = Record::stopped(&message, request_id);
    Failure::new(Exit::Unknown, message).with_record(record)
}

/// Prints a failure as one JSON document. It is reported to people as well.
pub(crate) fn print(failure: &Failure) {
    if let Some(record) = failure.record() {
        // The failure says more than that nobody reads it.
        let _ = output::print_json(&json!({ "error": record }));
    }
}
