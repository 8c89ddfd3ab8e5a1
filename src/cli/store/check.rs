//! `doku store check`.

use clap::Args;

use super::{
    Location, failure,
    record::{Checked, Counts, Owner},
};
use crate::output::{self, Exit, Failure, clean};

/// Read the whole store, look for damage, and count
///
/// A transaction in PostgreSQL that holds others up is a warning, and no damage.
///
/// Exit codes: 0 sound and nothing unresolved; 7 damaged; 8 sound, and there are unresolved orders.
#[derive(Args)]
pub(super) struct StoreCheckArgs {
    #[command(flatten)]
    location: Location,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

impl StoreCheckArgs {
    pub(super) async fn run(&self) -> Result<Exit, Failure> {
        let store = self.location.open().await?;
        let facts = store.facts().await.map_err(|error| failure(&error))?;
        let damage = store.check().await.map_err(|error| failure(&error))?;
        let warnings = store.warnings().await.map_err(|error| failure(&error))?;
        let counts = Counts::from(&store.counts().await.map_err(|error| failure(&error))?);
        let exit = match (damage.is_empty(), counts.unresolved) {
            (false, _) => Exit::Unmet,
            (true, 0) => Exit::Done,
            (true, _) => Exit::Unresolved,
        };
        if self.json {
            let checked = Checked {
                owner: Owner::from(&store),
                engine: facts.engine,
                engine_version: facts.engine_version,
                schema: facts.schema,
                settings: facts.settings.into_iter().collect(),
                bytes: facts.bytes,
                counts,
                damage,
                warnings,
            };
            return output::print_json(&checked).map(|()| exit);
        }
        let settings: Vec<_> = facts.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let mut lines = vec![
            format!("store of {} at {}", clean(store.client_id()), clean(store.environment())),
            format!("{} {}, schema {}, {}", facts.engine, facts.engine_version, facts.schema, settings.join(", ")),
            format!("orders: {}, {} unresolved, {} due now", counts.orders, counts.unresolved, counts.due),
            format!("notifications: {}, {} set aside", counts.notifications, counts.quarantined),
            format!(
                "effects: {}, {} not done, {} not handed over any more",
                counts.effects, counts.open_effects, counts.dead_effects
            ),
        ];
        lines.extend(damage.iter().map(|damage| format!("damage: {}", clean(damage))));
        lines.push(match damage.len() {
            0 => "sound".to_owned(),
            1 => "damaged in 1 place".to_owned(),
            places => format!("damaged in {places} places"),
        });
        output::print(&lines.join("\n"))?;
        warnings.iter().for_each(|warning| output::say(&format!("warning: {}", clean(warning))));
        if !damage.is_empty() {
            output::say("help: stop what uses the store, keep the file as it is, and restore a backup");
        } else if counts.unresolved > 0 {
            output::say("help: `doku store list --unresolved` lists the orders that a person has to look at");
        }
        Ok(exit)
    }
}
