//! Bodies of requests, up to their limits: [`read`].

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{StatusCode, header, request::Parts};
use http_body_util::BodyExt as _;
use hyper::body::Body as _;
use tokio::time::timeout;

use crate::problem::{Code, Problem};

/// How long a body may take to come in.
const BODY_TIME: Duration = Duration::from_secs(10);

/// So much of a body that is too long is still taken, so that its sender comes to read why it is refused.
const DRAINED: usize = 32 << 20;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    TooLarge(usize),
    Slow,
    Interrupted,
}

impl BodyFault {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Interrupted => StatusCode::BAD_REQUEST,
        }
    }
}

impl From<BodyFault> for Problem {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooLarge(limit) => {
                Self::new(Code::TooLarge, format!("the body is longer than {limit} bytes; nothing was stored or sent"))
            }
            BodyFault::Slow => {
                Self::new(Code::TooSlow, "the body did not come in within 10 s; nothing was stored or sent")
            }
            BodyFault::Interrupted => Self::new(Code::BadRequest, "the body broke off; nothing was stored or sent"),
        }
    }
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(head: &Parts, body: Body, limit: usize) -> Result<Bytes, BodyFault> {
    // Who asks first is told before he sends.
    if head.headers.contains_key(header::EXPECT) && body.size_hint().lower() > limit as u64 {
        return Err(BodyFault::TooLarge(limit));
    }
    timeout(BODY_TIME, collect(body, limit)).await.unwrap_or(Err(BodyFault::Slow))
}

async fn collect(mut body: Body, limit: usize) -> Result<Bytes, BodyFault> {
    let (mut bytes, mut length) = (BytesMut::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyFault::Interrupted)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > DRAINED {
            break;
        }
    }
    if length > limit { Err(BodyFault::TooLarge(limit)) } else { Ok(bytes.freeze()) }
}
