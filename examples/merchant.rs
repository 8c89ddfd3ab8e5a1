//! A small shop on the store: it takes an order, sends the customer to the payment page, receives the notification, and
//! ships once. Kill it whenever you like and start it again: no order is lost or doubled.
//!
//! ```text
//! cargo run --package doku-cli -- simulator --notification-url http://127.0.0.1:8080/payments/notifications
//! cargo run --package doku-store --example merchant   # then open http://127.0.0.1:8080
//! ```
//!
//! Without `DOKU_ENVIRONMENT` it talks to the simulator. With `sandbox` or a URL it takes the credentials from
//! `DOKU_CLIENT_ID` and `DOKU_SECRET_KEY`. Real orders need `production` and the argument `--live`. The store is the file
//! `shop.db`, or what `DOKU_STORE` names.

use std::{error::Error, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use doku_indodana::{
    Address, Category, Client, Credentials, Customer, Environment, GenerateOrderRequest, LineItem, Order,
    PeerToPeerInfo, TransactionStatus,
};
use doku_store::{
    Effect, NOTIFICATION_PATH, Orders, StoreError,
    rusqlite::{self, Connection, TransactionBehavior},
};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Clone)]
pub(crate) struct Shop {
    orders: Orders,
    /// The store's file, which holds the shop's own table as well.
    file: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // The simulator's key is known to everyone, so it is used with the simulator alone.
    let (environment, credentials) = match std::env::var("DOKU_ENVIRONMENT").as_deref() {
        Ok("sandbox") => (Environment::Sandbox, Credentials::from_env()?),
        Ok("production") => (Environment::Production, Credentials::from_env()?),
        Ok(url) => (Environment::custom(url)?, Credentials::from_env()?),
        Err(_) => (
            Environment::custom("http://127.0.0.1:4000")?,
            Credentials::new(doku_simulator::CLIENT_ID.parse()?, doku_simulator::SECRET_KEY.parse()?),
        ),
    };
    if environment == Environment::Production && !std::env::args().any(|argument| argument == "--live") {
        return Err("DOKU_ENVIRONMENT names production, where orders are real; add --live if that is meant".into());
    }
    let file = std::env::var("DOKU_STORE").unwrap_or_else(|_| "shop.db".to_owned());
    let shop = Shop::open(Client::new(environment, credentials)?, &file).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    eprintln!("the shop is at http://{}", listener.local_addr()?);
    let serving = axum::serve(listener, shop.clone().routes());
    // Whichever ends first ends the shop: orders without anybody who sees them through are no orders.
    tokio::select! {
        served = async { serving.await } => served?,
        run = shop.run(async { drop(tokio::signal::ctrl_c().await) }) => run?,
    }
    Ok(())
}

impl Shop {
    pub(crate) async fn open(doku: Client, file: &str) -> Result<Self, Box<dyn Error>> {
        let orders = Orders::open(doku, file).await?;
        connect(file)?.execute_batch("create table if not exists shipments (invoice_number text primary key)")?;
        Ok(Self { orders, file: file.to_owned() })
    }

    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/", get(front))
            .route("/buy", post(buy))
            .route(
                "/done",
                get(|| async { Html("<p>Thank you. We tell you when the payment has arrived. <a href=/>Back</a>") }),
            )
            .route("/cancel", get(|| async { Html("<p>Cancelled. <a href=/>Back</a>") }))
            .route(NOTIFICATION_PATH, post(notified))
            .with_state(self)
    }

    /// Sees orders through until the shop closes: sends what has no answer, asks about what is open, acts on what is paid.
    pub(crate) async fn run(&self, closing: impl Future<Output = ()> + Send) -> Result<(), StoreError> {
        let file = self.file.clone();
        let act = move |effect: Effect| {
            let file = file.clone();
            async move { ship(&file, &effect) }
        };
        self.orders.run(act, closing).await
    }
}

/// Ships what is paid. The shipment and the end of the effect are one transaction, so it is shipped once, whatever happens.
fn ship(file: &str, effect: &Effect) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut shop = connect(file)?;
    let transaction = shop.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if effect.status() == TransactionStatus::Success {
        transaction.execute("insert into shipments values (?1)", [effect.invoice_number()])?;
    }
    // Not ours to end any more: another attempt did, or a newer status came. Then nothing is written.
    if effect.done_in(&transaction, now())? {
        transaction.commit()?;
        eprintln!("{} is {}", effect.invoice_number(), effect.status());
    }
    Ok(())
}

