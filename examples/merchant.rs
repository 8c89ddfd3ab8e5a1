//! A small shop: it takes an order, sends the customer to the payment page, and receives the notification.
//!
//! ```text
//! cargo run --package doku-cli -- simulator --notification-url http://127.0.0.1:8080/payments/notifications
//! cargo run --package doku-simulator --example merchant   # then open http://127.0.0.1:8080
//! ```
//!
//! Without `DOKU_ENVIRONMENT` it talks to the simulator. With `sandbox` or a URL it takes the credentials from
//! `DOKU_CLIENT_ID` and `DOKU_SECRET_KEY`. Real orders need `production` and the argument `--live`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    extract::{FromRef, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use doku_indodana::{
    Address, Category, Client, Credentials, Customer, Environment, Error, GenerateOrderRequest, LineItem,
    NotificationEndpoint, Order, Outcome, PeerToPeerInfo, PreparedOrder, Rupiah, TransactionStatus, Verifier,
    axum_0_8::{Acknowledgement, NotificationRejection, VerifiedNotification},
};
use serde::Deserialize;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The path of the notification URL, exactly as DOKU has it.
const NOTIFICATION_PATH: &str = "/payments/notifications";

#[derive(Clone)]
pub(crate) struct Shop {
    doku: Client,
    notifications: NotificationEndpoint,
    /// By the cart that was bought. A real shop keeps them in a database: see the package `doku-store`.
    sales: Arc<Mutex<BTreeMap<Uuid, Arc<Sale>>>>,
}

/// Where the extractor of notifications finds what it needs.
impl FromRef<Shop> for NotificationEndpoint {
    fn from_ref(shop: &Shop) -> Self {
        shop.notifications.clone()
    }
}

/// What the shop knows of an order, made before it is sent.
struct Sale {
    /// Frozen with its request id: however often it is sent, it is one order.
    prepared: PreparedOrder,
    invoice_number: String,
    amount: Rupiah,
    status: Mutex<TransactionStatus>,
    payment_url: OnceCell<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
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
    let app = Shop::new(environment, credentials)?.routes();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    eprintln!("the shop is at http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

impl Shop {
    pub(crate) fn new(environment: Environment, credentials: Credentials) -> Result<Self, Box<dyn std::error::Error>> {
        Ok(Self {
            doku: Client::new(environment, credentials.clone())?,
            notifications: NotificationEndpoint::new(Verifier::new(credentials), NOTIFICATION_PATH)?,
            sales: Arc::default(),
        })
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

    /// Returns the sale of a cart: the one that is there, so that a double click buys once, or else a new one.
    fn sale(&self, cart: Uuid) -> Result<Arc<Sale>, Error> {
        let mut sales = unpoisoned(&self.sales);
        if let Some(sale) = sales.get(&cart) {
            return Ok(Arc::clone(sale));
        }
        // A number that was counted would come again after a restart, and with it another customer's payment.
        let invoice_number = format!("INV-{}", random().simple());
        let amount = Rupiah::try_from(100_000).expect("a whole number of rupiah");
        let prepared = self.doku.prepare(&order(&invoice_number)?)?;
        let (status, payment_url) = (Mutex::new(TransactionStatus::Pending), OnceCell::new());
        // A real shop stores `prepared.request_id()` and `prepared.body()` here, to send the same order after a crash.
        let sale = Arc::new(Sale { prepared, invoice_number, amount, status, payment_url });
        sales.insert(cart, Arc::clone(&sale));
        Ok(sale)
    }
}

impl Sale {
    /// Returns where the customer pays. The order is sent by whoever comes first; who comes at the same time waits.
    async fn payment_url(&self, doku: &Client) -> Result<String, Error> {
        let send = || async { Ok(doku.send(&self.prepared).await?.payment_url().to_owned()) };
        self.payment_url.get_or_try_init(send).await.cloned()
    }
}

async fn front(State(shop): State<Shop>) -> Html<String> {
    let sales = unpoisoned(&shop.sales);
    let rows: String = sales
        .values()
        .map(|sale| format!("<li>{}: Rp{} {}", sale.invoice_number, sale.amount, unpoisoned(&sale.status)))
        .collect();
    // Each page has a cart of its own; pressing its button twice buys it once.
    let cart = random();
    Html(format!(
        "<h1>Ayam geprek</h1><form method=post action=\"/buy?cart={cart}\"><button>Buy two for Rp100000</button></form>\
         <ul>{rows}</ul>"
    ))
}

#[derive(Deserialize)]
struct Buy {
    cart: Uuid,
}

/// Generates the order and sends the customer to the payment page.
async fn buy(State(shop): State<Shop>, Query(Buy { cart }): Query<Buy>) -> Response {
    let sale = match shop.sale(cart) {
        Ok(sale) => sale,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    };
    // The order goes out in a task of its own, so that a browser that leaves does not cut it short.
    let sent = tokio::spawn(async move { (sale.payment_url(&shop.doku).await, sale) });
    let Ok((result, sale)) = sent.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match result {
        Ok(payment_url) => Redirect::to(&payment_url).into_response(),
        Err(error) => {
            // The text holds no personal data, so it may be logged.
            eprintln!("{}: {error}", sale.invoice_number);
            let text = match error.outcome() {
                Outcome::Unknown => "We do not know yet whether the order was made. Please wait before you try again.",
                _ => "Indodana cannot be used for this order. Please choose another way to pay.",
            };
            (StatusCode::BAD_GATEWAY, text).into_response()
        }
    }
}

/// Receives DOKU's notification. The extractor verified the raw body before any JSON parser.
async fn notified(
    State(shop): State<Shop>,
    verdict: Result<VerifiedNotification, NotificationRejection>,
) -> Result<Acknowledgement, NotificationRejection> {
    let VerifiedNotification(notification) = verdict.inspect_err(|why| eprintln!("refused a notification: {why}"))?;
    // Genuine from here on: it is acknowledged whatever it says. Store it before the answer in a real shop.
    let sales = unpoisoned(&shop.sales);
    let sale = sales.values().find(|sale| notification.invoice_number() == Some(&sale.invoice_number));
    match (sale, notification.status()) {
        (Some(sale), Some(status)) if notification.amount() == Some(sale.amount) => {
            // Only ever upwards, so that repeated and late notifications change nothing, whatever their order.
            let mut known = unpoisoned(&sale.status);
            if rank(status) > rank(&known) {
                *known = status.clone();
            }
        }
        _ => eprintln!("a genuine notification fits no order; look at it by hand"),
    }
    Ok(Acknowledgement)
}

/// Returns what a lock guards. Nothing here panics while it holds one.
fn unpoisoned<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns an id that nobody made before, after a restart and on another machine too.
#[expect(clippy::disallowed_methods, reason = "the ids of the shop")]
fn random() -> Uuid {
    Uuid::new_v4()
}

/// How far a status is: a payment after an expiry counts, and a refund after a payment.
fn rank(status: &TransactionStatus) -> u8 {
    match status {
        TransactionStatus::Failed => 1,
        TransactionStatus::Expired => 2,
        TransactionStatus::Success => 3,
        TransactionStatus::Refunded => 4,
        _ => 0,
    }
}

fn order(invoice_number: &str) -> Result<GenerateOrderRequest, Error> {
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
