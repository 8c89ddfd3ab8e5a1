//! `doku store`: looks after the durable record of orders and notifications.

mod check;
mod export;
mod failure;
mod keep;
mod list;
pub(crate) mod location;
mod reconcile;
pub(crate) mod record;

use std::ffi::OsString;

use clap::{
    Args, Subcommand,
    error::{ContextKind, ContextValue, ErrorKind},
};

pub(crate) use self::{failure::failure, location::Location};
use super::output::{Exit, Failure};

/// Look after a store: what is stored, unresolved, waiting
///
/// The store is named by --store or by the variable DOKU_STORE: a SQLite file, or an address of PostgreSQL. It must
/// exist; none is made. No secret key is needed, except to ask DOKU (reconcile).
///
/// Exit codes: 0 done; 1 a fault of doku or of the disk; 2 the store cannot be used as it is, or does not hold what was
/// named; 6 the store cannot be reached, read or written now; 7 damaged (check); 8 there are unresolved orders among those
/// that were asked about (check, list, show, reconcile).
#[derive(Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    command: StoreCommand,
}

/// Returns what to do about wrong arguments, where a store was named without `--store`.
pub(crate) fn tip(arguments: &[OsString], error: &clap::Error) -> Option<&'static str> {
    let is_ours = arguments.get(1).is_some_and(|command| command == "store");
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    (is_ours && error.kind() == ErrorKind::UnknownArgument && !argument.starts_with('-'))
        .then_some("name the store by --store FILE, or by the variable DOKU_STORE")
}

#[derive(Subcommand)]
enum StoreCommand {
    Check(check::StoreCheckArgs),
    List(list::StoreListArgs),
    Show(list::ShowArgs),
    Reconcile(reconcile::ReconcileArgs),
    Deliver(keep::DeliverArgs),
    Close(keep::CloseArgs),
    Prune(keep::PruneArgs),
    Backup(keep::BackupArgs),
    Migrate(keep::MigrateArgs),
    Export(export::ExportArgs),
    Schema(record::SchemaArgs),
}

impl StoreArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        super::block_on(async {
            match self.command {
                StoreCommand::Check(check) => check.run().await,
                StoreCommand::List(list) => list.run().await,
                StoreCommand::Show(show) => show.run().await,
                StoreCommand::Reconcile(reconcile) => reconcile.run().await,
                StoreCommand::Deliver(deliver) => deliver.run().await,
                StoreCommand::Close(close) => close.run().await,
                StoreCommand::Prune(prune) => prune.run().await,
                StoreCommand::Backup(backup) => backup.run().await,
                StoreCommand::Migrate(migrate) => migrate.run().await,
                StoreCommand::Export(export) => export.run().await,
                StoreCommand::Schema(schema) => schema.run(),
            }
        })
    }
}
