//! Where the notification goes, and what is recorded of it.

use super::*;

#[tokio::test]
async fn an_order_is_settled_once() {
    let mut shop = shop(StatusCode::NO_CONTENT).await;
    let simulator = fixed().notification_url(shop.url("/notifications")).start().await.unwrap();
    client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    assert_eq!(simulator.pay("INV-2").await.unwrap_err(), SimulatorError::UnknownOrder);
    assert!(simulator.decline(INVOICE).await.unwrap().is_acknowledged());
    simulator.set_switch("failed", "final").unwrap();
    let error = simulator.pay(INVOICE).await.unwrap_err();
    let (status, wanted) = (TransactionStatus::Failed, TransactionStatus::Success);
    assert_eq!(error, SimulatorError::NotPossible { status, wanted });
    assert_eq!(error.to_string(), "the order has status FAILED and cannot become SUCCESS; generate a new one");

    let (_, _, body) = shop.received.recv().await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap()["transaction"]["status"], "FAILED");
    assert_eq!(simulator.notifications().len(), 1);
    let status = client(&simulator).check_status(INVOICE).await.unwrap();
    assert_eq!(status.transaction_status(), Some(&TransactionStatus::Failed));
}

#[tokio::test]
async fn a_notification_goes_to_the_override_and_to_this_machine_only() {
    let mut shop = shop(StatusCode::OK).await;
    let port = shop.address.port();
    let simulator = fixed().notification_url("http://127.0.0.1:9/configured").start().await.unwrap();
    let doku = client(&simulator);
    let elsewhere = "the notification url is not on this machine";
    for (at, (url, reason)) in [
        (shop.url("/a/b?c=d"), None),
        (format!("http://localhost:{port}/a/b"), None),
        (format!("http://2130706433:{port}/a/b"), None),
        ("http://192.0.2.1/a".to_owned(), Some(elsewhere)),
        ("http://169.254.169.254/latest".to_owned(), Some(elsewhere)),
        ("http://[::]/a".to_owned(), Some(elsewhere)),
        ("http://0.0.0.0/a".to_owned(), Some(elsewhere)),
        ("http://[::ffff:127.0.0.1]/a".to_owned(), Some(elsewhere)),
        ("http://127.0.0.1.shop.example/a".to_owned(), Some(elsewhere)),
        ("http://127.0.0.1@shop.example/a".to_owned(), Some(elsewhere)),
        ("https://127.0.0.1/a".to_owned(), Some("the notification url does not begin with http://")),
        ("http://".to_owned() + "[/a", Some("the notification url is not a url")),
        (
            simulator.url().to_owned() + "/simulator/notifications/1/resend",
            Some("the notification url is the simulator"),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let invoice = format!("INV-{at}");
        let body = changed(MINIMAL, |order| {
            order["order"]["invoice_number"] = invoice.as_str().into();
            order["additional_info"] = json!({"override_notification_url": url});
        });
        doku.send(&prepared(&body, &invoice)).await.unwrap();
        let attempt = simulator.pay(&invoice).await.unwrap();
        assert_eq!(attempt.url, url);
        match (reason, &attempt.result) {
            (None, AttemptResult::Answered { status: 200, .. }) => {
                let (uri, headers, body) = shop.received.recv().await.unwrap();
                assert_eq!(uri.path(), "/a/b");
                let verifier = Verifier::new(simulator.credentials().clone());
                assert_eq!(verifier.verify("/a/b", &headers, &body).unwrap().invoice_number(), Some(invoice.as_str()));
            }
            (Some(expected), AttemptResult::NotSent { reason }) => {
                assert!(reason.starts_with(expected), "{url}: {reason}");
                assert!(attempt.headers.is_empty() && attempt.string_to_sign.is_empty(), "{url}");
            }
            (_, result) => panic!("{url}: {result:?}"),
        }
    }
    assert_eq!(simulator.notifications().len(), 13);
}

#[tokio::test]
async fn what_the_shop_answers_is_recorded() {
    for (status, acknowledged) in [(200, true), (299, true), (302, false), (404, false), (500, false)] {
        let mut shop = shop(StatusCode::from_u16(status).unwrap()).await;
        let simulator = fixed().notification_url(shop.url("/n")).start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        let attempt = simulator.pay(INVOICE).await.unwrap();
        assert_eq!(attempt.status(), Some(status));
        assert_eq!(attempt.is_acknowledged(), acknowledged, "{status}");
        shop.received.recv().await.unwrap();
        assert!(shop.received.is_empty(), "a redirect is not followed");
    }
}

#[tokio::test]
async fn a_notification_that_reaches_nobody_is_recorded() {
    let unused = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    for (url, expected) in [
        (
            Some(format!("http://{unused}/n")),
            AttemptResult::NoAnswer {
                reason: "no connection to the notification url; start the merchant's server and check the port"
                    .to_owned(),
            },
        ),
        (
            None,
            AttemptResult::NotSent {
                reason: "there is no notification url; give one to the simulator, or override it in the order"
                    .to_owned(),
            },
        ),
    ] {
        let builder = url.into_iter().fold(fixed(), SimulatorBuilder::notification_url);
        let simulator = builder.start().await.unwrap();
        client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
        assert_eq!(simulator.pay(INVOICE).await.unwrap().result, expected);
        assert_eq!(simulator.orders()[0].status, TransactionStatus::Success);
        assert_eq!(simulator.notifications()[0].result, expected);
    }
}
