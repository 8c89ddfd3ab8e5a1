//! What an error of a store means to the command.

use doku_store::{StoreError, StoreErrorKind};

use super::super::{
    outcome,
    output::{Exit, Failure},
    record::Record,
};

/// Returns an error of a store as a failure.
pub(crate) fn failure(error: &StoreError) -> Failure {
    if let Some(order) = error.order_error() {
        return outcome::failure(order);
    }
    let exit = match error.kind() {
        StoreErrorKind::Order => Exit::Violations,
        StoreErrorKind::Conflict
        | StoreErrorKind::KeyReused
        | StoreErrorKind::NotFound
        | StoreErrorKind::NotPossible
        | StoreErrorKind::Unusable => Exit::Usage,
        StoreErrorKind::Unavailable => Exit::Unknown,
        _ => Exit::Internal,
    };
    let text = error.to_string();
    Failure::new(exit, &text).with_record(Record::new(error.kind().code(), &text))
}
