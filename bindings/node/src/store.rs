//! The durable store: what `lib/store.js` stands on.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use doku_store::{Orders, StoreError};
use napi::{
    Env, Unknown, ValueType,
    bindgen_prelude::{PromiseRaw, ToNapiValue, within_runtime_if_available},
};
use napi_derive::napi;

use crate::{
    argument::{body, boolean, count, received as raw, text, whole},
    client::Client,
    failure::Failure,
    handout::Handout,
    json, option,
    stored::{Acknowledgement, Counts, Effect, Placed, StoredNotification, StoredOrder},
    verifier::header_map,
};

/// An open store.
#[napi]
pub struct Store(Mutex<Option<Orders>>);

/// Opens the store of a client.
#[napi(catch_unwind)]
pub fn open_store<'env>(
    env: &'env Env,
    client: &Client,
    location: Unknown<'_>,
    options: Unknown<'_>,
) -> napi::Result<PromiseRaw<'env, Store>> {
    let location = text(location, "the location of the store")?;
    let builder = option::configure(client.store(), options)?;
    env.spawn_future(async move {
        let orders = builder.open(location).await.map_err(Failure::from)?;
        Ok(Store(Mutex::new(Some(orders))))
    })
}

#[napi]
impl Store {
    #[napi(catch_unwind)]
    pub fn place<'env>(&self, env: &'env Env, request: Unknown<'_>) -> napi::Result<PromiseRaw<'env, StoredOrder>> {
        let body = json::freeze(request)?;
        self.call(env, |orders| async move { orders.place_json(body).await.map(StoredOrder::from) })
    }

    #[napi(catch_unwind)]
    pub fn place_json<'env>(&self, env: &'env Env, json: Unknown<'_>) -> napi::Result<PromiseRaw<'env, StoredOrder>> {
        let body = body(json, "Pass the JSON as a Buffer; place takes an object")?;
        self.call(env, |orders| async move { orders.place_json(body).await.map(StoredOrder::from) })
    }

    /// Places an order under a key of the caller's own.
    #[napi(catch_unwind)]
    pub fn place_keyed<'env>(
        &self,
        env: &'env Env,
        request: Unknown<'_>,
        key: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Placed>> {
        let (body, key) = (json::freeze(request)?, own_key(key)?);
        self.call(env, |orders| async move { orders.place_keyed(body, key.as_deref()).await.map(Placed::from) })
    }

    /// Stores an order for the loop.
    #[napi(catch_unwind)]
    pub fn enqueue<'env>(
        &self,
        env: &'env Env,
        request: Unknown<'_>,
        key: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Placed>> {
        let (body, key) = (json::freeze(request)?, own_key(key)?);
        self.call(env, |orders| async move { orders.enqueue(body, key.as_deref()).await.map(Placed::from) })
    }

    #[napi(catch_unwind)]
    pub fn receive<'env>(
        &self,
        env: &'env Env,
        headers: Vec<Unknown<'_>>,
        received: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Acknowledgement>> {
        let (headers, body) = (header_map(headers)?, raw(received)?);
        self.call(env, |orders| async move { Ok(Acknowledgement::from(orders.receive(&headers, body).await)) })
    }

    #[napi(catch_unwind)]
    pub fn order<'env>(
        &self,
        env: &'env Env,
        invoice_number: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, StoredOrder>> {
        let number = text(invoice_number, INVOICE_NUMBER)?;
        self.call(env, |orders| async move { orders.order(&number).await.map(StoredOrder::from) })
    }

    #[napi(catch_unwind)]
    pub fn orders<'env>(
        &self,
        env: &'env Env,
        after: Unknown<'_>,
        limit: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Vec<StoredOrder>>> {
        let (after, limit) = (text(after, "after")?, page(limit)?);
        self.call(env, move |orders| async move { Ok(all(orders.orders(&after, limit).await?)) })
    }

    #[napi(catch_unwind)]
    pub fn unresolved<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Vec<StoredOrder>>> {
        self.call(env, |orders| async move { Ok(all(orders.unresolved().await?)) })
    }

    #[napi(catch_unwind)]
    pub fn reconcile<'env>(
        &self,
        env: &'env Env,
        invoice_number: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, StoredOrder>> {
        let number = text(invoice_number, INVOICE_NUMBER)?;
        self.call(env, |orders| async move { orders.reconcile(&number).await.map(StoredOrder::from) })
    }

    #[napi(catch_unwind)]
    pub fn close<'env>(
        &self,
        env: &'env Env,
        invoice_number: Unknown<'_>,
        reason: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, StoredOrder>> {
        let (number, reason) = (text(invoice_number, INVOICE_NUMBER)?, text(reason, "the reason")?);
        self.call(env, |orders| async move { orders.close(&number, &reason).await.map(StoredOrder::from) })
    }

    #[napi(catch_unwind)]
    pub fn effects<'env>(
        &self,
        env: &'env Env,
        open: Unknown<'_>,
        after: Unknown<'_>,
        limit: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Vec<Effect>>> {
        let (open, after, limit) = (boolean(open, "open")?, count(after, "after")?, page(limit)?);
        self.call(env, move |orders| async move { Ok(all(orders.effects(open, after, limit).await?)) })
    }

    #[napi(catch_unwind)]
    pub fn dead_effects<'env>(
        &self,
        env: &'env Env,
        after: Unknown<'_>,
        limit: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Vec<Effect>>> {
        let (after, limit) = (count(after, "after")?, page(limit)?);
        self.call(env, move |orders| async move { Ok(all(orders.dead_effects(after, limit).await?)) })
    }

