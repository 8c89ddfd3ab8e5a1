//! The store in PostgreSQL, for several machines: [`Postgres`].
//!
//! Each method is one statement, and so one transaction. The merchant's own transactions use the same tables through the
//! functions of the schema `doku`.

mod connection;
mod fault;
mod migration;
mod row;
mod tls;

use std::path::PathBuf;

use tokio_postgres::{
    Row,
    types::{ToSql, Type},
};

use self::{connection::Connections, row::get};
use crate::{
    StoreError, StoreErrorKind,
    engine::{Answer, Engine, Point, Points},
    entry::Entry,
    record::{
        BodyKey, ClaimedOrder, Counts, EffectRow, Facts, Failure, Inserted, NotificationRow, OrderRow, Owner, Seen,
        Update, Written, amount_number, life_text,
    },
    schedule::Millis,
};

/// A store in a database.
#[derive(Debug)]
pub(crate) struct Postgres {
    connections: Connections,
    /// Whether the store's own clock counts, as in tests.
    own_clock: bool,
    points: Points,
}

/// Parameters with their types, so that a statement needs no name and no second round.
macro_rules! typed {
    ($($value:expr => $kind:ident),* $(,)?) => {
        &[$((&$value as &(dyn ToSql + Sync), Type::$kind)),*]
    };
}

impl Postgres {
    /// Connects, looks at the schema and brings it up to date.
    pub(crate) async fn open(
        address: &str,
        entry: &Entry,
        own_clock: bool,
        points: Points,
    ) -> Result<(Self, Owner), StoreError> {
        let connections = Connections::new(address)?;
        let owner = migration::prepare(&connections, entry).await?;
        Ok((Self { connections, own_clock, points }, owner))
    }

    async fn all<T>(
        &self,
        sql: &str,
        parameters: connection::Parameters<'_>,
        read: fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.connections.rows(sql, parameters).await?.iter().map(read).collect()
    }

    async fn find_order(&self, invoice_number: &str) -> Result<Option<OrderRow>, StoreError> {
        let sql = include_str!("postgres/statements/order_select.sql");
        Ok(self.all(sql, typed![invoice_number => TEXT], row::order).await?.pop())
    }

    /// Returns whether a statement that returns what it changed changed anything.
    async fn changed(&self, sql: &str, parameters: connection::Parameters<'_>) -> Result<bool, StoreError> {
        let counted = format!("with changed as ({} returning 1) select count(*) from changed", sql.trim_end());
        let rows = self.connections.rows(&counted, parameters).await?;
        Ok(rows.first().map(|row| get::<i64>(row, 0)).transpose()?.unwrap_or(0) > 0)
    }
}

fn claimed(row: &Row) -> Result<ClaimedOrder, StoreError> {
    Ok(ClaimedOrder { row: row::order(row)?, life_before: row::life(row, 22)? })
}

