//! What is read and written in one transaction, statement by statement.

use rusqlite::{Connection, Error as SqlError, OptionalExtension as _, params};

use super::row;
use crate::{
    Rank, Verdict,
    record::{BodyKey, ClaimedOrder, EffectRow, OrderRow, Update, Written, amount_number, claimed_life, life_text},
    schedule::Millis,
};

pub(super) fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, SqlError>,
) -> Result<Vec<T>, SqlError> {
    connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

pub(super) fn change(connection: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<usize, SqlError> {
    connection.prepare_cached(sql)?.execute(parameters)
}

pub(super) fn order(connection: &Connection, invoice_number: &str) -> Result<Option<OrderRow>, SqlError> {
    let sql = include_str!("statements/order_select.sql");
    connection.prepare_cached(sql)?.query_row([invoice_number], row::order).optional()
}

pub(super) fn seen(
    connection: &Connection,
    client_id: &str,
    request_id: &str,
    key: &BodyKey,
) -> Result<(bool, bool), SqlError> {
    let sql = include_str!("statements/notification_seen.sql");
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)? != 0, row.get::<_, i64>(1)? != 0));
    connection.prepare_cached(sql)?.query_row(params![client_id, request_id, &key[..]], read)
}

pub(super) fn claim(connection: &Connection, row: OrderRow, due_at: Millis) -> Result<ClaimedOrder, SqlError> {
    let life_before = row.life;
    let row = OrderRow {
        due_at: Some(due_at),
        attempt: row.attempt + 1,
        revision: row.revision + 1,
        rank: row.rank.max(Rank::Sent),
        life: claimed_life(row.life),
        ..row
    };
    let sql = include_str!("statements/order_claim.sql");
    let parameters = params![row.invoice_number, row.revision - 1, due_at, row.rank.as_number(), life_text(row.life)];
    change(connection, sql, parameters)?;
    Ok(ClaimedOrder { row, life_before })
}

pub(super) fn take(
    connection: &Connection,
    now: Millis,
    lease: Millis,
    limit: u32,
) -> Result<Vec<EffectRow>, SqlError> {
    let sql = include_str!("statements/effect_due.sql");
    let mut due = rows(connection, sql, params![now, limit], row::effect)?;
    for effect in &mut due {
        let sql = include_str!("statements/effect_claim.sql");
        effect.due_at = now.saturating_add(lease);
        change(connection, sql, params![effect.id, effect.attempt, effect.due_at])?;
        effect.attempt += 1;
    }
    Ok(due)
}

/// Writes an update, or nothing.
pub(super) fn write(connection: &Connection, update: &Update) -> Result<Written, SqlError> {
    if let Some(new) = &update.notification {
        let (_, reused) = seen(connection, &new.client_id, &new.request_id, &new.body_sha256)?;
        let parameters = params![
            new.client_id,
            new.request_id,
            &new.body_sha256[..],
            &new.body[..],
            new.headers,
            new.invoice_number,
            new.status,
            new.amount.map(amount_number),
            new.verdict.code(),
            new.age.as_str(),
            update.now
        ];
        if change(connection, include_str!("statements/notification_insert.sql"), parameters)? == 0 {
            return Ok(Written::Repeated);
        }
        let appeared = new.verdict == Verdict::UnknownInvoice
            && new.invoice_number.as_deref().map(|number| order(connection, number)).transpose()?.flatten().is_some();
        if reused != new.reused || appeared {
            return Ok(Written::Stale);
        }
    }
    if let Some((id, verdict)) = update.matched {
        let sql = include_str!("statements/notification_verdict.sql");
        if change(connection, sql, params![id, verdict.code()])? == 0 {
            return Ok(Written::Repeated);
        }
    }
    if let Some(order) = &update.order {
        let parameters = params![
            order.invoice_number,
            order.revision,
            order.rank.as_number(),
            life_text(order.life),
            order.alerts.as_number(),
            order.answer.as_deref(),
            order.payment_url,
            order.due_at,
            order.next_call.as_str(),
            order.last_outcome,
            order.close_reason,
            update.now
        ];
        if change(connection, include_str!("statements/order_update.sql"), parameters)? == 0 {
            return Ok(Written::Stale);
        }
    }
    if let Some(effect) = &update.effect {
        let (invoice_number, status) = (&effect.invoice_number, &effect.status);
        let sql = include_str!("statements/effect_overtaken.sql");
        change(connection, sql, params![invoice_number, status, update.now])?;
        let parameters = params![invoice_number, status, amount_number(effect.amount), effect.source, update.now];
        change(connection, include_str!("statements/effect_insert.sql"), parameters)?;
    }
    Ok(Written::Done)
}

/// Ends an effect within a transaction of the caller's.
pub(crate) fn done(
    connection: &Connection,
    effect: i64,
    attempt: i64,
    answer: Option<&str>,
    now: Millis,
) -> Result<bool, SqlError> {
    let sql = include_str!("statements/effect_done.sql");
    Ok(change(connection, sql, params![effect, attempt, now, answer])? > 0)
}
