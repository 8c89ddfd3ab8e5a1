//! Rows from and to SQLite.

use bytes::Bytes;
use doku_indodana::Rupiah;
use rusqlite::{Error as SqlError, Params, Row, types::Type};

use crate::{
    Alerts, Rank, Verdict,
    record::{BodyKey, EffectRow, NotificationRow, OrderRow, amount_number, life_text, read_life},
    schedule::Call,
    verdict::AgeLabel,
};

/// Returns the error of a value that no version of this library wrote.
fn foreign(column: usize, what: &str) -> SqlError {
    SqlError::FromSqlConversionFailure(column, Type::Null, format!("it is no {what}").into())
}

fn rupiah(row: &Row<'_>, column: usize) -> Result<Rupiah, SqlError> {
    Rupiah::try_from(row.get::<_, i64>(column)?).map_err(|_| foreign(column, "amount"))
}

fn bytes(row: &Row<'_>, column: usize) -> Result<Option<Bytes>, SqlError> {
    Ok(row.get::<_, Option<Vec<u8>>>(column)?.map(Bytes::from))
}

fn key(row: &Row<'_>, column: usize) -> Result<BodyKey, SqlError> {
    let key = row.get_ref(column)?.as_blob().ok().and_then(|blob| BodyKey::try_from(blob).ok());
    key.ok_or_else(|| foreign(column, "digest"))
}

pub(super) fn order(row: &Row<'_>) -> Result<OrderRow, SqlError> {
    Ok(OrderRow {
        invoice_number: row.get(0)?,
        request_id: row.get(1)?,
        client_id: row.get(2)?,
        environment: row.get(3)?,
        body: bytes(row, 4)?,
        body_sha256: key(row, 5)?,
        amount: rupiah(row, 6)?,
        reference: row.get(7)?,
        rank: Rank::from_number(row.get(8)?).ok_or_else(|| foreign(8, "rank"))?,
        life: read_life(&row.get::<_, String>(9)?).ok_or_else(|| foreign(9, "life"))?,
        alerts: Alerts::from_number(row.get(10)?),
        answer: bytes(row, 11)?,
        payment_url: row.get(12)?,
        expires_at: row.get(13)?,
        due_at: row.get(14)?,
        next_call: Call::parse(&row.get::<_, String>(15)?).ok_or_else(|| foreign(15, "call"))?,
        attempt: row.get(16)?,
        revision: row.get(17)?,
        last_outcome: row.get(18)?,
        close_reason: row.get(19)?,
        created_at: row.get(20)?,
        changed_at: row.get(21)?,
    })
}

/// Returns the parameters of `order_insert.sql`.
pub(super) fn order_parameters(order: &OrderRow) -> impl Params + '_ {
    let values: [Box<dyn rusqlite::ToSql>; 22] = [
        Box::new(&order.invoice_number),
        Box::new(&order.request_id),
        Box::new(&order.client_id),
        Box::new(&order.environment),
        Box::new(order.body.as_deref()),
        Box::new(&order.body_sha256[..]),
        Box::new(amount_number(order.amount)),
        Box::new(&order.reference),
        Box::new(order.rank.as_number()),
        Box::new(life_text(order.life)),
        Box::new(order.alerts.as_number()),
        Box::new(order.answer.as_deref()),
        Box::new(&order.payment_url),
        Box::new(order.expires_at),
        Box::new(order.due_at),
        Box::new(order.next_call.as_str()),
        Box::new(order.attempt),
        Box::new(order.revision),
        Box::new(&order.last_outcome),
        Box::new(&order.close_reason),
        Box::new(order.created_at),
        Box::new(order.changed_at),
    ];
    rusqlite::params_from_iter(values)
}

pub(super) fn notification(row: &Row<'_>) -> Result<NotificationRow, SqlError> {
    let amount = row.get::<_, Option<i64>>(6)?.map(Rupiah::try_from).transpose();
    Ok(NotificationRow {
        id: row.get(0)?,
        client_id: row.get(1)?,
        request_id: row.get(2)?,
        body_sha256: key(row, 3)?,
        invoice_number: row.get(4)?,
        status: row.get(5)?,
        amount: amount.map_err(|_| foreign(6, "amount"))?,
        verdict: Verdict::parse(&row.get::<_, String>(7)?).ok_or_else(|| foreign(7, "verdict"))?,
        age: AgeLabel::parse(&row.get::<_, String>(8)?).ok_or_else(|| foreign(8, "age"))?,
        received_at: row.get(9)?,
    })
}

pub(super) fn effect(row: &Row<'_>) -> Result<EffectRow, SqlError> {
    Ok(EffectRow {
        id: row.get(0)?,
        invoice_number: row.get(1)?,
        status: row.get(2)?,
        amount: rupiah(row, 3)?,
        source: row.get(4)?,
        due_at: row.get(5)?,
        attempt: row.get(6)?,
        done_at: row.get(7)?,
        last_error: row.get(8)?,
        created_at: row.get(9)?,
        failures: row.get(10)?,
        dead_at: row.get(11)?,
        last_answer: row.get(12)?,
    })
}
