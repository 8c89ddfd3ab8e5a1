//! The versions of the schema. Each step is a text of its own and one transaction.
//!
//! The version stands in `doku_meta` and not in `user_version`, which is left to the merchant: his tables may be in the
//! same file.

use rusqlite::{Connection, Error as SqlError, params};

use crate::{record::Owner, schedule::Millis};

/// The step that leads to version 1 comes first.
const STEPS: [&str; 3] =
    [include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql"), include_str!("migrations/0003.sql")];

/// The version that this library knows.
pub(super) const NEWEST: i64 = STEPS.len() as i64;

/// Makes all tables in an empty database.
pub(super) fn create(connection: &Connection, owner: &Owner, now: Millis) -> Result<(), SqlError> {
    connection.execute_batch("begin immediate")?;
    for step in STEPS {
        connection.execute_batch(step)?;
    }
    connection.execute(
        include_str!("statements/meta_insert.sql"),
        params![NEWEST, owner.environment, owner.client_id, now],
    )?;
    connection.execute_batch("commit")
}

/// Brings an older store to this version.
pub(super) fn upgrade(connection: &Connection) -> Result<(), SqlError> {
    loop {
        connection.execute_batch("begin immediate")?;
        let version: i64 = connection.query_row("select version from doku_meta", [], |row| row.get(0))?;
        let Some(step) = usize::try_from(version).ok().and_then(|version| STEPS.get(version)) else {
            return connection.execute_batch("rollback");
        };
        connection.execute_batch(step)?;
        connection.execute("update doku_meta set version = ?1", [version + 1])?;
        connection.execute_batch("commit")?;
    }
}
