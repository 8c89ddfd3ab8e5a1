//! What SQLite's errors mean: whose fault, and what to do.

use std::path::Path;

use rusqlite::{Error as SqlError, ErrorCode, ffi};

use crate::{StoreError, StoreErrorKind};

const FULL: &str = "the store is full: nothing was written; make room on the disk, or raise the limit of its size";

/// Returns the error of a store that cannot be opened. What somebody has to correct is told apart from what passes by and
/// from a disk that fails.
pub(super) fn unopened(path: &Path, error: &SqlError) -> StoreError {
    let explained = explain(error);
    let what = format!("the store {} cannot be used: {explained}", path.display());
    let kind = match error.sqlite_error_code() {
        Some(
            ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::SystemIoFailure,
        ) => explained.kind(),
        _ => StoreErrorKind::Unusable,
    };
    StoreError::new(kind, what)
}

/// Returns whether the disk can no longer be trusted.
pub(super) fn is_fatal(error: &SqlError) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

/// Returns the error of a store that takes nothing more.
pub(super) fn gone() -> StoreError {
    let text = "the store stopped after an input or output error and takes nothing more; look at the disk, then start \
                the process again";
    StoreError::new(StoreErrorKind::Failed, text)
}

/// Returns an error without any value of the statement.
pub(super) fn explain(error: &SqlError) -> StoreError {
    let Some(code) = error.sqlite_error_code() else {
        return match error {
            SqlError::FromSqlConversionFailure(column, _, what) => {
                StoreError::unavailable(format!("a row of the store cannot be read: column {column}: {what}"))
            }
            SqlError::InvalidColumnType(column, name, _) => {
                StoreError::unavailable(format!("a row of the store cannot be read: column {column}, {name}"))
            }
            _ => StoreError::bug(format!("a statement of the store is wrong, please report this: {error}")),
        };
    };
    // Without room for the index of its log SQLite names an input or output error.
    let no_room = error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE);
    let (kind, text) = match code {
        _ if no_room => (StoreErrorKind::Unavailable, FULL),
        ErrorCode::DiskFull => (StoreErrorKind::Unavailable, FULL),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => (
            StoreErrorKind::Unavailable,
            "the store is locked by another process for too long: nothing was written; end the long transaction",
        ),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            StoreErrorKind::Unavailable,
            "the store cannot be written: give this user the right to write the file and its folder",
        ),
        ErrorCode::CannotOpen => (
            StoreErrorKind::Unavailable,
            "the store cannot be opened: give this user the right to read and write the file and its folder",
        ),
        ErrorCode::SystemIoFailure => (
            StoreErrorKind::Failed,
            "the disk of the store failed: nothing more is taken; look at the disk, then start the process again",
        ),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            (StoreErrorKind::Failed, "the store is damaged: nothing more is taken; keep the file, and restore a backup")
        }
        ErrorCode::ConstraintViolation if error.to_string().contains("doku_orders.request_id") => (
            StoreErrorKind::Bug,
            "the request id of a new order is that of another order: nothing was stored; make every id once",
        ),
        _ => {
            let text = format!("the store's database refused a statement, please report this: {error}");
            return StoreError::bug(text);
        }
    };
    StoreError::new(kind, text)
}
