//! A small shop: it takes an order, sends the customer to the payment page, and receives the notification.
//!
//! ```text
//! cargo run --package doku-cli -- simulator --notification-url http://127.0.0.1:8080/payments/notifications
//! cargo run --package doku-simulator --example merchant   # then open http://127.0.0.1:8080
//! ```
//!
//! Without `DOKU_ENVIRONMENT` it talks to the local gateway. With `sandbox`, `production` or a URL it takes the
//! credentials from `DOKU_CLIENT_ID` and `DOKU_SECRET_KEY`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{FromRef, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use doku_indodana::{
    Address, Category, Client, Credentials, Customer, Environment, GenerateOrderRequest, LineItem,
    NotificationEndpoint, Order, Outcome, PeerToPeerInfo, Rupiah, TransactionStatus, Verifier,
    axum_0_8::{NotificationRejection, VerifiedNotification},
};

/// The path of the notification URL, exactly as DOKU has it.
const NOTIFICATION_PATH: &str = "/payments/notifications";

#[derive(Clone)]
struct Shop {
    doku: Client,
    notifications: NotificationEndpoint,
    orders: Arc<Mutex<BTreeMap<String, Sale>>>,
}

/// Where the extractor of notifications finds what it needs.
impl FromRef<Shop> for NotificationEndpoint {
    fn from_ref(shop: &Shop) -> Self {
        shop.notifications.clone()
    }
}

/// What the shop knows of an order. A real shop keeps it in a database, written before the order is sent.
struct Sale {
    amount: Rupiah,
    status: TransactionStatus,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The local gateway's key is known to everyone, so it is used with the local gateway alone.
    let (environment, credentials) = match std::env::var("DOKU_ENVIRONMENT").as_deref() {
        Ok("sandbox") => (Environment::Sandbox, Credentials::from_env()?),
        Ok("production") => (Environment::Production, Credentials::from_env()?),
        Ok(url) => (Environment::custom(url)?, Credentials::from_env()?),
        Err(_) => (
            Environment::custom("http://127.0.0.1:4000")?,
            Credentials::new(doku_simulator::CLIENT_ID.parse()?, doku_simulator::SECRET_KEY.parse()?),
        ),
    };
    let shop = Shop {
        doku: Client::new(environment, credentials.clone())?,
        notifications: NotificationEndpoint::new(Verifier::new(credentials), NOTIFICATION_PATH)?,
        orders: Arc::default(),
    };
    let app = Router::new()
        .route("/", get(front))
        .route("/buy", post(buy))
        .route(
            "/done",
            get(|| async { Html("<p>Thank you. We tell you when the payment has arrived. <a href=/>Back</a>") }),
        )
        .route("/cancel", get(|| async { Html("<p>Cancelled. <a href=/>Back</a>") }))
        .route(NOTIFICATION_PATH, post(notified))
        .with_state(shop);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    eprintln!("the shop is at http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

async fn front(State(shop): State<Shop>) -> Html<String> {
    let orders = shop.orders.lock().unwrap_or_else(PoisonError::into_inner);
    let rows: String = orders
        .iter()
        .map(|(invoice_number, sale)| format!("<li>{invoice_number}: Rp{} {}", sale.amount, sale.status))
        .collect();
    Html(format!(
        "<h1>Ayam geprek</h1><form method=post action=/buy><button>Buy two for Rp100000</button></form><ul>{rows}</ul>"
    ))
}

/// Generates the order and sends the customer to the payment page.
async fn buy(State(shop): State<Shop>) -> Response {
    let invoice_number = {
        let mut orders = shop.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let invoice_number = format!("INV-{}-{}", std::process::id(), orders.len() + 1);
        let amount = Rupiah::try_from(100_000).unwrap_or_default();
        orders.insert(invoice_number.clone(), Sale { amount, status: TransactionStatus::Pending });
        invoice_number
    };
    let request = match order(&invoice_number) {
        Ok(request) => request,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    };
    let prepared = match shop.doku.prepare(&request) {
        Ok(prepared) => prepared,
        Err(error) => return (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    };
    // A real shop stores `prepared.request_id()` and `prepared.body()` here, to send the same order again after a crash.
    // The order goes out in a task of its own, so that a browser that leaves does not cut it short.
    let sent = tokio::spawn(async move { shop.doku.send(&prepared).await });
    let Ok(result) = sent.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match result {
        Ok(order) => Redirect::to(order.payment_url()).into_response(),
        Err(error) => {
            // The text holds no personal data, so it may be logged.
            eprintln!("{invoice_number}: {error}");
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
) -> Result<StatusCode, NotificationRejection> {
    let VerifiedNotification(notification) = verdict.inspect_err(|why| eprintln!("refused a notification: {why}"))?;
    // Genuine from here on: it is acknowledged whatever it says. Store it before the answer in a real shop.
    let mut orders = shop.orders.lock().unwrap_or_else(PoisonError::into_inner);
    let sale = notification.invoice_number().and_then(|invoice_number| orders.get_mut(invoice_number));
    match (sale, notification.status()) {
        (Some(sale), Some(status)) if notification.amount() == Some(sale.amount) => {
            // Only ever upwards, so that repeated and late notifications change nothing, whatever their order.
            if rank(status) > rank(&sale.status) {
                sale.status = status.clone();
            }
        }
        _ => eprintln!("a genuine notification fits no order; look at it by hand"),
    }
    Ok(StatusCode::OK)
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