    #[napi(catch_unwind)]
    pub fn effect<'env>(&self, env: &'env Env, id: Unknown<'_>) -> napi::Result<PromiseRaw<'env, Effect>> {
        let id = count(id, EFFECT)?;
        self.call(env, move |orders| async move { orders.effect(id).await.map(Effect::from) })
    }

    #[napi(catch_unwind)]
    pub fn deliver<'env>(&self, env: &'env Env, id: Unknown<'_>) -> napi::Result<PromiseRaw<'env, ()>> {
        let id = count(id, EFFECT)?;
        self.call(env, move |orders| async move { orders.deliver(id).await })
    }

    #[napi(catch_unwind)]
    pub fn take<'env>(&self, env: &'env Env, limit: Unknown<'_>) -> napi::Result<PromiseRaw<'env, Vec<Effect>>> {
        let limit = page(limit)?;
        self.call(env, move |orders| async move { Ok(all(orders.take(limit).await?)) })
    }

    /// Ends an effect that was taken, if this is still its attempt.
    #[napi(catch_unwind)]
    pub fn done<'env>(
        &self,
        env: &'env Env,
        id: Unknown<'_>,
        attempt: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, bool>> {
        let (id, attempt) = (count(id, EFFECT)?, count(attempt, "the attempt")?);
        self.call(env, move |orders| async move {
            let effect = orders.effect(id).await?;
            // An attempt is never counted back, so what is another's now stays another's.
            if effect.attempt() == attempt { orders.done(&effect).await } else { Ok(false) }
        })
    }

    #[napi(catch_unwind)]
    pub fn notifications<'env>(
        &self,
        env: &'env Env,
        invoice_number: Unknown<'_>,
        quarantined: Unknown<'_>,
        after: Unknown<'_>,
        limit: Unknown<'_>,
    ) -> napi::Result<PromiseRaw<'env, Vec<StoredNotification>>> {
        let (number, quarantined) = (text(invoice_number, INVOICE_NUMBER)?, boolean(quarantined, "quarantined")?);
        let (after, limit) = (count(after, "after")?, page(limit)?);
        self.call(
            env,
            move |orders| async move { Ok(all(orders.notifications(&number, quarantined, after, limit).await?)) },
        )
    }

    /// Empties what ended before so many milliseconds.
    #[napi(catch_unwind)]
    pub fn prune<'env>(&self, env: &'env Env, age: Unknown<'_>) -> napi::Result<PromiseRaw<'env, i64>> {
        let age = Duration::from_millis(count(age, "the age")?.unsigned_abs());
        self.call(env, move |orders| async move {
            orders.prune(age).await.map(|rows| i64::try_from(rows).unwrap_or(i64::MAX))
        })
    }

    #[napi(catch_unwind)]
    pub fn backup<'env>(&self, env: &'env Env, to: Unknown<'_>) -> napi::Result<PromiseRaw<'env, ()>> {
        let to = text(to, "the path of the copy")?;
        self.call(env, |orders| async move { orders.backup(to).await })
    }

    #[napi(catch_unwind)]
    pub fn check<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Vec<String>>> {
        self.call(env, |orders| async move { orders.check().await })
    }

    #[napi(catch_unwind)]
    pub fn warnings<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Vec<String>>> {
        self.call(env, |orders| async move { orders.warnings().await })
    }

    #[napi(catch_unwind)]
    pub fn counts<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, Counts>> {
        self.call(env, |orders| async move { orders.counts().await.map(Counts::from) })
    }

    #[napi(getter, catch_unwind)]
    pub fn has_failed(&self) -> napi::Result<bool> {
        Ok(self.opened()?.has_failed())
    }

    /// Starts the loop; with `once`, it does what is due and ends.
    #[napi(catch_unwind)]
    pub fn hand_out(&self, once: bool) -> napi::Result<Handout> {
        let orders = self.opened()?;
        Ok(Handout::new(within_runtime_if_available(|| if once { orders.hand_out_once() } else { orders.hand_out() })))
    }

    /// Closes the store. Calls that are under way end first.
    #[napi(catch_unwind)]
    pub fn close_store<'env>(&self, env: &'env Env) -> napi::Result<PromiseRaw<'env, ()>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        env.spawn_future(async move {
            // Waits for the thread that writes.
            let _ = napi::bindgen_prelude::spawn_blocking(move || drop(open)).await;
            Ok(())
        })
    }
}

const INVOICE_NUMBER: &str = "the invoice number";
const EFFECT: &str = "the id of the effect";

impl Store {
    fn call<'env, T, C>(&self, env: &'env Env, call: impl FnOnce(Orders) -> C) -> napi::Result<PromiseRaw<'env, T>>
    where
        T: ToNapiValue + Send + 'static,
        C: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let call = call(self.opened()?);
        env.spawn_future(async move { Ok(call.await.map_err(Failure::from)?) })
    }

    fn opened(&self) -> Result<Orders, Failure> {
        let orders = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        orders.ok_or(Failure::Closed)
    }
}

fn all<T, R: From<T>>(rows: Vec<T>) -> Vec<R> {
    rows.into_iter().map(R::from).collect()
}

/// Returns the caller's own key of an order, if there is one; the core knows which texts are keys.
fn own_key(key: Unknown<'_>) -> Result<Option<String>, Failure> {
    if matches!(key.get_type()?, ValueType::Undefined | ValueType::Null) {
        return Ok(None);
    }
    text(key, "the key").map(Some)
}

fn page(limit: Unknown<'_>) -> Result<u32, Failure> {
    Ok(u32::try_from(whole(limit, "limit", 1, 10_000)?).unwrap_or(1))
}