fn connect(file: &str) -> Result<Connection, rusqlite::Error> {
    let shop = Connection::open(file)?;
    shop.busy_timeout(Duration::from_secs(5))?;
    Ok(shop)
}

async fn front(State(shop): State<Shop>) -> Response {
    let orders = match shop.orders.orders("", 100).await {
        Ok(orders) => orders,
        Err(error) => return unavailable(&error),
    };
    let rows: String = orders
        .iter()
        .map(|order| format!("<li>{}: Rp{} {}", order.invoice_number(), order.amount(), order.rank()))
        .collect();
    // Each page has a cart of its own; pressing its button twice buys it once.
    let cart = random();
    Html(format!(
        "<h1>Ayam geprek</h1><form method=post action=\"/buy?cart={cart}\"><button>Buy two for Rp100000</button></form>\
         <ul>{rows}</ul>"
    ))
    .into_response()
}

#[derive(Deserialize)]
struct Buy {
    cart: Uuid,
}

/// Places the order and sends the customer to the payment page.
async fn buy(State(shop): State<Shop>, Query(Buy { cart }): Query<Buy>) -> Response {
    // The cart is the invoice number: a double click, a reload and a restart in between are the same order.
    let request = match order(&format!("INV-{}", cart.simple())) {
        Ok(request) => request,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    };
    match shop.orders.place(&request).await {
        Ok(order) => match order.payment_url() {
            Some(payment_url) => Redirect::to(payment_url).into_response(),
            None if order.rank() == doku_store::Rank::Refused => {
                (StatusCode::BAD_GATEWAY, "Indodana cannot be used for this order. Please choose another way to pay.")
                    .into_response()
            }
            None => {
                let text = "We do not know yet whether the order was made. Please wait a moment, and reload this page.";
                (StatusCode::ACCEPTED, text).into_response()
            }
        },
        Err(error) => unavailable(&error),
    }
}

/// Receives DOKU's notification: verified, stored, on the disk, and only then acknowledged.
async fn notified(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = shop.orders.receive(&headers, &body).await;
    match (answer.verification(), answer.error(), answer.verdict()) {
        (Some(why), _, _) => eprintln!("refused a notification: {why}"),
        (_, Some(why), _) => eprintln!("could not store a notification: {why}"),
        (_, _, Some(verdict)) if verdict.is_quarantined() => eprintln!("set a notification aside: {verdict}"),
        _ => {}
    }
    answer.into_response().map(Body::from)
}

/// The text holds no personal data, so it may be logged.
fn unavailable(error: &StoreError) -> Response {
    eprintln!("{error}");
    (error.http_status(), "Please try again in a moment.").into_response()
}

/// Returns an id that nobody made before, after a restart and on another machine too.
#[expect(clippy::disallowed_methods, reason = "the ids of the shop")]
fn random() -> Uuid {
    Uuid::new_v4()
}

#[expect(clippy::disallowed_methods, reason = "the clock of the shop")]
fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

fn order(invoice_number: &str) -> Result<GenerateOrderRequest, doku_indodana::Error> {
    let item = LineItem::builder()
        .name("Ayam geprek")
        .price(50_000)
        .quantity(2)
        .id("1002")
        .category(Category::FoodAndBeverage)
        .type_("meal");
    let order = Order::builder()
        .invoice_number(invoice_number)
        .amount(100_000)
        .line_items(vec![item.try_into()?])
        .callback_url("http://127.0.0.1:8080/done")
        .callback_url_cancel("http://127.0.0.1:8080/cancel");
    let customer =
        Customer::builder().first_name("Sari").last_name("Wulandari").email("s.w@mail.example").phone("6281122334455");
    let address = Address::builder()
        .first_name("Sari")
        .last_name("Wulandari")
        .address("Jalan Melati No. 25")
        .city("Jakarta")
        .postal_code("12960")
        .phone("6281122334455")
        .country_code("IDN");
    Ok(GenerateOrderRequest::builder()
        .order(order)
        .peer_to_peer_info(PeerToPeerInfo::builder().merchant_unique_reference(invoice_number).expired_time(60))
        .customer(customer)
        .billing_address(address)
        .try_into()?)
}
