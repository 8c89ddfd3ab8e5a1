//! The store in one SQLite file: [`Sqlite`].
//!
//! One thread writes, with group commit, and one reads. Every write is on the disk before it is answered
//! (`synchronous=FULL`). Other processes may use the same file at the same time.

mod fault;
mod file;
#[cfg(test)]
mod interleaving;
mod lane;
mod migration;
mod row;
mod statement;
mod sync;
#[cfg(test)]
mod turns;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, Error as SqlError, OpenFlags, OptionalExtension as _, params};

pub(crate) use self::statement::done;
use self::{
    lane::{End, Lane},
    statement::{change, claim, order, rows, seen, take, write},
};
use crate::{
    StoreError,
    engine::{Answer, Engine, Point, Points},
    entry::Entry,
    record::{
        BodyKey, ClaimedOrder, Counts, EffectRow, Facts, Failure, Inserted, NotificationRow, OrderRow, Owner, Seen,
        Update, Written,
    },
    schedule::Millis,
};

/// So long a process waits for another one's transaction.
const BUSY: Duration = Duration::from_secs(5);

/// The write-ahead log is cut to this size whenever it was emptied.
const LOG_LIMIT: i64 = 16 << 20;

/// How a store's file is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// Whether a network file system is good enough.
    pub(crate) allow_network: bool,
    /// The greatest size of the file in bytes.
    pub(crate) most_bytes: Option<u64>,
}

/// A store in a file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Lane,
    reader: Lane,
    failed: Arc<AtomicBool>,
    points: Points,
    path: PathBuf,
}

impl Sqlite {
    /// Looks at the file, makes it where there is none and it may be made, and opens it. Blocks.
    pub(crate) fn open(
        path: &Path,
        entry: &Entry,
        now: Millis,
        options: &Options,
        points: Points,
    ) -> Result<(Self, Owner), StoreError> {
        let owner = file::prepare(path, entry, now, options.allow_network)?;
        let explain = |error: SqlError| fault::unopened(path, &error);
        let writer = connect(path, options).map_err(explain)?;
        if !matches!(entry, Entry::AsItIs) {
            migration::upgrade(&writer).map_err(explain)?;
        }
        let reader = connect(path, options).map_err(explain)?;
        reader.pragma_update(None, "query_only", true).map_err(explain)?;
        let failed = Arc::new(AtomicBool::new(false));
        let store = Self {
            writer: Lane::start(writer, true, failed.clone())?,
            reader: Lane::start(reader, false, failed.clone())?,
            failed,
            points,
            path: path.to_owned(),
        };
        Ok((store, owner))
    }

    /// Reads.
    fn get<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, SqlError> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.reader.run(move |connection| work(connection).map(End::Keep)))
    }

    /// Writes, and is answered after the commit.
    fn put<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, SqlError> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.writer.run(move |connection| work(connection).map(End::Keep)))
    }
}

fn connect(path: &Path, options: &Options) -> Result<Connection, SqlError> {
    // Not `CREATE`: a store that vanished is not silently a new one.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    connection.set_prepared_statement_cache_capacity(64);
    if let Some(most) = options.most_bytes {
        let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(most).unwrap_or(i64::MAX) / page.max(1);
        connection.pragma_update(None, "max_page_count", pages.max(1))?;
    }
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    assert!(mode == "wal" && synchronous == 2, "sqlite took another mode than it was told");
    Ok(connection)
}

