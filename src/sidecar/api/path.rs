//! What a path names: [`Named`].

use axum::{
    extract::{FromRequestParts, Path},
    response::Response,
};
use http::request::Parts;

use crate::problem::{Code, Problem};

/// The variable part of a path, decoded.
pub(super) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let wrong = |_| Problem::new(Code::NotFound, "the path is no utf-8 text, so it names nothing").into_response();
        Path::<String>::from_request_parts(parts, state).await.map(|Path(name)| Self(name)).map_err(wrong)
    }
}
