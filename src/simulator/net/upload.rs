//! The body of a request: read whole, within limits of size and time.

use std::{error::Error, time::Duration};

use crate::doku::body::message;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// How long a client may take to send a body.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The longest body of generate order, in bytes.
pub(crate) const LONGEST_ORDER: usize = 1 << 20;

/// The longest body of what is for people and for control, in bytes.
const LONGEST_CONTROL: usize = 1 << 16;

/// Reads a body of at most so many bytes, or says what to answer.
pub(crate) async fn read(body: Body, longest: usize) -> Result<Bytes, (StatusCode, String)> {
    match timeout(TIMEOUT, to_bytes(body, longest)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if error.source().is_some_and(<dyn Error>::is::<LengthLimitError>) => {
            let size = if longest == LONGEST_ORDER { "1 MiB" } else { "64 KiB" };
            Err((StatusCode::PAYLOAD_TOO_LARGE, format!("The body is longer than {size}")))
        }
        Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, "The body ended too early".to_owned())),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "The body did not come in time".to_owned())),
    }
}

/// Reads the body of what is for people and for control before anything is done with it.
pub(crate) async fn whole(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match read(body, LONGEST_CONTROL).await {
        Ok(body) => next.run(Request::from_parts(parts, body.into())).await,
        Err((status, text)) => (status, [(header::CONTENT_TYPE, "application/json")], message(&text)).into_response(),
    }
}
