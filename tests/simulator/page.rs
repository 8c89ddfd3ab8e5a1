//! The payment page and its buttons.

use super::*;

#[tokio::test]
async fn the_payment_page_shows_the_order() {
    let simulator = fixed().start().await.unwrap();
    let body = changed(MINIMAL, |order| {
        order["order"]["amount"] = 119_999.into();
        order["order"]["line_items"][0]["name"] = "<script>alert('1')</script> & \"kopi\"".into();
        let coffee = r#"{"name":"Kopi susu","price":6666.50,"quantity":2,"id":"2","category":"others"}"#;
        let tea = r#"{"name":"Teh","price":6666,"quantity":1,"id":"3","category":"others"}"#;
        for item in [coffee, tea] {
            order["order"]["line_items"].as_array_mut().unwrap().push(serde_json::from_str(item).unwrap());
        }
    });
    let order = client(&simulator).send(&prepared(&body, "request-1")).await.unwrap();
    let page = get(&simulator, order.payment_url()).await;
    assert_eq!(page.status(), StatusCode::OK);
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers()["referrer-policy"], "no-referrer");
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none';"));
    let html = text(&page);
    assert!(!html.contains("<script") && !html.contains("Sari") && !html.contains("mail.example"), "{html}");
    insta::assert_snapshot!("payment_page", html);

    let indonesian = text(&get(&simulator, &format!("{}?lang=id", order.payment_url())).await);
    assert!(
        indonesian.contains("<html lang=\"id\">") && indonesian.contains("Bayar Rp119.999</button>"),
        "{indonesian}"
    );
}

#[tokio::test]
async fn the_buttons_settle_and_lead_back_to_the_shop() {
    for (button, invoice, expected, status) in [
        ("pay", INVOICE, Some("https://shop.test/thanks?order=1%20a"), TransactionStatus::Success),
        ("decline", INVOICE, Some("https://merchant.test/cancel"), TransactionStatus::Failed),
        ("expire", INVOICE, Some("https://merchant.test/cancel"), TransactionStatus::Expired),
        ("pay", "without", None, TransactionStatus::Success),
        ("decline", "without", None, TransactionStatus::Failed),
        ("expire", "without", None, TransactionStatus::Expired),
        ("pay", "script", None, TransactionStatus::Success),
    ] {
        let simulator = fixed().switch("failed", "final").start().await.unwrap();
        let body = changed(MINIMAL, |order| {
            order["order"]["invoice_number"] = invoice.into();
            match invoice {
                "without" => {}
                "script" => order["order"]["callback_url"] = "javascript:alert(1)".into(),
                _ => {
                    order["order"]["callback_url"] = "https://shop.test/thanks?order=1 a".into();
                    order["order"]["callback_url_cancel"] = "https://merchant.test/cancel".into();
                }
            }
        });
        let order = client(&simulator).send(&prepared(&body, "request-1")).await.unwrap();
        let path = order.payment_url().strip_prefix(simulator.url()).unwrap();
        let pressed = send(&simulator, request(Method::POST, &format!("{path}/{button}"), "")).await;
        assert_eq!(pressed.status(), StatusCode::SEE_OTHER, "{invoice}");
        assert_eq!(pressed.headers()["location"], expected.unwrap_or(path), "{invoice}");
        assert_eq!(simulator.orders()[0].status, status);
        assert_eq!(simulator.notifications().len(), 1);

        let page = text(&get(&simulator, order.payment_url()).await);
        assert!(!page.contains("<button") && !page.contains("javascript"), "{page}");
        assert_eq!(page.contains("Back to the shop"), expected.is_some(), "{page}");
        let again = send(&simulator, request(Method::POST, &format!("{path}/pay"), "")).await;
        assert_eq!(again.status(), StatusCode::CONFLICT, "{invoice}");
        assert_eq!(simulator.notifications().len(), 1, "{invoice}");
    }
}

#[tokio::test]
async fn a_declined_order_can_be_tried_again_until_it_expires() {
    let simulator = fixed().start().await.unwrap();
    let order = client(&simulator).send(&prepared(MINIMAL, "request-1")).await.unwrap();
    let path = order.payment_url().strip_prefix(simulator.url()).unwrap();
    let decline = format!("{path}/decline");
    assert_eq!(send(&simulator, request(Method::POST, &decline, "")).await.status(), StatusCode::SEE_OTHER);
    let page = text(&get(&simulator, order.payment_url()).await);
    assert!(page.contains("Declined. You can try again until 2026-01-05 16:45 WIB."), "{page}");
    assert!(page.contains(&format!("{path}/pay")) && !page.contains(&format!("{path}/expire")), "{page}");

    simulator.advance(Duration::from_secs(3_600)).await;
    let page = text(&get(&simulator, order.payment_url()).await);
    assert!(page.contains("Declined. This order was not paid.") && !page.contains("<form"), "{page}");
    assert_eq!(send(&simulator, request(Method::POST, &decline, "")).await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_way_back_without_paying_is_a_web_address_or_none() {
    for (cancel, shown) in [
        ("https://merchant.test/cancel?a=1&b=%22", Some("https://merchant.test/cancel?a=1&amp;b=%22")),
        ("https://merchant.example/cancel", None),
        ("https://MERCHANT.example./cancel", None),
        ("javascript:alert(1)", None),
    ] {
        let simulator = fixed().start().await.unwrap();
        let body = changed(MINIMAL, |order| order["order"]["callback_url_cancel"] = cancel.into());
        let order = client(&simulator).send(&prepared(&body, "request-1")).await.unwrap();
        let page = text(&get(&simulator, order.payment_url()).await);
        let link = page.lines().find(|line| line.contains("Back to the shop without paying"));
        let expected = shown
            .map(|address| format!("<p class=\"way\"><a href=\"{address}\">Back to the shop without paying</a></p>"));
        assert_eq!(link, expected.as_deref());
    }
}

#[tokio::test]
async fn many_items_are_folded() {
    for (count, folded) in [(4, None), (5, None), (6, Some("<summary>2 more items</summary>"))] {
        let simulator = fixed().start().await.unwrap();
        let body = changed(MINIMAL, |order| {
            let item = order["order"]["line_items"][0].clone();
            order["order"]["amount"] = (100_000 * count).into();
            let items: Vec<_> = (0..count)
                .map(|number| {
                    let mut item = item.clone();
                    item["id"] = number.to_string().into();
                    item
                })
                .collect();
            order["order"]["line_items"] = items.into();
        });
        let order = client(&simulator).send(&prepared(&body, "request-1")).await.unwrap();
        let page = text(&get(&simulator, order.payment_url()).await);
        assert_eq!(page.lines().find(|line| line.contains("<summary>")), folded);
        assert_eq!(page.matches("<li>").count(), count);
    }
}