impl Engine for Sqlite {
    fn now(&self) -> Answer<'_, Option<Millis>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn insert(&self, new: OrderRow, key: Option<String>) -> Answer<'_, Inserted> {
        let points = self.points.clone();
        self.put(move |connection| {
            let parameters = params![key, new.invoice_number, &new.body_sha256[..], new.created_at];
            if connection.prepare_cached(include_str!("sqlite/statements/key_reused.sql"))?.exists(params![
                key,
                new.invoice_number,
                &new.body_sha256[..]
            ])? {
                return Ok(Inserted::KeyReused);
            }
            let sql = include_str!("sqlite/statements/order_insert.sql");
            let inserted = if change(connection, sql, row::order_parameters(&new))? == 0 {
                let existing = order(connection, &new.invoice_number)?.ok_or(SqlError::QueryReturnedNoRows)?;
                Inserted::Existing(Box::new(existing))
            } else {
                points.pass(Point::OutboxWritten);
                Inserted::New
            };
            let same = match &inserted {
                Inserted::Existing(existing) => existing.body_sha256 == new.body_sha256,
                _ => true,
            };
            if key.is_some() && same {
                change(connection, include_str!("sqlite/statements/key_insert.sql"), parameters)?;
            }
            Ok(inserted)
        })
    }

