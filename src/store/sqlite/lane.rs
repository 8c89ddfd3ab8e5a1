//! One thread with one connection, and its queue: [`Lane`].
//!
//! The writer's lane takes all that is waiting into one transaction: group commit. While the disk works, the next group
//! gathers, so the more there is to write, the more is written by each wait for the disk.

use std::{
    fmt,
    time::{Duration, Instant},
};

use rusqlite::{Connection, Error as SqlError};
use tokio::sync::oneshot;

use super::{
    fault,
    sync::{Arc, AtomicBool, Builder, JoinHandle, Mutex, Ordering, RecvTimeoutError, mpsc, recv_until},
};
use crate::StoreError;

/// So many pieces of work share a commit at most.
const MOST: usize = 256;

/// After so long without work the write-ahead log is emptied.
const IDLE: Duration = Duration::from_secs(5);

/// So long a group waits at most for the callers that the last commit answered.
const PATIENCE: Duration = Duration::from_millis(5);

/// What a piece of work ends with.
pub(super) enum End<T> {
    /// Its changes stay.
    Keep(T),
    /// Its changes are taken back.
    Undo(T),
}

/// A thread that owns a connection.
pub(super) struct Lane {
    sender: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    failed: Arc<AtomicBool>,
}

trait Job: Send {
    /// Does the work; returns whether its changes stay.
    fn run(&mut self, connection: &Connection) -> Result<bool, SqlError>;
    /// Tells whoever waits that the work is on the disk, or why not.
    fn finish(self: Box<Self>, end: Result<(), StoreError>);
}

struct Task<T, W> {
    work: Option<W>,
    value: Option<T>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Task<T, W>
where
    T: Send,
    W: FnOnce(&Connection) -> Result<End<T>, SqlError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Result<bool, SqlError> {
        let Some(work) = self.work.take() else { return Ok(false) };
        let (value, keep) = match work(connection)? {
            End::Keep(value) => (value, true),
            End::Undo(value) => (value, false),
        };
        self.value = Some(value);
        Ok(keep)
    }

    fn finish(self: Box<Self>, end: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        // Whoever asked may be gone; the work is done all the same.
        let _ = reply.send(end.map(|()| value.expect("work that succeeded left its value")));
    }
}

impl Lane {
    /// Starts the thread. A writer puts its work into transactions.
    pub(super) fn start(connection: Connection, writer: bool, failed: Arc<AtomicBool>) -> Result<Self, StoreError> {
        let (sender, receiver) = mpsc::channel::<Box<dyn Job>>();
        let name = if writer { "doku-store-writer" } else { "doku-store-reader" };
        let flag = failed.clone();
        let body = move || {
            if writer { write(&connection, &receiver, &flag) } else { read(&connection, &receiver) }
        };
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(body)
            .map_err(|error| StoreError::unavailable(format!("the store's thread cannot be started: {error}")))?;
        Ok(Self { sender: Mutex::new(Some(sender)), thread: Mutex::new(Some(thread)), failed })
    }

    /// Does a piece of work in the lane and waits for it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<End<T>, SqlError> + Send + 'static,
    ) -> Result<T, StoreError> {
        if self.failed.load(Ordering::Acquire) {
            return Err(fault::gone());
        }
        let (reply, answer) = oneshot::channel();
        let task = Box::new(Task { work: Some(work), value: None, reply });
        let sent = self.sender.lock().ok().and_then(|sender| sender.as_ref()?.send(task).ok());
        if sent.is_none() {
            return Err(fault::gone());
        }
        answer.await.unwrap_or_else(|_| Err(fault::gone()))
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("failed", &self.failed).finish_non_exhaustive()
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // The thread ends when its queue has no sender; what is in the queue is done first.
        if let Ok(mut sender) = self.sender.lock() {
            sender.take();
        }
        if let Some(thread) = self.thread.lock().ok().and_then(|mut thread| thread.take()) {
            let _ = thread.join();
        }
    }
}

