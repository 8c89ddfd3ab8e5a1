//! What is said of each error, as it goes over the wire.

use serde_json::Value;

use crate::world::{Shop, World, order, order_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_error_says_what_to_do() {
    let world = World::new().await;
    let shop = world.start().await;
    let keyed = Shop::request("POST", "/orders").with("Idempotency-Key", "cart-1").body(order("INV-1"));
    assert_eq!(shop.send(&keyed).await.status, 201);
    let post = |body: Vec<u8>| Shop::request("POST", "/orders").body(body);
    let other = order_with("INV-1", |order| {
        order["order"]["amount"] = 200_000.into();
        order["order"]["line_items"][0]["price"] = 200_000.into();
    });
    let wrong = order_with("INV-2", |order| {
        order["order"]["amount"] = 99_999.into();
        order["order"]["invoice_no"] = "x".into();
        order["customer"]["phone"] = Value::Null;
    });
    let mut said = String::new();
    for (name, request) in [
        ("no json", post(b"{\"order\":".to_vec())),
        ("an order that breaks the contract", post(wrong)),
        ("an invoice number that is used", post(other)),
        ("a key that is used", keyed.clone().body(order("INV-2"))),
        ("a key that is none", post(order("INV-2")).with("Idempotency-Key", "a b")),
        ("too large", post(vec![b' '; 2 << 20])),
        ("no token", Shop::request("GET", "/orders").without("Authorization")),
        ("a wrong token", Shop::request("GET", "/orders").without("Authorization").with("Authorization", "Bearer x")),
        ("another host", Shop::request("GET", "/orders").without("Host").with("Host", "evil.example")),
        ("no host", Shop::request("GET", "/orders").without("Host")),
        ("no such path", Shop::request("GET", "/order")),
        ("no such method", Shop::request("DELETE", "/orders")),
        ("no such order", Shop::request("GET", "/orders/INV-9")),
        ("no such effect", Shop::request("GET", "/effects/9")),
        ("no such name in a query", Shop::request("GET", "/orders?resolved")),
        ("a reason of two lines", Shop::request("POST", "/orders/INV-1/close").body(r#"{"reason":"a\nb"}"#)),
        ("no reason", Shop::request("POST", "/orders/INV-1/close").body("{}")),
        ("no attempt", Shop::request("POST", "/effects/9/done").body("{}")),
    ] {
        let answer = shop.send(&request).await;
        let document = serde_json::to_string_pretty(&answer.json()).unwrap();
        said.push_str(&format!("{name}: {}\n{document}\n\n", answer.status));
    }
    // A sidecar that has another key: DOKU refuses what it signs.
    shop.0.stop().await;
    let shop = world.start_with_key("SK-another-key").await;
    for name in ["refused by doku", "refused by doku, and placed again"] {
        let answer = shop.post("/orders", order("INV-5")).await;
        assert_eq!(answer.header("location"), Some("/orders/INV%2D5"));
        let document = serde_json::to_string_pretty(&answer.json()).unwrap();
        said.push_str(&format!("{name}: {}\n{document}\n\n", answer.status));
    }
    insta::assert_snapshot!(said);
}
