//! `doku store export`.

use clap::Args;

use super::{
    Location, failure,
    list::{PAGE, notifications},
    record::{Effect, Exported, Notification, Order, Owner},
};
use crate::output::{self, Exit, Failure};

/// Print everything as JSON, one document a line: the store, each order, notification and effect
///
/// Bodies and headers are left out: they hold personal data. `doku store backup` copies everything.
#[derive(Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    location: Location,
    /// Print JSON, as without it
    #[arg(long)]
    json: bool,
}

impl ExportArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        line(&Exported::Store(Owner::from(&store)))?;
        let mut after = String::new();
        loop {
            let page = store.orders(&after, PAGE).await.map_err(|error| failure(&error))?;
            page.iter().try_for_each(|order| line(&Exported::Order(Order::from(order))))?;
            match page.last() {
                Some(last) => after = last.invoice_number().to_owned(),
                None => break,
            }
        }
        let stored = notifications(&store, "").await?;
        stored.iter().try_for_each(|stored| line(&Exported::Notification(Notification::from(stored))))?;
        let mut after = 0;
        loop {
            let page = store.effects(false, after, PAGE).await.map_err(|error| failure(&error))?;
            page.iter().try_for_each(|effect| line(&Exported::Effect(Effect::from(effect))))?;
            match page.last() {
                Some(last) => after = last.id(),
                None => return Ok(Exit::Done),
            }
        }
    }
}

fn line(record: &Exported) -> Result<(), Failure> {
    output::print_json_line(&serde_json::json!(record))
}
