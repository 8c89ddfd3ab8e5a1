//! The order, the notification and the credentials that are measured.

use doku_indodana::{
    Address, Category, Credentials, Customer, GenerateOrderRequest, LineItem, Order, PeerToPeerInfo, Price, RequestId,
    Timestamp,
    signature::{Components, Time, digest, sign},
};
use http::HeaderMap;

pub(crate) const KEY: &str = "SK-not-a-real-key";
pub(crate) const TIMESTAMP: &str = "2021-07-07T08:45:42Z";
pub(crate) const REQUEST_ID: &str = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";
pub(crate) const TARGET: &str = "/indodana-peer-to-peer/v2/generate-order";

pub(crate) fn notification_headers(body: &[u8]) -> HeaderMap {
    let credentials = credentials();
    let digest = digest(body);
    let signature = sign(
        credentials.secret_key(),
        &Components {
            client_id: credentials.client_id(),
            request_id: &id(),
            time: Time::Request(&timestamp()),
            target: &"/payments/notifications".parse().expect("a target"),
            digest: Some(&digest),
        },
    );
    let mut headers = HeaderMap::new();
    headers.insert("client-id", credentials.client_id().as_str().parse().expect("ascii"));
    headers.insert("request-id", REQUEST_ID.parse().expect("ascii"));
    headers.insert("request-timestamp", TIMESTAMP.parse().expect("ascii"));
    headers.insert("signature", signature.to_string().parse().expect("ascii"));
    headers
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("BRN-0000-1234567890123".parse().expect("an id"), KEY.parse().expect("a key"))
}

pub(crate) fn id() -> RequestId {
    REQUEST_ID.parse().expect("an id")
}

pub(crate) fn timestamp() -> Timestamp {
    TIMESTAMP.parse().expect("a timestamp")
}

pub(crate) fn request(items: u64) -> GenerateOrderRequest {
    let address = || {
        Address::builder()
            .first_name("Sari")
            .last_name("Wulandari")
            .address("Jalan Melati No. 25")
            .city("Jakarta")
            .postal_code("12960")
            .phone("6281122334455")
            .country_code("IDN")
    };
    let item = |number| {
        LineItem::builder()
            .name("Ayam geprek")
            .price(Price::try_from(50_000).expect("a price"))
            .quantity(2)
            .id(format!("SKU-{number}"))
            .category(Category::FoodAndBeverage)
            .url(format!("https://merchant.example/product/{number}"))
            .image_url(format!("https://merchant.example/product/{number}.jpg"))
            .type_("meal")
            .try_into()
            .expect("an item")
    };
    GenerateOrderRequest::builder()
        .order(
            Order::builder()
                .invoice_number("INV-1")
                .amount(items * 100_000)
                .line_items((0..items).map(item).collect::<Vec<LineItem>>())
                .callback_url("https://merchant.example/done")
                .callback_url_cancel("https://merchant.example/cancel"),
        )
        .peer_to_peer_info(PeerToPeerInfo::builder().merchant_unique_reference("60123").expired_time(60))
        .customer(Customer::builder().first_name("Sari").email("s.w@mail.example").phone("6281122334455"))
        .billing_address(address())
        .shipping_address(Address::try_from(address()).expect("an address"))
        .try_into()
        .expect("an order")
}
