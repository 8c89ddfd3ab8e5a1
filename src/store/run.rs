//! The loop that sees orders through: it hands effects over, sends and asks.

use std::{
    fmt,
    future::{Future, Ready},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    Effect, Orders, StoreError, StoreErrorKind, engine::Point, record::ClaimedOrder, schedule::retry_effect, telemetry,
};

/// The store is looked at so often when nothing wakes the loop: another process may have left work in it.
const POLL: Duration = Duration::from_secs(1);

/// So long the loop waits for what is under way when it is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// So many calls to DOKU are under way at once.
const CALLS: usize = 16;

/// The longest text of a handler's error that is kept.
const ERROR_CHARS: usize = 200;

/// What [`Orders::run_once`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Worked {
    /// Notifications that found their order.
    pub matched: usize,
    /// Calls to DOKU.
    pub calls: usize,
    /// Effects that were done.
    pub effects: usize,
    /// Effects whose handler failed; they are handed over again later.
    pub failed_effects: usize,
}

impl Orders {
    /// Sees all orders through, until `shutdown` is ready: hands each effect to `handler`, sends what has no answer, and
    /// asks DOKU about what is not final. Several processes may run it on one store and share the work.
    ///
    /// `handler` gets each effect at least once, always with the same id. When it returns `Ok`, the effect is done. When
    /// it fails, panics or takes too long, it gets the effect again later. To act on it exactly once, end it in the
    /// transaction of the action: [`Effect::done_in`].
    ///
    /// When it is told to stop, what is under way has 10 seconds to end; what does not end is done again after the lease.
    ///
    /// # Errors
    ///
    /// Where the store failed for good: let the process end. What passes by is tried again.
    pub async fn run<H, F, E>(&self, handler: H, shutdown: impl Future<Output = ()> + Send) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        self.see_through(Some(Arc::new(handler)), shutdown).await
    }

    /// As [`Orders::run`], but leaves the effects where they are, for those who act on them elsewhere: another process,
    /// [`Orders::take`], or SQL.
    ///
    /// # Errors
    ///
    /// As [`Orders::run`].
    pub async fn run_without_effects(&self, shutdown: impl Future<Output = ()> + Send) -> Result<(), StoreError> {
        type Nobody = fn(Effect) -> Ready<Result<(), String>>;
        self.see_through(None::<Arc<Nobody>>, shutdown).await
    }

    /// Returns how long ago the loop of this process last went round on a store that answered: about a second at most
    /// while all is well. `None` where it never did, or has ended. Clones of this value share the loop.
    ///
    /// A driver that hangs stops the loop, and so does a store that cannot be reached: a process whose loop stands still
    /// for a minute is not ready.
    pub fn last_turn(&self) -> Option<Duration> {
        let turned = *self.0.turned.lock().unwrap_or_else(PoisonError::into_inner);
        turned.map(|at| at.elapsed())
    }

    async fn see_through<H, F, E>(
        &self,
        handler: Option<Arc<H>>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        let turned = |at| *self.0.turned.lock().unwrap_or_else(PoisonError::into_inner) = at;
        let mut handing = JoinSet::new();
        let mut calling = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        let end = loop {
            match self.start_work(handler.as_ref(), &mut handing, &mut calling).await {
                Ok(()) => turned(Some(Instant::now())),
                Err(error) if error.kind() == StoreErrorKind::Unavailable => {}
                Err(error) => break Err(error),
            }
            if self.has_failed() {
                break Err(self.0.engine.order(String::new()).await.err().unwrap_or_else(|| {
                    StoreError::new(StoreErrorKind::Failed, "the store failed; start the process again")
                }));
            }
            tokio::select! {
                biased;
                () = &mut shutdown => break Ok(()),
                Some(_) = handing.join_next(), if !handing.is_empty() => {}
                Some(_) = calling.join_next(), if !calling.is_empty() => {}
                () = self.0.wake.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        };
        turned(None);
        let rest = async {
            while handing.join_next().await.is_some() {}
            while calling.join_next().await.is_some() {}
        };
        let _ = tokio::time::timeout(GRACE, rest).await;
        end
    }

    /// Claims what is due, as much as there is room for, and starts it.
    async fn start_work<H, F, E>(
        &self,
        handler: Option<&Arc<H>>,
        handing: &mut JoinSet<()>,
        calling: &mut JoinSet<()>,
    ) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        while handing.try_join_next().is_some() {}
        while calling.try_join_next().is_some() {}
        self.match_notifications().await?;
        let room = |most: usize, busy: usize| u32::try_from(most.saturating_sub(busy)).unwrap_or(0);
        let free = room(self.0.settings.handlers, handing.len());
        if let Some(handler) = handler.filter(|_| free > 0) {
            for effect in self.take(free).await? {
                let (orders, handler) = (self.clone(), handler.clone());
                handing.spawn(async move {
                    // What cannot be stored now is handed over again after the lease.
                    let _ = orders.hand_over(&*handler, effect).await;
                });
            }
        }
        for claimed in self.claim(room(CALLS, calling.len())).await? {
            let orders = self.clone();
            calling.spawn(async move {
                let _ = orders.call_claimed(&claimed).await;
            });
        }
        Ok(())
    }

    /// Does all that is due now and returns, for those who have no process that stays: matches, sends, asks, hands over.
    ///
    /// # Errors
    ///
    /// Where the store cannot be read or written. What was under way is done again after the lease.
    pub async fn run_once<H, F, E>(&self, handler: H) -> Result<Worked, StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        let mut worked = Worked { matched: self.match_notifications().await?, ..Worked::default() };
        loop {
            let mut busy = false;
            for effect in self.take(u32::try_from(self.0.settings.handlers).unwrap_or(1)).await? {
                busy = true;
                if self.hand_over(&handler, effect).await? {
                    worked.effects += 1;
                } else {
                    worked.failed_effects += 1;
                }
            }
            while self.0.bucket.available() == 0 && self.counts().await?.due > 0 {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let claimed = self.claim(u32::try_from(CALLS).unwrap_or(1)).await?;
            let mut calls = JoinSet::new();
            for claimed in claimed {
                busy = true;
                worked.calls += 1;
                let orders = self.clone();
                calls.spawn(async move { orders.call_claimed(&claimed).await.map(drop) });
            }
            while let Some(call) = calls.join_next().await {
                call.map_err(|_| StoreError::bug("a call panicked, please report this"))??;
            }
            if !busy {
                return Ok(worked);
            }
        }
    }

    async fn claim(&self, room: u32) -> Result<Vec<ClaimedOrder>, StoreError> {
        let limit = room.min(self.0.bucket.available());
        if limit == 0 {
            return Ok(Vec::new());
        }
        let now = self.now().await?;
        let claimed = self.0.engine.claim(now, self.0.settings.lease_millis(), limit).await?;
        if !claimed.is_empty() {
            self.0.points.pass(Point::OrderClaimed);
        }
        Ok(claimed)
    }

    /// Hands one effect over. Returns whether it is done.
    async fn hand_over<H, F, E>(&self, handler: &H, effect: Effect) -> Result<bool, StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display + Send + 'static,
    {
        let (id, attempt) = (effect.id(), effect.attempt());
        self.0.points.pass(Point::EffectClaimed);
        // The handler may panic before it returns its future, and within it.
        let end = match std::panic::catch_unwind(AssertUnwindSafe(|| handler(effect))) {
            Err(_) => Err("the handler panicked".to_owned()),
            Ok(handling) => {
                let mut task = JoinSet::new();
                task.spawn(handling);
                match tokio::time::timeout(self.0.settings.handler_timeout, task.join_next()).await {
                    Err(_) => Err("the handler took too long".to_owned()),
                    Ok(Some(Ok(Ok(())))) => Ok(()),
                    Ok(Some(Ok(Err(error)))) => Err(error.to_string().chars().take(ERROR_CHARS).collect()),
                    Ok(Some(Err(_)) | None) => Err("the handler panicked".to_owned()),
                }
            }
        };
        self.0.points.pass(Point::EffectHandled);
        telemetry::handed_over(id, attempt, end.is_ok());
        let now = self.now().await?;
        match end {
            Ok(()) => {
                // `false` where the handler ended it in its own transaction, or another attempt did.
                self.0.engine.done(id, attempt, now).await?;
                self.0.points.pass(Point::EffectDone);
                Ok(true)
            }
            Err(error) => {
                let due_at = now.saturating_add(retry_effect(attempt));
                self.0.engine.failed(id, attempt, error, due_at).await?;
                Ok(false)
            }
        }
    }
}
