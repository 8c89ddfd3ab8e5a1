//! The shop of the examples, against a simulator: what it sells once, and what a restart cannot mix up.

#[allow(dead_code, reason = "the test has a main of its own")]
#[path = "../../examples/merchant.rs"]
mod merchant;

use std::collections::BTreeSet;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode},
};
use doku_indodana::{Client, NotificationEndpoint};
use doku_simulator::{AttemptResult, Simulator};
use doku_store::rusqlite::Connection;
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;
use tower::ServiceExt as _;

use self::merchant::Shop;

async fn open(simulator: &Simulator, folder: &tempfile::TempDir) -> Shop {
    let client = Client::new(simulator.environment(), simulator.credentials().clone()).unwrap();
    Shop::open(client, folder.path().join("shop.db").to_str().unwrap()).await.unwrap()
}

async fn ask(shop: &Router, method: Method, path: &str) -> Response<String> {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let (parts, body) = shop.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}

/// Returns the action of the form on a fresh page.
async fn cart(shop: &Router) -> String {
    let page = ask(shop, Method::GET, "/").await.into_body();
    let (_, rest) = page.split_once("action=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_double_click_buys_once() {
    let simulator = Simulator::builder().start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let shop = open(&simulator, &folder).await.routes();
    let cart = cart(&shop).await;
    let (first, second) = tokio::join!(ask(&shop, Method::POST, &cart), ask(&shop, Method::POST, &cart));
    let third = ask(&shop, Method::POST, &cart).await;
    let location = &first.headers()["location"];
    assert!(location.to_str().unwrap().starts_with(&format!("{}/pay/", simulator.url())), "{location:?}");
    for answer in [&first, &second, &third] {
        assert_eq!((answer.status(), &answer.headers()["location"]), (StatusCode::SEE_OTHER, location));
    }
    assert_eq!(simulator.orders().len(), 1);
    assert_eq!(ask(&shop, Method::POST, "/buy?cart=1").await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(simulator.orders().len(), 1);
}

/// A container begins with the same process id and no orders each time.
#[tokio::test]
async fn no_invoice_number_comes_again_after_a_restart() {
    let simulator = Simulator::builder().start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let shop = open(&simulator, &folder).await.routes();
        for _ in 0..2 {
            let cart = cart(&shop).await;
            assert_eq!(ask(&shop, Method::POST, &cart).await.status(), StatusCode::SEE_OTHER);
        }
    }
    let numbers: BTreeSet<_> = simulator.orders().into_iter().map(|order| order.invoice_number).collect();
    assert_eq!(numbers.len(), 4, "{numbers:?}");
}

#[tokio::test]
async fn a_payment_marks_its_own_sale() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/payments/notifications", listener.local_addr().unwrap());
    let simulator = Simulator::builder().notification_url(url).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&simulator, &folder).await;
    let shop = opened.clone().routes();
    let routes = shop.clone();
    tokio::spawn(async { axum::serve(listener, routes).await });
    for _ in 0..2 {
        let cart = cart(&shop).await;
        ask(&shop, Method::POST, &cart).await;
    }
    let (paid, open) = (simulator.orders()[0].invoice_number.clone(), simulator.orders()[1].invoice_number.clone());
    let attempt = simulator.pay(&paid).await.unwrap();
    let AttemptResult::Answered { status, answer_body, .. } = attempt.result else { panic!("{attempt:?}") };
    assert_eq!((status, answer_body.as_str()), (200, NotificationEndpoint::ACKNOWLEDGEMENT));
    let page = ask(&shop, Method::GET, "/").await.into_body();
    assert!(page.contains(&format!("{paid}: Rp100000 SUCCESS")), "{page}");
    assert!(page.contains(&format!("{open}: Rp100000 PENDING")), "{page}");
}

#[tokio::test]
async fn what_is_paid_is_shipped_once_across_restarts() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let simulator = Simulator::builder()
        .notification_url(format!("http://{address}/payments/notifications"))
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let opened = open(&simulator, &folder).await;
    let shop = opened.clone().routes();
    let served = tokio::spawn(async { axum::serve(listener, shop).await });
    let shop = opened.clone().routes();
    let cart = cart(&shop).await;
    ask(&shop, Method::POST, &cart).await;
    let invoice_number = simulator.orders()[0].invoice_number.clone();
    let paid = simulator.pay(&invoice_number).await.unwrap();
    assert!(paid.is_acknowledged());
    served.abort();
    drop((opened, shop));
    // The shop was stopped before it could ship. It is opened twice, and ships once.
    let shipped = || {
        let file = Connection::open(folder.path().join("shop.db")).unwrap();
        file.query_row("select count(*) from shipments", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    for _ in 0..2 {
        let shop = open(&simulator, &folder).await;
        let seen = async {
            while shipped() == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        shop.run(seen).await.unwrap();
        assert_eq!(shipped(), 1);
    }
}
