//! The payment page, its buttons and the list of orders.

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
    let list = text(&get(&simulator, simulator.url()).await);
    assert!(list.contains(INVOICE) && list.contains("Rp119.999") && list.contains("PENDING"), "{list}");
}

#[tokio::test]
async fn the_buttons_settle_and_lead_back_to_the_shop() {
    for (button, invoice, expected, status) in [
        ("pay", INVOICE, Some("https://shop.example/thanks?order=1%20a"), TransactionStatus::Success),
        ("decline", INVOICE, Some("https://merchant.example/cancel"), TransactionStatus::Failed),
        ("pay", "without", None, TransactionStatus::Success),
        ("pay", "script", None, TransactionStatus::Success),
    ] {
        let simulator = fixed().switch("failed", "final").start().await.unwrap();
        let body = changed(MINIMAL, |order| {
            order["order"]["invoice_number"] = invoice.into();
            match invoice {
                "without" => {}
                "script" => order["order"]["callback_url"] = "javascript:alert(1)".into(),
                _ => order["order"]["callback_url"] = "https://shop.example/thanks?order=1 a".into(),
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
