//! The loop that sees orders through: it hands effects over, sends and asks.

use std::{
    future::{Future, Ready},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, PoisonError},
    time::Duration,
};

use tokio::{task::JoinSet, time::Instant};

use crate::{
    Effect, Handled, Orders, StoreError, StoreErrorKind,
    engine::Point,
    handled::HandlerEnd,
    record::{ClaimedOrder, Failure},
    schedule::Millis,
    telemetry,
};

/// The store is looked at so often when nothing wakes the loop: another process may have left work in it.
const POLL: Duration = Duration::from_secs(1);

/// So long the loop waits for what is under way when it is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// So many calls to DOKU are under way at once.
const CALLS: usize = 16;

const PANICKED: &str = "the handler panicked";

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
    /// Effects whose handler failed: they are handed over again later, or are dead letters now.
    pub failed_effects: usize,
}

impl Orders {
    /// Sees all orders through, until `shutdown` is ready: hands each effect to `handler`, sends what has no answer, and
    /// asks DOKU about what is not final. Several processes may run it on one store and share the work.
    ///
    /// `handler` gets each effect at least once, always with the same id. It returns `Result<(), E>`, `Result<String, E>`
    /// with a text to keep, or [`Handled`]. When it succeeds, the effect is done. When it fails, panics or takes too long,
    /// it gets the effect again later, by the schedule of [`OrdersBuilder::effect_schedule`](crate::OrdersBuilder::effect_schedule). To act on it exactly once,
    /// end it in the transaction of the action: [`Effect::done_in`].
    ///
    /// When it is told to stop, what is under way has 10 seconds to end; what does not end is done again after the lease.
    ///
    /// # Errors
    ///
    /// Where the store failed for good: let the process end. What passes by is tried again.
    pub async fn run<H, F>(&self, handler: H, shutdown: impl Future<Output = ()> + Send) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
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
        type Nobody = fn(Effect) -> Ready<Handled>;
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

    async fn see_through<H, F>(
        &self,
        handler: Option<Arc<H>>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
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
    async fn start_work<H, F>(
        &self,
        handler: Option<&Arc<H>>,
        handing: &mut JoinSet<()>,
        calling: &mut JoinSet<()>,
    ) -> Result<(), StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync + 'static,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
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
    pub async fn run_once<H, F>(&self, handler: H) -> Result<Worked, StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
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
    async fn hand_over<H, F>(&self, handler: &H, effect: Effect) -> Result<bool, StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
    {
        telemetry::handing_over(&effect.0.clone(), self.handed_over(handler, effect)).await
    }

    async fn handed_over<H, F>(&self, handler: &H, effect: Effect) -> Result<bool, StoreError>
    where
        H: Fn(Effect) -> F + Send + Sync,
        F: Future<Output: Into<Handled> + Send> + Send + 'static,
    {
        let (id, attempt, failures) = (effect.id(), effect.attempt(), effect.0.failures.saturating_add(1));
        self.0.points.pass(Point::EffectClaimed);
        // The handler may panic before it returns its future, and within it.
        let handled = match std::panic::catch_unwind(AssertUnwindSafe(|| handler(effect))) {
            Err(_) => Handled::failed(PANICKED),
            Ok(handling) => {
                let mut task = JoinSet::new();
                task.spawn(telemetry::within(handling));
                match tokio::time::timeout(self.0.settings.handler_timeout, task.join_next()).await {
                    Err(_) => Handled::failed("the handler took too long"),
                    Ok(Some(Ok(output))) => output.into(),
                    Ok(Some(Err(_)) | None) => Handled::failed(PANICKED),
                }
            }
        };
        self.0.points.pass(Point::EffectHandled);
        let now = self.now().await?;
        let Handled { end, answer } = handled;
        let wait = match end {
            HandlerEnd::Done => {
                telemetry::handed_over(id, attempt, true);
                // `false` where the handler ended it in its own transaction, or another attempt did.
                self.0.engine.done(id, attempt, answer, now).await?;
                self.0.points.pass(Point::EffectDone);
                return Ok(true);
            }
            HandlerEnd::Failed(least) => {
                let least = Millis::try_from(least.as_millis()).unwrap_or(Millis::MAX);
                self.0.settings.retries.wait(failures).map(|wait| wait.max(least))
            }
            HandlerEnd::GivenUp => None,
        };
        telemetry::handed_over(id, attempt, false);
        let due_at = wait.map(|wait| now.saturating_add(wait));
        let failure = Failure { error: answer.unwrap_or_default(), due_at, now };
        if self.0.engine.failed(id, attempt, failure).await? && due_at.is_none() {
            telemetry::died(id, attempt);
        }
        Ok(false)
    }
}
