//! The versions of the schema `doku`. Each step is a text of its own and one transaction, and one process at a time does it.

use super::{connection::Connections, row};
use crate::{StoreError, entry::Entry, record::Owner};

/// The step that leads to version 1 comes first.
const STEPS: [&str; 3] =
    [include_str!("migrations/0001.sql"), include_str!("migrations/0002.sql"), include_str!("migrations/0003.sql")];

/// The version that this library knows.
const NEWEST: i64 = STEPS.len() as i64;

/// One number for all processes that bring a store up to date.
const LOCK: &str = "select pg_advisory_xact_lock(7023616)";

/// Brings a database to this version, and makes the schema where there is none and it may be made. Refuses what is not
/// ours. Returns whose it is.
pub(super) async fn prepare(connections: &Connections, entry: &Entry) -> Result<Owner, StoreError> {
    let unusable = |what: &str| StoreError::unusable(format!("the store in postgresql cannot be used: {what}"));
    for _ in 0..=STEPS.len() {
        let Some((version, theirs)) = version(connections).await? else {
            match entry.owner() {
                Some(owner) => create(connections, owner).await?,
                None => return Err(unusable("there is none in this database; name the database of a store")),
            }
            continue;
        };
        entry.judge(version, NEWEST, &theirs).map_err(|what| unusable(&what))?;
        let Some(step) = usize::try_from(version).ok().and_then(|version| STEPS.get(version)) else {
            return Ok(theirs);
        };
        let next = version + 1;
        let stepped = connections
            .batch(&format!(
                "begin; {LOCK}; {step}; update doku.meta set version = {next} where version = {version}; commit"
            ))
            .await;
        // Whoever comes second finds what the step makes, and his own fails without a trace.
        if let Err(error) = stepped
            && self::version(connections).await?.is_none_or(|(now, _)| now == version)
        {
            return Err(error);
        }
    }
    Err(StoreError::unavailable("others bring the store in postgresql up to date at this moment; try again"))
}

async fn version(connections: &Connections) -> Result<Option<(i64, Owner)>, StoreError> {
    let sql = "select to_regnamespace('doku') is not null, to_regclass('doku.meta') is not null";
    let found = connections.rows(sql, &[]).await?;
    let found = found.first().ok_or_else(|| StoreError::bug("postgresql answered nothing, please report this"))?;
    match (row::get::<bool>(found, 0)?, row::get::<bool>(found, 1)?) {
        (false, _) => return Ok(None),
        (true, false) => {
            let text = "the schema doku of this database is another program's; name another database";
            return Err(StoreError::unusable(text));
        }
        (true, true) => {}
    }
    let meta = connections.rows("select version, environment, client_id from doku.meta", &[]).await?;
    let meta = meta.first().ok_or_else(|| StoreError::unusable("the schema doku is not whole: restore a backup"))?;
    Ok(Some((row::get(meta, 0)?, Owner { environment: row::get(meta, 1)?, client_id: row::get(meta, 2)? })))
}

async fn create(connections: &Connections, owner: &Owner) -> Result<(), StoreError> {
    let made = connections
        .batch(&format!(
            "begin; {LOCK}; {}; {}; insert into doku.meta (version, environment, client_id, created_at) values \
             ({NEWEST}, {}, {}, doku.now()); commit",
            include_str!("migrations/0000.sql"),
            STEPS.concat(),
            literal(&owner.environment),
            literal(&owner.client_id),
        ))
        .await;
    if let Err(error) = made {
        // Another process may have made it at the same moment.
        return if version(connections).await?.is_some() { Ok(()) } else { Err(error) };
    }
    Ok(())
}

/// Returns a text as SQL writes it. Statements of several steps take no parameters.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
