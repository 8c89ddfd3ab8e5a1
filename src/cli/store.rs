//! `doku store`: looks after the durable record of orders and notifications.

mod check;
mod export;
mod failure;
mod keep;
mod list;
pub(crate) mod location;
mod reconcile;
pub(crate) mod record;

use clap::{Args, Subcommand};

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
pub(crate) struct Store {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(check::Check),
    List(list::List),
    Show(list::Show),
    Reconcile(reconcile::Reconcile),
    Deliver(keep::Deliver),
    Close(keep::Close),
    Prune(keep::Prune),
    Backup(keep::Backup),
    Migrate(keep::Migrate),
    Export(export::Export),
    Schema(record::Schema),
}

impl Store {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        super::block_on(async {
            match self.command {
                Command::Check(check) => check.run().await,
                Command::List(list) => list.run().await,
                Command::Show(show) => show.run().await,
                Command::Reconcile(reconcile) => reconcile.run().await,
                Command::Deliver(deliver) => deliver.run().await,
                Command::Close(close) => close.run().await,
                Command::Prune(prune) => prune.run().await,
                Command::Backup(backup) => backup.run().await,
                Command::Migrate(migrate) => migrate.run().await,
                Command::Export(export) => export.run().await,
                Command::Schema(schema) => schema.run(),
            }
        })
    }
}