impl Engine for Postgres {
    fn now(&self) -> Answer<'_, Option<Millis>> {
        Box::pin(async move {
            if self.own_clock {
                return Ok(None);
            }
            let rows = self.connections.rows("select doku.now()", &[]).await?;
            rows.first().map(|row| get(row, 0)).transpose()
        })
    }

    fn insert(&self, order: OrderRow, key: Option<String>) -> Answer<'_, Inserted> {
        Box::pin(async move {
            let parameters = typed![
                order.invoice_number => TEXT, order.request_id => TEXT, order.client_id => TEXT,
                order.environment => TEXT, order.body.as_deref() => BYTEA, &order.body_sha256[..] => BYTEA,
                amount_number(order.amount) => INT8, order.reference => TEXT, order.rank.as_number() => INT8,
                life_text(order.life) => TEXT, order.alerts.as_number() => INT8, order.answer.as_deref() => BYTEA,
                order.payment_url => TEXT, order.expires_at => INT8, order.due_at => INT8,
                order.next_call.as_str() => TEXT, order.attempt => INT8, order.revision => INT8,
                order.last_outcome => TEXT, order.close_reason => TEXT, order.created_at => INT8,
                order.changed_at => INT8, key => TEXT,
            ];
            self.points.pass(Point::OutboxWritten);
            if self.changed(include_str!("postgres/statements/order_insert.sql"), parameters).await? {
                return Ok(Inserted::New);
            }
            if key.is_some() {
                let parameters = typed![key => TEXT, order.invoice_number => TEXT, &order.body_sha256[..] => BYTEA];
                let sql = include_str!("postgres/statements/key_reused.sql");
                if self.all(sql, parameters, |row| get::<i64>(row, 0)).await? != [0] {
                    return Ok(Inserted::KeyReused);
                }
            }
            let existing = self.find_order(&order.invoice_number).await?;
            let vanished = || StoreError::unavailable("an order vanished while it was looked at; try again");
            Ok(Inserted::Existing(Box::new(existing.ok_or_else(vanished)?)))
        })
    }

    fn order(&self, invoice_number: String) -> Answer<'_, Option<OrderRow>> {
        Box::pin(async move { self.find_order(&invoice_number).await })
    }

    fn seen(
        &self,
        invoice_number: Option<String>,
        client_id: String,
        request_id: String,
        key: BodyKey,
    ) -> Answer<'_, Seen> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/notification_seen.sql");
            let parameters = typed![client_id => TEXT, request_id => TEXT, &key[..] => BYTEA];
            let seen = self.all(sql, parameters, |row| Ok((get(row, 0)?, get(row, 1)?))).await?;
            let (repeated, reused) = seen.first().copied().unwrap_or((false, false));
            let order = match invoice_number {
                Some(number) => self.find_order(&number).await?,
                None => None,
            };
            Ok(Seen { order, repeated, reused })
        })
    }

    fn write(&self, update: Update) -> Answer<'_, Written> {
        Box::pin(async move {
            let (new, matched) = (update.notification.as_ref(), update.matched);
            let (order, effect) = (update.order.as_ref(), update.effect.as_ref());
            let parameters = typed![
                update.now => INT8,
                new.map(|new| &new.client_id) => TEXT,
                new.map(|new| &new.request_id) => TEXT,
                new.map(|new| &new.body_sha256[..]) => BYTEA,
                new.map(|new| &new.body[..]) => BYTEA,
                new.map(|new| &new.headers) => TEXT,
                new.and_then(|new| new.invoice_number.as_ref()) => TEXT,
                new.and_then(|new| new.status.as_ref()) => TEXT,
                new.and_then(|new| new.amount).map(amount_number) => INT8,
                new.map(|new| new.verdict.code()) => TEXT,
                new.map(|new| new.age.as_str()) => TEXT,
                new.map(|new| new.reused) => BOOL,
                matched.map(|(id, _)| id) => INT8,
                matched.map(|(_, verdict)| verdict.code()) => TEXT,
                order.map(|order| &order.invoice_number) => TEXT,
                order.map(|order| order.revision) => INT8,
                order.map(|order| order.rank.as_number()) => INT8,
                order.map(|order| life_text(order.life)) => TEXT,
                order.map(|order| order.alerts.as_number()) => INT8,
                order.and_then(|order| order.answer.as_deref()) => BYTEA,
                order.and_then(|order| order.payment_url.as_ref()) => TEXT,
                order.and_then(|order| order.due_at) => INT8,
                order.map(|order| order.next_call.as_str()) => TEXT,
                order.and_then(|order| order.last_outcome.as_ref()) => TEXT,
                order.and_then(|order| order.close_reason.as_ref()) => TEXT,
                effect.map(|effect| &effect.invoice_number) => TEXT,
                effect.map(|effect| &effect.status) => TEXT,
                effect.map(|effect| amount_number(effect.amount)) => INT8,
                effect.map(|effect| effect.source) => TEXT,
            ];
            if new.is_some() {
                self.points.pass(Point::InboxWritten);
            }
            let sql = include_str!("postgres/statements/write.sql");
            let written = self.all(sql, parameters, |row| get::<String>(row, 0)).await?;
            match written.first().map(String::as_str) {
                Some("done") => Ok(Written::Done),
                Some("repeated") => Ok(Written::Repeated),
                Some("stale") => Ok(Written::Stale),
                _ => Err(StoreError::bug("the store's function answered something else, please report this")),
            }
        })
    }

    fn claim(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<ClaimedOrder>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/order_claim.sql");
            let due_at = now.saturating_add(lease);
            self.all(sql, typed![now => INT8, due_at => INT8, i64::from(limit) => INT8], claimed).await
        })
    }

    fn claim_one(&self, invoice_number: String, now: Millis, lease: Millis) -> Answer<'_, Option<ClaimedOrder>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/order_claim_one.sql");
            let due_at = now.saturating_add(lease);
            Ok(self.all(sql, typed![invoice_number => TEXT, due_at => INT8], claimed).await?.pop())
        })
    }

    fn take(&self, now: Millis, lease: Millis, limit: u32) -> Answer<'_, Vec<EffectRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_take.sql");
            let due_at = now.saturating_add(lease);
            self.all(sql, typed![now => INT8, due_at => INT8, i64::from(limit) => INT8], row::effect).await
        })
    }

    fn done(&self, effect: i64, attempt: i64, answer: Option<String>, now: Millis) -> Answer<'_, bool> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_done.sql");
            self.changed(sql, typed![effect => INT8, attempt => INT8, now => INT8, answer => TEXT]).await
        })
    }

    fn failed(&self, effect: i64, attempt: i64, failure: Failure) -> Answer<'_, bool> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_failed.sql");
            let Failure { error, due_at, .. } = &failure;
            let dead_at = failure.dead_at();
            let parameters = typed![effect => INT8, attempt => INT8, error => TEXT, due_at => INT8, dead_at => INT8];
            self.changed(sql, parameters).await
        })
    }

    fn again(&self, effect: i64, now: Millis) -> Answer<'_, bool> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_again.sql");
            self.changed(sql, typed![effect => INT8, now => INT8]).await
        })
    }

    fn effect(&self, effect: i64) -> Answer<'_, Option<EffectRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_select.sql");
            Ok(self.all(sql, typed![effect => INT8], row::effect).await?.pop())
        })
    }

    fn unmatched(&self, limit: u32) -> Answer<'_, Vec<NotificationRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/notification_unmatched.sql");
            self.all(sql, typed![i64::from(limit) => INT8], row::notification).await
        })
    }

    fn orders(&self, unresolved: bool, after: String, limit: u32) -> Answer<'_, Vec<OrderRow>> {
        Box::pin(async move {
            let sql = if unresolved {
                include_str!("postgres/statements/order_unresolved.sql")
            } else {
                include_str!("postgres/statements/order_list.sql")
            };
            self.all(sql, typed![after => TEXT, i64::from(limit) => INT8], row::order).await
        })
    }

    fn effects(&self, open: bool, dead: bool, after: i64, limit: u32) -> Answer<'_, Vec<EffectRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_list.sql");
            self.all(sql, typed![after => INT8, open => BOOL, dead => BOOL, i64::from(limit) => INT8], row::effect)
                .await
        })
    }

    fn effects_of(&self, invoice_number: String) -> Answer<'_, Vec<EffectRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/effect_of_order.sql");
            self.all(sql, typed![invoice_number => TEXT], row::effect).await
        })
    }

    fn notifications(
        &self,
        invoice_number: String,
        quarantined: bool,
        after: i64,
        limit: u32,
    ) -> Answer<'_, Vec<NotificationRow>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/notification_list.sql");
            let parameters =
                typed![after => INT8, invoice_number => TEXT, quarantined => BOOL, i64::from(limit) => INT8];
            self.all(sql, parameters, row::notification).await
        })
    }

    fn prune(&self, before: Millis) -> Answer<'_, u64> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/prune.sql");
            let emptied = self.all(sql, typed![before => INT8], |row| get::<i64>(row, 0)).await?;
            Ok(emptied.first().and_then(|emptied| u64::try_from(*emptied).ok()).unwrap_or(0))
        })
    }

    fn backup(&self, _: PathBuf) -> Answer<'_, ()> {
        let text = "a store in postgresql is copied by its own tools, for example pg_dump --schema=doku";
        Box::pin(std::future::ready(Err(StoreError::new(StoreErrorKind::NotPossible, text))))
    }

    fn check(&self) -> Answer<'_, Vec<String>> {
        let sql = include_str!("postgres/statements/check.sql");
        Box::pin(self.all(sql, &[], |row| get(row, 0)))
    }

    fn warnings(&self, lease: Millis) -> Answer<'_, Vec<String>> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/warnings.sql");
            self.all(sql, typed![lease => INT8], |row| get(row, 0)).await
        })
    }

    fn counts(&self, now: Millis) -> Answer<'_, Counts> {
        Box::pin(async move {
            let sql = include_str!("postgres/statements/counts.sql");
            let rows = self.connections.rows(sql, typed![now => INT8]).await?;
            let row = rows.first().ok_or_else(|| StoreError::bug("postgresql counted nothing, please report this"))?;
            let number = |column| get::<i64>(row, column).map(|number| u64::try_from(number).unwrap_or(0));
            Ok(Counts {
                orders: number(0)?,
                unresolved: number(1)?,
                due: number(2)?,
                notifications: number(3)?,
                quarantined: number(4)?,
                effects: number(5)?,
                open_effects: number(6)?,
                dead_effects: number(7)?,
            })
        })
    }

    fn facts(&self) -> Answer<'_, Facts> {
        Box::pin(async move {
            let rows = self.connections.rows(include_str!("postgres/statements/facts.sql"), &[]).await?;
            let row = rows.first().ok_or_else(|| StoreError::bug("postgresql told nothing, please report this"))?;
            let number = |column| get::<i64>(row, column).map(|number| u64::try_from(number).unwrap_or(0));
            Ok(Facts {
                engine: "postgresql",
                engine_version: get(row, 0)?,
                schema: number(1)?,
                settings: vec![("fsync", get(row, 2)?), ("synchronous_commit", get(row, 3)?)],
                bytes: number(4)?,
                log_bytes: None,
                mode: None,
                oldest_xmin: Some(number(5)?),
            })
        })
    }

    fn has_failed(&self) -> bool {
        false
    }
}
