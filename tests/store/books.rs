//! The merchant's book: a table of his own beside the store's, written in one transaction with the end of an effect.

use std::time::Duration;

use doku_store::{
    Effect,
    rusqlite::{Connection, Error, TransactionBehavior},
};

use crate::process::now;

/// Acts on an effect.
pub(crate) async fn sell(location: &str, effect: &Effect) -> Result<(), String> {
    if location.starts_with("postgres") {
        return sell_in_database(location, effect).await;
    }
    sell_in_file(location, effect)
}

/// Returns the statuses that were acted on, for one invoice number.
pub(crate) async fn sales(location: &str, invoice_number: &str) -> Vec<String> {
    if location.starts_with("postgres") {
        return sales_in_database(location, invoice_number).await;
    }
    let shop = Connection::open(location).unwrap();
    shop.busy_timeout(Duration::from_secs(5)).unwrap();
    let Ok(mut sales) = shop.prepare("select status from sales where invoice = ?1") else { return Vec::new() };
    let rows = sales.query_map([invoice_number], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn sell_in_file(location: &str, effect: &Effect) -> Result<(), String> {
    let text = |error: Error| error.to_string();
    let mut shop = Connection::open(location).map_err(text)?;
    shop.busy_timeout(Duration::from_secs(5)).map_err(text)?;
    shop.execute_batch("create table if not exists sales (invoice text not null, status text not null)")
        .map_err(text)?;
    let transaction = shop.transaction_with_behavior(TransactionBehavior::Immediate).map_err(text)?;
    let sale = [effect.invoice_number().to_owned(), effect.status().to_string()];
    transaction.execute("insert into sales values (?1, ?2)", sale).map_err(text)?;
    if effect.done_in(&transaction, now()).map_err(|error| error.to_string())? {
        transaction.commit().map_err(text)?;
    }
    Ok(())
}

#[cfg(feature = "postgres")]
async fn sell_in_database(location: &str, effect: &Effect) -> Result<(), String> {
    let text = |error: tokio_postgres::Error| error.to_string();
    let (mut shop, connection) = tokio_postgres::connect(location, tokio_postgres::NoTls).await.map_err(text)?;
    tokio::spawn(connection);
    shop.batch_execute("create table if not exists sales (invoice text not null, status text not null)")
        .await
        .map_err(text)?;
    let transaction = shop.transaction().await.map_err(text)?;
    let (invoice_number, status) = (effect.invoice_number(), effect.status().to_string());
    transaction.execute("insert into sales values ($1, $2)", &[&invoice_number, &status]).await.map_err(text)?;
    let done = transaction.query("select doku.done($1, $2)", &[&effect.id(), &effect.attempt()]).await.map_err(text)?;
    if done.is_empty() { Ok(()) } else { transaction.commit().await.map_err(text) }
}

#[cfg(feature = "postgres")]
async fn sales_in_database(location: &str, invoice_number: &str) -> Vec<String> {
    let (shop, connection) = tokio_postgres::connect(location, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let found = shop.query("select status from sales where invoice = $1", &[&invoice_number]).await;
    found.map(|rows| rows.iter().map(|row| row.get(0)).collect()).unwrap_or_default()
}

#[cfg(not(feature = "postgres"))]
async fn sell_in_database(_: &str, _: &Effect) -> Result<(), String> {
    Err("built without PostgreSQL".to_owned())
}

#[cfg(not(feature = "postgres"))]
async fn sales_in_database(_: &str, _: &str) -> Vec<String> {
    Vec::new()
}
