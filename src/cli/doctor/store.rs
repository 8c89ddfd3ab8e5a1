//! Checks of a store: whether it can be used, how safe it is, and what waits in it.

use doku_indodana::Environment;
use doku_store::{Counts, Facts, Store};

use super::{
    super::{
        output::{Exit, clean},
        store::{Location, failure},
    },
    check::Check,
};

/// A write-ahead log that is longer was not emptied for a long time.
const LONG_LOG: u64 = 64 << 20;

/// What began so many transactions ago keeps PostgreSQL from cleaning up.
const OLD_XMIN: u64 = 1_000_000;

/// Checks the store that is named, and changes nothing in it.
pub(super) async fn checks(
    location: &Location,
    environment: Option<&Environment>,
    client_id: Option<&str>,
) -> Vec<Check> {
    const NAME: &str = "store";
    let location = match location.find() {
        Ok(Some(location)) => location,
        Ok(None) => return vec![Check::skipped(NAME, "none is named; add --store LOCATION to check it")],
        Err(why) => {
            let (message, help) = why.words();
            return vec![help.into_iter().fold(Check::failed(NAME, Exit::Usage, message), Check::help)];
        }
    };
    let opened = match Store::open(location).await {
        Ok(store) => match (store.facts().await, store.counts().await, store.warnings().await) {
            (Ok(facts), Ok(counts), Ok(warnings)) => Ok((store, facts, counts, warnings)),
            (Err(error), ..) | (_, Err(error), _) | (.., Err(error)) => Err(error),
        },
        Err(error) => Err(error),
    };
    match opened {
        Ok((store, facts, counts, warnings)) => {
            let mut checks = vec![opened_check(&facts), owner(&store, environment, client_id), durable(&facts)];
            checks.extend(facts.mode.map(|mode| Check::ok("store, mode", format!("{mode:03o}: its owner alone"))));
            checks.extend(facts.log_bytes.map(log));
            checks.extend(facts.oldest_xmin.map(oldest));
            checks.extend(warnings.iter().map(|warning| Check::warning("store, held up", clean(warning))));
            checks.extend(waiting(&counts));
            checks
        }
        Err(error) => {
            let failure = failure(&error);
            vec![Check::failed(NAME, failure.exit, failure.words().0)]
        }
    }
}

fn opened_check(facts: &Facts) -> Check {
    let kilobytes = facts.bytes / 1024;
    Check::ok("store", format!("{} {}, schema {}, {kilobytes} KiB", facts.engine, facts.engine_version, facts.schema))
}

/// The store's environment and client id are those of the rest of the configuration.
fn owner(store: &Store, environment: Option<&Environment>, client_id: Option<&str>) -> Check {
    const NAME: &str = "store, owner";
    let theirs = format!("{} at {}", clean(store.client_id()), clean(store.environment()));
    let same = environment.is_none_or(|environment| environment.base_url() == store.environment())
        && client_id.is_none_or(|client_id| client_id == store.client_id());
    if same {
        return Check::ok(NAME, theirs);
    }
    Check::failed(NAME, Exit::Usage, format!("it belongs to {theirs}, and not to what is configured here"))
        .help("name the store of this environment and client id; each has its own")
}

/// Anything less is refused when the store is opened.
fn durable(facts: &Facts) -> Check {
    let settings: Vec<_> = facts.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    Check::ok("store, durable", format!("{}: each commit waits for the disk", settings.join(", ")))
}

fn log(bytes: u64) -> Check {
    const NAME: &str = "store, log";
    if bytes <= LONG_LOG {
        return Check::ok(NAME, format!("{} KiB of write-ahead log", bytes / 1024));
    }
    Check::warning(NAME, format!("{} MiB of write-ahead log, which was not emptied for long", bytes >> 20))
        .help("end the program that keeps a transaction on the file open")
}

fn oldest(transactions: u64) -> Check {
    const NAME: &str = "store, oldest xmin";
    if transactions < OLD_XMIN {
        return Check::ok(NAME, format!("{transactions} transactions ago"));
    }
    Check::warning(NAME, format!("{transactions} transactions ago: postgresql cannot clean up, and claims become slow"))
        .help("end the oldest transaction (pg_stat_activity), prepared transaction or replication slot")
}

/// What waits: for DOKU, for a handler, for a person.
fn waiting(counts: &Counts) -> Vec<Check> {
    let orders = format!("{} stored, {} due now", counts.orders, counts.due);
    let unresolved = match counts.unresolved {
        0 => Check::ok("store, unresolved", "none"),
        count => Check::failed("store, unresolved", Exit::Unresolved, format!("{count}: a person has to look at them"))
            .help("doku store list --unresolved"),
    };
    let quarantined = match counts.quarantined {
        0 => Check::ok("store, notifications", format!("{} stored, none set aside", counts.notifications)),
        count => Check::warning(
            "store, notifications",
            format!("{} stored, {count} set aside: genuine, and without effect", counts.notifications),
        )
        .help("doku store export prints each with its verdict; compare with DOKU's Back Office"),
    };
    let effects = format!("{} stored, {} not done", counts.effects, counts.open_effects);
    vec![Check::ok("store, orders", orders), unresolved, quarantined, Check::ok("store, effects", effects)]
}
