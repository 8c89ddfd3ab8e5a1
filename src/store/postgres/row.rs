//! Rows from PostgreSQL.

use bytes::Bytes;
use doku_indodana::{Rupiah, life::Life};
use tokio_postgres::{Row, types::FromSql};

use crate::{
    Alerts, Rank, StoreError, Verdict,
    record::{BodyKey, EffectRow, NotificationRow, OrderRow, read_life},
    schedule::Call,
    verdict::AgeLabel,
};

fn foreign(column: usize, what: &str) -> StoreError {
    StoreError::unavailable(format!("a row of the store cannot be read: column {column} is no {what}"))
}

pub(super) fn get<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<T, StoreError> {
    row.try_get(column).map_err(|_| foreign(column, "value that was written here"))
}

fn rupiah(row: &Row, column: usize) -> Result<Rupiah, StoreError> {
    Rupiah::try_from(get::<i64>(row, column)?).map_err(|_| foreign(column, "amount"))
}

fn bytes(row: &Row, column: usize) -> Result<Option<Bytes>, StoreError> {
    Ok(get::<Option<&[u8]>>(row, column)?.map(Bytes::copy_from_slice))
}

fn key(row: &Row, column: usize) -> Result<BodyKey, StoreError> {
    get::<&[u8]>(row, column)?.try_into().map_err(|_| foreign(column, "digest"))
}

pub(super) fn order(row: &Row) -> Result<OrderRow, StoreError> {
    Ok(OrderRow {
        invoice_number: get(row, 0)?,
        request_id: get(row, 1)?,
        client_id: get(row, 2)?,
        environment: get(row, 3)?,
        body: bytes(row, 4)?,
        body_sha256: key(row, 5)?,
        amount: rupiah(row, 6)?,
        reference: get(row, 7)?,
        rank: Rank::from_number(get(row, 8)?).ok_or_else(|| foreign(8, "rank"))?,
        life: life(row, 9)?,
        alerts: Alerts::from_number(get(row, 10)?),
        answer: bytes(row, 11)?,
        payment_url: get(row, 12)?,
        expires_at: get(row, 13)?,
        due_at: get(row, 14)?,
        next_call: Call::parse(get(row, 15)?).ok_or_else(|| foreign(15, "call"))?,
        attempt: get(row, 16)?,
        revision: get(row, 17)?,
        last_outcome: get(row, 18)?,
        close_reason: get(row, 19)?,
        created_at: get(row, 20)?,
        changed_at: get(row, 21)?,
    })
}

pub(super) fn life(row: &Row, column: usize) -> Result<Life, StoreError> {
    read_life(get(row, column)?).ok_or_else(|| foreign(column, "life"))
}

pub(super) fn notification(row: &Row) -> Result<NotificationRow, StoreError> {
    let amount = get::<Option<i64>>(row, 6)?.map(Rupiah::try_from).transpose();
    Ok(NotificationRow {
        id: get(row, 0)?,
        client_id: get(row, 1)?,
        request_id: get(row, 2)?,
        body_sha256: key(row, 3)?,
        invoice_number: get(row, 4)?,
        status: get(row, 5)?,
        amount: amount.map_err(|_| foreign(6, "amount"))?,
        verdict: Verdict::parse(get(row, 7)?).ok_or_else(|| foreign(7, "verdict"))?,
        age: AgeLabel::parse(get(row, 8)?).ok_or_else(|| foreign(8, "age"))?,
        received_at: get(row, 9)?,
    })
}

pub(super) fn effect(row: &Row) -> Result<EffectRow, StoreError> {
    Ok(EffectRow {
        id: get(row, 0)?,
        invoice_number: get(row, 1)?,
        status: get(row, 2)?,
        amount: rupiah(row, 3)?,
        source: get(row, 4)?,
        due_at: get(row, 5)?,
        attempt: get(row, 6)?,
        done_at: get(row, 7)?,
        last_error: get(row, 8)?,
        created_at: get(row, 9)?,
        failures: get(row, 10)?,
        dead_at: get(row, 11)?,
        last_answer: get(row, 12)?,
    })
}
