//! Orders looked at, listed and closed.

use std::time::Duration;

use crate::world::{Shop, World, order};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_asks_doku() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    world.simulator.pay("INV-1").await.unwrap();
    assert_eq!(shop.get("/orders/INV-1").await.json()["state"], "PENDING", "no notification came");
    let asked = shop.get("/orders/INV-1?refresh").await.json();
    assert_eq!((asked["state"].as_str(), asked["last_outcome"].as_str()), (Some("SUCCESS"), Some("status:SUCCESS")));
    assert_eq!(asked["effects"][0]["source"], "check_status");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_are_listed_page_by_page() {
    let world = World::new().await;
    let shop = world.start().await;
    for number in 0..5 {
        shop.place(&format!("INV/{number}")).await;
    }
    let mut seen = Vec::new();
    let mut path = "/orders?limit=2".to_owned();
    loop {
        let page = shop.get(&path).await.json();
        let numbers = page["orders"].as_array().unwrap().iter().map(|order| order["invoice_number"].as_str().unwrap());
        seen.extend(numbers.map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/orders?limit=2&after={}", next.replace('/', "%2F"));
    }
    assert_eq!(seen, ["INV/0", "INV/1", "INV/2", "INV/3", "INV/4"]);
    let found = shop.get("/orders/INV%2F3").await;
    assert_eq!((found.status, found.json()["invoice_number"].as_str()), (200, Some("INV/3")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_unresolved_is_listed_until_a_person_closes_it() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    world.fail_next("reset-after-order");
    assert_eq!(shop.post("/orders", order("INV-2")).await.status, 202);
    let list = shop.get("/orders?unresolved").await.json();
    assert_eq!(
        (list["orders"].as_array().unwrap().len(), list["orders"][0]["invoice_number"].as_str()),
        (1, Some("INV-2"))
    );
    let closed = shop.post("/orders/INV-2/close", r#"{"reason":"the customer left"}"#).await;
    assert_eq!((closed.status, closed.json()["close_reason"].as_str()), (200, Some("the customer left")));
    assert_eq!(shop.get("/orders?unresolved").await.json()["orders"].as_array().unwrap().len(), 0);
    assert_eq!(shop.get("/orders?unresolved=false").await.json()["orders"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_whether_it_is_ready() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.until("/readyz", |health| health["status"] == "ready").await;
    let contract = shop.get("/openapi.yaml").await;
    assert_eq!(contract.header("content-type"), Some("application/yaml"));
    assert_eq!(contract.body, include_bytes!("../../src/sidecar/openapi.yaml"));
}

/// So many callers that send nothing, or send their bodies never, do not keep a good one from its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_callers_keep_nobody_off() {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };
    let world = World::new().await;
    let shop = world.start().await;
    let api = shop.0.api_address().to_string();
    let mut slow = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(&api).await.unwrap();
        let head = match number % 3 {
            0 => String::new(),
            1 => "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n".to_owned(),
            _ => format!(
                "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\n{{",
                crate::world::TOKEN
            ),
        };
        stream.write_all(head.as_bytes()).await.unwrap();
        slow.push(stream);
    }
    shop.place("INV-1").await;
    // They are let go, those with half a body with the reason.
    let mut ends = [0; 2];
    for mut stream in slow {
        let mut answer = Vec::new();
        let reading = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer));
        let _ = reading.await.expect("it is let go");
        ends[usize::from(answer.starts_with(b"HTTP/1.1 408 "))] += 1;
    }
    assert!(ends[1] >= 100, "{ends:?}");
    assert_eq!(shop.send(&Shop::request("GET", "/orders")).await.status, 200);
}
