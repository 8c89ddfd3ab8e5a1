//! The loop for handlers that are no futures of Rust's, in another thread or another language: [`Handout`].

use std::{
    future::Future,
    sync::{Mutex as Lock, PoisonError},
};

use tokio::{
    sync::{Mutex, mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::{Effect, Orders, StoreError, Worked};

/// The loop of [`Orders::run`], or of [`Orders::run_once`], turned around: effects are asked for, not handed to a function.
///
/// ```no_run
/// # async fn run(orders: doku_store::Orders) -> Result<(), doku_store::StoreError> {
/// let handout = orders.hand_out();
/// while let Some(handed) = handout.next().await? {
///     println!("{} is {}", handed.effect().invoice_number(), handed.effect().status());
///     handed.done();
/// }
/// # Ok(())
/// # }
/// ```
///
/// Whoever drops it stops the loop.
#[derive(Debug)]
pub struct Handout {
    handed: Mutex<mpsc::Receiver<Handed>>,
    task: Mutex<Option<JoinHandle<Result<Worked, StoreError>>>>,
    worked: Lock<Worked>,
    stop: watch::Sender<bool>,
}

/// An effect that was handed out. Dropped without a word, it failed, and is handed out again later.
#[derive(Debug)]
pub struct Handed {
    effect: Effect,
    answer: oneshot::Sender<Result<(), String>>,
}

impl Handed {
    /// Returns the effect.
    pub fn effect(&self) -> &Effect {
        &self.effect
    }

    /// Says that the effect was acted on.
    pub fn done(self) {
        // Nobody waits for it any more where it took too long.
        let _ = self.answer.send(Ok(()));
    }

    /// Says why the effect could not be acted on. It is handed out again later.
    pub fn failed(self, why: impl Into<String>) {
        let _ = self.answer.send(Err(why.into()));
    }
}

impl Orders {
    /// As [`Orders::run`], for a handler that is no future of Rust's: effects come from [`Handout::next`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with time.
    pub fn hand_out(&self) -> Handout {
        let orders = self.clone();
        Handout::start(move |handed, shutdown| async move {
            orders.run(move |effect| hand(handed.clone(), effect), shutdown).await.map(|()| Worked::default())
        })
    }

    /// As [`Orders::run_once`], for a handler that is no future of Rust's: effects come from [`Handout::next`].
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime with time.
    pub fn hand_out_once(&self) -> Handout {
        let orders = self.clone();
        Handout::start(move |handed, shutdown| async move {
            tokio::select! {
                worked = orders.run_once(move |effect| hand(handed.clone(), effect)) => worked,
                () = shutdown => Ok(Worked::default()),
            }
        })
    }
}

impl Handout {
    fn start<L>(make: impl FnOnce(mpsc::Sender<Handed>, Shutdown) -> L) -> Self
    where
        L: Future<Output = Result<Worked, StoreError>> + Send + 'static,
    {
        let (sender, receiver) = mpsc::channel(1);
        let (stop, mut stopped) = watch::channel(false);
        let shutdown = Box::pin(async move {
            // An error is that the handout was dropped.
            let _ = stopped.wait_for(|stop| *stop).await;
        });
        let task = tokio::spawn(make(sender, shutdown));
        Self { handed: Mutex::new(receiver), task: Mutex::new(Some(task)), worked: Lock::default(), stop }
    }

    /// Waits for the next effect; `None` when the loop has ended.
    ///
    /// # Errors
    ///
    /// Those of [`Orders::run`] and [`Orders::run_once`], once.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost by dropping the future.
    pub async fn next(&self) -> Result<Option<Handed>, StoreError> {
        let mut handed = self.handed.lock().await;
        while let Some(next) = handed.recv().await {
            // What waited for too long was given up meanwhile, and will be handed out anew.
            if !next.answer.is_closed() {
                return Ok(Some(next));
            }
        }
        let mut task = self.task.lock().await;
        let Some(running) = task.as_mut() else { return Ok(None) };
        let end = running.await.map_err(|_| StoreError::bug("the loop panicked, please report this"));
        *task = None;
        *self.worked.lock().unwrap_or_else(PoisonError::into_inner) = end??;
        Ok(None)
    }

    /// Has the loop end: what is under way has 10 seconds. Go on asking for what is [next](Self::next) until there is none.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Returns what was done, once [`Handout::next`] said that the loop of [`Orders::hand_out_once`] has ended.
    pub fn worked(&self) -> Worked {
        *self.worked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Shutdown = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

async fn hand(handed: mpsc::Sender<Handed>, effect: Effect) -> Result<(), String> {
    let (answer, end) = oneshot::channel();
    let closed = |_| "nobody takes effects any more".to_owned();
    handed.send(Handed { effect, answer }).await.map_err(closed)?;
    end.await.unwrap_or_else(|_| Err("the handler did not say how it ended".to_owned()))
}
