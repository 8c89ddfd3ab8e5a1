//! Effects: listed, handed over at once, ended.

use axum::{
    extract::{Request, State},
    response::Response,
};
use doku_store::Effect;
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Number, json};

use super::{
    Api, Shared,
    document::{EffectDocument, answer},
    path::Named,
    query::Query,
};
use crate::{
    body,
    problem::{Code, Problem},
};

/// The longest small body, in bytes.
const LONGEST_BODY: usize = 4 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Done {
    attempt: Number,
}

impl Done {
    /// Returns the attempt, a whole number however it is written: the contract takes `1.0` for one as well.
    fn attempt(&self) -> Option<i64> {
        let text = self.attempt.to_string();
        text.strip_suffix(".0").unwrap_or(&text).parse().ok()
    }
}

pub(super) async fn list(State(api): Shared, uri: Uri) -> Response {
    listed(&api, &uri).await.unwrap_or_else(Problem::into_response)
}

async fn listed(api: &Api, uri: &Uri) -> Result<Response, Problem> {
    let query = Query::read(uri, &["open", "dead", "after", "limit"])?;
    let limit = query.limit()?;
    let after = match query.text("after") {
        "" => 0,
        text => number(text).ok_or_else(|| Problem::new(Code::BadRequest, "after is no id of an effect"))?,
    };
    let (open, dead) = (query.flag("open")?, query.flag("dead")?);
    let effects = if dead {
        api.orders.dead_effects(after, limit).await?
    } else {
        api.orders.effects(open, after, limit).await?
    };
    let next = effects.last().filter(|_| effects.len() == limit as usize).map(Effect::id);
    let effects: Vec<_> = effects.iter().map(EffectDocument::from).collect();
    Ok(answer(StatusCode::OK, &json!({ "effects": effects, "next": next })))
}

pub(super) async fn one(State(api): Shared, Named(id): Named) -> Response {
    match found(&api, &id).await {
        Ok(effect) => answer(StatusCode::OK, &EffectDocument::from(&effect)),
        Err(problem) => problem.into_response(),
    }
}

pub(super) async fn deliver(State(api): Shared, Named(id): Named) -> Response {
    delivered(&api, &id).await.unwrap_or_else(Problem::into_response)
}

async fn delivered(api: &Api, id: &str) -> Result<Response, Problem> {
    let effect = found(api, id).await?;
    if !api.forwards {
        let what = "effects are not forwarded by this sidecar, because no forward.url is set; act on it, and end it";
        return Err(Problem::new(Code::NotPossible, what));
    }
    api.orders.deliver(effect.id()).await?;
    let effect = api.orders.effect(effect.id()).await?;
    Ok(answer(StatusCode::ACCEPTED, &EffectDocument::from(&effect)))
}

pub(super) async fn done(State(api): Shared, Named(id): Named, request: Request) -> Response {
    ended(&api, &id, request).await.unwrap_or_else(Problem::into_response)
}

async fn ended(api: &Api, id: &str, request: Request) -> Result<Response, Problem> {
    let (head, content) = request.into_parts();
    let bytes = body::read(&head, content, LONGEST_BODY).await?;
    let wrong = || Problem::new(Code::BadRequest, "the body must be {\"attempt\": N}, with the attempt of the effect");
    let done: Done = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
    let attempt = done.attempt().ok_or_else(wrong)?;
    let effect = found(api, id).await?;
    if effect.attempt() != attempt || !api.orders.done(&effect).await? {
        let what = "the effect is ended, or was handed over again under another attempt: whoever did that acts on it";
        return Err(Problem::new(Code::EffectEnded, what));
    }
    let effect = api.orders.effect(effect.id()).await?;
    Ok(answer(StatusCode::OK, &EffectDocument::from(&effect)))
}

async fn found(api: &Api, id: &str) -> Result<Effect, Problem> {
    let id = number(id).ok_or_else(|| Problem::new(Code::NotFound, "no effect has this id"))?;
    Ok(api.orders.effect(id).await?)
}

/// Reads an id: `17`, or `eff_17` as it is forwarded.
fn number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix("eff_").unwrap_or(text);
    digits.parse().ok().filter(|id| *id >= 0 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
