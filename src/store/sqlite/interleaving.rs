//! The writer's lane in any turns of its threads, by a scheduler that decides over each turn.

/// The writer's lane once more, over the threads of the scheduler.
#[allow(clippy::duplicate_mod, reason = "the same text over other threads")]
#[path = "lane.rs"]
mod lane;

mod sync {
    pub(super) use shuttle::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicBool, Ordering},
            mpsc::{self, RecvTimeoutError},
        },
        thread::{Builder, JoinHandle},
    };

    /// No time passes here: others may have their turn, and then the time is over.
    pub(super) fn recv_until<T>(receiver: &mpsc::Receiver<T>, _: std::time::Instant) -> Option<T> {
        shuttle::thread::yield_now();
        receiver.try_recv().ok()
    }
}

use std::{future::Future as _, path::Path, pin::pin, task::Poll};

use rusqlite::{Connection, Error as SqlError, ffi};
use shuttle::{
    Config, FailurePersistence, Runner,
    future::block_on,
    scheduler::{PctScheduler, RandomScheduler, Scheduler},
    thread,
};

use self::{
    lane::{End, Lane},
    sync::{Arc, AtomicBool},
};
use super::fault;
use crate::StoreErrorKind;

/// What a caller of the writer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Keep,
    /// Does not wait for the answer.
    KeepUnheard,
    Undo,
    /// Breaks a rule of the schema.
    Fail,
    /// Loses the whole transaction, as a full disk does.
    Lose,
    /// The disk fails.
    BreakDisk,
}

fn disk_failure() -> SqlError {
    SqlError::SqliteFailure(ffi::Error::new(ffi::SQLITE_IOERR), None)
}

fn connect(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    // Not the disk is tried here, but turns.
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = off").unwrap();
    connection
}

/// Another process, which sees what is committed.
type Witness = std::sync::Mutex<Connection>;

fn is_stored(witness: &Witness, caller: i64) -> bool {
    let sql = "select count(*) from work where caller = ?1";
    witness.lock().unwrap().query_row(sql, [caller], |row| row.get::<_, i64>(0)).unwrap() == 1
}

/// Has the callers use one lane at once. Returns for each whether it was acknowledged, if it heard.
fn together(file: &Path, witness: &Arc<Witness>, callers: &[Work]) -> Vec<Option<bool>> {
    witness.lock().unwrap().execute_batch("delete from work").unwrap();
    let lane = Arc::new(Lane::start(connect(file), true, Arc::new(AtomicBool::new(false))).unwrap());
    let threads: Vec<_> = (0..)
        .zip(callers)
        .map(|(caller, work)| {
            let (lane, work, witness) = (lane.clone(), *work, witness.clone());
            thread::spawn(move || block_on(call(&lane, &witness, caller, work)))
        })
        .collect();
    // Whoever is last joins the lane's thread, which does all that waits first.
    drop(lane);
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

async fn call(lane: &Lane, witness: &Witness, caller: i64, work: Work) -> Option<bool> {
    let job = move |connection: &Connection| {
        connection.execute("insert into work values (?1)", [caller])?;
        match work {
            Work::Keep | Work::KeepUnheard => Ok(End::Keep(())),
            Work::Undo => Ok(End::Undo(())),
            Work::Fail => connection.execute("insert into work values (?1)", [caller]).map(|_| End::Keep(())),
            Work::Lose => {
                connection.execute_batch("rollback")?;
                Err(SqlError::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None))
            }
            Work::BreakDisk => Err(disk_failure()),
        }
    };
    let mut answer = pin!(lane.run(job));
    if work == Work::KeepUnheard {
        std::future::poll_fn(|context| {
            let _ = answer.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        return None;
    }
    let answered = answer.await;
    if work == Work::BreakDisk {
        assert!(answered.is_err(), "a disk that failed was acknowledged");
        let later = lane.run(|_| Ok(End::Keep(()))).await.map_err(|error| error.kind());
        assert_eq!(later, Err(StoreErrorKind::Failed), "the lane took work after the disk failed");
    } else if answered.is_ok() {
        // At this very moment, for another process.
        assert_eq!(is_stored(witness, caller), work == Work::Keep, "{work:?} was acknowledged");
    }
    Some(answered.is_ok())
}

/// Whatever the turns: who is acknowledged is stored, who is not is not, and everybody is answered.
fn in_any_turns(callers: &'static [Work]) {
    fn run(scheduler: impl Scheduler + 'static, callers: &'static [Work]) {
        let mut config = Config::new();
        config.stack_size = 1 << 20;
        config.failure_persistence = FailurePersistence::Print;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("work.db");
        let witness = Arc::new(Witness::new(connect(&file)));
        witness.lock().unwrap().execute_batch("create table work (caller integer primary key)").unwrap();
        Runner::new(scheduler, config).run(move || {
            let heard = together(&file, &witness, callers);
            let spoilt = callers.iter().any(|work| matches!(work, Work::Lose | Work::BreakDisk));
            for (caller, (work, heard)) in (0..).zip(callers.iter().zip(heard)) {
                let stored = is_stored(&witness, caller);
                match work {
                    Work::Keep => {
                        assert_eq!(heard, Some(stored), "caller {caller} of {callers:?}");
                        assert!(stored || spoilt, "caller {caller} of {callers:?} lost his work by another's fault");
                    }
                    Work::KeepUnheard => assert!(stored || spoilt, "caller {caller} of {callers:?} was forgotten"),
                    Work::Undo => assert!(!stored && (heard == Some(true) || spoilt), "{caller} of {callers:?}"),
                    Work::Fail | Work::Lose | Work::BreakDisk => assert_eq!((heard, stored), (Some(false), false)),
                }
            }
        });
    }
    run(RandomScheduler::new_from_seed(1, 150), callers);
    run(PctScheduler::new_from_seed(2, 3, 150), callers);
}

#[test]
fn what_the_writer_acknowledges_is_stored_in_any_turns() {
    in_any_turns(&[Work::Keep, Work::Keep, Work::KeepUnheard, Work::Undo]);
}

#[test]
fn the_fault_of_one_caller_is_nobody_elses_in_any_turns() {
    in_any_turns(&[Work::Keep, Work::Fail, Work::Keep, Work::Undo]);
}

#[test]
fn a_transaction_that_is_lost_as_a_whole_acknowledges_nobody_in_any_turns() {
    in_any_turns(&[Work::Keep, Work::Lose, Work::Keep, Work::KeepUnheard]);
}

#[test]
fn nothing_is_taken_after_the_disk_failed_in_any_turns() {
    in_any_turns(&[Work::Keep, Work::BreakDisk, Work::Keep, Work::Undo]);
}
