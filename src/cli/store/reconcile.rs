//! `doku store reconcile`.

use std::time::Duration;

use clap::Args;
use doku_indodana::{Client, Environment};
use doku_store::Orders;
use tokio::time::interval;

use super::{
    Location, failure,
    list::table,
    record::{Listed, Order},
};
use crate::{
    environment, outcome,
    output::{self, Exit, Failure, clean},
};

/// So often DOKU is called at most.
const PACE: Duration = Duration::from_millis(500);

/// Ask DOKU about an order now, or about each one that is unresolved
///
/// An order that has no answer yet is sent again: the same bytes under the same request id, which makes no second one.
/// The environment is the store's; one in production needs --live. The client id is read from DOKU_CLIENT_ID, the secret
/// key from DOKU_SECRET_KEY or from the file that DOKU_SECRET_KEY_FILE names. Exit code 8 where one of these orders is
/// still unresolved.
#[derive(Args)]
pub(super) struct ReconcileArgs {
    /// The invoice number; without it, each order that is unresolved
    invoice: Option<String>,
    #[command(flatten)]
    location: Location,
    /// Call DOKU's production, where the store belongs to it
    #[arg(long)]
    live: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl ReconcileArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        // Looked at first, so that no store is made where there is none.
        let store = self.location.open().await?;
        let environment = environment(store.environment(), self.live)?;
        let invoices = match &self.invoice {
            Some(invoice) => vec![invoice.clone()],
            None => {
                let unresolved = store.unresolved().await.map_err(|error| failure(&error))?;
                unresolved.iter().map(|order| order.invoice_number().to_owned()).collect()
            }
        };
        drop(store);
        let credentials = environment::credentials(&environment)?;
        let client = Client::new(environment, credentials).map_err(|error| outcome::failure(&error))?;
        let orders = Orders::open(client, self.location.require()?).await.map_err(|error| failure(&error))?;
        let mut pace = interval(PACE);
        let mut asked = Vec::new();
        for invoice in &invoices {
            pace.tick().await;
            output::say(&format!("asking about {}", clean(invoice)));
            asked.push(orders.reconcile(invoice).await.map_err(|error| failure(&error))?);
        }
        let listed = Listed::new(asked.iter().map(Order::from).collect());
        if self.json {
            output::print_json(&listed)?;
        } else {
            output::print(&table(&asked))?;
            output::say(&format!("{} asked about, {} unresolved", asked.len(), listed.unresolved));
        }
        Ok(listed.exit())
    }
}

/// Returns the environment of a store. Production is called only where a person or a program says so, each time.
pub(crate) fn environment(base_url: &str, live: bool) -> Result<Environment, Failure> {
    let environment = Environment::custom(base_url).map_err(|error| {
        Failure::usage(format!("the store belongs to an environment that cannot be called: {error}"))
    })?;
    match (&environment, live) {
        (Environment::Production, false) => {
            Err(Failure::usage("the store belongs to doku's production, and this is not enough; nobody was called")
                .help("add --live each time that production is meant"))
        }
        (Environment::Production, true) | (_, false) => Ok(environment),
        (_, true) => Err(Failure::usage("--live is for production, and the store belongs to another environment")
            .help("leave it out, or name another store")),
    }
}
