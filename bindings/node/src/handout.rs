//! Effects that are handed to a handler of JavaScript's.

use std::sync::{Arc, Mutex, PoisonError};

use napi::{Env, bindgen_prelude::PromiseRaw};
use napi_derive::napi;

use crate::{
    failure::Failure,
    stored::{Effect, Worked},
};

/// The loop, which hands out effects. Whoever drops it stops it.
#[napi]
pub struct Handout(Arc<doku_store::Handout>);

impl Handout {
    pub(crate) fn new(handout: doku_store::Handout) -> Self {
        Self(Arc::new(handout))
    }
}

#[napi]
impl Handout {
    /// Waits for the next effect; null when the loop has ended.
    #[napi(catch_unwind)]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Option<Handed>>> {
        let handout = self.0.clone();
        env.spawn_future(async move {
            let handed = handout.next().await.map_err(Failure::from)?;
            Ok(handed.map(|handed| Handed(Mutex::new(Some(handed)))))
        })
    }

    /// Has the loop end.
    #[napi(catch_unwind)]
    pub fn stop(&self) {
        self.0.stop();
    }

    /// What was done, once the loop has ended.
    #[napi(getter, catch_unwind)]
    pub fn worked(&self) -> Worked {
        self.0.worked().into()
    }
}

/// An effect that was handed out. Dropped without a word, it failed.
#[napi]
pub struct Handed(Mutex<Option<doku_store::Handed>>);

impl Handed {
    fn take(&self) -> Option<doku_store::Handed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[napi]
impl Handed {
    /// The effect, until it is said how the handler ended.
    #[napi(getter, catch_unwind)]
    pub fn effect(&self) -> Option<Effect> {
        let handed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        handed.as_ref().map(|handed| handed.effect().clone().into())
    }

    /// Says that the effect was acted on.
    #[napi(catch_unwind)]
    pub fn done(&self) {
        if let Some(handed) = self.take() {
            handed.done();
        }
    }

    /// Says why the effect could not be acted on.
    #[napi(catch_unwind)]
    pub fn failed(&self, why: String) {
        if let Some(handed) = self.take() {
            handed.failed(why);
        }
    }
}
