//! Answers that are genuine and not usable, and simulators that are none.

use super::*;

#[tokio::test]
async fn payment_urls() {
    for (url, expect) in [
        ("https://sandbox01.indodana.com/payment?id=<generated>&tenure=3", Ok(())),
        ("http://127.0.0.1:4000/pay/1", Ok(())),
        ("http://localhost/pay/1", Ok(())),
        ("http://[::1]:4000/pay/1", Ok(())),
        ("", Err("it has no payment.url")),
        ("/pay/1", Err("payment.url is not an absolute https url")),
        ("//indodana.com/pay", Err("payment.url is not an absolute https url")),
        ("http://indodana.com/pay", Err("payment.url is not an absolute https url")),
        ("http://127.0.0.1.evil.example/", Err("payment.url is not an absolute https url")),
        ("http://localhost.evil.example/", Err("payment.url is not an absolute https url")),
        ("https://user@indodana.com/", Err("payment.url is not an absolute https url")),
        ("https://user:pass@indodana.com/", Err("payment.url is not an absolute https url")),
        ("javascript:alert(1)", Err("payment.url is not an absolute https url")),
        ("data:text/html,x", Err("payment.url is not an absolute https url")),
        ("https://", Err("payment.url is not an absolute https url")),
        (" https://indodana.com/", Err("payment.url is not an absolute https url")),
        ("ftp://indodana.com/", Err("payment.url is not an absolute https url")),
        ("https:indodana.com/pay", Err("payment.url is not an absolute https url")),
        ("https:/indodana.com/pay", Err("payment.url is not an absolute https url")),
        ("https:\\\\indodana.com", Err("payment.url is not an absolute https url")),
        ("https://indodana.com/x\ny", Err("payment.url is not an absolute https url")),
        ("https://indo\tdana.com/", Err("payment.url is not an absolute https url")),
        ("https://indodana.com/\u{202e}", Err("payment.url is not an absolute https url")),
    ] {
        let (result, _) = send([signed(credentials(), 200, &pending_with(INVOICE, url))]).await;
        match (result, expect) {
            (Ok(order), Ok(())) => assert_eq!(order.payment_url(), url),
            (Err(error), Err(reason)) => {
                assert_eq!(error.outcome(), Outcome::Unknown, "{url}");
                assert!(error.to_string().contains(reason), "{url}: {error}");
            }
            (result, _) => panic!("{url}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_about_another_invoice_is_refused() {
    let (result, _) = send([signed(credentials(), 200, &pending_with("INV-2", "https://indodana.com/"))]).await;
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the answer with http status 200 cannot be used: it is about another invoice number; an order may exist: send the same prepared order again or check its status"
    );
}

#[tokio::test]
async fn an_answer_about_another_amount_is_refused() {
    let other = pending().replace("100000", "5");
    let (result, _) = send([signed(credentials(), 200, &other)]).await;
    let error = result.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(error.to_string().contains("it is about another amount"), "{error}");
    let failed = pending_with("INV-2", "").replace("PENDING", "FAILED");
    let (result, _) = send([signed(credentials(), 200, &failed)]).await;
    assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown, "the failure of another order says nothing of ours");
}

#[tokio::test]
async fn a_status_of_another_order_is_refused() {
    let uuid = "baec7d95-f30a-4b78-b711-6ebe0ccdf50b";
    let status = |invoice: &str, request_id: Option<&str>| {
        let transaction = serde_json::json!({ "status": "SUCCESS", "original_request_id": request_id });
        serde_json::json!({ "order": { "invoice_number": invoice }, "transaction": transaction }).to_string()
    };
    for (id, body, accepted) in [
        ("INV-1", status("INV-1", None), true),
        ("INV-1", status("INV-1", Some(uuid)), true),
        ("INV-2", status("INV-1", None), false),
        ("INV-2", status("INV-1", Some(uuid)), false),
        ("INV-2", status("INV-1", Some("INV-1")), false),
        (uuid, status("INV-1", Some(uuid)), true),
        (uuid, status("INV-1", None), true),
        // The published sample has the invoice number in both places (D-32).
        (uuid, status("INV-1", Some("INV-1")), true),
        (uuid, status("INV-1", Some("another")), false),
        ("INV-1", "{}".to_owned(), true),
    ] {
        let peer = Peer::start([unsigned(200, "", &body)]);
        let result = client(&peer).check_status(id).await;
        assert_eq!(result.is_ok(), accepted, "{id} {body}");
        if let Err(error) = result {
            assert!(error.to_string().contains("it is about another order"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read() {
    let endless = Reply::Write(Box::new(|request| {
        let body = vec![b' '; (1 << 20) + 1];
        answer(200, &signature_headers(&credentials(), request, &body), &body)
    }));
    assert_eq!(ending(vec![endless]).await, "Unknown: the answer is longer than 1 MiB and was not read (1 sent)");
}

/// An answer of many pieces that never ends: it is left as soon as it is too long.
#[tokio::test]
async fn an_answer_without_an_end_is_not_read() {
    let endless = Reply::Write(Box::new(|_| {
        let piece = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        // There is no last chunk, so that whoever waits for it waits until the connection is closed.
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}", piece.repeat(17)).into_bytes()
    }));
    assert_eq!(ending(vec![endless]).await, "Unknown: the answer is longer than 1 MiB and was not read (1 sent)");
}

#[test]
fn simulators() {
    for (url, expect) in [
        ("https://api.doku.com", None),
        ("https://simulator.example:8443/", None),
        ("http://127.0.0.1:4000", None),
        ("http://localhost:4000", None),
        (
            "http://api.doku.com",
            Some("the simulator's url must begin with https://; http:// is only for loopback addresses"),
        ),
        (
            "http://0.0.0.0:4000",
            Some("the simulator's url must begin with https://; http:// is only for loopback addresses"),
        ),
        (
            "https://u:p@api.doku.com",
            Some("the simulator's url must begin with https://; http:// is only for loopback addresses"),
        ),
        ("https://api.doku.com/base", Some("the simulator's url must have no path, query or fragment")),
        ("https://api.doku.com?x", Some("the simulator's url must have no path, query or fragment")),
        (
            "localhost:4000",
            Some("the simulator's url must begin with https://; http:// is only for loopback addresses"),
        ),
        ("4000", Some("the simulator's url is not a url such as http://127.0.0.1:4000")),
    ] {
        let error = Environment::custom(url).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), expect, "{url}");
    }
}