fn read(connection: &Connection, receiver: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(mut job) = receiver.recv() {
        let end = job.run(connection).map(drop).map_err(|error| fault::explain(&error));
        job.finish(end);
    }
}

fn write(connection: &Connection, receiver: &mpsc::Receiver<Box<dyn Job>>, failed: &AtomicBool) {
    let mut dirty = false;
    let mut last = Commit { size: 1, took: Duration::ZERO };
    loop {
        let first = match receiver.recv_timeout(IDLE) {
            Ok(job) => job,
            Err(RecvTimeoutError::Timeout) => {
                if std::mem::take(&mut dirty) {
                    // Others may read; then it is emptied next time.
                    let _ = connection.execute_batch("pragma wal_checkpoint(truncate)");
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let group = gather(first, receiver, last);
        dirty = true;
        if failed.load(Ordering::Acquire) {
            group.into_iter().for_each(|job| job.finish(Err(fault::gone())));
            continue;
        }
        last = commit(connection, group, failed);
    }
}

/// A group that was committed: how many pieces of work it had, and how long the disk took.
#[derive(Clone, Copy)]
struct Commit {
    size: usize,
    took: Duration,
}

/// Takes what waits into a group. Those whom the last commit answered often come again at once: the group waits for as many, and
/// not longer than the disk took, because otherwise the first of them would have the disk to itself and all others wait for it.
fn gather(first: Box<dyn Job>, receiver: &mpsc::Receiver<Box<dyn Job>>, last: Commit) -> Vec<Box<dyn Job>> {
    let mut group = vec![first];
    group.extend(receiver.try_iter().take(MOST - 1));
    let end = Instant::now() + last.took.min(PATIENCE);
    while group.len() < last.size {
        let Some(job) = recv_until(receiver, end) else { break };
        group.push(job);
    }
    group
}

/// Does a group of work in one transaction. Each piece can be taken back alone.
fn commit(connection: &Connection, group: Vec<Box<dyn Job>>, failed: &AtomicBool) -> Commit {
    let size = group.len();
    let mut kept = Vec::with_capacity(group.len());
    let mut lost: Option<SqlError> = connection.execute_batch("begin immediate").err();
    for mut job in group {
        if lost.is_some() {
            kept.push(job);
            continue;
        }
        match in_savepoint(connection, job.as_mut()) {
            Ok(()) => kept.push(job),
            // The whole transaction is gone, by the first error and not by the ones that follow from it.
            Err(error) if connection.is_autocommit() => {
                kept.push(job);
                lost = Some(error);
            }
            Err(error) => {
                note(&error, failed);
                job.finish(Err(fault::explain(&error)));
            }
        }
    }
    let start = Instant::now();
    let end = lost.map_or_else(|| connection.execute_batch("commit"), Err);
    let took = start.elapsed();
    if !connection.is_autocommit() {
        let _ = connection.execute_batch("rollback");
    }
    let end = end.map_err(|error| {
        note(&error, failed);
        fault::explain(&error)
    });
    for job in kept {
        job.finish(end.as_ref().copied().map_err(StoreError::again));
    }
    Commit { size, took }
}

fn in_savepoint(connection: &Connection, job: &mut dyn Job) -> Result<(), SqlError> {
    // Each piece of work comes by here, so these are compiled once.
    let say = |sql| connection.prepare_cached(sql)?.execute([]).map(drop);
    say("savepoint work")?;
    let keep = job.run(connection);
    if connection.is_autocommit() {
        return keep.map(drop);
    }
    if !matches!(keep, Ok(true)) {
        say("rollback to work")?;
    }
    say("release work")?;
    keep.map(drop)
}

/// After an input or output error nobody knows what is on the disk: nothing more is taken.
fn note(error: &SqlError, failed: &AtomicBool) {
    if fault::is_fatal(error) {
        failed.store(true, Ordering::Release);
    }
}
