//! The secret of effects, changed over restarts as the README says: nothing is lost, and each effect is done once.

use std::{path::Path, time::Duration};

use crate::{
    forward::{OLD_SECRET, SECRET, advance, answered, pay},
    service::{Reply, Service},
    world::World,
};

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
