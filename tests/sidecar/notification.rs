//! Notifications in, on the listener of their own.

use crate::{
    wire::Request,
    world::{Shop, World},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_stored_and_has_one_effect() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    let paid = world.notification("INV-1", "SUCCESS");
    for _ in 0..2 {
        let answer = shop.notify(&paid).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, br#"{"responseCode":"2000000","responseMessage":"Successful"}"#);
    }
    let open = shop.get("/effects?open").await.json();
    let effects = open["effects"].as_array().unwrap();
    assert_eq!((effects.len(), effects[0]["status"].as_str()), (1, Some("SUCCESS")));
    let path = format!("/effects/{}/done", effects[0]["id"]);
    let ended = shop.post(&path, r#"{"attempt":0}"#).await;
    assert_eq!((ended.status, ended.json()["done"].as_bool()), (200, Some(true)));
    let again = shop.post(&path, r#"{"attempt":0}"#).await;
    assert_eq!((again.status, again.code().as_str()), (409, "effect_ended"));
    assert_eq!(shop.get("/effects?open").await.json()["effects"].as_array().unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_genuine_writes_nothing() {
    let world = World::new().await;
    let shop = world.start().await;
    shop.place("INV-1").await;
    let genuine = world.notification("INV-1", "SUCCESS");
    let path = doku_store::NOTIFICATION_PATH;
    for (request, status) in [
        (genuine.clone().without("Signature"), 401),
        (genuine.clone().body("{}"), 401),
        (Request { path: "/elsewhere".to_owned(), ..genuine.clone() }, 404),
        (Request { path: "/orders".to_owned(), ..genuine.clone() }, 404),
        (Shop::request("GET", "/orders"), 404),
        (Request::new("GET", path).with("Host", "shop.example"), 405),
        (genuine.clone().body(vec![b' '; 100 << 10]), 413),
    ] {
        assert_eq!(shop.notify(&request).await.status, status, "{request:?}");
    }
    assert_eq!(shop.0.orders().counts().await.unwrap().notifications, 0);
    assert_eq!(shop.notify(&genuine).await.status, 200);
}