    fn order(&self, invoice_number: String) -> Answer<'_, Option<OrderRow>> {
        self.get(move |connection| order(connection, &invoice_number))
    }

    fn seen(
        &self,
        invoice_number: Option<String>,
        client_id: String,
        request_id: String,
        key: BodyKey,
    ) -> Answer<'_, Seen> {
        self.get(move |connection| {
            let (repeated, reused) = seen(connection, &client_id, &request_id, &key)?;
            let order = invoice_number.map(|number| order(connection, &number)).transpose()?.flatten();
            Ok(Seen { order, repeated, reused })
        })
    }

    fn write(&self, update: Update) -> Answer<'_, Written> {
        let points = self.points.clone();
        Box::pin(self.writer.run(move |connection| {
            let written = write(connection, &update)?;
            if update.notification.is_some() {
                points.pass(Point::InboxWritten);
            }
            Ok(if written == Written::Done { End::Keep(written) } else { End::Undo(written) })
        }))
    }

    fn claim(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<ClaimedOrder>> {
        self.put(move |connection| {
            let sql = include_str!("sqlite/statements/order_due.sql");
            let due = rows(connection, sql, params![now, limit], row::order)?;
            due.into_iter().map(|row| claim(connection, row, now.saturating_add(lease))).collect()
        })
    }

    fn claim_one(&self, invoice_number: String, now: Millis, lease: Millis) -> Answer<'_, Option<ClaimedOrder>> {
        self.put(move |connection| {
            let row = order(connection, &invoice_number)?;
            row.map(|row| claim(connection, row, now.saturating_add(lease))).transpose()
        })
    }

    fn take(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<EffectRow>> {
        self.put(move |connection| take(connection, now, lease, limit))
    }

    fn done(&self, effect: i64, attempt: i64, answer: Option<String>, now: Millis) -> Answer<'_, bool> {
        self.put(move |connection| done(connection, effect, attempt, answer.as_deref(), now))
    }

    fn failed(&self, effect: i64, attempt: i64, failure: Failure) -> Answer<'_, bool> {
        self.put(move |connection| {
            let sql = include_str!("sqlite/statements/effect_failed.sql");
            let parameters = params![effect, attempt, failure.error, failure.due_at, failure.dead_at()];
            Ok(change(connection, sql, parameters)? > 0)
        })
    }

    fn again(&self, effect: i64, now: Millis) -> Answer<'_, bool> {
        self.put(move |connection| {
            let sql = include_str!("sqlite/statements/effect_again.sql");
            Ok(change(connection, sql, params![effect, now])? > 0)
        })
    }

    fn effect(&self, effect: i64) -> Answer<'_, Option<EffectRow>> {
        self.get(move |connection| {
            let sql = include_str!("sqlite/statements/effect_select.sql");
            connection.prepare_cached(sql)?.query_row([effect], row::effect).optional()
        })
    }

    fn unmatched(&self, limit: u32) -> Answer<'_, Vec<NotificationRow>> {
        self.get(move |connection| {
            let sql = include_str!("sqlite/statements/notification_unmatched.sql");
            rows(connection, sql, [limit], row::notification)
        })
    }

    fn orders(&self, unresolved: bool, after: String, limit: u32) -> Answer<'_, Vec<OrderRow>> {
        self.get(move |connection| {
            let sql = if unresolved {
                include_str!("sqlite/statements/order_unresolved.sql")
            } else {
                include_str!("sqlite/statements/order_list.sql")
            };
            rows(connection, sql, params![after, limit], row::order)
        })
    }

    fn effects(&self, open: bool, dead: bool, after: i64, limit: u32) -> Answer<'_, Vec<EffectRow>> {
        self.get(move |connection| {
            let sql = include_str!("sqlite/statements/effect_list.sql");
            rows(connection, sql, params![after, open, dead, limit], row::effect)
        })
    }

    fn effects_of(&self, invoice_number: String) -> Answer<'_, Vec<EffectRow>> {
        self.get(move |connection| {
            rows(connection, include_str!("sqlite/statements/effect_of_order.sql"), [invoice_number], row::effect)
        })
    }

    fn notifications(
        &self,
        invoice_number: String,
        quarantined: bool,
        after: i64,
        limit: u32,
    ) -> Answer<'_, Vec<NotificationRow>> {
        self.get(move |connection| {
            let sql = include_str!("sqlite/statements/notification_list.sql");
            rows(connection, sql, params![after, invoice_number, quarantined, limit], row::notification)
        })
    }

    fn prune(&self, before: Millis) -> Answer<'_, u64> {
        self.put(move |connection| {
            let orders = change(connection, include_str!("sqlite/statements/prune_orders.sql"), [before])?;
            let sql = include_str!("sqlite/statements/prune_notifications.sql");
            let notifications = change(connection, sql, [before])?;
            Ok((orders + notifications) as u64)
        })
    }

    fn backup(&self, to: PathBuf) -> Answer<'_, ()> {
        Box::pin(async move {
            file::reserve(&to)?;
            let name = to.to_string_lossy().into_owned();
            // The copy is a transaction of its own and holds no log. The reader may write for as long as that takes.
            let copy = move |connection: &Connection| {
                connection.pragma_update(None, "query_only", false)?;
                let copied = connection.execute("vacuum into ?1", [name]);
                connection.pragma_update(None, "query_only", true)?;
                copied.map(End::Keep)
            };
            self.reader.run(copy).await?;
            file::seal(&to)
        })
    }

    fn check(&self) -> Answer<'_, Vec<String>> {
        self.get(|connection| {
            let found = rows(connection, "pragma integrity_check(20)", [], |row| row.get::<_, String>(0))?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
    }

    fn warnings(&self, _: Millis) -> Answer<'_, Vec<String>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn counts(&self, now: Millis) -> Answer<'_, Counts> {
        self.get(move |connection| {
            connection.query_row(include_str!("sqlite/statements/counts.sql"), [now], |row| {
                let number = |column| row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0));
                Ok(Counts {
                    orders: number(0)?,
                    unresolved: number(1)?,
                    due: number(2)?,
                    notifications: number(3)?,
                    quarantined: number(4)?,
                    effects: number(5)?,
                    open_effects: number(6)?,
                    dead_effects: number(7)?,
                })
            })
        })
    }

    fn facts(&self) -> Answer<'_, Facts> {
        let path = self.path.clone();
        self.get(move |connection| {
            let schema: i64 = connection.query_row("select version from doku_meta", [], |row| row.get(0))?;
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            let synchronous = if synchronous == 2 { "full".to_owned() } else { synchronous.to_string() };
            Ok(Facts {
                engine: "sqlite",
                engine_version: rusqlite::version().to_owned(),
                schema: u64::try_from(schema).unwrap_or(0),
                settings: vec![("journal_mode", mode), ("synchronous", synchronous)],
                bytes: file::size(&path, ""),
                log_bytes: Some(file::size(&path, "-wal")),
                mode: file::mode(&path),
                oldest_xmin: None,
            })
        })
    }

    fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }
}

/// Returns an error of SQLite's as the store's.
pub(crate) fn explain(error: &SqlError) -> StoreError {
    fault::explain(error)
}
