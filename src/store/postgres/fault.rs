//! What PostgreSQL's errors mean: whose fault, and what to do. No value of a statement and no address is shown.

use tokio_postgres::{Error, error::SqlState};

use crate::{StoreError, StoreErrorKind};

/// Returns the error of a statement.
pub(super) fn explain(error: &Error) -> StoreError {
    let Some(state) = error.code() else {
        let text = "the connection to postgresql broke: whether it was written is not known; it is tried again";
        return StoreError::unavailable(text);
    };
    if error.as_db_error().and_then(|error| error.constraint()) == Some("orders_request_id_key") {
        let text = "the request id of a new order is that of another order: nothing was stored; make every id once";
        return StoreError::bug(text);
    }
    let text = match state.code().get(..2) {
        Some("53") => "postgresql has no room or no connection left: nothing was written; make room",
        Some("57") => "postgresql is shutting down or stopped the statement: nothing was written",
        Some("40" | "55") => "others held the rows for too long: nothing was written; try again",
        Some("25") => "postgresql is read-only: nothing was written; name the primary server",
        Some("58" | "XX") => "postgresql's disk failed or its data are damaged: nothing was written; look at its log",
        _ if *state == SqlState::INSUFFICIENT_PRIVILEGE => {
            "this postgresql user may not use the schema doku: give it the rights"
        }
        _ if matches!(
            *state,
            SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_FUNCTION | SqlState::INVALID_SCHEMA_NAME
        ) =>
        {
            "the schema doku is not there any more, or not whole: restore it"
        }
        _ => {
            let text = format!("postgresql refused a statement ({}), please report this", state.code());
            return StoreError::bug(text);
        }
    };
    StoreError::unavailable(text)
}

/// Returns the error of a connection that could not be made.
pub(super) fn connecting(error: &Error) -> StoreError {
    let wrong = |what: &str| StoreError::unusable(format!("no connection to postgresql: {what}"));
    let what = match error.code() {
        None if is_untrusted(error) => {
            "its certificate is not trusted, or is for another name; name its authority's file as sslrootcert in the \
             address, and the host as the certificate does"
        }
        Some(state) if state.code().starts_with("28") => {
            return wrong("it refused the user or the password; correct them");
        }
        Some(state) if *state == SqlState::INVALID_CATALOG_NAME => {
            return wrong("it has no database of this name; make it first");
        }
        Some(state) if state.code().starts_with("53") => "it has no connection left; raise max_connections",
        Some(state) if state.code().starts_with("57") => "it is starting or stopping; try again",
        Some(_) => "it refused the connection; look at its log",
        None => "it cannot be reached; is it running, and are host, port and tls of the address right?",
    };
    StoreError::new(StoreErrorKind::Unavailable, format!("no connection to postgresql: {what}"))
}

/// Returns whether TLS refused the server's certificate.
fn is_untrusted(error: &Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).or(error.downcast_ref());
        if matches!(tls, Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        cause = error.source();
    }
    false
}
