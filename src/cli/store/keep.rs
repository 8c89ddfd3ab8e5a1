//! What changes a store by hand: `doku store deliver`, `close`, `prune`, `backup`, `migrate`.

use std::{fs, path::PathBuf, time::Duration};

use clap::Args;
use doku_store::Store;

use super::{
    Location, failure,
    list::{effect_line, table},
    record::{Closed, Copied, Delivered, Effect, Migrated, Order, Pruned},
};
use crate::output::{self, Exit, Failure};

/// Have an effect handed over at once instead of at its time
///
/// The process that runs the store's loop hands it over within a second; an effect that was not handed over any more begins
/// its schedule anew. What is done is not handed over again.
#[derive(Args)]
pub(super) struct DeliverArgs {
    /// The id of the effect, as `doku store show` has it
    effect: i64,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl DeliverArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        store.deliver(self.effect).await.map_err(|error| failure(&error))?;
        let effect = store.effect(self.effect).await.map_err(|error| failure(&error))?;
        if self.json {
            output::print_json(&Delivered { effect: Effect::from(&effect) })?;
        } else {
            output::print(effect_line(&effect).trim_start())?;
        }
        Ok(Exit::Done)
    }
}

/// Close an order that a person has settled
///
/// DOKU is not asked about it any more. If a payment is reported after all, it has its effect.
#[derive(Args)]
pub(super) struct CloseArgs {
    /// The invoice number
    invoice: String,
    /// Why, in 1 to 200 characters
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl CloseArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        let order = store.close(&self.invoice, &self.reason).await.map_err(|error| failure(&error))?;
        if self.json {
            output::print_json(&Closed { order: Order::from(&order) })?;
        } else {
            output::print(&table(std::slice::from_ref(&order)))?;
        }
        Ok(Exit::Done)
    }
}

/// Empty the bodies and headers of what ended long ago: they hold personal data
///
/// Keys and digests stay for ever, so a notification that comes again after years is still known.
#[derive(Args)]
pub(super) struct PruneArgs {
    /// So many days ago
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    older_than: u32,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl PruneArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        let age = Duration::from_secs(u64::from(self.older_than) * 86_400);
        let emptied = store.prune(age).await.map_err(|error| failure(&error))?;
        if self.json {
            output::print_json(&Pruned { emptied })?;
        } else {
            output::print(&format!("{emptied} rows emptied"))?;
        }
        Ok(Exit::Done)
    }
}

/// Copy a store to a file that does not exist yet, as it is at one moment
///
/// Others may use the store meanwhile. A store in PostgreSQL is copied by its own tools, for example pg_dump.
#[derive(Args)]
pub(super) struct BackupArgs {
    /// The file to make
    file: PathBuf,
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl BackupArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        store.backup(&self.file).await.map_err(|error| failure(&error))?;
        let file = self.file.to_string_lossy().into_owned();
        let bytes = fs::metadata(&self.file).map_or(0, |metadata| metadata.len());
        if self.json {
            output::print_json(&Copied { file, bytes })?;
        } else {
            output::print(&file)?;
            output::say(&format!("copied {bytes} bytes; like the store, the copy holds customers' data"));
        }
        Ok(Exit::Done)
    }
}

/// Bring a store to the newest schema
///
/// A program that opens the store to place orders does so by itself.
#[derive(Args)]
pub(super) struct MigrateArgs {
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl MigrateArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = Store::migrate(self.location.require()?).await.map_err(|error| failure(&error))?;
        let schema = store.facts().await.map_err(|error| failure(&error))?.schema;
        if self.json {
            output::print_json(&Migrated { schema })?;
        } else {
            output::print(&format!("schema {schema}, the newest"))?;
        }
        Ok(Exit::Done)
    }
}
