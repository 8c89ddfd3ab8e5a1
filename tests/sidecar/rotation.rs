//! Secrets, changed over restarts as the README says: nothing is lost, and each effect is done once.

use std::{fs, path::Path, time::Duration};

use doku_sidecar::{Config, Sidecar};
use doku_simulator::{Fault, SECRET_KEY, Simulator};

use crate::{
    forward::{OLD_SECRET, SECRET, advance, answered, pay},
    link::Link,
    service::{Reply, Service},
    world::{Shop, World, credentials, order},
};

/// DOKU's key before the simulator's. The simulator signs with it what `signature-foreign` asks for.
const OLD_KEY: &str = "SK-of-somebody-else";

/// After the first failure an effect comes again in this time.
const AGAIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_the_secret_over_restarts_loses_no_effect() {
    let (world, service) = (World::new().await, Service::start().await);
    let (old, new) = (world.secret("old", OLD_SECRET), world.secret("new", SECRET));
    let started_with = async |files: &[&Path]| {
        let settings = world.settings().set("forward.url", &service.url());
        world.start_with(&settings.set("forward.secret_files", &format!("{files:?}"))).await
    };
    let refuse = || service.next(Reply::status("503 Service Unavailable", ""));

    // The old one. The service is away, so the effect is open when the sidecar stops.
    let shop = started_with(&[&old]).await;
    refuse();
    pay(&world, &shop, "INV-1").await;
    let came = service.came().await;
    assert_eq!((came.header("webhook-id"), came.header("webhook-signature")), ("eff_1", &*came.signature(OLD_SECRET)));
    answered(&shop, 1, 1).await;
    shop.0.stop().await;

    // Both. The service may know either.
    let shop = started_with(&[&new, &old]).await;
    advance(&world, &shop, AGAIN).await;
    let came = service.came().await;
    assert_eq!(came.header("webhook-id"), "eff_1");
    came.is_signed_with(SECRET, 0);
    came.is_signed_with(OLD_SECRET, 1);
    assert_eq!(answered(&shop, 1, 2).await["done"], true);
    refuse();
    pay(&world, &shop, "INV-2").await;
    assert_eq!(service.came().await.header("webhook-id"), "eff_2");
    answered(&shop, 2, 1).await;
    shop.0.stop().await;

    // The new one alone.
    let shop = started_with(&[&new]).await;
    advance(&world, &shop, AGAIN).await;
    let came = service.came().await;
    assert_eq!((came.header("webhook-id"), came.header("webhook-signature")), ("eff_2", &*came.signature(SECRET)));
    assert_eq!(answered(&shop, 2, 2).await["done"], true);
    assert!(service.rest().await.is_empty(), "an effect came that was done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_dokus_key_over_restarts_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let [state, copy] = ["before", "after"].map(|name| folder.path().join(name));
    let address = |doku: &Simulator| doku.url().strip_prefix("http://").unwrap().parse().unwrap();
    let before = Simulator::builder().credentials(credentials(OLD_KEY)).state_file(&state).start().await.unwrap();
    let link = Link::open(&[address(&before)], 1).await;
    let world = World::around(before);
    let (old, new) = (world.secret("old", OLD_KEY), world.secret("new", SECRET_KEY));
    let started_with = async |key: &Path, further: &[&Path]| {
        let settings = world.settings().set("environment", &format!("http://{}", link.address));
        let settings = settings.set("secret_key_file", key.to_str().unwrap());
        let settings = settings.set("further_secret_key_files", &format!("{further:?}"));
        Shop(Sidecar::start(Config::from_toml(&settings.text()).unwrap()).await.unwrap())
    };
    let notified = async |shop: &Shop, key: &str, number: &str| {
        shop.notify(&world.notification_by(credentials(key), number, "SUCCESS")).await.status
    };

    // The old one.
    let shop = started_with(&old, &[]).await;
    let mut urls = Vec::new();
    for number in ["INV-1", "INV-2", "INV-3"] {
        urls.push(shop.place(number).await.json()["payment_url"].clone());
    }
    assert_eq!(notified(&shop, SECRET_KEY, "INV-1").await, 401, "it is not known yet");
    assert_eq!(notified(&shop, OLD_KEY, "INV-1").await, 200);
    shop.0.stop().await;

    // DOKU takes the new one. What it signed with the old one may still come, and it knows the orders of before.
    fs::copy(&state, &copy).unwrap();
    let after = Simulator::builder().state_file(&copy).start().await.unwrap();
    link.lead(vec![address(&after)]);
    let fail_next = || after.fail_next("signature-foreign".parse::<Fault>().unwrap());
    let shop = started_with(&new, &[&old]).await;
    let again = shop.post("/orders", order("INV-2")).await;
    assert_eq!((again.status, &again.json()["payment_url"]), (200, &urls[1]));
    for outcome in ["the new one signs the answer", "the old one signs the answer"] {
        let asked = shop.get("/orders/INV-2?refresh").await;
        assert_eq!((asked.status, asked.json()["state"].as_str()), (200, Some("PENDING")), "{outcome}: {asked:?}");
        assert_eq!(asked.json()["last_outcome"], "status:PENDING", "{outcome}");
        fail_next();
    }
    shop.place("INV-4").await;
    shop.place("INV-5").await;
    assert_eq!(notified(&shop, OLD_KEY, "INV-2").await, 200);
    assert_eq!(notified(&shop, SECRET_KEY, "INV-3").await, 200);
    assert_eq!(notified(&shop, "SK-of-nobody", "INV-4").await, 401);
    shop.0.stop().await;

    // The new one alone.
    let shop = started_with(&new, &[]).await;
    assert_eq!(notified(&shop, OLD_KEY, "INV-4").await, 401);
    assert_eq!(notified(&shop, SECRET_KEY, "INV-4").await, 200);
    fail_next();
    let unsigned = shop.post("/orders", order("INV-6")).await;
    assert_eq!(unsigned.status, 202, "nobody's answer is an answer: {unsigned:?}");
    let effects = shop.get("/effects?open").await.json();
    let numbers: Vec<_> =
        effects["effects"].as_array().unwrap().iter().map(|effect| &effect["invoice_number"]).collect();
    assert_eq!(numbers, ["INV-1", "INV-2", "INV-3", "INV-4"]);
    assert_eq!(after.orders().len(), 6);
}
